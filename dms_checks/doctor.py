"""Whether this installation works: do our readers evaluate, and do our rules fire in the Checkov and cfn-lint that a user would start.

A host whose external checks fail to load says nothing and exits with 0, so loading proves nothing: every question here is put with a
small template that must be found. Hosts run as the programs on PATH and are not imported.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dms_checks.analysis import analyse
from dms_checks.catalogue import NOT_EVALUATED
from dms_checks.deployment import Source
from dms_checks.model import Dialect
from dms_checks.rules import endpoint_without_tls

CANARY = endpoint_without_tls.RULE
"""The rule that the canary templates violate."""

TERRAFORM = """resource "aws_dms_endpoint" "canary" {
  endpoint_id   = "canary"
  endpoint_type = "source"
  engine_name   = "mysql"
}
"""

TEMPLATE = """Resources:
  Canary:
    Type: AWS::DMS::Endpoint
    Properties:
      EndpointType: source
      EngineName: mysql
"""

FRAMEWORKS = {"terraform": Dialect.TERRAFORM, "cloudformation": Dialect.CLOUDFORMATION}
"""What Checkov calls the dialects."""

TIME_LIMIT = 120.0
"""Seconds for one run of a host; on a slow machine its start alone takes ten."""

LOOK_AT_HCL2 = """
import importlib.metadata as metadata
import json

def look_up(ask, name):
    try:
        return ask(name)
    except metadata.PackageNotFoundError:
        return None

try:
    from hcl2 import START_LINE
    works = True
except Exception:
    works = False
print(json.dumps({
    "works": works,
    "fork": look_up(metadata.version, "bc-python-hcl2"),
    "original": look_up(metadata.version, "python-hcl2"),
    "requirements": look_up(metadata.requires, "checkov"),
}))
"""
"""Run by the interpreter of Checkov. A wrong ``hcl2`` fails in many ways, with any exception."""


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the report. ``remedy`` is what to do, and empty when all is well."""

    text: str
    remedy: str = ""

    @property
    def healthy(self) -> bool:
        return not self.remedy

    def __str__(self) -> str:
        return f"not ok {self.text}: {self.remedy}" if self.remedy else f"ok {self.text}"


class Trouble(Exception):
    """A program that gave no usable answer; the text says why."""


def examination(policies: Path) -> Iterator[Result]:
    """Examine one thing after the other. ``policies`` is the folder for Checkov."""
    with tempfile.TemporaryDirectory(prefix="dms-checks-") as name:
        folder = Path(name)
        (folder / "canary.tf").write_text(TERRAFORM, encoding="utf-8")
        (folder / "canary.yaml").write_text(TEMPLATE, encoding="utf-8")
        yield _reader(Dialect.TERRAFORM, _terraform, folder)
        yield _reader(Dialect.CLOUDFORMATION, _cloudformation, folder)
        checkov, cfn_lint = shutil.which("checkov"), shutil.which("cfn-lint")
        if checkov is None and cfn_lint is None:
            remedy = "run pip install 'dms-checks[all]', or activate the environment that holds them"
            yield Result("neither Checkov nor cfn-lint is on PATH", remedy)
            return
        yield from [Result("Checkov is not installed")] if checkov is None else _checkov(checkov, folder, policies)
        yield Result("cfn-lint is not installed") if cfn_lint is None else _cfn_lint(cfn_lint, folder)


# --- Our own readers --------------------------------------------------------------------------------------------------


# Imported where they are used: they need yaml, and what is not installed must not keep the doctor from saying so.


def _terraform(folder: Path) -> Source:
    from dms_checks.readers.terraform import read_folder

    return read_folder(folder, time_limit=TIME_LIMIT)


def _cloudformation(folder: Path) -> Source:
    from dms_checks.readers.cloudformation_file import read_template

    return read_template(folder / "canary.yaml")


def _reader(dialect: Dialect, read: Callable[[Path], Source], folder: Path) -> Result:
    """Whether the canary in one dialect is found by the library itself."""
    try:
        source = read(folder)
    except ImportError as error:
        return Result(f"{dialect.value} is not evaluated, {error}", _install(sys.executable))
    if any(finding.rule is CANARY for finding in analyse(source).findings()):
        return Result(f"{dialect.value} is evaluated")
    reasons = "; ".join(gap.reason for gap in source.gaps) or f"{CANARY.id} does not fire"
    return Result(f"{dialect.value} is not evaluated, {reasons}", _install(sys.executable))


def _install(interpreter: str, what: str = "dms-checks") -> str:
    return f"run {shlex.quote(interpreter)} -m pip install {what}"


# --- Checkov ----------------------------------------------------------------------------------------------------------


