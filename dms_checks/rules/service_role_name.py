"""DMS60: AWS DMS looks for a role by its name, and this one has another."""

from collections.abc import Iterator

from dms_checks import iam
from dms_checks.deployment import Deployment
from dms_checks.engines import GUIDE
from dms_checks.marks import HOLE
from dms_checks.model import Resource, Truth
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import ENDPOINT, IAM_ROLE


def check(role: Resource, deployment: Deployment) -> Iterator[Claim]:
    """Judge the name and the path of a role that AWS DMS is to find by name, by AWS's policy for it."""
    wanted = next((item for item in iam.SERVICE_ROLES if iam.named(role["name"], item.name) is Truth.YES), None)
    if wanted is not None:
        yield _path(role, wanted)
        return
    trust = iam.policy(deployment, role["trust"])
    trusted = iam.trusted(trust, iam.DMS_ANYWHERE)
    if trusted is Truth.NO:
        return
    permissions = iam.permissions(deployment, role)
    for item in iam.SERVICE_ROLES:
        certain = trusted & permissions.hold(item.policy) & _is_meant(role, trust, item)
        if certain is not Truth.NO:
            yield _name(role, item, certain & ~_serves(deployment, role, item) if certain is Truth.YES else certain)


def _path(role: Resource, wanted: iam.ServiceRole) -> Claim:
    path, spelling = role["path"], role.spelling("path")
    message = f"{role} has the {spelling} {path.text}, but AWS DMS looks for {wanted.name} without one; leave {spelling} out"
    return Claim(~iam.named(path, "/"), path, message)


def _name(role: Resource, wanted: iam.ServiceRole, certain: Truth) -> Claim:
    name, spelling = role["name"], role.spelling("name")
    written = name.text or name.outline.replace(HOLE, "\N{HORIZONTAL ELLIPSIS}")
    state = f"is named {written}" if written else "has a generated name"
    message = (
        f"{role} carries {wanted.policy} and {state}, but for {wanted.purpose} AWS DMS only looks for {wanted.name}; "
        f"set {spelling} to {wanted.name}"
    )
    return Claim(certain & ~iam.named(name, wanted.name), name, message)


def _is_meant(role: Resource, trust: iam.Policy, wanted: iam.ServiceRole) -> Truth:
    """Whether a role with the policy is for the purpose: the one for Redshift is lent to others, without Redshift's trust."""
    name = role["name"].text or role["name"].outline
    if wanted.name.removeprefix("dms-") in name:
        return Truth.YES
    return Truth.all(iam.trusted(trust, service) for service in wanted.services if service != iam.DMS_GLOBAL)


def _serves(deployment: Deployment, role: Resource, wanted: iam.ServiceRole) -> Truth:
    """Whether the role does something else, or another one has the name."""
    others = deployment.mentioning((wanted.name,), IAM_ROLE)
    used = [truth for _, truth in deployment.referrers(role, ENDPOINT, "service_role")]
    return Truth.any([*used, *(iam.named(other["name"], wanted.name) for other in others)])


RULE = Rule(
    60,
    "service-role-name",
    "AWS DMS does not find the role under its name",
    (IAM_ROLE,),
    check,
    Level.ERROR,
    Severity.HIGH,
    why="""AWS DMS is not told which role to use for its network interfaces, its logs and its Redshift loads: it looks for `dms-vpc-role`,
`dms-cloudwatch-logs-role` and `dms-access-for-endpoint` by name. A role with a prefix, a generated name or a path is not found: creating a
subnet group or an instance ends in "The IAM Role … is not configured properly", tasks write no logs.

The purpose of a role is seen by AWS's policy for it. A role that an endpoint names itself, or whose name hangs on a value that is not known,
is not reported, nor is one beside another role that has the right name.""",
    fix="""Write the name as a literal, `name = "dms-vpc-role"` in Terraform (not `name_prefix`), `RoleName: dms-vpc-role` in CloudFormation, and leave
the path out. There is one such role per account: if it exists already, refer to it and do not create a second one.""",
    references=(
        f"{GUIDE}security-iam.html#CHAP_Security.APIRole",
        "https://github.com/hashicorp/terraform-provider-aws/issues/11025",
    ),
)
