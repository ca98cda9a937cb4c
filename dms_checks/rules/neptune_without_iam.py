"""DMS56: AWS DMS connects to Neptune without IAM authorization."""

from collections.abc import Iterator

from dms_checks.deployment import Deployment
from dms_checks.engines import ENGINES, GUIDE
from dms_checks.model import Dialect, Resource
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import ENDPOINT


def check(endpoint: Resource, _: Deployment) -> Iterator[Claim]:
    """Judge whether an endpoint for Neptune uses IAM authorization."""
    engine = ENGINES.get(endpoint["engine"].word or "")
    if engine is None or engine.authentication != "iam_authentication":
        return
    enabled = endpoint["iam_authentication"]
    yield Claim(
        enabled.is_word("false", "0"),
        enabled,
        f"{endpoint} connects to {engine.title} without IAM authorization; set {endpoint.spelling('iam_authentication')} to true, "
        "and let the role of ServiceAccessRoleArn connect to the cluster",
    )


RULE = Rule(
    56,
    "neptune-without-iam",
    "Neptune endpoint does not use IAM authorization",
    (ENDPOINT,),
    check,
    Level.ERROR,
    Severity.MEDIUM,
    why="""Without IAM authorization, whatever reaches the cluster's port may write to the graph: Neptune knows no users and passwords.
`IamAuthEnabled` is `false` unless the endpoint says otherwise. Security Hub's control DMS.10 fails such an endpoint.

Only CloudFormation can say it: the AWS provider of Terraform has no settings for Neptune, its endpoints always connect without, and are
not judged.""",
    fix="""Set `IamAuthEnabled` of `NeptuneSettings` to `true`, turn IAM authentication on for the cluster, and attach a policy that allows
`neptune-db:*` on the cluster to the role that `ServiceAccessRoleArn` names. With Terraform, set it after creation with
`aws dms modify-endpoint`.""",
    references=(
        f"{GUIDE}CHAP_Target.Neptune.html#CHAP_Target.Neptune.EndpointSettings",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/dms-controls.html#dms-10",
    ),
    dialects=(Dialect.CLOUDFORMATION,),
)
