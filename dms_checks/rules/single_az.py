"""DMS81: a replication instance stands in one Availability Zone."""

from collections.abc import Iterator

from dms_checks.deployment import Deployment
from dms_checks.model import Resource
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import REPLICATION_INSTANCE


def check(instance: Resource, _: Deployment) -> Iterator[Claim]:
    """Judge whether an instance has a standby."""
    multi_az, spelling = instance["multi_az"], instance.spelling("multi_az")
    zone = instance["availability_zone"]
    # AWS refuses the one beside the other.
    remove = "" if zone.is_absent else f" and remove {instance.spelling('availability_zone')}"
    message = f"{instance} has no standby in a second Availability Zone; set {spelling} to true{remove}"
    yield Claim(~multi_az.is_on, multi_az, message)


RULE = Rule(
    81,
    "single-az",
    "Replication instance has no standby in a second Availability Zone",
    (REPLICATION_INSTANCE,),
    check,
    Level.WARNING,
    Severity.MEDIUM,
    why="""A replication instance in one Availability Zone stops replicating when that zone or the instance fails. With Multi-AZ, AWS DMS keeps
a standby in a second zone and moves there by itself. Leaving it out means false in both dialects.

Security Hub asks this of replication instances, and so does this rule; serverless replications are not asked.""",
    fix="""Set `multi_az` (Terraform) or `MultiAZ` (CloudFormation) to `true`, and leave the Availability Zone to AWS. An instance that only tests
or loads once may do without: skip the finding there, with that reason.""",
    references=(
        "https://docs.aws.amazon.com/securityhub/latest/userguide/dms-controls.html#dms-13",
        "https://docs.aws.amazon.com/dms/latest/APIReference/API_CreateReplicationInstance.html",
    ),
)
