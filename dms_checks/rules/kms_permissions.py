"""DMS16: who works with a customer managed key may not use it."""

from collections.abc import Iterator, Mapping

from dms_checks import iam
from dms_checks.deployment import Deployment, key_behind
from dms_checks.engines import GUIDE
from dms_checks.model import Resource, Truth
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import (
    CONSUMERS,
    ENDPOINT,
    IAM_ROLE,
    INSTANCE_PROFILE,
    KMS_GRANT,
    KMS_KEY_POLICY,
    REPLICATION_CONFIG,
    REPLICATION_INSTANCE,
)

CREATE = {
    REPLICATION_INSTANCE.name: "dms:CreateReplicationInstance",
    REPLICATION_CONFIG.name: "dms:CreateReplicationConfig",
    INSTANCE_PROFILE.name: "dms:CreateInstanceProfile",
    ENDPOINT.name: "dms:CreateEndpoint",
}

_REENCRYPT = ("kms:ReEncryptFrom", "kms:ReEncryptTo")

TO_CREATE = {
    "kms:ListAliases": ("kms:ListAliases",),
    "kms:DescribeKey": ("kms:DescribeKey",),
    "kms:CreateGrant": ("kms:CreateGrant",),
    "kms:Encrypt": ("kms:Encrypt",),
    "kms:ReEncrypt*": _REENCRYPT,
}
"""What the guide asks for, and the actions behind it."""

TO_WRITE = {
    "kms:Encrypt": ("kms:Encrypt",),
    "kms:Decrypt": ("kms:Decrypt",),
    "kms:ReEncrypt*": _REENCRYPT,
    "kms:GenerateDataKey*": ("kms:GenerateDataKey",),
    "kms:DescribeKey": ("kms:DescribeKey",),
}


def check(user: Resource, deployment: Deployment) -> Iterator[Claim]:
    """Judge who creates a resource with a key, and the role that writes with a key."""
    yield from _creators(user, deployment)
    if user.kind is ENDPOINT and user["endpoint_type"].is_word("source") is not Truth.YES:
        yield from _writer(user, deployment)


def _creators(user: Resource, deployment: Deployment) -> Iterator[Claim]:
    value = user["kms_key"]
    key = key_behind(deployment, value).key
    if key is None:
        return
    for principal, held in iam.administrators(deployment, CREATE[user.kind.name]):
        admitted = iam.admits(deployment, _policy_of(deployment, key), principal) | _granted(deployment, key)
        allowed = {name: Truth.all(held.allow(action) for action in actions) for name, actions in TO_CREATE.items()}
        message = (
            f"{user} uses {key.where}, and {principal}, which may create it, is not allowed {_lacking(allowed)}; "
            "allow that in its policy, or name it in the policy of the key"
        )
        yield Claim(~admitted & ~Truth.all(allowed.values()), value, message, (key, principal))


def _writer(endpoint: Resource, deployment: Deployment) -> Iterator[Claim]:
    value = endpoint["server_side_keys"]
    key = key_behind(deployment, value).key
    role = deployment.target(endpoint["service_role"], IAM_ROLE)
    if key is None or role is None or role.is_data_source:
        return
    held, policy, granted = iam.permissions(deployment, role), _policy_of(deployment, key), _granted(deployment, key)
    allowed = {
        name: granted | Truth.all(held.allow(action) | iam.admits(deployment, policy, role, action) for action in actions)
        for name, actions in TO_WRITE.items()
    }
    message = (
        f"{endpoint} encrypts objects with {key.where}, and its role {role} is not allowed {_lacking(allowed)}; "
        "allow that in a policy of the role or of the key"
    )
    yield Claim(~Truth.all(allowed.values()), value, message, (key, role))


def _lacking(allowed: Mapping[str, Truth]) -> str:
    return " and ".join(name for name, truth in allowed.items() if truth is Truth.NO)


def _policy_of(deployment: Deployment, key: Resource) -> iam.Policy:
    """The key policy, also one that stands beside the key."""
    beside = [other["policy"] for other, _ in deployment.referrers(key, KMS_KEY_POLICY, "key")]
    values = [value for value in (key["policy"], *beside) if not value.is_absent]
    return iam.Policy(tuple(statement for value in values for statement in iam.policy(deployment, value).statements))


def _granted(deployment: Deployment, key: Resource) -> Truth:
    """Whether a grant may allow what policies do not."""
    return Truth.of(None if deployment.referrers(key, KMS_GRANT, "key") else False)


RULE = Rule(
    16,
    "kms-permissions",
    "KMS key without the permissions to use it",
    (*CONSUMERS, ENDPOINT),
    check,
    Level.WARNING,
    Severity.MEDIUM,
    why="""To create a resource of AWS DMS with a customer managed key, the caller needs permissions on the key as well: either the key policy
names the caller as administrator or user, or the caller's own policy allows `kms:ListAliases`, `kms:DescribeKey`, `kms:CreateGrant`,
`kms:Encrypt` and `kms:ReEncrypt*`. For the key that an S3 or Redshift endpoint encrypts its objects with, the role of the endpoint needs
`kms:Encrypt`, `kms:Decrypt`, `kms:ReEncrypt*`, `kms:GenerateDataKey*` and `kms:DescribeKey`.

Judged are the roles and users that stand in the template beside the key, and may create the resource by a policy that names actions of AWS DMS. Who
else deploys, the template does not say. Grants, and policies that cannot be read, may allow the rest.""",
    fix="""Add the actions that the message lists to the policy of the role or user, limited to the key, or add a statement for it to the policy of
the key.""",
    references=(
        f"{GUIDE}CHAP_Security.html#CHAP_Security.EncryptionKey",
        f"{GUIDE}CHAP_Target.S3.html#CHAP_Target.S3.KMSKeys",
    ),
)
