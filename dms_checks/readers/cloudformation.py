"""From a CloudFormation template to the deployments it can become.

A template is evaluated where a rule looks, and under the parameter values that this look depends on: evaluation takes the
first possible value of a parameter, remembers the others, and the question is asked once more for each of them.
"""

import re
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Any, TypeVar

from dms_checks.deployment import Assumption, Deployment, TooManyDeployments, text_keys
from dms_checks.marks import ANYTHING, HOLE
from dms_checks.model import SOMEWHERE, Dialect, Gap, Input, Kind, Path, Place, Reference, Resource, Scalar, Truth, Value
from dms_checks.readers.dependencies import Dependencies
from dms_checks.vocabulary import KIND_OF_TYPE, REGION

Answer = TypeVar("Answer")

MAXIMUM_DEPLOYMENTS = 64
"""How many combinations of parameter values one question is asked for."""

MAXIMUM_NESTING = 60
"""How deeply functions may be nested before their value counts as unknown."""

MAXIMUM_WORK = 100_000
"""How many values one question may look at before the others count as unknown: aliases of YAML can make a small file endless."""

MAXIMUM_TEXT = 100_000
"""Longer texts are holes in those that they are part of: a property of a template has at most some thousand characters."""

_OUTSIDE = ("AWS::CloudFormation::Stack", "AWS::CloudFormation::CustomResource", "Custom::")

_ELSEWHERE = ""
"""Among the names of parameters: something that is no parameter, and not written in the template."""

_GIVEN_BACK = (("AWS::EC2::VPC", "CidrBlock"), ("AWS::EC2::Subnet", "CidrBlock"))
"""The attributes that are a property of the resource, of which it matters what is written there."""

_REGION = "AWS::Region"
_KEY_ARN = re.compile(rf"arn:[^:]*:kms:({REGION}):")

_OPEN, _CLOSE = "\ue000", "\ue001"
_TOKEN = re.compile(f"{_OPEN}([^{_CLOSE}]*){_CLOSE}")
_VARIABLE = re.compile(r"\$\{([^!{}][^{}]*)\}")


class _Absent:
    """``AWS::NoValue``."""


class _Unknown:
    """A value that the template does not determine: what it was written as, and which resources it can be."""

    def __init__(self, origin: str = "", candidates: tuple[Reference, ...] = (), none_of: tuple[str, ...] = ()) -> None:
        """``none_of`` are the values that "another value" of a parameter is not."""
        self.origin = origin
        self.candidates = candidates
        self.none_of = none_of


_ABSENT = _Absent()
_UNKNOWN = _Unknown()


def intrinsic(node: Any) -> tuple[str, Any] | None:
    """Name and argument of an intrinsic function; parsers of hosts mix keys of their own (``__line__``) into dictionaries."""
    if not isinstance(node, dict) or not 0 < len(node) < 5:
        return None
    keys = [key for key in node if not str(key).startswith("__")]
    if len(keys) != 1 or not (str(keys[0]).startswith("Fn::") or keys[0] in ("Ref", "Condition")):
        return None
    return str(keys[0]), node[keys[0]]


