"""DMS10: AWS DMS is given a KMS key that it cannot use."""

from collections.abc import Iterator

from dms_checks.deployment import Deployment, key_behind, keys_of
from dms_checks.engines import GUIDE
from dms_checks.model import Resource, Truth, Value
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import CONSUMERS, ENDPOINT


def check(user: Resource, deployment: Deployment) -> Iterator[Claim]:
    """Judge each key that a consumer or an endpoint uses."""
    for value in keys_of(user):
        yield _claim(user, value, deployment)


def _claim(user: Resource, value: Value, deployment: Deployment) -> Claim:
    use = key_behind(deployment, value)
    key = use.key
    if key is None:
        return Claim(~use.aws_managed & Truth.UNKNOWN, value, "")
    spec, usage = key["spec"], key["usage"]
    wrong_spec = ~spec.is_word("symmetric-default")
    wrong_usage = ~usage.is_word("encrypt-decrypt")
    # A key of another kind has another usage too: name the cause, not its consequence.
    wrong = f"{key.spelling('spec')} {spec.text}" if wrong_spec is Truth.YES else f"{key.spelling('usage')} {usage.text}"
    message = (
        f"{user} is encrypted with {key.where}, which has {wrong}; "
        f"it takes a key with {key.spelling('spec')} SYMMETRIC_DEFAULT and {key.spelling('usage')} ENCRYPT_DECRYPT"
    )
    return Claim(wrong_spec | wrong_usage, value, message, (key,))


RULE = Rule(
    10,
    "asymmetric-kms-key",
    "AWS DMS cannot use an asymmetric or HMAC KMS key",
    (*CONSUMERS, ENDPOINT),
    check,
    Level.ERROR,
    Severity.HIGH,
    why="""AWS DMS encrypts the storage of a replication instance and the connection information of an endpoint with a KMS key, and
accepts symmetric encryption keys only. With an RSA, ECC, SM2, ML-DSA or HMAC key, or with a symmetric key made for another usage, the
deployment fails, and the key of a resource cannot be changed after it was created.

The key is followed through references, variables, locals, parameters, mappings, modules, aliases and replicas. A key that stands
elsewhere is unknown, and not reported.""",
    fix="""Leave `customer_master_key_spec` and `key_usage` (Terraform) or `KeySpec` and `KeyUsage` (CloudFormation) out, or set them to
`SYMMETRIC_DEFAULT` and `ENCRYPT_DECRYPT`. Changing them replaces the key in Terraform and fails in CloudFormation, so create a second
key and name that one.""",
    references=(
        f"{GUIDE}CHAP_Security.html#CHAP_Security.EncryptionKey",
        "https://docs.aws.amazon.com/kms/latest/developerguide/symmetric-asymmetric.html",
    ),
)
