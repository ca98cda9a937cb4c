"""Why is a Terraform value null? Follow its expression to where it comes from.

tfparse evaluates Terraform, and says ``null`` both for a value that is left out and for one that cannot be known. The tracer
decides which, and finds the resource behind a reference to a computed attribute. It follows variables through module calls, locals,
``each``, outputs and the functions that pick values; where it can't follow, the value is unknown.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields, is_dataclass, replace
from enum import Enum
from pathlib import Path as FilePath
from typing import Any

from dms_checks.marks import ANYTHING, HOLE
from dms_checks.readers import hcl
from dms_checks.readers.hcl import (
    Block,
    Call,
    Conditional,
    Expression,
    For,
    Key,
    List,
    Literal,
    Object,
    Opaque,
    Operation,
    Splat,
    Step,
    Template,
    Traversal,
)

MAXIMUM_STEPS = 4000
"""How much of the source one value may lead through."""

MAXIMUM_DEPTH = 80


class Outcome(Enum):
    KNOWN = "known"
    NULL = "null"
    MISSING = "missing"
    REFERENCE = "reference"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of the root module that took part in a value; None where the source does not tell. ``is_open``: nobody gives it a value."""

    name: str
    hidden: bool | None
    has_default: bool | None
    is_open: bool
    file: str
    line: int


SOMEWHERE = Variable("*", None, None, False, "", 0)
"""Stands for what is no variable and not written in the source either: other resources, files, parts that cannot be told apart."""


@dataclass(frozen=True, slots=True)
class Trace:
    """Where a value comes from. ``value`` is the scalar when the tracer could tell, else COMPUTED.

    ``candidates`` are the resources that an unknown value can be, and those that a computed one is made of; ``inputs`` took part in it.
    """

    outcome: Outcome
    value: Any = None
    address: str = ""
    attribute: str = ""
    origin: str = ""
    candidates: tuple[str, ...] = ()
    inputs: tuple[Variable, ...] = ()


COMPUTED = object()
"""A value that is known, but that tfparse has to compute."""

KNOWN = Trace(Outcome.KNOWN, COMPUTED)
NULL = Trace(Outcome.NULL)
MISSING = Trace(Outcome.MISSING)

_TRANSPARENT = frozenset(
    ("tostring", "tonumber", "tobool", "tolist", "toset", "tomap", "sensitive", "nonsensitive", "trimspace", "ephemeralasnull")
)
_OUTSIDE = frozenset(
    ("file", "filebase64", "templatefile", "fileexists", "fileset", "uuid", "bcrypt", "timestamp", "plantimestamp", "rsadecrypt")
)
"""Functions whose result is not written in the source."""

_DECODERS = frozenset(("jsondecode", "yamldecode", "csvdecode", "split", "regex", "regexall", "tolist", "tomap"))
"""Functions of which a part of the result is a part of their one argument."""

_CHOOSERS = frozenset(
    ("element", "one", "values", "keys", "slice", "zipmap", "max", "min", "merge", "lookup", "index", "length", "matchkeys")
)
"""Functions whose result is one of many parts, nobody knows which."""

_NOT_COMPUTED = frozenset(("templatefile", "templatestring"))
"""Functions that tfparse does not know: it gives null for them."""

_VERB = re.compile("%[sdv]")
"""What ``format`` replaces."""

_NAMES = ("name", "replication_subnet_group_id")
"""The arguments that name the resource itself."""

_LISTS = frozenset(("concat", "flatten", "compact", "distinct", "sort", "reverse", "coalescelist", "setunion"))


@dataclass(frozen=True, slots=True)
class Module:
    """The source of one module folder."""

    resources: dict[tuple[str, str], Block] = field(default_factory=dict)
    data: dict[tuple[str, str], Block] = field(default_factory=dict)
    locals: dict[str, Expression] = field(default_factory=dict)
    variables: dict[str, Block] = field(default_factory=dict)
    outputs: dict[str, Block] = field(default_factory=dict)
    calls: dict[str, Block] = field(default_factory=dict)
    providers: dict[tuple[str, str], Block] = field(default_factory=dict)
    """By name and alias, of which the last is empty for the default configuration."""

    @staticmethod
    def read(folder: FilePath) -> "Module":
        module = Module()
        tables = {"variable": module.variables, "output": module.outputs, "module": module.calls}
        for file in hcl.parse_folder(folder):
            for block in file.blocks:
                if block.type == "resource" and len(block.labels) == 2:
                    module.resources[block.labels[0], block.labels[1]] = block
                elif block.type == "data" and len(block.labels) == 2:
                    module.data[block.labels[0], block.labels[1]] = block
                elif block.type == "locals":
                    module.locals.update({name: item.expression for name, item in block.attributes.items()})
                elif block.type == "provider" and block.labels:
                    module.providers[provider_name(block)] = block
                elif block.type in tables and block.labels:
                    tables[block.type][block.labels[0]] = block
        return module