class Template:
    """A parsed template. ``parameters`` are values given for this deployment; ``locate`` finds lines for paths; ``gaps`` are what the
    file hides."""

    dialect = Dialect.CLOUDFORMATION
    secrets: frozenset[str] = frozenset()

    def __init__(
        self,
        tree: Any,
        file: str,
        locate: Callable[[Path], Place] | None = None,
        parameters: Mapping[str, Any] | None = None,
        gaps: tuple[Gap, ...] = (),
    ) -> None:
        tree = tree if isinstance(tree, dict) else {}
        self.file = file
        self.given = dict(parameters or {})
        self.parameters = _section(tree, "Parameters")
        self.conditions = dict(_entries(tree, "Conditions"))
        self.mappings = _section(tree, "Mappings")
        self.resources, self._loops, loops = _expand_loops(_entries(tree, "Resources"), self.parameters, file)
        self.gaps = (*gaps, *loops)
        self._locate = locate
        self._by_kind: dict[str, dict[str, None]] = {}
        for name, resource in self.resources.items():
            kind = KIND_OF_TYPE.get(str(resource.get("Type")))
            if kind:
                self._by_kind.setdefault(kind.name, {})[name] = None
        self._domains: dict[str, list[tuple[Any, str]]] = {}
        self._shared: _World | None = None
        self._carriers: dict[str, dict[str, Any]] = {}
        self._inputs: dict[str, Input] = {}

    def addresses(self, kinds: Iterable[Kind]) -> list[tuple[str, Kind]]:
        wanted = {kind.name for kind in kinds}
        found = ((name, KIND_OF_TYPE.get(str(resource.get("Type")))) for name, resource in self.resources.items())
        return [(name, kind) for name, kind in found if kind and kind.name in wanted]

    def place(self, address: str, path: Path) -> Place:
        if address in self._loops:
            path = ("Resources", self._loops[address])
        return self._locate(path or ("Resources", address)) if self._locate else Place(self.file)

    def explore(self, question: Callable[[Deployment], Answer]) -> Iterator[tuple[Answer, tuple[Assumption, ...]]]:
        waiting: list[tuple[int, ...]] = [()]
        asked = 0
        while waiting:
            asked += 1
            if asked > MAXIMUM_DEPLOYMENTS:
                raise TooManyDeployments(f"more than {MAXIMUM_DEPLOYMENTS} combinations of parameter values")
            world = self._world(waiting.pop(0))
            answer = question(Deployment(world))
            waiting += world.alternatives
            yield answer, tuple(world.assumptions.values())

    def _world(self, choices: tuple[int, ...]) -> "_World":
        """A world to ask in. One in which no question has chosen anything yet serves the next question too, with all it has evaluated."""
        if choices:
            return _World(self, choices)
        if self._shared is None or self._shared.has_chosen:
            self._shared = _World(self, ())
        self._shared.begin()
        return self._shared

    def kind_names(self, kind: Kind) -> Collection[str]:
        return self._by_kind.get(kind.name, ())

    @cached_property
    def mentions(self) -> dict[str, list[str]]:
        """Which resources mention a logical id or a text anywhere: more than refer to it, but all that do."""
        found: dict[str, list[str]] = {}
        for name, resource in self.resources.items():
            for target in _mentioned(resource.get("Properties"), self.resources):
                found.setdefault(target, []).append(name)
        return found

    @cached_property
    def dependencies(self) -> Dependencies:
        """What CloudFormation makes after what: by ``DependsOn`` and by reference, whatever the conditions are."""
        certain = {name: _direct_dependencies(resource, self.resources) for name, resource in self.resources.items()}
        macros = [name for name, resource in self.resources.items() if _has_macro(resource)]
        return Dependencies(certain, {name: [ANYTHING] for name in macros})

    @cached_property
    def sketch(self) -> "_World":
        """The deployment that the defaults give, for a first look at resources."""
        return _World(self, ())

    def is_elsewhere(self, name: str) -> bool:
        """Whether a resource does what this template does not show: nested stacks, modules and custom resources."""
        kind = str(self.resources[name].get("Type"))
        return kind.startswith(_OUTSIDE) or kind.endswith("::MODULE")

    @cached_property
    def constants(self) -> dict[str, list[str]]:
        """The values that conditions compare a parameter with, and the keys that it selects in mappings."""
        found: dict[str, dict[str, None]] = {}
        for name, argument in _functions([self.conditions, *self.resources.values()]):
            if name == "Fn::Equals" and isinstance(argument, list) and len(argument) == 2:
                for side, other in (argument, argument[::-1]):
                    if (
                        (parameter := _referenced(side))
                        and isinstance(other, (str, int, float))
                        and "{{resolve:" not in _text(other)
                    ):
                        found.setdefault(parameter, {})[_text(other)] = None
        return {name: list(values) for name, values in found.items()}

    @cached_property
    def mapping_keys(self) -> dict[str, list[str]]:
        """The keys of a mapping that a parameter selects: another value would not deploy."""
        found: dict[str, list[str]] = {}
        for name, argument in _functions(list(self.resources.values())):
            if name != "Fn::FindInMap" or not isinstance(argument, list) or len(argument) < 3:
                continue
            table = self.mappings.get(argument[0], {}) if isinstance(argument[0], str) else {}
            if (parameter := _referenced(argument[1])) and isinstance(table, dict):
                found.setdefault(parameter, [str(key) for key in table])
        return found

    def may_hold(self, node: Any, text: str) -> bool:
        """Whether a text stands below a node, or in a parameter or a mapping that is mentioned there."""
        if text not in self._carriers:
            tables = {**self.mappings, **self.parameters, **self.given}
            self._carriers[text] = {name: table for name, table in tables.items() if _stands_in(table, text)}
        carriers = self._carriers[text]
        return _stands_in(node, text) or not carriers.keys().isdisjoint(_mentioned(node, carriers))

    def input(self, name: str) -> Input:
        """What the template says of a parameter. The default of one that Systems Manager fills in is a name there, not the value."""
        if name not in self._inputs:
            parameter = self.parameters[name]
            looked_up = str(parameter.get("Type")).startswith("AWS::SSM::")
            self._inputs[name] = Input(
                name,
                Truth.of(_is_hidden(parameter)),
                Truth.of(parameter.get("Default") not in (None, "") and not looked_up),
                all(isinstance(value, _Unknown) for value, _ in self.domain(name)),
                replace(self.place("", ("Parameters", name)), file=""),
            )
        return self._inputs[name]

    @cached_property
    def regions_at_odds(self) -> list[str]:
        """The Regions for which a mapping holds a KMS key of another one. Looking at all of a mapping's Regions would cost too much."""
        found: dict[str, None] = {}
        waiting: list[tuple[tuple[str, ...], Any]] = [((), table) for table in self.mappings.values()]
        while waiting:
            keys, node = waiting.pop()
            if isinstance(node, dict) and len(keys) < 2:
                waiting += [((*keys, str(key)), child) for key, child in node.items()]
            elif isinstance(node, str) and (key := _KEY_ARN.match(node)):
                found.update(dict.fromkeys(item for item in keys if re.fullmatch(REGION, item) and item != key.group(1)))
        return sorted(found)

    def domain(self, name: str) -> list[tuple[Any, str]]:
        """The values a parameter can take, each with the words for it; the default comes first."""
        if name not in self._domains:
            self._domains[name] = self._domain(name)
        return self._domains[name]

    def _domain(self, name: str) -> list[tuple[Any, str]]:
        if name == _REGION:
            regions = tuple(dict.fromkeys((*self.constants.get(name, ()), *self.regions_at_odds)))
            named = [(value, f"the region is '{value}'") for value in regions]
            rest = _Unknown(name, none_of=regions)
            return [*named, (rest, "the region is another one" if named else "")]
        parameter = self.parameters[name]
        kind = str(parameter.get("Type", "String"))
        is_list = kind == "CommaDelimitedList" or kind.startswith("List<")
        if name in self.given:
            return [(_parameter_value(self.given[name], is_list), "")]
        unknown = _Unknown(f"!Ref {name}")
        if kind.startswith("AWS::SSM::"):
            return [(unknown, "")]
        secret = _is_hidden(parameter)
        default = parameter.get("Default")
        allowed = parameter.get("AllowedValues")
        has_default = isinstance(default, (str, int, float))
        values = [_parameter_value(default, is_list)] if has_default else []
        words = [f"the default of {name} is used"] if has_default else []
        if isinstance(allowed, list) and allowed:
            options = [_parameter_value(item, is_list) for item in allowed if isinstance(item, (str, int, float))]
            words = [_named(name, values[0], secret, 1)] if has_default else []
        elif is_list:
            options = []
        else:
            options = list(self.constants.get(name, self.mapping_keys.get(name, [])))
            if name in self.constants:
                words = [_named(name, values[0], secret, 1)] if has_default else []
        for option in options:
            if option not in values:
                values.append(option)
                words.append(_named(name, option, secret, len(values)))
        open_ended = not (isinstance(allowed, list) and allowed) and name in self.constants
        if open_ended or not values:
            values.append(_Unknown(f"!Ref {name}", none_of=tuple(self.constants.get(name, ()))) if open_ended else unknown)
            words.append(f"{name} is another value" if open_ended else "")
        return list(zip(values, words, strict=True))


