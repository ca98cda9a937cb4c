"""examples/profiles: configuration files for the hosts, to be copied, each of which chooses some of the rules."""

from collections.abc import Iterable
from pathlib import Path

import coverage_table as data

from dms_checks.catalogue import NOT_EVALUATED, RULES
from dms_checks.model import Dialect
from dms_checks.rule import Level, Rule

FOLDER = Path("examples/profiles")

HEAD = """\
# {about}
# Written by tools/write_docs.py. Copy it into the folder in which {host} is started{hint}
"""
HINT = ', and run\n#   checkov -d . --external-checks-dir "$(dms-checks policies)"'

OTHER_ERRORS = tuple(f"E{digit}" for digit in range(1, 10))
"""All errors of cfn-lint but those that say that a template could not be read (E0): ignoring "E" ignores them too."""


def files() -> dict[Path, str]:
    """The text of each file by its path in the repository."""
    return {
        FOLDER / "everything" / ".checkov.yaml": _checkov(
            "All rules of dms-checks beside Checkov's own, without those of its own that ours replace.",
            {"skip-check": replaced()},
        ),
        FOLDER / "everything" / ".cfnlintrc": _cfn_lint("All rules of dms-checks beside cfn-lint's own.", {}),
        FOLDER / "errors-only" / ".checkov.yaml": _checkov(
            "Of dms-checks the errors only: what fails to deploy, cannot work, or exposes data. Checkov's own checks stay.",
            {"skip-check": [rule.checkov_id for rule in RULES if rule.level is Level.WARNING]},
        ),
        FOLDER / "errors-only" / ".cfnlintrc": _cfn_lint(
            "Of dms-checks the errors only: what fails to deploy, cannot work, or exposes data. cfn-lint's own rules stay.",
            {"ignore_checks": ["W97"]},
        ),
        FOLDER / "security-hub" / ".checkov.yaml": _checkov(
            "Nothing but what AWS Security Hub will ask of AWS DMS, and what could not be evaluated.",
            {"check": [rule.checkov_id for rule in security_hub()]},
        ),
        FOLDER / "security-hub" / ".cfnlintrc": _cfn_lint(
            "Nothing but what AWS Security Hub will ask of AWS DMS, and what could not be read or evaluated.",
            {
                "ignore_checks": [*OTHER_ERRORS, "W"],
                "mandatory_checks": [rule.cfn_lint_id for rule in security_hub() if rule.types(Dialect.CLOUDFORMATION)],
            },
        ),
    }


def security_hub() -> list[Rule]:
    """The rules that answer a control, and the one that says that something was not looked at."""
    named = {name for control in data.SECURITY_HUB_CONTROLS for name in control.rules}
    return [rule for rule in RULES if rule is NOT_EVALUATED or rule.id in named]


def replaced() -> list[str]:
    """The checks of Checkov that can be left out: each question of theirs is answered by a rule that is there."""
    judged = {rule.id for rule in RULES}
    checks = next(tool.checks for tool in data.TOOLS if tool.name == "Checkov")
    return [check.id for check in checks if check.replaced and judged.issuperset(check.rules)]


def _checkov(about: str, lists: dict[str, list[str]]) -> str:
    return _file(HEAD.format(about=about, host="Checkov", hint=HINT), lists)


def _cfn_lint(about: str, lists: dict[str, list[str]]) -> str:
    return _file(HEAD.format(about=about, host="cfn-lint", hint="."), {"append_rules": ["dms_checks.cfn_lint"], **lists})


def _file(head: str, lists: dict[str, list[str]]) -> str:
    return head + "".join(f"{key}:\n{_items(values)}" for key, values in lists.items() if values)


def _items(values: Iterable[str]) -> str:
    return "".join(f"  - {value}\n" for value in values)
