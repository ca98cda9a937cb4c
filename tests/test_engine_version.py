"""Which engine versions are retired."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import support

from dms_checks.analysis import analyse
from dms_checks.engine_versions import ADVISED, ENDS, RETIRED
from dms_checks.engines import READ
from dms_checks.readers.cloudformation import Template
from dms_checks.rule import Outcome


def outcome(version: Any) -> Outcome:
    properties = {} if version is None else {"EngineVersion": version}
    resources = {"Ledger": {"Type": "AWS::DMS::ReplicationInstance", "Properties": properties}}
    return analyse(Template({"Resources": resources}, "template.yaml")).verdicts["DMS82", "Ledger"].outcome


@pytest.mark.parametrize("version", ["3.4.7", "3.4.6", "3.5.3", "3.6.0", "3.4.0", "2.4.4", "3.4", "3.3", "2", " 3.4.7 "])
def test_retired(version: str) -> None:
    assert outcome(version) is Outcome.FAILS


@pytest.mark.parametrize("version", ["3.5.4", "3.6.1", "3.6.2", "3.7.0", "3.10.0", "4", None])
def test_supported(version: str | None) -> None:
    assert outcome(version) is Outcome.PASSES


@pytest.mark.parametrize(
    "version", ["3.5", "3.6", "3", "3.5.0", "3.5.4.1", "latest", "3.5.x", "3.", "", 3.4, 3.1, [], {}, True, "9" * 5000]
)
def test_what_cannot_be_told(version: Any) -> None:
    """Versions between those of the table, beginnings of versions, numbers of YAML, and what is no version."""
    assert outcome(version) is Outcome.UNKNOWN


def test_the_table() -> None:
    """Its dates are dates, and what the message advises is supported."""
    assert all(date.fromisoformat(end) for end in ENDS.values() if end)
    assert date.fromisoformat(READ)
    assert outcome(ADVISED) is Outcome.PASSES
    assert min(ENDS) in RETIRED


def test_what_dms33_advises_is_not_what_dms82_finds(tmp_path: Path) -> None:
    findings = support.analysed(
        support.stage(next(item for item in support.fixtures() if item.name == "DMS33/bad.tf"), tmp_path)
    ).findings()
    messages = [finding.message for finding in findings if finding.rule.id == "DMS33"]
    assert messages
    assert all(f"set engine_version to {ADVISED} to state" in message for message in messages)
