"""DMS21: the TLS mode is none that AWS DMS knows for the engine."""

from collections.abc import Iterator

from dms_checks.deployment import Deployment
from dms_checks.engines import ENGINES, GUIDE, Engine
from dms_checks.model import Resource, Truth
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import DATA_PROVIDER, ENDPOINT
from dms_checks.wording import choice_of

MODES = ("none", "require", "verify-ca", "verify-full")
"""DmsSslModeValue of the API."""


def check(endpoint: Resource, _: Deployment) -> Iterator[Claim]:
    """Judge a mode that is given against those of the engine."""
    mode = endpoint["ssl_mode"]
    if mode.is_absent:
        return
    engine = ENGINES.get(endpoint["engine"].word or "")
    is_provider = endpoint.kind is DATA_PROVIDER
    if engine is not None and is_provider and not engine.data_provider:
        engine = None
    modes = engine.modes(data_provider=is_provider) if engine else MODES[1:]
    spelling = endpoint.spelling("ssl_mode").rpartition(".")[2]
    advice = f"set {spelling} to {choice_of(modes, endpoint)}" if modes else f"leave {spelling} out"
    if mode.is_word(*MODES) is Truth.NO:
        yield Claim(Truth.YES, mode, f"{endpoint} has {spelling} {mode.text}, which is no TLS mode of AWS DMS; {advice}")
        return
    if engine is None:
        yield Claim(Truth.UNKNOWN, mode, "")
        return
    message = f"{endpoint} has {spelling} {mode.text}, which AWS DMS does not support for {_title(engine, is_provider)}; {advice}"
    unsupported = ~mode.is_word("none", *modes)
    yield Claim(unsupported & Truth.UNKNOWN if _is_analogy(engine, is_provider) else unsupported, mode, message)


def _title(engine: Engine, is_provider: bool) -> str:
    return f"{engine.title} data providers" if is_provider else engine.title


def _is_analogy(engine: Engine, is_provider: bool) -> bool:
    """Whether no source names the modes of the engine: then none of them is certainly wrong."""
    return not is_provider and "ssl_modes" in engine.unverified


RULE = Rule(
    21,
    "tls-mode-not-supported",
    "TLS mode that AWS DMS does not support for the engine",
    (ENDPOINT, DATA_PROVIDER),
    check,
    Level.ERROR,
    Severity.MEDIUM,
    why="""AWS DMS supports other TLS modes for each engine: `require` does not exist for MySQL, MariaDB, Aurora MySQL, Oracle, SAP ASE and Db2,
`verify-full` not for Google Cloud MySQL, Oracle and Db2, `verify-ca` not for SQL Server, SAP ASE and MongoDB. S3 and Redshift have no mode to set,
since their connections are encrypted anyway; for S3 the API refuses one (InvalidParameterCombinationException). Neither the Terraform provider
nor CloudFormation's schema knows which belong together.

Engines for which AWS documents no modes (Azure, Babelfish, DocumentDB, the serverless editions of Aurora, Kafka, Redis, OpenSearch and others) are
judged only for a word that is no mode at all. Data providers of homogeneous migrations have lists of their own.""",
    fix="""Set `ssl_mode` (Terraform) or `SslMode` (CloudFormation) to one of the modes in the message; for MySQL, MariaDB and Aurora MySQL that is
`verify-ca` or `verify-full`, with the certificate of the server's authority. Set `certificate_arn` (`CertificateArn`) beside a
mode that verifies. Leave the mode out for S3 and Redshift.""",
    references=(f"{GUIDE}CHAP_Security.SSL.html", "https://github.com/hashicorp/terraform-provider-aws/issues/31821"),
)
