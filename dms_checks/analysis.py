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

    def findings(self) -> list[Finding]:
        """All findings, in the order of the resources and of the rules' ids."""
        return [verdict.finding for verdict in self.verdicts.values() if verdict.finding]


def analyse(source: Source) -> Analysis:
    """Ask every rule about every resource it is for, in the dialects it speaks. A rule that fails becomes a finding that says so."""
    verdicts: dict[tuple[str, str], Verdict] = {}
    addresses = source.addresses(NOT_EVALUATED.kinds)
    for address, kind in addresses:
        problems = [f"{gap.reason}; {gap.remedy}" for gap in source.gaps]
        for rule in RULES:
            if rule is NOT_EVALUATED or kind not in rule.kinds or source.dialect not in rule.dialects:
                continue
            try:
                verdicts[rule.id, address] = examine(rule, source, address)
            except TooManyDeployments as error:
                problems.append(
                    f"{rule.id} was given up, there are {error}; give parameters with --parameters or a parameter file"
                )
            except Exception as error:
                problems.append(f"{rule.id} failed with {type(error).__name__}; please report this template as a bug")
        if problems:
            distinct = list(dict.fromkeys(problems))
            rest = len(distinct) - MAXIMUM_PROBLEMS
            message = "; ".join([*distinct[:MAXIMUM_PROBLEMS], *([f"and {rest} more"] if rest > 0 else [])])
            finding = Finding(NOT_EVALUATED, address, message, (), source.place(address, ()))
            verdicts[NOT_EVALUATED.id, address] = Verdict(Outcome.FAILS, finding)
    if not addresses:
        # No resource is left that a finding could stand on: it stands on the file.
        for gap in (gap for gap in source.gaps if gap.holds_dms):
            finding = Finding(NOT_EVALUATED, gap.place.file, f"{gap.reason}; {gap.remedy}", (), gap.place)
            verdicts[NOT_EVALUATED.id, gap.place.file] = Verdict(Outcome.FAILS, finding)
    return Analysis(source, verdicts, addresses)


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
