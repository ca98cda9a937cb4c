"""DMS38: a subnet group in one Availability Zone or in several VPCs, or a security group of another VPC."""

from collections.abc import Iterator
from itertools import pairwise

from dms_checks.deployment import Deployment, subnet_group_of
from dms_checks.model import Resource, Truth
from dms_checks.network_vocabulary import SECURITY_GROUP, SECURITY_GROUP_ASSOCIATION
from dms_checks.placement import same_vpc, same_zone, subnet_names, vpc_name
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import CONSUMERS, REPLICATION_SUBNET_GROUP
from dms_checks.wording import either


def check(resource: Resource, deployment: Deployment) -> Iterator[Claim]:
    """Judge the subnets of a subnet group, or the security groups of what stands in one."""
    if resource.kind is REPLICATION_SUBNET_GROUP:
        yield from _subnets(resource, deployment)
    else:
        yield from _security_groups(resource, deployment)


# --- subnet groups ----------------------------------------------------------------------------------------------------


def _subnets(group: Resource, deployment: Deployment) -> Iterator[Claim]:
    at = group["subnets"]
    if at.is_absent:
        return
    found, complete = subnet_names(deployment, group)
    subnets = [subnet for subnet in found.values() if subnet is not None]
    complete &= Truth.of(True if len(subnets) == len(found) or len(found) == 1 else None)
    together = Truth.all(same_zone(deployment, *pair) for pair in pairwise(subnets))
    # A subnet that is not known may stand in another zone; of those that are, two zones suffice.
    yield Claim(together & complete, at, _one_zone(group, list(found), subnets), tuple(subnets))
    for left, right in pairwise(subnets):
        same = same_vpc(deployment, left, right)
        message = (
            f"{group} has {left.where} in {vpc_name(deployment, left)} and {right.where} in {vpc_name(deployment, right)}; "
            "AWS DMS takes subnets of one VPC only"
        )
        yield Claim(~same, at, message, (left, right))


def _one_zone(group: Resource, names: list[str], subnets: list[Resource]) -> str:
    zone = subnets[0]["availability_zone"].text if subnets else None
    if len(names) == 1:
        has = f"has only one subnet, {subnets[0].where if subnets else names[0]}"
    else:
        has = f"has {either(tuple(subnet.where for subnet in subnets), 'and')}, all in one Availability Zone{f', {zone}' if zone else ''}"
    return f"{group} {has}; AWS DMS needs two zones, so add a subnet in another zone to {group.spelling('subnets')}"


# --- consumers --------------------------------------------------------------------------------------------------------


def _security_groups(consumer: Resource, deployment: Deployment) -> Iterator[Claim]:
    """Judge each security group against the subnets, or, where these cannot be told, against the other groups."""
    at = consumer["security_groups"]
    items = at.items()
    if at.is_absent or consumer["subnet_group"].is_absent:
        return
    groups = [deployment.target(item, SECURITY_GROUP) for item in items or ()]
    if not groups or None in groups:
        yield Claim(Truth.UNKNOWN, at, "")
    known = [group for group in groups if group is not None]
    subnet_group = subnet_group_of(deployment, consumer)
    found = subnet_names(deployment, subnet_group)[0] if subnet_group else {}
    subnets = [subnet for subnet in found.values() if subnet is not None]
    for group in known:
        yield _group_and_subnets(consumer, group, subnets, deployment)
    if not subnets:
        yield from (_two_groups(consumer, left, right, deployment) for left, right in pairwise(known))


def _group_and_subnets(consumer: Resource, group: Resource, subnets: list[Resource], deployment: Deployment) -> Claim:
    """Subnets of one VPC suffice to tell; those of two VPCs are a problem of their group."""
    at = consumer["security_groups"]
    truths = [(subnet, same_vpc(deployment, group, subnet)) for subnet in subnets]
    apart = [subnet for subnet, same in truths if same is Truth.NO]
    if any(same is Truth.YES for _, same in truths):
        return Claim(Truth.NO, at, "")
    if not apart:
        return Claim(Truth.UNKNOWN, at, "")
    message = (
        f"{consumer} has {group.where} of {vpc_name(deployment, group)}, but {apart[0].where} of its subnet group is in "
        f"{vpc_name(deployment, apart[0])}; name a security group of the subnets' VPC"
    )
    return Claim(_stays(group, deployment), at, message, (group, apart[0]))


def _two_groups(consumer: Resource, left: Resource, right: Resource, deployment: Deployment) -> Claim:
    message = (
        f"{consumer} has {left.where} of {vpc_name(deployment, left)} and {right.where} of {vpc_name(deployment, right)}; "
        "name security groups of the subnets' VPC"
    )
    apart = ~same_vpc(deployment, left, right) & _stays(left, deployment) & _stays(right, deployment)
    return Claim(apart, consumer["security_groups"], message, (left, right))


def _stays(group: Resource, deployment: Deployment) -> Truth:
    """Whether a security group can be used in its own VPC only."""
    associated = deployment.referrers(group, SECURITY_GROUP_ASSOCIATION, "group")
    return Truth.UNKNOWN if associated else deployment.complete


RULE = Rule(
    38,
    "subnet-group",
    "Subnet group or security groups that AWS DMS does not accept",
    (REPLICATION_SUBNET_GROUP, *CONSUMERS),
    check,
    Level.ERROR,
    Severity.HIGH,
    why="""A replication subnet group names subnets of one VPC in at least two Availability Zones; otherwise AWS DMS refuses to create it. The
security groups of a replication instance, a serverless replication or an instance profile have to be of the VPC of those subnets: with
one of another VPC the creation fails, after everything before it was deployed.

Two zones are the same when they are the same literal, the same expression, or the same element of a list of zones (`!Select [0, !GetAZs ""]`,
`data.aws_availability_zones.available.names[0]`). Two VPCs are different when the template makes both, when they are different literal ids, or
when the one is the default VPC, in which a security group without VPC stands. Subnets and groups that stand elsewhere are unknown.""",
    fix="""Name a subnet of a second Availability Zone in `subnet_ids` (Terraform) or `SubnetIds` (CloudFormation), and set `vpc_id` or `VpcId` of
the security groups to the VPC of the subnets. To reach a database in another VPC, peer the VPCs: a security group does not do that.""",
    references=(
        "https://docs.aws.amazon.com/dms/latest/APIReference/API_CreateReplicationSubnetGroup.html",
        "https://docs.aws.amazon.com/dms/latest/APIReference/API_CreateReplicationInstance.html",
    ),
)
