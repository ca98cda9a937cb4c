"""DMS64: AWS DMS can be made to use a role for somebody else's account."""

from collections.abc import Iterator

from dms_checks import iam
from dms_checks.deployment import Deployment
from dms_checks.engines import GUIDE
from dms_checks.model import Resource, Truth
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import IAM_ROLE

SOURCES = ("aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths")
"""The keys that say for whom a service acts."""

NO_OPERATOR = "arnequal"
"""A sample of the user guide has it; IAM knows ArnEquals and ArnLike."""


def check(role: Resource, deployment: Deployment) -> Iterator[Claim]:
    """Judge the conditions under which a role trusts AWS DMS."""
    trust = iam.policy(deployment, role["trust"])
    spelling = role.spelling("trust")
    for statement in trust.statements:
        trusted = iam.trusted(iam.Policy((statement,)), iam.DMS_ANYWHERE)
        if trusted is Truth.NO:
            continue
        guarded = Truth.any(_guards(condition) for condition in statement.conditions)
        message = (
            f"{role} trusts AWS DMS for any account; add the condition StringEquals aws:SourceAccount "
            f"with the id of this account to {spelling}"
        )
        yield Claim(trusted & ~guarded & ~_writes_logs(role, deployment), role["trust"], message)
        for condition in statement.conditions:
            message = f"{role} has a condition with the operator ArnEqual, which IAM does not know; write ArnEquals or ArnLike"
            yield Claim(trusted & _is_no_operator(condition), role["trust"], message)


def _guards(condition: iam.Condition) -> Truth:
    return Truth.of(None if condition.key is None else condition.key.lower() in SOURCES)


def _is_no_operator(condition: iam.Condition) -> Truth:
    if condition.operator is None:
        return Truth.UNKNOWN
    operator = condition.operator.lower().rpartition(":")[2].removesuffix("ifexists")
    return Truth.of(operator == NO_OPERATOR)


def _writes_logs(role: Resource, deployment: Deployment) -> Truth:
    """The role for logs is not asked: conditions have kept AWS DMS from writing them."""
    name = iam.named(role["name"], iam.LOGS_ROLE.name)
    return name if name is Truth.YES else name | iam.permissions(deployment, role).hold(iam.LOGS_ROLE.policy)


RULE = Rule(
    64,
    "confused-deputy",
    "Role trusts AWS DMS for any account",
    (IAM_ROLE,),
    check,
    Level.WARNING,
    Severity.LOW,
    why="""A role that trusts the service AWS DMS, and nothing more, is assumed by AWS DMS for whoever asks it to, also from another account.
The condition `aws:SourceAccount` in the trust policy says for whom. A key that says the same (`aws:SourceArn`, `aws:SourceOrgID`) is taken as well.

`dms-cloudwatch-logs-role` is not asked: users report that no logs are written when its trust has such conditions. The operator `ArnEqual`, which a
sample of the user guide uses, does not exist; it is `ArnEquals`.""",
    fix="""Add to the statement that trusts AWS DMS the condition `"StringEquals": {"aws:SourceAccount": "111122223333"}`, with the id of your account:
`data.aws_caller_identity.current.account_id` in Terraform, `!Ref AWS::AccountId` in CloudFormation. It needs AWS DMS 3.4.7 or later.""",
    references=(
        f"{GUIDE}cross-service-confused-deputy-prevention.html",
        "https://github.com/terraform-aws-modules/terraform-aws-dms/issues/84",
    ),
)
