"""DMS62: AWS DMS reads secrets as a principal of its Region, which the role does not trust."""

from collections.abc import Iterator

from dms_checks import iam
from dms_checks.deployment import Deployment
from dms_checks.engines import GUIDE
from dms_checks.model import Resource, Truth
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import IAM_ROLE


def check(role: Resource, deployment: Deployment) -> Iterator[Claim]:
    """Judge the trust of a role that an endpoint reads its secret with."""
    users = iam.endpoints_with(deployment, role, "secrets_role", "storage_secrets_role")
    if not users:
        return
    used = Truth.any(truth for _, truth in users)
    trust = iam.policy(deployment, role["trust"])
    instead = "only dms.amazonaws.com" if iam.trusted(trust, iam.DMS_GLOBAL) is Truth.YES else "another principal"
    message = (
        f"{role} reads the secret of {users[0][0]}, but trusts {instead}; "
        f"add the principal of the Region, such as dms.us-east-1.amazonaws.com, to {role.spelling('trust')}"
    )
    yield Claim(used & ~iam.trusted(trust, iam.DMS_REGIONAL), role["trust"], message, (users[0][0],))


RULE = Rule(
    62,
    "secrets-role-trust",
    "Role for secrets does not trust AWS DMS in its Region",
    (IAM_ROLE,),
    check,
    Level.ERROR,
    Severity.HIGH,
    why="""An endpoint with credentials in Secrets Manager names the role that AWS DMS reads the secret with. AWS DMS assumes that role as the
service principal of its Region, `dms.us-east-1.amazonaws.com`, and checks it when the endpoint is created: a role that trusts
`dms.amazonaws.com` only is refused.""",
    fix="""Add the regional principal to the trust policy, beside `dms.amazonaws.com` if the role serves other purposes too:
`"dms.${data.aws_region.current.name}.amazonaws.com"` in Terraform, `!Sub dms.${AWS::Region}.amazonaws.com` in CloudFormation.""",
    references=(f"{GUIDE}security_iam_secretsmanager.html",),
)
