"""DMS61: a role that AWS DMS finds by its name cannot do what it is for."""

from collections.abc import Iterator

from dms_checks import iam
from dms_checks.deployment import Deployment
from dms_checks.engines import GUIDE
from dms_checks.model import Resource, Truth
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import ENDPOINT, IAM_ROLE


def check(role: Resource, deployment: Deployment) -> Iterator[Claim]:
    """Judge policy and trust of a role with one of the three names."""
    wanted = next((item for item in iam.SERVICE_ROLES if iam.named(role["name"], item.name) is Truth.YES), None)
    if wanted is None:
        return
    permissions = iam.permissions(deployment, role)
    enough = permissions.hold(wanted.policy) | Truth.all(permissions.allow(action) for action in wanted.actions)
    message = f"{role} lacks {wanted.policy}, so AWS DMS cannot use it for {wanted.purpose}; attach arn:aws:iam::aws:policy/service-role/{wanted.policy}"
    yield Claim(~enough, role["managed_policies"], message)
    trust = iam.policy(deployment, role["trust"])
    for service in wanted.services:
        needed = _is_needed(service, deployment)
        if needed is Truth.NO:
            continue
        message = f"{role} does not trust {service.name}; add it to the services in {role.spelling('trust')}"
        yield Claim(needed & ~iam.trusted(trust, service), role["trust"], message)


def _is_needed(service: iam.Service, deployment: Deployment) -> Truth:
    """Amazon Redshift assumes the role where there is an endpoint of it; without any endpoint, nobody can tell."""
    if service != iam.REDSHIFT:
        return Truth.YES
    endpoints = deployment.all(ENDPOINT)
    engines = [endpoint.exists & endpoint["engine"].is_word("redshift", "redshift-serverless") for endpoint in endpoints]
    return Truth.any(engines) if engines else Truth.UNKNOWN


RULE = Rule(
    61,
    "service-role-policy",
    "Role for AWS DMS lacks its policy or its trust",
    (IAM_ROLE,),
    check,
    Level.ERROR,
    Severity.HIGH,
    why="""The roles that AWS DMS finds by name must trust it and hold the policy for their purpose: `dms-vpc-role` AmazonDMSVPCManagementRole,
`dms-cloudwatch-logs-role` AmazonDMSCloudWatchLogsRole, `dms-access-for-endpoint` AmazonDMSRedshiftS3Role. The last one is assumed by Amazon
Redshift as well, which is asked where the template has a Redshift endpoint. Otherwise creating a subnet group fails, tasks write no logs, and loads end in "Not authorized to get credentials of role".

Policies of your own that allow the same are as good. A role whose policies come in part from elsewhere (a module that is not there, a nested
stack, a policy that cannot be read) is not reported for what it may have.""",
    fix="""Attach the policy, with `aws_iam_role_policy_attachment` in Terraform or in `ManagedPolicyArns` in CloudFormation, and trust
`dms.amazonaws.com` (for `dms-access-for-endpoint` also `redshift.amazonaws.com`) with the action `sts:AssumeRole`.""",
    references=(
        f"{GUIDE}security-iam.html#CHAP_Security.APIRole",
        "https://github.com/terraform-aws-modules/terraform-aws-dms/issues/45",
    ),
)
