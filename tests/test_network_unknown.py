"""Networks of which a part stands elsewhere: what nobody can tell is no finding.

Each scenario of ``fixtures/network``, as it works and broken in each way, is varied. One resource is taken out, and what referred to it refers
to a parameter, an import, a nested stack, a data source or a module that is not there; or one value is such a one; or whether a resource exists
hangs on something unknown. Then nothing new may be found, and what was found is not found any more where the thing that it is about was taken out.
"""

import re
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import scenarios
from scenarios import Scenario

from dms_checks.analysis import analyse
from dms_checks.readers.cloudformation import Template
from dms_checks.readers.documents import parse
from dms_checks.readers.terraform import read_folder

EACH_SCENARIO = pytest.mark.parametrize("scenario", scenarios.scenarios(), ids=lambda scenario: scenario.folder.name)

SHARE = 12
"""Of the values of a scenario, one in so many is varied, and in other scenarios others: all of them take minutes. So it is with conditions."""

ONE_PROBLEM = {"DMS37": "DMS31"}
"""The same connection is not admitted: which of the two it is hangs on whether the consumer itself would be."""

BY_THE_VPC = {"DMS33"}
"""A VPC endpoint in the VPC suffices for it, unless it is certain that none of the subnets uses it."""


def rules_in(identities: set[tuple[str, str]]) -> set[str]:
    """The rules with findings. Which resource they stand on may change: the other subnet, say."""
    rules = {rule for rule, _ in identities}
    assert "DMS00" not in rules
    return {ONE_PROBLEM.get(rule, rule) for rule in rules}


class Varied(NamedTuple):
    """A scenario in which something has become unknown."""

    name: str
    source: Any


# --- CloudFormation: how to name what stands elsewhere ----------------------------------------------------------------

SPELLINGS: dict[str, Callable[[str], Any]] = {
    "parameter": lambda what: {"Ref": f"Given{what}"},
    "import": lambda what: {"Fn::ImportValue": f"elsewhere-{what}"},
    "Systems Manager": lambda what: f"{{{{resolve:ssm:/elsewhere/{what}}}}}",
    "nested stack": lambda what: {"Fn::GetAtt": ["Elsewhere", f"Outputs.{what}"]},
    "element of a list": lambda what: {"Fn::Select": [0, {"Ref": f"Given{what}List"}]},
    "element of an import": lambda what: {"Fn::Select": [0, {"Fn::Split": [",", {"Fn::ImportValue": f"elsewhere-{what}"}]}]},
    "import by parameter": lambda what: {"Fn::ImportValue": {"Fn::Sub": f"${{GivenName}}-{what}"}},
    "one of two": lambda what: {"Fn::If": ["Unknown", {"Ref": f"Given{what}"}, {"Ref": f"Given{what}2"}]},
}
"""``what`` is a name for it."""

LISTS: tuple[Callable[[str], Any], ...] = (
    lambda what: {"Ref": f"Given{what}List"},
    lambda what: {"Fn::Split": [",", {"Fn::ImportValue": f"elsewhere-{what}"}]},
)


def _instead(spelling: Callable[[str], Any]) -> Callable[[Any], Any]:
    return lambda _: spelling("Value")


NO_VALUE = {"Ref": "AWS::NoValue"}
CHANGES: dict[str, Callable[[Any], Any]] = {
    **{name: _instead(spelling) for name, spelling in SPELLINGS.items()},
    "given or left out": lambda node: {"Fn::If": ["Unknown", node, NO_VALUE]},
    "left out or given": lambda node: {"Fn::If": ["Unknown", NO_VALUE, node]},
}
"""What can become of a value."""


def completed(tree: dict[str, Any]) -> dict[str, Any]:
    """A template with the parameters, the condition and the nested stack that it names."""
    names = {text for text in _strings(tree["Resources"]) if re.fullmatch(r"Given\w+", text)} | {"GivenName"}
    given = {name: {"Type": "CommaDelimitedList" if name.endswith("List") else "String"} for name in sorted(names)}
    stack = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": "https://example.com/elsewhere"}}
    return {
        **tree,
        "Parameters": {**tree.get("Parameters", {}), **given},
        "Conditions": {**tree.get("Conditions", {}), "Unknown": {"Fn::Equals": ["{{resolve:ssm:/elsewhere/mode}}", "x"]}},
        "Resources": {**tree["Resources"], "Elsewhere": stack},
    }


