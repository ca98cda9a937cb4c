"""DMS36: no route leads from the consumer to the endpoint, or back."""

from collections.abc import Iterator

from dms_checks.deployment import Deployment
from dms_checks.engines import GUIDE
from dms_checks.hops import Step
from dms_checks.model import Resource
from dms_checks.reachability import claims
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import REPLICATION_CONFIG, REPLICATION_INSTANCE


def check(consumer: Resource, deployment: Deployment) -> Iterator[Claim]:
    """Judge each endpoint outside of the consumer's subnets by the route tables on both sides and what they lead to."""
    return claims(deployment, consumer, consumer["subnet_group"], Step.ROUTE)


RULE = Rule(
    36,
    "no-route-to-endpoint",
    "No route to an endpoint, or none back",
    (REPLICATION_INSTANCE, REPLICATION_CONFIG),
    check,
    Level.ERROR,
    Severity.HIGH,
    why="""Where the database stands in another VPC, the route tables of both sides must lead to each other: over a VPC peering connection or a transit gateway. A database in
a network of one's own needs a route to the virtual private gateway or to the host that bridges to it, one on the internet a route to a NAT
gateway, or to an internet gateway for a replication instance with a public address. Without it packets get lost, and the connection test ends after
its time limit.

A subnet that no route table is associated with uses the VPC's main one. Judged only where the template shows the route tables of the VPC.""",
    fix="""Add the missing route (`aws_route`, a `route` block, `AWS::EC2::Route`) to the route table that is associated with the subnets, on both sides.""",
    references=(
        f"{GUIDE}CHAP_Security.html#CHAP_Security.Network",
        f"{GUIDE}CHAP_ReplicationInstance.VPC.html",
    ),
)
