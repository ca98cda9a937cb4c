"""The Region of a resource: by its provider through modules, by its own argument, in plans, and where a stack's hangs on conditions."""

import json
from pathlib import Path
from typing import Any

import pytest
import support

from dms_checks.analysis import analyse
from dms_checks.deployment import Deployment
from dms_checks.model import Value
from dms_checks.readers.cloudformation import Template
from dms_checks.readers.terraform import Root, read_folder
from dms_checks.readers.terraform_plan import read_plan

PROVIDERS = """
variable "elsewhere" {}
variable "here" { default = "eu-west-1" }
locals { regions = { test = "eu-west-2", prod = "eu-west-3" } }
provider "aws" { region = var.here }
provider "aws" {
  alias  = "prod"
  region = local.regions.prod
}
provider "aws" {
  alias  = "elsewhere"
  region = var.elsewhere
}
provider "aws" {
  alias = "environment"
}
"""
KEY = 'resource "aws_kms_key" "k" {}\n'


def region_of(source: Root, address: str) -> Value:
    def question(deployment: Deployment) -> Value:
        resource = deployment.get(address)
        assert resource
        return deployment.region(resource)

    return next(iter(source.explore(question)))[0]


@pytest.mark.parametrize(
    ("arguments", "region"),
    [
        ("", "eu-west-1"),
        ("provider = aws", "eu-west-1"),
        ("provider = aws.prod", "eu-west-3"),
        ('provider = "aws.prod"', "eu-west-3"),
        ('region = "us-east-1"', "us-east-1"),
        ('region = "us-east-1"\n  provider = aws.prod', "us-east-1"),
        ("region = null", "eu-west-1"),
        ("region = var.elsewhere", None),
        ("provider = aws.elsewhere", None),
        ("provider = aws.environment", None),
        ("provider = aws.missing", None),
        ("provider = aws.many[each.key]", None),
        ("for_each = var.elsewhere", "eu-west-1"),
    ],
)
def test_by_provider(arguments: str, region: str | None, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(f'{PROVIDERS}\nresource "aws_kms_key" "k" {{\n  {arguments}\n}}\n')
    assert region_of(read_folder(tmp_path), "aws_kms_key.k").text == region


@pytest.mark.parametrize(
    ("call", "source", "region"),
    [
        ("", KEY, "eu-west-1"),
        ("providers = { aws = aws.prod }", KEY, "eu-west-3"),
        ('providers = { aws = "aws.prod" }', KEY, "eu-west-3"),
        ("providers = { aws.west = aws.prod }", 'resource "aws_kms_key" "k" { provider = aws.west }\n', "eu-west-3"),
        ("providers = { aws = aws.elsewhere }", KEY, None),
        ("providers = { aws.west = aws.prod }", KEY, None),
        ("providers = var.elsewhere", KEY, None),
        ("", 'resource "aws_kms_key" "k" { provider = aws.prod }\n', None),
        ("", 'provider "aws" { region = "us-west-2" }\n' + KEY, "us-west-2"),
        ("providers = { aws = aws.prod }", 'provider "aws" {}\n' + KEY, "eu-west-3"),
    ],
)
def test_through_modules(call: str, source: str, region: str | None, tmp_path: Path) -> None:
    """The inner module stands in another one, which passes its own configuration on."""
    for name, text in {"outer": 'module "inner" { source = "../inner" }\n', "inner": source}.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "main.tf").write_text(text)
    outer = "outer" if "provider = aws" not in source and "aws.west" not in call else "inner"
    (tmp_path / "main.tf").write_text(f'{PROVIDERS}\nmodule "m" {{\n  source = "./{outer}"\n  {call}\n}}\n')
    address = "module.m.module.inner.aws_kms_key.k" if outer == "outer" else "module.m.aws_kms_key.k"
    assert region_of(read_folder(tmp_path), address).text == region


def test_resources_of_one_provider_are_in_one_region(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        'resource "aws_kms_key" "k" {}\nresource "aws_dms_replication_instance" "i" { kms_key_arn = aws_kms_key.k.arn }\n'
    )
    assert analyse(read_folder(tmp_path)).verdicts["DMS14", "aws_dms_replication_instance.i"].outcome.value == "passes"


# --- plans ------------------------------------------------------------------------------------------------------------

PLAN = support.FIXTURES / "DMS14" / "good.plan.json"
ADDRESS = "aws_dms_replication_instance.anywhere"


def plan_with(folder: Path, provider: Any, variables: Any = None, after: Any = None, unknown: Any = None) -> Value:
    """The Region of an instance in a plan with this configuration of its provider."""
    tree = json.loads(PLAN.read_text("utf-8"))
    tree["configuration"]["provider_config"]["aws.anywhere"]["expressions"] = provider
    tree["variables"].update(variables or {})
    (change,) = [item["change"] for item in tree["resource_changes"] if item["address"] == ADDRESS]
    change["after"].update(after or {})
    change["after_unknown"].update(unknown or {})
    file = folder / "plan.json"
    file.write_text(json.dumps(tree))
    return region_of(read_plan(file), ADDRESS)


