"""DMS44: a database admits a consumer by its own address, and by nothing wider."""

from collections.abc import Iterator
from dataclasses import dataclass

from dms_checks.addresses import Network, overlaps
from dms_checks.deployment import Deployment, endpoints_of, subnets_of
from dms_checks.engines import GUIDE
from dms_checks.hops import range_of
from dms_checks.model import Resource, Truth
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.security_groups import Direction, Ranges, own_groups, private, rules_of
from dms_checks.targets import security_groups, target_of
from dms_checks.vocabulary import REPLICATION_CONFIG, REPLICATION_INSTANCE


@dataclass(frozen=True, slots=True)
class _Consumer:
    """A consumer as security groups see it: how its addresses are called; its groups, and whether these are all; the ranges of its subnets,
    None if they can't all be told."""

    names: frozenset[str]
    groups: frozenset[str]
    complete: Truth
    ranges: tuple[Network, ...] | None


def check(consumer: Resource, deployment: Deployment) -> Iterator[Claim]:
    """Judge how the database of each endpoint admits the consumer."""
    at = consumer["security_groups"]
    seen = _seen(consumer, deployment)
    for endpoint, connected in endpoints_of(deployment, consumer):
        target = target_of(deployment, endpoint)
        if target.resource is None or target.resource.is_data_source:
            continue
        groups, complete = own_groups(deployment, security_groups(deployment, target.resource))
        by_address, wider = _admitted(groups, complete, target.port, seen, deployment)
        listed = " and ".join(group.where for group, truth in by_address if truth is Truth.YES)
        message = (
            f"{consumer} is admitted to {target.resource.where} by {listed} with its own address only, which can change; admit "
            f"{'its security group' if seen.groups else 'a security group of its own'} or the ranges of its subnets there"
        )
        truth = Truth.any(truth for _, truth in by_address) & ~wider & connected & deployment.complete
        yield Claim(truth if groups else Truth.UNKNOWN, at, message, (target.resource, *groups))


def _seen(consumer: Resource, deployment: Deployment) -> _Consumer:
    groups, complete = own_groups(deployment, consumer["security_groups"])
    found = [range_of(deployment, subnet) for subnet in subnets_of(deployment, consumer) or (None,)]
    known = tuple(range_ for part in found if part is not None for range_ in part)
    names = frozenset((consumer.address, private(consumer.address)))
    return _Consumer(names, frozenset(map(str, groups)), complete, None if None in found else known)


def _admitted(
    groups: list[Resource], complete: Truth, port: int | None, consumer: _Consumer, deployment: Deployment
) -> tuple[list[tuple[Resource, Truth]], Truth]:
    """Which security groups admit a consumer by its own address, and whether any of them admits it by more."""
    by_address: list[tuple[Resource, Truth]] = []
    wider = ~complete
    for group in groups:
        rules = rules_of(deployment, group, Direction.IN)
        wider |= rules.others
        narrow = Truth.NO
        for rule in rules.listed:
            holds = rule.ports.hold(port) & rule.applies
            narrow |= holds & Truth.any(_by_address(rule.ranges, consumer))
            wider |= holds & Truth.any((*_by_range(rule.ranges, consumer), *_by_group(rule.groups, consumer)))
        by_address.append((group, narrow))
    return by_address, wider


def _by_address(ranges: Ranges, consumer: _Consumer) -> Iterator[Truth]:
    """Whether ranges of one address are the consumer's: an address of its subnets, or the one that the template takes from it."""
    if ranges.unnamed:
        yield Truth.UNKNOWN
    elif consumer.names & set(ranges.names):
        yield Truth.YES
    for range_ in ranges.known:
        if _is_single(range_):
            yield Truth.of(None if consumer.ranges is None else any(overlaps(range_, wanted) for wanted in consumer.ranges))


def _by_range(ranges: Ranges, consumer: _Consumer) -> Iterator[Truth]:
    if ranges.unnamed or set(ranges.names) - consumer.names:
        yield Truth.UNKNOWN
    for range_ in ranges.known:
        if _is_single(range_):
            continue
        if consumer.ranges is None:
            yield Truth.of(True if range_.prefixlen == 0 else None)
        else:
            yield Truth.of(any(overlaps(range_, wanted) for wanted in consumer.ranges))


def _by_group(groups: tuple[str | None, ...], consumer: _Consumer) -> Iterator[Truth]:
    for group in groups:
        if group is None:
            yield Truth.UNKNOWN
        else:
            yield Truth.YES if group in consumer.groups else ~consumer.complete


def _is_single(range_: Network) -> bool:
    return range_.prefixlen == range_.max_prefixlen


RULE = Rule(
    44,
    "single-address-ingress",
    "Database admits AWS DMS by a single address only",
    (REPLICATION_INSTANCE, REPLICATION_CONFIG),
    check,
    Level.WARNING,
    Severity.LOW,
    why="""The private address of a replication instance can change, for example when it fails over to its standby or is replaced, and that
of a serverless replication when it is provisioned again. A database whose security groups admit that single address only then refuses the
connection, and the migration stops without any change to it.

A rule for a single address of the consumer's subnets counts, and one that takes it from the instance (`replication_instance_private_ips`,
`ReplicationInstancePrivateIpAddresses`). Nothing is reported where another rule admits the consumer too, or may: its security group, a
range that its subnets have a part in, or what stands elsewhere.""",
    fix="""Let the security group of the database admit the security group of the replication instance, or, from another VPC, the ranges of its
subnets.""",
    references=(
        f"{GUIDE}CHAP_Security.html#CHAP_Security.Network",
        f"{GUIDE}CHAP_Advanced.Endpoints.securitygroup.html",
    ),
)
