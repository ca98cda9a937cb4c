"""DMS41: an endpoint points into the range that AWS DMS uses itself."""

from collections.abc import Iterator
from ipaddress import ip_network

from dms_checks.addresses import address, network, overlaps
from dms_checks.deployment import Deployment
from dms_checks.engines import GUIDE
from dms_checks.model import Resource, Truth, Value
from dms_checks.network_vocabulary import INSTANCE, NETWORK_INTERFACE
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.targets import Target, addresses_of, hosts_in, subnets, target_of
from dms_checks.vocabulary import ENDPOINT

RESERVED = ip_network("192.168.0.0/24")
"""User guide, "Source endpoints fall in the reserved IP range"."""

_HOSTS = ("server_name", "broker", "endpoint_uri", "secret")
"""Where an endpoint says its host."""


def check(endpoint: Resource, deployment: Deployment) -> Iterator[Claim]:
    """Judge the addresses of an endpoint, or the subnets of the database that it points at."""
    target = target_of(deployment, endpoint)
    at = next((value for value in (endpoint[name] for name in _HOSTS) if not value.is_absent), None)
    if at is not None:
        yield _host(endpoint, target, at, deployment)
    storage = endpoint["asm_server"]
    if not storage.is_absent:
        yield _literals(endpoint, hosts_in(storage.text or ""), storage)


def _host(endpoint: Resource, target: Target, at: Value, deployment: Deployment) -> Claim:
    if target.address is not None:
        where = f"an address in {RESERVED}" if target.is_hidden else str(target.address)
        return Claim(Truth.of(target.address in RESERVED), at, _message(endpoint, f"points at {where}"))
    if target.resource is not None:
        return _database(endpoint, target.resource, target.public, at, deployment)
    return _literals(endpoint, hosts_in(target.name), at)


def _literals(endpoint: Resource, hosts: list[str], at: Value) -> Claim:
    addresses = [address(host) for host in hosts]
    reserved = [literal for literal in addresses if literal is not None and literal in RESERVED]
    if reserved:
        return Claim(Truth.YES, at, _message(endpoint, f"points at {reserved[0]}"))
    # What a name stands for, and what is not known, may be anything.
    return Claim(Truth.of(False if addresses and None not in addresses else None), at, "")


def _database(endpoint: Resource, database: Resource, public: Truth, at: Value, deployment: Deployment) -> Claim:
    """AWS chooses the subnet and the address of a database, and may move it: every subnet counts."""
    if public is Truth.YES:
        return Claim(Truth.UNKNOWN, at, "")
    own = [host for host in addresses_of(database) if host] if database.kind in (INSTANCE, NETWORK_INTERFACE) else []
    if own and public is Truth.NO:
        return _literals(endpoint, own, at)
    around = subnets(deployment, database)
    ranges = [(subnet, network(subnet["range"].text or "")) for subnet in around or ()]
    inside = [subnet for subnet, range_ in ranges if range_ is not None and overlaps(range_, RESERVED)]
    # From outside of its VPC, a database with a public address is reached by that.
    certain = Truth.of(True if public is Truth.NO else None)
    if inside:
        where = f"points at {database.where}, which may stand in {inside[0].where}"
        return Claim(certain, at, _message(endpoint, where), (database, inside[0]))
    all_known = bool(ranges) and all(range_ is not None for _, range_ in ranges)
    return Claim(Truth.of(False if all_known else None), at, "")


def _message(endpoint: Resource, where: str) -> str:
    return (
        f"{endpoint} {where}, but AWS DMS uses {RESERVED} itself and does not reach an address in it; "
        "give the database an address outside of that range, or forward its port there"
    )


RULE = Rule(
    41,
    "reserved-address-range",
    "Endpoint in the range that AWS DMS uses itself",
    (ENDPOINT,),
    check,
    Level.ERROR,
    Severity.MEDIUM,
    why="""AWS DMS uses the range `192.168.0.0/24` inside of its own replication instances. A connection to an address of that range does not leave
the instance, and the test of the endpoint fails.

Judged are literal addresses, also in a list of brokers, in a URI and in a secret of the template, and the subnets of a database of the template that
the endpoint refers to: a database may get any address of them, and another one when it fails over. Names, and a database that may be reached
by a public address, are unknown. AWS says it of sources; what keeps a connection inside of the instance does not ask for its purpose.""",
    fix="""Give the database an address outside of `192.168.0.0/24`. If it has to stay, forward its port on an instance outside of that range, and
point the endpoint there.""",
    references=(f"{GUIDE}CHAP_Troubleshooting.html#CHAP_Troubleshooting.General.ReservedIP",),
)
