"""Ports and addresses, against counting them one by one."""

import ipaddress

from hypothesis import given
from hypothesis import strategies as st

from dms_checks.addresses import ALL_PORTS, NO_PORTS, Network, Ports, covers, leads_nowhere, network, overlaps, tcp_ports
from dms_checks.model import Truth, Value

# Small ranges, so that all addresses can be counted: 10.0.0.0/24 and below.
RANGES = st.builds(
    lambda host, length: ipaddress.ip_network(f"10.0.0.{host}/{length}", strict=False), st.integers(0, 255), st.integers(24, 32)
)
PORTS = st.integers(0, 65535)


def _addresses(*ranges: Network) -> set[int]:
    return {int(address) for range_ in ranges for address in range_}


@given(st.lists(RANGES, max_size=6), RANGES)
def test_covers_counts_every_address(ranges: list[Network], wanted: Network) -> None:
    assert covers(ranges, wanted) is (_addresses(wanted) <= _addresses(*ranges))


@given(RANGES, RANGES)
def test_overlaps_counts_common_addresses(left: Network, right: Network) -> None:
    assert overlaps(left, right) is bool(_addresses(left) & _addresses(right))


def test_two_halves_are_everything() -> None:
    halves = [ipaddress.ip_network("0.0.0.0/1"), ipaddress.ip_network("128.0.0.0/1")]
    assert covers(halves, ipaddress.ip_network("0.0.0.0/0"))


@given(st.ip_addresses(v=6), st.integers(0, 128))
def test_versions_never_mix(address: ipaddress.IPv6Address, length: int) -> None:
    other = ipaddress.ip_network(f"{address}/{length}", strict=False)
    everything = ipaddress.ip_network("0.0.0.0/0")
    assert not covers([everything], other)
    assert not overlaps(everything, other)


@given(PORTS, PORTS, PORTS)
def test_ports_hold_what_lies_between(first: int, last: int, port: int) -> None:
    assert Ports(first, last).hold(port) is Truth.of(port in range(first, last + 1))


@given(PORTS)
def test_a_port_that_is_not_known_may_be_any(first: int) -> None:
    assert Ports(first, first).hold(None) is Truth.UNKNOWN
    assert ALL_PORTS.hold(None) is Truth.YES
    assert NO_PORTS.hold(None) is Truth.NO
    assert Ports(None, 5).hold(3) is Truth.UNKNOWN


def test_placeholders_lead_nowhere() -> None:
    placeholders = [ipaddress.ip_network(text) for text in ("127.0.0.1/32", "255.255.255.255/32", "::1/128")]
    assert all(leads_nowhere(range_) for range_ in placeholders)
    assert not leads_nowhere(ipaddress.ip_network("0.0.0.0/0"))


def _ports(protocol: object, first: object = None, last: object = None) -> Ports:
    values = [Value.absent() if item is None else Value.known(item) for item in (protocol, first, last)]  # type: ignore[arg-type]
    return tcp_ports(*values)


def test_protocols() -> None:
    assert _ports("-1", 22, 22) == ALL_PORTS, "AWS ignores the ports of all protocols"
    assert _ports(-1) == _ports("all") == ALL_PORTS
    assert _ports("TCP", 1, 2) == _ports(6, "1", "2") == Ports(1, 2)
    assert _ports("tcp") == _ports("tcp", -1, -1) == ALL_PORTS
    assert _ports("udp", 1, 65535) == _ports("icmp", -1, -1) == _ports("50") == NO_PORTS
    assert tcp_ports(Value.unknown(), Value.known(1), Value.known(2)) == Ports(None, None)


def test_what_is_no_range_is_none() -> None:
    assert network("not an address") is None
    assert network("10.0.0.9/8") == ipaddress.ip_network("10.0.0.0/8")
