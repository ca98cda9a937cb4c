"""From a Terraform plan in JSON (``terraform show -json``) to its resources.

Values come from ``resource_changes``; what is unknown until apply is followed through ``configuration``, which names the references of an
expression but not the expression itself: several references give several candidates. Format: "JSON Output Format", Terraform 1.11.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path as FilePath
from typing import Any

from dms_checks.marks import ANYTHING
from dms_checks.model import SOMEWHERE, Change, Dialect, Gap, Input, Path, Place, Reference, Resource, Scalar, Truth, Value
from dms_checks.readers.files import Unreadable, mentions, read_text
from dms_checks.readers.terraform import Root
from dms_checks.readers.terraform_change import read_change, texts_of
from dms_checks.readers.terraform_plan_dependencies import dependencies
from dms_checks.vocabulary import KIND_OF_TYPE, REGION

FORMATS = ("0.", "1.")
"""The format versions that are read: minor versions only add to them."""

MAXIMUM_HOPS = 20
_ADDRESS = re.compile(r'"address"\s*:\s*"((?:[^"\\]|\\.)*)"')
_IDENTITIES = ("arn", "id", "key_id", "endpoint_arn")
_OWN_IDENTITIES = {"aws_dms_replication_instance": (*_IDENTITIES, "replication_instance_arn")}
"""What is an identity of this type is a reference in others."""

_HIDDEN = object()
"""Stands for an expression that a plan does not show: those of dynamic blocks."""

_LISTS = (
    "vpc_security_group_ids",
    "security_group_ids",
    "security_groups",
    "subnet_ids",
    "cidr_blocks",
    "ipv6_cidr_blocks",
    "prefix_list_ids",
)
_GONE = (["delete"], ["forget"])


def is_plan(tree: Any) -> bool:
    """Whether a parsed file is a plan."""
    return isinstance(tree, dict) and "resource_changes" in tree and "format_version" in tree


def read_plan(file: FilePath) -> Root:
    """Read a plan. What goes wrong as a whole becomes a gap of a root without resources."""
    try:
        text = read_text(file)
        tree = json.loads(text)
    except Unreadable as error:
        return _unreadable(file, str(error))
    except (ValueError, RecursionError):
        return _unreadable(file, "it is not JSON")
    if not is_plan(tree):
        return _unreadable(file, "it is not a Terraform plan in JSON")
    if not str(tree["format_version"]).startswith(FORMATS):
        return _unreadable(file, f"its format version {str(tree['format_version'])[:10]} is not known")
    try:
        return _Plan(tree, text, file).root()
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        return _unreadable(file, f"it is not built like a plan ({type(error).__name__})")


def _unreadable(file: FilePath, reason: str) -> Root:
    holds_dms = mentions(file, b'"aws_dms_')
    gap = Gap(f"{file.name} could not be read, {reason}", "make it again with terraform show -json", Place(str(file)), holds_dms)
    return Root((), [gap], {})


@dataclass(frozen=True, slots=True)
class _Scope:
    """Where an expression of the configuration stands: a module instance, the resource instance's key, and the resource."""

    prefix: str
    key: str | int | None = None
    for_each: Any = None
    address: str = ""


