"""What a plan tells of changes, when it tells less than usual; and that no secret of a plan is printed."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import support

from dms_checks.analysis import Analysis, analyse
from dms_checks.catalogue import RULES
from dms_checks.model import Action, Truth
from dms_checks.readers.terraform import Root
from dms_checks.readers.terraform_plan import read_plan
from dms_checks.rule import Outcome

Entry = dict[str, Any]
KEY = "aws_dms_replication_instance.by_arn"
PASSWORD = "aws_dms_endpoint.password"
GROUP = "aws_dms_replication_instance.other_group"


def tree_of(name: str) -> Any:
    return json.loads((support.FIXTURES / name / "bad.plan.json").read_text("utf-8"))


def entry_of(tree: Any, address: str) -> Entry:
    found: Entry = next(entry for entry in tree["resource_changes"] if entry["address"] == address)
    return found


def read(tree: Any, folder: Path) -> Root:
    file = folder / "plan.json"
    file.write_text(json.dumps(tree))
    return read_plan(file)


def outcome(analysis: Analysis, rule: str, address: str) -> Outcome:
    return analysis.verdict(next(item for item in RULES if item.id == rule), address).outcome


# --- variants of the bad plans ----------------------------------------------------------------------------------------


def _unchanged(tree: Any, address: str) -> None:
    entry_of(tree, address)["change"]["actions"] = ["no-op"]


def _updated(tree: Any, address: str) -> None:
    entry_of(tree, address)["change"]["actions"] = ["update"]


def _created(tree: Any, address: str) -> None:
    entry_of(tree, address)["change"].update(actions=["create"], before=None)


def _without_paths(tree: Any, address: str) -> None:
    """As an old Terraform writes it."""
    entry = entry_of(tree, address)
    entry.pop("action_reason", None)
    entry["change"].pop("replace_paths")


def _by_request(tree: Any, address: str) -> None:
    _without_paths(tree, address)
    entry_of(tree, address)["action_reason"] = "replace_by_request"


def _by_whole_block(tree: Any, address: str) -> None:
    entry_of(tree, address)["change"]["replace_paths"] = [["compute_config"]]


def _for_another_cause(tree: Any, address: str) -> None:
    entry_of(tree, address)["change"]["replace_paths"] = [["availability_zone"]]


def _key_unknown(tree: Any, address: str) -> None:
    change = entry_of(tree, address)["change"]
    change["after"].pop("kms_key_arn")
    change["after_unknown"]["kms_key_arn"] = True


def _key_sensitive(tree: Any, address: str) -> None:
    change = entry_of(tree, address)["change"]
    for side in ("before", "after"):
        change[f"{side}_sensitive"] = {**(change[f"{side}_sensitive"] or {}), "kms_key_arn": True}


def _password(**values: object) -> Callable[[Any, str], None]:
    def mutate(tree: Any, address: str) -> None:
        change = entry_of(tree, address)["change"]
        for side, value in values.items():
            if side == "unknown":
                change["after"].pop("password")
                change["after_unknown"]["password"] = value
            else:
                change[side]["password"] = value

    return mutate


def _computed_elsewhere(tree: Any, address: str) -> None:
    """The password comes from a resource that the plan updates, so that it may be the same."""
    tree["resource_changes"].append(
        {
            "address": "terraform_data.password",
            "mode": "managed",
            "type": "terraform_data",
            "change": {"actions": ["update"], "before": {}, "after": {}, "after_unknown": {"output": True}},
        }
    )
    _refer(tree, "terraform_data.password")


def _generated_anew(tree: Any, address: str) -> None:
    tree["resource_changes"].append(
        {
            "address": "random_password.ledger",
            "mode": "managed",
            "type": "random_password",
            "change": {"actions": ["delete", "create"], "before": {}, "after": {}, "after_unknown": {"result": True}},
        }
    )
    _refer(tree, "random_password.ledger")


def _refer(tree: Any, target: str) -> None:
    _password(unknown=True)(tree, PASSWORD)
    module = tree["configuration"]["root_module"]
    block = next(item for item in module["resources"] if item["address"] == PASSWORD)
    block["expressions"]["password"] = {"references": [f"{target}.result", target]}


def _pause(value: object, unknown: bool = False) -> Callable[[Any, str], None]:
    def mutate(tree: Any, address: str) -> None:
        change = entry_of(tree, address)["change"]
        change["after"]["pause_replication_tasks"] = value
        if unknown:
            change["after"].pop("pause_replication_tasks")
            change["after_unknown"]["pause_replication_tasks"] = True
            module = tree["configuration"]["root_module"]
            block = next(item for item in module["resources"] if item["address"] == address)
            block["expressions"]["pause_replication_tasks"] = {"references": ["terraform_data.elsewhere.output"]}

    return mutate


def _task(**values: object) -> Callable[[Any, str], None]:
    def mutate(tree: Any, address: str) -> None:
        change = entry_of(tree, "aws_dms_replication_task.running")["change"]
        for side in ("before", "after"):
            change[side].update(values)

    return mutate


def _task_elsewhere(tree: Any, address: str) -> None:
    """The task comes to this endpoint only by this plan."""
    change = entry_of(tree, "aws_dms_replication_task.running")["change"]
    change["before"]["source_endpoint_arn"] = "arn:aws:dms:us-east-1:111122223333:endpoint:FORMER"


def _options(tree: Any, address: str) -> None:
    """Connection attributes may hold a password."""
    _password(before="same", after="same")(tree, address)
    entry_of(tree, address)["change"]["after"]["extra_connection_attributes"] = "retrieveAll=true"


def _without_task(tree: Any, address: str) -> None:
    tree["resource_changes"] = [item for item in tree["resource_changes"] if "task" not in item["type"]]


def _targeted(tree: Any, address: str) -> None:
    _without_task(tree, address)
    tree["complete"] = False


def _created_first(tree: Any, address: str) -> None:
    entry_of(tree, address)["change"]["actions"] = ["create", "delete"]
    entry_of(tree, "aws_dms_replication_task.by_other_group")["change"]["actions"] = ["update"]


FAILS, PASSES, UNKNOWN = Outcome.FAILS, Outcome.PASSES, Outcome.UNKNOWN
VARIANTS = [
    ("DMS90", KEY, _unchanged, PASSES),
    ("DMS90", KEY, _updated, PASSES),
    ("DMS90", KEY, _created, UNKNOWN),
    ("DMS90", KEY, _without_paths, UNKNOWN),
    ("DMS90", KEY, _by_request, PASSES),
    ("DMS90", KEY, _for_another_cause, PASSES),
    ("DMS90", KEY, _key_unknown, FAILS),
    ("DMS90", KEY, _key_sensitive, FAILS),
    ("DMS90", "aws_dms_replication_config.serverless", _by_whole_block, UNKNOWN),
    ("DMS91", PASSWORD, _unchanged, FAILS),
    ("DMS91", PASSWORD, _created, UNKNOWN),
    ("DMS91", PASSWORD, _password(before="same", after="same"), PASSES),
    ("DMS91", PASSWORD, _password(before="", after=None), PASSES),
    ("DMS91", PASSWORD, _password(before=None), FAILS),
    ("DMS91", PASSWORD, _password(after=None), FAILS),
    ("DMS91", PASSWORD, _password(unknown=True), UNKNOWN),
    ("DMS91", PASSWORD, _computed_elsewhere, UNKNOWN),
    ("DMS91", PASSWORD, _generated_anew, FAILS),
    ("DMS91", PASSWORD, _options, UNKNOWN),
    ("DMS91", PASSWORD, _pause(True), PASSES),
    ("DMS91", PASSWORD, _pause("true"), PASSES),
    ("DMS91", PASSWORD, _pause(False), FAILS),
    ("DMS91", PASSWORD, _pause(None), FAILS),
    ("DMS91", PASSWORD, _pause(None, unknown=True), UNKNOWN),
    ("DMS91", "aws_dms_endpoint.sasl", _pause(True), UNKNOWN),
    ("DMS91", PASSWORD, _task(status="running"), FAILS),
    ("DMS91", PASSWORD, _task(status="starting"), FAILS),
    ("DMS91", PASSWORD, _task(status="STOPPED"), PASSES),
    ("DMS91", PASSWORD, _task(status=None), FAILS),
    ("DMS91", PASSWORD, _task_elsewhere, PASSES),
    ("DMS91", PASSWORD, _without_task, PASSES),
    ("DMS91", PASSWORD, _targeted, UNKNOWN),
    ("DMS92", GROUP, _unchanged, PASSES),
    ("DMS92", GROUP, _created, UNKNOWN),
    ("DMS92", GROUP, _without_paths, FAILS),
    ("DMS92", GROUP, _by_request, FAILS),
    ("DMS92", GROUP, _created_first, PASSES),
    ("DMS92", GROUP, _without_task, PASSES),
    ("DMS92", GROUP, _targeted, UNKNOWN),
]


@pytest.mark.parametrize(("rule", "address", "mutate", "wanted"), VARIANTS)
def test_variants(rule: str, address: str, mutate: Callable[[Any, str], None], wanted: Outcome, tmp_path: Path) -> None:
    tree = tree_of(rule)
    mutate(tree, address)
    assert outcome(analyse(read(tree, tmp_path)), rule, address) is wanted


def test_a_replacement_by_the_key_is_reported_once(tmp_path: Path) -> None:
    tree = tree_of("DMS92")
    entry_of(tree, GROUP)["change"]["replace_paths"].append(["kms_key_arn"])
    found = {finding.rule.id: finding for finding in analyse(read(tree, tmp_path)).findings() if finding.resource == GROUP}
    assert set(found) == {"DMS90"}
    assert "replication_subnet_group_id and kms_key_arn change" in found["DMS90"].message


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("replace_by_request", "since it is asked for with -replace, while"),
        ("replace_because_tainted", "since it is marked as tainted, while"),
        ("replace_by_triggers", "since replace_triggered_by says so, while"),
        ("something_new", "will be replaced, while"),
    ],
)
def test_the_cause_is_named(reason: str, words: str, tmp_path: Path) -> None:
    tree = tree_of("DMS92")
    _without_paths(tree, GROUP)
    entry = entry_of(tree, GROUP)
    entry["action_reason"] = reason
    entry["change"]["after"]["kms_key_arn"] = entry["change"]["before"]["kms_key_arn"]
    (finding,) = (found for found in analyse(read(tree, tmp_path)).findings() if found.resource == GROUP)
    assert words in finding.message


def test_the_order_of_a_password_change_is_told(tmp_path: Path) -> None:
    verdict = analyse(read(tree_of("DMS91"), tmp_path)).verdict(next(item for item in RULES if item.id == "DMS91"), PASSWORD)
    assert verdict.finding is not None
    steps = ("stop the task", "change the password at the database", "modify the endpoint", "resume the task")
    positions = [verdict.finding.message.index(step) for step in steps]
    assert positions == sorted(positions)
    assert "pause_replication_tasks = true" in verdict.finding.message


# --- the model --------------------------------------------------------------------------------------------------------


def test_a_change_holds_no_secret(tmp_path: Path) -> None:
    resource = read(tree_of("DMS91"), tmp_path).resources[PASSWORD]
    assert resource.change is not None
    assert resource.change.action is Action.UPDATE
    assert resource.change.before.get("password").is_unknown
    assert resource.change.before.get("server_name").text == "ledger.example.com"
    assert resource.change.differs(("password",)) is Truth.YES
    assert resource.change.differs(("server_name",)) is Truth.NO


def test_what_goes_is_not_there(tmp_path: Path) -> None:
    """What Terraform deletes, forgets, or could not delete before."""
    tree = tree_of("DMS92")
    for address in ("aws_dms_endpoint.renamed", "aws_dms_endpoint.serverless"):
        entry_of(tree, address)["change"].update(actions=["forget"], after=None)
    resources = read(tree, tmp_path).resources
    assert "aws_dms_endpoint.renamed" not in resources
    change = resources["aws_dms_endpoint.deposed"].change
    assert change is not None
    assert change.action is Action.REPLACE
    assert change.before.get("endpoint_id").text == "deposed"


def test_a_moved_resource_was_there_before(tmp_path: Path) -> None:
    tree = tree_of("DMS91")
    assert entry_of(tree, "aws_dms_endpoint.moved")["previous_address"] == "aws_dms_endpoint.former"
    change = read(tree, tmp_path).resources["aws_dms_endpoint.moved"].change
    assert change is not None
    assert change.action is Action.UPDATE


@pytest.mark.parametrize("actions", [["create", "forget"], ["forget", "create"], ["delete", "create"]])
def test_replacements(actions: list[str], tmp_path: Path) -> None:
    tree = tree_of("DMS90")
    entry_of(tree, KEY)["change"]["actions"] = actions
    change = read(tree, tmp_path).resources[KEY].change
    assert change is not None
    assert change.action is Action.REPLACE
    assert change.creates_first is (actions[0] == "create")


@pytest.mark.parametrize("value", [None, True, 3, "text", [], {}, [[None, {"a": 1}]], {"password": True}])
@pytest.mark.parametrize(
    "name", ["replace_paths", "before", "before_sensitive", "after_sensitive", "after_unknown", "actions", "after"]
)
def test_odd_changes(name: str, value: object, tmp_path: Path) -> None:
    """Whatever stands there, something is said."""
    tree = tree_of("DMS91")
    entry_of(tree, PASSWORD)["change"][name] = value
    root = read(tree, tmp_path)
    assert root.gaps or root.resources
    assert not [finding for finding in analyse(root).findings() if "bug" in finding.message]


# --- secrets ----------------------------------------------------------------------------------------------------------

PLANS = sorted(support.FIXTURES.glob("*/*.plan.json"))
SECRET = "hush-correct-horse"


def _with_secrets(node: Any, marks: Any) -> Any:
    """A copy in which every text that is marked as sensitive is one that is easy to find."""
    if marks is True:
        return f"{SECRET}-{len(node)}" if isinstance(node, str) and node else node
    if isinstance(node, dict) and isinstance(marks, dict):
        return {name: _with_secrets(item, marks.get(name)) for name, item in node.items()}
    if isinstance(node, list) and isinstance(marks, list):
        rest = [None] * (len(node) - len(marks))
        return [_with_secrets(item, mark) for item, mark in zip(node, [*marks, *rest], strict=False)]
    return node


def _secretive(tree: Any) -> Any:
    """A plan in which what is sensitive can be told from everything else."""
    for entry in tree["resource_changes"]:
        change = entry["change"]
        for side in ("before", "after"):
            change[side] = _with_secrets(change.get(side), change.get(f"{side}_sensitive"))
    return tree


@pytest.mark.parametrize("path", PLANS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_no_secret_is_in_a_message(path: Path, tmp_path: Path) -> None:
    root = read(_secretive(json.loads(path.read_text("utf-8"))), tmp_path)
    assert not [finding.message for finding in analyse(root).findings() if SECRET in finding.message]


def test_what_is_sensitive_is_judged_and_not_printed(tmp_path: Path) -> None:
    """Also what only the user calls sensitive."""
    tree = tree_of("DMS90")
    _key_sensitive(tree, KEY)
    former = entry_of(tree, KEY)["change"]["before"]["kms_key_arn"]
    (finding,) = (found for found in analyse(read(tree, tmp_path)).findings() if found.resource == KEY)
    assert "keep the former kms_key_arn" in finding.message
    assert former not in finding.message

    tree = tree_of("DMS10")
    (address, value) = next(
        (entry["address"], entry["change"]["after"]["customer_master_key_spec"])
        for entry in tree["resource_changes"]
        if entry["type"] == "aws_kms_key" and "RSA" in str(entry["change"]["after"].get("customer_master_key_spec"))
    )
    for entry in tree["resource_changes"]:
        if entry["address"] == address:
            entry["change"]["after_sensitive"] = {"customer_master_key_spec": True}
    messages = [finding.message for finding in analyse(read(tree, tmp_path)).findings()]
    assert any("has customer_master_key_spec (sensitive)" in message for message in messages)
    assert not [message for message in messages if value in message]


LAYOUTS: dict[str, dict[str, Any]] = {"one line": {"separators": (",", ":")}, "several lines": {"indent": 2}}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_checkov_prints_no_secret_of_a_plan(layout: str, tmp_path: Path) -> None:
    """Of what fails and of what passes, by the name of the attribute and by the plan's mark."""
    tree = tree_of("DMS91")
    for entry in tree["resource_changes"]:
        if entry["type"] == "aws_dms_endpoint":
            entry["change"]["after_sensitive"]["server_name"] = True
    text = json.dumps(tree, **LAYOUTS[layout])
    for number, public in enumerate(('"given-when-planned"', '"given-before"', '"ledger.example.com"')):
        text = text.replace(public, f'"{SECRET}-{number}"')
    (tmp_path / "tfplan.json").write_text(text)
    reports = support.checkov("-d", str(tmp_path), "--framework", "terraform_plan", "--check", "CKV_DMS_*")
    assert ("DMS91", PASSWORD) in {support.identity(record) for record in support.records(reports)}
    assert ("DMS90", PASSWORD) in {support.identity(record) for record in support.records(reports, "passed_checks")}
    assert SECRET not in json.dumps(reports)
