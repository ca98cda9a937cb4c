"""Tags that stand in the provider and not in the resource: through aliases, modules and variables, in folders and in plans."""

import json
from pathlib import Path
from typing import Any

import pytest

from dms_checks.analysis import Analysis, analyse
from dms_checks.readers.terraform import read_folder
from dms_checks.readers.terraform_plan import read_plan
from dms_checks.rule import Outcome

UNTAGGED = """
resource "aws_dms_certificate" "ledger" {{
  certificate_id  = "ledger"
  certificate_pem = "ledger.pem"
  {more}
}}
"""
TAGS = 'default_tags {\n tags = { Team = "ledger" }\n }'
VARIABLES = """
variable "given" { default = { Team = "ledger" } }
variable "none" { default = {} }
variable "nothing" { default = null }
"""


def verdict(analysis: Analysis, address: str) -> Outcome:
    assert not [rule for rule, _ in analysis.verdicts if rule == "DMS00"]
    return analysis.verdicts["DMS83", address].outcome


def of_folder(folder: Path, text: str, more: str = "") -> Outcome:
    """The verdict on a certificate beside some text."""
    (folder / "main.tf").write_text(UNTAGGED.format(more=more) + text)
    return verdict(analyse(read_folder(folder)), "aws_dms_certificate.ledger")


@pytest.mark.parametrize(
    ("provider", "outcome"),
    [
        ("", Outcome.FAILS),
        ('provider "aws" {\n region = "us-east-1"\n }', Outcome.FAILS),
        ('provider "aws" {\n default_tags {}\n }', Outcome.FAILS),
        ('provider "aws" {\n default_tags {\n tags = {}\n }\n }', Outcome.FAILS),
        ('provider "random" {}', Outcome.FAILS),
        ('provider "aws" {\n alias = "west"\n' + TAGS + "\n}", Outcome.FAILS),
        ('provider "aws" {\n' + TAGS + "\n}", Outcome.PASSES),
        (VARIABLES + 'provider "aws" {\n default_tags {\n tags = var.given\n }\n }', Outcome.PASSES),
        (VARIABLES + 'provider "aws" {\n default_tags {\n tags = merge(var.none, { Team = "ledger" })\n }\n }', Outcome.PASSES),
        (VARIABLES + 'provider "aws" {\n default_tags {\n tags = var.none\n }\n }', Outcome.UNKNOWN),
        (VARIABLES + 'provider "aws" {\n default_tags {\n tags = var.nothing\n }\n }', Outcome.UNKNOWN),
        ('variable "open" {}\nprovider "aws" {\n default_tags {\n tags = var.open\n }\n }', Outcome.UNKNOWN),
        (
            'variable "open" {}\nprovider "aws" {\n dynamic "default_tags" {\n for_each = var.open\n content {}\n }\n }',
            Outcome.UNKNOWN,
        ),
        # Something else gives this variable a value, and may configure the provider.
        ('variable "open" {}', Outcome.UNKNOWN),
        ('variable "open" {}\nprovider "aws" {}', Outcome.FAILS),
    ],
)
def test_provider_of_the_root(provider: str, outcome: Outcome, tmp_path: Path) -> None:
    assert of_folder(tmp_path, provider) is outcome


ALIASES = 'provider "aws" {\n' + TAGS + '\n}\nprovider "aws" {\n alias = "west"\n }\n'


@pytest.mark.parametrize(
    ("name", "outcome"),
    [("aws", Outcome.PASSES), ("aws.west", Outcome.FAILS), ("aws.elsewhere", Outcome.UNKNOWN), ("awscc", Outcome.UNKNOWN)],
)
def test_provider_that_the_resource_names(name: str, outcome: Outcome, tmp_path: Path) -> None:
    assert of_folder(tmp_path, ALIASES, f"provider = {name}") is outcome


@pytest.mark.parametrize(
    ("providers", "more", "outcome"),
    [
        ("", "", Outcome.PASSES),
        ("providers = { aws = aws.west }", "", Outcome.FAILS),
        ("providers = { aws = aws }", "", Outcome.PASSES),
        ("providers = { aws.main = aws }", "provider = aws.main", Outcome.PASSES),
        ("providers = { aws.main = aws.west }", "provider = aws.main", Outcome.FAILS),
        ("providers = { aws.main = aws }", "", Outcome.UNKNOWN),
        ("", "provider = aws.main", Outcome.UNKNOWN),
    ],
)
def test_provider_that_a_module_gets(providers: str, more: str, outcome: Outcome, tmp_path: Path) -> None:
    (tmp_path / "child").mkdir()
    (tmp_path / "child" / "main.tf").write_text('variable "open" {}\n' + UNTAGGED.format(more=more))
    (tmp_path / "main.tf").write_text(ALIASES + f'module "child" {{\n source = "./child"\n open = 1\n {providers}\n }}\n')
    assert verdict(analyse(read_folder(tmp_path)), "module.child.aws_dms_certificate.ledger") is outcome