def provider_name(provider: Block) -> tuple[str, str]:
    """Name and alias of a provider block; the alias of the default configuration is empty."""
    alias = provider.attributes.get("alias")
    return provider.labels[0], str(alias.expression.value) if alias and isinstance(alias.expression, Literal) else ""


@dataclass(frozen=True, slots=True)
class Binding:
    """What a name in a ``for`` expression or a dynamic block stands for: an expression at a path, or not known.

    ``candidates`` are the resources that one which is not known is made of.
    """

    expression: Expression | None
    path: tuple[Step, ...] = ()
    scope: "Scope | None" = None
    is_known: bool = False
    inputs: tuple[Variable, ...] = ()
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an expression stands: the module call (``prefix``, with the dot), its source, the caller, and the instance key."""

    prefix: str
    module: Module
    parent: "Scope | None" = None
    call: Block | None = None
    owner: Block | None = None
    key: str | int | None = None
    names: dict[str, Binding] = field(default_factory=dict)


@dataclass(slots=True)
class Project:
    """The root module and all module calls below it, as tfparse found them."""

    folders: dict[str, FilePath]
    instances: dict[str, list[str]]
    given: dict[str, Expression | None]
    _modules: dict[FilePath, Module] = field(default_factory=dict)
    _scopes: dict[str, Scope | None] = field(default_factory=dict)

    def module(self, folder: FilePath) -> Module:
        if folder not in self._modules:
            self._modules[folder] = Module.read(folder)
        return self._modules[folder]

    def scope(self, prefix: str) -> Scope | None:
        """The scope of a module call, ``module.a["x"].module.b.``; None when its source is not there."""
        if prefix not in self._scopes:
            self._scopes[prefix] = self._make_scope(prefix)
        return self._scopes[prefix]

    def _make_scope(self, prefix: str) -> Scope | None:
        folder = self.folders.get(prefix)
        if folder is None:
            return None
        if not prefix:
            return Scope("", self.module(folder))
        outer, name, key = split_module(prefix)
        parent = self.scope(outer)
        call = parent.module.calls.get(name) if parent else None
        if parent is None or call is None:
            return None
        return Scope(prefix, self.module(folder), replace(parent, owner=call, key=key), call)


_LAST_MODULE = re.compile(r'^(.*?)module\.([^.\[]+)(?:\[("?)(.*?)"?\])?\.$', re.DOTALL)


def split_module(prefix: str) -> tuple[str, str, str | int | None]:
    """``module.a.module.b["k"].`` → ``module.a.``, ``b``, ``k``."""
    start = _last_module_start(prefix)
    found = _LAST_MODULE.match(prefix[start:])
    if found is None:
        return prefix[:start], "", None
    return prefix[:start], found.group(2), instance_key(found.group(4), quoted=bool(found.group(3)))


def _last_module_start(prefix: str) -> int:
    """Where the last ``module.`` begins that is not inside an instance key."""
    inside, start, index = False, 0, 0
    while index < len(prefix):
        if prefix[index] == '"':
            inside = not inside
        elif not inside and prefix.startswith("module.", index) and (index == 0 or prefix[index - 1] == "."):
            start = index
        index += 1
    return start


def instance_key(text: str | None, *, quoted: bool) -> str | int | None:
    if text is None:
        return None
    return text if quoted or not text.isdigit() else int(text)


class Tracer:
    """Traces the values of one project. Each question may lead through ``MAXIMUM_STEPS`` expressions."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._steps = 0
        self._depth = 0

    def ask(self, expression: Expression, scope: Scope) -> Trace:
        """Where the value of an expression comes from."""
        self._steps = 0
        return self._trace(expression, (), scope)

    def ask_elements(self, expression: Expression, scope: Scope) -> list[Trace] | None:
        """The same for each element of a list; None when the elements can't be told."""
        self._steps = 0
        return self._elements(expression, (), scope)

    def outline(self, template: Template, scope: Scope) -> tuple[str, tuple[str, ...]]:
        """A text with a hole for each part that is not known, and the addresses of the resources in those."""
        self._steps = 0
        text, addresses = "", []
        for part in template.parts:
            if isinstance(part, str):
                text += part
                continue
            trace = self._trace(part, (), scope)
            if trace.outcome is Outcome.KNOWN and isinstance(trace.value, (str, int, float)):
                text += str(trace.value)
            else:
                text += HOLE
                addresses += [trace.address] if trace.outcome is Outcome.REFERENCE else []
        return text, tuple(addresses)

    def surroundings(self, expression: Expression, scope: Scope) -> str:
        """The text around what is not known of a value, or of each element of a list; empty where that can't be told."""
        match expression:
            case Template():
                return self.outline(expression, scope)[0]
            case For(names, _, None, value, _):
                return self.surroundings(value, replace(scope, names={**scope.names, **dict.fromkeys(names, Binding(None))}))
            case Call("format" | "formatlist", (Literal(str(text)), *_)):
                outline = _VERB.sub(HOLE, text)
                return "" if "%" in outline else outline
        return ""

    def certainly_known(self, expression: Expression, scope: Scope) -> bool:
        """Whether nothing that the expression leads through is unknown."""
        self._steps = 0
        return self._trace(expression, (), scope).outcome in (Outcome.KNOWN, Outcome.NULL, Outcome.MISSING)

    def definition(self, expression: Expression, scope: Scope) -> tuple[Expression, Scope] | None:
        """The expression that a local or a variable stands for, and where that stands; None for every other expression."""
        if isinstance(expression, Traversal) and isinstance(expression.base, str) and expression.base not in scope.names:
            return self._definition(expression.base, expression.steps, scope)
        return None

    def name(self, key: str | Expression, scope: Scope) -> str | None:
        """The name that a key of an object stands for; None when it can't be told."""
        if isinstance(key, str):
            return key
        self._steps = 0
        value = self._scalar(key, scope)
        return None if value is None else str(value)

    # --- the walk -----------------------------------------------------------------------------------------------------

    def _trace(self, expression: Expression, path: tuple[Step, ...], scope: Scope) -> Trace:
        self._steps += 1
        self._depth += 1
        try:
            if self._steps > MAXIMUM_STEPS or self._depth > MAXIMUM_DEPTH:
                return Trace(Outcome.UNKNOWN)
            return self._form(expression, path, scope)
        finally:
            self._depth -= 1

    def _form(self, expression: Expression, path: tuple[Step, ...], scope: Scope) -> Trace:
        match expression:
            case Literal(None):
                return MISSING if path else NULL
            case Literal(value):
                return MISSING if path else Trace(Outcome.KNOWN, value)
            case List(items):
                return self._list(items, path, scope)
            case Object():
                return self._object(expression, path, scope)
            case Traversal(base, steps):
                return self._traversal(base, (*steps, *path), scope)
            case Call(name, arguments):
                return self._call(name, arguments, path, scope)
            case Conditional():
                return self._conditional(expression, path, scope)
            case For():
                return self._for(expression, path, scope)
            case Operation(_, operands):
                truth = self.truth(expression, scope)
                return Trace(Outcome.KNOWN, truth) if truth is not None else self._all(operands, scope)
            case Template(parts):
                return self._all((part for part in parts if isinstance(part, Expression)), scope)
            case Opaque(parts):
                return self._all(parts, scope)
        return Trace(Outcome.UNKNOWN)

    def _all(self, parts: Iterable[Expression], scope: Scope, *, some: bool = False) -> Trace:
        """A value computed from parts: known if they are. ``some``: from one or several of them, nobody knows which."""
        traces = [self._trace(part, (), scope) for part in parts]
        inputs = together(traces)
        inputs = blurred(inputs) if some else inputs
        if all(trace.outcome in (Outcome.KNOWN, Outcome.NULL) for trace in traces):
            return _computed(candidates(traces), inputs)
        return Trace(Outcome.UNKNOWN, candidates=candidates(traces), inputs=inputs)

    def _list(self, items: tuple[Expression, ...], path: tuple[Step, ...], scope: Scope) -> Trace:
        if not path:
            return self._all(items, scope)
        step = self._step(path[0], scope)
        if isinstance(step, int):
            return self._trace(items[step], path[1:], scope) if 0 <= step < len(items) else MISSING
        return self._all(items, scope, some=True) if isinstance(step, Splat) else Trace(Outcome.UNKNOWN)

    def _object(self, expression: Object, path: tuple[Step, ...], scope: Scope) -> Trace:
        keys = [key for key, _ in expression.pairs if isinstance(key, Expression)]
        if not path:
            return self._all((*keys, *(value for _, value in expression.pairs)), scope)
        step = self._step(path[0], scope)
        if not isinstance(step, (str, int)):
            return self._all((value for _, value in expression.pairs), scope, some=True)
        unresolved = False
        for key, value in reversed(expression.pairs):
            name = key if isinstance(key, str) else self._scalar(key, scope)
            if name is None:
                unresolved = True
            elif str(name) == str(step):
                return self._trace(value, path[1:], scope)
        return Trace(Outcome.UNKNOWN) if unresolved else MISSING

    def _conditional(self, expression: Conditional, path: tuple[Step, ...], scope: Scope) -> Trace:
        truth = self.truth(expression.condition, scope)
        if truth is not None:
            return self._trace(expression.yes if truth else expression.no, path, scope)
        arms = [self._trace(arm, path, scope) for arm in (expression.yes, expression.no)]
        if arms[0] == arms[1] and arms[0].outcome is not Outcome.KNOWN:
            return arms[0]
        inputs = tuple(dict.fromkeys(item for arm in arms for item in arm.inputs))
        return Trace(Outcome.UNKNOWN, candidates=candidates(arms), inputs=inputs)

    def _for(self, expression: For, path: tuple[Step, ...], scope: Scope) -> Trace:
        """``{for k, v in collection : k => …}[step]``; other shapes are known if their parts are."""
        key = expression.key
        keeps_keys = (
            isinstance(key, Traversal) and not key.steps and len(expression.names) == 2 and key.base == expression.names[0]
        )
        step = self._step(path[0], scope) if path else None
        if keeps_keys and isinstance(step, (str, int)):
            element = self._trace(expression.collection, (step,), scope)
            if element.outcome is Outcome.MISSING:
                return MISSING
            inner = self._bind(expression, step, scope)
            guard = True if expression.condition is None else self.truth(expression.condition, inner)
            if guard is None:
                # The value is there in any case in which anybody can ask for it.
                guard = True
            return self._trace(expression.value, path[1:], inner) if guard else MISSING
        collection = self._trace(expression.collection, (), scope)
        is_known = collection.outcome is Outcome.KNOWN
        made_of = () if is_known else candidates([collection])
        bound = Binding(None, is_known=is_known, inputs=blurred(collection.inputs), candidates=made_of)
        inner = replace(scope, names={**scope.names, **dict.fromkeys(expression.names, bound)})
        value = self._trace(expression.value, (), inner)
        if collection.outcome is Outcome.KNOWN and value.outcome is Outcome.KNOWN and not path:
            return _computed(candidates([collection, value]), value.inputs)
        return Trace(Outcome.UNKNOWN, candidates=candidates([collection, value]), inputs=blurred(value.inputs))

    def _bind(self, expression: For, step: Step, scope: Scope) -> Scope:
        key, value = expression.names
        bound = {key: Binding(Literal(str(step))), value: Binding(expression.collection, (step,), scope)}
        return replace(scope, names={**scope.names, **bound})

    # --- names --------------------------------------------------------------------------------------------------------

    def _traversal(self, base: str | Expression, steps: tuple[Step, ...], scope: Scope) -> Trace:
        if isinstance(base, Expression):
            return self._trace(base, steps, scope)
        if base in scope.names:
            return self._bound(scope.names[base], steps, scope)
        follow = {
            "var": self._variable,
            "local": self._local,
            "each": self._each,
            "module": self._module_output,
            "data": self._data,
        }.get(base)
        if follow is not None:
            return follow(steps, scope)
        if base == "count":
            return Trace(Outcome.KNOWN, scope.key) if isinstance(scope.key, int) else KNOWN
        if base == "terraform":
            # Which workspace is deployed, the source does not say.
            return Trace(Outcome.UNKNOWN, origin=_written(base, steps, scope))
        if base == "path":
            return KNOWN
        return self._resource(base, steps, scope)

    def _bound(self, binding: Binding, steps: tuple[Step, ...], scope: Scope) -> Trace:
        if binding.expression is None:
            if binding.is_known:
                return Trace(Outcome.KNOWN, COMPUTED, inputs=binding.inputs)
            return Trace(Outcome.UNKNOWN, candidates=binding.candidates, inputs=binding.inputs)
        return self._trace(binding.expression, (*binding.path, *steps), binding.scope or scope)

    def _variable(self, steps: tuple[Step, ...], scope: Scope) -> Trace:
        if not steps or not isinstance(steps[0], str):
            return Trace(Outcome.UNKNOWN)
        name, path = steps[0], steps[1:]
        declared = scope.module.variables.get(name)
        default = declared.attributes.get("default") if declared else None
        unknown = Trace(Outcome.UNKNOWN, origin=_written("var", steps, scope))
        if scope.parent is not None and scope.call is not None:
            argument = scope.call.attributes.get(name)
            if argument is not None:
                trace = self._trace(argument.expression, path, scope.parent)
                if trace.outcome is not Outcome.NULL or default is None or not _refuses_null(declared):
                    return trace
            return self._trace(default.expression, path, scope) if default else unknown
        by_default = NULL if default is None else self._trace(default.expression, path, scope)
        if name in self._project.given:
            given = self._project.given[name]
            trace = KNOWN if given is None else self._trace(given, path, scope)
        elif default is None or default.expression in (Literal(None), Literal("")):
            # In a root module nobody leaves a null or empty default as it is: it asks for a value.
            trace = unknown
        else:
            trace = by_default
        if declared is None or trace.outcome in (Outcome.NULL, Outcome.MISSING):
            return trace
        return replace(trace, inputs=(_input(declared, by_default, is_open=trace is unknown),))

    def _local(self, steps: tuple[Step, ...], scope: Scope) -> Trace:
        found = scope.module.locals.get(steps[0]) if steps and isinstance(steps[0], str) else None
        return self._trace(found, steps[1:], _whole(scope)) if found else Trace(Outcome.UNKNOWN)

    def _each(self, steps: tuple[Step, ...], scope: Scope) -> Trace:
        if steps[:1] == ("key",):
            return KNOWN if scope.key is None else Trace(Outcome.KNOWN, scope.key)
        owner = scope.owner.attributes.get("for_each") if scope.owner else None
        if owner is None or scope.key is None or steps[:1] != ("value",):
            return Trace(Outcome.UNKNOWN)
        if isinstance(owner.expression, Call) and owner.expression.name == "toset":
            return MISSING if steps[1:] else Trace(Outcome.KNOWN, scope.key)
        key = Key(scope.key) if isinstance(scope.key, str) else scope.key
        return self._trace(owner.expression, (key, *steps[1:]), outside(scope))

    def _module_output(self, steps: tuple[Step, ...], scope: Scope) -> Trace:
        unknown = Trace(Outcome.UNKNOWN, origin=_written("module", steps, scope))
        name, key, rest = self._instance(steps, scope)
        inner = self._project.scope(f"{scope.prefix}module.{name}{key}.") if key is not None else None
        if inner is None or not rest or not isinstance(rest[0], str):
            return unknown
        output = inner.module.outputs.get(rest[0])
        value = output.attributes.get("value") if output else None
        return self._trace(value.expression, rest[1:], inner) if value else unknown

    def _data(self, steps: tuple[Step, ...], scope: Scope) -> Trace:
        if not steps or not isinstance(steps[0], str):
            return Trace(Outcome.UNKNOWN)
        name, key, rest = self._instance(steps[1:], scope)
        if key is None or not rest or not isinstance(rest[0], str):
            return Trace(Outcome.UNKNOWN, origin=_written("data", steps, scope))
        address = f"{scope.prefix}data.{steps[0]}.{name}{key}"
        origin = _written("data", tuple(self._step(step, scope) for step in steps), scope)
        return Trace(Outcome.REFERENCE, address=address, attribute=rest[0], origin=origin)

    def _resource(self, type_name: str, steps: tuple[Step, ...], scope: Scope) -> Trace:
        name, key, rest = self._instance(steps, scope)
        base = f"{scope.prefix}{type_name}.{name}"
        instances = self._project.instances.get(base, [])
        block = scope.module.resources.get((type_name, name))
        address = f"{base}{key}" if key is not None else ""
        if name and instances and self._is_whole(steps[1:]):
            return self._all_instances(block, instances, _whole(scope))
        if address not in instances or not rest or not isinstance(rest[0], str):
            return self._no_instance(block, instances, _whole(scope))
        written = block.attributes.get(rest[0]) if block else None
        if written is not None and block is not None:
            inner = replace(_whole(scope), owner=block, key=parsed_key(key or ""))
            trace = self._trace(written.expression, rest[1:], inner)
            if trace.outcome is not Outcome.UNKNOWN or rest[0] not in _NAMES:
                return trace
            # A name that is not known still says whose name it is.
        return Trace(Outcome.REFERENCE, address=address, attribute=rest[0])

    @staticmethod
    def _is_whole(rest: tuple[Step, ...]) -> bool:
        """Whether a reference is to all instances of a resource: to itself, or by a splat."""
        return not rest or isinstance(rest[0], Splat)

    def _all_instances(self, block: Block | None, instances: list[str], scope: Scope) -> Trace:
        """All instances: known if their number is."""
        if all(self.has_known_keys(item, scope) for item in (block.multipliers if block else ())):
            return _computed(tuple(instances))
        return Trace(Outcome.UNKNOWN, candidates=tuple(instances))

    def has_known_keys(self, expression: Expression, scope: Scope) -> bool:
        """Whether the number of instances is known that a ``count`` or ``for_each`` makes; their values need not be."""
        if isinstance(expression, Object) and all(isinstance(key, str) for key, _ in expression.pairs):
            return True
        return self._trace(expression, (), scope).outcome in (Outcome.KNOWN, Outcome.NULL, Outcome.MISSING)

    def _no_instance(self, block: Block | None, instances: list[str], scope: Scope) -> Trace:
        """An instance that is not there: missing where the number of instances is known, else unknown."""
        multipliers = block.multipliers if block else []
        if multipliers and not instances and self._trace(multipliers[0], (), scope).outcome is Outcome.KNOWN:
            return MISSING
        return Trace(Outcome.UNKNOWN, candidates=tuple(instances))

    def _instance(self, steps: tuple[Step, ...], scope: Scope) -> tuple[str, str | None, tuple[Step, ...]]:
        """Name, instance key as it stands in addresses (None when it can't be told), and the steps behind."""
        if not steps or not isinstance(steps[0], str):
            return "", None, ()
        name, rest = steps[0], steps[1:]
        if not rest or (isinstance(rest[0], str) and not isinstance(rest[0], Key)):
            return name, "", rest
        step = self._step(rest[0], scope)
        if isinstance(step, int):
            return name, f"[{step}]", rest[1:]
        return name, f'["{step}"]' if isinstance(step, str) else None, rest[1:]

    # --- functions ----------------------------------------------------------------------------------------------------

    def _call(self, name: str, arguments: tuple[Expression, ...], path: tuple[Step, ...], scope: Scope) -> Trace:
        if name in _TRANSPARENT and arguments:
            return self._trace(arguments[0], path, scope)
        if name in _NOT_COMPUTED:
            return Trace(Outcome.UNKNOWN, candidates=self._all(arguments, scope).candidates)
        if name == "try":
            return self._try(arguments, path, scope)
        if name == "coalesce" and not path:
            return self._coalesce(arguments, scope)
        if name == "lookup" and len(arguments) >= 2:
            return self._lookup(arguments, path, scope)
        if name == "merge" and path:
            return self._merge(arguments, path, scope)
        if name in ("one", "element") and arguments:
            found = self._elements(arguments[0], path, scope)
            if found is not None and len(found) == 1:
                return found[0]
            whole = self._trace(arguments[0], (), scope)
            if whole.outcome is Outcome.REFERENCE:
                # An element of a computed list, as by its index; which one, "element" tells only of short lists.
                return replace(whole, origin="")
        if name == "join" and len(arguments) == 2 and not path:
            found = self._elements(arguments[1], (), scope)
            if found is not None and len(found) == 1:
                return found[0]
        if name == "split" and path[:1] == (0,) and len(arguments) == 2:
            # host:port, of which the host is wanted.
            whole = self._trace(arguments[1], (), scope)
            return replace(whole, origin="") if whole.outcome is Outcome.REFERENCE else self._all(arguments, scope)
        if name in _LISTS and path:
            made = self._all(arguments, scope, some=True)
            return Trace(Outcome.UNKNOWN, candidates=made.candidates, inputs=made.inputs)
        made = self._all(arguments, scope, some=name in _CHOOSERS or (bool(path) and name not in _DECODERS))
        return replace(made, inputs=(*made.inputs, SOMEWHERE)) if name in _OUTSIDE else made

    def _try(self, arguments: tuple[Expression, ...], path: tuple[Step, ...], scope: Scope) -> Trace:
        for argument in arguments:
            trace = self._trace(argument, path, scope)
            if trace.outcome is not Outcome.MISSING:
                return trace
        return MISSING

    def _coalesce(self, arguments: tuple[Expression, ...], scope: Scope) -> Trace:
        for argument in arguments:
            trace = self._trace(argument, (), scope)
            if trace.outcome is Outcome.KNOWN and trace.value is COMPUTED:
                return Trace(Outcome.UNKNOWN)
            empty = trace.outcome in (Outcome.NULL, Outcome.MISSING) or (trace.outcome is Outcome.KNOWN and trace.value == "")
            if not empty:
                return trace
        return NULL

    def _lookup(self, arguments: tuple[Expression, ...], path: tuple[Step, ...], scope: Scope) -> Trace:
        key = self._scalar(arguments[1], scope)
        if not isinstance(key, (str, int)):
            return Trace(Outcome.UNKNOWN)
        trace = self._trace(arguments[0], (key, *path), scope)
        if trace.outcome is Outcome.MISSING and len(arguments) > 2:
            return self._trace(arguments[2], path, scope)
        return trace

    def _merge(self, arguments: tuple[Expression, ...], path: tuple[Step, ...], scope: Scope) -> Trace:
        for argument in reversed(arguments):
            trace = self._trace(argument, path, scope)
            if trace.outcome is not Outcome.MISSING:
                return trace
        return MISSING

    def _elements(self, expression: Expression, path: tuple[Step, ...], scope: Scope) -> list[Trace] | None:
        """The elements of a list expression, one trace each; one that may hold several is unknown with candidates."""
        self._steps += 1
        if self._steps > MAXIMUM_STEPS or self._depth > MAXIMUM_DEPTH:
            return None
        self._depth += 1
        try:
            return self._element_forms(expression, path, scope)
        finally:
            self._depth -= 1

    def _element_forms(self, expression: Expression, path: tuple[Step, ...], scope: Scope) -> list[Trace] | None:
        if isinstance(expression, List) and not path:
            return [self._trace(item, (), scope) for item in expression.items]
        if isinstance(expression, Call) and not path:
            return self._elements_of_call(expression, scope)
        if isinstance(expression, Conditional):
            truth = self.truth(expression.condition, scope)
            if truth is None:
                return None
            return self._elements(expression.yes if truth else expression.no, path, scope)
        if isinstance(expression, Traversal) and isinstance(expression.base, str):
            return self._elements_of_name(expression.base, expression.steps, scope)
        return None

    def _elements_of_call(self, call: Call, scope: Scope) -> list[Trace] | None:
        if call.name in _TRANSPARENT and call.arguments:
            return self._elements(call.arguments[0], (), scope)
        if call.name == "concat":
            found: list[Trace] = []
            for argument in call.arguments:
                elements = self._elements(argument, (), scope)
                found += (
                    [Trace(Outcome.UNKNOWN, candidates=self._trace(argument, (), scope).candidates)]
                    if elements is None
                    else elements
                )
            return found
        if call.name == "try":
            for argument in call.arguments:
                if self._trace(argument, (), scope).outcome is not Outcome.MISSING:
                    return self._elements(argument, (), scope)
        return None

    def _elements_of_name(self, base: str, steps: tuple[Step, ...], scope: Scope) -> list[Trace] | None:
        # An index at the end belongs to the whole list where the splat is a legacy one.
        if len(steps) > 2 and isinstance(steps[0], str) and isinstance(steps[1], Splat) and isinstance(steps[-1], str):
            return self._elements_of_splat(base, steps[0], steps[2:], scope)
        found = self._definition(base, steps, scope)
        elements = self._elements(found[0], (), found[1]) if found else None
        inputs = self.inputs(base, steps, scope)
        return [replace(element, inputs=inputs) for element in elements] if elements and inputs else elements

    def inputs(self, base: str, steps: tuple[Step, ...], scope: Scope) -> tuple[Variable, ...]:
        """The variable of the root module that a name stands for; nothing for every other name."""
        return self._variable(steps, scope).inputs if base == "var" and scope.parent is None else ()

    def _elements_of_splat(self, type_name: str, name: str, rest: tuple[Step, ...], scope: Scope) -> list[Trace] | None:
        """``aws_kms_key.k[*].arn``, one trace for each instance, where their number is known."""
        instances = self._project.instances.get(f"{scope.prefix}{type_name}.{name}", [])
        block = scope.module.resources.get((type_name, name))
        if block is None or self._all_instances(block, instances, _whole(scope)).outcome is not Outcome.KNOWN:
            return None
        keys = [parsed_key(address[len(f"{scope.prefix}{type_name}.{name}") :]) for address in instances]
        if any(isinstance(key, str) for key in keys):
            # A splat makes one element of a map.
            return None
        return [self._resource(type_name, (name, *(() if key is None else (key,)), *rest), scope) for key in keys]

    def _definition(self, base: str, steps: tuple[Step, ...], scope: Scope) -> tuple[Expression, Scope] | None:
        """The expression that a local or a variable stands for, and where that stands."""
        if len(steps) != 1 or not isinstance(steps[0], str):
            return None
        name = steps[0]
        if base == "local":
            found = scope.module.locals.get(name)
            return (found, _whole(scope)) if found else None
        if base != "var":
            return None
        declared = scope.module.variables.get(name)
        default = declared.attributes.get("default") if declared else None
        argument = scope.call.attributes.get(name) if scope.call is not None else None
        if argument is not None and scope.parent is not None:
            return argument.expression, scope.parent
        given = self._project.given.get(name) if scope.parent is None else None
        if given is not None:
            return given, scope
        return (default.expression, scope) if default and name not in self._project.given else None

    # --- truths and keys ----------------------------------------------------------------------------------------------

    def truth(self, expression: Expression, scope: Scope) -> bool | None:
        """Whether a condition holds; None when the tracer can't tell."""
        if isinstance(expression, Operation):
            return self._operation_truth(expression, scope)
        if isinstance(expression, Call) and expression.name == "can" and expression.arguments:
            outcome = self._trace(expression.arguments[0], (), scope).outcome
            return None if outcome in (Outcome.UNKNOWN, Outcome.REFERENCE) else outcome is not Outcome.MISSING
        if isinstance(expression, Call) and expression.name == "contains":
            return self._contains(expression.arguments, scope)
        value = self._scalar(expression, scope)
        return {"true": True, "false": False}.get(str(value).lower())

    def _operation_truth(self, expression: Operation, scope: Scope) -> bool | None:
        operator, operands = expression.operator, expression.operands
        if operator == "!" and operands:
            inner = self.truth(operands[0], scope)
            return None if inner is None else not inner
        if operator in ("&&", "||") and len(operands) == 2:
            truths = [self.truth(operand, scope) for operand in operands]
            stop = operator == "||"
            return stop if stop in truths else None if None in truths else not stop
        if operator in ("==", "!=") and len(operands) == 2:
            same = self._same(operands[0], operands[1], scope)
            return None if same is None else same is (operator == "==")
        if operator in ("<", ">", "<=", ">=") and len(operands) == 2:
            return self._compare(operator, operands, scope)
        return None

    def _same(self, left: Expression, right: Expression, scope: Scope) -> bool | None:
        traces = [self._trace(side, (), scope) for side in (left, right)]
        outcomes = [trace.outcome for trace in traces]
        if Outcome.NULL in outcomes:
            other = traces[1 - outcomes.index(Outcome.NULL)]
            return None if other.outcome in (Outcome.UNKNOWN, Outcome.MISSING) else other.outcome is Outcome.NULL
        if any(trace.outcome is not Outcome.KNOWN or trace.value is COMPUTED for trace in traces):
            return None
        return bool(traces[0].value == traces[1].value)

    def _compare(self, operator: str, operands: tuple[Expression, ...], scope: Scope) -> bool | None:
        numbers = [self._number(operand, scope) for operand in operands]
        left, right = numbers
        if left is None or right is None:
            return None
        return {"<": left < right, ">": left > right, "<=": left <= right, ">=": left >= right}[operator]

    def _number(self, expression: Expression, scope: Scope) -> float | None:
        if isinstance(expression, Call) and expression.name == "length" and expression.arguments:
            return self._length(expression.arguments[0], scope)
        value = self._scalar(expression, scope)
        return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None

    def _length(self, expression: Expression, scope: Scope) -> int | None:
        if isinstance(expression, (List, Object)):
            return len(expression.items if isinstance(expression, List) else expression.pairs)
        if isinstance(expression, Call) and expression.name in ("lookup", "try"):
            head, last = expression.arguments[:-1], expression.arguments[-1]
            probe = Call(expression.name, head) if expression.name == "try" else Call("lookup", head[:2])
            if self._trace(probe, (), scope).outcome is Outcome.MISSING:
                return self._length(last, scope)
        if isinstance(expression, Traversal) and isinstance(expression.base, str):
            found = self._definition(expression.base, expression.steps, scope)
            if found is not None and isinstance(found[0], (List, Object)):
                return self._length(found[0], found[1])
        elements = self._elements(expression, (), scope)
        return None if elements is None else len(elements)

    def _contains(self, arguments: tuple[Expression, ...], scope: Scope) -> bool | None:
        if len(arguments) != 2:
            return None
        key = self._scalar(arguments[1], scope)
        keys = arguments[0]
        if key is None or not isinstance(keys, Call) or keys.name != "keys" or not keys.arguments:
            return None
        outcome = self._trace(keys.arguments[0], (str(key),), scope).outcome
        return False if outcome is Outcome.MISSING else None if outcome is Outcome.UNKNOWN else True

    def _step(self, step: Step, scope: Scope) -> Step:
        if not isinstance(step, Expression):
            return step
        value = self._scalar(step, scope)
        return value if isinstance(value, (str, int)) else step

    def _scalar(self, expression: Expression, scope: Scope) -> Any:
        trace = self._trace(expression, (), scope)
        return trace.value if trace.outcome is Outcome.KNOWN and trace.value is not COMPUTED else None


