"""The source of Terraform files: blocks and expressions with their places.

tree-sitter reads also half-written files. Only what the tracer (``tracing.py``) follows has a form of its own; every other
expression is ``Opaque``, with the expressions inside it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

import tree_sitter
import tree_sitter_hcl

SUFFIXES = (".tf", ".tofu")
_PARSER = tree_sitter.Parser(tree_sitter.Language(tree_sitter_hcl.language()))

MAXIMUM_DEPTH = 100
"""Deeper expressions are not followed."""


class Expression:
    """Any expression; itself, one that is not followed."""


@dataclass(frozen=True, slots=True)
class Literal(Expression):
    value: str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class List(Expression):
    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Object(Expression):
    """``{key = value}``; a key that is computed is an expression."""

    pairs: tuple[tuple[str | Expression, Expression], ...]


@dataclass(frozen=True, slots=True)
class Splat:
    """``[*]`` or ``.*`` among the steps of a traversal."""


class Key(str):
    """An instance key or map key in brackets, where an attribute's name is a plain text."""

    __slots__ = ()


Step = str | int | Expression | Splat


@dataclass(frozen=True, slots=True)
class Traversal(Expression):
    """``base.a["b"][0]``. The base is a name, or an expression in parentheses or a call."""

    base: str | Expression
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Call(Expression):
    name: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Conditional(Expression):
    condition: Expression
    yes: Expression
    no: Expression


@dataclass(frozen=True, slots=True)
class Operation(Expression):
    operator: str
    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class For(Expression):
    """``[for k, v in collection : value if condition]``, or ``{… : key => value}``."""

    names: tuple[str, ...]
    collection: Expression
    key: Expression | None
    value: Expression
    condition: Expression | None


@dataclass(frozen=True, slots=True)
class Template(Expression):
    """``"text ${expression}"``."""

    parts: tuple[str | Expression, ...]


@dataclass(frozen=True, slots=True)
class Opaque(Expression):
    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Attribute:
    """``name = expression``, with line and column of the name, from 1."""

    expression: Expression
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Block:
    """``type "label" { … }``."""

    type: str
    labels: tuple[str, ...]
    line: int
    last_line: int
    attributes: dict[str, Attribute] = field(default_factory=dict)
    blocks: tuple["Block", ...] = ()
    file: str = ""

    @property
    def multipliers(self) -> list[Expression]:
        """The expressions that say how many instances there are."""
        return [self.attributes[name].expression for name in ("for_each", "count") if name in self.attributes]

    @property
    def local_source(self) -> str | None:
        """The folder beside its own that a module call names; None for modules from elsewhere."""
        source = self.attributes.get("source")
        path = source.expression.value if source and isinstance(source.expression, Literal) else None
        return path if isinstance(path, str) and path.startswith(".") else None

    def named(self, type_name: str) -> Iterator["Block"]:
        return (block for block in self.blocks if block.type == type_name)


def parse(text: bytes, file: str = "") -> Block:
    """The blocks and attributes of a file, in a block without type; ``file`` is the name they remember."""
    return _body(_PARSER.parse(text).root_node, "", (), file)


def parse_folder(folder: FilePath) -> list[Block]:
    """All Terraform files of a folder, by name; what cannot be read is left out, tfparse reports it."""
    found = []
    for file in sorted(folder.iterdir()) if folder.is_dir() else ():
        if file.suffix in SUFFIXES and file.is_file():
            found.append(parse(file.read_bytes(), file.name))
    return found


def _text(node: Any) -> str:
    return node.text.decode("utf-8", "replace") if node.text else ""


def _body(node: Any, type_name: str, labels: tuple[str, ...], file: str) -> Block:
    attributes: dict[str, Attribute] = {}
    blocks: list[Block] = []
    bodies = [child for child in node.children if child.type == "body"] if node.type != "body" else [node]
    for body in bodies:
        for child in body.children:
            if child.type == "attribute" and len(child.children) >= 3:
                name = child.children[0]
                row, column = name.start_point
                attributes[_text(name)] = Attribute(expression(child.children[-1]), row + 1, column + 1)
            elif child.type == "block":
                blocks.append(_block(child, file))
    return Block(type_name, labels, node.start_point[0] + 1, node.end_point[0] + 1, attributes, tuple(blocks), file)