class _World:
    """One deployment of a template: the parameter values taken so far, and the alternatives not taken."""

    def __init__(self, template: Template, choices: tuple[int, ...]) -> None:
        self.template = template
        self.choices = choices
        self.position = 0
        self.alternatives: list[tuple[int, ...]] = []
        self.assumptions: dict[str, Assumption] = {}
        self.memory: dict[Hashable, Any] = {}
        self._parameters: dict[str, Any] = {}
        self._conditions: dict[str, bool | None] = {}
        self._made: dict[str, Resource | None] = {}
        self._evaluated: dict[int, tuple[Any, tuple[str, ...]]] = {}
        self._sources: dict[str, None] = {}
        self._drafts: dict[str, Resource | None] = {}
        self._depth = 0
        self._work = 0
        self._is_region_of_mapping = False

    @property
    def has_chosen(self) -> bool:
        """Whether an answer of this world may hang on what was chosen for it."""
        return bool(self.alternatives or self.assumptions)

    def begin(self) -> None:
        """Start a new question, with a new budget."""
        self._work = 0

    # --- what is told of the deployment -------------------------------------------------------------------------------

    @property
    def complete(self) -> Truth:
        return Truth.UNKNOWN if self.template.gaps else Truth.YES

    def addresses_of(self, kind: Kind) -> Collection[str]:
        return self.template.kind_names(kind)

    def mentions(self, address: str) -> Iterable[str]:
        return self.template.mentions.get(address, ())

    def is_handed_over(self, address: str) -> bool:
        return any(self.template.is_elsewhere(name) for name in self.mentions(address))

    def depends(self, address: str, other: str) -> Truth:
        return self.template.dependencies.depends(address, other)

    def draft(self, address: str) -> Resource | None:
        return self.template.sketch.sketched(address)

    def region(self, _: str) -> Value:
        """The stack's Region, if something that was looked at hangs on it. To choose one here would make it up."""
        region = self._parameters.get(_REGION)
        named = self._is_region_of_mapping or region in self.template.constants.get(_REGION, ())
        return Value.known(region) if isinstance(region, str) and named else Value.unknown(origin=f"!Ref {_REGION}")

    def resource(self, name: str) -> Resource | None:
        if name not in self._made:
            self._made[name] = self._make(name)
        return self._made[name]

    def sketched(self, name: str) -> Resource | None:
        """The resource as it is if it exists."""
        if name not in self._drafts:
            self._drafts[name] = self._make(name, of_condition=False)
        return self._drafts[name]

    def _make(self, name: str, of_condition: bool = True) -> Resource | None:
        node = self.template.resources.get(name)
        kind = KIND_OF_TYPE.get(str(node.get("Type"))) if node else None
        if node is None or kind is None:
            return None
        path: Path = ("Resources", name, "Properties")
        properties = node.get("Properties")
        base = self.value(properties, path) if properties is not None else Value.absent(("Resources", name))
        if "Fn::Transform" in node:
            # The macro may add any property.
            base = Value.unknown(("Resources", name))
        condition = node.get("Condition") if of_condition else None
        exists = Truth.of(self.condition(condition)) if isinstance(condition, str) else Truth.YES
        # Other resources of a template are named in messages by their line: the file is the same.
        place = replace(self.template.place(name, ("Resources", name)), file="")
        return Resource(name, str(node["Type"]), kind, Dialect.CLOUDFORMATION, place, base, exists)

    def pick(self, name: str) -> Any:
        """The value of a parameter in this world."""
        if name not in self._parameters:
            options = self.template.domain(name)
            index = 0
            if len(options) > 1:
                if self.position < len(self.choices):
                    index = self.choices[self.position]
                else:
                    self.alternatives += [(*self.choices, other) for other in range(1, len(options))]
                    self.choices += (0,)
                self.position += 1
            value, words = options[index]
            self._parameters[name] = value
            if words:
                self.assumptions[name] = Assumption(name, words)
        return self._parameters[name]

    # --- conditions ---------------------------------------------------------------------------------------------------

    def condition(self, name: str) -> bool | None:
        """Whether a condition holds; None when it can't be told."""
        if name not in self._conditions:
            self._conditions[name] = None
            node = self.template.conditions.get(name)
            self._conditions[name] = None if node is None else self._apart(lambda: self._boolean(node))[0]
        return self._conditions[name]

    def _boolean(self, node: Any) -> bool | None:
        found = intrinsic(node)
        if found is None:
            return None
        name, argument = found
        if name == "Condition":
            return self.condition(argument) if isinstance(argument, str) else None
        if not isinstance(argument, list):
            return None
        if name == "Fn::Not":
            truth = self._boolean(argument[0]) if argument else None
            return None if truth is None else not truth
        if name in ("Fn::And", "Fn::Or"):
            return self._connective(argument, stop=name == "Fn::Or")
        if name == "Fn::Equals" and len(argument) == 2:
            return _equal(self.evaluate(argument[0]), self.evaluate(argument[1]))
        return None

    def _connective(self, nodes: list[Any], *, stop: bool) -> bool | None:
        result: bool | None = not stop
        for node in nodes:
            truth = self._boolean(node)
            if truth is stop:
                return stop
            if truth is None:
                result = None
        return result

    # --- functions ----------------------------------------------------------------------------------------------------

    def evaluate(self, node: Any) -> Any:
        """The plain value of a node: references are tokens in text, ``_ABSENT`` is NoValue, an ``_Unknown`` is not known."""
        found = intrinsic(node)
        if found is None:
            return node
        # A node that is shared, by an alias of YAML or by several questions, has one value in one deployment.
        if id(node) not in self._evaluated:
            self._evaluated[id(node)] = self._apart(lambda: self._evaluate(*found))
        plain, sources = self._evaluated[id(node)]
        self._sources.update(dict.fromkeys(sources))
        return plain

    def _apart(self, work: Callable[[], Answer]) -> tuple[Answer, tuple[str, ...]]:
        """An answer, and the parameters that took part in it; those of what is under way stay as they are."""
        outer, self._sources = self._sources, {}
        answer = work()
        sources, self._sources = tuple(self._sources), outer
        return answer, sources

    def choice(self, node: Any) -> Any:
        """The plain value of an index or a key: it chooses what stands in the template, and takes no part in it."""
        return self._apart(lambda: self.evaluate(node))[0]

    def _evaluate(self, name: str, argument: Any) -> Any:
        self._depth += 1
        try:
            if self._depth > MAXIMUM_NESTING:
                return _UNKNOWN
            function = _FUNCTIONS.get(name)
            if function is not None:
                return function(self, argument)
            self._sources[_ELSEWHERE] = None
            return _Unknown()
        finally:
            self._depth -= 1

    def ref(self, name: Any) -> Any:
        if not isinstance(name, str):
            return _UNKNOWN
        if name == "AWS::NoValue":
            return _ABSENT
        if name in self.template.parameters:
            self._sources[name] = None
            return self.pick(name)
        if name == _REGION:
            return self.pick(name)
        if name.startswith("AWS::"):
            return _Unknown(f"!Ref {name}")
        self._sources[_ELSEWHERE] = None
        return _token(name, "Ref") if name in self.template.resources else _UNKNOWN

    def get_att(self, argument: Any) -> Any:
        parts = argument.split(".", 1) if isinstance(argument, str) else argument
        written = self._written(*parts) if isinstance(parts, list) and len(parts) == 2 else None
        if written is not None:
            return written
        self._sources[_ELSEWHERE] = None
        if not isinstance(parts, list) or len(parts) != 2 or not isinstance(parts[0], str):
            return _UNKNOWN
        if parts[0] not in self.template.resources:
            return _UNKNOWN
        return _token(parts[0], parts[1] if isinstance(parts[1], str) else "")

    def _written(self, name: Any, attribute: Any) -> Any:
        """The property that an attribute gives back, as it is written; None where it is not."""
        resource = self.template.resources.get(name, {}) if isinstance(name, str) else {}
        properties = resource.get("Properties")
        if (resource.get("Type"), attribute) not in _GIVEN_BACK or not isinstance(properties, dict):
            return None
        plain = self.evaluate(properties.get(attribute))
        return plain if isinstance(plain, str) else None

    def branch(self, argument: Any) -> int | None:
        """The index of the branch that ``Fn::If`` takes, or None."""
        if not isinstance(argument, list) or len(argument) != 3 or not isinstance(argument[0], str):
            return None
        truth = self.condition(argument[0])
        return None if truth is None else 1 if truth else 2

    def either(self, argument: Any) -> Any:
        index = self.branch(argument)
        if index is not None:
            return self.evaluate(argument[index])
        if not isinstance(argument, list) or len(argument) != 3:
            return _UNKNOWN
        (left, lefts), (right, rights) = (self._apart(lambda arm=arm: self.evaluate(arm)) for arm in argument[1:])  # type: ignore[misc]
        for sources in (lefts, rights):
            # What stands elsewhere is a whole arm, not a part of the other one.
            self._sources.update(dict.fromkeys(() if sources == (_ELSEWHERE,) else sources))
        if isinstance(left, (str, int, float)) and left == right:
            return left
        return _Unknown("", (*_candidates(left), *_candidates(right)))

    def substitute(self, argument: Any) -> Any:
        text, given = argument, {}
        if isinstance(argument, list) and len(argument) == 2 and isinstance(argument[1], dict):
            text, given = argument
        if not isinstance(text, str):
            return _UNKNOWN

        def replacement(match: re.Match[str]) -> str:
            name = match.group(1).strip()
            if name in given:
                return self.as_text(given[name])
            return _written(self.get_att(name) if "." in name else self.ref(name))

        return _VARIABLE.sub(replacement, text).replace("${!", "${")

    def join(self, argument: Any) -> Any:
        if not isinstance(argument, list) or len(argument) != 2:
            return _UNKNOWN
        delimiter, items = argument[0], self.evaluate(argument[1])
        if not isinstance(delimiter, str) or not isinstance(items, list):
            return _UNKNOWN
        return delimiter.join(self.as_text(item) for item in items if not _is_no_value(item))

    def split(self, argument: Any) -> Any:
        if not isinstance(argument, list) or len(argument) != 2:
            return _UNKNOWN
        delimiter, text = argument[0], self.evaluate(argument[1])
        if not isinstance(delimiter, str) or not delimiter or not isinstance(text, str) or HOLE in text:
            return _UNKNOWN
        return text.split(delimiter)

    def select(self, argument: Any) -> Any:
        if not isinstance(argument, list) or len(argument) != 2:
            return _UNKNOWN
        index, items = self.choice(argument[0]), self.evaluate(argument[1])
        try:
            if isinstance(items, _Unknown) and items.origin:
                return _Unknown(f"{items.origin}[{int(index)}]")
            if isinstance(items, str) and _TOKEN.fullmatch(items):
                # An element of a list that a resource will have is that resource's.
                return items
            return self.evaluate(items[int(index)]) if isinstance(items, list) and int(index) >= 0 else _UNKNOWN
        except (ValueError, TypeError, IndexError, OverflowError):
            return _UNKNOWN

    def find_in_map(self, argument: Any) -> Any:
        if not isinstance(argument, list) or not 3 <= len(argument) <= 4:
            return _UNKNOWN
        keys = [self.choice(key) for key in argument[:3]]
        self._is_region_of_mapping |= any(_referenced(key) == _REGION for key in argument[:3])
        found = _look_up(self.template.mappings, keys)
        if found is _ABSENT and len(argument) == 4 and isinstance(argument[3], dict) and "DefaultValue" in argument[3]:
            return self.evaluate(argument[3]["DefaultValue"])
        return _UNKNOWN if found is _ABSENT else found

    def zones(self, argument: Any) -> Any:
        """The Availability Zones of a Region: which ones, only the account tells."""
        self._sources[_ELSEWHERE] = None
        if argument in ("", None) or _referenced(argument) == _REGION:
            return _Unknown("!GetAZs")
        region = self.choice(argument)
        return _Unknown(f"!GetAZs {region}" if isinstance(region, str) and HOLE not in region else "")

    def import_value(self, argument: Any) -> Any:
        name = self.choice(argument)
        self._sources[_ELSEWHERE] = None
        return _Unknown(f"!ImportValue {name}" if isinstance(name, str) and HOLE not in name else "")

    def as_text(self, node: Any) -> str:
        """What a node adds to a text; a hole where that can't be told."""
        return _written(self.evaluate(node))

    # --- values -------------------------------------------------------------------------------------------------------

    def value(self, node: Any, path: Path) -> Value:
        """The value of a node, with the path that a host finds it under."""
        self._work += 1
        if self._work > MAXIMUM_WORK:
            return Value.unknown(path)
        found = intrinsic(node)
        while found and found[0] == "Fn::If":
            index = self.branch(found[1])
            if index is None:
                break
            node, path = found[1][index], (*path, "Fn::If", index)
            found = intrinsic(node)
        plain, sources = self._apart(lambda: self.evaluate(node)) if found else (node, ())
        if plain is _ABSENT:
            return Value.absent(path[:-1])
        inputs = tuple(SOMEWHERE if name == _ELSEWHERE else self.template.input(name) for name in sources)
        if isinstance(plain, _Unknown):
            return Value.unknown(path, plain.origin, plain.candidates, inputs=inputs)
        if isinstance(plain, dict):
            return Value.known(_Block(self, plain, path), path)
        if isinstance(plain, list):
            items = [self.value(item, (*path, index)) for index, item in enumerate(plain)]
            items = [replace(item, inputs=inputs) for item in items] if inputs else items
            return Value.known(tuple(item for item in items if not item.is_absent), path, inputs)
        if plain is None:
            return Value.absent(path[:-1])
        return _scalar(plain, path, inputs)

    # --- texts --------------------------------------------------------------------------------------------------------

    def holding(self, name: str, text: str) -> Iterator[Value]:
        """The values of a resource with a text in them; nothing else is evaluated, so no other parameter has to be taken into account."""
        waiting: list[tuple[Any, Path]] = [(self.template.resources[name].get("Properties"), ("Resources", name, "Properties"))]
        while waiting and self._work <= MAXIMUM_WORK:
            self._work += 1
            node, path = waiting.pop()
            found = intrinsic(node)
            if found is not None:
                waiting += self._given(node, path) if self.template.may_hold(node, text) else ()
            elif isinstance(node, str):
                if text in node:
                    yield Value.unknown(path)
            elif isinstance(node, dict):
                members = [(child, (*path, str(key))) for key, child in node.items() if not str(key).startswith(("__", "Fn::"))]
                waiting += reversed(members)
            elif isinstance(node, list):
                waiting += reversed([(child, (*path, index)) for index, child in enumerate(node)])

    def _given(self, node: Any, path: Path) -> Iterator[tuple[Any, Path]]:
        """What a function gives: the branch of ``Fn::If`` that is taken, if that is known, or else its value."""
        found = intrinsic(node)
        if found and found[0] == "Fn::If":
            index = self.branch(found[1])
            if index is not None:
                yield found[1][index], (*path, "Fn::If", index)
            return
        plain = self.evaluate(node)
        if isinstance(plain, (str, dict, list)) and intrinsic(plain) is None:
            yield plain, path


