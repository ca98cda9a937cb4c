"""Whether a verdict on the network is true: of random small networks, compared with what becomes of every single packet.

A verdict that is YES or NO has to hold for each packet, and each hop that is said to block has to drop each of them. A verdict has to be known
where no device is partial: none that lets some of the packets which reach it pass and others not, or sends them different ways, and none of which
the network does not say what it does.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from network_templates import cloudformation, terraform
from packets import DROPPED, Device, Fate, World
from random_networks import Network, Target, random_network, smaller

from dms_checks.deployment import Deployment, Source
from dms_checks.hops import Step
from dms_checks.model import Resource, Truth
from dms_checks.network import Pair, pairs_of
from dms_checks.readers.cloudformation import Template
from dms_checks.readers.terraform import read_folder

SEEDS = range(20)
NETWORKS = 80
"""How many per seed."""

IN_TERRAFORM = 24

Name = Callable[[Resource | None], str]
"""What a resource is called in the network."""


def networks(seed: int, number: int = NETWORKS) -> list[Network]:
    chance = random.Random(seed)
    return [random_network(chance) for _ in range(number)]


def pairs_in(source: Source, *consumers: str) -> list[Pair]:
    """The pairs of some consumers, by consumer and endpoint in their order."""

    def question(deployment: Deployment) -> list[Pair]:
        found = [deployment.get(address) for address in consumers]
        pairs = [pairs_of(deployment, consumer) for consumer in found if consumer is not None]
        return [pair for some in pairs for pair in sorted(some, key=lambda pair: pair.endpoint.address.rpartition(".")[2])]

    ((pairs, _),) = source.explore(question)
    return pairs


def judged(network: Network) -> list[tuple[Target, Pair]]:
    """The targets of a network, and what is said of them by its template."""
    pairs = pairs_in(Template(cloudformation(network), "network.yaml"), "Consumer")
    return list(zip(network.targets, pairs, strict=True))


def address(resource: Resource | None) -> str:
    return resource.address if resource else ""


# --- what is said, and what is true -----------------------------------------------------------------------------------


def expected(fates: list[Fate]) -> Truth | None:
    """What the verdict has to be; None where some device is partial, or not shown."""
    if any(fate.is_open for fate in fates):
        return None
    arrives = {end is None for fate in fates for end in fate.ends}
    return Truth.UNKNOWN if len(arrives) > 1 else Truth.YES if arrives == {True} else Truth.NO


def untrue(verdict: Truth, fates: list[Fate]) -> Iterator[str]:
    ends = {end for fate in fates for end in fate.ends}
    if verdict is Truth.YES and (ends != {None} or any(fate.untold for fate in fates)):
        yield "not every packet passes, but the verdict is YES"
    if verdict is Truth.NO and None in ends:
        yield "not every packet is lost, but the verdict is NO"
    wanted = expected(fates)
    if wanted is not None and verdict is not wanted:
        yield f"the verdict is {verdict.name} and not {wanted.name}"


def is_same(device: Device, other: Device) -> bool:
    """Whether two devices are at the same step; of ACLs, whether they are the same one."""
    return (device.step, device.back) == (other.step, other.back) and (device.step != "ACL" or device.name == other.name)


def disagreements(network: Network, target: Target, pair: Pair, name: Name = address) -> list[str]:
    """What is said of a pair that is not true of the packets."""
    fates = World(network, target).passages()
    passages = {(name(passage.source), name(passage.destination)): passage for passage in pair.passages}
    if fates.keys() != passages.keys():
        return [f"the passages are {list(passages)} and not {list(fates)}"]
    found = list(untrue(pair.verdict, list(fates.values())))
    for ends, passage in passages.items():
        fate = fates[ends]
        blocking = [Device(hop.step.name, name(hop.what), hop.back) for hop in passage.blocking]
        problems = [*untrue(passage.verdict, [fate]), *wrong_hops(blocking, fate)]
        found += [f"{' → '.join(ends)}: {problem}" for problem in problems]
    return found


def wrong_hops(blocking: list[Device], fate: Fate) -> Iterator[str]:
    for device in blocking:
        opinions = [decisions for other, decisions in fate.opinions.items() if is_same(device, other)]
        # What the security groups of the two ends say holds for ways too that no packet takes.
        is_unseen = not opinions and device.step in ("EGRESS", "INGRESS") and None not in fate.ends
        if {DROPPED} not in opinions and not is_unseen:
            yield f"{device} is said to block"
    end = None if fate.is_open else next(iter(fate.ends))
    if end is not None and not any(is_same(device, end) for device in blocking):
        yield f"{end} blocks, and not {', '.join(map(str, blocking)) or 'nothing'}"


# --- for people -------------------------------------------------------------------------------------------------------


def first_disagreement(network: Network) -> tuple[Target, Pair, list[str]] | None:
    for target, pair in judged(network):
        if problems := disagreements(network, target, pair):
            return target, pair, problems
    return None


def smallest(network: Network) -> Network:
    """What is left of a network when nothing more can be left out of it without losing the disagreement."""
    for candidate in smaller(network):
        if first_disagreement(candidate):
            return smallest(candidate)
    return network


def report(network: Network, target: Target, pair: Pair, problems: list[str], name: Name = address) -> str:
    """A network that the package and the packets disagree about."""
    lines = ["", *problems, "", str(network), "", f"{target}: {pair.verdict.name}"]
    for passage in pair.passages:
        lines.append(f"{name(passage.source)} → {name(passage.destination) or '?'}: {passage.verdict.name}")
        for hop in passage.hops:
            back = "back " if hop.back else ""
            lines.append(f"    {hop.step.name} {back}{hop.truth.name} {name(hop.what)}{f' ({hop.reason})' if hop.reason else ''}")
    for ends, fate in World(network, target).passages().items():
        lines.append(f"packets {' → '.join(ends)} end at {', '.join(str(end or 'none') for end in fate.ends)}")
        for device, decisions in fate.opinions.items():
            lines.append(f"    {device}: {', '.join(sorted(decision or 'dropped' for decision in decisions))}")
    return "\n".join(lines)


# --- the tests --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", SEEDS)
def test_verdicts(seed: int) -> None:
    for network in networks(seed):
        if first_disagreement(network):
            least = smallest(network)
            found = first_disagreement(least)
            assert not found, report(least, *found)


def test_verdicts_on_terraform(tmp_path: Path) -> None:
    """Many networks in one root module: none may touch another."""
    some = {f"n{number}": network for number, network in enumerate(networks(len(SEEDS), IN_TERRAFORM))}
    (tmp_path / "main.tf").write_text("\n".join(terraform(network, prefix) for prefix, network in some.items()))
    root = read_folder(tmp_path)
    assert not root.gaps
    kinds = {True: "aws_dms_replication_config", False: "aws_dms_replication_instance"}
    consumers = [f"{kinds[network.consumer.serverless]}.{prefix}_consumer" for prefix, network in some.items()]
    pairs = iter(pairs_in(root, *consumers))
    for network in some.values():
        spelled = {it.lower(): it for it in (*network.subnets, *network.acls, *network.tables, *network.groups, *network.hosts)}

        def name(resource: Resource | None, spelled: dict[str, str] = spelled) -> str:
            return spelled.get(resource.address.rpartition(".")[2].partition("_")[2], resource.address) if resource else ""

        for target in network.targets:
            pair = next(pairs)
            problems = disagreements(network, target, pair, name)
            assert not problems, report(network, target, pair, problems, name)
    assert next(pairs, None) is None


def test_the_networks_are_balanced() -> None:
    """Enough can connect, enough cannot, and each step is the one that blocks somewhere."""
    verdicts: Counter[Truth | None] = Counter()
    steps: set[str] = set()
    for network in (network for seed in SEEDS for network in networks(seed)):
        for target in network.targets:
            fates = list(World(network, target).passages().values())
            verdict = expected(fates)
            verdicts[verdict] += 1
            steps |= {end.step for fate in fates for end in fate.ends if end is not None and verdict is Truth.NO}
    assert min(verdicts[Truth.YES], verdicts[Truth.NO]) > verdicts.total() / 3, verdicts
    assert steps == {step.name for step in Step}