def _block(node: Any, file: str) -> Block:
    names = [child for child in node.children if child.type in ("identifier", "string_lit")]
    labels = tuple(_text(name).strip('"') for name in names)
    return _body(node, labels[0] if labels else "", labels[1:], file)


def expression(node: Any, depth: int = 0) -> Expression:
    """The expression of a tree-sitter node."""
    if depth > MAXIMUM_DEPTH:
        return Expression()
    children = [child for child in node.children if child.is_named and child.type != "comment"]
    if node.type == "expression" and len(children) == 1:
        return expression(children[0], depth + 1)
    convert = _FORMS.get(node.type)
    if convert is not None:
        return convert(node, children, depth + 1)
    return Opaque(tuple(expression(child, depth + 1) for child in children))


def _expression(node: Any, children: list[Any], depth: int) -> Expression:
    """A base with steps behind it."""
    if not children:
        return Opaque(())
    steps = [step for child in children[1:] for step in _steps(child, depth)]
    first = children[0]
    if first.type == "variable_expr":
        return Traversal(_text(first), tuple(steps))
    base = expression(first, depth)
    return Traversal(base, tuple(steps)) if steps else base


def _steps(node: Any, depth: int) -> Iterator[Step]:
    children = [child for child in node.children if child.is_named]
    if node.type == "get_attr":
        yield _text(children[-1]) if children else ""
    elif node.type in ("index", "new_index", "legacy_index"):
        for child in children:
            if child.type in ("new_index", "legacy_index"):
                yield from _steps(child, depth)
            elif node.type == "legacy_index":
                yield int(_text(child)) if _text(child).isdigit() else Key(_text(child))
            else:
                key = expression(child, depth)
                literal = key.value if isinstance(key, Literal) else None
                yield Key(literal) if isinstance(literal, str) else literal if type(literal) is int else key
    elif node.type in ("splat", "full_splat", "attr_splat"):
        if node.type != "splat":
            yield Splat()
        for child in children:
            yield from _steps(child, depth)


def _variable(node: Any, _: list[Any], __: int) -> Expression:
    return Traversal(_text(node), ())


def _literal(node: Any, children: list[Any], depth: int) -> Expression:
    return expression(children[0], depth) if children else Literal(None)


def _number(node: Any, _: list[Any], __: int) -> Expression:
    text = _text(node)
    try:
        return Literal(int(text))
    except ValueError:
        try:
            return Literal(float(text))
        except ValueError:
            return Opaque(())


def _string(node: Any, children: list[Any], depth: int) -> Expression:
    parts = [child for child in children if child.type not in _DELIMITERS]
    quoted = node.type == "quoted_template"
    inner = tuple(
        _unescaped(_text(part), quoted) if part.type == "template_literal" else expression(part, depth) for part in parts
    )
    if all(isinstance(part, str) for part in inner):
        return Literal("".join(str(part) for part in inner))
    return inner[0] if len(inner) == 1 and isinstance(inner[0], Expression) else Template(inner)


_DELIMITERS = ("quoted_template_start", "quoted_template_end", "heredoc_start", "heredoc_identifier")
_ESCAPE = re.compile(r'\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([nrt"\\]))')
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}


def _unescaped(text: str, quoted: bool) -> str:
    """What a piece of a string stands for; a heredoc knows no backslashes."""
    if quoted and "\\" in text:
        text = _ESCAPE.sub(_unescape, text)
    return text.replace("$${", "${").replace("%%{", "%{")


def _unescape(found: re.Match[str]) -> str:
    code = found.group(1) or found.group(2)
    if code is None:
        return _ESCAPED.get(found.group(3), found.group(3))
    return chr(int(code, 16)) if int(code, 16) < 0x110000 else found.group(0)


