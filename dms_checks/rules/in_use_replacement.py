"""DMS92: a plan replaces an instance or an endpoint while it is in use, for another cause than its KMS key."""

from collections.abc import Iterator

from dms_checks.changes import cause_of, forced_by, users_of
from dms_checks.deployment import Deployment
from dms_checks.engines import GUIDE
from dms_checks.model import Action, Change, Dialect, Resource, Truth
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import ENDPOINT, REPLICATION_INSTANCE


def check(used: Resource, deployment: Deployment) -> Iterator[Claim]:
    """Judge a replacement by who uses what goes."""
    change = used.change
    if change is None or change.action is Action.CREATE:
        return
    by_key = forced_by(used, change, "kms_key")
    if change.action is Action.REPLACE and by_key is Truth.YES:
        return
    users = [(user, truth & ~_is_moved(used, change, user)) for user, truth in users_of(deployment, used)]
    losing = [user for user, truth in users if truth is Truth.YES]
    is_replaced = Truth.of(change.action is Action.REPLACE)
    cause = cause_of(change)
    message = (
        f"{used} will be replaced{f', since {cause}' if cause else ''}, while {' and '.join(str(user) for user in losing)} "
        f"{'uses' if len(losing) == 1 else 'use'} it; {_advice(used, change)}"
    )
    in_use = Truth.any(truth for _, truth in users) | ~deployment.complete
    yield Claim(is_replaced & ~by_key & in_use, used.base, message, tuple(losing))


def _is_moved(used: Resource, change: Change, user: Resource) -> Truth:
    """Whether the provider moves a task to the new instance before the former one goes."""
    is_updated = user.change is not None and user.change.action is Action.UPDATE
    return Truth.of(used.kind is REPLICATION_INSTANCE and change.creates_first and is_updated)


def _advice(used: Resource, change: Change) -> str:
    keep = "plan without the replacement" if not change.replace_paths else "keep the former value"
    if used.kind is REPLICATION_INSTANCE:
        return (
            f"{keep}, or set create_before_destroy = true and another {used.spelling('identifier')}, so that the tasks are moved"
        )
    return f"{keep}, or create a second endpoint and stop what uses this one before it goes"


RULE = Rule(
    92,
    "in-use-replacement",
    "Instance or endpoint is replaced while a task uses it",
    (REPLICATION_INSTANCE, ENDPOINT),
    check,
    Level.WARNING,
    Severity.MEDIUM,
    why="""A replication instance that still has tasks cannot be deleted, nor can an endpoint that a task or a serverless replication uses.
Replacing an endpoint replaces every task with it, which then begins its migration anew and loses the position of its change capture.

The replacement of an instance with `create_before_destroy` is not reported: the provider stops its tasks, moves them to the new instance, and
only then the former one goes. A change of the KMS key is DMS90's. This is judged in Terraform plans only, since nothing else tells of
changes.""",
    fix="""Keep the attribute that forces the replacement as it was; the message names it. A tainted resource stays with `terraform untaint`. To
have another instance, set `create_before_destroy` and give it another identifier. To have another endpoint, create it beside the first one, stop
the task, and note its position before the task is made anew.""",
    references=(
        f"{GUIDE}CHAP_Tasks.Moving.html",
        "https://docs.aws.amazon.com/dms/latest/APIReference/API_DeleteReplicationInstance.html",
        "https://docs.aws.amazon.com/dms/latest/APIReference/API_DeleteEndpoint.html",
    ),
    dialects=(Dialect.TERRAFORM,),
)
