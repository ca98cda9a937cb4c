"""DMS85: a task reads from a target, writes to a source, or asks an engine for what it can't do."""

from collections.abc import Iterator

from dms_checks.deployment import Deployment
from dms_checks.engines import ENGINES, GUIDE, Engine
from dms_checks.model import Resource, Truth
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import ENDPOINT, REPLICATION_CONFIG, REPLICATION_TASK

DIRECTIONS = {"source_endpoint": ("source", "target"), "target_endpoint": ("target", "source")}
"""For each end of a replication: the type that its endpoint has to have, and the other one."""


def check(task: Resource, deployment: Deployment) -> Iterator[Claim]:
    """Judge both endpoints of a task or of a serverless replication."""
    for end, (wanted, other) in DIRECTIONS.items():
        value = task[end]
        endpoint = deployment.target(value, ENDPOINT)
        if endpoint is None:
            yield Claim(value.given & Truth.UNKNOWN, value, "")
            continue
        exchanged = endpoint["endpoint_type"].is_word(other)
        if exchanged is not Truth.YES:
            yield Claim(exchanged, value, "")
            yield _engine_claim(task, end, endpoint)
            continue
        message = (
            f"{task} uses {endpoint.where} as its {wanted}, which has {endpoint.spelling('endpoint_type')} {other}; "
            f"set {task.spelling(end)} to the ARN of a {wanted} endpoint"
        )
        yield Claim(exchanged, value, message, (endpoint,))


def _engine_claim(task: Resource, end: str, endpoint: Resource) -> Claim:
    """Judge whether AWS DMS migrates from, or to, an engine with this kind of replication."""
    engine = ENGINES.get(endpoint["engine"].word or "")
    if engine is None:
        return Claim(Truth.UNKNOWN, task[end], "")
    direction, _ = DIRECTIONS[end]
    is_serverless = task.kind is REPLICATION_CONFIG
    how = "AWS DMS Serverless" if is_serverless and _supports(engine, f"as_{direction}") is not Truth.NO else "AWS DMS"
    message = f"{task} uses {endpoint.where} as its {direction}, but {how} does not support {engine.title} as a {direction}"
    supported = _supports(engine, f"as_{direction}")
    if is_serverless:
        supported &= _supports(engine, f"serverless_{direction}")
    return Claim(~supported, task[end], message, (endpoint,))


def _supports(engine: Engine, column: str) -> Truth:
    """A column of the engine's row; what it has by analogy is unknown."""
    return Truth.UNKNOWN if column in engine.unverified else Truth.of(getattr(engine, column))


RULE = Rule(
    85,
    "endpoint-direction",
    "Endpoint used in a direction that AWS DMS does not support",
    (REPLICATION_TASK, REPLICATION_CONFIG),
    check,
    Level.ERROR,
    Severity.MEDIUM,
    why="""An endpoint is a source or a target, and a replication needs one of each: with the two exchanged, or one used twice, the task
cannot be created. Some engines are only sources (Azure SQL, MongoDB, Db2 for z/OS), others only targets (Redshift, DynamoDB, Kinesis, OpenSearch,
Neptune, Redis, Kafka), and AWS DMS Serverless supports fewer than a replication instance does (not SAP ASE, Redis, or Db2 as a target).

Directions that the guide does not mention are unknown, and not reported.""",
    fix="""Name the source endpoint in `source_endpoint_arn` / `SourceEndpointArn` and the target endpoint in `target_endpoint_arn` /
`TargetEndpointArn`, with engines from AWS's lists of sources and targets. What AWS DMS Serverless does not support, migrate with a replication
instance and a replication task.""",
    references=(
        f"{GUIDE}CHAP_Introduction.Sources.html",
        f"{GUIDE}CHAP_Introduction.Targets.html",
        f"{GUIDE}CHAP_Serverless.Components.html#CHAP_Serverless.SupportedVersions",
    ),
)
