"""Networks of which a part stands elsewhere: what nobody can tell is no finding.

Each scenario of a network (``fixtures/network``) is varied: one of its resources is taken out, and what referred to it refers to a parameter, an import, another stack,
a data source or a module that is not there; or one value becomes such a one; or whether a resource exists hangs on something unknown. Nothing
new may be found, and what was found no longer if it is about what has become unknown.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import scenarios

SCENARIOS = scenarios.scenarios()
EACH_SCENARIO = pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.folder.name)

# --- CloudFormation: what stands elsewhere ----------------------------------------------------------------------------

GIVEN = "Elsewhere"
"""The parameter without default, the nested stack, and the beginning of all other names."""


def _select(what: str) -> Any:
    return {"Fn::Select": [0, {"Ref": f"{GIVEN}{what}List"}]}


SPELLINGS: dict[str, Callable[[str], Any]] = {
    "parameter": lambda what: {"Ref": f"{GIVEN}{what}"},
    "import": lambda what: {"Fn::ImportValue": f"{GIVEN}-{what}"},
    "systems manager": lambda what: f"{{{{resolve:ssm:/{GIVEN}/{what}}}}}",
    "stack": lambda what: {"Fn::GetAtt": [f"{GIVEN}Stack", f"Outputs.{what}"]},
    "element": _select,
    "imported element": lambda what: {"Fn::Select": [0, {"Fn::Split": [",", {"Fn::ImportValue": f"{GIVEN}-{what}"}]}]},
    "import by parameter": lambda what: {"Fn::ImportValue": {"Fn::Sub": f"${{{GIVEN}Name}}-{what}"}},
    "one of two": lambda what: {"Fn::If": [f"{GIVEN}Holds", {"Ref": f"{GIVEN}{what}"}, {"Ref": f"{GIVEN}{what}2"}]},
}
"""How a template says what stands elsewhere; ``what`` is a name for it."""

LIST_SPELLINGS: dict[str, Callable[[str], Any]] = {
    "parameter": lambda what: {"Ref": f"{GIVEN}{what}List"},
    "import": lambda what: {"Fn::Split": [",", {"Fn::ImportValue": f"{GIVEN}-{what}"}]},
}

_NAME = re.compile(rf"{GIVEN}\w+")


def completed(tree: dict[str, Any]) -> dict[str, Any]:
    """A template with the parameters, the condition and the stack that stand-ins name."""
    names = sorted({name for name in _strings(tree["Resources"]) if _NAME.fullmatch(name)} - {f"{GIVEN}Stack", f"{GIVEN}Holds"})
    given = {name: {"Type": "CommaDelimitedList" if name.endswith("List") else "String"} for name in (*names, f"{GIVEN}Name")}
    holds = {f"{GIVEN}Holds": {"Fn::Equals": ["{{resolve:ssm:/elsewhere/holds}}", "yes"]}}
    stack = {f"{GIVEN}Stack": {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "https://example.com/stack"}}}
    return {
        **tree,
        "Parameters": {**tree.get("Parameters", {}), **given},
        "Conditions": {**tree.get("Conditions", {}), **holds},
        "Resources": {**tree["Resources"], **stack},
    }


def _strings(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, (dict, list)):
        for child in node.values() if isinstance(node, dict) else node:
            yield from _strings(child)


# --- CloudFormation: variants -----------------------------------------------------------------------------------------

NETWORK_TYPES = re.compile(
    r"AWS::EC2::.*|AWS::(?:RDS|DocDB|Neptune|Redshift|ElastiCache|MemoryDB|MSK|RedshiftServerless|OpenSearchService|Elasticsearch)::.*"
)
MIGRATION_PROPERTIES = {
    "AWS::DMS::Endpoint": ("ServerName", "Port", "EngineName", "ExtraConnectionAttributes"),
    "AWS::DMS::ReplicationInstance": (
        *("ReplicationSubnetGroupIdentifier", "VpcSecurityGroupIds", "PubliclyAccessible", "AvailabilityZone", "EngineVersion"),
    ),
    "AWS::DMS::ReplicationSubnetGroup": ("SubnetIds",),
    "AWS::DMS::ReplicationTask": ("ReplicationInstanceArn", "SourceEndpointArn", "TargetEndpointArn"),
}
OWNERS = {
    "AWS::EC2::SecurityGroupIngress": ("GroupId",),
    "AWS::EC2::SecurityGroupEgress": ("GroupId",),
    "AWS::EC2::NetworkAclEntry": ("NetworkAclId",),
    "AWS::EC2::Route": ("RouteTableId",),
    "AWS::EC2::SubnetRouteTableAssociation": ("SubnetId",),
    "AWS::EC2::SubnetNetworkAclAssociation": ("SubnetId",),
    "AWS::EC2::VPCGatewayAttachment": ("InternetGatewayId", "VpnGatewayId"),
    "AWS::EC2::TransitGatewayAttachment": ("TransitGatewayId",),
    "AWS::EC2::TransitGatewayVpcAttachment": ("TransitGatewayId",),
    "AWS::EC2::VPNGatewayRoutePropagation": ("RouteTableIds",),
}
"""What says to which resource another one belongs. A rule of a group that stands elsewhere is no rule of the template's own: that is known."""