_FUNCTIONS: dict[str, Callable[[_World, Any], Any]] = {
    "Ref": _World.ref,
    "Fn::GetAtt": _World.get_att,
    "Fn::If": _World.either,
    "Fn::Sub": _World.substitute,
    "Fn::Join": _World.join,
    "Fn::Split": _World.split,
    "Fn::Select": _World.select,
    "Fn::FindInMap": _World.find_in_map,
    "Fn::GetAZs": _World.zones,
    "Fn::ImportValue": _World.import_value,
}


class _Block(Mapping[str, Value]):
    """The members of a mapping, evaluated when they are asked for. ``Fn::Transform`` inside may add any member."""

    def __init__(self, world: _World, node: dict[str, Any], path: Path) -> None:
        self._world = world
        self._node = node
        self._path = path
        self._values: dict[str, Value] = {}

    def __getitem__(self, name: str) -> Value:
        if name not in self._values:
            self._values[name] = self._value(name)
        return self._values[name]

    def _value(self, name: str) -> Value:
        if name in self._node:
            return self._world.value(self._node[name], (*self._path, name))
        if "Fn::Transform" in self._node or "<<" in self._node:
            return Value.unknown(self._path)
        return Value.absent(self._path)

    def __iter__(self) -> Iterator[str]:
        return (str(key) for key in self._node if not str(key).startswith("__"))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _token(name: str, attribute: str) -> str:
    return f"{_OPEN}{name}\x1f{attribute}{_CLOSE}"


