"""DMS15: AWS DMS is given a KMS key that is disabled."""

from collections.abc import Iterator

from dms_checks.deployment import Deployment, key_behind, keys_of
from dms_checks.engines import GUIDE
from dms_checks.model import Resource, Truth, Value
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import CONSUMERS, ENDPOINT


def check(user: Resource, deployment: Deployment) -> Iterator[Claim]:
    """Judge the state of each key that a consumer or an endpoint uses."""
    for value in keys_of(user):
        yield _claim(user, value, deployment)


def _claim(user: Resource, value: Value, deployment: Deployment) -> Claim:
    use = key_behind(deployment, value)
    key = use.used
    if key is None:
        # Nobody can disable a key that AWS manages.
        return Claim(~use.aws_managed & Truth.UNKNOWN, value, "")
    spelling = key.spelling("enabled")
    message = f"{user} is encrypted with {key.where}, which is disabled; remove {spelling} there, or name another key"
    return Claim(~key["enabled"].is_on, value, message, (key,))


RULE = Rule(
    15,
    "kms-key-disabled",
    "KMS key is disabled",
    (*CONSUMERS, ENDPOINT),
    check,
    Level.ERROR,
    Severity.MEDIUM,
    why="""With a disabled key nothing can be encrypted or decrypted: a replication instance, a serverless replication or an endpoint that names
it is not created, and one that exists stops working.

The key is followed like that of DMS10. A replica of a multi-Region key is enabled or disabled on its own: it is the replica that counts, not
its primary. A key that stands elsewhere is unknown, and not reported.""",
    fix="""Remove `is_enabled = false` (of an external key or a replica, `enabled = false`) in Terraform, or `Enabled: false` in CloudFormation. If
the key has to stay disabled, name another one, and mind that the key of a resource cannot be changed after it was created.""",
    references=(
        f"{GUIDE}CHAP_Security.html#CHAP_Security.EncryptionKey",
        "https://docs.aws.amazon.com/kms/latest/developerguide/enabling-keys.html",
    ),
)
