"""What is made after what in the source of a Terraform folder. Runs in the child process."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from dms_checks.marks import ANYTHING
from dms_checks.readers import hcl
from dms_checks.readers.terraform_nodes import call, node_of, output, whole
from dms_checks.readers.tracing import Module

_OVERRIDES = ("override.tf", "_override.tf", ".tf.json", ".tofu.json")
"""How the names of files end that are not read, or that change blocks of others."""

_OF_THE_CALL = ("depends_on", "count", "for_each")

Edges = dict[str, list[str]]


def collect(folders: Mapping[str, Path], module: Callable[[Path], Module]) -> tuple[Edges, Edges]:
    """The certain and the possible dependencies of all modules, whose folders are given by prefix without instance keys."""
    certain: Edges = {}
    possible: Edges = {}
    for prefix, folder in folders.items():
        _module(prefix, module(folder), folders, certain, possible)
    for prefix in (prefix for prefix, folder in folders.items() if _is_hidden(folder)):
        for node in [node for node in certain if node.startswith(prefix)]:
            possible.setdefault(node, []).append(ANYTHING)
    missing = {node for node in possible if f"{node}." not in folders}
    return _without_outputs(certain, missing), _without_outputs(possible, missing)


def _is_hidden(folder: Path) -> bool:
    return folder.is_dir() and any(file.name.endswith(_OVERRIDES) for file in folder.iterdir())


def _module(prefix: str, module: Module, folders: Mapping[str, Path], certain: Edges, possible: Edges) -> None:
    inner = [call(prefix)] if prefix else []
    resources = {f"{prefix}{type_name}.{name}": block for (type_name, name), block in module.resources.items()}
    data = {f"{prefix}data.{type_name}.{name}": block for (type_name, name), block in module.data.items()}
    outputs = {output(prefix, name): block for name, block in module.outputs.items()}
    for node, block in {**resources, **data, **outputs}.items():
        certain[node] = [*_of_block(block, prefix), *inner]
    for name, expression in module.locals.items():
        certain[f"{prefix}local.{name}"] = list(_of(expression, prefix))
    if prefix:
        certain[whole(prefix)] = [*resources, *data, *(f"{prefix}module.{name}" for name in module.calls), *inner]
    for name, block in module.calls.items():
        _call(prefix, name, block, f"{prefix}module.{name}." in folders, certain, possible)


def _call(prefix: str, name: str, block: hcl.Block, is_there: bool, certain: Edges, possible: Edges) -> None:
    """What a call waits for, and what its arguments lead to. A module that is not there may make use of each argument."""
    inside = f"{prefix}module.{name}."
    arguments = {key: list(_of(item.expression, prefix)) for key, item in block.attributes.items() if key not in _OF_THE_CALL}
    waits = [node for key in _OF_THE_CALL if key in block.attributes for node in _of(block.attributes[key].expression, prefix)]
    certain[call(inside)] = [*waits, *([call(prefix)] if prefix else [])]
    if is_there:
        certain.update({f"{inside}var.{key}": nodes for key, nodes in arguments.items()})
        return
    certain[whole(inside)] = [call(inside)]
    possible[whole(inside)] = [node for nodes in arguments.values() for node in nodes]


def _without_outputs(edges: Edges, missing: set[str]) -> Edges:
    """The same, with one node for all outputs of a module that is not there."""
    heads = {node: node.rpartition(".output.")[0] for others in edges.values() for node in others if ".output." in node}
    return {
        node: [heads[other] if heads.get(other) in missing else other for other in dict.fromkeys(others)]
        for node, others in edges.items()
    }


def _of_block(block: hcl.Block, prefix: str) -> Iterator[str]:
    for attribute in block.attributes.values():
        yield from _of(attribute.expression, prefix)
    for inner in block.blocks:
        yield from _of_block(inner, prefix)


def _of(expression: hcl.Expression, prefix: str) -> Iterator[str]:
    """The nodes that an expression refers to. A name of a ``for`` gives a node that is not there."""
    waiting = [expression]
    while waiting:
        item = waiting.pop()
        match item:
            case hcl.Traversal(base, steps):
                names = [step for step in steps if isinstance(step, str) and not isinstance(step, hcl.Key)]
                if isinstance(base, str) and (node := node_of(prefix, [base, *names])):
                    yield node
                waiting += [part for part in (base, *steps) if isinstance(part, hcl.Expression)]
            case hcl.List(parts) | hcl.Call(_, parts) | hcl.Operation(_, parts) | hcl.Opaque(parts):
                waiting += parts
            case hcl.Object(pairs):
                waiting += [side for pair in pairs for side in pair if isinstance(side, hcl.Expression)]
            case hcl.Conditional(condition, yes, no):
                waiting += [condition, yes, no]
            case hcl.For(_, collection, key, value, condition):
                waiting += [part for part in (collection, key, value, condition) if part is not None]
            case hcl.Template(texts):
                waiting += [part for part in texts if isinstance(part, hcl.Expression)]
            case hcl.Literal():
                pass
            case _:
                yield ANYTHING