def _references(text: str) -> tuple[Reference, ...]:
    return tuple(Reference(*match.split("\x1f", 1)) for match in _TOKEN.findall(text))


def _candidates(value: Any) -> tuple[Reference, ...]:
    if isinstance(value, str):
        return _references(value)
    if isinstance(value, _Unknown):
        return value.candidates
    return ()


def _scalar(plain: Any, path: Path, inputs: tuple[Input, ...]) -> Value:
    """A scalar with tokens and holes becomes a reference, an unknown with an outline, or a known value."""
    if not isinstance(plain, str):
        return Value.known(plain if isinstance(plain, (int, float)) else str(plain), path, inputs)
    references = _references(plain)
    if "{{resolve:" in plain:
        # The parameters in a dynamic reference say where its value stands, they are no part of it.
        written = "" if HOLE in plain else _TOKEN.sub(lambda token: f"${{{token.group(1).partition(chr(31))[0]}}}", plain)
        return Value.unknown(path, written, references, inputs=(SOMEWHERE,))
    if len(references) == 1 and (_TOKEN.fullmatch(plain) or plain.startswith(("arn:", f"arn{HOLE}"))):
        whole = _TOKEN.fullmatch(plain)
        return Value.known(references[0] if whole else Reference(references[0].address), path, inputs)
    if references or HOLE in plain:
        return Value.unknown(path, candidates=references, outline=_TOKEN.sub(HOLE, plain), inputs=inputs)
    return Value.known(plain, path, inputs)