def _interpolation(node: Any, children: list[Any], depth: int) -> Expression:
    inner = [expression(child, depth) for child in children if child.type == "expression"]
    return inner[0] if inner else Opaque(())


def _collection(node: Any, children: list[Any], depth: int) -> Expression:
    return expression(children[0], depth) if children else List(())


def _tuple(node: Any, children: list[Any], depth: int) -> Expression:
    return List(tuple(expression(child, depth) for child in children if child.type == "expression"))


def _object(node: Any, children: list[Any], depth: int) -> Expression:
    pairs = []
    for child in children:
        if child.type == "object_elem":
            sides = [side for side in child.children if side.type == "expression"]
            if len(sides) == 2:
                pairs.append((_object_key(sides[0], depth), expression(sides[1], depth)))
    return Object(tuple(pairs))


def _object_key(node: Any, depth: int) -> str | Expression:
    key = expression(node, depth)
    if isinstance(key, Literal):
        return str(key.value)
    bare = len(node.children) == 1 and node.children[0].type == "variable_expr"
    return key.base if bare and isinstance(key, Traversal) and isinstance(key.base, str) else key


def _call(node: Any, children: list[Any], depth: int) -> Expression:
    arguments = [child for child in children if child.type == "function_arguments"]
    inner = [child for child in arguments[0].children if child.type == "expression"] if arguments else []
    spread = bool(arguments) and any(child.type == "ellipsis" for child in arguments[0].children)
    made = tuple(expression(child, depth) for child in inner)
    return Opaque(made) if spread else Call(_text(children[0]), made)


def _conditional(node: Any, children: list[Any], depth: int) -> Expression:
    parts = [expression(child, depth) for child in children]
    return Conditional(*parts) if len(parts) == 3 else Opaque(tuple(parts))


def _operation(node: Any, children: list[Any], depth: int) -> Expression:
    return expression(children[0], depth) if children else Opaque(())


def _operator(node: Any, _: list[Any], depth: int) -> Expression:
    """Operands stand flat in the node, with their steps: ``var .k != ""``."""
    operator, operands, current = "", [], list[Any]()
    for child in node.children:
        if child.is_named:
            current.append(child)
        elif child.type not in ("(", ")"):
            operator = child.type
            if current:
                operands.append(_expression(node, current, depth))
            current = []
    if current:
        operands.append(_expression(node, current, depth))
    return Operation(operator, tuple(operands))


def _for(node: Any, children: list[Any], depth: int) -> Expression:
    inner = children[0] if children else node
    intro = next((child for child in inner.children if child.type == "for_intro"), None)
    if intro is None:
        return Opaque(())
    names = tuple(_text(child) for child in intro.children if child.type == "identifier")
    collection = next((expression(child, depth) for child in intro.children if child.type == "expression"), Opaque(()))
    values = [expression(child, depth) for child in inner.children if child.type == "expression"]
    guard = next((child for child in inner.children if child.type == "for_cond"), None)
    condition = (
        next((expression(child, depth) for child in guard.children if child.type == "expression"), None) if guard else None
    )
    if inner.type == "for_object_expr" and len(values) == 2:
        return For(names, collection, values[0], values[1], condition)
    return For(names, collection, None, values[0] if values else Opaque(()), condition)


_FORMS = {
    "expression": _expression,
    "variable_expr": _variable,
    "literal_value": _literal,
    "numeric_lit": _number,
    "string_lit": _string,
    "null_lit": lambda node, children, depth: Literal(None),
    "bool_lit": lambda node, children, depth: Literal(_text(node) == "true"),
    "template_expr": _literal,
    "quoted_template": _string,
    "heredoc_template": _string,
    "template_interpolation": _interpolation,
    "collection_value": _collection,
    "tuple": _tuple,
    "object": _object,
    "function_call": _call,
    "conditional": _conditional,
    "operation": _operation,
    "binary_operation": _operator,
    "unary_operation": _operator,
    "for_expr": _for,
}
