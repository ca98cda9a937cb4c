"""Files that are broken, huge or hostile: never a traceback, never a hang, never silence about DMS resources."""

import copy
import json
import time
from pathlib import Path
from typing import Any

import pytest
import support
from hypothesis import given, settings
from hypothesis import strategies as st

from dms_checks.analysis import analyse
from dms_checks.deployment import Source
from dms_checks.readers.cloudformation import Template
from dms_checks.readers.cloudformation_file import read_template
from dms_checks.readers.documents import parse
from dms_checks.readers.files import Unreadable, read_text
from dms_checks.readers.terraform import read_folder
from dms_checks.readers.terraform_plan import read_plan

ENDPOINT = 'resource "aws_dms_endpoint" "source" {\n  endpoint_type = "source"\n  engine_name = "mysql"\n}\n'
LAUGHS = "a: &a [x]\n" + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(12))
BROKEN = {
    "empty": b"",
    "binary": bytes(range(256)),
    "not UTF-8": b"Resources: {A: \xff}",
    "a list": b"- a\n- b\n",
    "a scalar": b"42",
    "half": b"Resources: {A: [",
    "tabs": b"Resources:\n\tA: 1\n",
    "cyclic": b"Resources: &r\n  A: *r\n",
    "deep brackets": b"[" * 100_000,
    "deep dashes": b"- " * 100_000,
    "deep braces": b'{"a":' * 100_000,
    "exploding aliases": LAUGHS.encode(),
    "unknown tag": b"Resources: !Nope [1]\n",
    "python tag": b"Resources: !!python/object/apply:os.system [echo]\n",
    "two documents": b"a: 1\n---\nb: 2\n",
    "null byte": b"Resources:\n  A: \x00\n",
    "no DMS": b"Resources: {Topic: {Type: 'AWS::SNS::Topic'}}\n",
    "resources is a text": b"Resources: here\n",
    "properties is a list": b"Resources: {A: {Type: 'AWS::DMS::Endpoint', Properties: [1]}}\n",
    "type is a list": b"Resources: {A: {Type: [1]}}\n",
    "condition is a function": b"Resources: {A: {Type: 'AWS::DMS::Endpoint', Condition: {Ref: A}}}\n",
}


@pytest.mark.parametrize("name", BROKEN)
def test_templates_and_plans(name: str, tmp_path: Path) -> None:
    file = tmp_path / "file.json"
    file.write_bytes(BROKEN[name])
    for source in (read_template(file), read_plan(file)):
        messages = [finding.message for finding in analyse(source).findings()]
        assert not [text for text in messages if "please report" in text]
        assert all("\n" not in gap.reason for gap in source.gaps)


@pytest.mark.parametrize("name", ["cyclic", "deep brackets", "deep dashes", "half", "not UTF-8", "null byte", "two documents"])
def test_what_cannot_be_read_is_said(name: str, tmp_path: Path) -> None:
    file = tmp_path / "file.yaml"
    file.write_bytes(BROKEN[name])
    (gap,) = read_template(file).gaps
    assert gap.reason.startswith("file.yaml could not be read")
    assert gap.remedy


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "file.yaml"
    with file.open("wb") as stream:
        stream.truncate(33 * 1024 * 1024)
    with pytest.raises(Unreadable, match="more than the 33 MB"):
        read_text(file)


def test_ten_megabytes_are_read(tmp_path: Path) -> None:
    file = tmp_path / "file.json"
    resources = {f"Topic{index}": {"Type": "AWS::SNS::Topic", "Properties": {"Name": "x" * 900}} for index in range(10_000)}
    file.write_text(
        json.dumps({"Resources": {**resources, "E": {"Type": "AWS::DMS::Endpoint", "Properties": {"EngineName": "mysql"}}}})
    )
    assert file.stat().st_size > 9_000_000
    assert ("DMS20", "E") in support.found_by_library(file)


def test_folders_and_missing_files(tmp_path: Path) -> None:
    for file in (tmp_path, tmp_path / "missing.yaml"):
        assert read_template(file).gaps
        assert read_plan(file).gaps


def test_an_unreadable_file(tmp_path: Path) -> None:
    file = tmp_path / "file.yaml"
    file.symlink_to(file)
    assert read_template(file).gaps


