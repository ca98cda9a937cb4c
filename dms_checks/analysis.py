"""The one way from an input to its verdicts: every rule on every resource, once, shared by all hosts of a process."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field

from dms_checks.catalogue import NOT_EVALUATED, RULES
from dms_checks.deployment import Source, TooManyDeployments
from dms_checks.model import Kind
from dms_checks.rule import NOT_APPLICABLE, Finding, Outcome, Rule, Verdict, examine

MAXIMUM_PROBLEMS = 3
"""How many reasons one finding lists."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """The verdicts on one root module, plan or template."""

    source: Source
    verdicts: dict[tuple[str, str], Verdict]
    addresses: list[tuple[str, Kind]] = field(default_factory=list)

    def verdict(self, rule: Rule, address: str) -> Verdict:
        """The verdict of a rule on the resource at an address; unknown where the rule does not apply."""
        return self.verdicts.get((rule.id, address), NOT_APPLICABLE)

    @property
    def holds_dms(self) -> bool:
        """Whether it was of resources of AWS DMS; of others, only those are examined that may serve them."""
        return any(kind.name in _CARRIERS for _, kind in self.addresses)

    def findings(self) -> list[Finding]:
        """All findings, in the order of the resources and of the rules' ids."""
        return [verdict.finding for verdict in self.verdicts.values() if verdict.finding]


EXAMINED = tuple({kind.name: kind for rule in RULES for kind in rule.kinds}.values())
"""The kinds of resource that a rule is for. Not all are AWS DMS's own: a role is examined, and mostly has nothing to do with it."""

_CARRIERS = {kind.name for kind in NOT_EVALUATED.kinds}
"""The kinds that a finding stands on which says that something could not be judged."""


def analyse(source: Source) -> Analysis:
    """Ask every rule about every resource it is for, in the dialects it speaks. A rule that fails becomes a finding that says so."""
    verdicts: dict[tuple[str, str], Verdict] = {}
    addresses = source.addresses(EXAMINED)
    carriers = [address for address, kind in addresses if kind.name in _CARRIERS]
    problems: dict[str, list[str]] = {address: [f"{gap.reason}; {gap.remedy}" for gap in source.gaps] for address in carriers}
    for address, kind in addresses:
        # What fails on a resource that is none of AWS DMS's own is said at the first of those.
        carrier = address if address in problems else next(iter(carriers), "")
        where = "" if carrier == address else f" on {address}"
        for rule in RULES:
            if rule is NOT_EVALUATED or kind not in rule.kinds or source.dialect not in rule.dialects:
                continue
            try:
                verdicts[rule.id, address] = examine(rule, source, address)
            except TooManyDeployments as error:
                problems.setdefault(carrier, []).append(
                    f"{rule.id} was given up{where}, there are {error}; give parameters with --parameters or a parameter file"
                )
            except Exception as error:
                problems.setdefault(carrier, []).append(
                    f"{rule.id} failed{where} with {type(error).__name__}; please report this template as a bug"
                )
    for address in carriers:
        if problems[address]:
            verdicts[NOT_EVALUATED.id, address] = _not_evaluated(source, address, problems[address])
    if not carriers:
        # No resource is left that a finding could stand on: it stands on the file.
        for gap in (gap for gap in source.gaps if gap.holds_dms):
            finding = Finding(NOT_EVALUATED, gap.place.file, f"{gap.reason}; {gap.remedy}", (), gap.place)
            verdicts[NOT_EVALUATED.id, gap.place.file] = Verdict(Outcome.FAILS, finding)
    return Analysis(source, _in_order(verdicts, addresses), addresses)


def _not_evaluated(source: Source, address: str, problems: list[str]) -> Verdict:
    distinct = list(dict.fromkeys(problems))
    rest = len(distinct) - MAXIMUM_PROBLEMS
    message = "; ".join([*distinct[:MAXIMUM_PROBLEMS], *([f"and {rest} more"] if rest > 0 else [])])
    return Verdict(Outcome.FAILS, Finding(NOT_EVALUATED, address, message, (), source.place(address, ())))


def _in_order(verdicts: dict[tuple[str, str], Verdict], addresses: list[tuple[str, Kind]]) -> dict[tuple[str, str], Verdict]:
    """The verdicts in the order of the resources; the rules' order on each is kept."""
    position = {address: index for index, (address, _) in enumerate(addresses)}
    return dict(sorted(verdicts.items(), key=lambda item: position.get(item[0][1], -1)))


class Cache:
    """The last few analyses of this process, by what they are of. Safe to use from threads; each is made once."""

    def __init__(self, size: int = 8) -> None:
        self._size = size
        self._lock = threading.RLock()
        self._kept: OrderedDict[Hashable, Analysis] = OrderedDict()

    def get(self, key: Hashable, read: Callable[[], Source]) -> Analysis:
        """The analysis kept for ``key``, or a new one of what ``read`` gives."""
        with self._lock:
            if key not in self._kept:
                self._kept[key] = analyse(read())
                while len(self._kept) > self._size:
                    self._kept.popitem(last=False)
            self._kept.move_to_end(key)
            return self._kept[key]
