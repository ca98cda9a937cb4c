"""The names of the nodes in Terraform's graph of dependencies.

Terraform orders resources and not their instances, so no node has an instance key. Nodes are resources, data sources, locals, variables and
outputs of modules, the calls of modules (what a call itself waits for) and whole modules (everything in them).
"""

from collections.abc import Sequence

_WITHOUT_NODE = ("each", "count", "self", "path", "terraform")


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
