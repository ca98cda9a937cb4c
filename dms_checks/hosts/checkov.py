"""Checkov runs us: which resources a scan holds and which are skipped is Checkov's, the verdicts are ours.

Terraform and plans: one ``BaseResourceCheck`` per rule. CloudFormation: one ``BaseGraphCheck`` per rule, since a resource check there has
no graph and never sees resources whose condition is false by default. The words of a finding go into the check's name: in ``details`` they
make Checkov's SARIF invalid.
"""

import logging
import os
import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from checkov.common.bridgecrew.severities import Severities
from checkov.common.checks_infra.registry import get_graph_checks_registry
from checkov.common.graph.checks_infra.base_check import BaseGraphCheck
from checkov.common.models.enums import CheckCategories, CheckResult
from checkov.common.output.record import Record
from checkov.common.output.report import Report
from checkov.runner_filter import RunnerFilter
from checkov.terraform.checks.resource.base_resource_check import BaseResourceCheck
from checkov.terraform.checks.resource.registry import resource_registry

from dms_checks.analysis import Analysis, Cache
from dms_checks.catalogue import NOT_EVALUATED, RULES
from dms_checks.credentials import secrets_of
from dms_checks.hosts.secrets import masked, secret_texts
from dms_checks.model import Dialect
from dms_checks.readers.cloudformation_file import read_template
from dms_checks.readers.files import Unreadable, read_bytes
from dms_checks.readers.terraform import Root, read_folder
from dms_checks.readers.terraform_plan import read_plan
from dms_checks.rule import Finding, Outcome, Rule
from dms_checks.vocabulary import CERTIFICATE, ENDPOINT

LOGGER = logging.getLogger("dms_checks")
CATEGORIES = {
    0: CheckCategories.GENERAL_SECURITY,
    1: CheckCategories.ENCRYPTION,
    2: CheckCategories.ENCRYPTION,
    3: CheckCategories.NETWORKING,
    4: CheckCategories.NETWORKING,
    5: CheckCategories.SECRETS,
    6: CheckCategories.IAM,
    7: CheckCategories.LOGGING,
    8: CheckCategories.GENERAL_SECURITY,
    9: CheckCategories.GENERAL_SECURITY,
}
"""By the tens of a rule's number, as the catalogue groups them: keys, TLS, network (two of them), credentials, roles, logging, upkeep, changes."""

RESULTS = {
    Outcome.FAILS: CheckResult.FAILED,
    Outcome.PASSES: CheckResult.PASSED,
    Outcome.UNKNOWN: CheckResult.UNKNOWN,
}
_AUTOMATIC_VARIABLE_FILES = ("terraform.tfvars", "terraform.tfvars.json")
_ANALYSES = Cache()
_CARRIERS = frozenset(type_name for kind in NOT_EVALUATED.kinds for dialect in Dialect for type_name in kind.types(dialect))
"""The types of AWS DMS itself."""


def register() -> None:
    """Add our checks to Checkov's registries. Checkov loads external checks once per runner and folder: the second time adds nothing."""
    registry = get_graph_checks_registry("cloudformation")
    # One look at all checks: Checkov's own look-up goes through all of them for each id.
    terraform = {check.id for checks in resource_registry.checks.values() for check in checks}
    cloudformation = {check.id for check in registry.checks}
    for rule in RULES:
        if rule.types(Dialect.TERRAFORM) and rule.checkov_id not in terraform:
            TerraformCheck(rule)
        if rule.types(Dialect.CLOUDFORMATION) and rule.checkov_id not in cloudformation:
            registry.checks.append(CloudFormationCheck(rule))
        RunnerFilter.notify_external_check(rule.checkov_id)
    _carry_messages()
    _hide_secrets()


def titled(rule: Rule, messages: list[str]) -> str:
    """The title, and after it what was found."""
    return f"{rule.title}: {'; '.join(dict.fromkeys(messages))}" if messages else rule.title


# --- Terraform and plans ----------------------------------------------------------------------------------------------


