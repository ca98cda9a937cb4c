"""DMS40: the host that bridges to the database's network does not let the consumer through."""

from collections.abc import Iterator

from dms_checks.deployment import Deployment
from dms_checks.engines import GUIDE
from dms_checks.hops import Step
from dms_checks.model import Resource
from dms_checks.reachability import claims
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import REPLICATION_CONFIG, REPLICATION_INSTANCE


def check(consumer: Resource, deployment: Deployment) -> Iterator[Claim]:
    """Judge each endpoint whose route leads to an EC2 instance or a network interface."""
    return claims(deployment, consumer, consumer["subnet_group"], Step.HOST)


RULE = Rule(
    40,
    "vpn-nat-host-blocks",
    "NAT or VPN host does not let the connection through",
    (REPLICATION_INSTANCE, REPLICATION_CONFIG),
    check,
    Level.ERROR,
    Severity.MEDIUM,
    why="""Where a route leads to an EC2 instance that bridges to another network, by VPN or by address translation, its security groups must admit the
replication instance on the database's port and let the connection out again. The host must also forward packets that are not its own, which EC2 does only with
the source/destination check off.""",
    fix="""Admit the replication instance's security group on the database's port in the host's security group, let it out to the database's range, and set
`source_dest_check` (Terraform) or `SourceDestCheck` (CloudFormation) to false.""",
    references=(
        f"{GUIDE}CHAP_Security.html#CHAP_Security.Network",
        f"{GUIDE}CHAP_ReplicationInstance.VPC.html",
    ),
)
