"""What is written about the project is true: pages are current, paths exist, commands find something."""

import os
import re
import shutil
import sys
from pathlib import Path

import profiles
import pytest
import support

from dms_checks.catalogue import RULES
from dms_checks.doctor import CANARY, TEMPLATE, TERRAFORM
from dms_checks.model import Dialect

WRITTEN = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
NOT_PATHS = {
    "alias/aws/dms": "the alias of a KMS key",
    "aws/dms": "the alias of a KMS key",
}
"""What looks like a path and is none, with what it is."""


def text(name: str) -> str:
    return (support.ROOT / name).read_text(encoding="utf-8")


def test_generated_pages_are_current() -> None:
    done = support.run(sys.executable, "tools/write_docs.py", "--check")
    assert done.returncode == 0, done.stderr


def test_pages_that_are_not_current_are_named_with_the_command(tmp_path: Path) -> None:
    for name in ("tools", "docs", "dms_checks", "examples", "tests/fixtures/network/one-vpc-group-reference"):
        shutil.copytree(support.ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "README.md").write_text(text("README.md").replace(CANARY.title, "Another title"), encoding="utf-8")
    (tmp_path / "docs" / "rules" / "DMS99.md").write_text("of a rule that is gone")
    environment = {"PYTHONPATH": str(tmp_path)}
    check = (sys.executable, "tools/write_docs.py", "--check")
    done = support.run(*check, folder=tmp_path, environment=environment)
    assert done.returncode == 1
    assert [line.split()[0] for line in done.stderr.splitlines()] == ["README.md", "docs/rules/DMS99.md"]
    assert all(line.endswith("run: python tools/write_docs.py") for line in done.stderr.splitlines())
    assert support.run(*check[:-1], folder=tmp_path, environment=environment).returncode == 0
    assert support.run(*check, folder=tmp_path, environment=environment).returncode == 0


def test_table_of_the_readme_is_the_catalogue() -> None:
    rows = re.findall(
        r"^\| \[(DMS\d\d)\]\((\S+)\) \| (.+?) \| `(\w+)` \| (`\w+`|-) \| (\w+) \|$", text("README.md"), re.MULTILINE
    )
    assert rows == [
        (
            rule.id,
            f"docs/rules/{rule.id}.md",
            rule.title,
            rule.checkov_id,
            f"`{rule.cfn_lint_id}`" if rule.types(Dialect.CLOUDFORMATION) else "-",
            rule.severity.name,
        )
        for rule in RULES
    ]


def test_readme_skips_what_is_replaced() -> None:
    (listed,) = re.findall(r"`--skip-check (CKV_AWS_\d[^`]*)`", text("README.md"))
    assert listed.split(",") == profiles.replaced()


def test_changelog_names_every_rule() -> None:
    assert {rule.id for rule in RULES} <= set(re.findall(r"DMS\d\d", text("CHANGELOG.md")))


@pytest.mark.parametrize("name", WRITTEN)
def test_paths_exist(name: str) -> None:
    """The targets of links, what looks like a path between backticks, and the first column of an indented list of files."""
    content = text(name)
    links = re.findall(r"\]\((?!https?://)([^)#]+)", content)
    quoted = [item for item in re.findall(r"`([\w.][\w./-]*)`", content) if "/" in item and item not in NOT_PATHS]
    listed = re.findall(r"^ {4}([\w.]+/[\w./]*) {2,}", content, re.MULTILINE)
    assert [path for path in [*links, *quoted, *listed] if not (support.ROOT / path).exists()] == []


# --- The commands of the README ---------------------------------------------------------------------------------------


def commands(start: str) -> list[str]:
    """The shell commands of the README that begin with a word, without their comments."""
    return [
        line.removeprefix("      - run: ").partition("    #")[0].rstrip()
        for line in text("README.md").splitlines()
        if re.match(rf"(      - run: )?{start} -", line)
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder such as a user has, with everything that the commands ask for."""
    (tmp_path / "main.tf").write_text(TERRAFORM)
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    shutil.copy(support.FIXTURES / CANARY.id / "bad.plan.json", tmp_path / "plan.json")
    return tmp_path


def shell(command: str, folder: Path) -> str:
    """What a command prints, with the programs of this environment on PATH."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    done = support.run("sh", "-c", command, folder=folder, environment={"PATH": path})
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout


@pytest.mark.parametrize("command", commands("checkov"))
def test_checkov_commands_find_something(command: str, folder: Path) -> None:
    assert f"Check: {CANARY.checkov_id}" in shell(command, folder)


@pytest.mark.parametrize("command", commands("cfn-lint"))
def test_cfn_lint_commands_find_something(command: str, folder: Path) -> None:
    assert CANARY.cfn_lint_id in shell(command, folder)


def test_there_are_commands() -> None:
    assert len(commands("checkov")) >= 4
    assert len(commands("cfn-lint")) >= 1


def test_configuration_files_find_something(folder: Path) -> None:
    """``.checkov.yaml`` and ``.cfnlintrc`` as the README gives them."""
    blocks = re.findall(r"^```yaml\n(.*?)^```", text("README.md"), re.MULTILINE | re.DOTALL)
    checkov = next(block for block in blocks if block.startswith("external-checks-dir:"))
    (folder / ".checkov.yaml").write_text(re.sub(r"- /.*", f"- {support.ROOT / 'policies'}", checkov))
    (folder / ".cfnlintrc").write_text(next(block for block in blocks if block.startswith("append_rules:")))
    assert f"Check: {CANARY.checkov_id}" in shell("checkov -d .", folder)
    assert CANARY.cfn_lint_id in shell("cfn-lint template.yaml", folder)


def test_finding_of_the_readme_is_the_one_of_the_example() -> None:
    """As printed: Checkov on the insecure half of the examples."""
    printed = re.search(r"^```\n(Check: (CKV_DMS_\d\d): .*?)^```", text("README.md"), re.MULTILINE | re.DOTALL)
    assert printed
    command = (
        f"checkov -d examples/insecure --external-checks-dir policies --framework terraform --check {printed.group(2)} --compact"
    )
    assert printed.group(1) in shell(command, support.ROOT)
