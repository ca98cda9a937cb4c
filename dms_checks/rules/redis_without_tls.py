"""DMS24: the connection to Redis is not encrypted."""

from collections.abc import Iterator

from dms_checks.deployment import Deployment
from dms_checks.engines import GUIDE
from dms_checks.model import Resource, Truth
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import ENDPOINT


def check(endpoint: Resource, _: Deployment) -> Iterator[Claim]:
    """Judge the security protocol of a Redis endpoint; left out, it encrypts."""
    is_redis = endpoint["engine"].is_word("redis")
    if is_redis is Truth.NO:
        return
    protocol = endpoint["redis_tls"]
    spelling = endpoint.spelling("redis_tls").rpartition(".")[2]
    message = f"{endpoint} connects to Redis in plain text; set {spelling} to ssl-encryption, or leave it out"
    yield Claim(is_redis & protocol.is_word("plaintext"), protocol, message)


RULE = Rule(
    24,
    "redis-without-tls",
    "Redis endpoint connects without TLS",
    (ENDPOINT,),
    check,
    Level.ERROR,
    Severity.HIGH,
    why="""With the security protocol `plaintext`, the password of the Redis server and all rows that are written to it cross the network in the
clear. When it is left out, AWS DMS encrypts. `SslMode` says nothing about it: it is always `none` for Redis. The certificate of the authority may be
left out too: AWS DMS then trusts Amazon's.""",
    fix="""Leave `ssl_security_protocol` (Terraform, in `redis_settings`) or `SslSecurityProtocol` (CloudFormation, in `RedisSettings`) out, or set
it to `ssl-encryption`, and turn on encryption in transit on the server.""",
    references=(
        "https://docs.aws.amazon.com/securityhub/latest/userguide/dms-controls.html#dms-12",
        f"{GUIDE}CHAP_Target.Redis.html",
    ),
)
