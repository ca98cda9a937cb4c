"""What a replication task or a serverless replication logs, by its settings document.

Sources: the user guide's "Logging task settings"; Security Hub DMS.7 and DMS.8, which want each of their components at the severity
DEFAULT or with more detail. That AWS DMS fills in components: aws-cloudformation/cloudformation-coverage-roadmap#2563, and the AWS provider's
replication_config_test.go, which applies settings without a list and expects an empty plan.
"""

from collections.abc import Iterable

from dms_checks.json_text import document, member
from dms_checks.model import Resource, Truth, Value

SEVERITIES = ("default", "debug", "detailed-debug")
"""Enough detail for Security Hub. INFO is less than DEFAULT, although the user guide describes both alike."""

_PREFIX = "logger-severity-"
_ENOUGH = (*SEVERITIES, *(f"{_PREFIX}{severity}" for severity in SEVERITIES))


def logging_of(task: Resource, subject: str, components: tuple[str, ...]) -> tuple[Truth, str]:
    """Whether a task logs all of these components, which tell of ``subject``; and a message that says what is wrong when it does not."""
    settings = document(task["settings"]).content
    logging = member(settings, "Logging")
    is_on = _is_true(member(logging, "EnableLogging"))
    listed = member(logging, "LogComponents")
    entries = listed.items()
    logged = {name: _is_logged(entries, name) for name in components}
    lacking = [name for name, truth in logged.items() if truth is Truth.NO]
    # Where there is no list, AWS DMS has been seen to log all components with the severity DEFAULT; it documents nothing.
    enough = Truth.UNKNOWN if listed.is_absent else Truth.all(logged.values())
    if is_on & enough is not Truth.NO:
        return is_on & enough, ""
    spelling = task.spelling("settings")
    steps = (
        [f"list {' and '.join(lacking)} in Logging.LogComponents with the Severity LOGGER_SEVERITY_DEFAULT"] if lacking else []
    )
    if is_on is Truth.NO:
        problem = f"it has no {spelling}" if settings.is_absent else f"its {spelling} do not turn logging on"
        steps.insert(0, "set Logging.EnableLogging to true")
    else:
        problem = f"its {spelling} {' and '.join(_problems(entries or (), lacking))}"
    return is_on & enough, f"{task} does not log {subject}, {problem}; {' and '.join(steps)}"


def _is_true(value: Value) -> Truth:
    """Left out, logging is off."""
    return value.is_word("true") if value.is_absent or value.is_word("true", "false") is Truth.YES else Truth.UNKNOWN


def _is_logged(entries: tuple[Value, ...] | None, name: str) -> Truth:
    """Whether a list of components holds this one with enough detail."""
    if entries is None:
        return Truth.UNKNOWN
    return Truth.any(_is(entry, name) & _has_enough(member(entry, "Severity")) for entry in entries)


def _is(entry: Value, name: str) -> Truth:
    return member(entry, "Id").is_word(_word(name))


def _has_enough(severity: Value) -> Truth:
    return Truth.UNKNOWN if severity.is_absent else severity.is_word(*_ENOUGH)


def _problems(entries: Iterable[Value], lacking: Iterable[str]) -> list[str]:
    """What is wrong with the components that are not logged."""
    severities = {member(entry, "Id").word: member(entry, "Severity").text for entry in entries}
    found: dict[str | None, list[str]] = {}
    for name in lacking:
        found.setdefault(severities.get(_word(name)), []).append(name)
    return [
        f"leave out {' and '.join(names)}" if severity is None else f"give {' and '.join(names)} only {severity}"
        for severity, names in found.items()
    ]


def _word(name: str) -> str:
    return name.lower().replace("_", "-")