def _computed(resources: tuple[str, ...], inputs: tuple[Variable, ...] = ()) -> Trace:
    """A value that is known, made of resources and inputs."""
    return replace(KNOWN, candidates=resources, inputs=inputs)


def candidates(traces: Iterable[Trace]) -> tuple[str, ...]:
    """The addresses of the resources that some values can be; ANYTHING among them where one can be any."""
    found: dict[str, None] = {}
    for trace in traces:
        found.update(dict.fromkeys(trace.candidates))
        if trace.outcome is Outcome.REFERENCE:
            found[trace.address] = None
        elif trace.outcome is Outcome.UNKNOWN and not trace.origin and not trace.candidates:
            found[ANYTHING] = None
    return tuple(found)


def _input(declared: Block, by_default: Trace, *, is_open: bool) -> Variable:
    """A variable of the root module. A default that is an object may leave the part open that is asked for."""
    flag = declared.attributes["sensitive"].expression if "sensitive" in declared.attributes else Literal(False)
    return Variable(
        declared.labels[0],
        str(flag.value).lower() == "true" if isinstance(flag, Literal) else None,
        by_default.outcome not in (Outcome.NULL, Outcome.MISSING) and by_default.value != "",
        is_open,
        declared.file,
        declared.line,
    )


def together(traces: Iterable[Trace]) -> tuple[Variable, ...]:
    """The inputs of a value that is made of all of these: a part that comes from elsewhere is named as such."""
    found: dict[Variable, None] = {}
    for trace in traces:
        is_elsewhere = trace.outcome in (Outcome.UNKNOWN, Outcome.REFERENCE) and not trace.inputs
        found.update(dict.fromkeys((SOMEWHERE,) if is_elsewhere else trace.inputs))
    return tuple(found)


