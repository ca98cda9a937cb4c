"""The documents of tasks: what no fixture shows."""

import json
from pathlib import Path
from typing import Any

import pytest

from dms_checks.analysis import Analysis, analyse
from dms_checks.readers.cloudformation import Template
from dms_checks.readers.terraform_plan import read_plan
from dms_checks.rule import Outcome

COMPONENTS = ("SOURCE_UNLOAD", "SOURCE_CAPTURE", "TARGET_LOAD", "TARGET_APPLY")
LOGGING: dict[str, Any] = {
    "EnableLogging": True,
    "LogComponents": [{"Id": name, "Severity": "LOGGER_SEVERITY_DEFAULT"} for name in COMPONENTS],
}
MAPPINGS = {"rules": [{"rule-type": "selection"}]}
RULES = ("DMS70", "DMS71", "DMS72")


def outcomes(analysis: Analysis) -> dict[str, Outcome]:
    """The verdicts on the one task, by rule; nothing may have failed on the way."""
    verdicts = {rule: verdict.outcome for (rule, _), verdict in analysis.verdicts.items()}
    assert "DMS00" not in verdicts
    return {rule: verdicts[rule] for rule in RULES}


def of_config(settings: Any, mappings: Any = MAPPINGS) -> dict[str, Outcome]:
    """The verdicts on a serverless replication, which takes objects."""
    properties = {"ReplicationSettings": settings, "TableMappings": mappings}
    resources = {"Ledger": {"Type": "AWS::DMS::ReplicationConfig", "Properties": properties}}
    return outcomes(analyse(Template({"Resources": resources}, "template.yaml")))


def test_all_is_well() -> None:
    for settings in ({"Logging": LOGGING}, json.dumps({"Logging": LOGGING})):
        assert set(of_config(settings).values()) == {Outcome.PASSES}


@pytest.mark.parametrize(
    "settings",
    [
        "", 5, True, [], ["Logging"], {"Logging": "on"}, {"Logging": []}, {"Logging": [LOGGING]}, {"Logging": 5}, {"logging": LOGGING},
        {"Logging": {**LOGGING, "EnableLogging": "perhaps"}}, {"Logging": {**LOGGING, "EnableLogging": []}},
        {"Logging": {**LOGGING, "LogComponents": "SOURCE_UNLOAD"}}, {"Logging": {**LOGGING, "LogComponents": list(COMPONENTS)}},
        {"Logging": {**LOGGING, "LogComponents": [{"Id": name} for name in COMPONENTS]}},
        {"Logging": {**LOGGING, "LogComponents": [{"Id": {}, "Severity": []}, 5, None]}},
        "{", "[]", "5", '"{}"', "{'Logging': {}}",
    ],
)  # fmt: skip
def test_odd_settings_are_not_judged(settings: Any) -> None:
    """What AWS DMS makes of them, nobody knows; those that are no object are DMS72's subject."""
    found = of_config(settings)
    assert (found["DMS70"], found["DMS71"]) == (Outcome.UNKNOWN, Outcome.UNKNOWN)


@pytest.mark.parametrize(
    ("settings", "outcome"),
    [
        ({"Logging": {"EnableLogging": True}}, Outcome.UNKNOWN),
        ({"Logging": {"EnableLogging": True, "LogComponents": []}}, Outcome.FAILS),
        ({"Logging": {"EnableLogging": True, "LogComponents": None}}, Outcome.UNKNOWN),
        ({"Logging": {"EnableLogging": False}}, Outcome.FAILS),
        ({"Logging": {"LogComponents": None}}, Outcome.FAILS),
        ({"Logging": None}, Outcome.FAILS),
        ({}, Outcome.FAILS),
        (None, Outcome.FAILS),
        ({"Logging": {**LOGGING, "LogComponents": LOGGING["LogComponents"][:2]}}, Outcome.PASSES),
        ({"Logging": {**LOGGING, "EnableLogging": "false"}}, Outcome.FAILS),
    ],
)
def test_source_logging(settings: Any, outcome: Outcome) -> None:
    assert of_config(settings)["DMS70"] is outcome


