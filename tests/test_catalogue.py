"""The guard: what holds for every rule, every module and every row of a table."""

import ast
import dataclasses
import re
import sys
from pathlib import Path

import pytest
import support

from dms_checks.catalogue import RETIRED, RULES
from dms_checks.engines import ENGINES
from dms_checks.model import Dialect
from dms_checks.rule import Rule
from dms_checks.vocabulary import KINDS

PACKAGE = support.ROOT / "dms_checks"
MODULES = sorted(path for path in PACKAGE.rglob("*.py"))
EACH_RULE = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)

ROOMS = {
    # Each room and those it may know; nothing may know a room that knows it.
    "marks": set(),
    "model": set(),
    "engines": set(),
    "engine_versions": {"engines", "model"},
    "network_vocabulary": {"model"},
    "vocabulary": {"model", "network_vocabulary"},
    "addresses": {"marks", "model"},
    "json_text": {"marks", "model"},
    "connection_attributes": {"marks", "model"},
    "server_side_encryption": {"connection_attributes", "model"},
    "deployment": {"marks", "model", "network_vocabulary", "vocabulary"},
    "targets": {"addresses", "deployment", "engines", "json_text", "marks", "model", "network_vocabulary", "vocabulary"},
    "security_groups": {"addresses", "deployment", "marks", "model", "network_vocabulary"},
    "network_acls": {"addresses", "deployment", "model", "network_vocabulary"},
    "routes": {"addresses", "deployment", "model", "network_vocabulary"},
    "hops": {"addresses", "deployment", "model", "network_acls", "network_vocabulary", "routes", "security_groups"},
    "services": {"addresses", "deployment", "hops", "model", "network_acls", "network_vocabulary", "routes", "security_groups"},
    "ways": {"addresses", "deployment", "hops", "model", "network_acls", "network_vocabulary", "routes", "security_groups"},
    "meeting": {"addresses", "deployment", "hops", "model", "security_groups", "targets", "ways"},
    "network": {
        "addresses",
        "deployment",
        "hops",
        "meeting",
        "model",
        "network_vocabulary",
        "placement",
        "security_groups",
        "services",
        "targets",
        "vocabulary",
        "ways",
    },
    "reachability": {"deployment", "engines", "hops", "model", "network", "rule"},
    "placement": {"deployment", "marks", "model", "network_vocabulary"},
    "rule": {"deployment", "model"},
    "rules": {
        "addresses",
        "changes",
        "credentials",
        "deployment",
        "engine_versions",
        "engines",
        "hops",
        "iam",
        "json_text",
        "marks",
        "model",
        "network",
        "network_vocabulary",
        "placement",
        "reachability",
        "rule",
        "security_groups",
        "server_side_encryption",
        "services",
        "targets",
        "task_logging",
        "vocabulary",
        "wording",
    },
    "changes": {"deployment", "model", "vocabulary"},
    "task_logging": {"json_text", "model"},
    "wording": {"engines", "model"},
    "credentials": {"connection_attributes", "model", "vocabulary"},
    "iam": {"deployment", "json_text", "marks", "model", "network_vocabulary", "vocabulary"},
    "catalogue": {"rule", "rules"},
    "readers": {"marks", "model", "vocabulary", "deployment", "readers"},
    "analysis": {"model", "deployment", "rule", "catalogue"},
    "hosts": {"model", "vocabulary", "credentials", "rule", "catalogue", "analysis", "readers", "hosts"},
    "cfn_lint": {"hosts"},
    "doctor": {"analysis", "readers", "catalogue", "deployment", "model", "rule", "rules"},
    "diagram": {"deployment", "engines", "hops", "model", "network", "network_vocabulary", "vocabulary", "wording"},
    "drawings": {"diagram", "drawings", "model", "readers"},
    "cli": {"catalogue", "model", "rule", "doctor", "drawings"},
}

HOSTS = {"checkov": {"hosts/checkov.py"}, "cfnlint": {"hosts/cfn_lint.py"}}
"""The modules that may import a host."""

HEAVY = {"tfparse": {"readers/terraform_evaluation.py"}, "tree_sitter": {"readers/hcl.py"}, "tree_sitter_hcl": {"readers/hcl.py"}}
"""The modules that may import what only the child process needs."""


