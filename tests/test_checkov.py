"""Inside Checkov: choosing, skipping, reporting, and everything that goes wrong without a word."""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import pydantic_sarif.model
import pytest
import support

from dms_checks.catalogue import RULES

SECRET = "correct-horse-battery"
TERRAFORM = f"""
resource "aws_dms_endpoint" "ledger" {{
  endpoint_id   = "ledger"
  endpoint_type = "source"
  engine_name   = "mysql"
  username      = "dms"
  password      = "{SECRET}"
  ssl_mode      = "none"
}}
"""
TEMPLATE = f"""
Conditions:
  Never: !Equals [a, b]
  Off: !Equals [!Ref Env, prod]
Parameters:
  Env: {{Type: String, Default: dev}}
Resources:
  Ledger:
    Type: AWS::DMS::Endpoint
    Properties:
      EndpointType: source
      EngineName: mysql
      Password: {SECRET}
  Production:
    Type: AWS::DMS::Endpoint
    Condition: Off
    Properties:
      EndpointType: source
      EngineName: mysql
"""
ONLY_OURS = ("--check", "CKV_DMS_*")


def test_every_rule_has_a_category() -> None:
    """Asked in another process: importing Checkov warns of what its own dependencies deprecate."""
    code = "from dms_checks.hosts.checkov import CATEGORIES; print(*CATEGORIES)"
    done = support.run(sys.executable, "-c", code)
    assert {rule.number // 10 for rule in RULES} <= {int(tens) for tens in done.stdout.split()}


def identities(reports: list[dict[str, Any]], outcome: str = "failed_checks") -> set[tuple[str, str]]:
    return {support.identity(record) for record in support.records(reports, outcome)}


@pytest.fixture
def terraform(tmp_path: Path) -> Path:
    (tmp_path / "main.tf").write_text(TERRAFORM)
    return tmp_path


@pytest.fixture
def template(tmp_path: Path) -> Path:
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    return tmp_path


def scan(folder: Path, *arguments: str, framework: str = "terraform", **environment: str) -> list[dict[str, Any]]:
    return support.checkov("-d", str(folder), "--framework", framework, *arguments, environment=environment)


def test_a_record_says_everything(terraform: Path) -> None:
    records = support.records(scan(terraform, *ONLY_OURS))
    record = next(record for record in records if record["check_id"] == "CKV_DMS_20")
    assert record["check_name"].startswith("Endpoint connects without TLS: aws_dms_endpoint.ledger connects to MySQL without TLS")
    assert record["severity"] == "HIGH"
    assert record["guideline"].startswith("https://docs.aws.amazon.com/")
    assert record["check_result"]["evaluated_keys"] == ["ssl_mode"]
    assert record["file_line_range"] == [2, 9]
    assert "details" not in record or not record["details"]


@pytest.mark.parametrize("arguments", [("--check", "CKV_DMS_20"), ("--check", "CKV_DMS_*"), ("--check", "HIGH"), ()])
@pytest.mark.parametrize("framework", ["terraform", "cloudformation"])
def test_choosing(arguments: tuple[str, ...], framework: str, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(TERRAFORM)
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    found = identities(scan(tmp_path, *arguments, framework=framework))
    assert ("DMS20", "aws_dms_endpoint.ledger" if framework == "terraform" else "Ledger") in found


@pytest.mark.parametrize("framework", ["terraform", "cloudformation"])
def test_leaving_out(framework: str, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(TERRAFORM)
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    left = {rule for rule, _ in identities(scan(tmp_path, "--skip-check", "CKV_DMS_11", framework=framework))}
    assert left >= {"DMS20", "DMS50"}
    assert "DMS11" not in left
    assert {rule for rule, _ in identities(scan(tmp_path, "--skip-check", "CKV_DMS_*", framework=framework))} == set()
    chosen = ("--check", "CKV_AWS_89", "--run-all-external-checks")
    assert {rule for rule, _ in identities(scan(tmp_path, *chosen, framework=framework))} >= {"DMS11", "DMS20"}


def test_inline_skips(tmp_path: Path) -> None:
    comment = "  #checkov:skip=CKV_DMS_20:the tunnel encrypts\n"
    (tmp_path / "main.tf").write_text(TERRAFORM.replace("  endpoint_type", comment + "  endpoint_type"))
    (tmp_path / "template.yaml").write_text(
        TEMPLATE.replace("      EndpointType: source\n", "    " + comment + "      EndpointType: source\n", 1)
    )
    for framework, resource in (("terraform", "aws_dms_endpoint.ledger"), ("cloudformation", "Ledger")):
        reports = scan(tmp_path, *ONLY_OURS, framework=framework)
        assert ("DMS20", resource) not in identities(reports)
        assert ("DMS20", resource) in identities(reports, "skipped_checks")


def test_skips_in_metadata(tmp_path: Path) -> None:
    metadata = "    Metadata: {checkov: {skip: [{id: CKV_DMS_20, comment: accepted}]}}\n"
    (tmp_path / "template.yaml").write_text(
        TEMPLATE.replace("    Type: AWS::DMS::Endpoint\n", "    Type: AWS::DMS::Endpoint\n" + metadata, 1)
    )
    reports = scan(tmp_path, *ONLY_OURS, framework="cloudformation")
    assert ("DMS20", "Ledger") in identities(reports, "skipped_checks")


def test_resources_under_a_condition_are_judged(template: Path) -> None:
    """Checkov itself leaves out what the defaults switch off."""
    assert ("DMS20", "Production") in identities(scan(template, *ONLY_OURS, framework="cloudformation"))


def test_a_baseline(terraform: Path) -> None:
    scan(terraform, *ONLY_OURS, "--create-baseline")
    reports = scan(terraform, *ONLY_OURS, "--baseline", str(terraform / ".checkov.baseline"))
    assert identities(reports) == set()


@pytest.mark.parametrize("framework", ["terraform", "cloudformation"])
def test_reports_are_valid(framework: str, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(TERRAFORM)
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    done = support.run(
        support.script("checkov"),
        *("-d", str(tmp_path), "--framework", framework, "--external-checks-dir", str(support.ROOT / "policies"), *ONLY_OURS),
        *("-o", "sarif", "-o", "junitxml", "--output-file-path", str(tmp_path / "reports")),
    )
    assert done.returncode == 1, done.stderr
    sarif = (tmp_path / "reports" / "results_sarif.sarif").read_text("utf-8")
    pydantic_sarif.model.StaticAnalysisResultsFormatSarifVersion210JsonSchema.model_validate_json(sarif)
    (run,) = json.loads(sarif)["runs"]
    assert {result["ruleId"] for result in run["results"]} >= {"CKV_DMS_11", "CKV_DMS_20", "CKV_DMS_50"}
    assert "connects to MySQL without TLS" in sarif
    junit = (tmp_path / "reports" / "results_junitxml.xml").read_text("utf-8")
    assert "connects to MySQL without TLS" in junit
    assert SECRET not in sarif + junit


@pytest.mark.parametrize("output", ["cli", "json", "sarif", "junitxml"])
@pytest.mark.parametrize("framework", ["terraform", "cloudformation"])
def test_no_secret_is_printed(output: str, framework: str, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(TERRAFORM)
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    done = support.run(
        support.script("checkov"),
        *(
            "-d",
            str(tmp_path),
            "--framework",
            framework,
            "--external-checks-dir",
            str(support.ROOT / "policies"),
            *ONLY_OURS,
            "-o",
            output,
        ),
        folder=tmp_path,
    )
    assert "ledger" in done.stdout.lower()
    assert SECRET not in done.stdout + done.stderr
    assert SECRET[:6] not in done.stdout


def test_no_secret_of_what_passes_is_printed(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(TERRAFORM.replace('"none"', '"verify-ca"'))
    reports = scan(tmp_path, *ONLY_OURS)
    assert ("DMS20", "aws_dms_endpoint.ledger") in identities(reports, "passed_checks")
    assert SECRET not in json.dumps(reports)


def test_one_roots_resources_are_never_taken_for_anothers(tmp_path: Path) -> None:
    module = 'variable "key" {}\nresource "aws_dms_replication_instance" "this" {\n  kms_key_arn = var.key\n}\n'
    call = 'module "dms" {\n  source = "../shared"\n  key = aws_kms_key.k.arn\n}\n'
    for name, spec in (("bad", "RSA_2048"), ("good", "SYMMETRIC_DEFAULT")):
        folder = tmp_path / name
        folder.mkdir()
        instance = 'resource "aws_dms_replication_instance" "direct" {\n  kms_key_arn = aws_kms_key.k.arn\n}\n'
        key = f'resource "aws_kms_key" "k" {{\n  customer_master_key_spec = "{spec}"\n}}\n'
        (folder / "main.tf").write_text(key + instance + call)
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "main.tf").write_text(module)
    failed = support.records(scan(tmp_path, "--check", "CKV_DMS_10"))
    assert [record["repo_file_path"].split("/")[-2] for record in failed if "direct" in record["resource"]] == ["bad"]
    assert [record["caller_file_path"] for record in failed if "module" in record["resource"]] == ["/bad/main.tf"]


def test_two_calls_of_one_module_are_never_confused(tmp_path: Path) -> None:
    (tmp_path / "key").mkdir()
    (tmp_path / "key" / "main.tf").write_text(
        'variable "spec" {}\nresource "aws_kms_key" "this" {\n  customer_master_key_spec = var.spec\n}\n'
        'output "arn" {\n  value = aws_kms_key.this.arn\n}\n'
    )
    text = ""
    for name, spec in (("bad", "RSA_2048"), ("good", "SYMMETRIC_DEFAULT")):
        text += f'module "{name}" {{\n  source = "./key"\n  spec = "{spec}"\n}}\n'
        text += f'resource "aws_dms_replication_instance" "{name}" {{\n  kms_key_arn = module.{name}.arn\n}}\n'
    (tmp_path / "main.tf").write_text(text)
    reports = scan(tmp_path, "--check", "CKV_DMS_10")
    assert identities(reports) == {("DMS10", "aws_dms_replication_instance.bad")}
    assert ("DMS10", "aws_dms_replication_instance.good") in identities(reports, "passed_checks")


MODULE = """
variable "create" { default = true }
variable "endpoints" { default = {} }
resource "aws_dms_endpoint" "this" {
  for_each      = { for name, value in var.endpoints : name => value if var.create }
  endpoint_id   = each.value.endpoint_id
  endpoint_type = each.value.endpoint_type
  engine_name   = each.value.engine_name
  kms_key_arn   = lookup(each.value, "kms_key_arn", null)
  password      = lookup(each.value, "password", null)
  ssl_mode      = try(each.value.ssl_mode, null)
}
"""


def test_an_endpoint_map_is_followed_into_a_module(tmp_path: Path) -> None:
    """The idioms of the most used public module: ``for_each`` over a filtered map, ``try`` and ``lookup`` with null."""
    (tmp_path / "dms").mkdir()
    (tmp_path / "dms" / "main.tf").write_text(MODULE)
    (tmp_path / "main.tf").write_text("""
variable "password" { sensitive = true }
resource "aws_kms_key" "k" {}
module "on" {
  source    = "./dms"
  endpoints = {
    plain  = { endpoint_id = "plain", endpoint_type = "source", engine_name = "mysql", password = var.password, kms_key_arn = aws_kms_key.k.arn }
    secure = { endpoint_id = "secure", endpoint_type = "target", engine_name = "postgres", ssl_mode = "require", kms_key_arn = aws_kms_key.k.arn }
  }
}
module "off" {
  source    = "./dms"
  create    = false
  endpoints = { plain = { endpoint_id = "plain", endpoint_type = "source", engine_name = "mysql" } }
}
""")
    records = support.records(scan(tmp_path, *ONLY_OURS))
    assert [(record["check_id"], record["resource"]) for record in records] == [("CKV_DMS_20", "module.on.aws_dms_endpoint.this")]
    assert 'module.on.aws_dms_endpoint.this["plain"]' in records[0]["check_name"]
    assert "secure" not in records[0]["check_name"]


def test_a_module_that_is_not_there_is_said(tmp_path: Path) -> None:
    """Checkov downloads modules where it is told to; our evaluation reads .terraform/modules only."""
    (tmp_path / "main.tf").write_text('module "dms" {\n  source = "example/dms/aws"\n}\n' + TERRAFORM)
    assert ("DMS20", "aws_dms_endpoint.ledger") in identities(scan(tmp_path, *ONLY_OURS))


def test_a_broken_file_is_said_on_each_resource(terraform: Path) -> None:
    (terraform / "broken.tf").write_text("resource {\n")
    records = support.records(scan(terraform, *ONLY_OURS))
    (record,) = [record for record in records if record["check_id"] == "CKV_DMS_00"]
    assert "broken.tf does not parse near line 1, so findings may be missing; correct the syntax" in record["check_name"]


def test_a_template_that_only_checkov_can_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "template.yaml").write_text(TEMPLATE + "  Ledger:\n    Type: AWS::DMS::Endpoint\n")
    reports = scan(tmp_path, *ONLY_OURS, framework="cloudformation")
    assert all(report["summary"]["parsing_errors"] for report in reports) or support.records(reports)


def test_variable_files_count(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('variable "mode" {}\n' + TERRAFORM.replace('"none"', "var.mode"))
    (tmp_path / "extra.tfvars").write_text('mode = "none"\n')
    assert ("DMS20", "aws_dms_endpoint.ledger") not in identities(scan(tmp_path, *ONLY_OURS))
    reports = scan(tmp_path, *ONLY_OURS, "--var-file", str(tmp_path / "extra.tfvars"))
    assert ("DMS20", "aws_dms_endpoint.ledger") in identities(reports)


@pytest.mark.parametrize("way", ["none", "thread", "fork"])
@pytest.mark.parametrize("graph", ["RUSTWORKX", "NETWORKX"])
def test_threads_forks_and_graphs(way: str, graph: str, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(TERRAFORM)
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    environment = {"CHECKOV_PARALLELIZATION_TYPE": way, "CHECKOV_GRAPH_FRAMEWORK": graph}
    reports = support.checkov(
        "-d", str(tmp_path), "--framework", "terraform", "cloudformation", *ONLY_OURS, environment=environment
    )
    assert {("DMS20", "aws_dms_endpoint.ledger"), ("DMS20", "Ledger")} <= identities(reports)


def test_a_single_file_sees_its_siblings(terraform: Path) -> None:
    """As editors and pre-commit call Checkov."""
    (terraform / "key.tf").write_text('resource "aws_kms_key" "k" {\n  customer_master_key_spec = "RSA_2048"\n}\n')
    (terraform / "main.tf").write_text(
        'resource "aws_dms_replication_instance" "ledger" {\n  kms_key_arn = aws_kms_key.k.arn\n}\n'
    )
    reports = support.checkov("-f", str(terraform / "main.tf"), "--framework", "terraform", "--check", "CKV_DMS_10")
    assert identities(reports) == {("DMS10", "aws_dms_replication_instance.ledger")}


def test_loading_twice_changes_nothing(terraform: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    copy = tmp_path_factory.mktemp("copy") / "policies"
    shutil.copytree(support.ROOT / "policies", copy)
    (copy / "dms_checks_loader.py").rename(copy / "dms_checks_loader_again.py")
    once = support.records(scan(terraform, *ONLY_OURS))
    twice = support.records(scan(terraform, *ONLY_OURS, "--external-checks-dir", str(copy)))
    assert [record["check_id"] for record in once] == [record["check_id"] for record in twice]


def test_a_plan_keeps_deleted_and_forgotten_resources_out(tmp_path: Path) -> None:
    changes = [
        {
            "address": f"aws_dms_endpoint.{name}",
            "mode": "managed",
            "type": "aws_dms_endpoint",
            "name": name,
            "change": {
                "actions": actions,
                "before": None,
                "after": None
                if actions == ["delete"]
                else {"engine_name": "mysql", "ssl_mode": "none", "kms_key_arn": "arn:aws:kms:eu-west-1:1:key/a"},
                "after_unknown": {},
            },
        }
        for name, actions in (("kept", ["create"]), ("gone", ["delete"]), ("forgotten", ["forget"]))
    ]
    resources = [
        {
            **{key: change[key] for key in ("address", "mode", "type", "name")},
            "values": {"engine_name": "mysql", "ssl_mode": "none"},
        }
        for change in changes
    ]
    plan: dict[str, Any] = {"format_version": "1.2", "terraform_version": "1.11.4", "resource_changes": changes}
    plan |= {
        "planned_values": {"root_module": {"resources": resources}},
        "configuration": {"root_module": {"resources": resources}},
    }
    file = tmp_path / "plan.json"
    for indent in (None, 2):
        file.write_text(json.dumps(plan, indent=indent))
        assert identities(support.checkov("-f", str(file), "--framework", "terraform_plan", *ONLY_OURS)) == {
            ("DMS20", "aws_dms_endpoint.kept")
        }


def test_resources_of_loops_are_judged(tmp_path: Path) -> None:
    """Checkov does not write Fn::ForEach out."""
    (tmp_path / "template.yaml").write_text("""
Transform: AWS::LanguageExtensions
Resources:
  Fn::ForEach::Loop:
    - Name
    - [Orders, Payments]
    - Endpoint${Name}:
        Type: AWS::DMS::Endpoint
        Properties: {EndpointType: source, EngineName: mysql, SslMode: none}
  Plain:
    Type: AWS::DMS::Endpoint
    Properties: {EndpointType: source, EngineName: mysql, SslMode: none}
""")
    wanted = {("DMS20", name) for name in ("EndpointOrders", "EndpointPayments", "Plain")}
    assert identities(scan(tmp_path, "--check", "CKV_DMS_20", framework="cloudformation")) == wanted
    assert identities(scan(tmp_path, "--skip-check", "CKV_DMS_*", framework="cloudformation")) == set()
