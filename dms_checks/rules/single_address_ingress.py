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
from dms_checks.security_groups import Rule as GroupRule
from dms_checks.targets import security_groups, target_of
from dms_checks.vocabulary import REPLICATION_CONFIG, REPLICATION_INSTANCE


@dataclass(frozen=True, slots=True)
class _Consumer:
    """A consumer as security groups see it: how its addresses are called, its groups and whether these are all, the ranges of its subnets.

    The ranges are None if they can't all be told.
    """

    names: frozenset[str]
    groups: frozenset[str]
    complete: Truth
    ranges: tuple[Network, ...] | None


@dataclass(frozen=True, slots=True)
class _Door:
    """How a database admits anybody at a port: its security groups, the rules that may hold the port, and whether there may be others."""

    groups: tuple[Resource, ...]
    rules: tuple[tuple[Resource, GroupRule, Truth], ...]
    others: Truth


def check(consumer: Resource, deployment: Deployment) -> Iterator[Claim]:
    """Judge how the database of each endpoint admits the consumer."""
    seen = _seen(consumer, deployment)
    for endpoint, connected in endpoints_of(deployment, consumer):
        target = target_of(deployment, endpoint)
        database = target.resource
        if database is None or not target.is_shown:
            continue
        door = _door(deployment, database, target.port)
        yield _claim(consumer, seen, database, door, connected & deployment.complete)


def _claim(consumer: Resource, seen: _Consumer, database: Resource, door: _Door, connected: Truth) -> Claim:
    at = consumer["security_groups"]
    by_address = [(group, holds & Truth.any(_by_address(rule.ranges, seen))) for group, rule, holds in door.rules]
    narrow = Truth.any(truth for _, truth in by_address) if door.groups else Truth.UNKNOWN
    if narrow is Truth.NO:
        return Claim(narrow, at, "")
    wider = door.others | Truth.any(holds & Truth.any(_by_more(rule, seen)) for _, rule, holds in door.rules)
    truth = narrow & ~wider & connected
    if truth is not Truth.YES:
        return Claim(truth, at, "")
    listed = " and ".join(dict.fromkeys(group.where for group, admitted in by_address if admitted is Truth.YES))
    message = (
        f"{consumer} is admitted to {database.where} by {listed} with its own address only, which can change; admit "
        f"{'its security group' if seen.groups else 'a security group of its own'} or the ranges of its subnets there"
    )
    return Claim(truth, at, message, (database, *door.groups))


def _seen(consumer: Resource, deployment: Deployment) -> _Consumer:
    groups, complete = own_groups(deployment, consumer["security_groups"])
    found = [range_of(deployment, subnet) for subnet in subnets_of(deployment, consumer) or (None,)]
    known = tuple(range_ for part in found if part is not None for range_ in part)
    names = frozenset((consumer.address, private(consumer.address)))
    return _Consumer(names, frozenset(map(str, groups)), complete, None if None in found else known)


def _door(deployment: Deployment, database: Resource, port: int | None) -> _Door:
    """How a database admits anybody, found once for all consumers."""
    return deployment.remembered(("door", database.address, port), lambda: _found(deployment, database, port))


def _found(deployment: Deployment, database: Resource, port: int | None) -> _Door:
    groups, complete = own_groups(deployment, security_groups(deployment, database))
    sets = [(group, rules_of(deployment, group, Direction.IN)) for group in groups]
    rules = [(group, rule, rule.ports.hold(port) & rule.applies) for group, rules in sets for rule in rules.listed]
    others = ~complete | Truth.any(rules.others for _, rules in sets)
    return _Door(tuple(groups), tuple(item for item in rules if item[2] is not Truth.NO), others)


def _by_address(ranges: Ranges, consumer: _Consumer) -> Iterator[Truth]:
    """Whether ranges of one address are the consumer's: an address of its subnets, or the one that the template takes from it."""
    if ranges.unnamed:
        yield Truth.UNKNOWN
    elif consumer.names & set(ranges.names):
        yield Truth.YES
    for range_ in ranges.known:
        if _is_single(range_):
            yield Truth.of(None if consumer.ranges is None else any(overlaps(range_, wanted) for wanted in consumer.ranges))


def _by_more(rule: GroupRule, consumer: _Consumer) -> Iterator[Truth]:
    """Whether a rule admits the consumer by a wider range, or by a group."""
    yield from _by_range(rule.ranges, consumer)
    yield from _by_group(rule.groups, consumer)


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