LISTED = "list SOURCE_CAPTURE and SOURCE_UNLOAD in Logging.LogComponents with the Severity LOGGER_SEVERITY_DEFAULT"
SWITCHED = "set Logging.EnableLogging to true"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (None, f"it has no ReplicationSettings; {SWITCHED} and {LISTED}"),
        ({"Logging": {"EnableLogging": False}}, f"its ReplicationSettings do not turn logging on; {SWITCHED} and {LISTED}"),
        ({"Logging": {**LOGGING, "EnableLogging": False}}, f"its ReplicationSettings do not turn logging on; {SWITCHED}"),
        (
            {"Logging": {**LOGGING, "LogComponents": []}},
            f"its ReplicationSettings leave out SOURCE_CAPTURE and SOURCE_UNLOAD; {LISTED}",
        ),
        (
            {"Logging": {**LOGGING, "LogComponents": LOGGING["LogComponents"][:1]}},
            f"its ReplicationSettings leave out SOURCE_CAPTURE; {LISTED.replace(' and SOURCE_UNLOAD', '')}",
        ),
    ],
)
def test_the_message_asks_for_what_is_missing(settings: Any, message: str) -> None:
    properties = {"ReplicationSettings": settings, "TableMappings": MAPPINGS}
    template = Template(
        {"Resources": {"Ledger": {"Type": "AWS::DMS::ReplicationConfig", "Properties": properties}}}, "template.yaml"
    )
    messages = [finding.message for finding in analyse(template).findings() if finding.rule.id == "DMS70"]
    assert messages == [f"Ledger does not log the source database, {message}"]


@pytest.mark.parametrize(
    ("mappings", "outcome"),
    [
        ({"rules": {}}, Outcome.UNKNOWN),
        ({"rules": "all"}, Outcome.UNKNOWN),
        ({"Rules": []}, Outcome.UNKNOWN),
        ({"rules": ["selection"]}, Outcome.UNKNOWN),
        ({"rules": [{"rule-type": ""}]}, Outcome.UNKNOWN),
        ({"rules": [{}]}, Outcome.FAILS),
        ({"rules": [{"rule-type": "table-settings"}]}, Outcome.FAILS),
        ({"rules": [{"rule-type": "table-settings"}, {"rule-type": "SELECTION"}]}, Outcome.PASSES),
        ([], Outcome.FAILS),
        (0, Outcome.FAILS),
        ("", Outcome.UNKNOWN),
    ],
)
def test_table_mappings(mappings: Any, outcome: Outcome) -> None:
    assert of_config({"Logging": LOGGING}, mappings)["DMS72"] is outcome


def of_plan(folder: Path, actions: list[str]) -> dict[str, Outcome]:
    """The verdicts on a task of a plan, with the settings as AWS reports them."""
    settings = {"Logging": {**LOGGING, "CloudWatchLogGroup": "dms-tasks-ledger", "CloudWatchLogStream": "dms-task-LEDGER"}}
    after = {"replication_task_settings": json.dumps(settings), "table_mappings": json.dumps(MAPPINGS)}
    change = {
        "address": "aws_dms_replication_task.ledger",
        "type": "aws_dms_replication_task",
        "change": {"actions": actions, "after": after, "after_unknown": {}},
    }
    path = folder / "plan.json"
    path.write_text(json.dumps({"format_version": "1.2", "resource_changes": [change]}))
    return outcomes(analyse(read_plan(path)))


@pytest.mark.parametrize("actions", [["no-op"], ["update"]])
def test_what_aws_reports_is_not_what_was_written(actions: list[str], tmp_path: Path) -> None:
    """The provider keeps the names of the log group and the log stream in the state, and the plan shows them."""
    assert set(of_plan(tmp_path, actions).values()) == {Outcome.PASSES}


@pytest.mark.parametrize("actions", [["create"], ["delete", "create"], ["create", "delete"]])
def test_what_is_created_takes_no_log_group(actions: list[str], tmp_path: Path) -> None:
    assert of_plan(tmp_path, actions)["DMS72"] is Outcome.FAILS
