"""Plans of what is deployed already: they also show what AWS has chosen, and that is no one's decision."""

import json
from pathlib import Path
from typing import Any

import pytest
import support

PLAN = support.FIXTURES / "DMS84" / "good.plan.json"


def found(folder: Path, address: str, after: dict[str, Any]) -> set[str]:
    """The rules with a finding on a resource that the plan updates, with these values in its state."""
    tree = json.loads(PLAN.read_text("utf-8"))
    (change,) = [item["change"] for item in tree["resource_changes"] if item["address"] == address]
    change["actions"], change["before"] = ["update"], change["after"]
    change["after"].update(after)
    change["after_unknown"] = {name: flag for name, flag in change["after_unknown"].items() if name not in after}
    file = folder / "plan.json"
    file.write_text(json.dumps(tree))
    return {rule for rule, resource in support.found_by_library(file) if resource == address}


@pytest.mark.parametrize("name", ["no_zone", "null", "no_zone_by_variable"])
def test_a_zone_that_aws_has_chosen(name: str, tmp_path: Path) -> None:
    assert not found(tmp_path, f"aws_dms_replication_instance.{name}", {"availability_zone": "us-east-1b"})


def test_a_standby_for_an_instance_with_a_zone(tmp_path: Path) -> None:
    address = "aws_dms_replication_config.serverless_zone"
    compute = {
        "kms_key_id": "arn:aws:kms:us-east-1:111122223333:key/1",
        "multi_az": True,
        "availability_zone": "us-east-1a",
        "replication_subnet_group_id": "ledger",
        "vpc_security_group_ids": ["sg-0123456789abcdef0"],
    }
    assert found(tmp_path, address, {"compute_config": [compute]}) == {"DMS84"}


def test_what_is_true_of_the_instance_counts_whoever_decided_it(tmp_path: Path) -> None:
    address = "aws_dms_replication_instance.no_zone"
    after = {"publicly_accessible": True, "auto_minor_version_upgrade": False, "multi_az": False}
    assert found(tmp_path, address, after) == {"DMS35", "DMS80", "DMS81"}
