"""What the tests share: fixtures with their expectations, and the doors through which they are run."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dms_checks.analysis import Analysis, analyse
from dms_checks.deployment import Source
from dms_checks.readers.cloudformation_file import read_template
from dms_checks.readers.terraform import read_folder
from dms_checks.readers.terraform_plan import read_plan
from dms_checks.rule import Finding

ROOT = Path(__file__).resolve().parents[1]
FIXTURES = ROOT / "tests" / "fixtures"
QUIET = {
    "BC_SKIP_MAPPING": "TRUE",
    "CKV_SKIP_PACKAGE_UPDATE_CHECK": "TRUE",
    "LOG_LEVEL": "ERROR",
    "PYTHONPATH": str(ROOT),
}
"""Keeps Checkov off the network."""

PLAN_ONLY = {
    "DMS90": "a replacement stands in a plan only",
    "DMS91": "that a password changes, only a plan tells",
    "DMS92": "a replacement stands in a plan only",
}
"""The rules that nothing but a plan violates, and why."""

_WANT = re.compile(r"#\s*want\s+(DMS\d\d(?:\s+DMS\d\d)*)\s*$")
_TERRAFORM_BLOCK = re.compile(r'^\s*resource\s+"([^"]+)"\s+"([^"]+)"')
_LOGICAL_ID = re.compile(r"^\s+(\w+):")

Findings = set[tuple[str, str]]
"""Pairs of rule id and resource: ``type.name`` without instance keys, or a logical id."""


@dataclass(frozen=True, slots=True)
class Fixture:
    """One file of ``tests/fixtures``, and the findings that its ``# want`` comments ask for."""

    path: Path
    wanted: frozenset[tuple[str, str]]

    @property
    def name(self) -> str:
        return self.path.relative_to(FIXTURES).as_posix()

    @property
    def door(self) -> str:
        """The framework that reads the file."""
        if self.path.name.endswith(".plan.json"):
            return "terraform_plan"
        return "terraform" if self.path.suffix == ".tf" else "cloudformation"


def fixtures() -> list[Fixture]:
    """All fixtures of single rules. A plan wants what the Terraform file beside it wants, and what only plans tell of."""
    files = sorted(path for path in FIXTURES.glob("DMS*/*") if path.name.endswith((".tf", ".template", ".plan.json")))
    return [Fixture(path, frozenset(_wanted_of(path))) for path in files]


def _wanted_of(path: Path) -> Findings:
    found = wanted_in(_source(path))
    return found if path.name.endswith(".plan.json") else {(rule, address) for rule, address in found if rule not in PLAN_ONLY}


def _source(path: Path) -> Path:
    return path.with_name(path.name.replace(".plan.json", ".tf"))


def wanted_in(path: Path) -> Findings:
    """The findings that a file asks for. Raises AssertionError where a comment stands on no resource."""
    wanted: Findings = set()
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        found = _WANT.search(line)
        if not found:
            continue
        block = (_TERRAFORM_BLOCK if path.suffix == ".tf" else _LOGICAL_ID).match(line)
        assert block, f"{path}:{number}: the expectation stands on no resource"
        wanted |= {(rule, ".".join(block.groups())) for rule in found.group(1).split()}
    return wanted


def without_keys(address: str) -> str:
    """``module.a["x"].aws_kms_key.k[0]`` → ``module.a.aws_kms_key.k``."""
    return re.sub(r"\[(?:\"[^\"]*\"|\d+)\]", "", address)


def stage(fixture: Fixture, folder: Path) -> Path:
    """Copy a fixture to a place of its own: all Terraform files of a folder are one root module."""
    target = folder / fixture.name.replace("/", "-").replace(".", "-") / fixture.path.name
    target.parent.mkdir(parents=True)
    shutil.copy(fixture.path, target)
    return target


