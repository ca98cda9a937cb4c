"""DMS39: a consumer stands in the default VPC, or in the default security group."""

from collections.abc import Iterator

from dms_checks.deployment import Deployment
from dms_checks.engines import GUIDE
from dms_checks.model import Resource, Truth, Value
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import CONSUMERS

_NETWORK = {
    "subnet_group": ("subnet group", "puts it into the default VPC"),
    "security_groups": ("security group", "gives it the VPC's default one"),
}
"""What is to be named, and what AWS does without it. Continues "so AWS …"."""


def check(consumer: Resource, _: Deployment) -> Iterator[Claim]:
    """Judge whether a consumer names its network itself."""
    missing = []
    for name in _NETWORK:
        named = _is_named(consumer[name])
        if named is Truth.NO:
            missing.append(name)
        else:
            yield Claim(~named, consumer[name], "")
    if missing:
        whats, choices = zip(*(_NETWORK[name] for name in missing), strict=True)
        spellings = " and ".join(consumer.spelling(name) for name in missing)
        message = f"{consumer} names no {' and no '.join(whats)}, so AWS {' and '.join(choices)}; set {spellings}"
        yield Claim(Truth.YES, consumer[missing[0]], message)


def _is_named(value: Value) -> Truth:
    """Whether anything is named; a plan also shows what AWS has chosen for a consumer that is there already."""
    items = value.items()
    if items is None:
        return Truth.UNKNOWN
    if not items:
        # An empty list that is the default of a parameter asks for one, like an empty text.
        return Truth.UNKNOWN if value.inputs else Truth.NO
    return Truth.any(Truth.UNKNOWN if item.from_state else item.given for item in items)


RULE = Rule(
    39,
    "default-network",
    "Network left to AWS",
    CONSUMERS,
    check,
    Level.WARNING,
    Severity.LOW,
    why="""Without a subnet group, AWS DMS puts a replication instance, a serverless replication or an instance profile into the default VPC, whose
subnets are public; an account without one refuses it. Without security groups, it gets the default group of the VPC, which it shares with everything
else that names none, and which lets everything out.

An empty list names nothing: Terraform's provider does not send it, and what is in a VPC is in some security group. An empty list or text
from a parameter or a variable's default is unknown, and so is what a plan shows of an instance that is there already, since AWS may have chosen it.
Terraform takes no serverless replication without a subnet group.""",
    fix="""Name a replication subnet group of private subnets (`replication_subnet_group_id` in Terraform, `ReplicationSubnetGroupIdentifier` in
CloudFormation) and a security group made for the migration (`vpc_security_group_ids`, `VpcSecurityGroupIds`). The subnet group of an instance
cannot be changed later.""",
    references=(
        f"{GUIDE}CHAP_ReplicationInstance.VPC.html",
        "https://docs.aws.amazon.com/dms/latest/APIReference/API_CreateReplicationInstance.html",
    ),
)
