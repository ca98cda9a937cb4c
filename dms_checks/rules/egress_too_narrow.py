"""DMS30: the security groups do not let the consumer's connection out."""

from collections.abc import Iterator

from dms_checks.deployment import Deployment
from dms_checks.engines import GUIDE
from dms_checks.hops import Step
from dms_checks.model import Resource
from dms_checks.reachability import claims
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import REPLICATION_CONFIG, REPLICATION_INSTANCE


def check(consumer: Resource, deployment: Deployment) -> Iterator[Claim]:
    """Judge each endpoint of the consumer against the union of the egress rules of its security groups."""
    return claims(deployment, consumer, consumer["security_groups"], Step.EGRESS)


RULE = Rule(
    30,
    "egress-too-narrow",
    "Security groups do not let the connection to an endpoint out",
    (REPLICATION_INSTANCE, REPLICATION_CONFIG),
    check,
    Level.ERROR,
    Severity.HIGH,
    why="""A replication instance reaches a database only if one of its security groups allows TCP out to the database's port. If none does, "test
connection" fails after minutes, when everything is already deployed. A security group that Terraform creates allows nothing
until it has an egress rule; one that CloudFormation creates without egress rules allows everything.

Judged are all egress rules of all security groups together, inline and as resources of their own: protocol, ports, and the destination where the
template shows it (a literal address, a database with its security groups and subnets, a VPC endpoint, or the public addresses of a service of
AWS). Groups, rules or ports that stand elsewhere are unknown.""",
    fix="""Allow TCP out to the port of each endpoint, to the database's security group or range: an `egress` block,
`aws_vpc_security_group_egress_rule` or `aws_security_group_rule` in Terraform, `SecurityGroupEgress` or `AWS::EC2::SecurityGroupEgress` in
CloudFormation.""",
    references=(
        f"{GUIDE}CHAP_Security.html#CHAP_Security.Network",
        f"{GUIDE}CHAP_Troubleshooting.html#CHAP_Troubleshooting.General.Network",
    ),
)