class _Plan:
    def __init__(self, tree: dict[str, Any], text: str, file: FilePath) -> None:
        self._file = str(file)
        self._tree = tree
        self._places = self._lines(text)
        self._module = tree.get("configuration", {}).get("root_module", {})
        self._entries = {entry["address"]: entry for entry in self._current(tree)}
        self._instances: dict[str, list[str]] = {}
        self._identities: dict[str, str] = {}
        self._declared: dict[str, dict[str, dict[str, Any]]] = {}
        for address, entry in self._entries.items():
            self._instances.setdefault(_plain_tail(address), []).append(address)
            for name in _OWN_IDENTITIES.get(entry["type"], _IDENTITIES):
                value = entry["after"].get(name)
                if isinstance(value, str) and len(value) > 7 and ("-" in value or ":" in value):
                    self._identities.setdefault(value, address)
        self._former = dict(self._former_names())

    def root(self) -> Root:
        gaps = []
        if self._tree.get("errored") or self._tree.get("complete") is False:
            gaps.append(Gap("the plan is not complete", "plan without -target, and until there are no errors", Place(self._file)))
        resources = [self._resource(address, entry) for address, entry in self._entries.items() if entry["type"] in KIND_OF_TYPE]
        places = {resource.address: {"": replace(resource.place, file=self._file)} for resource in resources}
        regions = {resource.address: self._region(resource.address) for resource in resources}
        graph = dependencies(self._tree.get("configuration"))
        return Root(resources, gaps, places, secrets=self._secrets(), regions=regions, dependencies=graph)

    def _secrets(self) -> Iterator[str]:
        """What the plan marks as sensitive: the values of variables and those in resources, before and after."""
        given = self._tree.get("variables") or {}
        for name, variable in self._module.get("variables", {}).items():
            yield from texts_of(given.get(name, {}).get("value"), bool(variable.get("sensitive")))
        for change in (entry["change"] for entry in self._tree["resource_changes"]):
            for side in ("before", "after"):
                yield from texts_of(change.get(side), change.get(f"{side}_sensitive"))

    def _region(self, address: str) -> Value:
        """The Region of a resource: its own attribute, since version 6 of the provider, or that of the provider's configuration."""
        entry = self._entries[address]
        own = entry["after"].get("region")
        if isinstance(own, str) or entry["unknown"].get("region"):
            return Value.known(own or "")
        prefix, plain, _ = _split(address)
        key = str(self._declaration(prefix, plain).get("provider_config_key", ""))
        provider = self._tree.get("configuration", {}).get("provider_config", {}).get(key, {})
        region = provider.get("expressions", {}).get("region", {})
        value = region.get("constant_value") or self._variable_in(region, key)
        return Value.known(value) if isinstance(value, str) else Value.unknown(origin=f"provider {key}" if key else "")

    def _variable_in(self, expression: dict[str, Any], key: str) -> str | None:
        """The variable that is all a Region is made of: a plan names it, and not what is done with it, so the result has to be a Region."""
        references = _longest(expression)
        if len(references) != 1 or not references[0].startswith("var.") or ":" in key:
            return None
        value = self._tree.get("variables", {}).get(references[0][len("var.") :], {}).get("value")
        return value if isinstance(value, str) and re.fullmatch(REGION, value) else None

    def _lines(self, text: str) -> dict[str, int]:
        """The line of each resource change; in a minified plan all stand in line 1."""
        lines: dict[str, int] = {}
        position, line = text.find('"resource_changes"'), 0
        line = text.count("\n", 0, position) + 1
        for found in _ADDRESS.finditer(text, position):
            line += text.count("\n", position, found.start())
            position = found.start()
            lines.setdefault(json.loads(f'"{found.group(1)}"'), line)
        return lines

    @staticmethod
    def _current(tree: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """What there is after the change: managed resources that stay, and the data sources that were read."""
        yield from _data_sources(tree.get("prior_state", {}).get("values", {}).get("root_module", {}))
        for change in tree["resource_changes"]:
            # What a failed replacement left behind goes under the address of the one that stays.
            if change["change"]["actions"] not in _GONE and not change.get("deposed"):
                yield {
                    "address": change["address"],
                    "type": change["type"],
                    "data": change.get("mode") == "data",
                    "after": change["change"].get("after") or {},
                    "unknown": change["change"].get("after_unknown") or {},
                    "change": None if change.get("mode") == "data" else change["change"],
                    "reason": change.get("action_reason"),
                }

    def _resource(self, address: str, entry: dict[str, Any]) -> Resource:
        prefix, plain, key = _split(address)
        block = self._declaration(prefix, plain)
        scope = _Scope(prefix, key, block.get("for_each_expression"), address)
        expressions = block.get("expressions", {}) if block else _HIDDEN
        base = self._block(entry["after"], entry["unknown"], expressions, scope, ())
        if isinstance(base.content, Mapping) and entry["unknown"].get("tags_all") is True and self._adds_tags(block):
            base = Value.known({**base.content, "tags_all": Value.unknown(("tags_all",))})
        # Other resources of a plan are named in messages by their line: the file is the same.
        place = Place("", self._places.get(address, 1), 1)
        kind = KIND_OF_TYPE[entry["type"]]
        change = self._change(entry, expressions, scope)
        return Resource(address, entry["type"], kind, Dialect.TERRAFORM, place, base, is_data_source=entry["data"], change=change)

    # --- changes ------------------------------------------------------------------------------------------------------

    def _former_names(self) -> Iterator[tuple[str, str]]:
        """What resources were called before the change, with their addresses."""
        for address, entry in self._entries.items():
            before = (entry["change"] or {}).get("before") or {}
            for name in _OWN_IDENTITIES.get(entry["type"], _IDENTITIES):
                value = before.get(name)
                if isinstance(value, str) and value.startswith("arn:"):
                    yield value, address

    def _change(self, entry: dict[str, Any], expressions: Any, scope: _Scope) -> Change | None:
        if entry["change"] is None:
            return None

        def is_renewed(path: Path) -> bool:
            expression = expressions
            for step in path:
                if isinstance(expression, list) and isinstance(step, int):
                    expression = expression[step] if step < len(expression) else None
                else:
                    expression = _part(expression, str(step))
            return isinstance(expression, (dict, list)) and self._comes_from_new(expression, scope)

        return read_change(entry["change"], str(entry["reason"] or ""), self._former, is_renewed)

    def _comes_from_new(self, expression: Any, scope: _Scope) -> bool:
        """Whether what is not known of an expression comes from resources that the plan creates, and from nothing else."""
        found = list(self._sources(expression, scope, 0))
        actions = [self._actions(reference) for reference in found]
        open_ended = [action for action in actions if action != ["no-op"]]
        return bool(open_ended) and all("create" in action for action in open_ended)

    def _actions(self, reference: Reference | None) -> list[str]:
        """What the plan does with a resource; nothing of one that is not known or a data source."""
        change = self._entries[reference.address]["change"] if reference else None
        return list(change["actions"]) if change else []

    def _adds_tags(self, block: dict[str, Any]) -> bool:
        """Whether the provider of a resource adds tags; a plan with unknown ones does not tell them."""
        providers = self._tree.get("configuration", {}).get("provider_config", {})
        provider = providers.get(block.get("provider_config_key"), {})
        return not block or "default_tags" in provider.get("expressions", {})

    # --- values -------------------------------------------------------------------------------------------------------

    def _block(self, after: Any, unknown: Any, expressions: Any, scope: _Scope, path: Path) -> Value:
        unknown = unknown if isinstance(unknown, dict) else {}
        names = {**after, **unknown}
        members = {
            name: self._value(after.get(name), unknown.get(name), _part(expressions, name), scope, (*path, name))
            for name in names
        }
        return Value.known(members, path)

    def _value(self, after: Any, unknown: Any, expression: Any, scope: _Scope, path: Path) -> Value:
        if unknown is True:
            return self._unknown(expression, scope, path)
        if isinstance(after, dict):
            return self._block(after, unknown, expression, scope, path)
        if isinstance(after, list):
            return self._list(after, unknown, expression, scope, path)
        if after is None:
            return Value.absent(path[:-1])
        if isinstance(after, str) and self._identities.get(after, scope.address) != scope.address:
            return Value.known(Reference(self._identities[after]), path)
        value = Value.known(after, path, self._inputs(after, expression, scope))
        return replace(value, from_state=True) if self._stands(scope) and not _is_constant(expression) else value

    def _stands(self, scope: _Scope) -> bool:
        """Whether the resource that an expression stands in is there already, or another one in its place."""
        change = self._entries[scope.address]["change"] if scope.address in self._entries else None
        return bool(change and change.get("before"))

    def _list(self, after: list[Any], unknown: Any, expression: Any, scope: _Scope, path: Path) -> Value:
        flags = unknown if isinstance(unknown, list) else []
        if isinstance(expression, list) and len(expression) != len(after):
            expression = _HIDDEN
        items = []
        for index, item in enumerate(after):
            flag = flags[index] if index < len(flags) else None
            part = expression[index] if isinstance(expression, list) else expression
            if isinstance(item, dict) and not isinstance(expression, list):
                # An attribute that Terraform also takes as blocks has an empty text for each member that is left out.
                item = {name: member for name, member in item.items() if member != ""}
            items.append(self._value(item, flag, part, scope, (*path, index)))
        return Value.known(tuple(items), path)

    def _unknown(self, expression: Any, scope: _Scope, path: Path) -> Value:
        """A value that only apply will tell: left out, a reference, one of several, or not known."""
        if expression is None:
            return Value.absent(path[:-1])
        if expression is _HIDDEN:
            return Value.unknown(path, candidates=(Reference(ANYTHING),))
        found = list(self._sources(expression, scope, 0))
        references = tuple(dict.fromkeys(item for item in found if item is not None))
        if not found:
            # All that the expression refers to is known before apply, so it gave null and AWS chooses.
            return Value.absent(path[:-1])
        if None in found:
            origin = self._origin(expression, scope)
            return Value.unknown(path, origin, references if origin else (*references, Reference(ANYTHING)))
        values = [Value.known(reference, path) for reference in references]
        if path[-1] in _LISTS and self._has_known_parts(expression, scope):
            # A list with one unknown element hides the others: those from variables are somewhere else.
            values.append(Value.unknown(path))
        return values[0] if len(values) == 1 else Value.known(tuple(values), path)

    def _has_known_parts(self, expression: Any, scope: _Scope) -> bool:
        """Whether an expression also refers to what is known before apply."""
        heads = [item for item in _longest(expression) if item.startswith(("var.", "each.value"))]
        return any(not list(self._sources({"references": [item]}, scope, 0)) for item in heads)

    @staticmethod
    def _origin(expression: Any, scope: _Scope) -> str:
        """What a value is written as, if it comes from outside the plan as it stands."""
        references = _longest(expression)
        outside = len(references) == 1 and references[0].startswith(("var.", "data.", "module."))
        return f"{scope.prefix}{references[0]}" if outside else ""

    # --- inputs -------------------------------------------------------------------------------------------------------

    def _inputs(self, after: Scalar, expression: Any, scope: _Scope) -> tuple[Input, ...]:
        """What took part in a known value. Of an expression a plan shows the references only: those count whose value is found in this one."""
        if expression is None or (isinstance(expression, dict) and "constant_value" in expression):
            return ()
        names = list(self._outside(expression, scope, 0))
        if None in names:
            return (SOMEWHERE,)
        found = [item for name in dict.fromkeys(names) if name and (item := self._input(name, after)) is not None]
        return tuple(found) or ((SOMEWHERE,) if names else ())

    def _outside(self, expression: Any, scope: _Scope, hops: int) -> Iterator[str | None]:
        """The root module's variables that an expression refers to, through modules; None for something else than literals."""
        if isinstance(expression, dict) and "constant_value" in expression:
            return
        references = _longest(expression)
        if not references or hops > MAXIMUM_HOPS:
            # A function of literals or of a file: the plan shows neither.
            yield None
        for item in references:
            head = re.split(r"[.\[]", item, maxsplit=1)[0]
            if head == "var":
                yield from self._outside_variable(item, scope, hops)
            elif head == "each" and item != "each.key":
                yield from self._outside(scope.for_each, scope, hops + 1)
            elif head == "module" and (behind := self._behind_output(item, scope)):
                yield from self._outside(*behind, hops + 1)
            elif head not in ("each", "path", "count"):
                yield None

    def _outside_variable(self, item: str, scope: _Scope, hops: int) -> Iterator[str | None]:
        behind = self._behind_variable(item, scope)
        if behind is None:
            yield item
        elif behind[0] is not None:
            yield from self._outside(*behind, hops + 1)

    def _input(self, reference: str, after: Scalar) -> Input | None:
        """The variable of the root module that a reference names, if its value is found in ``after``, or ``after`` in it."""
        name, steps = _steps(reference)
        declared = self._module.get("variables", {}).get(name)
        value = _at(self._tree.get("variables", {}).get(name, {}).get("value"), steps)
        if not isinstance(declared, dict) or not _shares(value, after):
            return None
        default = _at(declared.get("default"), steps)
        return Input(f"var.{name}", Truth.of(declared.get("sensitive") is True), Truth.of(default not in (None, "", {}, [])))

    # --- references ---------------------------------------------------------------------------------------------------

    def _configuration(self, prefix: str) -> dict[str, Any]:
        """The configuration of a module instance; empty when it is not in the plan."""
        module = self._module
        for name, _ in _calls(prefix):
            module = module.get("module_calls", {}).get(name, {}).get("module", {})
        return module if isinstance(module, dict) else {}

    def _declaration(self, prefix: str, plain: str) -> dict[str, Any]:
        """The configuration of a resource of a module instance; empty when it is not in the plan."""
        if prefix not in self._declared:
            self._declared[prefix] = {item["address"]: item for item in self._configuration(prefix).get("resources", ())}
        return self._declared[prefix].get(plain, {})

    def _sources(self, expression: Any, scope: _Scope, hops: int) -> Iterator[Reference | None]:
        """The resources that an expression refers to; None for something else that is not known before apply."""
        references = _longest(expression)
        hint = scope.key if any(item in ("each.key", "count.index") for item in references) else None
        for item in references:
            head = re.split(r"[.\[]", item, maxsplit=1)[0]
            if hops > MAXIMUM_HOPS or head in ("local", "self"):
                yield None
            elif head == "each":
                # Which part of the collection is not known, a plan does not tell.
                if item != "each.key" and any(True for _ in self._sources(scope.for_each, scope, hops + 1)):
                    yield None
            elif head == "var":
                yield from self._variable(item, scope, hops)
            elif head == "module":
                yield from self._output(item, scope, hops)
            elif head not in ("path", "terraform", "count"):
                yield from self._instances_of(item, scope, hint)

    def _variable(self, item: str, scope: _Scope, hops: int) -> Iterator[Reference | None]:
        """A variable of a module is its argument in the call; one of the root module is known in a plan."""
        behind = self._behind_variable(item, scope)
        if behind is not None and behind[0] is not None:
            yield from self._sources(*behind, hops + 1)

    def _behind_variable(self, item: str, scope: _Scope) -> tuple[Any, _Scope] | None:
        """The argument of the module call that gives a variable its value, and where it stands; None for variables of the root module."""
        calls = _calls(scope.prefix)
        if not calls:
            return None
        name, key = calls[-1]
        prefix = "".join(f"module.{call}{_suffix(index)}." for call, index in calls[:-1])
        call = self._configuration(prefix).get("module_calls", {}).get(name, {})
        outer = _Scope(prefix, key, call.get("for_each_expression"))
        variable = re.split(r"[.\[]", item)[1]
        return call.get("expressions", {}).get(variable), outer

    def _output(self, item: str, scope: _Scope, hops: int) -> Iterator[Reference | None]:
        behind = self._behind_output(item, scope)
        if behind is None or not any(address.startswith(behind[1].prefix) for address in self._entries):
            yield None
        else:
            yield from self._sources(*behind, hops + 1)

    def _behind_output(self, item: str, scope: _Scope) -> tuple[Any, _Scope] | None:
        """The expression of a module's output, and where it stands."""
        found = re.match(r"module\.([^.\[]+)(\[[^\]]*\])?\.([^.\[]+)", item)
        if found is None:
            return None
        name, key, output = found.groups()
        inner = _Scope(f"{scope.prefix}module.{name}{key or ''}.")
        expression = self._configuration(inner.prefix).get("outputs", {}).get(output, {}).get("expression")
        return None if expression is None else (expression, inner)

    def _instances_of(self, item: str, scope: _Scope, hint: str | int | None) -> Iterator[Reference | None]:
        """The instance that a reference such as ``aws_kms_key.k[0].arn`` names; of one without key, all that it can mean."""
        found = re.match(r"((?:data\.)?[^.\[]+\.[^.\[]+)(\[[^\]]*\])?(?:\.([^.\[]+))?", item)
        if found is None:
            yield None
            return
        base, key, attribute = f"{scope.prefix}{found.group(1)}", found.group(2), found.group(3)
        named = [address for address in (f"{base}{key or ''}", f"{base}{_suffix(hint)}") if address in self._entries]
        possible = named[:1] or (self._instances.get(base, []) if key is None else [])
        yield from (Reference(address, attribute) for address in possible)
        if not possible:
            yield None


def _data_sources(module: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for resource in module.get("resources", ()):
        if resource.get("mode") == "data":
            yield {
                "address": resource["address"],
                "type": resource["type"],
                "data": True,
                "after": resource.get("values") or {},
                "unknown": {},
                "change": None,
            }
    for child in module.get("child_modules", ()):
        yield from _data_sources(child)


def _part(expressions: Any, name: str) -> Any:
    """The expression of a member, None where it is left out.

    Of attributes that Terraform also takes as blocks, only the references of all of them are there.
    """
    if not isinstance(expressions, dict):
        return _HIDDEN
    if "references" in expressions or "constant_value" in expressions:
        return expressions
    return expressions.get(name)


def _is_constant(expression: Any) -> bool:
    """Whether an expression is a value that is written out, and not null."""
    return isinstance(expression, dict) and expression.get("constant_value") is not None


def _longest(expression: Any) -> list[str]:
    """The references of an expression, without those that are the beginning of another."""
    if isinstance(expression, list):
        return [item for part in expression for item in _longest(part)]
    if not isinstance(expression, dict):
        return []
    if "references" not in expression:
        return [item for part in expression.values() if isinstance(part, (dict, list)) for item in _longest(part)]
    references = [str(item) for item in expression["references"]]
    return [
        item
        for item in references
        if not any(other != item and other.startswith(item) and other[len(item)] in ".[" for other in references)
    ]


_STEP = re.compile(r"\.([^.\[]+)|\[(\"(?:[^\"\\]|\\.)*\"|\d+)\]")


def _steps(reference: str) -> tuple[str, list[str | int]]:
    """``var.logins["a"].password`` → ``logins``, [``a``, ``password``]."""
    found = [(name, key) for name, key in _STEP.findall(reference)]
    steps: list[str | int] = [name or _key(key) or 0 for name, key in found]
    return str(steps[0]) if steps else "", steps[1:]


def _at(value: Any, steps: list[str | int]) -> Any:
    """A part of a variable's value; None where there is none."""
    for step in steps:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def _shares(value: Any, after: Scalar) -> bool:
    """Whether one value is found in the other; of objects and lists, in their JSON."""
    if value is None or isinstance(value, bool) or isinstance(after, bool):
        return value is not None and value == after
    if isinstance(value, (dict, list)):
        return json.dumps(str(after))[1:-1] in json.dumps(value)
    return bool(str(value)) and (str(value) in str(after) or str(after) in str(value))


def _split(address: str) -> tuple[str, str, str | int | None]:
    """Module prefix, address in the configuration, and instance key."""
    prefix = "".join(f"module.{name}{_suffix(key)}." for name, key in _calls(address))
    rest = address[len(prefix) :]
    plain, bracket, key = rest.partition("[")
    return prefix, plain, _key(key[:-1]) if bracket else None


def _plain_tail(address: str) -> str:
    prefix, plain, _ = _split(address)
    return f"{prefix}{plain}"


_CALL = re.compile(r'module\.([^.\[]+)(?:\[("(?:[^"\\]|\\.)*"|\d+)\])?\.')


def _calls(address: str) -> list[tuple[str, str | int | None]]:
    """The module calls that an address leads through, with their keys."""
    calls: list[tuple[str, str | int | None]] = []
    position = 0
    while found := _CALL.match(address, position):
        calls.append((found.group(1), _key(found.group(2))))
        position = found.end()
    return calls


def _key(text: str | None) -> str | int | None:
    if not text:
        return None
    return int(text) if text.isdigit() else json.loads(text) if text.startswith('"') else text


def _suffix(key: str | int | None) -> str:
    if key is None:
        return ""
    return f"[{key}]" if isinstance(key, int) else f"[{json.dumps(key)}]"
