"""Read YAML and JSON with the place of everything in it, and without harm from hostile files."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import yaml

from dms_checks.model import Path, Place
from dms_checks.readers.files import Unreadable

MAXIMUM_DEPTH = 200
"""Deeper nesting is refused: Terraform and CloudFormation stay far below."""

_SHORT_FORMS = {"!Ref": "Ref", "!Condition": "Condition"}
_YAML_TYPES: dict[str, Callable[[str], Any]] = {
    "tag:yaml.org,2002:int": int,
    "tag:yaml.org,2002:float": float,
    "tag:yaml.org,2002:bool": lambda text: text.lower() in ("true", "yes", "on"),
    "tag:yaml.org,2002:null": lambda text: None,
}
_BRACKETS = re.compile(r"[\[\]{}]")
_INDICATORS = re.compile(rf"(?:[-?:][ \t]+){{{MAXIMUM_DEPTH}}}")
_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed file: plain dictionaries, lists and scalars, and where they stand."""

    file: str
    tree: Any
    root: yaml.Node | None
    _keys: dict[int, dict[str, tuple[yaml.Node, yaml.Node]]] = field(default_factory=dict)

    def place(self, path: Path) -> Place:
        """The place of the key or list item at a path, or of the nearest thing above it that is there."""
        node, place = self.root, Place(self.file, 1, 1)
        for step in path:
            if isinstance(node, yaml.MappingNode):
                pair = self._pairs(node).get(str(step))
                if pair is None:
                    # A short form (!If) is a tag, not a key.
                    continue
                found, node = pair
                last = node.end_mark.line + (1 if node.end_mark.column else 0)
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
                found = node = node.value[step]
                last = found.end_mark.line + 1
            else:
                continue
            place = Place(self.file, found.start_mark.line + 1, found.start_mark.column + 1, last)
        return place

    def _pairs(self, node: yaml.MappingNode) -> dict[str, tuple[yaml.Node, yaml.Node]]:
        """Key and value nodes of a mapping by the key's text; of a duplicate the last, as in the tree."""
        if id(node) not in self._keys:
            self._keys[id(node)] = {key.value: (key, value) for key, value in node.value if isinstance(key, yaml.ScalarNode)}
        return self._keys[id(node)]


def parse(file: str, text: str) -> Document:
    """Parse YAML or JSON. Raises Unreadable, with the line where the text goes wrong."""
    # In valid JSON a tab is white space only, which YAML does not take there.
    source = text.replace("\t", " ") if text.lstrip()[:1] in ("{", "[") else text
    _refuse_deep_flow(source)
    try:
        root = yaml.compose(source, Loader=_LOADER)
        return Document(file, None if root is None else _Builder().build(root), root)
    except yaml.MarkedYAMLError as error:
        plain = _plain_json(text)
        if plain is not None:
            return Document(file, plain, None)
        mark = error.problem_mark or error.context_mark
        where = f" in line {mark.line + 1}" if mark else ""
        raise Unreadable(f"{error.problem or error.context or 'it is not YAML'}{where}") from error
    except yaml.YAMLError as error:
        raise Unreadable(str(error).splitlines()[0]) from error
    except RecursionError as error:
        raise Unreadable("it is nested too deeply") from error


def _refuse_deep_flow(text: str) -> None:
    """The C parser recurses without limit while it composes: count brackets and indicators before it does."""
    if _INDICATORS.search(text):
        raise Unreadable("it is nested too deeply")
    depth = 0
    for bracket in _BRACKETS.findall(text):
        depth = depth + 1 if bracket in "[{" else max(0, depth - 1)
        if depth > MAXIMUM_DEPTH:
            raise Unreadable("it is nested too deeply")


def _plain_json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


class _Builder:
    """From YAML nodes to plain data, each node once: an alias gives the same object again, so that nothing explodes."""

    def __init__(self) -> None:
        self._done: dict[int, Any] = {}
        self._open: set[int] = set()

    def build(self, node: yaml.Node, depth: int = 0) -> Any:
        key = id(node)
        if key in self._done:
            return self._done[key]
        if key in self._open:
            raise Unreadable(f"an alias in line {node.start_mark.line + 1} contains itself")
        if depth > MAXIMUM_DEPTH:
            raise Unreadable("it is nested too deeply")
        self._open.add(key)
        built = self._done[key] = self._tagged(node, self._untagged(node, depth))
        self._open.discard(key)
        return built

    def _untagged(self, node: yaml.Node, depth: int) -> Any:
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, depth)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, depth + 1) for item in node.value]
        convert = _YAML_TYPES.get(node.tag)
        try:
            return convert(node.value) if convert else node.value
        except ValueError:
            return node.value

    def _mapping(self, node: yaml.MappingNode, depth: int) -> dict[Any, Any]:
        mapping: dict[Any, Any] = {}
        for key, value in node.value:
            if key.tag == "tag:yaml.org,2002:merge":
                built = self.build(value, depth + 1)
                for base in built if isinstance(built, list) else [built]:
                    if isinstance(base, dict):
                        mapping = {**base, **mapping}
            elif isinstance(key, yaml.ScalarNode):
                mapping[key.value] = self.build(value, depth + 1)
        return mapping

    @staticmethod
    def _tagged(node: yaml.Node, value: Any) -> Any:
        """A CloudFormation short form becomes its long form."""
        if not node.tag.startswith("!") or node.tag == "!":
            return value
        name = _SHORT_FORMS.get(node.tag, f"Fn::{node.tag[1:]}")
        if name == "Fn::GetAtt" and isinstance(value, str):
            value = value.split(".", 1)
        return {name: value}