def _written(value: Any) -> str:
    """What an evaluated value adds to a text."""
    text = _text(value) if isinstance(value, (str, int, float)) else HOLE
    return text if len(text) <= MAXIMUM_TEXT else HOLE


def _equal(left: Any, right: Any) -> bool | None:
    if isinstance(left, _Unknown) or isinstance(right, _Unknown):
        # "Another value" of a parameter is none of those that conditions compare it with.
        unknown, other = (left, right) if isinstance(left, _Unknown) else (right, left)
        return False if isinstance(other, (str, int, float)) and _text(other) in unknown.none_of else None
    if not isinstance(left, (str, int, float)) or not isinstance(right, (str, int, float)):
        return None
    texts = _text(left), _text(right)
    if any(HOLE in text or _OPEN in text or "{{resolve:" in text for text in texts):
        return None
    return texts[0] == texts[1]


def _look_up(table: Any, keys: list[Any]) -> Any:
    """The entry of a mapping; where a key is unknown, the entry that all keys agree on."""
    if not keys:
        return table
    if not isinstance(table, dict):
        return _ABSENT
    key = keys[0]
    if isinstance(key, (str, int, float)) and HOLE not in _text(key) and _OPEN not in _text(key):
        return _look_up(table[_text(key)], keys[1:]) if _text(key) in table else _ABSENT
    entries = [_look_up(entry, keys[1:]) for entry in table.values()]
    same = entries and all(entry == entries[0] for entry in entries)
    return entries[0] if same and entries[0] is not _ABSENT else _UNKNOWN


