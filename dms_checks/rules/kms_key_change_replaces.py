"""DMS90: a plan replaces a resource, since its KMS key changes."""

from collections.abc import Iterator

from dms_checks.changes import cause_of, forced_by
from dms_checks.deployment import Deployment
from dms_checks.engines import GUIDE
from dms_checks.model import Action, Dialect, Resource, Truth
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import ENDPOINT, REPLICATION_CONFIG, REPLICATION_INSTANCE


def check(user: Resource, _: Deployment) -> Iterator[Claim]:
    """Judge what forces the replacement of a resource that is encrypted."""
    change = user.change
    if change is None or change.action is Action.CREATE:
        return
    is_replaced = Truth.of(change.action is Action.REPLACE)
    message = (
        f"{user} will be replaced, since {cause_of(change)} and AWS DMS cannot change the key of what is there; {_advice(user)}, "
        f"or create a second {user.kind.name} with the new key and move what runs before this one goes"
    )
    yield Claim(is_replaced & forced_by(user, change, "kms_key"), user["kms_key"], message)


def _advice(user: Resource) -> str:
    former, spelling = user.before("kms_key"), user.spelling("kms_key")
    if former.reference is not None:
        return f"keep the key {former.reference.address} in {spelling}"
    return f'keep {spelling} = "{former.text}"' if former.text else f"keep the former {spelling}"


RULE = Rule(
    90,
    "kms-key-change-replaces",
    "Change of the KMS key replaces the resource",
    (REPLICATION_INSTANCE, REPLICATION_CONFIG, ENDPOINT),
    check,
    Level.WARNING,
    Severity.HIGH,
    why="""The KMS key of a replication instance or of an endpoint is chosen when it is created, and AWS DMS cannot change it afterwards.
Terraform gets by with a replacement: an instance goes with its storage and its logs, a serverless replication with its position, and an endpoint takes along
every task that uses it. Such a task begins its migration anew.

This is judged in Terraform plans only, since nothing else tells of changes.""",
    fix="""Keep the key, and rotate its material in AWS KMS instead: `enable_key_rotation` needs no new resource. Where it has to be another key,
create a second replication instance or endpoint with it, move the tasks while they are stopped, and remove the first one in a later plan.
When the replacement is meant, accept the finding with that reason.""",
    references=(
        f"{GUIDE}CHAP_Security.html#CHAP_Security.EncryptionKey",
        "https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html",
    ),
    dialects=(Dialect.TERRAFORM,),
)
