"""From every bad fixture: make the offending value unknown, or leave it out, and ask again. No rule has to remember this."""

import copy
import functools
import re
import shutil
import tempfile
from pathlib import Path
from typing import Any

import pytest
import support
from support import Fixture

from dms_checks.analysis import Analysis, analyse
from dms_checks.catalogue import RULES
from dms_checks.deployment import Deployment
from dms_checks.model import Resource
from dms_checks.readers.cloudformation import Template
from dms_checks.readers.documents import parse
from dms_checks.readers.terraform import Root, read_folder
from dms_checks.rule import Outcome
from dms_checks.vocabulary import KINDS, SECRETS

OFFENDING: dict[str, tuple[tuple[str, ...], bool | tuple[str, ...]]] = {
    # The attributes of the resource with the finding that decide it, and whether leaving them out makes the rule fail, or of which types.
    "DMS10": (("kms_key", "server_side_keys"), False),
    "DMS11": (("kms_key",), True),
    # Mode and key may stand in several places, see test_server_side_encryption.py.
    "DMS12": (("endpoint_type",), False),
    "DMS13": (("endpoint_type",), False),
    "DMS14": (("kms_key", "server_side_keys"), False),
    "DMS15": (("kms_key", "server_side_keys"), False),
    "DMS16": (("kms_key", "server_side_keys"), False),
    "DMS20": (("ssl_mode",), True),
    "DMS21": (("ssl_mode",), False),
    "DMS22": (("certificate",), True),
    "DMS24": (("redis_tls",), False),
    "DMS25": (("kafka_tls", "broker"), False),
    "DMS26": (("endpoint_uri",), False),
    "DMS28": (("source_endpoint", "target_endpoint"), False),
    "DMS30": (("security_groups",), False),
    "DMS33": (("engine_version",), True),
    "DMS35": (("public",), ("AWS::DMS::ReplicationInstance", "AWS::DMS::InstanceProfile", "aws_dms_instance_profile")),
    "DMS38": (("subnets", "subnet_group", "security_groups"), False),
    "DMS39": (("subnet_group", "security_groups"), True),
    "DMS41": (("server_name", "broker", "endpoint_uri", "secret", "asm_server"), False),
    "DMS42": (("subnet_group", "security_groups", "source_endpoint", "target_endpoint"), False),
    "DMS43": (("security_groups",), False),
    "DMS50": ((*SECRETS, "extra_connection_attributes", "pem"), False),
    "DMS51": ((*SECRETS, "extra_connection_attributes"), False),
    "DMS52": (("secret", "asm_secret"), False),
    "DMS53": (("secret",), False),
    "DMS54": (("password", "engine_password", "secret"), False),
    "DMS55": (("authentication_type",), False),
    "DMS56": (("iam_authentication",), True),
    "DMS57": (("secret",), False),
    "DMS60": (("name",), True),
    "DMS61": (("name",), False),
    "DMS62": (("trust",), True),
    "DMS64": (("trust",), False),
    "DMS65": (("document", "inline_policies"), False),
    "DMS66": (("managed_policies",), True),
    "DMS70": (("settings",), True),
    "DMS71": (("settings",), True),
    "DMS72": (("settings", "table_mappings"), False),
    "DMS73": (("logging",), True),
    "DMS80": (("minor_version_upgrade",), ("aws_dms_replication_instance",)),
    "DMS81": (("multi_az",), True),
    "DMS82": (("engine_version",), False),
    "DMS83": (("tags",), True),
    "DMS84": (("multi_az", "availability_zone"), False),
    "DMS85": (("source_endpoint", "target_endpoint"), False),
    "DMS86": (("engine",), False),
}


def fails_without(rule: str, resource: Resource) -> bool:
    """Whether a rule has a finding on a resource whose offending attributes are left out."""
    _, fails = OFFENDING[rule]
    return resource.type in fails if isinstance(fails, tuple) else fails


DECIDED: dict[str, dict[str, set[Outcome]]] = {
    # An input that shows a secret is what it reports, whatever value it gets; of settings in one text it is unknown whether they hold one.
    "DMS51": {way: {Outcome.FAILS, Outcome.UNKNOWN} for way in ("variable", "parameter", "condition")},
    # Rules that only ask whether there is a value: a data source gives one.
    "DMS52": {"data source": {Outcome.FAILS}},
    "DMS57": {"data source": {Outcome.FAILS}},
    "DMS39": {"data source": {Outcome.PASSES}},
}
"""What a rule says of a value that is not known, by the way of writing it, where that is not "unknown"."""