def _text(value: Scalar) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _is_hidden(parameter: dict[str, Any]) -> bool:
    """Whether CloudFormation masks a parameter."""
    return str(parameter.get("NoEcho")).lower() == "true"


def _named(name: str, value: Any, secret: bool, number: int) -> str:
    return f"{name} has the value number {number} of those allowed" if secret else f"{name} is '{value}'"


def _parameter_value(value: Any, is_list: bool) -> Any:
    if is_list:
        items = value if isinstance(value, list) else str(value).split(",")
        return [str(item).strip() for item in items]
    return _text(value) if isinstance(value, (str, int, float)) else _UNKNOWN


def _entries(tree: dict[Any, Any], name: str) -> list[tuple[str, Any]]:
    section = tree.get(name)
    if not isinstance(section, dict):
        return []
    return [(str(key), node) for key, node in section.items() if not str(key).startswith("__")]


def _section(tree: dict[Any, Any], name: str) -> dict[str, Any]:
    return {key: node for key, node in _entries(tree, name) if isinstance(node, dict)}


def _is_no_value(node: Any) -> bool:
    """Whether an item of ``Fn::Join`` is left out."""
    return _referenced(node) == "AWS::NoValue"


def _referenced(node: Any) -> str | None:
    found = intrinsic(node)
    return found[1] if found and found[0] == "Ref" and isinstance(found[1], str) else None


def _functions(nodes: list[Any], others: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
    """All intrinsic functions below some nodes, and ``others`` without prefix; a node that is shared is visited once."""
    seen: set[int] = set()
    waiting = list(nodes)
    while waiting:
        node = waiting.pop()
        if not isinstance(node, (dict, list)) or id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, dict):
            for key, child in node.items():
                if str(key).startswith("Fn::") or key in others:
                    yield str(key), child
            waiting += node.values()
        else:
            waiting += node


def _stands_in(node: Any, text: str) -> bool:
    """Whether a text stands in one of the texts below a node; a node that is shared is visited once."""
    seen: set[int] = set()
    waiting = [node]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str) and text in item:
            return True
        if isinstance(item, (dict, list)) and id(item) not in seen:
            seen.add(id(item))
            waiting += item.values() if isinstance(item, dict) else item
    return False


