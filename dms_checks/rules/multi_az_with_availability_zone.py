"""DMS84: a consumer asks for two Availability Zones and for a certain one."""

from collections.abc import Iterator

from dms_checks.deployment import Deployment
from dms_checks.model import Resource, Truth
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import REPLICATION_CONFIG, REPLICATION_INSTANCE


def check(consumer: Resource, _: Deployment) -> Iterator[Claim]:
    """Judge the two together; each is fine alone."""
    multi_az, zone = consumer["multi_az"], consumer["availability_zone"]
    # A plan also shows the zone that AWS has chosen for an instance which is there already.
    chosen = Truth.UNKNOWN if zone.from_state else zone.given
    both, one = consumer.spelling("multi_az"), consumer.spelling("availability_zone")
    message = f"{consumer} has {both} true and also {one}, and AWS DMS refuses the two together; remove {one}"
    yield Claim(multi_az.is_on & chosen, zone, message)


RULE = Rule(
    84,
    "multi-az-with-availability-zone",
    "Multi-AZ together with an Availability Zone",
    (REPLICATION_INSTANCE, REPLICATION_CONFIG),
    check,
    Level.ERROR,
    Severity.MEDIUM,
    why="""With Multi-AZ, AWS DMS chooses the Availability Zones of a replication instance or of a serverless replication and of their
standby. It refuses a request that also names one, and the deployment fails.

An Availability Zone that is not known (a variable, which may be null) is not reported.""",
    fix="""Remove `availability_zone` (Terraform) or `AvailabilityZone` (CloudFormation); of a serverless replication, inside of its compute
configuration. The subnet group says which zones are possible.""",
    references=(
        "https://docs.aws.amazon.com/dms/latest/APIReference/API_CreateReplicationInstance.html",
        "https://docs.aws.amazon.com/dms/latest/APIReference/API_ComputeConfig.html",
    ),
)
