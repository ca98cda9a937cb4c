"""DMS66: the role of an endpoint may not do what AWS DMS does with it."""

from collections.abc import Iterator

from dms_checks import iam
from dms_checks.deployment import Deployment
from dms_checks.engines import ENGINES, GUIDE
from dms_checks.model import Resource, Truth
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import IAM_ROLE

_OPENSEARCH = ("es:ESHttpDelete", "es:ESHttpGet", "es:ESHttpHead", "es:ESHttpPost", "es:ESHttpPut")

ACTIONS = {
    ("s3", "source"): ("s3:GetObject", "s3:ListBucket"),
    # s3:PutObjectTagging serves the tags that a task's mappings may ask for, and nothing fails without them.
    ("s3", "target"): ("s3:PutObject", "s3:DeleteObject", "s3:ListBucket"),
    ("kinesis", "target"): ("kinesis:DescribeStream", "kinesis:PutRecord", "kinesis:PutRecords"),
    ("dynamodb", "target"): (
        "dynamodb:CreateTable",
        "dynamodb:DeleteTable",
        "dynamodb:DescribeTable",
        "dynamodb:ListTables",
        "dynamodb:PutItem",
        "dynamodb:UpdateItem",
        "dynamodb:DeleteItem",
    ),
    ("opensearch", "target"): _OPENSEARCH,
    ("elasticsearch", "target"): _OPENSEARCH,
    # Its bulk load reads from a bucket.
    ("neptune", "target"): ("s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket"),
}
"""By engine and direction, what the guide's page of the engine (CHAP_Source or CHAP_Target) asks for."""


def check(role: Resource, deployment: Deployment) -> Iterator[Claim]:
    """Judge the permissions of a role for each endpoint that names it."""
    users = iam.endpoints_with(deployment, role, "service_role")
    if not users:
        return
    permissions = iam.permissions(deployment, role)
    for endpoint, used in users:
        needed = _needed(endpoint)
        if needed:
            allowed = {action: _allowed(deployment, role, permissions, action) for action in needed}
            lacking = [action for action, truth in allowed.items() if truth is Truth.NO]
            message = (
                f"{role} is the role of {endpoint}, and no policy allows it {' and '.join(lacking)}; "
                f"AWS DMS needs that for {ENGINES[endpoint['engine'].word or ''].title}, add it to a policy of the role"
            )
            yield Claim(used & ~Truth.all(allowed.values()), role["inline_policies"], message, (endpoint,))


def _needed(endpoint: Resource) -> tuple[str, ...]:
    needed = ACTIONS.get((endpoint["engine"].word or "", endpoint["endpoint_type"].word or ""), ())
    acl = endpoint["canned_acl"].word
    return (*needed, "s3:PutObjectAcl") if "s3:PutObject" in needed and acl not in (None, "none") else needed


def _allowed(deployment: Deployment, role: Resource, permissions: iam.Permissions, action: str) -> Truth:
    allowed = permissions.allow(action)
    return iam.shared(deployment, role, action) if allowed is Truth.NO else allowed


RULE = Rule(
    66,
    "endpoint-role-permissions",
    "Role of an endpoint lacks permissions",
    (IAM_ROLE,),
    check,
    Level.ERROR,
    Severity.MEDIUM,
    why="""AWS DMS reads and writes S3, Kinesis, DynamoDB, OpenSearch and Neptune with the role that the endpoint names. Without the
permissions that the engine needs, the connection test or the task fails, sometimes only when the first row is deleted or a table is reloaded.

Judged are the actions, not which bucket or table they are allowed on. A role whose policies come in part from elsewhere, or that the policy of a
bucket, a stream or a domain may allow the action, is not reported.""",
    fix="""Allow the actions that the message lists, on the bucket and its objects, the stream, the tables or the domain of the endpoint.""",
    references=(
        f"{GUIDE}CHAP_Target.S3.html#CHAP_Target.S3.Prerequisites",
        f"{GUIDE}CHAP_Source.S3.html#CHAP_Source.S3.Permissions",
        f"{GUIDE}CHAP_Target.Kinesis.html",
        f"{GUIDE}CHAP_Target.DynamoDB.html",
        f"{GUIDE}CHAP_Target.Elasticsearch.html",
        f"{GUIDE}CHAP_Target.Neptune.html",
    ),
)