def imports(path: Path) -> set[str]:
    """The modules that a file imports, anywhere in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports cannot work in Checkov's loader"
            found |= (
                {f"{node.module}.{alias.name}" for alias in node.names} if node.module == "dms_checks" else {node.module or ""}
            )
    return found


@EACH_RULE
def test_a_rule_stands_in_the_file_of_its_name(rule: Rule) -> None:
    path = PACKAGE / "rules" / f"{rule.name.replace('-', '_')}.py"
    assert path.read_text("utf-8").count("\nRULE = Rule(") == 1


def test_every_file_holds_a_rule_of_the_catalogue() -> None:
    files = {path.stem for path in (PACKAGE / "rules").glob("*.py")} - {"__init__"}
    assert files == {rule.name.replace("-", "_") for rule in RULES}


def test_ids_are_unique_in_order_and_not_retired() -> None:
    numbers = [rule.number for rule in RULES]
    assert numbers == sorted(set(numbers))
    assert not RETIRED.keys() & set(numbers)
    for spelling in ("id", "checkov_id", "cfn_lint_id", "name", "title"):
        assert len({getattr(rule, spelling) for rule in RULES}) == len(RULES)


@EACH_RULE
def test_a_rule_has_something_to_judge_in_the_dialects_it_names(rule: Rule) -> None:
    assert rule.dialects
    assert all(rule.types(dialect) for dialect in rule.dialects) or rule.dialects == tuple(Dialect)
    assert any(rule.types(dialect) for dialect in Dialect)


def test_no_checkov_id_is_part_of_another() -> None:
    """Checkov finds skips in plans by substring."""
    ids = [rule.checkov_id for rule in RULES]
    assert not [(left, right) for left in ids for right in ids if left != right and left in right]


@EACH_RULE
def test_a_rule_says_everything(rule: Rule) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9-]+", rule.name)
    assert "\n" not in rule.title
    assert not rule.title.endswith(".")
    assert rule.why.endswith(".")
    assert rule.fix.endswith(".")
    assert rule.references
    assert all(reference.startswith("https://") for reference in rule.references)
    assert rule.references[0].startswith("https://docs.aws.amazon.com/"), "hosts show the first one"
    assert (rule.check.__doc__ or "").strip()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_module_knows_only_what_it_may(path: Path) -> None:
    name = path.relative_to(PACKAGE).as_posix()
    room = name.split("/", 1)[0].removesuffix(".py")
    known = imports(path)
    ours = {module.split(".")[1] for module in known if module.startswith("dms_checks.") and module != "dms_checks.__version__"}
    if room != "__init__":
        assert ours <= ROOMS[room] | {room, "__version__"}, f"{name} knows too much"
    for package, allowed in {**HOSTS, **HEAVY}.items():
        assert name in allowed or package not in {module.split(".")[0] for module in known}


def test_rooms_know_each_other_in_one_direction() -> None:
    seen: list[str] = []

    def visit(room: str, path: tuple[str, ...]) -> None:
        assert room not in path, f"{' → '.join((*path, room))} goes in a circle"
        if room not in seen:
            for other in ROOMS[room] - {room}:
                visit(other, (*path, room))
            seen.append(room)

    for room in ROOMS:
        visit(room, ())


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_module_says_what_it_is_for(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text("utf-8")))


def test_no_module_hides_one_of_the_standard_library_or_of_a_host() -> None:
    """Checkov and cfn-lint put folders of ours on sys.path or run files under their bare names."""
    public = [path for path in (support.ROOT / "policies").glob("*.py") if path.stem != "__init__"]
    assert [path.name for path in public] == ["dms_checks_loader.py"]
    assert not {path.stem for path in public} & sys.stdlib_module_names


def test_checkov_finds_two_files_and_no_policy_in_its_folder() -> None:
    """Each YAML or JSON file there would be read as a policy."""
    files = {path.name for path in (support.ROOT / "policies").iterdir() if path.is_file()}
    assert files == {"__init__.py", "dms_checks_loader.py"}
    assert (support.ROOT / "policies" / "__init__.py").read_bytes() == b""


def test_no_package_outside_the_package() -> None:
    found = {path.relative_to(support.ROOT).parts[0] for path in support.ROOT.glob("[!.]*/**/__init__.py")}
    assert found - {"build"} == {"dms_checks", "policies"}


# --- tables -----------------------------------------------------------------------------------------------------------

API_ENGINES = [
    "mysql",
    "oracle",
    "postgres",
    "mariadb",
    "aurora",
    "aurora-postgresql",
    "opensearch",
    "redshift",
    "s3",
    "db2",
    "db2-zos",
    "azuredb",
    "sybase",
    "dynamodb",
    "mongodb",
    "kinesis",
    "kafka",
    "elasticsearch",
    "docdb",
    "sqlserver",
    "neptune",
    "babelfish",
    "redshift-serverless",
    "aurora-serverless",
    "aurora-postgresql-serverless",
    "gcp-mysql",
    "azure-sql-managed-instance",
    "redis",
    "dms-transfer",
]
"""``EngineName`` of CreateEndpoint, AWS DMS API reference, botocore 1.44.5."""


def test_every_engine_of_the_api_has_a_row() -> None:
    assert set(API_ENGINES) <= set(ENGINES)


@pytest.mark.parametrize("name", ENGINES)
def test_a_row_of_the_engines_is_complete(name: str) -> None:
    engine = ENGINES[name]
    assert engine.title
    assert engine.page or name == "dms-transfer", "every row has its source"
    assert engine.port is None or 0 < engine.port < 65536
    assert engine.as_source or engine.as_target
    assert engine.as_source is not False or engine.serverless_source is False
    assert engine.as_target is not False or engine.serverless_target is False
    assert bool(engine.certificate) is engine.has_ssl_mode
    assert not (engine.has_ssl_mode and engine.tls_setting)
    assert set(engine.unverified) <= {field.name for field in dataclasses.fields(engine)}
    assert bool(engine.ssl_modes) is engine.has_ssl_mode
    assert "none" not in engine.ssl_modes
    assert not (engine.relational and engine.port == 443)


def test_a_type_belongs_to_one_kind() -> None:
    types = [name for kind in KINDS for dialect in Dialect for name in kind.types(dialect)]
    assert len(types) == len(set(types))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_an_attribute_is_written_as_its_dialect_writes(kind: object) -> None:
    for attribute in kind.attributes.values():  # type: ignore[attr-defined]
        assert all(re.fullmatch(r"[a-z0-9_.]+", path) for path in attribute.terraform)
        assert all(re.fullmatch(r"[A-Za-z0-9.]+", path) and path[0].isupper() for path in attribute.cloudformation)
