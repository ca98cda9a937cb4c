"""The table behind docs/coverage.md: every demand has its row, every rule its demand, and no id is made up."""

import re

import coverage_table as data
import pytest
import support

from dms_checks.catalogue import RETIRED, RULES

JUDGED = {rule.id for rule in RULES}
STATEMENTS = [statement for section in data.SECTIONS for statement in section.statements]
CHECKS = [(tool, check) for tool in data.TOOLS for check in tool.checks]


def named() -> set[str]:
    """Every id in the table."""
    rows: list[data.Statement | data.Control | data.OtherControl | data.Further | data.BuiltIn] = [*STATEMENTS]
    rows += [*data.SECURITY_HUB_CONTROLS, *data.OTHER_CONTROLS, *data.FURTHER, *(check for _, check in CHECKS)]
    return {item for row in rows for item in row.rules}


def test_ids_are_rules_or_planned() -> None:
    assert named() <= JUDGED | data.PLANNED
    assert not data.PLANNED & JUDGED, "these are there: take them out of the ids without a rule"
    assert not data.PLANNED & {f"DMS{number:02}" for number in RETIRED}
    assert named() >= data.PLANNED, "nothing is planned without a demand"


def test_every_rule_answers_something() -> None:
    assert JUDGED - data.UNCOVERED.keys() <= named()
    assert data.UNCOVERED.keys() <= JUDGED - named()
    assert all(data.UNCOVERED.values())


def test_every_statement_and_control_has_one_row() -> None:
    assert [statement.number for statement in STATEMENTS] == list(range(1, 52))
    assert [control.id for control in data.SECURITY_HUB_CONTROLS] == [f"DMS.{number}" for number in range(1, 14)]
    assert all(control.rules for control in data.SECURITY_HUB_CONTROLS)
    assert len({control.id for control in data.OTHER_CONTROLS}) == len(data.OTHER_CONTROLS)
    assert len({(tool.name, check.id) for tool, check in CHECKS}) == len(CHECKS)


def test_what_no_rule_answers_has_a_reason() -> None:
    assert all(row.rules or row.note for row in STATEMENTS)
    assert all(row.rules or row.note for row in data.OTHER_CONTROLS)
    assert all(check.rules and check.gap for _, check in CHECKS)


def test_every_row_has_a_source() -> None:
    pages = [
        *(item.page for item in data.OTHER_CONTROLS),
        *(item.page for item in data.FURTHER),
        *(tool.page for tool in data.TOOLS),
    ]
    assert all(page.startswith("https://") for page in pages)
    assert {section.anchor for section in data.SECTIONS} == {
        "CHAP_Security",
        "CHAP_Security.EncryptionKey",
        "CHAP_Security.Network",
        "CHAP_Security.ChangingDBPassword",
    }


@pytest.mark.parametrize("tool", data.TOOLS, ids=lambda tool: tool.name)
def test_a_tool_says_what_was_looked_at(tool: data.Tool) -> None:
    assert tool.tried == (tool.name in ("Checkov", "cfn-lint"))
    assert re.search(r"\d", tool.version)


def test_links_of_the_page_lead_somewhere() -> None:
    page = (support.ROOT / "docs" / "coverage.md").read_text("utf-8")
    targets = re.findall(r"\]\((?!https?://)([^)#]+)", page)
    assert len(targets) > len(JUDGED)
    assert all((support.ROOT / "docs" / target).is_file() for target in targets)


def test_cells_hold_no_bars() -> None:
    """A bar would end the cell."""
    texts = [text for row in STATEMENTS for text in (row.says, row.note)]
    texts += [text for row in data.SECURITY_HUB_CONTROLS for text in (row.asks, row.note)]
    texts += [text for item in data.OTHER_CONTROLS for text in (item.asks, item.note)]
    texts += [text for _, check in CHECKS for text in (check.id, check.asks, check.gap)]
    texts += [item.says for item in data.FURTHER]
    assert not [text for text in texts if "|" in text or "\n" in text]