@dataclass(frozen=True, slots=True)
class Template_:
    pass


def is_network(resource: dict[str, Any]) -> bool:
    return NETWORK_TYPES.fullmatch(str(resource.get("Type"))) is not None


def reference(node: Any) -> tuple[str, str] | None:
    """Logical id and attribute that a node refers to."""
    if not isinstance(node, dict) or len(node) != 1:
        return None
    ((function, argument),) = node.items()
    if function == "Ref":
        return str(argument), ""
    if function == "Fn::GetAtt":
        name, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
        return name, attribute
    return None


class TakenOut:
    """A template without one of its resources: what referred to it refers to what stands elsewhere."""

    def __init__(
        self, name: str, spelling: Callable[[str], Any], list_spelling: Callable[[str], Any] | None, numbered: bool
    ) -> None:
        self.name = name
        self.spelling = spelling
        self.list_spelling = list_spelling
        self.numbered = numbered
        self.uses = 0

    def of(self, tree: dict[str, Any]) -> dict[str, Any]:
        resources = {name: self._replaced(node) for name, node in tree["Resources"].items() if name != self.name}
        return completed({**tree, "Resources": resources})

    def _what(self, attribute: str) -> str:
        self.uses += 1
        return f"{self.name}{attribute.replace('.', '')}{self.uses if self.numbered else ''}"

    def _replaced(self, node: Any) -> Any:
        named = reference(node)
        if named and named[0] == self.name:
            return self.spelling(self._what(named[1]))
        if isinstance(node, str):
            return re.sub(
                rf"\$\{{{self.name}(?:\.(\w+))?\}}", lambda match: f"${{{GIVEN}{self._what(match.group(1) or '')}}}", node
            )
        if isinstance(node, list):
            if self.list_spelling and any((reference(item) or ("",))[0] == self.name for item in node):
                return self.list_spelling(self._what(""))
            return [self._replaced(item) for item in node]
        if isinstance(node, dict):
            kept = {key: child for key, child in node.items() if key != "DependsOn"}
            return {key: self._replaced(child) for key, child in kept.items()}
        return node


def places(tree: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    """The paths of all values that can stand elsewhere."""
    for name, resource in tree["Resources"].items():
        kind = str(resource.get("Type"))
        for key, value in resource.get("Properties", {}).items():
            wanted = is_network(resource) or key in MIGRATION_PROPERTIES.get(kind, ())
            if not wanted or key in OWNERS.get(kind, ()):
                continue
            for path in _nodes(value):
                yield ("Resources", name, "Properties", key, *path)


def _nodes(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    if isinstance(node, list):
        for index, child in enumerate(node):
            yield from _nodes(child, (*path, index))
    elif isinstance(node, dict) and not any(str(key).startswith("Fn::") or key == "Ref" for key in node):
        for key, child in node.items():
            yield from _nodes(child, (*path, key))


def put(node: Any, path: tuple[Any, ...], change: Callable[[Any], Any]) -> Any:
    """A copy of a tree with another value at a path."""
    if not path:
        return change(node)
    if isinstance(node, list):
        return [put(child, path[1:], change) if index == path[0] else child for index, child in enumerate(node)]
    return {key: put(child, path[1:], change) if key == path[0] else child for key, child in node.items()}


def conditional(name: str, tree: dict[str, Any]) -> dict[str, Any]:
    """A template of which nobody can tell whether a resource exists."""
    return completed(put(tree, ("Resources", name), lambda node: {**node, "Condition": f"{GIVEN}Holds"}))