def analysed(path: Path) -> Analysis:
    """The library's analysis of a file, by its kind."""
    if path.suffix == ".tf":
        return analyse(read_folder(path.parent))
    if path.name.endswith("plan.json"):
        return analyse(read_plan(path))
    return analyse(read_template(path))


FOLLOWING = ("DMS00", "DMS10", "DMS11", "DMS20", "DMS30", "DMS33")
"""The rules with which the tests of the readers look how values are followed."""


def followed(source: Source) -> list[Finding]:
    """What those rules find."""
    return [finding for finding in analyse(source).findings() if finding.rule.id in FOLLOWING]


def found_by_library(path: Path) -> Findings:
    return {(finding.rule.id, without_keys(finding.resource)) for finding in analysed(path).findings()}


def run(*command: str, folder: Path = ROOT, environment: dict[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
    """Run a command as a user would; what it prints is kept."""
    variables = {**os.environ, **QUIET, **(environment or {})}
    return subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, timeout=600, check=False)


def script(name: str) -> str:
    """A console script of the environment that runs the tests."""
    return str(Path(sys.executable).with_name(name))


def checkov(*arguments: str, folder: Path = ROOT, environment: dict[str, str] | None = None) -> list[dict[str, Any]]:
    """The reports of a Checkov run with our checks, one per framework."""
    done = run(
        script("checkov"),
        *arguments,
        *("--external-checks-dir", str(ROOT / "policies"), "--output", "json"),
        folder=folder,
        environment=environment,
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    reports = json.loads(done.stdout)
    reports = reports if isinstance(reports, list) else [reports]
    return [report for report in reports if "results" in report]


def records(reports: list[dict[str, Any]], outcome: str = "failed_checks") -> list[dict[str, Any]]:
    """The records of ours with one outcome."""
    return [record for report in reports for record in report["results"][outcome] if record["check_id"].startswith("CKV_DMS_")]


def identity(record: dict[str, Any]) -> tuple[str, str]:
    """Rule and resource of a Checkov record, as the fixtures name them."""
    resource = record["resource"]
    rule = record["check_id"].replace("CKV_", "").replace("_", "")
    return rule, resource.rpartition(".")[2] if resource.startswith("AWS::") else without_keys(resource)


def cfn_lint(*arguments: str, folder: Path = ROOT) -> list[dict[str, Any]]:
    """The matches of a cfn-lint run with our rules."""
    done = run(script("cfn-lint"), *arguments, "-a", "dms_checks.cfn_lint", "--format", "json", folder=folder)
    assert done.returncode & ~14 == 0, done.stdout + done.stderr
    matches: list[dict[str, Any]] = json.loads(done.stdout)
    return matches


def found_by_checkov(folder: Path) -> dict[str, Findings]:
    """What one Checkov run over all files of a folder finds, by file."""
    frameworks = ("terraform", "terraform_plan", "cloudformation")
    found: dict[str, Findings] = defaultdict(set)
    for record in records(checkov("-d", str(folder), "--framework", *frameworks, "--check", "CKV_DMS_*")):
        found[record["file_abs_path"]].add(identity(record))
    return found


def found_by_cfn_lint(templates: Iterable[Path]) -> dict[str, Findings]:
    """What one cfn-lint run over some templates finds with our rules, by file."""
    found: dict[str, Findings] = defaultdict(set)
    for match in cfn_lint("-t", *map(str, templates)):
        if match["Rule"]["Id"][1:].startswith("97"):
            found[match["Filename"]].add((f"DMS{match['Rule']['Id'][3:]}", match["Location"]["Path"][1]))
    return found


def paths_in(node: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of everything in a tree of dictionaries and lists, the root's first."""
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(below for key, child in children for below in paths_in(child, (*path, key)))]


def mutate(tree: Any, path: tuple[Any, ...], value: object) -> None:
    """Put a value at a path of a tree."""
    parent = tree
    for step in path[:-1]:
        parent = parent[step]
    parent[path[-1]] = value
