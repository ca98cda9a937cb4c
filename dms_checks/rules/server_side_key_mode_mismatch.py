"""DMS13: encryption mode and key of what AWS DMS writes to Amazon S3 contradict each other."""

from collections.abc import Iterator

from dms_checks.deployment import Deployment
from dms_checks.model import Resource
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.server_side_encryption import server_side_encryption
from dms_checks.vocabulary import ENDPOINT


def check(endpoint: Resource, _: Deployment) -> Iterator[Claim]:
    """Judge mode and key of a target together; DMS12 judges them where they fit."""
    encryption = server_side_encryption(endpoint)
    if encryption is None:
        return
    mode, key = encryption.mode_spelling, encryption.key_spelling
    without = f"{endpoint} sets {mode} to SSE_KMS and has no {key}; set {key} to the ARN of a customer managed key"
    yield Claim(encryption.asked & encryption.without_key, encryption.mode, without)
    written = f"{mode} is {encryption.mode.text}" if encryption.mode.text else f"{mode} is left out"
    idle = f"{endpoint} has {key}, which is ignored as {written}; set it to SSE_KMS"
    yield Claim(encryption.asked & encryption.with_idle_key, encryption.key, idle)


RULE = Rule(
    13,
    "server-side-key-mode-mismatch",
    "Encryption mode and KMS key of the target data contradict each other",
    (ENDPOINT,),
    check,
    Level.ERROR,
    Severity.MEDIUM,
    why="""An S3 target, or the staging bucket of a Redshift target, has a mode of encryption and a KMS key. With SSE_KMS and no key, AWS DMS
has nothing to encrypt with. A key beside SSE_S3, which is also the mode where none is written, is ignored: the data looks protected by the
key, and is not.

Mode and key count as settings of the endpoint and as extra connection attributes (`encryptionMode`, `serverSideEncryptionKmsKeyId`).
Source endpoints are not asked. Where the two fit, DMS12 says whether the data is encrypted with a key of your own; where they do not, that
rule is silent.""",
    fix="""Write both: `encryption_mode` `SSE_KMS` and `server_side_encryption_kms_key_id` (Terraform), or `EncryptionMode` `SSE_KMS` and
`ServerSideEncryptionKmsKeyId` (CloudFormation). AWS DMS cannot change an endpoint from SSE_S3 to SSE_KMS: create another endpoint.""",
    references=(
        "https://docs.aws.amazon.com/dms/latest/APIReference/API_S3Settings.html",
        "https://docs.aws.amazon.com/dms/latest/APIReference/API_RedshiftSettings.html",
        "https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Target.S3.html#CHAP_Target.S3.KMSKeys",
    ),
)
