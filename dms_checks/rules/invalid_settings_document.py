"""DMS72: settings or table mappings that AWS DMS does not accept."""

from collections.abc import Iterator, Mapping

from dms_checks.deployment import Deployment
from dms_checks.engines import GUIDE
from dms_checks.json_text import document, member
from dms_checks.model import Resource, Truth, Value
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import REPLICATION_CONFIG, REPLICATION_TASK

READ_ONLY = ("CloudWatchLogGroup", "CloudWatchLogStream")
"""Members of Logging that AWS DMS sets itself. With null, as in the guide's own example, they are left out."""


def check(task: Resource, _: Deployment) -> Iterator[Claim]:
    """Judge the settings and the table mappings of a task or a serverless replication."""
    for name, judge in (("settings", _read_only), ("table_mappings", _without_selection)):
        value = task[name]
        if value.is_absent:
            continue
        found = document(value)
        problem = found.problem or _wrong_shape(found.content)
        if problem:
            truth, message = Truth.YES, f"AWS DMS cannot read {task.spelling(name)} of {task}, {problem}"
        elif isinstance(found.content.content, Mapping):
            truth, problem = judge(found.content, task)
            message = f"{task.spelling(name)} of {task} {problem}"
        else:
            truth, message = Truth.UNKNOWN, ""
        yield Claim(truth, value, message)


def _wrong_shape(content: Value) -> str:
    if not content.is_known or isinstance(content.content, Mapping):
        return ""
    if isinstance(content.content, str):
        return "it is JSON of a text and not of an object; write the object itself, encoded once"
    return f"it is a {'list' if isinstance(content.content, tuple) else 'single value'} and not an object; write a JSON object"


def _read_only(settings: Value, task: Resource) -> tuple[Truth, str]:
    """Whether settings set what AWS DMS sets. Of a task that is there already, a plan shows what AWS reports, and those are in it."""
    logging = member(settings, "Logging")
    given = {name: member(logging, name).given for name in READ_ONLY}
    names = " and ".join(name for name, truth in given.items() if truth is Truth.YES)
    truth = Truth.NO if task.is_deployed else Truth.any(given.values())
    return truth, f"set {names} in Logging, which AWS DMS chooses itself and takes from nobody; leave that out"


def _without_selection(mappings: Value, _: Resource) -> tuple[Truth, str]:
    """Whether table mappings select nothing."""
    advice = "so no table is migrated; write in the list rules one with the rule-type selection and the rule-action include"
    rules = member(mappings, "rules")
    if rules.is_absent:
        # TableMappings is the form before rules, which AWS no longer documents.
        is_older = member(mappings, "TableMappings").given
        return Truth.YES if is_older is Truth.NO else Truth.UNKNOWN, f"hold no rules, {advice}"
    if not isinstance(rules.content, tuple):
        return Truth.UNKNOWN, ""
    items = rules.items() or ()
    selects = Truth.any(member(item, "rule-type").is_word("selection") for item in items)
    return ~selects, f"hold no selection rule, {advice}" if items else f"hold no rules, {advice}"


RULE = Rule(
    72,
    "invalid-settings-document",
    "Task settings or table mappings that AWS DMS does not accept",
    (REPLICATION_TASK, REPLICATION_CONFIG),
    check,
    Level.ERROR,
    Severity.MEDIUM,
    why="""Settings and table mappings are JSON documents inside a template, and nobody but AWS DMS reads them, after everything else was created. A
document that is no JSON object fails there. So do settings that were copied from an existing task with its `CloudWatchLogGroup` and `CloudWatchLogStream`,
which AWS DMS chooses itself. Table mappings need at least one selection rule: without one there is nothing to migrate, and transformations
have nothing to transform.

Judged is text, `jsonencode`, `Fn::Sub`, `Fn::Join`, and an object. What a part that is not known would make of a document is unknown. Of a task
that exists already, a Terraform plan shows the settings as AWS reports them: the two members are not judged there.""",
    fix="""Correct the document where the message says, and leave `CloudWatchLogGroup` and `CloudWatchLogStream` out. The smallest table mappings are:

```json
{
  "rules": [
    {
      "rule-type": "selection",
      "rule-id": "1",
      "rule-name": "all",
      "object-locator": {"schema-name": "%", "table-name": "%"},
      "rule-action": "include"
    }
  ]
}
```

In Terraform, `jsonencode` writes JSON that is always correct.""",
    references=(
        f"{GUIDE}CHAP_Tasks.CustomizingTasks.TableMapping.SelectionTransformation.Selections.html",
        f"{GUIDE}CHAP_Tasks.CustomizingTasks.TaskSettings.Logging.html",
        "https://github.com/hashicorp/terraform-provider-aws/issues/21512",
    ),
)