def _strings(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, (dict, list)):
        for child in node.values() if isinstance(node, dict) else node:
            yield from _strings(child)


# --- CloudFormation: what can stand elsewhere -------------------------------------------------------------------------

NETWORK = re.compile(r"AWS::(?:EC2|RDS|DocDB|Neptune|Redshift\w*|ElastiCache|MemoryDB|MSK|OpenSearchService|Elasticsearch)::\w+")
MIGRATION = {
    "AWS::DMS::Endpoint": ("ServerName", "Port", "EngineName"),
    "AWS::DMS::ReplicationInstance": (
        *("ReplicationSubnetGroupIdentifier", "VpcSecurityGroupIds", "PubliclyAccessible", "AvailabilityZone", "EngineVersion"),
    ),
    "AWS::DMS::ReplicationSubnetGroup": ("SubnetIds",),
    "AWS::DMS::ReplicationTask": ("ReplicationInstanceArn", "SourceEndpointArn", "TargetEndpointArn"),
}
"""What of the migration itself becomes unknown."""

OWNERS = {
    "AWS::EC2::SecurityGroupIngress": "GroupId",
    "AWS::EC2::SecurityGroupEgress": "GroupId",
    "AWS::EC2::NetworkAclEntry": "NetworkAclId",
    "AWS::EC2::Route": "RouteTableId",
    "AWS::EC2::SubnetRouteTableAssociation": "SubnetId",
    "AWS::EC2::SubnetNetworkAclAssociation": "SubnetId",
    "AWS::EC2::VPCGatewayAttachment": "InternetGatewayId",
    "AWS::EC2::TransitGatewayAttachment": "TransitGatewayId",
    "AWS::EC2::TransitGatewayVpcAttachment": "TransitGatewayId",
    "AWS::EC2::VPNGatewayRoutePropagation": "RouteTableIds",
    "AWS::EC2::VPCEndpoint": "",
}
"""What belongs to another resource, and what says to which. Without it a network is another one: a rule for a group that stands elsewhere
is certainly no rule of the template's own."""


def cloudformation(scenario: Scenario) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """A template as it works, and broken in each way; with the rule that finds it, and what its message names."""
    yield "", "", parse("t", scenario.text("cloudformation")).tree
    for variant in scenario.variants:
        if "cloudformation" in variant.dialects:
            names = variant.dialects["cloudformation"].names
            yield variant.finding, names, parse("t", scenario.text("cloudformation", variant)).tree


def removable(tree: dict[str, Any]) -> list[str]:
    """The resources that can stand elsewhere."""
    kinds = {name: str(resource["Type"]) for name, resource in tree["Resources"].items()}
    return [name for name, kind in kinds.items() if NETWORK.fullmatch(kind) and kind not in OWNERS]


class TakenOut:
    """Takes a resource out of a template: what referred to it refers to what stands elsewhere, the same thing or, if numbered, perhaps another."""

    def __init__(self, name: str, spelling: str, lists: Callable[[str], Any] | None = None, *, numbered: bool = False) -> None:
        self._name = name
        self._spelling = SPELLINGS[spelling]
        self._lists = lists
        self._numbers = iter(range(1000)) if numbered else None
        self._in_text = re.compile(rf"\$\{{{name}(?:\.([\w.]+))?\}}")

    def of(self, tree: dict[str, Any]) -> dict[str, Any]:
        resources = {name: self._replaced(node) for name, node in tree["Resources"].items() if name != self._name}
        return completed({**tree, "Resources": resources})

    def _what(self, attribute: str) -> str:
        return f"{self._name}{attribute.replace('.', '')}{'' if self._numbers is None else next(self._numbers)}"

    def _attribute(self, node: Any) -> str | None:
        """The attribute of the resource that a node stands for, "" for itself."""
        if not isinstance(node, dict):
            return None
        if node.get("Ref") == self._name:
            return ""
        parts = node.get("Fn::GetAtt")
        name, attribute = parts.split(".", 1) if isinstance(parts, str) else parts or ("", "")
        return str(attribute) if name == self._name else None

    def _replaced(self, node: Any) -> Any:
        attribute = self._attribute(node)
        if attribute is not None:
            return self._spelling(self._what(attribute))
        if isinstance(node, str):
            return self._in_text.sub(lambda found: f"${{Given{self._what(found.group(1) or '')}}}", node)
        if isinstance(node, list):
            if self._lists and any(self._attribute(item) is not None for item in node):
                return self._lists(self._what(""))
            return [self._replaced(item) for item in node]
        if isinstance(node, dict):
            return {key: self._replaced(child) for key, child in node.items() if key != "DependsOn"}
        return node


