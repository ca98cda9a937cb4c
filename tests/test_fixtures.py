"""Every fixture, through every door: what is wanted is found, and nothing else."""

from pathlib import Path

import pytest
import support
from support import Findings, Fixture

from dms_checks.catalogue import RULES
from dms_checks.model import Dialect

SUFFIXES = {Dialect.TERRAFORM: ("tf", "plan.json"), Dialect.CLOUDFORMATION: ("template",)}
"""The ways of writing that a rule's fixtures cover, in each dialect in which it has something to judge."""

REFUSED = {
    "DMS42/bad.plan.json": "the provider takes no settings of ClassicLink since version 5, and tests/test_classiclink.py has the plan of an older one",
    "DMS86/bad.plan.json": "the provider does not plan an engine that it does not know",
}
"""The fixtures that cannot be, and why."""

SCENARIOS = ("DMS31", "DMS32", "DMS34", "DMS36", "DMS37", "DMS40")
"""The rules that a whole network is needed for: their fixtures are scenarios, see test_network_scenarios.py."""

TOGETHER = {
    "DMS33": {"DMS82"},  # the versions that do not support VPC endpoints are retired
    "DMS70": {"DMS71"},  # a task that logs nothing logs neither its source nor its target
    "DMS71": {"DMS70"},
}
"""The rules that fixtures of another may want too."""

# One worker runs them all: each would run the hosts over all fixtures again.
pytestmark = pytest.mark.xdist_group("fixtures")

FIXTURES = support.fixtures()
EACH = pytest.mark.parametrize("fixture", FIXTURES, ids=lambda fixture: fixture.name)


@pytest.fixture(scope="session")
def staged(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Each fixture in a folder of its own, by name."""
    folder = tmp_path_factory.mktemp("staged")
    return {fixture.name: support.stage(fixture, folder) for fixture in FIXTURES}


@pytest.fixture(scope="session")
def checkov_findings(staged: dict[str, Path]) -> dict[str, Findings]:
    """What one Checkov run over all fixtures finds, by file."""
    return support.found_by_checkov(next(iter(staged.values())).parents[1])


@pytest.fixture(scope="session")
def cfn_lint_findings(staged: dict[str, Path]) -> dict[str, Findings]:
    """What one cfn-lint run over all templates finds, by file."""
    return support.found_by_cfn_lint(path for path in staged.values() if path.suffix == ".template")


def test_every_rule_has_fixtures() -> None:
    """DMS00 has none: what it reports are files that cannot be read, see test_bad_input.py."""
    wanted = {
        f"{rule.id}/{side}.{suffix}"
        for rule in RULES[1:]
        if rule.id not in SCENARIOS
        for side in ("bad", "good")
        for dialect, suffixes in SUFFIXES.items()
        if rule.types(dialect)
        for suffix in suffixes
    }
    assert wanted - REFUSED.keys() <= {fixture.name for fixture in FIXTURES}
    assert not REFUSED.keys() & {fixture.name for fixture in FIXTURES}


@EACH
def test_only_good_fixtures_want_nothing(fixture: Fixture) -> None:
    own = fixture.path.parent.name
    is_silent = fixture.path.name.startswith("good") or (own in support.PLAN_ONLY and fixture.door != "terraform_plan")
    wanted = set() if is_silent else {own}
    assert {rule for rule, _ in fixture.wanted} - TOGETHER.get(own, set()) == wanted


@EACH
def test_library(fixture: Fixture, staged: dict[str, Path]) -> None:
    assert support.found_by_library(staged[fixture.name]) == fixture.wanted


@EACH
def test_checkov(fixture: Fixture, staged: dict[str, Path], checkov_findings: dict[str, Findings]) -> None:
    assert checkov_findings.get(str(staged[fixture.name]), set()) == fixture.wanted


@pytest.mark.parametrize(
    "fixture", [item for item in FIXTURES if item.door == "cloudformation"], ids=lambda fixture: fixture.name
)
def test_cfn_lint(fixture: Fixture, staged: dict[str, Path], cfn_lint_findings: dict[str, Findings]) -> None:
    assert cfn_lint_findings.get(str(staged[fixture.name]), set()) == fixture.wanted