@pytest.mark.parametrize(
    ("provider", "region"),
    [
        ({"region": {"constant_value": "eu-west-1"}}, "eu-west-1"),
        ({"region": {"references": ["var.given"]}}, "eu-west-2"),
        ({"region": {"references": ["var.letter"]}}, None),
        ({"region": {"references": ["var.given", "var.letter"]}}, None),
        ({"region": {"references": ["local.region"]}}, None),
        ({"region": {"references": ["var.object.region", "var.object"]}}, None),
        ({"region": {}}, None),
        ({}, None),
    ],
)
def test_by_provider_in_plans(provider: Any, region: str | None, tmp_path: Path) -> None:
    variables = {"given": {"value": "eu-west-2"}, "letter": {"value": "w"}, "object": {"value": {"region": "eu-west-2"}}}
    assert plan_with(tmp_path, provider, variables).text == region


def test_the_argument_in_plans(tmp_path: Path) -> None:
    provider = {"region": {"constant_value": "eu-west-1"}}
    assert plan_with(tmp_path, provider, after={"region": "us-east-1"}).text == "us-east-1"
    assert plan_with(tmp_path, provider, unknown={"region": True}).is_unknown


# --- stacks -----------------------------------------------------------------------------------------------------------

EU, US = (f"arn:aws:kms:{region}:111122223333:key/1" for region in ("eu-west-1", "us-east-1"))


def found(key: Any, **more: Any) -> list[str]:
    """The messages of DMS14 for an endpoint with this key, in a template with a condition and mappings on the Region."""
    tree = {
        "Conditions": {"InIreland": {"Fn::Equals": [{"Ref": "AWS::Region"}, "eu-west-1"]}},
        "Mappings": {
            "Right": {"eu-west-1": {"Key": EU}, "us-east-1": {"Key": US}},
            "Wrong": {"eu-west-1": {"Key": US}, "us-east-1": {"Key": US}},
            "Turned": {"Key": {"eu-west-1": EU, "us-west-2": US}},
            "Odd": {"eu-west-1": US, "us-east-1": [US], "x": {"y": {"z": 3}}},
        },
        "Resources": {"Ledger": {"Type": "AWS::DMS::Endpoint", "Properties": {"EngineName": "mysql", "KmsKeyId": key, **more}}},
    }
    findings = analyse(Template(tree, "template.yaml")).findings()
    assert not [finding for finding in findings if finding.rule.id == "DMS00"]
    return [finding.message for finding in findings if finding.rule.id == "DMS14"]


REGION = {"Ref": "AWS::Region"}


@pytest.mark.parametrize(
    ("key", "region"),
    [
        ({"Fn::FindInMap": ["Wrong", REGION, "Key"]}, "eu-west-1"),
        ({"Fn::FindInMap": ["Turned", "Key", REGION]}, "us-west-2"),
        ({"Fn::If": ["InIreland", US, EU]}, "eu-west-1"),
        ({"Fn::If": ["InIreland", {"Fn::Sub": "arn:${AWS::Partition}:kms:us-east-1:1:alias/x"}, "alias/x"]}, "eu-west-1"),
    ],
)
def test_what_hangs_on_the_region(key: Any, region: str) -> None:
    (message,) = found(key)
    assert message.startswith(f"Ledger is in {region}, but is encrypted with a KMS key of us-east-1; ")
    assert message.endswith(f"(when the region is '{region}')")


@pytest.mark.parametrize(
    "key",
    [
        EU,
        US,
        "alias/x",
        {"Fn::FindInMap": ["Right", REGION, "Key"]},
        {"Fn::FindInMap": ["Odd", REGION, "Key"]},
        {"Fn::If": ["InIreland", EU, US]},
        {"Fn::Sub": "arn:aws:kms:${AWS::Region}:1:key/x"},
        {"Fn::ImportValue": "key"},
        [US],
        {"a": US},
        7,
    ],
)
def test_what_does_not(key: Any) -> None:
    assert not found(key)


@pytest.mark.parametrize(
    ("certificate", "secret", "named"),
    [
        ("arn:aws:dms:eu-west-1:1:cert:X", None, "a certificate of eu-west-1"),
        (None, "arn:aws:secretsmanager:eu-west-1:1:secret:x", "a secret of eu-west-1"),
        (None, {"Fn::Sub": "arn:aws:secretsmanager:eu-west-1:${AWS::AccountId}:secret:x"}, "a secret of eu-west-1"),
        ("arn:aws:dms:eu-west-1:1:cert:X", "arn:aws:secretsmanager:us-east-1:1:secret:x", ""),
        ("arn:aws:acm:eu-west-1:1:certificate/x", None, ""),
        (None, "ledger", ""),
        ("arn:aws:dms:us-east-1:1:cert:X", "arn:aws:secretsmanager:us-east-1:1:secret:x", ""),
    ],
)
def test_what_stands_beside_the_key(certificate: Any, secret: Any, named: str) -> None:
    more = {"CertificateArn": certificate} if certificate else {}
    messages = found(US, **more, MySqlSettings={"SecretsManagerSecretId": secret} if secret else {})
    assert [named in message for message in messages] == ([True] if named else [])