ALL = ("DMS39",)
"""Rules that ask for all of their attributes: those that a fixture leaves out are made unknown too."""

UNVARIED = {
    "DMS44": "whom a database admits stands in its security groups, see test_single_address.py",
    "DMS63": "what a resource waits for is no attribute of it, see test_dependencies.py",
    "DMS58": "it looks for a text in all properties, and what is not known holds none",
}
"""Rules that no unknown value takes a finding from."""

# One worker runs them all: a varied fixture is analysed once for all that is asked of it.
pytestmark = pytest.mark.xdist_group("variants")

BAD = [item for item in support.fixtures() if item.wanted]


def varied(fixture: Fixture) -> list[tuple[str, str]]:
    """The findings that a fixture wants, of rules that hang on the value of an attribute."""
    return sorted((rule, address) for rule, address in fixture.wanted if rule not in UNVARIED)


def cases(door: str) -> list[Any]:
    """Each finding that the bad fixtures of one way of writing want."""
    return [
        pytest.param(fixture, rule, address, id=f"{fixture.name}-{address}")
        for fixture in BAD
        if fixture.door == door
        for rule, address in varied(fixture)
    ]


UNKNOWN = {
    # What Terraform and CloudFormation give no value for.
    "variable": ("var.not_given", 'variable "not_given" {}\n'),
    "data source": ("data.external.elsewhere.result.value", 'data "external" "elsewhere" {\n  program = ["false"]\n}\n'),
    "module": ("module.elsewhere.value", 'module "elsewhere" {\n  source = "example/elsewhere/aws"\n}\n'),
}
PARAMETER = {"NotGiven": {"Type": "String"}}
VALUES = {
    "parameter": {"Ref": "NotGiven"},
    "import": {"Fn::ImportValue": "elsewhere"},
    "dynamic reference": "{{resolve:ssm:/elsewhere}}",
    "condition": {"Fn::If": ["Elsewhere", {"Ref": "NotGiven"}, {"Fn::ImportValue": "elsewhere"}]},
}


def resources_of(source: Any, address: str) -> list[Resource]:
    """The resource, or the instances of it."""
    found: list[Resource] = []

    def question(deployment: Deployment) -> None:
        for ours, _ in source.addresses(KINDS):
            resource = deployment.get(ours)
            if resource and support.without_keys(ours) == address:
                found.append(resource)

    for _ in source.explore(question):
        pass
    return found


def outcomes(analysis: Analysis, rule: str, address: str) -> set[Outcome]:
    chosen = next(item for item in RULES if item.id == rule)
    return {analysis.verdict(chosen, ours).outcome for ours, _ in analysis.addresses if support.without_keys(ours) == address}


def assert_unknown(analysis: Analysis, rule: str, address: str, way: str) -> None:
    """A rule says neither yes nor no of what it cannot know."""
    found = outcomes(analysis, rule, address)
    assert found
    assert found <= DECIDED.get(rule, {}).get(way, {Outcome.UNKNOWN})


def assert_omitted(analysis: Analysis, rule: str, address: str) -> None:
    """A rule fails on a resource without its offending attributes just where leaving them out is wrong."""
    (resource, *_) = resources_of(analysis.source, address)
    assert (Outcome.FAILS in outcomes(analysis, rule, address)) is fails_without(rule, resource)


# --- CloudFormation ---------------------------------------------------------------------------------------------------


def _paths(resource: Resource, rule: str) -> list[tuple[str, ...]]:
    """Where the offending attributes stand, or where they could."""
    names, _ = OFFENDING[rule]
    if rule in ALL:
        return [resource.paths(name)[0] for name in names]
    attributes = [resource.kind.attribute(name, resource.type) for name in names if name in resource.kind.attributes]
    paths = [path for attribute in attributes for path in attribute.paths(resource.dialect)]
    given = [tuple(path.split(".")) for path in paths if not resource.read(tuple(path.split("."))).is_absent]
    return given or [tuple(paths[0].split("."))]


