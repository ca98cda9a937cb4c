"""DMS30: the security groups do not let the consumer's connection out."""

from collections.abc import Iterator

from dms_checks.deployment import Deployment, endpoints_of
from dms_checks.egress import Destination, describe, destination_of, egress_allows, groups_of, port_of
from dms_checks.engines import ENGINES, GUIDE
from dms_checks.model import Resource, Truth
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import REPLICATION_CONFIG, REPLICATION_INSTANCE

MAXIMUM_LISTED = 3
"""How many security groups a message describes."""


def check(consumer: Resource, deployment: Deployment) -> Iterator[Claim]:
    """Judge each endpoint of the consumer against the union of the egress rules of its security groups."""
    at = consumer["security_groups"]
    if at.is_absent:
        return
    groups, complete = groups_of(deployment, consumer)
    unreachable = []
    for endpoint, connected in endpoints_of(deployment, consumer):
        port = port_of(deployment, endpoint)
        destination = destination_of(deployment, endpoint)
        allowed = Truth.any(egress_allows(deployment, group, port, destination) for group in groups)
        blocked = ~(allowed | ~complete) & deployment.complete & connected
        if blocked is Truth.YES:
            unreachable.append(_target(endpoint, port, destination))
        else:
            yield Claim(blocked, at, "")
    if unreachable:
        listed = [f"{group.where} allows {describe(deployment, group)}" for group in groups[:MAXIMUM_LISTED]]
        rest = len(groups) - MAXIMUM_LISTED
        allowed_out = "; ".join([*listed, *([f"and {rest} more do not allow it either"] if rest > 0 else [])])
        yield Claim(Truth.YES, at, f"{consumer} cannot reach {' and '.join(unreachable)}, since {allowed_out}", tuple(groups))


def _target(endpoint: Resource, port: int | None, destination: Destination) -> str:
    """An endpoint with the address, where it is short enough to read, and the port that the groups have to allow."""
    engine = ENGINES.get(endpoint["engine"].word or "")
    literal = destination.literal
    words = [engine.title] if engine else []
    words += [f"at {literal}"] if literal and literal.version == 4 else []
    what = f" ({' '.join(words)})" if words else ""
    on = f" on port {port}" if port else ""
    return f"{endpoint}{what}{on}"


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
template shows it (a literal address, or a database with its security groups and subnets). Groups, rules or ports that stand elsewhere are unknown.""",
    fix="""Allow TCP out to the port of each endpoint, to the database's security group or range: an `egress` block,
`aws_vpc_security_group_egress_rule` or `aws_security_group_rule` in Terraform, `SecurityGroupEgress` or `AWS::EC2::SecurityGroupEgress` in
CloudFormation.""",
    references=(
        f"{GUIDE}CHAP_Security.html#CHAP_Security.Network",
        f"{GUIDE}CHAP_Troubleshooting.html#CHAP_Troubleshooting.General.Network",
    ),
)
