"""The ways to a service of AWS, such as S3 or Secrets Manager: a VPC endpoint, or the internet."""

from collections.abc import Iterator
from dataclasses import replace

from dms_checks import network_vocabulary
from dms_checks.addresses import PUBLIC
from dms_checks.deployment import Deployment, in_one_vpc, refers, service_of, vpc_endpoints_in
from dms_checks.hops import (
    HOST_PORTS,
    Hop,
    Source,
    Step,
    by_internet_gateway,
    egress,
    network_acl,
    range_of,
    said,
    stays_in_subnet,
    through_nat,
)
from dms_checks.model import Resource, Truth, Value
from dms_checks.network_acls import Side
from dms_checks.routes import Route, Table, Way, decide, table_of
from dms_checks.security_groups import Direction, Peer, admit, own_groups


def to_service(
    deployment: Deployment, source: Source, here: Resource | None, services: tuple[str, ...], port: int | None
) -> Iterator[Hop]:
    """To S3, Kinesis and the like: by a VPC endpoint, or through the internet."""
    found = [vpc_endpoint_leads(deployment, here, endpoint, services) for endpoint in _candidates(deployment, source, here)]
    certain = [endpoint for endpoint, truth in found if truth is Truth.YES]
    if certain:
        yield from _by_vpc_endpoint(deployment, source, here, certain[0], port)
        return
    table = table_of(deployment, here) if here else None
    if table is None or any(truth is Truth.UNKNOWN for _, truth in found) or _is_named_elsewhere(deployment, here):
        yield egress(deployment, source.groups, source.complete, port, Peer(somewhere=True))
        yield Hop(Step.VPC_ENDPOINT, Truth.UNKNOWN, None, "it can't be told which way leads to the service")
        return
    yield from _by_internet(deployment, source, here, table, services, port)


def _is_named_elsewhere(deployment: Deployment, here: Resource | None) -> bool:
    """Whether the names of services may stand for a VPC endpoint of another VPC: by private hosted zones, or by what another account shares."""
    vpc = deployment.target(here["vpc"], network_vocabulary.VPC) if here else None
    if vpc is None:
        return False
    kinds = (network_vocabulary.PRIVATE_ZONE, network_vocabulary.NAME_SOURCE)
    return any(_names_services(deployment, source) for source in deployment.naming(vpc, *kinds))


def _names_services(deployment: Deployment, source: Resource) -> bool:
    is_zone = source.kind is network_vocabulary.PRIVATE_ZONE
    zone = source if is_zone else deployment.target(source["zone"], network_vocabulary.PRIVATE_ZONE)
    name = zone["name"].text if zone else None
    return name is None or name.lower().rstrip(".").endswith(("amazonaws.com", "amazonaws.com.cn"))


def _candidates(deployment: Deployment, source: Source, here: Resource | None) -> list[Resource]:
    return vpc_endpoints_in(deployment, [here["vpc"]] if here else list(source.vpcs))


def vpc_endpoint_leads(
    deployment: Deployment, here: Resource | None, endpoint: Resource, services: tuple[str, ...]
) -> tuple[Resource, Truth]:
    """Whether packets to a service go through a VPC endpoint from a subnet."""
    service = service_of(endpoint["service"])
    if service is not None and service not in services:
        return endpoint, Truth.NO
    is_service = Truth.of(True if service else None)
    vpc = here["vpc"] if here else Value.unknown()
    is_near = in_one_vpc(deployment, vpc, endpoint["vpc"])
    leads = Truth.UNKNOWN
    if endpoint["type"].is_word("gateway") is Truth.YES:
        leads = _in_the_table(deployment, here, endpoint)
    elif endpoint["type"].is_word("interface") is Truth.YES:
        # Without private DNS the service's own name leads elsewhere, unless the endpoint is told of another.
        leads = endpoint["private_dns"].is_on | Truth.UNKNOWN
    exists = Truth.UNKNOWN if endpoint.is_data_source else endpoint.exists
    return endpoint, is_service & is_near & leads & exists