class Scan:
    """What Checkov's graph of one scan tells of a resource: root folder, address and variable files. The files do not change during a scan."""

    def __init__(self, graph: Any) -> None:
        # Held, so that the graph's identity stays its own.
        self.graph = graph
        self.vertices: dict[int, dict[str, Any]] = {}
        self.variable_files: dict[str, list[str]] = {}
        self._folders: dict[str, Path] = {}
        self._analyses: dict[Path, Analysis] = {}
        self._files: dict[Path, set[Path]] = {}
        for vertex in _vertices(graph):
            if vertex.get("file_path_"):
                self._files.setdefault(self._folder(vertex), set()).add(Path(vertex["file_path_"]))
            if vertex.get("block_type_") == "resource":
                configuration = _configuration(vertex)
                if configuration is not None:
                    self.vertices[id(configuration)] = vertex
            elif vertex.get("block_type_") == "tfvar" and not _is_automatic(str(vertex["file_path_"])):
                files = self.variable_files.setdefault(str(vertex.get("load_dir")), [])
                if vertex["file_path_"] not in files:
                    files.append(str(vertex["file_path_"]))

    def analysis(self, vertex: dict[str, Any]) -> Analysis:
        """The analysis of the root module that a vertex belongs to."""
        folder = self._folder(vertex)
        if folder not in self._analyses:
            files = tuple(self.variable_files.get(str(folder), ()))
            key = ("folder", folder, files, _folder_stamp(folder))
            self._analyses[folder] = _ANALYSES.get(key, lambda: read_folder(folder, files))
        return self._analyses[folder]

    def files(self, vertex: dict[str, Any]) -> set[Path]:
        """The files of the root module that a vertex belongs to, and of its modules."""
        return self._files.get(self._folder(vertex), set())

    def _folder(self, vertex: dict[str, Any]) -> Path:
        """The folder of that root module."""
        file = _root_file(vertex)
        if file not in self._folders:
            self._folders[file] = Path(file).resolve().parent
        return self._folders[file]


def _vertices(graph: Any) -> list[dict[str, Any]]:
    """The attributes of all vertices, of either graph library that Checkov uses."""
    if hasattr(graph, "node_indices"):
        return [graph[index][1] for index in graph.node_indices()]
    return [attributes for _, attributes in graph.nodes(data=True)]


def _configuration(vertex: dict[str, Any]) -> Any:
    """The dictionary that Checkov hands to a check for this vertex: the very same object."""
    node = vertex.get("config_")
    for name in (vertex.get("resource_type"), str(vertex.get("block_name_", "")).split(".")[-1]):
        node = node.get(name) if isinstance(node, dict) else None
    return node


def _is_automatic(file: str) -> bool:
    """Whether Terraform reads a variable file by itself."""
    name = Path(file).name
    return name in _AUTOMATIC_VARIABLE_FILES or name.endswith((".auto.tfvars", ".auto.tfvars.json"))


def _root_file(vertex: dict[str, Any]) -> str:
    """A file of the root module that a vertex belongs to."""
    module = vertex.get("source_module_object_")
    file = vertex["file_path_"]
    while module:
        file = _part(module, "path")
        module = _part(module, "nested_tf_module")
    return str(file)


def _part(module: Any, name: str) -> Any:
    return module.get(name) if isinstance(module, dict) else getattr(module, name)


_SCANS: OrderedDict[int, Scan] = OrderedDict()
_LOCK = threading.Lock()


def _scan(graph: Any) -> Scan:
    with _LOCK:
        found = _SCANS.get(id(graph))
        if found is None or found.graph is not graph:
            found = _SCANS[id(graph)] = Scan(graph)
            while len(_SCANS) > 4:
                _SCANS.popitem(last=False)
        return found


