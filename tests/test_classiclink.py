"""ClassicLink in plans of provider 4, which no provider of today makes, and what is switched off or not known."""

import json
from pathlib import Path
from typing import Any

import pytest

from dms_checks.analysis import Analysis, analyse
from dms_checks.catalogue import RULES
from dms_checks.readers.terraform import read_folder
from dms_checks.readers.terraform_plan import read_plan
from dms_checks.rule import Outcome

FAILS, PASSES, UNKNOWN = Outcome.FAILS, Outcome.PASSES, Outcome.UNKNOWN
CONSUMER = "aws_dms_replication_instance.ledger"


def outcome(analysis: Analysis) -> Outcome:
    return analysis.verdict(next(rule for rule in RULES if rule.id == "DMS42"), CONSUMER).outcome


# --- Terraform --------------------------------------------------------------------------------------------------------

PEERING = """
resource "aws_vpc" "other" {{}}
resource "aws_vpc_peering_connection" "ledger" {{
  vpc_id      = aws_vpc.ledger.id
  peer_vpc_id = aws_vpc.other.id
  {}
}}
resource "aws_vpc_peering_connection_accepter" "ledger" {{
  vpc_peering_connection_id = aws_vpc_peering_connection.ledger.id
}}
"""
OPTIONS = """
resource "aws_vpc_peering_connection_options" "ledger" {
  vpc_peering_connection_id = aws_vpc_peering_connection_accepter.ledger.id
  requester {
    allow_classic_link_to_remote_vpc = false
    allow_vpc_to_remote_classic_link = true
  }
}
"""
CASES = [
    ("", "", PASSES),
    ("enable_classiclink = false", "", PASSES),
    ("enable_classiclink = null", "", PASSES),
    ("enable_classiclink = true", "", FAILS),
    ('enable_classiclink = "1"', "", FAILS),
    ("enable_classiclink = var.linked", "", UNKNOWN),
    ("enable_classiclink_dns_support = true", "", FAILS),
    ("", PEERING.format(""), PASSES),
    ("", PEERING.format("requester {\n  allow_classic_link_to_remote_vpc = true\n}"), FAILS),
    ("", PEERING.format("accepter {\n  allow_remote_vpc_dns_resolution = true\n}"), PASSES),
    ("", PEERING.format("accepter {\n  allow_vpc_to_remote_classic_link = var.linked\n}"), UNKNOWN),
    # The second of two settings.
    ("", PEERING.format("") + OPTIONS, FAILS),
]


@pytest.mark.parametrize(("switch", "more", "expected"), CASES)
def test_settings(switch: str, more: str, expected: Outcome, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(f"""
variable "linked" {{}}
resource "aws_vpc" "ledger" {{
  cidr_block = "10.0.0.0/16"
  {switch}
}}
resource "aws_security_group" "ledger" {{
  vpc_id = aws_vpc.ledger.id
}}
resource "aws_dms_replication_instance" "ledger" {{
  vpc_security_group_ids = [aws_security_group.ledger.id]
}}
{more}
""")
    assert outcome(analyse(read_folder(tmp_path))) is expected


# --- Plans of provider 4 ----------------------------------------------------------------------------------------------


def change(
    address: str, expressions: dict[str, Any], unknown: tuple[str, ...], **after: Any
) -> tuple[dict[str, Any], dict[str, Any]]:
    """A resource that a plan creates, and how it is written."""
    type_name, name = address.split(".")
    which = {"address": address, "mode": "managed", "type": type_name, "name": name}
    states = {"actions": ["create"], "before": None, "after": after, "after_unknown": dict.fromkeys(unknown, True)}
    return {**which, "change": states}, {**which, "expressions": expressions}


def plan(linked: bool) -> dict[str, Any]:
    made = [
        change("aws_vpc.ledger", {"enable_classiclink": {"constant_value": linked}}, ("id",), enable_classiclink=linked),
        change(
            "aws_security_group.ledger", {"vpc_id": {"references": ["aws_vpc.ledger.id", "aws_vpc.ledger"]}}, ("id", "vpc_id")
        ),
        change(
            CONSUMER,
            {"vpc_security_group_ids": {"references": ["aws_security_group.ledger.id", "aws_security_group.ledger"]}},
            ("vpc_security_group_ids",),
        ),
    ]
    changes, resources = zip(*made, strict=True)
    return {
        "format_version": "1.0",
        "terraform_version": "1.3.0",
        "planned_values": {"root_module": {}},
        "resource_changes": list(changes),
        "configuration": {"root_module": {"resources": list(resources)}},
    }


@pytest.mark.parametrize(("linked", "expected"), [(True, FAILS), (False, PASSES)])
def test_plans(linked: bool, expected: Outcome, tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(plan(linked)))
    assert outcome(analyse(read_plan(file))) is expected