def passes(deployment: Deployment, subnets: list[Resource] | None, endpoint: Resource) -> Truth:
    """Whether packets from some subnets to the service of a VPC endpoint go through it; a gateway endpoint must be in their route tables."""
    if subnets is None or endpoint["type"].is_word("gateway") is not Truth.YES:
        return Truth.UNKNOWN
    return Truth.any(_in_the_table(deployment, subnet, endpoint) for subnet in subnets)


_TABLES = (network_vocabulary.ROUTE_TABLE, network_vocabulary.VPC)
"""What names a route table: itself, or the VPC whose main one it is."""


def _in_the_table(deployment: Deployment, here: Resource | None, endpoint: Resource) -> Truth:
    """Whether a gateway endpoint is a route of the subnet's table."""
    table = table_of(deployment, here) if here else None
    # A main table that nothing adopts is named by its VPC's attribute.
    named = table.resource or deployment.target(here["vpc"], network_vocabulary.VPC) if table and here else None
    if named is None:
        return Truth.UNKNOWN
    alone = [
        refers(other["table"], named)
        for other, _ in deployment.referrers(endpoint, network_vocabulary.VPC_ENDPOINT_ROUTE_TABLE, "vpc_endpoint")
    ]
    listed = endpoint["route_tables"]
    inline = refers(listed, named)
    # What is no route table of the deployment may be any, as the output of a nested stack.
    if listed.items() is None or any(deployment.target(item, *_TABLES) is None for item in listed.items() or ()):
        inline = inline | Truth.UNKNOWN
    handed_over = Truth.of(None if deployment.is_handed_over(endpoint.address) else False)
    return Truth.any([inline, handed_over, *alone])


def _by_vpc_endpoint(
    deployment: Deployment, source: Source, here: Resource | None, endpoint: Resource, port: int | None
) -> Iterator[Hop]:
    if endpoint["type"].is_word("gateway") is Truth.YES:
        peer = Peer(PUBLIC, (), Truth.NO, (endpoint.address,))
        yield egress(deployment, source.groups, source.complete, port, peer)
        yield network_acl(deployment, here, Side.OUT, port, PUBLIC)
        yield Hop(Step.VPC_ENDPOINT, Truth.YES, endpoint)
        yield network_acl(deployment, here, Side.IN, HOST_PORTS, PUBLIC, back=True)
        return
    groups, complete = own_groups(deployment, endpoint["security_groups"])
    alone = deployment.referrers(endpoint, network_vocabulary.VPC_ENDPOINT_SECURITY_GROUP, "vpc_endpoint")
    complete = complete & Truth.of(None if alone else True)
    subnets = [deployment.target(item, network_vocabulary.SUBNET) for item in endpoint["subnets"].items() or ()]
    ranges = [range_of(deployment, subnet) for subnet in subnets]
    known = tuple(range_ for found in ranges for range_ in found or ())
    peer = Peer(
        known if known and None not in ranges else None,
        tuple(group.address for group in groups),
        ~complete & Truth.UNKNOWN,
    )
    yield egress(deployment, source.groups, source.complete, port, peer)
    yield from _acls(deployment, here, subnets, port)
    truth = admit(deployment, groups, Direction.IN, port, source.seen(range_of(deployment, here))) | (~complete & Truth.UNKNOWN)
    if truth is Truth.NO:
        yield Hop(Step.VPC_ENDPOINT, truth, groups[0], said(deployment, groups, Direction.IN, of=endpoint))
    else:
        yield Hop(Step.VPC_ENDPOINT, truth, endpoint, f"not all security groups of {endpoint.where} are known")
    yield from _acls(deployment, here, subnets, port, back=True)


