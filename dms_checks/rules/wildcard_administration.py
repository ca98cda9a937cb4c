"""DMS65: a policy allows everything that AWS DMS can do, on everything."""

import re
from collections.abc import Iterator

from dms_checks import iam
from dms_checks.deployment import Deployment
from dms_checks.engines import GUIDE
from dms_checks.model import Resource, Truth, Value
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import IAM_GROUP, IAM_INLINE_POLICY, IAM_POLICY, IAM_ROLE, IAM_USER, INLINE_POLICY_FIELDS

_EVERY_ACTION = re.compile(r"dms:\*+", re.IGNORECASE)
_EVERY_RESOURCE = re.compile(r"\*+|arn:[^:]*:dms:\*+:\*+:\*+")


def check(holder: Resource, deployment: Deployment) -> Iterator[Claim]:
    """Judge the statements on AWS DMS in the policies of a resource."""
    for value in _documents(holder):
        for statement in iam.policy(deployment, value).statements:
            if any(_speaks_of_dms(action) for action in statement.actions):
                yield _claim(holder, value, statement, _grants(holder, deployment))


def _documents(holder: Resource) -> Iterator[Value]:
    if holder.kind in (IAM_INLINE_POLICY, IAM_POLICY):
        yield holder["document"]
        return
    for block in holder["inline_policies"].items() or ():
        yield INLINE_POLICY_FIELDS["document"].find(block, holder.dialect)


def _grants(holder: Resource, deployment: Deployment) -> Truth:
    """Whether a policy allows anything by itself: as the boundary of a role or a user it only limits what others allow."""
    is_boundary = any(deployment.referrers(holder, kind, "boundary") for kind in (IAM_ROLE, IAM_USER))
    return Truth.UNKNOWN if is_boundary else Truth.YES


def _speaks_of_dms(action: Value) -> bool:
    return (action.text or action.outline).lower().startswith("dms:")


def _claim(holder: Resource, value: Value, statement: iam.Statement, grants: Truth) -> Claim:
    every_action = Truth.any(_all_of(action, _EVERY_ACTION) for action in statement.actions) & Truth.of(not statement.excluded)
    every_resource = Truth.any(_all_of(resource, _EVERY_RESOURCE) for resource in statement.resources)
    message = (
        f"{holder} allows dms:* on all resources without a condition; name the actions that are needed, "
        "or the resources of one account such as arn:aws:dms:*:111122223333:*"
    )
    return Claim(grants & statement.allows & every_action & every_resource & statement.always, value, message)


def _all_of(item: Value, pattern: re.Pattern[str]) -> Truth:
    return Truth.of(None if item.text is None else pattern.fullmatch(item.text) is not None)


RULE = Rule(
    65,
    "wildcard-administration",
    "Policy allows every action of AWS DMS on every resource",
    (IAM_INLINE_POLICY, IAM_POLICY, IAM_ROLE, IAM_USER, IAM_GROUP),
    check,
    Level.WARNING,
    Severity.MEDIUM,
    why="""Who may do everything with AWS DMS may point an endpoint with the company's credentials at a database of their own and copy the
data there. Give administration of AWS DMS to few, for the resources that they administer.

Judged are statements that name `dms:*`, and those that allow it on `*`. Policies for all services (`*`) are a matter for general checks, and AWS's own
policies cannot be changed. A permissions boundary allows nothing by itself.""",
    fix="""Name the actions (`dms:StartReplicationTask`, `dms:Describe*`), the resources (`arn:aws:dms:*:111122223333:*` are those of one account), or a
condition such as `aws:ResourceTag/team`.""",
    references=(
        f"{GUIDE}security-iam.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
    ),
)
