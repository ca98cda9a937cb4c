"""What is made after what in the configuration of a Terraform plan, which names the references of expressions.

It shows no locals: what hangs on one may hang on anything. Format: "JSON Output Format", Terraform 1.11.
"""

import re
from collections.abc import Iterator
from typing import Any

from dms_checks.marks import ANYTHING, without_keys
from dms_checks.readers.dependencies import Dependencies
from dms_checks.readers.terraform_nodes import call, node_of, output, whole

_EXPRESSIONS = ("expressions", "count_expression", "for_each_expression")
_CALL_EXPRESSIONS = ("count_expression", "for_each_expression")
_LOCAL = re.compile(r"(?:^|\.)local\.[^.]+$")

Edges = dict[str, list[str]]


def dependencies(configuration: Any) -> Dependencies:
    """The graph of a plan's ``configuration``."""
    certain: Edges = {}
    root = configuration.get("root_module") if isinstance(configuration, dict) else None
    if isinstance(root, dict):
        _module("", root, certain)
    hidden = {node for nodes in certain.values() for node in nodes if _LOCAL.search(node)}
    return Dependencies(certain, {node: [ANYTHING] for node in hidden})


def _module(prefix: str, module: dict[str, Any], certain: Edges) -> None:
    inner = [call(prefix)] if prefix else []
    resources = {f"{prefix}{resource['address']}": resource for resource in module.get("resources", ())}
    calls = module.get("module_calls", {})
    for node, resource in resources.items():
        certain[node] = [*_of_parts(resource, _EXPRESSIONS, prefix), *_of_provisioners(resource, prefix), *inner]
    for name, block in module.get("outputs", {}).items():
        certain[output(prefix, name)] = [*_of_parts(block, ("expression",), prefix), *inner]
    if prefix:
        certain[whole(prefix)] = [*resources, *(f"{prefix}module.{name}" for name in calls), *inner]
    for name, block in calls.items():
        inside = f"{prefix}module.{name}."
        certain[call(inside)] = [*_of_parts(block, _CALL_EXPRESSIONS, prefix), *inner]
        for argument, expression in block.get("expressions", {}).items():
            certain[f"{inside}var.{argument}"] = list(_of(expression, prefix))
        _module(inside, block.get("module", {}), certain)


def _of_parts(block: dict[str, Any], parts: tuple[str, ...], prefix: str) -> Iterator[str]:
    for item in block.get("depends_on", ()):
        yield from _named(str(item), prefix)
    for part in parts:
        yield from _of(block.get(part), prefix)


def _of_provisioners(resource: dict[str, Any], prefix: str) -> Iterator[str]:
    for provisioner in resource.get("provisioners", ()):
        yield from _of(provisioner.get("expressions"), prefix)


def _of(expression: Any, prefix: str) -> Iterator[str]:
    """The nodes that an expression refers to, or those in a tree of nested blocks."""
    waiting = [expression]
    while waiting:
        item = waiting.pop()
        if isinstance(item, list):
            waiting += item
        elif isinstance(item, dict) and isinstance(item.get("references"), list):
            references = [str(reference) for reference in item["references"]]
            # Beside an output stands its module alone: what needs one output needs not all of the module.
            longest = [item for item in references if not any(other.startswith((f"{item}.", f"{item}[")) for other in references)]
            for reference in longest:
                yield from _named(reference, prefix)
        elif isinstance(item, dict):
            waiting += [part for name, part in item.items() if name != "constant_value"]


def _named(reference: str, prefix: str) -> Iterator[str]:
    node = node_of(prefix, without_keys(reference).split("."))
    if node is not None:
        yield node
