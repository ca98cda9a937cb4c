"""DMS22: the certificate that the TLS mode needs is missing, or of the wrong kind."""

import re
from collections.abc import Iterator

from dms_checks.deployment import Deployment
from dms_checks.engines import ENGINES, GUIDE, VERIFYING, Engine
from dms_checks.model import Resource, Truth, Value
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import CERTIFICATE, DATA_PROVIDER, ENDPOINT, OTHER_CERTIFICATE

FORMS = {"PEM": ("pem", "wallet"), "wallet": ("wallet", "pem")}
"""For each form of ``Engine.certificate``: the attribute of a certificate that holds it, and the one that holds the other form."""

_SERVICE = re.compile(r"arn:[^:]*:(?P<service>[a-z0-9-]+):")
_TITLES = {"acm": "ACM", "acm-pca": "AWS Private CA", "iam": "IAM"}


def check(endpoint: Resource, deployment: Deployment) -> Iterator[Claim]:
    """Judge the certificate of an endpoint with TLS."""
    engine = ENGINES.get(endpoint["engine"].word or "")
    mode = endpoint["ssl_mode"]
    if engine is None or not engine.has_ssl_mode or mode.is_absent:
        return
    certificate = endpoint["certificate"]
    verifies = mode.is_word(*VERIFYING)
    spelling = endpoint.spelling("certificate").rpartition(".")[2]
    if certificate.is_absent:
        wanted, _ = FORMS[engine.certificate]
        message = (
            f"{endpoint} verifies the server's certificate with {mode.text} but has no {spelling}; "
            f"set {spelling} to the ARN of {_described(endpoint, wanted)}"
        )
        yield Claim(verifies, certificate, message)
        return
    owner = _other_owner(certificate, deployment)
    if owner:
        # The API refuses its ARN in every mode: hashicorp/terraform-provider-aws#27380.
        encrypts = verifies | mode.is_word("require")
        message = f"{endpoint} has a {spelling} of {owner}; AWS DMS takes only certificates that were imported into AWS DMS"
        yield Claim(encrypts, certificate, message)
        return
    yield _form_claim(endpoint, engine, verifies, certificate, deployment)


def _described(endpoint: Resource, form: str) -> str:
    """A certificate as the reader has to write it."""
    (type_name,) = CERTIFICATE.types(endpoint.dialect)
    (attribute,) = CERTIFICATE.attribute(form, type_name).paths(endpoint.dialect)
    return f"a certificate ({type_name}) with {attribute}"


def _other_owner(certificate: Value, deployment: Deployment) -> str:
    """What else than AWS DMS a certificate certainly belongs to."""
    other = deployment.target(certificate, OTHER_CERTIFICATE)
    if other is not None:
        return other.where
    found = _SERVICE.match(certificate.text or certificate.outline)
    service = found.group("service") if found else "dms"
    return "" if service == "dms" else _TITLES.get(service, service)


def _form_claim(endpoint: Resource, engine: Engine, verifies: Truth, certificate: Value, deployment: Deployment) -> Claim:
    """An Oracle endpoint takes a wallet, all others a PEM file."""
    imported = deployment.target(certificate, CERTIFICATE)
    # A certificate that stands elsewhere may hold either, and no source says what a data provider for Oracle takes.
    if imported is None or imported.is_data_source or (endpoint.kind is DATA_PROVIDER and engine.certificate == "wallet"):
        return Claim(verifies & Truth.UNKNOWN, certificate, "")
    wanted, other = FORMS[engine.certificate]
    # A certificate has to hold one of both: where the one is left out, the other is given, whatever it holds.
    wrong = Truth.NO if imported[other].is_absent else ~imported[wanted].given
    message = (
        f"{endpoint} uses {imported.where}, which has {imported.spelling(other)}; "
        f"{engine.title} needs a certificate with {imported.spelling(wanted)}"
    )
    return Claim(verifies & wrong, certificate, message, (imported,))


RULE = Rule(
    22,
    "tls-certificate",
    "No usable certificate for the TLS mode",
    (ENDPOINT, DATA_PROVIDER),
    check,
    Level.ERROR,
    Severity.MEDIUM,
    why="""With `verify-ca` and `verify-full` AWS DMS compares the server's certificate with one that you import into AWS DMS. Without it there is
nothing to compare with, and the connection fails. The ARN of a certificate of ACM or IAM is refused ("Invalid certificate ARN"), although the example in
the Terraform registry has one. Oracle takes an auto-open wallet (`.sso`), all other engines a PEM file.

A certificate that stands in another template is unknown, and not reported.""",
    fix="""Import the certificate of the server's authority: `aws_dms_certificate` or `AWS::DMS::Certificate`, with `certificate_pem` / `CertificatePem`,
for Oracle with `certificate_wallet` / `CertificateWallet`, and name its ARN in `certificate_arn` / `CertificateArn`.""",
    references=(
        f"{GUIDE}CHAP_Security.SSL.html",
        f"{GUIDE}CHAP_Source.Oracle.html#CHAP_Security.SSL.Oracle",
        "https://github.com/hashicorp/terraform-provider-aws/issues/27380",
    ),
)
