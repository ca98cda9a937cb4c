"""DMS11: the choice of the encryption key is left to AWS."""

from collections.abc import Iterator

from dms_checks.deployment import Deployment, key_behind
from dms_checks.engines import GUIDE
from dms_checks.model import Resource, Truth
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import CONSUMERS, ENDPOINT


def check(user: Resource, deployment: Deployment) -> Iterator[Claim]:
    """Judge the key of a consumer, or of an endpoint that holds credentials."""
    value = user["kms_key"]
    asked = ~user["engine"].is_word("s3") if user.kind is ENDPOINT else Truth.YES
    if asked is Truth.NO:
        return
    spelling = user.spelling("kms_key")
    if value.is_absent:
        message = (
            f"{user} names no KMS key, so AWS takes the account's default key, which cannot be changed later; set {spelling}"
        )
        yield Claim(asked, value, message)
        return
    message = f"{user} uses a key that AWS manages; set {spelling} to a customer managed key"
    yield Claim(asked & key_behind(deployment, value).aws_managed, value, message)


RULE = Rule(
    11,
    "missing-kms-key",
    "No customer managed KMS key",
    (*CONSUMERS, ENDPOINT),
    check,
    Level.WARNING,
    Severity.MEDIUM,
    why="""Without a key of your own, AWS DMS encrypts storage and connection information with the account's default key `aws/dms`, whose
policy you cannot write and which you cannot share, disable or audit on its own. The key cannot be changed once the resource exists.

S3 endpoints are not asked: they hold no credentials, and Terraform has deprecated the attribute there.""",
    fix="""Create a symmetric KMS key and name it: `kms_key_arn` (`compute_config.kms_key_id` for serverless replications) in Terraform,
`KmsKeyId` (`KmsKeyArn` for instance profiles) in CloudFormation. An alias below `alias/aws/` is a key that AWS manages.""",
    references=(f"{GUIDE}CHAP_Security.html#CHAP_Security.EncryptionKey",),
)
