"""Every scenario of a network, through every door: what works is clean, and what is broken has the one finding that names what breaks it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import scenarios
import support
from scenarios import Break, Scenario, Variant
from support import Findings

from dms_checks import vocabulary
from dms_checks.deployment import Deployment
from dms_checks.model import Truth
from dms_checks.network import pairs_of

MINIMUM_BROKEN = 40
"""How many ways to break a network there are at least."""

RESOURCE = re.compile(r'^resource "(\w+)" "(\w+)"', re.MULTILINE)
"""How a resource of Terraform begins."""

UNCERTAIN: dict[str, str] = {
    "direct-connect": "which routes a virtual private gateway learns, no template says",
}
"""The working scenarios of which an endpoint can't be known to be reached, and why."""

CONSUMERS = {
    "terraform": re.compile(r'^resource "(aws_dms_replication_(?:instance|config))" "(\w+)"', re.MULTILINE),
    "cloudformation": re.compile(r"^  (\w+):\n    Type: AWS::DMS::Replication(?:Instance|Config)$", re.MULTILINE),
}
"""How the consumer begins in each dialect: on it stands what blocks the way."""

SCENARIOS = scenarios.scenarios()
EACH_SCENARIO = pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.folder.name)


@dataclass(frozen=True, slots=True)
class Case:
    """A scenario as it works, or broken in one way, as one file that a door reads."""

    scenario: Scenario
    variant: Variant | None
    file: str

    @property
    def name(self) -> str:
        return f"{self.scenario.folder.name}-{self.variant.name if self.variant else 'working'}-{self.file.replace('.', '-')}"

    @property
    def dialect(self) -> str:
        return "cloudformation" if self.file == scenarios.SOURCES["cloudformation"] else "terraform"

    @property
    def broken(self) -> Break | None:
        return self.variant.dialects[self.dialect] if self.variant else None

    @property
    def text(self) -> str:
        if self.file.endswith(".plan.json"):
            return self.scenario.plan_file(self.variant).read_text("utf-8")
        return self.scenario.text(self.dialect, self.variant)

    @property
    def wanted(self) -> Findings:
        if self.variant is None or self.broken is None:
            return {(rule, self.consumer) for rule in self.scenario.always}
        found = {(rule, address) for rule in self.variant.rules for address in self.broken.on or (self.consumer,)}
        return found | {(rule, self.consumer) for rule in self.variant.always}

    @property
    def consumer(self) -> str:
        found = [".".join(match) if isinstance(match, tuple) else match for match in self._consumers()]
        assert len(found) == 1, f"{self.name} has {len(found)} consumers: say on which the finding stands"
        return found[0]

    def _consumers(self) -> list[Any]:
        return CONSUMERS[self.dialect].findall(self.scenario.text(self.dialect))


def _cases() -> Iterator[Case]:
    for scenario in SCENARIOS:
        for variant in (None, *scenario.variants):
            dialects = scenarios.SOURCES if variant is None else variant.dialects
            if "terraform" in dialects:
                yield Case(scenario, variant, "working.tf")
                yield Case(scenario, variant, "working.plan.json")
            if "cloudformation" in dialects:
                yield Case(scenario, variant, "working.template")


CASES = list(_cases())
EACH = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


@pytest.fixture(scope="session")
def staged(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Each case in a folder of its own, by name."""
    folder = tmp_path_factory.mktemp("scenarios")
    for case in CASES:
        target = folder / case.name / case.file
        target.parent.mkdir()
        target.write_text(case.text)
    return {case.name: folder / case.name / case.file for case in CASES}


@pytest.fixture(scope="session")
def checkov_findings(staged: dict[str, Path]) -> dict[str, Findings]:
    """What one Checkov run over all cases finds, by file."""
    return support.found_by_checkov(next(iter(staged.values())).parents[1])


@pytest.fixture(scope="session")
def cfn_lint_findings(staged: dict[str, Path]) -> dict[str, Findings]:
    """What one cfn-lint run over all templates finds, by file."""
    return support.found_by_cfn_lint(path for path in staged.values() if path.suffix == ".template")


def test_there_are_enough() -> None:
    assert sum(len(scenario.variants) for scenario in SCENARIOS) >= MINIMUM_BROKEN


@EACH_SCENARIO
def test_each_way_to_break_it_has_a_name(scenario: Scenario) -> None:
    names = [variant.name for variant in scenario.variants]
    assert names == list(dict.fromkeys(names))
    assert scenarios.WORKING not in names


@EACH_SCENARIO
def test_plan_files(scenario: Scenario) -> None:
    """Each is there (``tools/make_plans.py`` makes them), and none is left over."""
    assert scenario.existing_plan_files() == scenario.plan_files().keys()


@pytest.mark.parametrize("case", [case for case in CASES if case.file.endswith(".plan.json")], ids=lambda case: case.name)
def test_the_plan_has_the_resources_of_the_source(case: Case, staged: dict[str, Path]) -> None:
    planned = json.loads(staged[case.name].read_text())["planned_values"]["root_module"]["resources"]
    written = RESOURCE.findall(case.scenario.text(case.dialect, case.variant))
    assert {(resource["type"], resource["name"]) for resource in planned} == set(written)


@EACH
def test_library(case: Case, staged: dict[str, Path]) -> None:
    found = support.analysed(staged[case.name]).findings()
    assert {(finding.rule.id, support.without_keys(finding.resource)) for finding in found} == case.wanted
    if case.variant is not None and case.broken is not None:
        messages = [finding.message for finding in found if finding.rule.id == case.variant.finding]
        named = re.compile(rf"(?<![\w.]){re.escape(case.broken.names)}(?!\w)")
        assert any(named.search(message) for message in messages), messages


@pytest.mark.parametrize("case", [case for case in CASES if case.variant is None], ids=lambda case: case.name)
def test_what_works_is_certain(case: Case, staged: dict[str, Path]) -> None:
    """Its endpoints are known to be reached: it is not clean for the reason that something can't be told."""
    for ways, _ in support.analysed(staged[case.name]).source.explore(_ways):
        lost = {way: truth for way, truth in ways.items() if truth is not Truth.YES}
        assert ways
        assert bool(lost) is (case.scenario.folder.name in UNCERTAIN), lost


def _ways(deployment: Deployment) -> dict[str, Truth]:
    """Which consumer goes to which endpoint, and whether it reaches it."""
    consumers = deployment.all(vocabulary.REPLICATION_INSTANCE, vocabulary.REPLICATION_CONFIG)
    pairs = [pair for consumer in consumers for pair in pairs_of(deployment, consumer)]
    return {f"{pair.consumer} to {pair.endpoint}": pair.verdict for pair in pairs}


# One worker runs all of a host: each would run it over all scenarios again.


@pytest.mark.xdist_group("scenarios in Checkov")
@EACH
def test_checkov(case: Case, staged: dict[str, Path], checkov_findings: dict[str, Findings]) -> None:
    assert checkov_findings.get(str(staged[case.name]), set()) == case.wanted


@pytest.mark.xdist_group("scenarios in cfn-lint")
@pytest.mark.parametrize("case", [case for case in CASES if case.dialect == "cloudformation"], ids=lambda case: case.name)
def test_cfn_lint(case: Case, staged: dict[str, Path], cfn_lint_findings: dict[str, Findings]) -> None:
    assert cfn_lint_findings.get(str(staged[case.name]), set()) == case.wanted
