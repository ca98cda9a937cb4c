"""DMS28: a serverless replication uses a Db2 endpoint with TLS."""

from collections.abc import Iterator

from dms_checks.deployment import SIDES, Deployment
from dms_checks.engines import GUIDE
from dms_checks.model import Resource, Truth
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import ENDPOINT, REPLICATION_CONFIG


def check(config: Resource, deployment: Deployment) -> Iterator[Claim]:
    """Judge the Db2 endpoints of a serverless replication."""
    for side in SIDES:
        value = config[side]
        endpoint = deployment.target(value, ENDPOINT)
        if endpoint is None:
            yield Claim(value.given & Truth.UNKNOWN, value, "")
            continue
        is_db2 = endpoint["engine"].is_word("db2")
        if is_db2 is Truth.NO:
            continue
        mode = endpoint["ssl_mode"]
        message = (
            f"{config} uses the Db2 endpoint {endpoint.where} with {endpoint.spelling('ssl_mode')} {mode.text}, "
            "but AWS DMS Serverless does not support TLS to Db2; use a replication instance and a replication task for it"
        )
        yield Claim(is_db2 & mode.given & ~mode.is_word("none"), value, message, (endpoint,))


RULE = Rule(
    28,
    "tls-not-supported-serverless",
    "Serverless replication with TLS to Db2",
    (REPLICATION_CONFIG,),
    check,
    Level.ERROR,
    Severity.MEDIUM,
    why="""AWS DMS Serverless does not support TLS for Db2 endpoints, and it tests its connections only when the replication starts: that is where it
fails. Turning TLS off would send the data in the clear (DMS20).""",
    fix="""Migrate from Db2 with a replication instance (`aws_dms_replication_instance`, `AWS::DMS::ReplicationInstance`) and a replication task: there
`verify-ca` is supported.""",
    references=(f"{GUIDE}CHAP_Serverless.Limitations.html",),
)