@functools.cache
def _template(fixture: Fixture, way: str | None) -> Analysis:
    """The template with all offending properties replaced, or removed if there is no way."""
    tree = parse(fixture.name, fixture.path.read_text("utf-8")).tree
    original = Template(tree, fixture.name)
    tree = copy.deepcopy(tree)
    tree.setdefault("Parameters", {}).update(PARAMETER)
    tree.setdefault("Conditions", {})["Elsewhere"] = {"Fn::Equals": [{"Fn::ImportValue": "a"}, "b"]}
    for rule, address in varied(fixture):
        (resource, *_) = resources_of(original, address)
        for path in _paths(resource, rule):
            node = tree["Resources"][address]["Properties"]
            for step in path[:-1]:
                node = node.setdefault(step, {})
            node.pop(path[-1], None)
            if way is not None:
                node[path[-1]] = VALUES[way]
    return analyse(Template(tree, fixture.name))


TEMPLATES = cases("cloudformation")


@pytest.mark.parametrize("way", VALUES)
@pytest.mark.parametrize(("fixture", "rule", "address"), TEMPLATES)
def test_unknown_in_templates(fixture: Fixture, rule: str, address: str, way: str) -> None:
    assert_unknown(_template(fixture, way), rule, address, way)


@pytest.mark.parametrize(("fixture", "rule", "address"), TEMPLATES)
def test_omitted_in_templates(fixture: Fixture, rule: str, address: str) -> None:
    assert_omitted(_template(fixture, None), rule, address)


# --- Terraform --------------------------------------------------------------------------------------------------------


@functools.cache
def _root(path: Path) -> Root:
    """The resources of a fixture, alone in a folder."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(path, folder)
        return read_folder(Path(folder))


@functools.cache
def _terraform(fixture: Fixture, way: str | None) -> Analysis:
    """The file with all offending arguments replaced, or removed if there is no way."""
    value, declaration = UNKNOWN[way] if way else (None, "")
    lines = fixture.path.read_text("utf-8").splitlines()
    root = _root(fixture.path)
    offending: dict[str, set[tuple[str, ...]]] = {}
    for rule, address in varied(fixture):
        offending.setdefault(address, set()).update(_paths(resources_of(root, address)[0], rule))
    # From the last to the first, so that the lines of the others stay theirs.
    for address in sorted(offending, key=lambda address: -resources_of(root, address)[0].place.line):
        place = resources_of(root, address)[0].place
        block = lines[place.line - 1 : place.last_line]
        for path in sorted(offending[address]):
            block = _with(block, path, value)
        lines[place.line - 1 : place.last_line] = block
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "main.tf").write_text("\n".join([*lines, declaration]))
        analysis = analyse(read_folder(Path(folder)))
    assert not analysis.source.gaps
    return analysis


def _with(block: list[str], path: tuple[str, ...], value: str | None) -> list[str]:
    """A block without an argument, and then with another."""
    first, last = 0, len(block) - 1
    for name in path[:-1]:
        first = next(index for index, line in enumerate(block) if re.match(rf"\s*{name}\s*{{", line))
        last = next(index for index in range(first + 1, len(block)) if block[index].strip() == "}")
    kept, depth, end = [], 0, ""
    for index, line in enumerate(block):
        if end:
            end = "" if line.strip() == end else end
            continue
        opens = sum(line.count(bracket) for bracket in "[{(") - sum(line.count(bracket) for bracket in ")}]")
        if depth or (first < index < last and re.match(rf"\s*{path[-1]}\s*=", line)):
            heredoc = re.search(r"<<-?(\w+)$", line)
            end = heredoc.group(1) if heredoc else ""
            depth += opens
            continue
        kept.append(line)
    added = [] if value is None else [f"  {path[-1]} = {value}"]
    return [*kept[: first + 1], *added, *kept[first + 1 :]]


FILES = cases("terraform")


@pytest.mark.parametrize("way", UNKNOWN)
@pytest.mark.parametrize(("fixture", "rule", "address"), FILES)
def test_unknown_in_terraform(fixture: Fixture, rule: str, address: str, way: str) -> None:
    assert_unknown(_terraform(fixture, way), rule, address, way)


@pytest.mark.parametrize(("fixture", "rule", "address"), FILES)
def test_omitted_in_terraform(fixture: Fixture, rule: str, address: str) -> None:
    assert_omitted(_terraform(fixture, None), rule, address)
