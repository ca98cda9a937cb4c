"""The configuration files of examples/profiles, copied beside the insecure example and used as a user would."""

import json
import shutil
from pathlib import Path
from typing import Any

import coverage_table
import profiles
import pytest
import support
import yaml

from dms_checks.catalogue import RULES
from dms_checks.model import Dialect
from dms_checks.rule import Level, Rule

EXAMPLE = support.ROOT / "examples" / "insecure"
NAMES = ("everything", "errors-only", "security-hub")
EACH_PROFILE = pytest.mark.parametrize("name", NAMES)


def chosen(name: str) -> list[Rule]:
    """The rules that a profile leaves on."""
    controls = {rule for control in coverage_table.SECURITY_HUB_CONTROLS for rule in control.rules}
    return {
        "everything": list(RULES),
        "errors-only": [rule for rule in RULES if rule.level is Level.ERROR],
        "security-hub": [rule for rule in RULES if rule.id in {"DMS00", *controls}],
    }[name]


def wanted(name: str, path: Path) -> set[str]:
    """Of what the library finds, what a profile shows."""
    return {rule for rule, _ in support.found_by_library(path)} & {rule.id for rule in chosen(name)}


@pytest.fixture
def example(name: str, tmp_path: Path) -> Path:
    """The insecure example with the files of a profile in it."""
    folder = tmp_path / "repository"
    shutil.copytree(EXAMPLE, folder)
    for file in (support.ROOT / profiles.FOLDER / name).iterdir():
        shutil.copy(file, folder)
    return folder


def test_profiles_are_those() -> None:
    folder = support.ROOT / profiles.FOLDER
    assert {path.relative_to(support.ROOT) for path in folder.rglob("*") if path.is_file()} == set(profiles.files())
    assert sorted(path.name for path in folder.iterdir()) == sorted(NAMES)


@EACH_PROFILE
def test_checkov(name: str, example: Path) -> None:
    reports = support.checkov("-d", ".", "--framework", "terraform", "cloudformation", folder=example)
    found = {report["check_type"]: {item["check_id"] for item in support.records([report])} for report in reports}
    paths = {"terraform": EXAMPLE / "terraform" / "main.tf", "cloudformation": EXAMPLE / "cloudformation.yaml"}
    names = {rule.id: rule.checkov_id for rule in RULES}
    assert found == {framework: {names[rule] for rule in wanted(name, path)} for framework, path in paths.items()}
    theirs = _ran(reports) - {rule.checkov_id for rule in RULES}
    assert bool(theirs) is (name != "security-hub")
    assert not theirs & set(profiles.replaced()) or name != "everything"


def _ran(reports: list[dict[str, Any]]) -> set[str]:
    outcomes = ("failed_checks", "passed_checks")
    return {record["check_id"] for report in reports for outcome in outcomes for record in report["results"][outcome]}


@EACH_PROFILE
def test_cfn_lint(name: str, example: Path) -> None:
    done = support.run(support.script("cfn-lint"), "cloudformation.yaml", "--format", "json", folder=example)
    found = {match["Rule"]["Id"] for match in json.loads(done.stdout)}
    names = {rule.id: rule.cfn_lint_id for rule in RULES}
    assert {rule for rule in found if rule[1:3] == "97"} == {
        names[rule] for rule in wanted(name, EXAMPLE / "cloudformation.yaml")
    }


@EACH_PROFILE
def test_cfn_lint_still_says_what_it_cannot_read(name: str, example: Path) -> None:
    (example / "broken.yaml").write_text("Resources: {A: [")
    done = support.run(support.script("cfn-lint"), "broken.yaml", folder=example)
    assert "E0000" in done.stdout


@EACH_PROFILE
def test_ids_exist(name: str) -> None:
    folder = support.ROOT / profiles.FOLDER / name
    checkov = yaml.safe_load((folder / ".checkov.yaml").read_text("utf-8")) or {}
    ours = {item for items in checkov.values() for item in items if item.startswith("CKV_DMS_")}
    assert ours <= {rule.checkov_id for rule in RULES}
    rules = yaml.safe_load((folder / ".cfnlintrc").read_text("utf-8"))
    speaking = {rule.cfn_lint_id for rule in RULES if rule.types(Dialect.CLOUDFORMATION)}
    assert set(rules.get("mandatory_checks", [])) <= speaking
