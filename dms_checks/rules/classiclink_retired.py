"""DMS42: a consumer or a database relies on ClassicLink, or on EC2-Classic."""

from collections.abc import Iterator

from dms_checks.deployment import Deployment, endpoints_of, vpcs_of
from dms_checks.engines import GUIDE
from dms_checks.model import Resource, Truth, Value
from dms_checks.network_vocabulary import (
    CLASSIC_GROUP,
    DATABASE,
    PEERING,
    PEERING_ACCEPTER,
    PEERING_OPTIONS,
    PEERING_SETTINGS,
    SECURITY_GROUP,
    VPC,
)
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.targets import cluster_of, security_groups, subnets, target_of
from dms_checks.vocabulary import CONSUMERS

_RETIRED = "which AWS retired in 2022"


def check(consumer: Resource, deployment: Deployment) -> Iterator[Claim]:
    """Judge the VPC of a consumer, and the databases of its endpoints with theirs."""
    at = consumer["subnet_group"]
    seen: set[str] = set()
    values = vpcs_of(deployment, consumer)
    if not values:
        yield Claim(Truth.UNKNOWN, at, "")
    for value in values:
        yield from _in_vpc(consumer, value, at, deployment, seen)
    for endpoint, connected in endpoints_of(deployment, consumer):
        database = target_of(deployment, endpoint).resource
        if database is None or database.is_data_source or connected is not Truth.YES:
            continue
        yield from _in_classic(consumer, endpoint, database, at, deployment)
        for value in _vpcs_around(database, deployment):
            yield from _in_vpc(consumer, value, at, deployment, seen)


# --- VPCs -------------------------------------------------------------------------------------------------------------


def _vpcs_around(database: Resource, deployment: Deployment) -> list[Value]:
    """The VPCs of what is around a database, found once for all consumers."""
    return deployment.remembered(("VPCs around", database.address), lambda: _around(database, deployment))


def _around(database: Resource, deployment: Deployment) -> list[Value]:
    groups = security_groups(deployment, database).items() or ()
    members = [deployment.target(group, SECURITY_GROUP) for group in groups]
    return [member["vpc"] for member in (*members, *(subnets(deployment, database) or ())) if member is not None]


def _in_vpc(consumer: Resource, value: Value, at: Value, deployment: Deployment, seen: set[str]) -> Iterator[Claim]:
    """A claim for each switch of a VPC and of its peering connections; once for each VPC."""
    if value.reference and value.reference.address in seen:
        return
    vpc = deployment.target(value, VPC)
    if vpc is None or vpc.is_data_source:
        yield Claim(Truth.UNKNOWN, at, "")
        return
    if vpc.address in seen:
        return
    seen.add(vpc.address)
    for resource, names, belongs in ((vpc, ("classiclink", "classiclink_names"), Truth.YES), *_peerings(vpc, deployment)):
        for name in names:
            spelling = resource.spelling(name)
            message = f"{consumer} has {resource.where} in its network, with {spelling} true for ClassicLink, {_RETIRED}; remove {spelling}"
            yield Claim(resource[name].is_on & belongs, at, message, (resource,))


def _peerings(vpc: Resource, deployment: Deployment) -> Iterator[tuple[Resource, tuple[str, ...], Truth]]:
    """The peering connections of a VPC, what sets options of them, and whether that is certain."""
    for peering, certain in deployment.referrers(vpc, PEERING, "vpc", "peer_vpc"):
        accepters = deployment.referrers(peering, PEERING_ACCEPTER, "peering")
        named = ((peering, Truth.YES), *accepters)
        options = [option for end, _ in named for option in deployment.referrers(end, PEERING_OPTIONS, "peering")]
        for resource, truth in (*named, *options):
            yield resource, PEERING_SETTINGS, truth & certain


# --- databases --------------------------------------------------------------------------------------------------------


def _in_classic(consumer: Resource, endpoint: Resource, database: Resource, at: Value, deployment: Deployment) -> Iterator[Claim]:
    owner = cluster_of(deployment, database)
    if owner is None or owner.kind is not DATABASE:
        return
    groups = deployment.remembered(("classic groups", owner.address), lambda: owner["classic_groups"])
    items = groups.items()
    if items == ():
        yield Claim(Truth.NO, at, "")
        return
    truth = Truth.UNKNOWN if items is None else Truth.any(_is_classic(item, deployment) for item in items)
    spelling = ".".join(str(step) for step in groups.path[-1:] if isinstance(step, str))
    message = (
        f"{consumer} reaches {owner.where} by {endpoint}, and {spelling} puts that into EC2-Classic, {_RETIRED}; "
        "put the database into a VPC, with security groups of that VPC"
    )
    yield Claim(truth, at, message, (owner, endpoint))


def _is_classic(value: Value, deployment: Deployment) -> Truth:
    """Whether a group is EC2-Classic's: by its name, or by a resource that names no VPC. A group of a VPC is a mistake of another kind."""
    group = deployment.target(value, CLASSIC_GROUP)
    if group is not None:
        return Truth.of(True if group["vpc"].is_absent else None)
    return Truth.of(True if value.text is not None and not value.text.startswith("sg-") else None)


RULE = Rule(
    42,
    "classiclink-retired",
    "ClassicLink or EC2-Classic, which AWS has retired",
    CONSUMERS,
    check,
    Level.ERROR,
    Severity.LOW,
    why="""ClassicLink let what stands in a VPC, such as a replication instance, reach a database that stands in none, in EC2-Classic. AWS retired
both on 15 August 2022, though the security chapter of AWS DMS still describes them: a migration that is planned that way cannot connect, and
its settings are refused or do nothing.

Judged are the VPC of a consumer, the databases of its endpoints with their VPCs, and the peering connections of these VPCs. Terraform's AWS
provider took the arguments until version 4 and refuses them since. CloudFormation has no word for the settings of a VPC; there the groups of EC2-Classic
tell: `DBSecurityGroups`, `ClusterSecurityGroups` and `CacheSecurityGroupNames`.""",
    fix="""Remove `enable_classiclink`, `enable_classiclink_dns_support` and the ClassicLink options of peering connections. Put the database into a VPC, name
`vpc_security_group_ids` (Terraform) or `VPCSecurityGroups` (CloudFormation) instead of database security groups, and peer the VPCs if they are two.""",
    references=(
        f"{GUIDE}CHAP_Security.html#CHAP_Security.Network",
        "https://aws.amazon.com/blogs/aws/ec2-classic-is-retiring-heres-how-to-prepare/",
    ),
)
