"""One scenario in three ways of writing: the examples as HCL, as plans and as CloudFormation, through every door."""

from pathlib import Path

import pytest
import support

INSECURE = {
    # What is wrong, by the resource's name for people: Terraform's address, and CloudFormation's logical id.
    ("DMS10", "instance"),
    ("DMS11", "endpoint"),
    ("DMS20", "endpoint"),
    ("DMS30", "instance"),
    ("DMS33", "instance"),
}
NAMES = {
    "aws_dms_replication_instance.ledger": "instance",
    "aws_dms_endpoint.ledger": "endpoint",
    "LedgerInstance": "instance",
    "LedgerEndpoint": "endpoint",
}
WANTED = pytest.mark.parametrize(("side", "wanted"), [("insecure", INSECURE), ("secure", set())])


def paths(side: str) -> dict[str, Path]:
    folder = support.ROOT / "examples" / side
    plan = support.FIXTURES / "examples" / f"{side}.plan.json"
    return {
        "terraform": folder / "terraform" / "main.tf",
        "terraform_plan": plan,
        "cloudformation": folder / "cloudformation.yaml",
    }


def named(found: support.Findings) -> support.Findings:
    return {(rule, NAMES.get(resource, resource)) for rule, resource in found}


@WANTED
@pytest.mark.parametrize("framework", ["terraform", "terraform_plan", "cloudformation"])
def test_library(side: str, wanted: support.Findings, framework: str) -> None:
    analysis = support.analysed(paths(side)[framework])
    assert len(analysis.addresses) > 4, "the resources are there"
    assert named(support.found_by_library(paths(side)[framework])) == wanted


@WANTED
@pytest.mark.parametrize("framework", ["terraform", "terraform_plan", "cloudformation"])
def test_checkov(side: str, wanted: support.Findings, framework: str) -> None:
    path = paths(side)[framework]
    where = ("-d", str(path.parent)) if framework == "terraform" else ("-f", str(path))
    reports = support.checkov(*where, "--framework", framework, "--check", "CKV_DMS_*")
    assert named({support.identity(record) for record in support.records(reports)}) == wanted
    assert support.records(reports, "passed_checks"), "the rules ran"


@WANTED
def test_cfn_lint(side: str, wanted: support.Findings) -> None:
    matches = support.cfn_lint("-t", str(paths(side)["cloudformation"]))
    ours = {
        (f"DMS{match['Rule']['Id'][3:]}", match["Location"]["Path"][1]) for match in matches if match["Rule"]["Id"][1:3] == "97"
    }
    assert named(ours) == wanted
    assert not [match for match in matches if match["Rule"]["Id"].startswith("E0")]
