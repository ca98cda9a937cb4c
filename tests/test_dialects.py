"""Rules that speak one dialect only: not asked, not registered and not described in the other."""

import dataclasses
import json
from pathlib import Path

import pytest
import support
import write_docs

from dms_checks import analysis, cli
from dms_checks.doctor import CANARY, TEMPLATE, TERRAFORM
from dms_checks.model import Dialect
from dms_checks.rule import Rule

EACH_DIALECT = pytest.mark.parametrize("dialect", Dialect, ids=lambda dialect: dialect.value)

REGISTERED = """
import dataclasses, json, sys
from dms_checks import catalogue
from dms_checks.model import Dialect

only = (Dialect(sys.argv[1]),)
catalogue.RULES = tuple(dataclasses.replace(rule, dialects=only) for rule in catalogue.RULES)

from checkov.common.checks_infra.registry import get_graph_checks_registry
from checkov.terraform.checks.resource.registry import resource_registry
from dms_checks.hosts import cfn_lint, checkov

checkov.register()
graph_checks = get_graph_checks_registry("cloudformation").checks
print(json.dumps([
    sorted(check.id for check in resource_registry.get_checks("aws_dms_endpoint") if check.id.startswith("CKV_DMS_")),
    sorted(check.id for check in graph_checks if check.id.startswith("CKV_DMS_")),
    sorted(cfn_lint.rule_classes()),
]))
"""


def one_sided(dialect: Dialect) -> Rule:
    return dataclasses.replace(CANARY, dialects=(dialect,))


@EACH_DIALECT
def test_types(dialect: Dialect) -> None:
    for other in Dialect:
        assert one_sided(dialect).types(other) == (CANARY.types(other) if other is dialect else ())


@EACH_DIALECT
def test_analysis_does_not_ask(dialect: Dialect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analysis, "RULES", (one_sided(dialect),))
    files = {Dialect.TERRAFORM: tmp_path / "main.tf", Dialect.CLOUDFORMATION: tmp_path / "template.yaml"}
    for other, text in ((Dialect.TERRAFORM, TERRAFORM), (Dialect.CLOUDFORMATION, TEMPLATE)):
        files[other].write_text(text)
        assert len(support.found_by_library(files[other])) == (other is dialect)


@EACH_DIALECT
def test_hosts_know_it_in_its_dialect_only(dialect: Dialect) -> None:
    done = support.run(support.script("python"), "-c", REGISTERED, dialect.value)
    assert done.returncode == 0, done.stderr
    terraform, cloudformation, cfn_lint = json.loads(done.stdout)
    speaks_terraform = dialect is Dialect.TERRAFORM
    assert (CANARY.checkov_id in terraform) is speaks_terraform
    assert (CANARY.checkov_id in cloudformation) is not speaks_terraform
    assert (CANARY.cfn_lint_id in cfn_lint) is not speaks_terraform
    assert bool(terraform) is speaks_terraform
    assert bool(cloudformation) is bool(cfn_lint) is not speaks_terraform


@EACH_DIALECT
def test_it_is_listed_without_a_name_that_no_host_knows(dialect: Dialect) -> None:
    described = cli.describe(one_sided(dialect))
    assert described["dialects"] == [dialect.value]
    assert described["cfn_lint_id"] == (CANARY.cfn_lint_id if dialect is Dialect.CLOUDFORMATION else None)


@EACH_DIALECT
def test_its_page_says_so(dialect: Dialect) -> None:
    page = write_docs.page(one_sided(dialect))
    (other,) = set(Dialect) - {dialect}
    assert f"| {other.value} | not judged |" in page
    assert f"| {dialect.value} | `" in page
    speaks_terraform = dialect is Dialect.TERRAFORM
    assert ("```hcl" in page) is speaks_terraform
    assert ("```yaml" in page) is not speaks_terraform
    assert (CANARY.cfn_lint_id in page) is not speaks_terraform
    assert f"checkov --skip-check {CANARY.checkov_id}" in page