def _direct_dependencies(resource: dict[str, Any], names: Mapping[str, Any]) -> list[str]:
    named = resource.get("DependsOn")
    found = list(named) if isinstance(named, list) else [named]
    for function, argument in _functions([resource], ("Ref",)):
        if function == "Fn::Sub":
            text, given = (argument[0], argument[1]) if isinstance(argument, list) and len(argument) == 2 else (argument, {})
            variables = [match.split(".", 1)[0].strip() for match in _VARIABLE.findall(text)] if isinstance(text, str) else []
            found += [name for name in variables if not isinstance(given, dict) or name not in given]
        elif function == "Fn::GetAtt":
            found += (
                [argument.split(".", 1)[0]] if isinstance(argument, str) else argument[:1] if isinstance(argument, list) else []
            )
        elif function == "Ref":
            found.append(argument)
    return [name for name in dict.fromkeys(item for item in found if isinstance(item, str)) if name in names]


def _has_macro(resource: dict[str, Any]) -> bool:
    """Whether a macro may add anything to a resource."""
    return "<<" in resource or any(name == "Fn::Transform" for name, _ in _functions([resource]))


def _mentioned(node: Any, names: Mapping[str, Any]) -> set[str]:
    """The logical ids that occur below a node, and the texts, as the values have them."""
    found: set[str] = set()
    seen: set[int] = set()
    waiting = [node]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            if item in names:
                found.add(item)
            elif "${" in item:
                found |= {name for match in _VARIABLE.findall(item) if (name := match.split(".", 1)[0].strip()) in names}
            elif "." in item and item.split(".", 1)[0] in names:
                found.add(item.split(".", 1)[0])
            found.update(text_keys(_VARIABLE.sub(HOLE, item)))
        elif isinstance(item, (dict, list)) and id(item) not in seen:
            seen.add(id(item))
            waiting += item.values() if isinstance(item, dict) else item
            if (name := _referenced(item)) is not None:
                found.add(f"!Ref {name}")
    return found


# --- Fn::ForEach ------------------------------------------------------------------------------------------------------


def _expand_loops(
    entries: list[tuple[str, Any]], parameters: dict[str, Any], file: str
) -> tuple[dict[str, dict[str, Any]], dict[str, str], tuple[Gap, ...]]:
    """The resources, those of ``Fn::ForEach`` written out, and which loop made them; loops over what is not known become gaps if they hold DMS."""
    resources: dict[str, dict[str, Any]] = {}
    loops: dict[str, str] = {}
    gaps: list[Gap] = []
    for name, node in entries:
        if not name.startswith("Fn::ForEach::"):
            if isinstance(node, dict):
                resources[name] = node
            continue
        made = _loop(node, parameters)
        if made is None and "AWS::DMS::" in repr(node):
            gaps.append(
                Gap(
                    f"the collection of {name.replace('::', ' ')} is not known",
                    "write the collection as a list, or give its parameter a default",
                    Place(file),
                    holds_dms=True,
                )
            )
        resources.update(made or {})
        loops.update(dict.fromkeys(made or {}, name))
    return resources, loops, tuple(gaps)


def _loop(node: Any, parameters: dict[str, Any]) -> dict[str, dict[str, Any]] | None:
    if not isinstance(node, list) or len(node) != 3 or not isinstance(node[0], str) or not isinstance(node[2], dict):
        return None
    items = _collection(node[1], parameters)
    if items is None:
        return None
    made: dict[str, dict[str, Any]] = {}
    for item in items:
        for key, body in node[2].items():
            name = _replaced(str(key), node[0], item)
            inner = _replaced(body, node[0], item)
            if name.startswith("Fn::ForEach::"):
                nested = _loop(inner, parameters)
                if nested is None:
                    return None
                made.update(nested)
            elif isinstance(inner, dict):
                made[name] = inner
    return made


def _collection(node: Any, parameters: dict[str, Any]) -> list[str] | None:
    parameter = _referenced(node)
    if parameter in parameters:
        default = parameters[parameter].get("Default")
        return _parameter_value(default, True) if isinstance(default, str) and default else None
    plain = isinstance(node, list) and all(isinstance(item, (str, int)) for item in node)
    return [str(item) for item in node] if plain else None


def _replaced(node: Any, identifier: str, item: str) -> Any:
    """A copy of a node in which ``${Identifier}``, ``&{Identifier}`` and ``Ref`` stand for the item."""
    if isinstance(node, str):
        plain = re.sub("[^0-9A-Za-z]", "", item)
        return node.replace(f"${{{identifier}}}", item).replace(f"&{{{identifier}}}", plain)
    if isinstance(node, list):
        return [_replaced(child, identifier, item) for child in node]
    if isinstance(node, dict):
        if _referenced(node) == identifier:
            return item
        return {_replaced(key, identifier, item): _replaced(child, identifier, item) for key, child in node.items()}
    return node
