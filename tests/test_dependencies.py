"""What is made after what, in each dialect: by references, through locals, modules and outputs, and where that cannot be told."""

import json
from pathlib import Path
from typing import Any

import pytest

from dms_checks.analysis import Analysis, analyse
from dms_checks.catalogue import RULES
from dms_checks.model import Truth
from dms_checks.readers.cloudformation import Template
from dms_checks.readers.dependencies import Dependencies
from dms_checks.readers.documents import parse
from dms_checks.readers.terraform import read_folder
from dms_checks.readers.terraform_plan import read_plan
from dms_checks.rule import Outcome, Verdict

FAILS, PASSES, UNKNOWN = Outcome.FAILS, Outcome.PASSES, Outcome.UNKNOWN


def verdict(analysis: Analysis, address: str) -> Verdict:
    return analysis.verdict(next(rule for rule in RULES if rule.id == "DMS63"), address)


def test_the_graph() -> None:
    graph = Dependencies({"a": ["b"], "b": ["c", "a"], "d": []}, {"b": ["d"], "d": ["e"], "x": ["*"]})
    assert graph.depends("a", "c") is Truth.YES
    assert graph.depends("a", "d") is Truth.UNKNOWN
    assert graph.depends("a", "e") is Truth.UNKNOWN
    assert graph.depends("c", "a") is Truth.NO
    assert graph.depends("x", "a") is Truth.UNKNOWN


# --- Terraform --------------------------------------------------------------------------------------------------------

ROLE = """
resource "aws_iam_role" "vpc" {
  name               = "dms-vpc-role"
  assume_role_policy = "{}"
}
"""
ATTACHMENT = """
resource "aws_iam_role_policy_attachment" "vpc" {
  role       = aws_iam_role.vpc.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AmazonDMSVPCManagementRole"
}
"""
GROUP = """
resource "aws_dms_replication_subnet_group" "ledger" {{
  replication_subnet_group_id = "ledger"
  {}
}}
"""
ADDRESS = "aws_dms_replication_subnet_group.ledger"
TARGET = "aws_iam_role_policy_attachment.vpc"


def of_folder(folder: Path, text: str, modules: dict[str, str] | None = None) -> Analysis:
    (folder / "main.tf").write_text(text)
    for name, source in (modules or {}).items():
        (folder / name).mkdir()
        (folder / name / "main.tf").write_text(source)
    return analyse(read_folder(folder))


WAYS = [
    # What is in the subnet group, what else is in the folder, and the verdict.
    ("", "", FAILS),
    (f"depends_on = [{TARGET}]", "", PASSES),
    ("depends_on = [aws_iam_role.vpc]", "", FAILS),
    (f"tags = {{ Policy = {TARGET}.policy_arn }}", "", PASSES),
    (f'tags = {{ Policy = "after ${{{TARGET}.id}}" }}', "", PASSES),
    (f"tags = {{ (upper({TARGET}.id)) = 1 }}", "", PASSES),
    (f"subnet_ids = [for name in [{TARGET}.id] : name]", "", PASSES),
    (f"count = length({TARGET}.id) > 0 ? 1 : 0", "", PASSES),
    (f"lifecycle {{\n    replace_triggered_by = [{TARGET}]\n  }}", "", PASSES),
    ("tags = local.tags", f"locals {{\n  tags = {{ Policy = local.policy }}\n  policy = {TARGET}.id\n}}", PASSES),
    ("tags = local.tags", "locals {\n  tags = { Name = var.name }\n}\nvariable name {}", FAILS),
    ("depends_on = [time_sleep.a]", f'resource "time_sleep" "a" {{\n  depends_on = [{TARGET}]\n}}', PASSES),
    ("depends_on = [data.external.a]", f'data "external" "a" {{\n  program = [{TARGET}.id]\n}}', PASSES),
    # Modules that are there.
    ("depends_on = [module.wait]", f'module "wait" {{\n  source = "./wait"\n  after = {TARGET}.id\n}}', PASSES),
    ("tags = { A = module.wait.after }", f'module "wait" {{\n  source = "./wait"\n  after = {TARGET}.id\n}}', PASSES),
    ("tags = { A = module.wait.nothing }", f'module "wait" {{\n  source = "./wait"\n  after = {TARGET}.id\n}}', FAILS),
    (
        'tags = { A = module.wait["a"].nothing }',
        f'module "wait" {{\n  for_each = toset(["a"])\n  source = "./wait"\n  after = ""\n  depends_on = [{TARGET}]\n}}',
        PASSES,
    ),
    ("depends_on = [module.wait]", 'module "wait" {\n  source = "./wait"\n  after = ""\n}', FAILS),
    # Modules that are not there: they may make use of what they are handed, and of nothing else.
    ("subnet_ids = module.vpc.subnets", 'module "vpc" {\n  source = "example/vpc/aws"\n}', FAILS),
    ("subnet_ids = module.vpc.subnets", f'module "vpc" {{\n  source = "example/vpc/aws"\n  after = {TARGET}.id\n}}', UNKNOWN),
    ("depends_on = [module.vpc]", f'module "vpc" {{\n  source = "example/vpc/aws"\n  after = {TARGET}.id\n}}', UNKNOWN),
    ("depends_on = [module.vpc]", f'module "vpc" {{\n  source = "example/vpc/aws"\n  depends_on = [{TARGET}]\n}}', PASSES),
]
WAIT = {
    "wait": 'variable "after" {}\nresource "terraform_data" "this" { input = var.after }\n'
    'output "after" { value = terraform_data.this.id }\noutput "nothing" { value = "nothing" }\n'
}