def _checkov(program: str, folder: Path, policies: Path) -> Iterator[Result]:
    interpreter = interpreter_of(Path(program))
    hcl2 = _hcl2(interpreter, folder)
    if hcl2 is not None:
        yield hcl2
    command = [program, "--directory", ".", "--external-checks-dir", str(policies), "--check", "CKV_DMS_*"]
    command += ["--framework", *FRAMEWORKS, "--output", "json", "--compact", "--quiet"]
    try:
        done = _run(command, folder, {"BC_SKIP_MAPPING": "TRUE", "CKV_SKIP_PACKAGE_UPDATE_CHECK": "TRUE", "LOG_LEVEL": "ERROR"})
        reports = _reports(done)
    except Trouble as trouble:
        broken = hcl2 is not None and not hcl2.healthy
        remedy = "repair hcl2 first, as said above" if broken else _install(interpreter, "--force-reinstall checkov")
        yield Result(f"Checkov ({program}) does not work, {trouble}", remedy)
        return
    version = next((report.get("summary", {}).get("checkov_version") for report in reports), None) or "of unknown version"
    for framework, dialect in FRAMEWORKS.items():
        found = _found(reports, framework)
        if CANARY.checkov_id in found:
            yield Result(f"our rules fire in Checkov {version} on {dialect.value} ({program})")
        else:
            reason = found.get(NOT_EVALUATED.checkov_id) or _last_line(done.stderr) or f"{CANARY.checkov_id} is not in its report"
            yield Result(
                f"our rules do not fire in Checkov {version} on {dialect.value} ({program}), {reason}", _install(interpreter)
            )


def _reports(done: "subprocess.CompletedProcess[str]") -> list[dict[str, Any]]:
    """Checkov writes one report or, with several frameworks, a list."""
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        raise Trouble(_last_line(done.stderr) or f"exit code {done.returncode}") from None
    return [report for report in (answer if isinstance(answer, list) else [answer]) if isinstance(report, dict)]


def _found(reports: Iterable[dict[str, Any]], framework: str) -> dict[str, str]:
    """The names of the failed checks of a framework, by id."""
    records = (
        record
        for report in reports
        if report.get("check_type") == framework
        for record in report.get("results", {}).get("failed_checks", ())
    )
    return {str(record.get("check_id")): str(record.get("check_name")) for record in records}


def _hcl2(interpreter: str, folder: Path) -> Result | None:
    """Whether ``hcl2`` is the one that Checkov needs: two packages install a module of that name. None where there is no Checkov."""
    try:
        seen = json.loads(_run([interpreter, "-c", LOOK_AT_HCL2], folder).stdout)
    except (Trouble, ValueError):
        return None
    if seen["requirements"] is None:
        return None
    if seen["works"] and seen["original"] is None:
        return Result(f"hcl2 is the one that Checkov brings (bc-python-hcl2 {seen['fork']})")
    pip = f"{shlex.quote(interpreter)} -m pip"
    reinstall = f"{pip} install --force-reinstall --no-deps {_pinned(seen['requirements'], seen['fork'])}"
    if seen["original"] is None:
        return Result("hcl2 is broken, and Checkov does not start without it", f"run {reinstall}")
    text = f"python-hcl2 {seen['original']} is installed over the hcl2 that Checkov brings"
    return Result(text, f"run {pip} uninstall -y python-hcl2 && {reinstall}")


def _pinned(requirements: Iterable[str], installed: str | None) -> str:
    """The fork in the version that Checkov asks for."""
    pins = (re.match(r"bc-python-hcl2\s*\(?==\s*([^\s;,)]+)", requirement) for requirement in requirements)
    version = next((pin.group(1) for pin in pins if pin), installed)
    return f"bc-python-hcl2=={version}" if version else "bc-python-hcl2"


# --- cfn-lint ---------------------------------------------------------------------------------------------------------


def _cfn_lint(program: str, folder: Path) -> Result:
    interpreter = interpreter_of(Path(program))
    command = [program, "--template", "canary.yaml", "--append-rules", "dms_checks.cfn_lint", "--format", "json"]
    try:
        done = _run(command, folder)
    except Trouble as trouble:
        return Result(f"cfn-lint ({program}) does not work, {trouble}", _install(interpreter, "--force-reinstall cfn-lint"))
    try:
        ids = {match["Rule"]["Id"] for match in json.loads(done.stdout)}
    except (ValueError, TypeError, KeyError):
        ids = set()
    if CANARY.cfn_lint_id in ids:
        return Result(f"our rules fire in cfn-lint ({program})")
    reason = _last_line(done.stderr) or f"{CANARY.cfn_lint_id} is not in its report"
    return Result(f"our rules do not fire in cfn-lint ({program}), {reason}", _install(interpreter))


# --- Programs ---------------------------------------------------------------------------------------------------------


def interpreter_of(script: Path) -> str:
    """The Python that starts a console script; the one that runs this where the script does not tell."""
    try:
        with script.open("rb") as stream:
            lines = stream.read(1024).decode("utf-8").splitlines()[:2]
        words = shlex.split(lines[0].removeprefix("#!")) if lines and lines[0].startswith("#!") else []
        if words and Path(words[0]).name == "sh":
            # pip writes '''exec' "/long or spaced/path/python" "$0" "$@" where a path does not fit the first line.
            words = shlex.split(lines[1])[1:]
    except (OSError, ValueError, IndexError):
        words = []
    if words and Path(words[0]).name == "env":
        words = [shutil.which(words[1]) or ""] if len(words) > 1 else []
    if words and re.match(r"(python|pypy)", Path(words[0]).name):
        return words[0]
    return sys.executable


def _run(command: list[str], folder: Path, settings: Mapping[str, str] | None = None) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, **(settings or {})}
    # With a key Checkov would send its report to the platform.
    environment.pop("BC_API_KEY", None)
    try:
        return subprocess.run(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=TIME_LIMIT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Trouble(f"it took more than {TIME_LIMIT:g} seconds") from None
    except OSError as error:
        raise Trouble(f"it cannot be started ({error.strerror})") from None


def _last_line(text: str) -> str:
    """What a program said last: of a traceback, the error."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else ""
