"""What messages say, where the finding itself is shown by fixtures."""

from pathlib import Path
from typing import Any

import pytest

from dms_checks.analysis import Analysis, analyse
from dms_checks.readers.cloudformation import Template
from dms_checks.readers.terraform import read_folder


def of_terraform(folder: Path, text: str) -> Analysis:
    (folder / "main.tf").write_text(text)
    return analyse(read_folder(folder))


def of_template(type_name: str, properties: dict[str, Any]) -> Analysis:
    """The analysis of a template with one resource, ``Ledger``."""
    return analyse(Template({"Resources": {"Ledger": {"Type": type_name, "Properties": properties}}}, "template.yaml"))


def messages(analysis: Analysis, rule: str) -> list[str]:
    return [finding.message for finding in analysis.findings() if finding.rule.id == rule]


# --- Switches: what is written, and what leaving it out means ---------------------------------------------------------

PUBLIC = "Ledger gets an address on the internet, as {}; set it to false"
STAYS = "{} keeps the minor version of its engine, as {}; set it to true"


@pytest.mark.parametrize("type_name", ["AWS::DMS::ReplicationInstance", "AWS::DMS::InstanceProfile"])
@pytest.mark.parametrize(
    ("properties", "cause"),
    [
        ({"PubliclyAccessible": True}, "PubliclyAccessible is true"),
        ({"PubliclyAccessible": "True"}, "PubliclyAccessible is true"),
        ({"PubliclyAccessible": {"Ref": "AWS::NoValue"}}, "leaving PubliclyAccessible out means true"),
        ({}, "leaving PubliclyAccessible out means true"),
    ],
)
def test_why_an_address_is_public(type_name: str, properties: dict[str, Any], cause: str) -> None:
    assert messages(of_template(type_name, properties), "DMS35") == [PUBLIC.format(cause)]


@pytest.mark.parametrize(
    ("argument", "cause"),
    [
        ("auto_minor_version_upgrade = false", "auto_minor_version_upgrade is false"),
        ("auto_minor_version_upgrade = null", "leaving auto_minor_version_upgrade out means false"),
        ("", "leaving auto_minor_version_upgrade out means false"),
    ],
)
def test_why_an_instance_is_not_upgraded(argument: str, cause: str, tmp_path: Path) -> None:
    analysis = of_terraform(tmp_path, f'resource "aws_dms_replication_instance" "ledger" {{\n  {argument}\n}}\n')
    assert messages(analysis, "DMS80") == [STAYS.format("aws_dms_replication_instance.ledger", cause)]


def test_what_is_written_in_a_template_is_not_upgraded() -> None:
    properties = {"AutoMinorVersionUpgrade": False}
    found = messages(of_template("AWS::DMS::ReplicationInstance", properties), "DMS80")
    assert found == [STAYS.format("Ledger", "AutoMinorVersionUpgrade is false")]


# --- Tags: those of the stack stand in no template --------------------------------------------------------------------


def test_the_tags_of_a_stack_are_mentioned() -> None:
    (found,) = messages(of_template("AWS::DMS::ReplicationInstance", {}), "DMS83")
    wanted = "add one in Tags, such as the team that owns it (tags that the stack is deployed with count too)"
    assert found == f"Ledger has no tag; {wanted}"


def test_terraform_has_no_stack(tmp_path: Path) -> None:
    text = 'provider "aws" {}\nresource "aws_dms_replication_instance" "ledger" {}\n'
    (found,) = messages(of_terraform(tmp_path, text), "DMS83")
    assert found.endswith("such as the team that owns it")
