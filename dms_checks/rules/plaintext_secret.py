"""DMS50: a secret stands in the template."""

from collections.abc import Iterator

from dms_checks.credentials import Secret, hidden_elsewhere, secrets_of
from dms_checks.deployment import Deployment
from dms_checks.engines import GUIDE
from dms_checks.model import Resource, Truth
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import CERTIFICATE, ENDPOINT


def check(holder: Resource, _: Deployment) -> Iterator[Claim]:
    """Judge where each secret of an endpoint comes from, and whether a certificate brings its private key along."""
    found = list(secrets_of(holder))
    for secret in found:
        yield Claim(secret.is_literal, secret.value, _message(holder, secret))
    if not found:
        yield Claim(Truth.NO, holder.base, "")


def _message(holder: Resource, secret: Secret) -> str:
    if holder.kind is CERTIFICATE:
        return f"{holder} holds a private key in {secret.name}, in plain text; import the certificate without its key, and replace the key"
    return f"{holder} has {secret.name} in plain text; change it, and {hidden_elsewhere(holder)}"


RULE = Rule(
    50,
    "plaintext-secret",
    "Secret in plain text",
    (ENDPOINT, CERTIFICATE),
    check,
    Level.ERROR,
    Severity.CRITICAL,
    why="""Whoever can read the template, its history or a log of its deployment can log in to the database. A secret that was committed
stays in the history and counts as known, also after it is removed from the file.

Looked at are all passwords of an endpoint: of the database, of Kafka's SASL and client key, of Redis, of Oracle's ASM and transparent data
encryption, and those inside extra connection attributes (`password=…`, `asm_password=…`, `securityDbEncryption=…`). In a certificate it is a
private key inside the PEM text. A text counts as written in the template however it is put together: by `Sub`, `Join`, mappings, locals,
functions, the default of a module's variable. `sensitive("…")` hides it from Terraform's output and leaves it in the file. What comes from a parameter or
a variable of the root module is judged by DMS51. What comes from another resource, a data source, a file, or only where a condition holds that
is not known, is unknown. So is a text of asterisks only, which masks a secret, and a name in angle brackets (`<password>`), which stands for
one; words such as `changeme` are findings, since they are what gets deployed.

The name of a key, `SecurityDbEncryptionName`, is none; an Oracle wallet (`certificate_wallet`) cannot be looked into.""",
    fix="""Change the password in the database first. Then let AWS DMS read it from AWS Secrets Manager: `secrets_manager_arn` and
`secrets_manager_access_role_arn` in Terraform, `SecretsManagerSecretId` and `SecretsManagerAccessRoleArn` of the engine's settings in
CloudFormation. For an engine that cannot, use a `sensitive` variable without default, or `{{resolve:secretsmanager:…}}`.""",
    references=(
        f"{GUIDE}security_iam_secretsmanager.html",
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/security-best-practices.html#creds",
    ),
)