class TerraformCheck(BaseResourceCheck):
    """One rule, for the frameworks ``terraform`` and ``terraform_plan``."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        super().__init__(
            name=rule.title,
            id=rule.checkov_id,
            # SECRETS makes Checkov mask what is named in the configuration under our id.
            categories=list(dict.fromkeys((CATEGORIES[rule.number // 10], CheckCategories.SECRETS))),
            supported_resources=list(rule.types(Dialect.TERRAFORM)),
            guideline=rule.references[0],
        )
        self.severity = Severities[rule.severity.name]  # type: ignore[assignment]

    def scan_resource_conf(self, conf: dict[str, Any]) -> CheckResult:
        self.evaluated_keys: list[str] = []
        self.name = self.rule.title
        address = _first(conf.get("__address__"))
        plan = _first(conf.get("__file__"))
        if plan:
            file = Path(plan).resolve()
            if not self._may_concern_dms([file]):
                return CheckResult.UNKNOWN
            return self._answer(_plan(file), str(address), conf, file)
        scan = _scan(self.graph) if self.graph is not None else None
        vertex = scan.vertices.get(id(conf)) if scan else None
        if scan is None or vertex is None:
            return self._lost(conf)
        if not self._may_concern_dms(scan.files(vertex)):
            return CheckResult.UNKNOWN
        return self._answer(scan.analysis(vertex), str(vertex.get("__address__")), conf, Path(vertex["file_path_"]))

    def _may_concern_dms(self, files: Iterable[Path]) -> bool:
        """Whether it is worth an evaluation: roles and policies are everywhere, those for AWS DMS where something speaks of it."""
        return self.entity_type in _CARRIERS or any(_speaks_of_dms(file, _stamp(file)) for file in files)

    def _answer(self, found: Analysis, address: str, conf: dict[str, Any], file: Path) -> CheckResult:
        addresses = [address] if (self.rule.id, address) in found.verdicts else matching(found, address)
        if not addresses and self.rule is NOT_EVALUATED:
            return self._not_evaluated(found, address, conf)
        values = _remember_secrets(found, file)
        verdicts = [found.verdict(self.rule, item) for item in addresses]
        findings = [verdict.finding for verdict in verdicts if verdict.finding]
        if findings:
            return self._failed(findings, values, conf, file)
        passed = bool(verdicts) and all(verdict.outcome is Outcome.PASSES for verdict in verdicts)
        return CheckResult.PASSED if passed else CheckResult.UNKNOWN

    def _failed(self, findings: list[Finding], values: tuple[str, ...], conf: dict[str, Any], file: Path) -> CheckResult:
        self.evaluated_keys = ["/".join(str(step) for step in finding.path) for finding in findings if finding.path]
        self.name = titled(self.rule, [finding.message for finding in findings])
        for number, text in enumerate(_secret_texts(file, values)):
            conf[f"{self.id}_secret_{number}"] = text
        return CheckResult.FAILED

    def _not_evaluated(self, found: Analysis, address: str, conf: dict[str, Any]) -> CheckResult:
        """A resource that Checkov has and our evaluation has not: say why, unless Terraform would not create it either."""
        reasons = [f"{gap.reason}; {gap.remedy}" for gap in found.source.gaps]
        missing = found.source.missing_modules if isinstance(found.source, Root) else ()
        reasons += [
            f"the source of {module} is not in .terraform/modules; run terraform init"
            for module in missing
            if _inside(address, module)
        ]
        if not reasons:
            return CheckResult.UNKNOWN
        self.name = titled(self.rule, reasons)
        return CheckResult.FAILED

    def _lost(self, conf: dict[str, Any]) -> CheckResult:
        """Without Checkov's graph (TF_SPLIT_GRAPH) nobody knows which root module a resource belongs to."""
        if self.rule is not NOT_EVALUATED:
            return CheckResult.UNKNOWN
        self.name = titled(self.rule, ["Checkov gives no graph of this scan; unset TF_SPLIT_GRAPH"])
        return CheckResult.FAILED


def _plan(file: Path) -> Analysis:
    return _ANALYSES.get(("plan", file, _stamp(file)), lambda: read_plan(file))


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value


def _stamp(file: Path) -> tuple[int, int]:
    try:
        status = file.stat()
    except OSError:
        return (0, 0)
    return (status.st_mtime_ns, status.st_size)


@lru_cache(4096)
def _speaks_of_dms(file: Path, _: tuple[int, int]) -> bool:
    try:
        return b"dms" in read_bytes(file).lower()
    except Unreadable:
        return False


def _folder_stamp(folder: Path) -> tuple[Any, ...]:
    try:
        return tuple(sorted((file.name, *_stamp(file)) for file in folder.iterdir() if ".tf" in file.suffix))
    except OSError:
        return ()


def matching(found: Analysis, address: str) -> list[str]:
    """Our addresses for a resource of Checkov's: it may have lost instance keys, but never invents others."""
    if found.verdicts and any(address == ours for ours, _ in found.addresses):
        return [address]
    theirs = _segments(address)
    return [ours for ours, _ in found.addresses if _compatible(_segments(ours), theirs)]


def _segments(address: str) -> list[tuple[str, str]]:
    """``module.a["x.y"].b`` → (module, ""), (a, "x.y"), (b, "")."""
    segments, name, key, inside = [], "", "", False
    quoted = False
    for character in address:
        quoted ^= character == '"'
        if character == "[" and not quoted:
            inside = True
        elif character == "]" and not quoted:
            inside = False
        elif character == "." and not inside and not quoted:
            segments.append((name, key))
            name, key = "", ""
        elif inside:
            key += character
        else:
            name += character
    return [*segments, (name, key)]


