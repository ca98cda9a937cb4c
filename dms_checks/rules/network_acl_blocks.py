"""DMS32: a network ACL denies the connection, or its answers."""

from collections.abc import Iterator

from dms_checks.deployment import Deployment
from dms_checks.engines import GUIDE
from dms_checks.hops import Step
from dms_checks.model import Resource
from dms_checks.reachability import claims
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import REPLICATION_CONFIG, REPLICATION_INSTANCE


def check(consumer: Resource, deployment: Deployment) -> Iterator[Claim]:
    """Judge each endpoint by the network ACLs of the subnets on the way, there and back."""
    return claims(deployment, consumer, consumer["subnet_group"], Step.ACL)


RULE = Rule(
    32,
    "network-acl-blocks",
    "Network ACL denies the connection to an endpoint or its answers",
    (REPLICATION_INSTANCE, REPLICATION_CONFIG),
    check,
    Level.ERROR,
    Severity.HIGH,
    why="""Network ACLs judge every packet that enters or leaves a subnet. They are stateless: the database's port must be allowed on the way there, and the ephemeral
ports, from which the connection was opened, on the way back. The rule with the lowest number that matches decides; what none matches is denied, so
that an ACL without rules denies everything.

A replication instance is taken to open its connections from the ports 32768 to 60999, as Linux does, and a NAT gateway from 1024 to 65535.
Blocked means that none of them is allowed.""",
    fix="""Allow the database's port out of the subnets of the replication instance and into those of the database, and TCP 1024 to 65535 on the way back: with
`egress` and `ingress` blocks or `aws_network_acl_rule` in Terraform, with `AWS::EC2::NetworkAclEntry` in CloudFormation, where `Egress` is
false when it is left out. Rules that deny need a higher number.""",
    references=(
        f"{GUIDE}CHAP_Security.html#CHAP_Security.Network",
        f"{GUIDE}CHAP_Troubleshooting.html#CHAP_Troubleshooting.General.Network",
    ),
)
