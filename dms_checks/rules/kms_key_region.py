"""DMS14: AWS DMS is given a KMS key of another Region."""

import re
from collections.abc import Iterator

from dms_checks.deployment import Deployment, key_behind, keys_of, same
from dms_checks.engines import GUIDE
from dms_checks.marks import HOLE
from dms_checks.model import Resource, Truth, Value
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import CONSUMERS, ENDPOINT, REGION

_ARN = re.compile(rf"arn:[^:]*:([a-z0-9-]+):({REGION}):")

_NEIGHBOURS = {
    # What has to be in the Region of the resource that names it: the attribute, the service in its ARN, and what it is called.
    "certificate": ("dms", "a certificate"),
    "secret": ("secretsmanager", "a secret"),
    "source_endpoint": ("dms", "an endpoint"),
    "target_endpoint": ("dms", "an endpoint"),
}


def check(user: Resource, deployment: Deployment) -> Iterator[Claim]:
    """Judge the Region of each key that a consumer or an endpoint names."""
    for value in keys_of(user):
        yield _claim(user, value, deployment)


def _claim(user: Resource, value: Value, deployment: Deployment) -> Claim:
    key = key_behind(deployment, value).used
    text = value.text or value.outline
    if key is None and text and not text.startswith(("arn:", HOLE)):
        # An id or the name of an alias means one of the resource's own Region.
        return Claim(Truth.NO, value, "")
    there = Value.known(_region_in(text, "kms")) if key is None else deployment.region(key)
    here, how = _own_region(user, deployment)
    named = f"a KMS key of {there.text}" if key is None else f"{key.where}, a KMS key of {there.text}"
    message = (
        f"{user} {how} {here.text}, but is encrypted with {named}; name a key of {here.text}, which may be a replica of that one"
    )
    return Claim(~same(here, there), value, message, (key,) if key else ())


def _region_in(text: str, service: str) -> str:
    """The Region in the ARN of something of a service; nothing where there is none."""
    found = _ARN.match(text)
    return found.group(2) if found and found.group(1) == service else ""


def _own_region(user: Resource, deployment: Deployment) -> tuple[Value, str]:
    """The Region of a resource, by itself or by what it names beside the key, and the verb for it."""
    region = deployment.region(user)
    if region.is_known:
        return region, "is in"
    named: dict[str, str] = {}
    for attribute, (service, what) in _NEIGHBOURS.items():
        value = user[attribute] if attribute in user.kind.attributes else Value.absent()
        if found := _region_in(value.text or value.outline, service):
            named.setdefault(found, what)
    if len(named) != 1:
        return region, ""
    ((found, what),) = named.items()
    return Value.known(found), f"uses {what} of"


RULE = Rule(
    14,
    "kms-key-region",
    "KMS key is of another Region",
    (*CONSUMERS, ENDPOINT),
    check,
    Level.ERROR,
    Severity.MEDIUM,
    why="""AWS DMS can use keys of its own Region only, for storage and connection information as for what it writes to Amazon S3: with a key of
another Region, the deployment fails. This is also true of multi-Region keys, of which the replica in the right Region has to be named.

The key's Region stands in its ARN, or is that of the provider with which Terraform creates the key. The Region of the resource is

* in Terraform, its argument `region`, or that of the provider's configuration, followed through aliases and module calls;
* in CloudFormation, where no template says which Region it is for, the Region on which the key or the resource itself hangs: by a condition on
  `AWS::Region`, or by a mapping with Regions as keys;
* in both, that of the certificate, the secret or the endpoints whose ARNs the resource names: they have to be in its Region too.

Where none of them tells, nothing is reported.""",
    fix="""Name a key of the resource's Region. For a multi-Region key that is its replica there, which has the same id and another Region in its ARN.
In CloudFormation, `!Sub arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:alias/…` names the right one wherever the stack is created.""",
    references=(
        f"{GUIDE}CHAP_Security.html#CHAP_Security.EncryptionKey",
        "https://docs.aws.amazon.com/kms/latest/developerguide/multi-region-keys-overview.html",
        f"{GUIDE}security_iam_secretsmanager.html",
    ),
)
