"""DMS63: what needs the service role is not made after it."""

from collections.abc import Iterator

from dms_checks.deployment import Deployment, ordering, subnet_group_of
from dms_checks.engines import GUIDE
from dms_checks.model import Resource, Truth, Value
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import (
    CONSUMERS,
    IAM_INLINE_POLICY,
    IAM_POLICY,
    IAM_ROLE,
    IAM_ROLE_POLICY_ATTACHMENT,
    REPLICATION_SUBNET_GROUP,
)

_ROLE = "dms-vpc-role"
"""AWS DMS looks for the role by this name (AWS DMS user guide, security-iam)."""

_POLICY = "/AmazonDMSVPCManagementRole"
_ATTACHING = (IAM_ROLE_POLICY_ATTACHMENT, IAM_INLINE_POLICY, IAM_POLICY)


def check(user: Resource, deployment: Deployment) -> Iterator[Claim]:
    """Judge what a subnet group, or a consumer without one, waits for."""
    roles = [role for role in deployment.with_text(IAM_ROLE, "name", _ROLE) if not role.is_data_source]
    if not roles:
        return
    if user.kind is not REPLICATION_SUBNET_GROUP and subnet_group_of(deployment, user) is not None:
        return
    for role in roles:
        attachments = _attachments(deployment, role)
        certain = [attachment for attachment, truth in attachments if truth is Truth.YES]
        wanted = [item for item in certain if item.kind is IAM_ROLE_POLICY_ATTACHMENT and _attaches(item["policies"])]
        inside = _holds_policies(role)
        if not wanted and not _attaches(role["managed_policies"]):
            wanted, inside = certain, inside | (Truth.NO if certain else Truth.UNKNOWN)
        waits = Truth.any(deployment.depends(user, attachment) for attachment in wanted)
        others = [attachment for attachment, truth in attachments if truth is Truth.UNKNOWN]
        open_ended = Truth.UNKNOWN & Truth.any(deployment.depends(user, attachment) for attachment in others)
        # Where its permissions come from elsewhere, waiting for the role is not enough, and not waiting for it is wrong.
        waits = waits | open_ended | (inside & deployment.depends(user, role))
        anchor = wanted[0] if wanted else role
        message = f"{user} needs the role {_ROLE} and is not made after {anchor.where}; {ordering(user, anchor)}"
        yield Claim(~waits & role.exists & _is_first(user, deployment), user.base, message, (anchor,))


def _attachments(deployment: Deployment, role: Resource) -> list[tuple[Resource, Truth]]:
    """What gives the role its permissions, and whether that is certain."""
    found: dict[str, tuple[Resource, Truth]] = {}
    for kind in _ATTACHING:
        for attachment in deployment.with_text(kind, "roles", _ROLE):
            found[attachment.address] = attachment, attachment.exists
        for attachment, truth in deployment.referrers(role, kind, "roles"):
            found[attachment.address] = attachment, truth
    for attachment in deployment.drafts(*_ATTACHING):
        roles = attachment["roles"].items()
        if roles is None or any(item.is_unknown for item in roles):
            found.setdefault(attachment.address, (attachment, Truth.UNKNOWN))
    return list(found.values())


def _attaches(policies: Value) -> bool:
    """Whether the service's own policy is certainly among some."""
    return any((item.text or item.outline).endswith(_POLICY) for item in policies.items() or ())


def _holds_policies(role: Resource) -> Truth:
    """Whether the role itself gives the permissions."""
    values = (role["managed_policies"], role["inline_policies"])
    return Truth.any(value.given & Truth.of(None if value.items() is None else bool(value.items())) for value in values)


def _is_first(user: Resource, deployment: Deployment) -> Truth:
    """Whether the finding stands on this resource: a consumer comes after its subnet group, if that is in the template."""
    if user.kind is REPLICATION_SUBNET_GROUP or user["subnet_group"].is_absent or user["subnet_group"].is_known:
        return Truth.YES
    return Truth.of(None if deployment.declared(REPLICATION_SUBNET_GROUP) else True)


RULE = Rule(
    63,
    "service-role-order",
    "Resource is made before the service role that it needs",
    (REPLICATION_SUBNET_GROUP, *CONSUMERS),
    check,
    Level.ERROR,
    Severity.MEDIUM,
    why="""AWS DMS creates network interfaces with the role `dms-vpc-role`, and looks for it when a replication subnet group or a replication
instance is created. A template that creates both does so at the same time, unless one waits for the other: the first deployment then fails with
"The IAM Role dms-vpc-role is not configured properly", and the second succeeds. Waiting for the role is not enough where its policy is
attached by a resource of its own.

Dependencies are followed through references, locals, modules and `depends_on` or `DependsOn`. A role that stands elsewhere is not asked
for. A plan does not show what a local refers to: what hangs on one is unknown there.""",
    fix="""Let the replication subnet group wait for what attaches the policy: `depends_on = [aws_iam_role_policy_attachment.dms_vpc]`
(Terraform), `DependsOn` with the role that holds `ManagedPolicyArns` (CloudFormation; where the role has a condition that the other resource has
not, refer to it with `Fn::If` in the other's `Metadata`, since cfn-lint refuses the `DependsOn`). What refers to the subnet group then waits too. In a
module, `depends_on` stands on the call. IAM takes some seconds to spread a role: a `time_sleep` in between helps.""",
    references=(
        f"{GUIDE}security-iam.html#CHAP_Security.APIRole",
        "https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Troubleshooting.html",
        "https://developer.hashicorp.com/terraform/language/meta-arguments/depends_on",
    ),
)