@pytest.mark.parametrize(
    ("tags", "outcome"),
    [
        ("{}", Outcome.FAILS),
        ("null", Outcome.FAILS),
        ("local.none", Outcome.FAILS),
        ('{ "aws:cloudformation:stack-name" = "ledger" }', Outcome.FAILS),
        ('{ Team = "ledger" }', Outcome.PASSES),
        ("{ Team = var.open }", Outcome.PASSES),
        ("var.given", Outcome.PASSES),
        ('merge(var.none, { Team = "ledger" })', Outcome.PASSES),
        ("var.none", Outcome.UNKNOWN),
        ("var.nothing", Outcome.UNKNOWN),
        ("var.open", Outcome.UNKNOWN),
        ("merge(var.open, {})", Outcome.UNKNOWN),
        ("merge(var.none, {})", Outcome.UNKNOWN),
        ("{ (var.open) = 1 }", Outcome.UNKNOWN),
        ("{ for key, value in var.open : key => value }", Outcome.UNKNOWN),
    ],
)
def test_own_tags(tags: str, outcome: Outcome, tmp_path: Path) -> None:
    text = VARIABLES + 'variable "open" {}\nlocals {\n none = {}\n }\nprovider "aws" {}\n'
    assert of_folder(tmp_path, text, f"tags = {tags}") is outcome


def test_tags_that_a_module_is_given(tmp_path: Path) -> None:
    """An empty map that a call writes is one."""
    (tmp_path / "child").mkdir()
    (tmp_path / "child" / "main.tf").write_text(
        'variable "tags" {\n default = { Team = "ledger" }\n }\n' + UNTAGGED.format(more="tags = var.tags")
    )
    calls = 'module "bad" {\n source = "./child"\n tags = {}\n }\nmodule "good" {\n source = "./child"\n }\n'
    (tmp_path / "main.tf").write_text(calls)
    found = analyse(read_folder(tmp_path))
    assert verdict(found, "module.bad.aws_dms_certificate.ledger") is Outcome.FAILS
    assert verdict(found, "module.good.aws_dms_certificate.ledger") is Outcome.PASSES


def test_instances_of_unknown_number(tmp_path: Path) -> None:
    text = 'variable "open" {}\nprovider "aws" {\n' + TAGS + "\n}"
    assert of_folder(tmp_path, text, "for_each = var.open") is Outcome.PASSES


def of_plan(folder: Path, after: dict[str, Any], unknown: dict[str, Any], provider: dict[str, Any]) -> Outcome:
    address = "aws_dms_certificate.ledger"
    change = {"actions": ["create"], "after": after, "after_unknown": unknown}
    block = {"address": address, "provider_config_key": "aws", "expressions": {"certificate_id": {"constant_value": "ledger"}}}
    tree = {
        "format_version": "1.2",
        "resource_changes": [{"address": address, "type": "aws_dms_certificate", "change": change}],
        "configuration": {"provider_config": {"aws": {"expressions": provider}}, "root_module": {"resources": [block]}},
    }
    (folder / "plan.json").write_text(json.dumps(tree))
    return verdict(analyse(read_plan(folder / "plan.json")), address)


@pytest.mark.parametrize(
    ("after", "unknown", "provider", "outcome"),
    [
        ({"tags": None}, {"tags_all": True}, {}, Outcome.FAILS),
        ({"tags": {}, "tags_all": {}}, {}, {}, Outcome.FAILS),
        ({"tags": None, "tags_all": {"Team": "ledger"}}, {}, {"default_tags": [{}]}, Outcome.PASSES),
        ({"tags": {"Team": "ledger"}, "tags_all": {"Team": "ledger"}}, {}, {}, Outcome.PASSES),
        # The tags that the provider adds are not known before apply.
        ({"tags": None}, {"tags_all": True}, {"default_tags": [{"tags": {"references": ["terraform_data.x"]}}]}, Outcome.UNKNOWN),
    ],
)
def test_plan(after: Any, unknown: Any, provider: Any, outcome: Outcome, tmp_path: Path) -> None:
    assert of_plan(tmp_path, after, unknown, provider) is outcome
