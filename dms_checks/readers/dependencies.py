"""What is made after what: the graph that a reader finds."""

from collections.abc import Iterable, Mapping

from dms_checks.marks import ANYTHING
from dms_checks.model import Truth


class Dependencies:
    """Direct dependencies by node. ``possible`` are those that may be there; ANYTHING stands for what cannot be followed."""

    def __init__(self, certain: Mapping[str, Iterable[str]], possible: Mapping[str, Iterable[str]]) -> None:
        self._certain = _reversed(certain)
        self._possible = _reversed(possible)
        self._known: dict[str, tuple[set[str], set[str]]] = {}

    def depends(self, source: str, target: str) -> Truth:
        """Whether a node is made after another, directly or through others."""
        if target not in self._known:
            certain = _reached({target}, (self._certain,))
            self._known[target] = certain, _reached({target, ANYTHING}, (self._certain, self._possible))
        certain, possible = self._known[target]
        return Truth.YES if source in certain else Truth.of(None if source in possible else False)


def _reversed(edges: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """By node, those that depend on it: few nodes are asked for, by many."""
    found: dict[str, list[str]] = {}
    for node, others in edges.items():
        for other in others:
            found.setdefault(other, []).append(node)
    return found


def _reached(start: set[str], graphs: tuple[Mapping[str, Iterable[str]], ...]) -> set[str]:
    seen, waiting = set(start), list(start)
    while waiting:
        node = waiting.pop()
        for found in (found for graph in graphs for found in graph.get(node, ())):
            if found not in seen:
                seen.add(found)
                waiting.append(found)
    return seen


NO_DEPENDENCIES = Dependencies({}, {})
