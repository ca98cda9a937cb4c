"""What is made after what: the graph that a reader finds, and the names of its nodes in Terraform.

Terraform orders resources and not their instances, so no node has an instance key. Nodes are resources, data sources, locals, variables and
outputs of modules, the calls of modules (what a call itself waits for) and whole modules (everything in them).
"""

from collections.abc import Iterable, Mapping, Sequence

from dms_checks.marks import ANYTHING
from dms_checks.model import Truth

_WITHOUT_NODE = ("each", "count", "self", "path", "terraform")


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


def node_of(prefix: str, parts: Sequence[str]) -> str | None:
    """The node that a reference leads to from a module, ``prefix`` with the dot; None where it leads to none."""
    head, rest = parts[0], parts[1:]
    if head in _WITHOUT_NODE or not rest:
        return None
    if head == "module":
        return output(f"{prefix}module.{rest[0]}.", rest[1]) if len(rest) > 1 else f"{prefix}module.{rest[0]}"
    if head == "data":
        return f"{prefix}data.{rest[0]}.{rest[1]}" if len(rest) > 1 else None
    return f"{prefix}{head}.{rest[0]}"


def output(prefix: str, name: str) -> str:
    """The node of an output of a module."""
    return f"{prefix}output.{name}"


def call(prefix: str) -> str:
    """The node of what a module call waits for: with it, everything in the module does."""
    return f"{prefix}call"


def whole(prefix: str) -> str:
    """The node of everything in a module."""
    return prefix.removesuffix(".")