def _compatible(ours: list[tuple[str, str]], theirs: list[tuple[str, str]]) -> bool:
    if len(ours) != len(theirs):
        return False
    pairs = zip(ours, theirs, strict=True)
    return all(name == other and (not other_key or key == other_key) for (name, key), (other, other_key) in pairs)


def _inside(address: str, module: str) -> bool:
    head, prefix = _segments(address), _segments(module)
    return [name for name, _ in head[: len(prefix)]] == [name for name, _ in prefix]


_SECRET_VALUES: dict[str, dict[str, None]] = {}
"""By file, the secrets that are known of the root modules and plans with a resource in it."""


@dataclass(frozen=True, slots=True)
class _Known:
    """The secrets that are known of one analysis, and the files that they were kept for."""

    # Held, so that its identity stays its own.
    analysis: Analysis
    values: tuple[str, ...]
    files: set[Path]


_KNOWN: OrderedDict[int, _Known] = OrderedDict()


def _remember_secrets(found: Analysis, file: Path) -> tuple[str, ...]:
    """The secrets that are known of a root module or plan, kept for the records on this file."""
    with _LOCK:
        known = _KNOWN.get(id(found))
        if known is None or known.analysis is not found:
            root = found.source
            holders = root.resources.values() if isinstance(root, Root) else ()
            secrets = [secret for holder in holders if holder.kind in (ENDPOINT, CERTIFICATE) for secret in secrets_of(holder)]
            texts = (*(secret.value.text for secret in secrets), *root.secrets)
            values = tuple(dict.fromkeys(text for text in texts if text))
            known = _KNOWN[id(found)] = _Known(found, values, set())
            while len(_KNOWN) > 8:
                _KNOWN.popitem(last=False)
        if file not in known.files:
            known.files.add(file)
            _SECRET_VALUES.setdefault(str(file), {}).update(dict.fromkeys(known.values))
        return known.values


_SECRET_TEXTS: dict[tuple[Path, tuple[int, int], tuple[str, ...]], list[str]] = {}


def _secret_texts(file: Path, values: tuple[str, ...]) -> list[str]:
    """The texts of a file that must not be printed."""
    key = (file, _stamp(file), values)
    if key not in _SECRET_TEXTS:
        try:
            lines = file.read_text("utf-8", "replace").splitlines()
        except OSError:
            lines = []
        _SECRET_TEXTS[key] = secret_texts(lines, values)
    return _SECRET_TEXTS[key]


# --- CloudFormation ---------------------------------------------------------------------------------------------------

_CARRIED = "dms_checks_"
"""The key under which a finding's words travel in Checkov's copy of a vertex."""


_KEPT = ("block_type_", "block_name_", "file_path_", "id_", "hash", "resource_type", "Tags")
"""What Checkov's CloudFormation runner reads of the vertices that a graph check returns."""