def blurred(inputs: tuple[Variable, ...]) -> tuple[Variable, ...]:
    """The inputs of a part of a value: nobody knows which of them, unless there are none."""
    return (SOMEWHERE,) if inputs else ()


def resources_named(expression: Expression) -> Iterator[str]:
    """The resources, ``type.name``, that an expression mentions."""
    waiting: list[Any] = [expression]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Traversal) and isinstance(part.base, str) and part.steps and isinstance(part.steps[0], str):
            yield f"{part.base}.{part.steps[0]}"
        if isinstance(part, Expression) and is_dataclass(part):
            waiting += [getattr(part, item.name) for item in fields(part)]
        elif isinstance(part, tuple):
            waiting += part


def _refuses_null(variable: Block | None) -> bool:
    """Whether ``nullable = false`` makes null mean the default."""
    nullable = variable.attributes.get("nullable") if variable else None
    return nullable is not None and nullable.expression == Literal(False)


def _whole(scope: Scope) -> Scope:
    """The module around a resource: no instance key, no names of expressions."""
    return replace(scope, owner=None, key=None, names={})


def outside(scope: Scope) -> Scope:
    """The scope around a resource, in which its own ``for_each`` and ``count`` stand."""
    return replace(scope, owner=None, key=None)


def parsed_key(key: str) -> str | int | None:
    """``["a"]`` → ``a``, ``[0]`` → 0, nothing → None."""
    if not key:
        return None
    inner = key[1:-1]
    return int(inner) if inner.isdigit() else inner.strip('"')


def _written(base: str, steps: tuple[Step, ...], scope: Scope) -> str:
    """How a name is written, with the module it stands in: what is written alike there has the same value."""
    plain = [f".{step}" if isinstance(step, str) else f"[{step}]" for step in steps if isinstance(step, (str, int))]
    return f"{scope.prefix}{base}{''.join(plain)}" if len(plain) == len(steps) else ""
