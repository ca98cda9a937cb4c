"""Networks that are left to AWS in ways which fixtures cannot hold: locals, which a plan hides, and what is deployed already."""

import json
from pathlib import Path
from typing import Any

import pytest
import support

from dms_checks.analysis import Analysis, analyse
from dms_checks.catalogue import RULES
from dms_checks.readers.terraform import read_folder
from dms_checks.readers.terraform_plan import read_plan
from dms_checks.rule import Outcome

FAILS, PASSES, UNKNOWN = Outcome.FAILS, Outcome.PASSES, Outcome.UNKNOWN


def outcome(analysis: Analysis, address: str) -> Outcome:
    return analysis.verdict(next(rule for rule in RULES if rule.id == "DMS39"), address).outcome


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ("local.none", FAILS),
        ("concat(local.none, [])", FAILS),
        ('lookup({ prod = ["sg-1"] }, "test", [])', FAILS),
        ("null", FAILS),
        ('["sg-1"]', PASSES),
        ("var.groups", UNKNOWN),
        ("concat(local.none, var.groups)", UNKNOWN),
        ("[for group in var.groups : group]", UNKNOWN),
        ("var.nothing", UNKNOWN),
        ('[""]', UNKNOWN),
        ("data.aws_security_groups.all.ids", PASSES),
    ],
)
def test_security_groups(groups: str, expected: Outcome, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(f"""
variable "groups" {{ default = [] }}
variable "nothing" {{ default = null }}
locals {{ none = [] }}
data "aws_security_groups" "all" {{}}
resource "aws_dms_replication_instance" "ledger" {{
  replication_subnet_group_id = "ledger"
  vpc_security_group_ids      = {groups}
}}
""")
    assert outcome(analyse(read_folder(tmp_path)), "aws_dms_replication_instance.ledger") is expected


def deployed(folder: Path, name: str, after: dict[str, Any]) -> Outcome:
    """The outcome for an instance that the plan updates, with these values in its state."""
    tree = json.loads((support.FIXTURES / "DMS39" / "bad.plan.json").read_text("utf-8"))
    address = f"aws_dms_replication_instance.{name}"
    (change,) = [item["change"] for item in tree["resource_changes"] if item["address"] == address]
    change["actions"], change["before"] = ["update"], change["after"]
    change["after"].update(after)
    change["after_unknown"] = {key: flag for key, flag in change["after_unknown"].items() if key not in after}
    file = folder / "plan.json"
    file.write_text(json.dumps(tree))
    return outcome(analyse(read_plan(file)), address)


def test_what_aws_has_chosen_is_nobodys_decision(tmp_path: Path) -> None:
    chosen = {"replication_subnet_group_id": "default", "vpc_security_group_ids": ["sg-0123456789abcdef0"]}
    assert deployed(tmp_path, "nothing", chosen) is UNKNOWN