def _acls(
    deployment: Deployment, here: Resource | None, subnets: list[Resource | None], port: int | None, *, back: bool = False
) -> Iterator[Hop]:
    """The network ACLs between a subnet and those that an interface endpoint stands in, of which AWS chooses one."""
    near, far = range_of(deployment, here), [range_of(deployment, there) for there in subnets]
    others = [
        (there, range_)
        for there, range_ in zip(subnets, far, strict=True)
        if there is None or here is None or there.address != here.address
    ]
    if back:
        leaving = [network_acl(deployment, there, Side.OUT, HOST_PORTS, near, back=True) for there, _ in others]
        entering = [network_acl(deployment, here, Side.IN, HOST_PORTS, range_, back=True) for _, range_ in others]
    else:
        leaving = [network_acl(deployment, here, Side.OUT, port, range_) for _, range_ in others]
        entering = [network_acl(deployment, there, Side.IN, port, near) for there, _ in others]
    for hops in (leaving, entering):
        # What stays in a subnet passes no ACL.
        truths = {hop.truth for hop in hops} | ({Truth.YES} if len(others) < len(subnets) else set())
        worst = min(hops, key=lambda hop: hop.truth.value, default=None)
        if worst is not None:
            yield worst if len(truths) == 1 else replace(worst, truth=Truth.UNKNOWN)


def _by_internet(
    deployment: Deployment, source: Source, here: Resource | None, table: Table, services: tuple[str, ...], port: int | None
) -> Iterator[Hop]:
    # The prefix list of a service has its addresses, whichever way leads to them.
    near = [endpoint for endpoint in _candidates(deployment, source, here) if service_of(endpoint["service"]) in services]
    names = tuple(endpoint.address for endpoint in near)
    yield egress(deployment, source.groups, source.complete, port, Peer(PUBLIC, (), Truth.NO, names))
    decision = decide(deployment, table, PUBLIC)
    stays = stays_in_subnet(deployment, here, decision.route)
    if not stays:
        yield network_acl(deployment, here, Side.OUT, port, PUBLIC)
    if decision.known is not Truth.YES:
        yield Hop(Step.VPC_ENDPOINT, Truth.UNKNOWN, table.resource, f"not all routes of {table.name} are known")
        return
    for hop in _internet_hops(deployment, source, here, table, decision.route, port):
        if hop.step is Step.ROUTE and hop.truth is Truth.NO:
            yield Hop(Step.VPC_ENDPOINT, Truth.NO, hop.what, f"{_passed_by(near, table, services)}, and {hop.reason}")
            return
        yield hop if hop.step is not Step.ROUTE else Hop(Step.VPC_ENDPOINT, hop.truth, hop.what, hop.reason)
    if not stays:
        yield network_acl(deployment, here, Side.IN, HOST_PORTS, PUBLIC, back=True)


def _passed_by(near: list[Resource], table: Table, services: tuple[str, ...]) -> str:
    """Why packets do not go through a VPC endpoint: there is none, or the one of type gateway is in other route tables."""
    gateway = next((endpoint for endpoint in near if endpoint["type"].is_word("gateway") is Truth.YES), None)
    if gateway is None:
        return f"there is no VPC endpoint for {' or '.join(services)}"
    return f"{gateway.where} is not associated with {table.name}"


def _internet_hops(
    deployment: Deployment, source: Source, here: Resource | None, table: Table, route: Route | None, port: int | None
) -> Iterator[Hop]:
    near = [here["vpc"]] if here else list(source.vpcs)
    if route is None:
        yield Hop(Step.ROUTE, Truth.NO, table.resource or here, f"{table.name} has no route to the internet")
    elif route.way is Way.INTERNET_GATEWAY:
        yield by_internet_gateway(deployment, source.public, near, table, route)
    elif route.way is Way.NAT_GATEWAY:
        nat = through_nat(deployment, here, route.to, port, PUBLIC)
        yield from (*nat.forth, *nat.back)
    else:
        yield Hop(Step.ROUTE, Truth.UNKNOWN, table.resource, f"{table.name} leads to {route.way.value}, which is not followed")
