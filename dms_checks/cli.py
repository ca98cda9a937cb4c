"""The command line: where the policies for Checkov are, which rules there are, whether the installation works, and a migration as a picture.

Imports no host, so that it answers at once and says what is wrong when a host does not start.
"""

import argparse
import io
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import dms_checks
from dms_checks import doctor
from dms_checks.catalogue import RULES
from dms_checks.model import Dialect
from dms_checks.rule import Rule

PACKAGE = Path(__file__).resolve().parent
PLACES = (PACKAGE / "policies", PACKAGE.parent / "policies")
"""An installed package carries the policies; in a checkout they stand beside it."""

COLUMNS = {
    "id": "id",
    "checkov_id": "Checkov",
    "cfn_lint_id": "cfn-lint",
    "level": "level",
    "severity": "severity",
    "name": "name",
    "title": "title",
}
"""What the table shows, and its heads; JSON has the references too."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    chosen = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = chosen.command
    try:
        code = command(chosen)
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has seen enough (| head). Python flushes once more at exit, which must not fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dms-checks", description="Rules for AWS DMS, run by Checkov and cfn-lint.")
    parser.add_argument("--version", action="version", version=f"dms-checks {dms_checks.__version__}")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    policies = commands.add_parser("policies", help="print the folder for checkov --external-checks-dir")
    policies.set_defaults(command=_policies)

    rules = commands.add_parser("rules", help="list the rules")
    rules.add_argument("--format", choices=("table", "json"), default="table", help="table (default) or json")
    rules.set_defaults(command=_rules)

    check = commands.add_parser("doctor", help="see whether the rules load and fire in the Checkov and cfn-lint on PATH")
    check.set_defaults(command=_doctor)

    diagram = commands.add_parser("diagram", help="draw which endpoints a migration reaches, and what blocks the others")
    diagram.add_argument(
        "path", metavar="PATH", type=Path, help="a folder of Terraform files, a plan in JSON, or a CloudFormation template"
    )
    diagram.add_argument("--format", choices=("mermaid", "svg"), default="mermaid", help="mermaid (default) or svg")
    diagram.add_argument("--output", metavar="FILE", type=Path, help="where to write it; standard output without")
    diagram.set_defaults(command=_diagram)
    return parser


def policies_folder() -> Path:
    """The folder for Checkov."""
    return next((place for place in PLACES if place.is_dir()), PLACES[0])


def _policies(_: argparse.Namespace) -> int:
    folder = policies_folder()
    if not folder.is_dir():
        print(f"dms-checks: {folder} is missing; install dms-checks again", file=sys.stderr)
        return 1
    print(folder)
    return 0


def _rules(chosen: argparse.Namespace) -> int:
    described = [describe(rule) for rule in RULES]
    print(json.dumps(described, indent=2) if chosen.format == "json" else _table(described))
    return 0


def describe(rule: Rule) -> dict[str, Any]:
    """What other programs may want to know of a rule."""
    return {
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


def _table(described: list[dict[str, Any]]) -> str:
    rows = [list(COLUMNS.values()), *([str(rule[name] or "-") for name in COLUMNS] for rule in described)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def _doctor(_: argparse.Namespace) -> int:
    healthy = True
    for result in doctor.examination(policies_folder()):
        # Each host takes seconds: show what is known already.
        print(result, flush=True)
        healthy = healthy and result.healthy
    return 0 if healthy else 1


def _diagram(chosen: argparse.Namespace) -> int:
    # The other commands do without readers and networks, and start faster.
    from dms_checks.drawings.command import CannotDraw, drawing_of

    try:
        text, notes = drawing_of(chosen.path, chosen.format)
        _write(text, chosen.output)
    except CannotDraw as error:
        print(f"dms-checks: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        if chosen.output is None or isinstance(error, BrokenPipeError):
            raise
        print(f"dms-checks: {chosen.output} cannot be written: {error.strerror}", file=sys.stderr)
        return 2
    for note in notes:
        print(f"dms-checks: {note}", file=sys.stderr)
    return 0


def _write(text: str, file: Path | None) -> None:
    """Write a drawing to a file, or to standard output: in UTF-8, which Mermaid and SVG are read as."""
    if file is not None:
        file.write_text(text, encoding="utf-8", newline="\n")
        return
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    sys.stdout.write(text)


if __name__ == "__main__":
    sys.exit(main())
