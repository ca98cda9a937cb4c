"""DMS91: a plan changes the credentials of an endpoint while it is in use."""

from collections.abc import Iterator

from dms_checks.changes import users_of
from dms_checks.deployment import Deployment
from dms_checks.engines import GUIDE
from dms_checks.model import Action, Dialect, Resource, Truth
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import ENDPOINT, REPLICATION_TASK

_IDLE = ("ready", "stopped", "failed")
"""What a task is while it does not use its endpoints: ``Status`` of ReplicationTask, AWS DMS API reference."""


def check(endpoint: Resource, deployment: Deployment) -> Iterator[Claim]:
    """Judge an update in place; a replacement is DMS90's and DMS92's."""
    change = endpoint.change
    if change is None or change.action not in (Action.UPDATE, Action.NONE):
        return
    differences = [(path, change.differs(path)) for path in endpoint.paths("credentials")]
    changed = [path for path, truth in differences if truth is Truth.YES]
    # They may hold a password among other settings.
    hidden = [change.differs(path) & Truth.UNKNOWN for path in endpoint.paths("extra_connection_attributes")]
    users = [(user, truth & _is_running(user) & ~_is_paused(endpoint, user)) for user, truth in users_of(deployment, endpoint)]
    running = [user for user, truth in users if truth is Truth.YES]
    truth = Truth.any([*(truth for _, truth in differences), *hidden]) & (
        Truth.any(truth for _, truth in users) | ~deployment.complete
    )
    message = (
        f"{endpoint} gets another {' and another '.join('.'.join(path) for path in changed)} while "
        f"{' and '.join(str(user) for user in running)} {'uses' if len(running) == 1 else 'use'} it; {_advice(endpoint, running)}"
    )
    yield Claim(truth, endpoint.read(changed[0]) if changed else endpoint.base, message, tuple(running))


def _is_running(user: Resource) -> Truth:
    """Whether something that was there before runs: of a serverless replication no plan tells."""
    return Truth.YES if user.kind is not REPLICATION_TASK else ~user.before("status").is_word(*_IDLE)


def _is_paused(endpoint: Resource, user: Resource) -> Truth:
    """Whether the provider stops and resumes what uses the endpoint; what it does for serverless replications is not documented."""
    paused = endpoint["pause_tasks"].is_word("true")
    return paused if user.kind is REPLICATION_TASK else paused & Truth.UNKNOWN


def _advice(endpoint: Resource, users: list[Resource]) -> str:
    kind = "task" if all(user.kind is REPLICATION_TASK for user in users) else "replication"
    steps = f"stop the {kind}, change the password at the database, modify the endpoint, then resume the {kind}"
    pause = f", or let the provider stop and resume it with {endpoint.spelling('pause_tasks')} = true"
    return f"{steps}{pause if kind == 'task' else ''}"


RULE = Rule(
    91,
    "password-change-in-use",
    "Credentials of an endpoint change while a task uses it",
    (ENDPOINT,),
    check,
    Level.WARNING,
    Severity.HIGH,
    why="""AWS DMS refuses to modify an endpoint while a task that uses it runs, and a task that runs while the password changes at the database
loses its connection: the order matters. Terraform modifies the endpoint at once, and by itself stops no task.

User name, password, secret and the credentials of Kafka, Oracle and Redis are compared, and never printed. A task that the state shows as
ready, stopped or failed is not in use, nor is one that the plan creates. Of a serverless replication no plan tells whether it runs.

This is judged in Terraform plans only, since nothing else tells of changes.""",
    fix="""Stop the task, change the password with the database's own means, modify the endpoint, and start or resume the task, in this order.
`pause_replication_tasks = true` makes the provider stop the tasks of an endpoint before it modifies it, and resume them afterwards. It does so
for replication tasks, not for serverless replications. A secret in AWS Secrets Manager whose value changes needs no change of the endpoint.""",
    references=(
        f"{GUIDE}CHAP_Security.html#CHAP_Security.ChangingDBPassword",
        "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/dms_endpoint",
    ),
    dialects=(Dialect.TERRAFORM,),
)
