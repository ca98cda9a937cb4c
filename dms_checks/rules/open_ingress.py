"""DMS43: a security group of a consumer admits the whole internet."""

from collections.abc import Iterator
from ipaddress import ip_network

from dms_checks.addresses import NO_PORTS, RESERVED, Network, Ports, covers
from dms_checks.deployment import Deployment
from dms_checks.engines import GUIDE
from dms_checks.model import Resource, Truth, Value
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.security_groups import Direction, Ranges, own_groups, rules_of
from dms_checks.vocabulary import CONSUMERS

_INTERNET = (ip_network("0.0.0.0/0"), ip_network("2000::/3"))


def check(consumer: Resource, deployment: Deployment) -> Iterator[Claim]:
    """Judge what the security groups of a consumer let in."""
    at = consumer["security_groups"]
    if at.is_absent:
        return
    groups, complete = own_groups(deployment, at)
    if complete is not Truth.YES:
        yield Claim(Truth.UNKNOWN, at, "")
    for group in groups:
        yield from _claims(consumer, group, at, deployment)


def _claims(consumer: Resource, group: Resource, at: Value, deployment: Deployment) -> Iterator[Claim]:
    """A claim for all that a group admits; rules of the same ports belong together."""
    rules = rules_of(deployment, group, Direction.IN)
    by_ports: dict[Ports, list[tuple[Ranges, Truth]]] = {}
    for rule in rules.listed:
        by_ports.setdefault(rule.ports, []).append((rule.ranges, rule.applies))
    judged = {ports: _is_open(parts) for ports, parts in by_ports.items()}
    found = [ports for ports, truth in judged.items() if truth is Truth.YES]
    if not found:
        yield Claim(Truth.any([*judged.values(), rules.others]), at, "")
        return
    ports = [str(item) for item in found if item not in (NO_PORTS, Ports(None, None))]
    on = f" on {' and '.join(ports)}" if ports else ""
    message = (
        f"{consumer} has {group.where}, which admits the whole internet{on}; AWS DMS opens its connections itself, so take "
        f"the rule out of the ingress of {group}"
    )
    yield Claim(Truth.YES, at, message, (group,))


def _is_open(parts: list[tuple[Ranges, Truth]]) -> Truth:
    """Whether ranges together hold the internet, of IPv4 or of IPv6."""
    certain = [range_ for ranges, applies in parts for range_ in ranges.known if applies is Truth.YES]
    if _hold_the_internet(certain):
        return Truth.YES
    unknown = any(ranges.unknown for ranges, _ in parts)
    possible = [range_ for ranges, _ in parts for range_ in ranges.known]
    return Truth.UNKNOWN if unknown or _hold_the_internet(possible) else Truth.NO


def _hold_the_internet(ranges: list[Network]) -> bool:
    # No packet comes over the internet from reserved ranges: who leaves them out admits the internet nevertheless.
    return bool(ranges) and any(covers((*ranges, *RESERVED), internet) for internet in _INTERNET)


RULE = Rule(
    43,
    "open-ingress",
    "Security group admits the whole internet",
    CONSUMERS,
    check,
    Level.WARNING,
    Severity.HIGH,
    why="""AWS DMS opens every connection itself, and a security group lets the answers in whatever its rules say: a replication instance needs no
ingress at all. A rule that admits `0.0.0.0/0` or `::/0` only helps others, and as soon as the instance has a public address nothing
else stands in their way.

Judged are the ingress rules of all security groups of a consumer, inline and as resources of their own, of any protocol, also through a managed
prefix list and where several ranges together make up the internet (`0.0.0.0/1` and `128.0.0.0/1`). Ranges and groups that stand elsewhere are
unknown.""",
    fix="""Remove the ingress rule. If the security group is shared with something that has to be reached from outside, make one for AWS DMS alone, and
let the database's group admit that.""",
    references=(
        f"{GUIDE}CHAP_Security.html#CHAP_Security.Network",
        f"{GUIDE}CHAP_Advanced.Endpoints.securitygroup.html",
    ),
)
