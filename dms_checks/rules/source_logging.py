"""DMS70: a task does not log reading from the source database."""

from collections.abc import Iterator

from dms_checks.deployment import Deployment
from dms_checks.engines import GUIDE
from dms_checks.model import Resource
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.task_logging import logging_of
from dms_checks.vocabulary import REPLICATION_CONFIG, REPLICATION_TASK

COMPONENTS = ("SOURCE_CAPTURE", "SOURCE_UNLOAD")


def check(task: Resource, _: Deployment) -> Iterator[Claim]:
    """Judge the logging of the source in the settings of a task or a serverless replication."""
    logged, message = logging_of(task, "the source database", COMPONENTS)
    yield Claim(~logged, task["settings"], message)


RULE = Rule(
    70,
    "source-logging",
    "Task does not log what it reads from the source",
    (REPLICATION_TASK, REPLICATION_CONFIG),
    check,
    Level.WARNING,
    Severity.MEDIUM,
    why="""Without logs nobody can tell why a migration failed or what it left out. Logging is off unless the settings turn
it on. `SOURCE_UNLOAD` logs the full load and `SOURCE_CAPTURE` the ongoing changes; Security Hub (DMS.8) wants both, whatever the
task's migration type, each with the severity `LOGGER_SEVERITY_DEFAULT`, `LOGGER_SEVERITY_DEBUG` or `LOGGER_SEVERITY_DETAILED_DEBUG`. `LOGGER_SEVERITY_INFO`
is not enough for it.

A list in `LogComponents` that leaves a component out, or that is empty, is a finding: Security Hub looks for the components in the settings. AWS DMS
has been seen to add those that are missing with the severity DEFAULT, so that such a task may pass once it is deployed; that it does so is not documented,
and a list that names them is certain. Where logging is on and `LogComponents` is left out altogether, the verdict is unknown, for the same reason: the
Terraform provider takes all components with that severity for what AWS DMS makes of it.

Settings that are no JSON are unknown here and DMS72's subject. Serverless replications are judged in the same way, although Security Hub does
not look at them.""",
    fix="""Write in the settings (`replication_task_settings` or `replication_settings` in Terraform, `ReplicationTaskSettings` or `ReplicationSettings` in
CloudFormation):

```json
{
  "Logging": {
    "EnableLogging": true,
    "LogComponents": [
      {"Id": "SOURCE_CAPTURE", "Severity": "LOGGER_SEVERITY_DEFAULT"},
      {"Id": "SOURCE_UNLOAD", "Severity": "LOGGER_SEVERITY_DEFAULT"}
    ]
  }
}
```

The account needs the role `dms-cloudwatch-logs-role` for it.""",
    references=(
        f"{GUIDE}CHAP_Tasks.CustomizingTasks.TaskSettings.Logging.html",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/dms-controls.html#dms-8",
        "https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/2563",
    ),
)
