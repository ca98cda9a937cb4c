"""Inside cfn-lint: the property that is underlined, ignoring, parameters, Regions, and the traps of its loader."""

import json
import re
from pathlib import Path

import pytest
import support

from dms_checks.catalogue import RULES
from dms_checks.hosts.cfn_lint import plain
from dms_checks.model import Dialect

TEMPLATE = """\
Parameters:
  Env: {Type: String, AllowedValues: [dev, prod], Default: dev}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
Resources:
  Key:
    Type: AWS::KMS::Key
    Properties:
      KeySpec: !If [IsProd, RSA_2048, SYMMETRIC_DEFAULT]
      KeyPolicy: {Version: '2012-10-17', Statement: []}
  Ledger:
    Type: AWS::DMS::ReplicationInstance
    Properties:
      ReplicationInstanceClass: dms.t3.medium
      KmsKeyId: !GetAtt Key.Arn
  Source:
    Type: AWS::DMS::Endpoint
    Properties:
      EndpointType: source
      EngineName: mysql
      KmsKeyId: !GetAtt Key.Arn
      SslMode: none
"""


IDS = {rule.cfn_lint_id for rule in RULES if rule.id in support.FOLLOWING}
"""The rules that are looked at here: what cfn-lint does with a match is the same for all."""


@pytest.fixture
def template(tmp_path: Path) -> Path:
    file = tmp_path / "template.yaml"
    file.write_text(TEMPLATE)
    return file


def found(*arguments: str, folder: Path = support.ROOT) -> dict[str, tuple[int, int]]:
    """Our ids with line and column; of several the last."""
    matches = support.cfn_lint(*arguments, folder=folder)
    ours = [match for match in matches if match["Rule"]["Id"] in IDS]
    starts = {match["Rule"]["Id"]: match["Location"]["Start"] for match in ours}
    return {rule: (start["LineNumber"], start["ColumnNumber"]) for rule, start in starts.items()}


def test_the_property_is_underlined(template: Path) -> None:
    assert found("-t", str(template)) == {"E9710": (21, 7), "E9720": (22, 7)}


def test_the_property_is_underlined_in_json(tmp_path: Path) -> None:
    file = tmp_path / "template.json"
    properties = {
        "EndpointType": "source",
        "EngineName": "mysql",
        "SslMode": "none",
        "KmsKeyId": "arn:aws:kms:eu-west-1:123456789012:key/a",
    }
    text = json.dumps({"Resources": {"Source": {"Type": "AWS::DMS::Endpoint", "Properties": properties}}})
    file.write_text(text)
    assert found("-t", str(file)) == {"E9720": (1, text.index('"SslMode"') + 1)}


def test_ignoring_in_metadata(template: Path) -> None:
    ignore = "    Metadata: {cfn-lint: {config: {ignore_checks: [E9720]}}}\n"
    template.write_text(TEMPLATE.replace("    Type: AWS::DMS::Endpoint\n", "    Type: AWS::DMS::Endpoint\n" + ignore))
    assert "E9720" not in found("-t", str(template))


def test_ignoring_on_the_command_line(template: Path) -> None:
    assert found("-t", str(template), "-i", "E97") == {}


@pytest.mark.parametrize(("value", "ids"), [("prod", {"E9710", "E9720"}), ("dev", {"E9720"})])
def test_given_parameters(value: str, ids: set[str], template: Path) -> None:
    assert found("-t", str(template), "--parameters", f"Env={value}").keys() == ids


@pytest.mark.parametrize(("value", "ids"), [("prod", {"E9710", "E9720"}), ("dev", {"E9720"})])
def test_deployment_files(value: str, ids: set[str], template: Path) -> None:
    template.with_name("deployment.yaml").write_text(f"template-file-path: {template.name}\nparameters: {{Env: {value}}}\n")
    assert found("--deployment-files", "deployment.yaml", folder=template.parent).keys() == ids


@pytest.mark.parametrize("region", ["eu-west-1", "ca-west-1", "me-central-1"])
def test_regions_whose_schema_lacks_dms(region: str, template: Path) -> None:
    assert found("-t", str(template), "--regions", region).keys() == {"E9710", "E9720"}


def test_the_configuration_file(template: Path) -> None:
    template.with_name(".cfnlintrc").write_text("append_rules: [dms_checks.cfn_lint]\n")
    done = support.run(support.script("cfn-lint"), "--format", "parseable", template.name, folder=template.parent)
    lines = [line for line in done.stdout.splitlines() if ":E97" in line]
    # nvim-lint's pattern: a letter, digits, and a message without further colons.
    assert all(re.fullmatch(r"[^:]+:\d+:\d+:\d+:\d+:\w\d+:[^:]+", line) for line in lines)
    assert {line.split(":")[5] for line in lines} & IDS == {"E9710", "E9720"}


def test_parameter_values_are_named(template: Path) -> None:
    messages = {match["Rule"]["Id"]: match["Message"] for match in support.cfn_lint("-t", str(template))}
    assert "(when Env is 'prod')" in messages["E9710"]


def test_loops_are_judged(tmp_path: Path) -> None:
    file = tmp_path / "template.yaml"
    file.write_text("""\
Transform: AWS::LanguageExtensions
Resources:
  Fn::ForEach::Loop:
    - Name
    - [Orders, Payments]
    - Endpoint${Name}:
        Type: AWS::DMS::Endpoint
        Properties: {EndpointType: source, EngineName: mysql, SslMode: none}
""")
    matches = [match for match in support.cfn_lint("-t", str(file)) if match["Rule"]["Id"] == "E9720"]
    assert {match["Location"]["Path"][1] for match in matches} == {"EndpointOrders", "EndpointPayments"}


def test_importing_the_door_prints_nothing_and_shows_rules_only() -> None:
    script = (
        "import inspect, dms_checks.cfn_lint as door; from cfnlint.rules import CloudFormationLintRule as Base\n"
        "classes = [item for _, item in inspect.getmembers(door, inspect.isclass)]\n"
        "assert all(issubclass(item, Base) for item in classes)\n"
        "assert all(item().id and item().source_url.startswith('https://') for item in classes)\n"
        "print(len(classes))"
    )
    done = support.run(support.script("python"), "-W", "error", "-c", script)
    speaking = [rule for rule in RULES if rule.types(Dialect.CLOUDFORMATION)]
    assert (done.stdout.strip(), done.stderr) == (str(len(speaking)), "")


def test_ids_have_one_letter() -> None:
    """Two letters are lost by nvim-lint and reviewdog."""
    assert all(re.fullmatch(r"[EW]97\d\d", rule.cfn_lint_id) for rule in RULES)


def test_messages_have_no_colon() -> None:
    assert plain("a: b::c\nd") == "a, b--c d"


@pytest.mark.parametrize("parameters", [("-t",)])
def test_one_run_over_several_templates(parameters: tuple[str, ...], template: Path) -> None:
    other = template.with_name("other.yaml")
    other.write_text(TEMPLATE.replace("SslMode: none", "SslMode: verify-ca"))
    matches = support.cfn_lint(*parameters, str(template), str(other))
    with_tls = {match["Rule"]["Id"] for match in matches if match["Filename"] == str(other)}
    assert "E9720" not in with_tls
    assert "E9710" in with_tls