def test_json_with_tabs_keeps_its_places() -> None:
    document = parse("t", '{"Resources": {\n\t"A":\t{"Type": "x"}}}')
    assert document.tree == {"Resources": {"A": {"Type": "x"}}}
    assert (document.place(("Resources", "A")).line, document.place(("Resources", "A")).column) == (2, 2)


@pytest.mark.parametrize("version", ["2.0", "", None, [1]])
def test_a_plan_of_another_format(version: object, tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_text(json.dumps({"format_version": version, "resource_changes": []}))
    (gap,) = read_plan(file).gaps
    assert "format version" in gap.reason


PLANS = [item.path for item in support.fixtures() if item.door == "terraform_plan"]
JUNK: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.sampled_from([[], {}, [None], {"references": ["var.x"]}])
)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_mutated_plans_never_raise(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    tree = json.loads(data.draw(st.sampled_from(PLANS)).read_text("utf-8"))
    for _ in range(data.draw(st.integers(1, 4))):
        path = data.draw(st.sampled_from(support.paths_in(tree)[1:]))
        support.mutate(tree, path, data.draw(JUNK))
    file = tmp_path_factory.mktemp("plans") / "plan.json"
    file.write_text(json.dumps(tree))
    messages = [finding.message for finding in analyse(read_plan(file)).findings()]
    assert not [text for text in messages if "please report" in text]


# --- every property of every fixture ----------------------------------------------------------------------------------

NO_VALUE = {"Ref": "AWS::NoValue"}
ODD: tuple[Any, ...] = (
    *(None, True, 0, -1, 1.5, 10**30, float("inf"), "", " ", "{", "[]", "null", "\N{OBJECT REPLACEMENT CHARACTER}"),
    *([], {}, [None], [[1, "x"]], {"a": None}, {"x": {"y": [1]}}),
    '{"Statement": [null, 1, {"Principal": "*", "Action": {}, "Effect": []}], "Logging": [], "rules": {"rule-type": 1}}',
    '{"Logging": {"EnableLogging": "yes", "LogComponents": [1, null, {"Id": []}]}, "rules": [null, 1], "Statement": null}',
    {"Statement": {"Principal": {"Service": [None, {}]}, "Action": None, "Condition": {"Null": []}, "Effect": "Allow"}},
    *("[" * 5000, "password='x;y=\";;=", "arn:", "arn:aws-cn:kms:cn-north-1:111122223333:key/x", "alias/", "http://", "3..x"),
    "arn:aws-us-gov:iam::aws:policy/service-role/AmazonDMSVPCManagementRole",
    *("3.4." + "9" * 5000, "b-1.ledger.c1.kafka.us-east-1.amazonaws.com:" + "9" * 5000, "ledger.example.com:\N{SUPERSCRIPT TWO}"),
)
FUNCTIONS: tuple[Any, ...] = (
    *(NO_VALUE, {"Ref": []}, {"Ref": "Nowhere"}, {"Fn::If": []}, {"Fn::If": ["Open", NO_VALUE, {"a": 1}]}),
    *({"Fn::If": ["Open", NO_VALUE, "s"]}, {"Fn::If": ["Nowhere", [], None]}, {"Fn::GetAtt": "x"}, {"Fn::GetAtt": [1, None]}),
    *({"Fn::Sub": ["${a}", []]}, {"Fn::Sub": "${}${!x}${AWS::Region}"}, {"Fn::Join": [1, [{}]]}, {"Fn::Join": ["", NO_VALUE]}),
    *({"Fn::Select": [9**9, [1]]}, {"Fn::Split": ["", "abc"]}, {"Fn::FindInMap": [[], {}, 1]}, {"Fn::ImportValue": None}),
    *(
        {"Fn::ToJsonString": [None]},
        {"Fn::Transform": []},
        {"Fn::Nothing": 1},
        "{{resolve:ssm-secure",
        "{{resolve:secretsmanager:::}}",
    ),
)
SHARE = 4
"""Each place gets one in so many of the values, and the next place others: all of them everywhere take minutes."""

TOGETHER = 100
"""How many odd resources stand in one template."""

SLOWEST = 10.0
"""Seconds of work for such a template; most take tenths."""


def odd_copies(resource: dict[str, Any], name: str, seen: set[tuple[Any, ...]], values: tuple[Any, ...]) -> list[dict[str, Any]]:
    """Copies of a resource, each with an odd value at one place. No place is tried again in another resource of the type."""
    copies = []
    for path in support.paths_in(resource.get(name, {})):
        place = (resource.get("Type", resource.get("type")), *("*" if isinstance(step, int) else step for step in path))
        if place not in seen:
            seen.add(place)
            for value in values[len(seen) % SHARE :: SHARE]:
                copies.append({**copy.deepcopy(resource), **({} if name in resource else {name: None})})
                support.mutate(copies[-1], (name, *path), value)
    return copies


def survives(source: Source) -> None:
    start = time.process_time()
    messages = [finding.message for finding in analyse(source).findings()]
    assert not [text for text in messages if "please report" in text or "\n" in text]
    assert time.process_time() - start < SLOWEST


def odd_template(tree: dict[str, Any], odd: dict[str, Any]) -> Template:
    """A template with odd resources beside its own, and a condition that nobody can tell."""
    parameters = {**tree.get("Parameters", {}), "Given": {"Type": "String"}}
    conditions = {**tree.get("Conditions", {}), "Open": {"Fn::Equals": [{"Ref": "Given"}, "x"]}}
    resources = {**tree["Resources"], **odd}
    return Template({**tree, "Parameters": parameters, "Conditions": conditions, "Resources": resources}, "odd.template")


def test_odd_values_in_templates() -> None:
    seen: set[tuple[Any, ...]] = set()
    for fixture in (item for item in support.fixtures() if item.door == "cloudformation"):
        tree = parse(fixture.name, fixture.path.read_text("utf-8")).tree
        copies = [made for item in tree["Resources"].values() for made in odd_copies(item, "Properties", seen, ODD + FUNCTIONS)]
        for at in range(0, len(copies), TOGETHER):
            survives(odd_template(tree, {f"Odd{number}": made for number, made in enumerate(copies[at : at + TOGETHER])}))


@pytest.mark.parametrize("index", [float("inf"), float("nan"), -1, 9**9, None, [], "first"])
def test_an_index_that_is_none(index: object) -> None:
    password = {"Fn::Select": [index, ["ledger-Winter-0", "ledger-Winter-1"]]}
    endpoint = {
        "Type": "AWS::DMS::Endpoint",
        "Properties": {"EndpointType": "source", "EngineName": "mysql", "Password": password},
    }
    found = analyse(Template({"Resources": {"Source": endpoint}}, "odd.template")).findings()
    assert not {"DMS00", "DMS50"} & {finding.rule.id for finding in found}


@pytest.mark.parametrize("port", ["9" * 5000, "\N{SUPERSCRIPT TWO}", "9092 ", ""], ids=["huge", "raised", "blank", "none"])
def test_a_port_that_is_none(port: str) -> None:
    """On a group that lets nothing out: whether it does, is asked for a port."""
    kafka = {"Broker": f"b-1.ledger.c1.kafka.us-east-1.amazonaws.com:{port}", "SecurityProtocol": "ssl-encryption"}
    group = {
        "GroupDescription": "ledger",
        "SecurityGroupEgress": [{"IpProtocol": "tcp", "FromPort": 1, "ToPort": 1, "CidrIp": "0.0.0.0/0"}],
    }
    resources = {
        "Target": {
            "Type": "AWS::DMS::Endpoint",
            "Properties": {"EndpointType": "target", "EngineName": "kafka", "KafkaSettings": kafka},
        },
        "Group": {"Type": "AWS::EC2::SecurityGroup", "Properties": group},
        "Instance": {"Type": "AWS::DMS::ReplicationInstance", "Properties": {"VpcSecurityGroupIds": [{"Ref": "Group"}]}},
    }
    survives(Template({"Resources": resources}, "odd.template"))


def test_a_version_of_thousands_of_digits() -> None:
    tree = parse("t", (support.FIXTURES / "DMS33" / "bad.template").read_text("utf-8")).tree
    for resource in tree["Resources"].values():
        if resource["Type"] == "AWS::DMS::ReplicationInstance":
            resource["Properties"]["EngineVersion"] = "3.4." + "9" * 5000
    survives(Template(tree, "odd.template"))


def test_odd_values_in_plans(tmp_path: Path) -> None:
    seen: set[tuple[Any, ...]] = set()
    file = tmp_path / "odd.plan.json"
    for plan in PLANS:
        tree = json.loads(plan.read_text("utf-8"))
        changes = tree["resource_changes"]
        made = [
            {**change, "change": {**change["change"], "after": odd["after"]}}
            for change in changes
            for odd in odd_copies({**change["change"], "type": change["type"]}, "after", seen, ODD)
        ]
        copies = [
            {**change, "address": f"{change['type']}.odd{number}", "name": f"odd{number}"} for number, change in enumerate(made)
        ]
        for at in range(0, len(copies), TOGETHER):
            file.write_text(json.dumps({**tree, "resource_changes": [*changes, *copies[at : at + TOGETHER]]}), "utf-8")
            survives(read_plan(file))


# --- Terraform --------------------------------------------------------------------------------------------------------


def test_a_syntax_error_is_said_on_what_is_left(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(ENDPOINT)
    (tmp_path / "broken.tf").write_text('resource "aws_dms_endpoint" "half" { port = \n')
    found = {finding.rule.id: finding.message for finding in analyse(read_folder(tmp_path)).findings()}
    assert "broken.tf does not parse near line 1" in found["DMS00"]
    assert "DMS20" in found, "what can be judged is judged"


def test_nothing_is_concluded_from_what_a_broken_file_may_hold(tmp_path: Path) -> None:
    bad = support.FIXTURES / "DMS30" / "bad.tf"
    (tmp_path / "main.tf").write_text(bad.read_text("utf-8"))
    (tmp_path / "broken.tf").write_text("resource {\n")
    assert "DMS30" not in {finding.rule.id for finding in analyse(read_folder(tmp_path)).findings()}


def test_a_module_whose_folder_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(ENDPOINT + 'module "network" {\n  source = "../network"\n}\n')
    (gap,) = read_folder(tmp_path).gaps
    assert gap.reason == "the folder ../network of module.network is not there, so findings may be missing"
    assert (gap.place.file, gap.place.line) == ("main.tf", 5)


def test_a_module_that_calls_itself(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(ENDPOINT + 'module "again" {\n  source = "./"\n}\n')
    (gap,) = read_folder(tmp_path, time_limit=5).gaps
    assert "took more than 5 seconds" in gap.reason or "could not be evaluated" in gap.reason


def test_a_huge_count(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(ENDPOINT.replace("{\n", "{\n  count = 30000000\n", 1))
    root = read_folder(tmp_path, time_limit=5)
    assert root.gaps


@pytest.mark.parametrize(
    "text", ["", "}{", "\x00", 'resource "aws_dms_endpoint" "a" {}\n' * 2, "locals { a = local.b\n b = local.a }\n" + ENDPOINT]
)
def test_odd_files(text: str, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(text)
    messages = [finding.message for finding in analyse(read_folder(tmp_path)).findings()]
    assert not [message for message in messages if "please report" in message]


def test_an_empty_folder(tmp_path: Path) -> None:
    assert not analyse(read_folder(tmp_path)).findings()


def test_nothing_of_the_folder_is_executed(tmp_path: Path) -> None:
    """The child starts isolated: a module of the folder's cannot take the place of one of ours."""
    (tmp_path / "main.tf").write_text(ENDPOINT)
    for name in ("json", "tfparse", "tree_sitter", "sitecustomize"):
        (tmp_path / f"{name}.py").write_text(f"open({str(tmp_path / 'executed')!r}, 'w')\n")
    script = f"from pathlib import Path; from dms_checks.readers.terraform import read_folder; print(len(read_folder(Path({str(tmp_path)!r})).resources))"
    done = support.run(
        support.script("python"), "-P" if hasattr(__import__("sys").flags, "safe_path") else "-I", "-c", script, folder=tmp_path
    )
    assert done.stdout.strip() == "1", done.stderr
    assert not (tmp_path / "executed").exists()


@pytest.mark.parametrize("name", ["empty", "binary", "half", "cyclic", "no DMS"])
def test_hosts_survive_files_beside_good_ones(name: str, tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_bytes(BROKEN[name])
    (tmp_path / "main.tf").write_text(ENDPOINT)
    reports = support.checkov("-d", str(tmp_path), "--framework", "terraform", "cloudformation", "--check", "CKV_DMS_*")
    assert ("DMS20", "aws_dms_endpoint.source") in {support.identity(record) for record in support.records(reports)}