def places(tree: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """The paths of the values that can stand elsewhere."""
    for name, resource in tree["Resources"].items():
        kind = str(resource["Type"])
        for key, value in resource.get("Properties", {}).items():
            wanted = key in MIGRATION.get(kind, ()) or (NETWORK.fullmatch(kind) and key != OWNERS.get(kind))
            yield from (("Resources", name, "Properties", key, *path) for path in _below(value)) if wanted else ()


def _below(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    is_function = isinstance(node, dict) and any(key == "Ref" or key.startswith("Fn::") for key in node)
    children = enumerate(node) if isinstance(node, list) else node.items() if isinstance(node, dict) and not is_function else ()
    for key, child in children:
        yield from _below(child, (*path, key))


def changed(node: Any, path: tuple[Any, ...], change: Callable[[Any], Any]) -> Any:
    """A copy of a tree with another value at a path."""
    if not path:
        return change(node)
    if isinstance(node, list):
        return [changed(child, path[1:], change) if index == path[0] else child for index, child in enumerate(node)]
    return {key: changed(child, path[1:], change) if key == path[0] else child for key, child in node.items()}


def taken_out(tree: dict[str, Any], name: str, start: int, count: int) -> Iterator[Varied]:
    """A resource taken out, with some of the ways to name what stands elsewhere."""
    for offset, spelling in enumerate(islice(cycle(SPELLINGS), start, start + count)):
        taker = TakenOut(name, spelling, (*LISTS, None)[(start + offset) % 3], numbered=(start + offset) % 2 == 1)
        yield Varied(f"{name} is a {spelling}", taker.of(tree))


def with_unknown_values(tree: dict[str, Any], start: int, share: int) -> Iterator[Varied]:
    """A share of the values, each unknown in one way."""
    for number, path in islice(enumerate(places(tree)), start % share, None, share):
        how = list(CHANGES)[(start + number) % len(CHANGES)]
        yield Varied(f"{'.'.join(map(str, path))} is a {how}", completed(changed(tree, path, CHANGES[how])))


def with_unknown_conditions(tree: dict[str, Any], start: int, share: int) -> Iterator[Varied]:
    """A share of the resources, of each of which nobody can tell whether it exists."""
    names = [name for name, resource in tree["Resources"].items() if NETWORK.fullmatch(resource["Type"])]
    for name in names[start % share :: share]:
        node = changed(tree, ("Resources", name), lambda resource: {**resource, "Condition": "Unknown"})
        yield Varied(f"{name} may exist", completed(node))


def found_in(tree: dict[str, Any]) -> set[str]:
    return rules_in({(finding.rule.id, finding.resource) for finding in analyse(Template(tree, "t")).findings()})


@EACH_SCENARIO
def test_templates(scenario: Scenario) -> None:
    start = sum(map(ord, scenario.folder.name))
    for number, (rule, named, tree) in enumerate(cloudformation(scenario), start):
        before = found_in(tree)
        others = removable(tree)
        share = SHARE if not rule else 20 * SHARE
        varied = [*with_unknown_values(tree, number, share), *with_unknown_conditions(tree, number, share)]
        for offset, name in enumerate(others[number % 16 :: 16] if rule else others):
            varied += taken_out(tree, name, number + offset, 1)
        for variant in varied:
            new = found_in(variant.source) - before - BY_THE_VPC
            assert not new, (rule, named, variant.name)
        for variant in taken_out(tree, named, number, 1) if named in others else ():
            assert ONE_PROBLEM.get(rule, rule) not in found_in(variant.source), variant.name


# --- Terraform --------------------------------------------------------------------------------------------------------

BLOCK = re.compile(r'^resource "(\w+)" "(\w+)" \{(?:[^\n]*\}\n|\n.*?^\}\n)', re.MULTILINE | re.DOTALL)
ATTRIBUTE = re.compile(r"^ +(\w+) *= *([^\n]*[^\n[{(,])\n", re.MULTILINE)
VARIABLE = re.compile(r'^variable "(\w+)" \{.*?^\}\n', re.MULTILINE | re.DOTALL)

TERRAFORM_NETWORK = re.compile(r"aws_(?!dms_|kms_|iam_|s3_|secretsmanager_|cloudwatch_|region)\w+")
TERRAFORM_OWNERS = {
    "aws_security_group_rule": ("security_group_id", "type"),
    "aws_vpc_security_group_ingress_rule": ("security_group_id",),
    "aws_vpc_security_group_egress_rule": ("security_group_id",),
    "aws_network_acl": ("subnet_ids",),
    "aws_network_acl_rule": ("network_acl_id",),
    "aws_network_acl_association": ("subnet_id",),
    "aws_default_network_acl": ("default_network_acl_id",),
    "aws_route": ("route_table_id",),
    "aws_route_table_association": ("subnet_id",),
    "aws_default_route_table": ("default_route_table_id",),
    "aws_main_route_table_association": ("vpc_id",),
    "aws_vpc_peering_connection_accepter": ("vpc_peering_connection_id",),
    "aws_ec2_transit_gateway_vpc_attachment": ("transit_gateway_id",),
    "aws_vpn_gateway_attachment": ("vpn_gateway_id",),
    "aws_vpn_gateway_route_propagation": ("route_table_id",),
    "aws_vpc_endpoint": (),
    "aws_vpc_endpoint_route_table_association": ("vpc_endpoint_id", "route_table_id"),
}
META = ("count", "for_each", "depends_on", "provider", "tags", "description")

LOOKED_UP = ("aws_vpc", "aws_subnet", "aws_security_group", "aws_route_table", "aws_internet_gateway", "aws_nat_gateway")
"""The types of which there are data sources."""

ELSEWHERE = """
variable "elsewhere" {
  type = any
}

module "elsewhere" {
  source = "example/elsewhere/aws"
}

data "terraform_remote_state" "elsewhere" {
  backend = "s3"
  config  = { bucket = "ledger" }
}
"""
REFERENCES = (
    "var.{}",
    "data.{}",
    "module.elsewhere.{}",
    "data.terraform_remote_state.elsewhere.outputs.{}",
    'var.elsewhere["{}"]',
)


class Varying:
    """Makes variants of the text of a module."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._blocks = {(block[1], block[2]): block.span() for block in BLOCK.finditer(text)}

    def removable(self) -> list[tuple[str, str]]:
        """Type and name of the resources that can stand elsewhere."""
        return [key for key in self._blocks if key[0] not in TERRAFORM_OWNERS and TERRAFORM_NETWORK.fullmatch(key[0])]

    def taken_out(self, key: tuple[str, str], reference: str) -> Varied:
        """A resource taken out: what referred to it refers to what stands elsewhere."""
        start, end = self._blocks[key]
        address = ".".join(key)
        name = reference.format(address if "data." in reference else "elsewhere")
        if "data.aws" in name and key[0] not in LOOKED_UP:
            name = "var.elsewhere"
        made = f'data "{key[0]}" "{key[1]}" {{\n  tags = {{ Name = "ledger" }}\n}}\n' if name.startswith("data.aws") else ""
        rest = re.sub(r"^ *depends_on *=[^\n]*\n", "", self._text[:start] + self._text[end:], flags=re.MULTILINE)
        # A variable holds the attributes, and a module has an output for each.
        rest = re.sub(rf"(?<![\w.]){re.escape(address)}\.(\w+)", lambda found: _attribute(name, found.group(1)), rest)
        return Varied(f"{address} is {name}", rest + made + ELSEWHERE)

    def with_unknown_values(self, start: int, share: int) -> Iterator[Varied]:
        """A share of the values, each of them a variable, or left out where a variable says so."""
        spans = [
            (".".join(key), first + found.start(2), first + found.end(2))
            for key, (first, last) in self._blocks.items()
            if TERRAFORM_NETWORK.fullmatch(key[0])
            for found in ATTRIBUTE.finditer(self._text[first:last])
            if found.group(1) not in (*META, *TERRAFORM_OWNERS.get(key[0], ()))
        ]
        for number, (address, first, last) in enumerate(spans[start % share :: share], start):
            how = ("var.elsewhere", "var.elsewhere ? ({}) : null", "module.elsewhere.value")[number % 3]
            value = how.format(self._text[first:last])
            yield Varied(f"{address} has {value}", self._text[:first] + value + self._text[last:] + ELSEWHERE)

    def with_unknown_counts(self, start: int, share: int) -> Iterator[Varied]:
        """A share of the resources, of each of which nobody can tell whether it exists."""
        keys = [key for key in self._blocks if TERRAFORM_NETWORK.fullmatch(key[0])]
        for key in keys[start % share :: share]:
            first, _ = self._blocks[key]
            line = self._text.index("\n", first) + 1
            if self._text[first:line].rstrip().endswith("}"):
                continue
            counted = f"{self._text[:line]}  count = var.elsewhere ? 1 : 0\n{self._text[line:]}"
            address = ".".join(key)
            text = re.sub(rf"(?<![\w.]){re.escape(address)}(?=\.\w)", f"{address}[0]", counted)
            yield Varied(f"{address} may exist", text + ELSEWHERE)


def _attribute(name: str, attribute: str) -> str:
    return f"{name}_{attribute}" if name.startswith(("module.", "data.terraform")) else f"{name}.{attribute}"


def found_side_by_side(folder: Path, texts: list[str]) -> list[set[str]]:
    """The rules that find something in each of some modules, evaluated at once: each evaluation is a process."""
    calls = []
    for number, text in enumerate(texts):
        (folder / f"v{number}").mkdir()
        (folder / f"v{number}" / "main.tf").write_text(text)
        arguments = "".join(f"  {name} = var.{name}\n" for name in VARIABLE.findall(text))
        calls.append(f'module "v{number}" {{\n  source = "./v{number}"\n{arguments}}}\n')
    variables = {found.group(1): found.group(0) for text in texts for found in VARIABLE.finditer(text)}
    (folder / "main.tf").write_text("\n".join([*calls, *variables.values()]))
    root = read_folder(folder)
    assert not root.gaps
    found: list[set[tuple[str, str]]] = [set() for _ in texts]
    for finding in analyse(root).findings():
        module, _, address = finding.resource.removeprefix("module.v").partition(".")
        found[int(module)].add((finding.rule.id, address))
    return [rules_in(identities) for identities in found]


@EACH_SCENARIO
def test_modules(scenario: Scenario, tmp_path: Path) -> None:
    start = sum(map(ord, scenario.folder.name))
    works = scenario.text("terraform")
    varying = Varying(works)
    varied = [*varying.with_unknown_values(start, 2 * SHARE), *varying.with_unknown_counts(start, SHARE)]
    for number, key in enumerate(varying.removable()[start % 3 :: 3], start):
        varied.append(varying.taken_out(key, REFERENCES[number % len(REFERENCES)]))
    broken = [variant for variant in scenario.variants if "terraform" in variant.dialects]
    fixed = []
    for number, variant in enumerate(broken[start % 3 :: 3], start):
        other = Varying(scenario.text("terraform", variant))
        keys = [key for key in other.removable() if ".".join(key) == variant.dialects["terraform"].names]
        fixed += [(variant.finding, other.taken_out(key, REFERENCES[number % len(REFERENCES)])) for key in keys]
    # What is broken is found beside all that is unknown.
    texts = [works, *(scenario.text("terraform", variant) for variant in broken[:1])]
    found = found_side_by_side(tmp_path, [*texts, *(variant.source for variant in varied), *(item.source for _, item in fixed)])
    before = found[0]
    for variant, rules in zip(broken[:1], found[1:], strict=False):
        assert ONE_PROBLEM.get(variant.finding, variant.finding) in rules
    rest = found[len(texts) :]
    for variant_, rules in zip(varied, rest, strict=False):
        assert not rules - before - BY_THE_VPC, variant_.name
    for (rule, item), rules in zip(fixed, rest[len(varied) :], strict=True):
        assert ONE_PROBLEM.get(rule, rule) not in rules, item.name


# --- single cases of Terraform ----------------------------------------------------------------------------------------

LOOKED_UP_ROUTE = """
data "aws_route_tables" "all" {{
  vpc_id = aws_vpc.{vpc}.id
}}

resource "aws_route" "looked_up" {{
  route_table_id            = tolist(data.aws_route_tables.all.ids)[0]
  destination_cidr_block    = "10.1.0.0/16"
  vpc_peering_connection_id = aws_vpc_peering_connection.production.id
}}
"""


def test_routes_of_tables_that_are_looked_up(tmp_path: Path) -> None:
    """Each table of the VPC may be one of those; and a module that is called twice has everything twice, also the names."""
    scenario = scenarios.scenario(scenarios.FOLDER / "two-vpcs-peering")
    text = scenario.text("terraform", next(variant for variant in scenario.variants if variant.name == "route-missing"))
    texts = [text, *(text + LOOKED_UP_ROUTE.format(vpc=vpc) for vpc in ("migration", "production"))]
    assert found_side_by_side(tmp_path, texts) == [{"DMS36"}, set(), {"DMS36"}]