@pytest.mark.parametrize(("inside", "outside", "wanted"), WAYS)
def test_ways_to_wait(inside: str, outside: str, wanted: Outcome, tmp_path: Path) -> None:
    analysis = of_folder(tmp_path, ROLE + ATTACHMENT + GROUP.format(inside) + outside, WAIT)
    (address,) = (address for address, _ in analysis.addresses if address.startswith(ADDRESS))
    assert verdict(analysis, address).outcome is wanted


def test_modules_wait_for_each_other(tmp_path: Path) -> None:
    modules = {"roles": ROLE + ATTACHMENT, "network": GROUP.format("")}
    calls = 'module "roles" { source = "./roles" }\nmodule "network" {\n  source = "./network"\n  %s\n}\n'
    (tmp_path / "bad").mkdir()
    (tmp_path / "good").mkdir()
    found = verdict(of_folder(tmp_path / "bad", calls % "", modules), f"module.network.{ADDRESS}")
    assert found.finding is not None
    assert found.finding.message.endswith("add depends_on = [module.roles] to module.network")
    good = of_folder(tmp_path / "good", calls % "depends_on = [module.roles]", modules)
    assert verdict(good, f"module.network.{ADDRESS}").outcome is PASSES


@pytest.mark.parametrize("name", ["override.tf", "later_override.tf", "more.tf.json"])
def test_files_that_are_not_followed(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("{}" if name.endswith("json") else "")
    assert verdict(of_folder(tmp_path, ROLE + ATTACHMENT + GROUP.format("")), ADDRESS).outcome is UNKNOWN


ROLES = [
    # The role and its policies, what the subnet group waits for, and the verdict.
    (ROLE, "", FAILS),
    (ROLE, "aws_iam_role.vpc", UNKNOWN),
    (ROLE.replace("dms-vpc-role", "another"), "", UNKNOWN),
    (ROLE.replace('"dms-vpc-role"', "var.name") + 'variable "name" {}', "", UNKNOWN),
    (ROLE.replace('"dms-vpc-role"', "var.name") + 'variable "name" { default = "dms-vpc-role" }', "", FAILS),
    (ROLE.replace("resource", "data"), "", UNKNOWN),
    (ROLE.replace('"{}"', '"{}"\n  managed_policy_arns = ["arn:aws:iam::aws:policy/X"]'), "aws_iam_role.vpc", PASSES),
    (ROLE.replace('"{}"', '"{}"\n  managed_policy_arns = ["arn:aws:iam::aws:policy/X"]'), "", FAILS),
    (ROLE.replace('"{}"', '"{}"\n  managed_policy_arns = []'), "aws_iam_role.vpc", UNKNOWN),
    (ROLE.replace('"{}"', '"{}"\n  inline_policy {\n    name = "a"\n    policy = "{}"\n  }'), "aws_iam_role.vpc", PASSES),
    (ROLE.replace('"{}"', '"{}"\n  count = var.on ? 1 : 0') + 'variable "on" {}', "", UNKNOWN),
    (ROLE.replace('"{}"', '"{}"\n  count = 0'), "", UNKNOWN),
    (ROLE + ATTACHMENT.replace("aws_iam_role.vpc.name", '"dms-vpc-role"'), "", FAILS),
    (ROLE + ATTACHMENT.replace("aws_iam_role.vpc.name", "aws_iam_role.vpc.id"), TARGET, PASSES),
    (ROLE + ATTACHMENT.replace("aws_iam_role.vpc.name", "var.role") + 'variable "role" {}', TARGET, UNKNOWN),
    (
        ROLE + 'resource "aws_iam_role_policy" "p" {\n  role = aws_iam_role.vpc.id\n  policy = "{}"\n}',
        "aws_iam_role_policy.p",
        PASSES,
    ),
    (
        ROLE
        + 'resource "aws_iam_policy_attachment" "p" {\n  name = "p"\n  roles = [aws_iam_role.vpc.name]\n  policy_arn = "x"\n}',
        "aws_iam_policy_attachment.p",
        PASSES,
    ),
]


@pytest.mark.parametrize(("roles", "waits", "wanted"), ROLES)
def test_roles(roles: str, waits: str, wanted: Outcome, tmp_path: Path) -> None:
    analysis = of_folder(tmp_path, roles + GROUP.format(f"depends_on = [{waits}]" if waits else ""))
    assert verdict(analysis, ADDRESS).outcome is wanted


CONSUMER = 'resource "aws_dms_replication_instance" "i" {{\n  replication_subnet_group_id = {}\n}}\nvariable "group" {{}}\n'


@pytest.mark.parametrize(
    ("group", "is_here", "wanted"),
    [
        ("null", False, FAILS),
        ("null", True, FAILS),
        ('"elsewhere"', True, FAILS),
        ("var.group", False, FAILS),
        ("var.group", True, UNKNOWN),
        (f"{ADDRESS}.id", True, UNKNOWN),
        ('"ledger"', True, UNKNOWN),
    ],
)
def test_a_consumer_without_subnet_group_carries_the_finding(group: str, is_here: bool, wanted: Outcome, tmp_path: Path) -> None:
    text = ROLE + ATTACHMENT + CONSUMER.format(group) + (GROUP.format("") if is_here else "")
    assert verdict(of_folder(tmp_path, text), "aws_dms_replication_instance.i").outcome is wanted


# --- plans ------------------------------------------------------------------------------------------------------------


def _created(address: str, **after: object) -> dict[str, Any]:
    change = {"actions": ["create"], "before": None, "after": after, "after_unknown": {}}
    return {"address": address, "type": address.split(".")[-2], "mode": "managed", "change": change}


def _plan(group: dict[str, Any], **module: Any) -> dict[str, Any]:
    resources = [
        {"address": "aws_iam_role.vpc", "expressions": {"name": {"constant_value": "dms-vpc-role"}}},
        {"address": TARGET, "expressions": {"role": {"references": ["aws_iam_role.vpc.name", "aws_iam_role.vpc"]}}},
        {"address": ADDRESS, **group},
    ]
    root = {**module, "resources": [*resources, *module.get("resources", ())]}
    return {
        "format_version": "1.2",
        "resource_changes": [
            _created("aws_iam_role.vpc", name="dms-vpc-role"),
            _created(TARGET, role="dms-vpc-role", policy_arn="arn:aws:iam::aws:policy/service-role/AmazonDMSVPCManagementRole"),
            _created(ADDRESS, replication_subnet_group_id="ledger"),
        ],
        "configuration": {"root_module": root},
    }


def _tags(*references: str) -> dict[str, Any]:
    return {"expressions": {"tags": {"references": list(references)}}}


INNER = {
    "resources": [{"address": "terraform_data.this", "expressions": {"input": {"references": ["var.after"]}}}],
    "outputs": {
        "after": {"expression": {"references": ["terraform_data.this.id", "terraform_data.this"]}},
        "nothing": {"expression": {"constant_value": "nothing"}},
    },
}
CALL = {"wait": {"expressions": {"after": {"references": [f"{TARGET}.id", TARGET]}}, "module": INNER}}
WAITING_CALL = {"wait": {"depends_on": [TARGET], "module": INNER}}
SLEEP = [{"address": "time_sleep.a", "depends_on": [TARGET]}]


@pytest.mark.parametrize(
    ("group", "module", "wanted"),
    [
        ({}, {}, FAILS),
        ({"depends_on": [TARGET]}, {}, PASSES),
        ({"depends_on": ["aws_iam_role.vpc"]}, {}, FAILS),
        ({"depends_on": ["time_sleep.a"]}, {"resources": SLEEP}, PASSES),
        (_tags(f'{TARGET}["a"].id', f'{TARGET}["a"]', TARGET), {}, PASSES),
        ({"expressions": {"timeouts": [{"create": {"references": [f"{TARGET}.id", TARGET]}}]}}, {}, PASSES),
        ({"count_expression": {"references": [f"{TARGET}.id", TARGET]}}, {}, PASSES),
        (_tags("local.tags"), {}, UNKNOWN),
        (_tags("var.tags", "each.value", "path.module"), {}, FAILS),
        (_tags("module.wait.after", "module.wait"), {"module_calls": CALL}, PASSES),
        (_tags("module.wait.nothing", "module.wait"), {"module_calls": CALL}, FAILS),
        (_tags("module.wait.nothing", "module.wait"), {"module_calls": WAITING_CALL}, PASSES),
        ({"depends_on": ["module.wait"]}, {"module_calls": CALL}, PASSES),
        ({"depends_on": ["module.wait"]}, {"module_calls": {"wait": {"module": INNER}}}, FAILS),
    ],
)
def test_plans(group: dict[str, Any], module: dict[str, Any], wanted: Outcome, tmp_path: Path) -> None:
    (tmp_path / "plan.json").write_text(json.dumps(_plan(group, **module)))
    assert verdict(analyse(read_plan(tmp_path / "plan.json")), ADDRESS).outcome is wanted


def test_a_role_that_is_there_is_known_by_its_name(tmp_path: Path) -> None:
    """In a plan its id is known, and the same text as its name."""
    plan = _plan({})
    plan["resource_changes"][0]["change"].update(actions=["no-op"], after={"name": "dms-vpc-role", "id": "dms-vpc-role"})
    (tmp_path / "plan.json").write_text(json.dumps(plan))
    assert verdict(analyse(read_plan(tmp_path / "plan.json")), ADDRESS).outcome is FAILS


# --- CloudFormation ---------------------------------------------------------------------------------------------------

TEMPLATE = """
Parameters:
  Create: {{Type: String, Default: "no", AllowedValues: ["yes", "no"]}}
  Name: {{Type: String, Default: dms-vpc-role}}
Conditions:
  Creates: !Equals [!Ref Create, "yes"]
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: dms-vpc-role
      {role}
  Group:
    Type: AWS::DMS::ReplicationSubnetGroup
    {group}
{more}
"""
INSIDE = "ManagedPolicyArns: [arn:aws:iam::aws:policy/service-role/AmazonDMSVPCManagementRole]"
POLICY = "  Policy:\n    Type: AWS::IAM::Policy\n    Properties: {{Roles: [{}]}}\n"


def of_template(role: str = INSIDE, group: str = "", more: str = "") -> Outcome:
    tree = parse("t", TEMPLATE.format(role=role, group=group, more=more)).tree
    return verdict(analyse(Template(tree, "t")), "Group").outcome


@pytest.mark.parametrize(
    ("group", "wanted"),
    [
        ("", FAILS),
        ("DependsOn: Role", PASSES),
        ("DependsOn: [Role]", PASSES),
        ("DependsOn: [Wait]", PASSES),
        ("DependsOn: [Elsewhere, 3]", FAILS),
        ("Properties: {Tags: !Ref Role}", PASSES),
        ("Properties: {Tags: !GetAtt Role.Arn}", PASSES),
        ("Properties: {Tags: {Fn::GetAtt: [Role, Arn]}}", PASSES),
        ('Properties: {Tags: !Sub "${Role.Arn}"}', PASSES),
        ('Properties: {Tags: !Sub "${!Role}"}', FAILS),
        ('Properties: {Tags: !Sub ["${Role}", {Role: Role}]}', FAILS),
        ('Properties: {Tags: !Sub ["${A}", {A: !Ref Role}]}', PASSES),
        ("Properties: {Tags: Role}", FAILS),
        ("Properties: {Fn::Transform: {Name: Macro}}", UNKNOWN),
        ("Properties: {Tags: !GetAtt 3}", FAILS),
    ],
)
def test_ways_to_wait_in_templates(group: str, wanted: Outcome) -> None:
    wait = "  Wait:\n    Type: AWS::CloudFormation::WaitConditionHandle\n    DependsOn: Role\n"
    assert of_template(group=group, more=wait) is wanted


@pytest.mark.parametrize(
    ("role", "group", "more", "wanted"),
    [
        ("", "DependsOn: Policy", POLICY.format("!Ref Role"), PASSES),
        ("", "DependsOn: Role", POLICY.format("!Ref Role"), FAILS),
        ("", "DependsOn: Policy", POLICY.format("dms-vpc-role"), PASSES),
        ("", "DependsOn: Policy", POLICY.format("!ImportValue a"), UNKNOWN),
        ("", "DependsOn: Role", "", UNKNOWN),
        ("Policies: [{PolicyName: a}]", "DependsOn: Role", "", PASSES),
        (INSIDE, "DependsOn: Role", POLICY.format("!Ref Role"), PASSES),
    ],
)
def test_policies_in_templates(role: str, group: str, more: str, wanted: Outcome) -> None:
    assert of_template(role, group, more) is wanted


def test_a_role_under_a_condition() -> None:
    text = TEMPLATE.format(role=INSIDE, group="", more="").replace(
        "    Type: AWS::IAM::Role", "    Type: AWS::IAM::Role\n    Condition: Creates"
    )
    found = verdict(analyse(Template(parse("t", text).tree, "t")), "Group")
    assert found.finding is not None
    assert "when Create is 'yes'" in found.finding.message


def test_a_role_with_the_name_of_a_parameter() -> None:
    text = TEMPLATE.format(role=INSIDE, group="", more="").replace("RoleName: dms-vpc-role", "RoleName: !Ref Name")
    found = verdict(analyse(Template(parse("t", text).tree, "t")), "Group")
    assert found.finding is not None
    assert "when the default of Name is used" in found.finding.message


def test_many_other_roles_multiply_nothing() -> None:
    """Each of them stands under a condition of its own: all combinations would be too many."""
    names = [f"P{number}" for number in range(12)]
    template = {
        "Parameters": {name: {"Type": "String", "AllowedValues": ["yes", "no"]} for name in names},
        "Conditions": {name: {"Fn::Equals": [{"Ref": name}, "yes"]} for name in names},
        "Resources": {
            "Group": {"Type": "AWS::DMS::ReplicationSubnetGroup", "Properties": {}},
            "Role": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "dms-vpc-role", "Policies": [{}]}},
            **{
                f"Role{name}": {
                    "Type": "AWS::IAM::Role",
                    "Condition": name,
                    "Properties": {"RoleName": {"Fn::Sub": f"${{{name}}}-r"}},
                }
                for name in names
            },
        },
    }
    analysis = analyse(Template(template, "t"))
    assert verdict(analysis, "Group").outcome is FAILS
    assert not [finding for finding in analysis.findings() if finding.rule.id == "DMS00"]
