"""DMS31: the database's security groups do not let the consumer in."""

from collections.abc import Iterator

from dms_checks.deployment import Deployment
from dms_checks.engines import GUIDE
from dms_checks.hops import Step
from dms_checks.model import Resource
from dms_checks.reachability import claims
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import REPLICATION_CONFIG, REPLICATION_INSTANCE


def check(consumer: Resource, deployment: Deployment) -> Iterator[Claim]:
    """Judge each database of the template that the consumer connects to by the ingress rules of its security groups."""
    return claims(deployment, consumer, consumer["security_groups"], Step.INGRESS)


RULE = Rule(
    31,
    "endpoint-ingress-missing",
    "Security groups of a database do not let the replication instance in",
    (REPLICATION_INSTANCE, REPLICATION_CONFIG),
    check,
    Level.ERROR,
    Severity.HIGH,
    why="""The database must admit the replication instance on its port: by the instance's security group, by the range of its subnets or VPC, or by the address it is seen
with, which is a NAT gateway's or a public one where it leaves through one. If no security group of the database does, the connection test fails.

Judged are databases of the same template, by all ingress rules of all their security groups together. Rules that name a variable, a looked-up
security group or a prefix list of AWS are unknown.""",
    fix="""Add an ingress rule for the database's port to one of its security groups, best with the security group of the replication instance as its source: an `ingress`
block, `aws_vpc_security_group_ingress_rule` or `aws_security_group_rule` in Terraform, `SecurityGroupIngress` or
`AWS::EC2::SecurityGroupIngress` in CloudFormation.""",
    references=(
        f"{GUIDE}CHAP_Security.html#CHAP_Security.Network",
        f"{GUIDE}CHAP_Troubleshooting.html#CHAP_Troubleshooting.General.RDSConnection",
    ),
)