class CloudFormationCheck(BaseGraphCheck):
    """One rule, for the framework ``cloudformation``."""

    def __init__(self, rule: Rule) -> None:
        super().__init__()
        self.rule = rule
        self.id = rule.checkov_id
        self.name = rule.title
        self.category = CATEGORIES[rule.number // 10].name
        self.guideline = rule.references[0]
        self.severity = Severities[rule.severity.name]
        self.benchmarks: dict[str, list[str]] = {}
        self.resource_types = list(rule.types(Dialect.CLOUDFORMATION))
        self.frameworks = ["cloudformation"]
        self.check_path = __file__

    def run(self, graph_connector: Any) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
        results: dict[CheckResult, list[dict[str, Any]]] = {CheckResult.PASSED: [], CheckResult.FAILED: []}
        for vertex in _vertices(graph_connector):
            if vertex.get("block_type_") == "resource" and vertex.get("resource_type") in self.resource_types:
                try:
                    result, carried = self._judge(vertex)
                except Exception:
                    LOGGER.error("%s could not judge %s; please report this as a bug", self.id, vertex.get("id_"))
                    continue
                if result not in results:
                    # Unknown is in no count: Checkov would make a record of it for nothing.
                    continue
                # A whole vertex would carry secrets into Checkov's JSON.
                kept = {name: vertex[name] for name in _KEPT if name in vertex}
                results[result].append({**kept, _CARRIED: carried})
        return results[CheckResult.PASSED], results[CheckResult.FAILED], []

    def _judge(self, vertex: dict[str, Any]) -> tuple[CheckResult, dict[str, Any]]:
        file = Path(vertex["file_path_"]).resolve()
        if vertex["resource_type"] not in _CARRIERS and not _speaks_of_dms(file, _stamp(file)):
            return CheckResult.UNKNOWN, {"name": self.rule.title, "keys": []}
        found = _ANALYSES.get(("template", file, _stamp(file)), lambda: read_template(file))
        address = str(vertex.get("id_", "")).rpartition(".")[2]
        if self.rule is NOT_EVALUATED and not found.holds_dms and found.source.gaps:
            reasons = [f"{gap.reason}; {gap.remedy}" for gap in found.source.gaps]
            return CheckResult.FAILED, {"name": titled(self.rule, reasons), "keys": []}
        verdict = found.verdict(self.rule, address)
        finding = verdict.finding
        keys = ["/".join(str(step) for step in finding.path[2:])] if finding else []
        return RESULTS[verdict.outcome], {"name": titled(self.rule, [finding.message] if finding else []), "keys": keys}


def _carry_messages() -> None:
    """Let CloudFormation records show the finding's words, and add what Checkov does not expand.

    If Checkov ever changes the method, the titles remain.
    """
    try:
        from checkov.cloudformation.runner import Runner
    except ImportError:
        return
    original = getattr(Runner, "get_graph_checks_report", None)
    if original is None or getattr(original, "carries_dms_messages", False):
        return

    def get_graph_checks_report(self: Any, root_folder: str | None, runner_filter: RunnerFilter) -> Any:
        report = original(self, root_folder, runner_filter)
        for record in report.failed_checks + report.passed_checks + report.skipped_checks:
            carried = (record.check_result.get("entity") or {}).pop(_CARRIED, None)
            if carried:
                record.check_name = carried["name"]
                record.check_result["evaluated_keys"] = carried["keys"]
        for record in _records_of_loops(self, root_folder, runner_filter):
            report.add_record(record)
        return report

    get_graph_checks_report.carries_dms_messages = True  # type: ignore[attr-defined]
    Runner.get_graph_checks_report = get_graph_checks_report  # type: ignore[method-assign]


def _hide_secrets() -> None:
    """Let no record of ours show a secret in its lines, passed ones included: Checkov masks findings only, and not those of CloudFormation.

    If Checkov ever changes the method, findings on Terraform and plans are still masked.
    """
    original = getattr(Report, "add_record", None)
    if original is None or getattr(original, "hides_dms_secrets", False):
        return

    def add_record(self: Any, record: Any) -> None:
        if str(getattr(record, "check_id", "")).startswith("CKV_DMS_"):
            block = record.code_block or []
            texts = masked((text for _, text in block), _SECRET_VALUES.get(str(record.file_abs_path), ()))
            record.code_block = [(line, text) for (line, _), text in zip(block, texts, strict=True)]
        original(self, record)

    add_record.hides_dms_secrets = True  # type: ignore[attr-defined]
    Report.add_record = add_record  # type: ignore[method-assign]


def _records_of_loops(runner: Any, root_folder: str | None, runner_filter: RunnerFilter) -> Iterator[Record]:
    """The findings on resources that ``Fn::ForEach`` makes: Checkov's graph does not have them."""
    checks = {check.id: check for check in get_graph_checks_registry("cloudformation").checks}
    for name, lines in (runner.definitions_raw or {}).items():
        if not any("Fn::ForEach::" in text for _, text in lines):
            continue
        resources = (runner.definitions.get(name) or {}).get("Resources") or {}
        file = Path(name).resolve()
        found = _ANALYSES.get(("template", file, _stamp(file)), lambda file=file: read_template(file))  # type: ignore[misc]
        for finding in found.findings():
            check = checks.get(finding.rule.checkov_id)
            if finding.resource in resources or not isinstance(check, CloudFormationCheck):
                continue
            if runner_filter.should_run_check(check, report_type="cloudformation"):
                kind = dict(found.addresses).get(finding.resource)
                prefix = f"{kind.types(Dialect.CLOUDFORMATION)[0]}." if kind else ""
                yield _record(finding, check, f"{prefix}{finding.resource}", name, root_folder)


def _record(finding: Finding, check: CloudFormationCheck, resource: str, file: str, root_folder: str | None) -> Record:
    record = Record(
        check_id=check.id,
        check_name=titled(finding.rule, [finding.message]),
        check_result={"result": CheckResult.FAILED, "evaluated_keys": []},
        code_block=[],
        file_path=f"/{os.path.relpath(file, root_folder)}",
        file_line_range=[finding.place.line, finding.place.last_line or finding.place.line],
        resource=resource,
        evaluations={},
        check_class=__name__,
        file_abs_path=file,
        severity=check.severity,
    )
    record.set_guideline(check.guideline)
    return record
