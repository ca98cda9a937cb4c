"""DMS12: what AWS DMS writes to Amazon S3 is not encrypted with a key of one's own."""

from collections.abc import Iterator

from dms_checks.deployment import Deployment, key_behind
from dms_checks.model import Resource, Truth
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.server_side_encryption import server_side_encryption
from dms_checks.vocabulary import ENDPOINT


def check(endpoint: Resource, deployment: Deployment) -> Iterator[Claim]:
    """Judge mode and key of a target. Where the two contradict each other, it is DMS13 that says so."""
    encryption = server_side_encryption(endpoint)
    if encryption is None:
        return
    mode, key = encryption.mode, encryption.key
    managed = encryption.with_kms & key_behind(deployment, key).aws_managed
    plain = ~encryption.with_kms & Truth.of(not key.is_known)
    at_odds = encryption.without_key | encryption.with_idle_key
    wrong = Truth.UNKNOWN if at_odds is Truth.YES else managed | plain
    advice = f"{encryption.key_spelling} to the ARN of a customer managed key"
    if plain is Truth.NO:
        way = "a KMS key that AWS manages"
    else:
        way = "SSE_S3, a key of Amazon S3" if mode.is_absent or mode.word == "sse-s3" else f"the mode {mode.text}"
        advice = f"{encryption.mode_spelling} to SSE_KMS and {advice}"
    message = f"{endpoint} encrypts what it writes to Amazon S3 with {way}; set {advice}"
    if endpoint["engine"].word == "s3" and not endpoint["kms_key"].is_absent:
        message += f", {endpoint.spelling('kms_key')} does not encrypt objects"
    yield Claim(encryption.asked & wrong, key if plain is Truth.NO else mode, message)


RULE = Rule(
    12,
    "target-data-not-encrypted-with-kms",
    "Target data is not encrypted with a customer managed KMS key",
    (ENDPOINT,),
    check,
    Level.WARNING,
    Severity.MEDIUM,
    why="""AWS DMS writes all migrated rows to Amazon S3: for an S3 target to stay there, for Amazon Redshift on their way. Unless the endpoint says
otherwise, Amazon S3 encrypts them with a key of its own (SSE_S3): whoever may read the bucket may read the rows, and no key policy, no
audit trail and no disabled key stands between. A KMS key that AWS manages (`alias/aws/s3`) has a policy that you cannot write either.

Mode and key count as settings of the endpoint and as extra connection attributes (`encryptionMode`, `serverSideEncryptionKmsKeyId`). The
key of the endpoint itself (`kms_key_arn`, `KmsKeyId`) encrypts the connection information, and not what is written to S3.

Source endpoints are not asked. SSE_KMS without a key, and a key without SSE_KMS, are reported by DMS13 only. A key that stands elsewhere is
unknown, and not reported.""",
    fix="""Set `encryption_mode` to `SSE_KMS` and `server_side_encryption_kms_key_id` to the ARN of a key of your own (Terraform; in
`redshift_settings` for Redshift), or `EncryptionMode` and `ServerSideEncryptionKmsKeyId` in `S3Settings` or `RedshiftSettings`
(CloudFormation). Where mode or key stand in extra connection attributes, change them there. AWS DMS cannot change an endpoint
from SSE_S3 to SSE_KMS: create another endpoint. Its role needs the key's permissions.""",
    references=(
        "https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Target.S3.html#CHAP_Target.S3.KMSKeys",
        "https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Target.Redshift.html#CHAP_Target.Redshift.KMSKeys",
        "https://docs.aws.amazon.com/dms/latest/APIReference/API_S3Settings.html",
    ),
)
