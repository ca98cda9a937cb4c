"""Write docs/, the rule table and the pictures in README.md and docs/network.md and examples/profiles/; with --check, say whether they are current.

A page is derived from the rule's own file, so that a rule is described once.
"""

import argparse
import sys
import tempfile
from pathlib import Path

import coverage_page
import profiles
import scenarios
from markdown_table import table as _rows

from dms_checks.catalogue import RETIRED, RULES
from dms_checks.drawings.command import drawing_of
from dms_checks.model import Dialect
from dms_checks.rule import Level, Rule

ROOT = Path(__file__).resolve().parents[1]
PAGES = Path("docs/rules")
COVERAGE = Path("docs/coverage.md")
README = Path("README.md")
RULES_MARKS = ("<!-- rules: written by tools/write_docs.py -->", "<!-- end of rules -->")
DIAGRAM_MARKS = ("<!-- diagram: written by tools/write_docs.py -->", "<!-- end of diagram -->")
DRAWN = Path("examples/insecure/terraform")
NETWORK = Path("docs/network.md")
SCENARIO = "one-vpc-group-reference"
SCENARIO_BROKEN = "acl-of-the-databases-denies-answers"
COMMAND = "python tools/write_docs.py"

LEVELS = {
    Level.ERROR: "error: it fails to deploy, cannot work, or exposes data",
    Level.WARNING: "warning: AWS's security guidance says otherwise",
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing; exit with 1 if a page is not current")
    check = parser.parse_args().check
    wanted = documents()
    stale = [path for path, text in wanted.items() if _read(path) != text]
    surplus = [page.relative_to(ROOT) for page in (ROOT / PAGES).glob("*.md") if page.relative_to(ROOT) not in wanted]
    if check:
        for path in [*stale, *surplus]:
            print(f"{path} is not current; run: {COMMAND}", file=sys.stderr)
        return 1 if stale or surplus else 0
    for path in surplus:
        (ROOT / path).unlink()
    for path in stale:
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(wanted[path], encoding="utf-8", newline="\n")
        print(f"wrote {path}")
    return 0


def documents() -> dict[Path, str]:
    """Every generated text by its path in the repository."""
    pages = {PAGES / f"{rule.id}.md": page(rule) for rule in RULES}
    return {
        **pages,
        PAGES / "README.md": index(),
        COVERAGE: coverage_page.page(),
        README: readme(_read(README)),
        NETWORK: network(_read(NETWORK)),
        **profiles.files(),
    }


def _read(path: Path) -> str:
    file = ROOT / path
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def readme(text: str) -> str:
    """README.md with the present rule table and the present picture, each between its two marks."""
    drawing, _ = drawing_of(ROOT / DRAWN, "mermaid")
    text = _between(RULES_MARKS, table(f"{PAGES.as_posix()}/"), text)
    return _between(DIAGRAM_MARKS, f"```mermaid\n{drawing}```", text)


def network(text: str) -> str:
    """docs/network.md with the present pictures of a scenario, as it works and broken in one way."""
    scenario = scenarios.scenario(scenarios.FOLDER / SCENARIO)
    broken = next(variant for variant in scenario.variants if variant.name == SCENARIO_BROKEN)
    for name, variant in (("working", None), ("broken", broken)):
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / scenarios.SOURCES["cloudformation"]
            file.write_text(scenario.text("cloudformation", variant), encoding="utf-8")
            drawing, _ = drawing_of(file, "mermaid")
        text = _between((f"<!-- diagram: {name} -->", DIAGRAM_MARKS[1]), f"```mermaid\n{drawing}```", text)
    return text


def _between(marks: tuple[str, str], wanted: str, text: str) -> str:
    before, start, rest = text.partition(marks[0])
    _, end, after = rest.partition(marks[1])
    if not (start and end):
        raise SystemExit(f"a page has lost the marks {marks[0]} and {marks[1]}")
    return f"{before}{start}\n{wanted}\n{end}{after}"


def table(folder: str) -> str:
    """The rules, each with a link to its page in ``folder``."""
    rows = (
        (f"[{rule.id}]({folder}{rule.id}.md)", rule.title, f"`{rule.checkov_id}`", cfn_lint_name(rule), rule.severity.name)
        for rule in RULES
    )
    return _rows(("rule", "what is wrong", "Checkov", "cfn-lint", "severity"), rows)


def cfn_lint_name(rule: Rule) -> str:
    """The rule's name in cfn-lint, which has it if the rule speaks CloudFormation."""
    return f"`{rule.cfn_lint_id}`" if rule.types(Dialect.CLOUDFORMATION) else "-"


def index() -> str:
    """The page that lists all pages."""
    retired = [f"* DMS{number:02}: {reason}" for number, reason in sorted(RETIRED.items())]
    sections = [
        "# Rules",
        "Written by `tools/write_docs.py` from the files in `dms_checks/rules`. [What they cover](../coverage.md) of AWS's documentation and controls.",
        table(""),
    ]
    if retired:
        sections += ["## Retired", "\n".join(retired)]
    return "\n\n".join(sections) + "\n"


def page(rule: Rule) -> str:
    """All that a user may want to know of a rule."""
    facts = [
        ("Checkov", f"`{rule.checkov_id}`"),
        ("cfn-lint", cfn_lint_name(rule)),
        ("name", rule.name),
        ("level", LEVELS[rule.level]),
        ("severity", rule.severity.name),
        *((dialect.value, ", ".join(f"`{name}`" for name in rule.types(dialect)) or "not judged") for dialect in Dialect),
    ]
    references = "\n".join(f"* <{reference}>" for reference in rule.references)
    sections = [
        f"# {rule.id}: {rule.title}",
        _rows(("", ""), facts),
        "## Why",
        rule.why.strip(),
        "## What to do",
        rule.fix.strip(),
        "## To accept a finding",
        suppression(rule),
        "## References",
        references,
    ]
    return "\n\n".join(sections) + "\n"


def suppression(rule: Rule) -> str:
    """How to accept a finding in each host, in the template and for a whole run."""
    parts = []
    if terraform := rule.types(Dialect.TERRAFORM):
        parts.append(f"""In Terraform, inside the block:

```hcl
resource "{terraform[0]}" "example" {{
  # checkov:skip={rule.checkov_id}:the reason
}}
```""")
    whole_run = f"`checkov --skip-check {rule.checkov_id}`"
    if cloudformation := rule.types(Dialect.CLOUDFORMATION):
        parts.append(f"""In CloudFormation, for Checkov and for cfn-lint:

```yaml
  Example:
    Type: {cloudformation[0]}
    Metadata:
      checkov:
        skip:
          - id: {rule.checkov_id}
            comment: the reason
      cfn-lint:
        config:
          ignore_checks: [{rule.cfn_lint_id}]
```""")
        whole_run += f", `cfn-lint --ignore-checks {rule.cfn_lint_id}`"
    return "\n\n".join([*parts, f"In a whole run: {whole_run}."])


if __name__ == "__main__":
    sys.exit(main())
