"""DMS83: a resource has no tag."""

from collections.abc import Iterator, Mapping

from dms_checks.deployment import Deployment
from dms_checks.engines import GUIDE
from dms_checks.model import Dialect, Resource, Truth, Value
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import CERTIFICATE, EVENT_SUBSCRIPTION, REPLICATION_INSTANCE, REPLICATION_SUBNET_GROUP


def check(resource: Resource, _: Deployment) -> Iterator[Claim]:
    """Judge whether a resource has a tag of its own, or one that the provider adds."""
    if not resource.can_say("tags"):
        return
    tags = resource["tags"]
    tagged = _has_tag(tags) | _has_tag(resource["all_tags"])
    message = f"{resource} has no tag; add one in {resource.spelling('tags')}, such as the team that owns it"
    if resource.dialect is Dialect.CLOUDFORMATION:
        message += " (tags that the stack is deployed with count too)"
    yield Claim(~tagged, tags, message)


def _has_tag(tags: Value) -> Truth:
    """Whether a map (Terraform) or a list of keys and values (CloudFormation) holds a tag that AWS does not set itself."""
    if isinstance(tags.content, Mapping):
        return Truth.any(_counts(key) for key, value in tags.content.items() if not value.is_absent)
    items = tags.items()
    if items is None or not (tags.is_absent or isinstance(tags.content, tuple)):
        return Truth.UNKNOWN
    keys = [item.get("Key") for item in items]
    return Truth.any(Truth.UNKNOWN if key.text is None else _counts(key.text) for key in keys)


def _counts(key: str) -> Truth:
    return Truth.of(not key.lower().startswith("aws:"))


RULE = Rule(
    83,
    "untagged",
    "Resource without a tag",
    (REPLICATION_INSTANCE, REPLICATION_SUBNET_GROUP, CERTIFICATE, EVENT_SUBSCRIPTION),
    check,
    Level.WARNING,
    Severity.LOW,
    why="""Tags tell whose a resource is, what it costs for whom, and who may change it. Security Hub wants at least one on certificates (DMS.2), event
subscriptions (DMS.3), replication instances (DMS.4) and replication subnet groups (DMS.5); those that begin with `aws:` do not count.

Terraform adds the `default_tags` of the provider block to each resource: with them nothing is missing. Where the provider is configured elsewhere (in a
module that others call, or by `configuration_aliases`), or where tags come from a variable without value, the verdict is unknown.

CloudFormation adds the tags that a stack is deployed with to its resources, and no template shows them. If all your stacks have tags, turn the rule off. Certificates
cannot be tagged in CloudFormation and are not judged there.""",
    fix="""Add a tag: `tags = { … }`, or `default_tags` in the provider block (Terraform); `Tags`, a list of `Key` and `Value` (CloudFormation).""",
    references=(
        f"{GUIDE}CHAP_Tagging.html",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/dms-controls.html#dms-2",
    ),
)
