"""DMS20: the connection to a database is not encrypted."""

from collections.abc import Iterator

from dms_checks.deployment import Deployment
from dms_checks.engines import ENGINES, GUIDE
from dms_checks.model import Resource
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import DATA_PROVIDER, ENDPOINT
from dms_checks.wording import choice_of


def check(endpoint: Resource, _: Deployment) -> Iterator[Claim]:
    """Judge the TLS mode of an endpoint whose engine has one."""
    engine = ENGINES.get(endpoint["engine"].word or "")
    if engine is None or not engine.has_ssl_mode:
        return
    mode = endpoint["ssl_mode"]
    spelling = endpoint.spelling("ssl_mode").rpartition(".")[2]
    state = f"has no {spelling}" if mode.is_absent else f"has {spelling} none"
    advice = f"set {spelling} to {choice_of(engine.modes(data_provider=endpoint.kind is DATA_PROVIDER)[-2:], endpoint)}"
    if engine.name == "oracle":
        advice += ", unless native network encryption protects it, which a template cannot show"
    yield Claim(
        ~mode.given | mode.is_word("none"), mode, f"{endpoint} connects to {engine.title} without TLS, it {state}; {advice}"
    )


RULE = Rule(
    20,
    "endpoint-without-tls",
    "Endpoint connects without TLS",
    (ENDPOINT, DATA_PROVIDER),
    check,
    Level.ERROR,
    Severity.HIGH,
    why="""AWS DMS connects to a database without encryption unless the endpoint says otherwise: `none` is the default. Credentials and all
migrated rows cross the network in the clear, and servers that require TLS (Aurora MySQL from version 8.4 on) refuse the connection.

Engines whose connection does not hang on this mode (S3, DynamoDB, Kinesis, Redshift, OpenSearch, Neptune, Kafka, Redis) are not judged here.""",
    fix="""Set `ssl_mode` (Terraform) or `SslMode` (CloudFormation) to a mode that AWS DMS supports for the engine: `verify-ca` or `verify-full`
with the certificate of the server's authority for MySQL and MariaDB, `require`, `verify-ca` or `verify-full` for PostgreSQL, `require` or
`verify-full` for SQL Server, MongoDB and DocumentDB, `verify-ca` for Oracle and Db2. Oracle's native network encryption is set on the server,
no template shows it: skip the finding there, with that reason.""",
    references=(
        f"{GUIDE}CHAP_Security.SSL.html",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/dms-controls.html#dms-9",
    ),
)
