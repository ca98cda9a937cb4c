"""DMS37: the database admits the consumer itself, but it sees the NAT gateway."""

from collections.abc import Iterator

from dms_checks.deployment import Deployment
from dms_checks.engines import GUIDE
from dms_checks.hops import Step
from dms_checks.model import Resource
from dms_checks.reachability import claims
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import REPLICATION_CONFIG, REPLICATION_INSTANCE


def check(consumer: Resource, deployment: Deployment) -> Iterator[Claim]:
    """Judge each database that the consumer reaches through a NAT gateway."""
    return claims(deployment, consumer, consumer["subnet_group"], Step.NAT_ADDRESS)


RULE = Rule(
    37,
    "nat-address-not-admitted",
    "Database does not admit the address of the NAT gateway",
    (REPLICATION_INSTANCE, REPLICATION_CONFIG),
    check,
    Level.ERROR,
    Severity.MEDIUM,
    why="""A connection that leaves through a NAT gateway comes from the gateway's Elastic IP address. A database that admits only the replication instance's own
security group or range does not let it in.""",
    fix="""Admit the Elastic IP address of the NAT gateway on the database's port, such as `"${aws_eip.nat.public_ip}/32"` in Terraform or
`!Sub "${NatAddress}/32"` in CloudFormation.""",
    references=(
        f"{GUIDE}CHAP_Security.html#CHAP_Security.Network",
        f"{GUIDE}CHAP_Troubleshooting.html#CHAP_Troubleshooting.General.Network",
    ),
)
