"""The command line, as a user starts it, and the package as pip installs it."""

import configparser
import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import support

from dms_checks import __version__
from dms_checks.catalogue import RULES
from dms_checks.doctor import CANARY, TEMPLATE, TERRAFORM, interpreter_of
from dms_checks.model import Dialect

HERE = {"PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}
"""Puts the hosts of the environment that runs the tests on PATH."""


def dms_checks(*arguments: str, environment: dict[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
    return support.run(sys.executable, "-m", "dms_checks.cli", *arguments, environment=environment)


def program(folder: Path, name: str, text: str) -> Path:
    """An executable that stands in for a host."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(text)
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def test_version() -> None:
    assert dms_checks("--version").stdout == f"dms-checks {__version__}\n"


def test_no_command_is_a_mistake_with_a_usage_line() -> None:
    done = dms_checks()
    assert done.returncode == 2
    assert done.stderr.startswith("usage: dms-checks")


def test_policies_of_a_checkout() -> None:
    done = dms_checks("policies")
    assert (done.returncode, done.stdout) == (0, f"{support.ROOT / 'policies'}\n")


def test_rules_as_json() -> None:
    listed = json.loads(dms_checks("rules", "--format", "json").stdout)
    assert listed == [
        {
            "id": rule.id,
            "checkov_id": rule.checkov_id,
            "cfn_lint_id": rule.cfn_lint_id if rule.types(Dialect.CLOUDFORMATION) else None,
            "level": rule.level.value,
            "severity": rule.severity.name,
            "name": rule.name,
            "title": rule.title,
            "dialects": [dialect.value for dialect in Dialect if rule.types(dialect)],
            "references": list(rule.references),
        }
        for rule in RULES
    ]


def test_rules_as_table() -> None:
    head, *lines = dms_checks("rules").stdout.splitlines()
    assert head.split() == ["id", "Checkov", "cfn-lint", "level", "severity", "name", "title"]
    assert [line.split(maxsplit=6)[0] for line in lines] == [rule.id for rule in RULES]
    assert [line.split(maxsplit=6)[6] for line in lines] == [rule.title for rule in RULES]


@pytest.mark.skipif(os.name == "nt", reason="a pipe that breaks is a matter of POSIX")
def test_a_reader_that_stops_reading_is_no_error() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "dms_checks.cli", "rules"], cwd=support.ROOT, stdout=writer, stderr=subprocess.PIPE, check=False
    )
    os.close(writer)
    assert done.stderr == b""


def test_command_line_imports_no_host_and_nothing_heavy() -> None:
    heavy = "{'checkov', 'cfnlint', 'tfparse', 'tree_sitter', 'yaml'}"
    code = f"import sys, dms_checks.cli; dms_checks.cli.main(['policies']); sys.exit(bool({heavy} & set(sys.modules)))"
    assert support.run(sys.executable, "-c", code).returncode == 0


# --- doctor -----------------------------------------------------------------------------------------------------------


def test_doctor_sees_the_rules_fire_in_both_hosts() -> None:
    done = dms_checks("doctor", environment=HERE)
    lines = done.stdout.splitlines()
    assert done.returncode == 0, done.stdout + done.stderr
    assert all(line.startswith("ok ") for line in lines)
    fired = [line.partition("our rules fire in ")[2].split(" (")[0] for line in lines if "our rules fire" in line]
    assert [line.split()[0] for line in fired] == ["Checkov", "Checkov", "cfn-lint"]
    assert {line.rpartition(" on ")[2] for line in fired[:2]} == {"Terraform", "CloudFormation"}


def test_doctor_without_any_host(tmp_path: Path) -> None:
    done = dms_checks("doctor", environment={"PATH": str(tmp_path)})
    assert done.returncode == 1
    assert done.stdout.splitlines()[-1].startswith("not ok neither Checkov nor cfn-lint is on PATH: run pip install")


def test_doctor_with_one_host_is_content(tmp_path: Path) -> None:
    (tmp_path / "cfn-lint").symlink_to(support.script("cfn-lint"))
    done = dms_checks("doctor", environment={"PATH": str(tmp_path)})
    assert done.returncode == 0, done.stdout
    assert "ok Checkov is not installed\n" in done.stdout


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("#!/bin/sh\necho '[]'\n", "is not in its report"),
        ("#!/bin/sh\necho 'Boom: no such luck' >&2; exit 1\n", "no such luck"),
        ("#!/bin/sh\necho '{\"results\": 3}'\n", "is not in its report"),
        ("#!/no/such/interpreter\n", "cannot be started"),
    ],
)
def test_doctor_reports_hosts_in_which_nothing_fires(tmp_path: Path, script: str, said: str) -> None:
    for host in ("checkov", "cfn-lint"):
        program(tmp_path, host, script)
    done = dms_checks("doctor", environment={"PATH": os.pathsep.join([str(tmp_path), "/usr/bin", "/bin"])})
    broken = [line for line in done.stdout.splitlines() if line.startswith("not ok")]
    assert done.returncode == 1
    assert {"Checkov" in line for line in broken} == {True, False}
    assert all(said in line and ": run " in line for line in broken), done.stdout
    assert "Traceback" not in done.stdout + done.stderr


FAKE_PYTHON = """#!{python}
import sys
from importlib import metadata

INSTALLED = {installed!r}
BROKEN = {broken!r}

def version(name):
    if name not in INSTALLED:
        raise metadata.PackageNotFoundError(name)
    return INSTALLED[name]

metadata.version = version
metadata.requires = lambda name: ["boto3==1.35.49", "bc-python-hcl2==0.4.3"]
sys.modules["hcl2"] = type(sys)("hcl2")
if not BROKEN:
    sys.modules["hcl2"].START_LINE = "__start_line__"
exec(sys.argv[2])
"""


@pytest.mark.parametrize(
    ("installed", "broken", "repair"),
    [
        ({"bc-python-hcl2": "0.4.3"}, False, []),
        ({"bc-python-hcl2": "0.4.3"}, True, ["install --force-reinstall --no-deps bc-python-hcl2==0.4.3"]),
        (
            {"bc-python-hcl2": "0.4.2", "python-hcl2": "8.1.4"},
            True,
            ["uninstall -y python-hcl2", "install --force-reinstall --no-deps bc-python-hcl2==0.4.3"],
        ),
        (
            {"bc-python-hcl2": "0.4.3", "python-hcl2": "4.3.0"},
            False,
            ["uninstall -y python-hcl2", "install --force-reinstall --no-deps bc-python-hcl2==0.4.3"],
        ),
        ({}, True, ["install --force-reinstall --no-deps bc-python-hcl2==0.4.3"]),
    ],
)
def test_doctor_recognises_a_clobbered_hcl2(tmp_path: Path, installed: dict[str, str], broken: bool, repair: list[str]) -> None:
    """In the interpreter that starts Checkov, which need not be ours."""
    fake = FAKE_PYTHON.format(python=sys.executable, installed=installed, broken=broken)
    python = program(tmp_path, "python3", fake)
    program(tmp_path, "checkov", f"#!{python}\n")
    done = dms_checks("doctor", environment={"PATH": os.pathsep.join([str(tmp_path), "/usr/bin", "/bin"])})
    line = next(line for line in done.stdout.splitlines() if "hcl2" in line)
    assert line.startswith("not ok" if repair else "ok")
    assert line.partition(": run ")[2] == " && ".join(f"{python} -m pip {command}" for command in repair)


@pytest.mark.parametrize(
    ("text", "interpreter"),
    [
        ("#!/opt/tools/bin/python3.12\nimport sys\n", "/opt/tools/bin/python3.12"),
        ("#!/opt/tools/bin/python -sE\n", "/opt/tools/bin/python"),
        ("#!/opt/pypy/bin/pypy3\n", "/opt/pypy/bin/pypy3"),
        ("#!/bin/sh\n'''exec' \"/opt/my tools/bin/python3\" \"$0\" \"$@\"\n' '''\n", "/opt/my tools/bin/python3"),
        ("#!/usr/bin/env bash\nexec checkov\n", sys.executable),
        ("#!/bin/sh\n", sys.executable),
        ("MZ\0", sys.executable),
        ("", sys.executable),
    ],
)
def test_interpreter_of_a_console_script(tmp_path: Path, text: str, interpreter: str) -> None:
    assert interpreter_of(program(tmp_path, "checkov", text)) == interpreter


def test_interpreter_of_what_is_not_there(tmp_path: Path) -> None:
    assert interpreter_of(tmp_path / "checkov") == sys.executable


# --- The package ------------------------------------------------------------------------------------------------------


def test_every_folder_is_packaged() -> None:
    settings = configparser.ConfigParser()
    settings.read(support.ROOT / "setup.cfg")
    named = set(settings["options"]["packages"].split())
    folders = {file.parent.relative_to(support.ROOT) for file in (support.ROOT / "dms_checks").rglob("*.py")}
    assert named == {".".join(folder.parts) for folder in folders} | {"dms_checks.policies"}


def test_extras_ask_for_the_same_hosts() -> None:
    settings = configparser.ConfigParser()
    settings.read(support.ROOT / "setup.cfg")
    extras = {name: set(lines.strip().splitlines()) for name, lines in settings["options.extras_require"].items()}
    hosts = extras["checkov"] | extras["cfn-lint"]
    assert extras["all"] == hosts
    assert extras["test"] >= hosts


def test_nothing_but_the_loader_is_in_the_policies() -> None:
    """Checkov executes and reads whatever else lies there."""
    folder = support.ROOT / "policies"
    assert {path.name for path in folder.iterdir()} - {"__pycache__"} == {"__init__.py", "dms_checks_loader.py"}
    assert (folder / "__init__.py").read_text() == ""


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder into which pip has installed a copy of the package, without its dependencies."""
    copy, target = tmp_path_factory.mktemp("copy"), tmp_path_factory.mktemp("installed")
    for name in ("dms_checks", "policies"):
        shutil.copytree(support.ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(support.ROOT / name, copy)
    options = ("--quiet", "--no-deps", "--no-index", "--no-build-isolation", "--target", str(target))
    done = support.run(sys.executable, "-m", "pip", "install", *options, str(copy), folder=copy)
    assert done.returncode == 0, done.stderr
    return target


def test_installed_package_carries_the_policies(installed: Path, tmp_path: Path) -> None:
    environment = {"PYTHONPATH": str(installed)}
    done = support.run(sys.executable, "-m", "dms_checks.cli", "policies", folder=tmp_path, environment=environment)
    policies = Path(done.stdout.strip())
    assert policies == installed / "dms_checks" / "policies"
    (tmp_path / "main.tf").write_text(TERRAFORM)
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    arguments = ("-d", ".", "--external-checks-dir", str(policies), "--check", CANARY.checkov_id, "--compact", "--quiet")
    done = support.run(support.script("checkov"), *arguments, folder=tmp_path, environment=environment)
    assert done.returncode == 1
    assert done.stdout.count(f"Check: {CANARY.checkov_id}") == 2
