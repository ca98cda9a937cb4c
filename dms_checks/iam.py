"""IAM: policy documents and the principals that hold them, and the question whether a principal is allowed an action.

Documents come as JSON text, as objects, as text with parts that are not known, and as Terraform's data source; all become statements. What
cannot be read becomes a statement of which nothing is known, so that a rule never takes what it cannot see for a missing permission.
"""

import re
import weakref
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dms_checks.deployment import DMS_ACTION, Deployment, refers
from dms_checks.json_text import document
from dms_checks.marks import ANYTHING, HOLE
from dms_checks.model import Dialect, Resource, Truth, Value
from dms_checks.network_vocabulary import SEARCH_DOMAIN
from dms_checks.vocabulary import (
    ENDPOINT,
    IAM_GROUP_MEMBERSHIP,
    IAM_INLINE_POLICY,
    IAM_POLICY,
    IAM_POLICY_DOCUMENT,
    IAM_ROLE,
    IAM_ROLE_POLICY_ATTACHMENT,
    IAM_USER,
    INLINE_POLICY_FIELDS,
    RESOURCE_POLICY,
    STATEMENT_FIELDS,
)

MAXIMUM_DOCUMENTS = 100
"""How many documents one is made of, at most, and is still read."""

MAXIMUM_STATEMENTS = 1000
"""How many statements it has then, at most: IAM stops at some thousand characters."""

AWS_MANAGED_POLICIES = {
    "AdministratorAccess": ("*",),
    "AmazonDMSCloudWatchLogsRole": (
        "logs:CreateLogGroup",
        "logs:CreateLogStream",
        "logs:DescribeLogGroups",
        "logs:DescribeLogStreams",
        "logs:PutLogEvents",
    ),
    "AmazonDMSRedshiftS3Role": (
        "s3:CreateBucket",
        "s3:DeleteBucket",
        "s3:DeleteBucketPolicy",
        "s3:DeleteObject",
        "s3:GetBucketAcl",
        "s3:GetBucketLocation",
        "s3:GetBucketPolicy",
        "s3:GetBucketVersioning",
        "s3:GetLifecycleConfiguration",
        "s3:GetObject",
        "s3:GetObjectVersion",
        "s3:ListBucket",
        "s3:PutBucketPolicy",
        "s3:PutBucketVersioning",
        "s3:PutLifecycleConfiguration",
        "s3:PutObject",
    ),
    "AmazonDMSVPCManagementRole": (
        "ec2:CreateNetworkInterface",
        "ec2:DeleteNetworkInterface",
        "ec2:Describe*",
        "ec2:ModifyNetworkInterfaceAttribute",
    ),
    "AmazonKinesisFullAccess": ("kinesis:*",),
    "AmazonKinesisReadOnlyAccess": ("kinesis:Get*", "kinesis:List*", "kinesis:Describe*"),
    "AmazonOpenSearchServiceFullAccess": ("es:*",),
    "AmazonOpenSearchServiceReadOnlyAccess": ("es:Describe*", "es:List*", "es:Get*"),
    "AmazonS3FullAccess": ("s3:*", "s3-object-lambda:*"),
    "AmazonS3ReadOnlyAccess": ("s3:Get*", "s3:List*", "s3:Describe*", "s3-object-lambda:Get*", "s3-object-lambda:List*"),
}
"""What those policies of AWS allow that roles for AWS DMS often have; of others nothing is known.

https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html, read on 2026-11-23.
"""

_EVERYTHING = Value.known("*")


def like(pattern: str, text: str) -> bool:
    """Whether a text matches a pattern of IAM: ``*`` is any text, ``?`` any character, and case does not count.

    ``fnmatch`` reads brackets, which are plain text to IAM, and a regular expression can be made to backtrack for ever.
    """
    pattern, text = pattern.lower(), text.lower()
    if "*" not in pattern and "?" not in pattern:
        return pattern == text
    at, read, star, resume = 0, 0, -1, 0
    while read < len(text):
        if at < len(pattern) and pattern[at] == "*":
            star, resume, at = at, read, at + 1
        elif at < len(pattern) and pattern[at] in ("?", text[read]):
            at, read = at + 1, read + 1
        elif star >= 0:
            at, resume, read = star + 1, resume + 1, resume + 1
        else:
            return False
    return not pattern[at:].strip("*")


def matches(pattern: Value, text: str) -> Truth:
    """The same for a pattern that may be unknown, wholly or in parts."""
    if pattern.text is not None:
        return Truth.of(like(pattern.text, text))
    return Truth.of(None if not pattern.outline or like(pattern.outline.replace(HOLE, "*"), text) else False)


def named(value: Value, text: str) -> Truth:
    """Whether a name is this one; names are compared as they are written. One that is left out is generated, and another one."""
    if value.is_known:
        return Truth.of(value.text == text) if value.text is not None else Truth.UNKNOWN
    return Truth.NO if value.is_absent else matches(value, text)


# --- documents --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of a statement, such as ``StringEquals`` on ``aws:SourceAccount``; None what is not known."""

    operator: str | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Principal:
    """Who a statement is about: ``type`` is ``Service``, ``AWS`` or ``*``, and empty where it is not known."""

    type: str
    value: Value


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement. ``excluded`` turns its actions into those that it is not about. What is not known is an unknown among the items."""

    allows: Truth
    actions: tuple[Value, ...]
    excluded: bool = False
    resources: tuple[Value, ...] = (_EVERYTHING,)
    principals: tuple[Principal, ...] = ()
    conditions: tuple[Condition, ...] = ()

    def covers(self, action: str) -> Truth:
        """Whether the statement is about an action."""
        truth = Truth.any(matches(item, action) for item in self.actions)
        return ~truth if self.excluded else truth

    @property
    def always(self) -> Truth:
        """Whether it holds without a condition; with one that is a matter of the request."""
        return Truth.UNKNOWN if self.conditions else Truth.YES

    @property
    def everywhere(self) -> Truth:
        """Whether it is certainly about everything."""
        return Truth.YES if any(item.text == "*" for item in self.resources) else Truth.UNKNOWN

    def reaches(self, action: str) -> Truth:
        """Whether its resources can be those of an action; unknown where they look like others."""
        return Truth.of(any(_fits(item, action) for item in self.resources) or None)


_UNKNOWN = Value.unknown()
UNKNOWN_STATEMENT = Statement(Truth.UNKNOWN, (_UNKNOWN,), False, (_UNKNOWN,), (Principal("", _UNKNOWN),), (Condition(),))

_ON_BUCKETS = ("s3:listbucket",)
"""Actions on a bucket itself, whose ARN has no slash."""


def _fits(resource: Value, action: str) -> bool:
    text = resource.text or resource.outline
    parts = text.split(":", 5)
    if len(parts) < 3 or HOLE in parts[2]:
        # A reference, a wildcard, or the ARN of another resource with something behind it.
        return not (action.lower() in _ON_BUCKETS and HOLE in text and "/" in text)
    service = action.partition(":")[0]
    return like(parts[2], service) and not (action.lower() in _ON_BUCKETS and "/" in parts[-1])


@dataclass(frozen=True, slots=True)
class Policy:
    """The statements of a document."""

    statements: tuple[Statement, ...]


UNKNOWN_POLICY = Policy((UNKNOWN_STATEMENT,))


_Numbered = tuple[str, Statement]
"""A statement with its Sid, by which documents replace each other's; empty where it has none."""

_UNKNOWN_PART: tuple[_Numbered, ...] = (("", UNKNOWN_STATEMENT),)


def policy(deployment: Deployment, value: Value) -> Policy:
    """The policy that a value holds, or refers to."""
    return Policy(tuple(statement for _, statement in _numbered(deployment, value, {})))


def _numbered(deployment: Deployment, value: Value, made: dict[str, tuple[_Numbered, ...]]) -> tuple[_Numbered, ...]:
    """The statements of a document; ``made`` are those of the data sources that were read on the way."""
    source = deployment.target(value, IAM_POLICY_DOCUMENT)
    if source is None:
        return tuple(_of_document(value))
    if source.address not in made:
        # What a document that is part of itself says, nobody knows.
        made[source.address] = _UNKNOWN_PART
        if len(made) <= MAXIMUM_DOCUMENTS:
            found = tuple(_merged(deployment, source, made))
            made[source.address] = found if len(found) <= MAXIMUM_STATEMENTS else _UNKNOWN_PART
    return made[source.address]


def _merged(deployment: Deployment, source: Resource, made: dict[str, tuple[_Numbered, ...]]) -> Iterator[_Numbered]:
    """The statements of a data source: its own replace those of its sources, and are replaced by its overrides."""
    layers = [
        [pair for value in _items(source["sources"]) for pair in _numbered(deployment, value, made)],
        [(_field(block, "sid").text or "", _of_block(block)) for block in _items(source["statements"])],
        *(_numbered(deployment, value, made) for value in _items(source["overrides"])),
    ]
    replaced: set[str] = set()
    for layer in reversed(layers):
        yield from ((sid, statement) for sid, statement in layer if sid not in replaced)
        replaced |= {sid for sid, _ in layer if sid}


def _of_document(value: Value) -> Iterator[_Numbered]:
    content = document(value).content
    if content.is_absent:
        return
    if not isinstance(content.content, Mapping):
        yield from _UNKNOWN_PART
        return
    for block in _items(_member(content, "Statement")):
        yield _member(block, "Sid").text or "", _of_json(block)


def _items(value: Value) -> tuple[Value, ...]:
    """The elements of a list or the single value; an unknown one where there may be any."""
    items = value.items()
    return (value,) if items is None else items


def _member(block: Value, name: str) -> Value:
    """A member of a JSON object; IAM takes its names in any case."""
    found = block.get(name)
    if found.is_absent and isinstance(block.content, Mapping):
        other = next((key for key in block.content if key.lower() == name.lower()), None)
        return found if other is None else block.get(other)
    return found


def _of_json(block: Value) -> Statement:
    if not isinstance(block.content, Mapping):
        return UNKNOWN_STATEMENT
    members = {name: _member(block, name) for name in ("Effect", "Action", "NotAction", "Resource", "Condition")}
    excluded = members["Action"].is_absent and not members["NotAction"].is_absent
    return Statement(
        _effect(members["Effect"]),
        _given(members["NotAction" if excluded else "Action"]),
        excluded,
        _given(members["Resource"]),
        tuple(_principals(_member(block, "Principal"), _member(block, "NotPrincipal"))),
        tuple(_conditions(members["Condition"])),
    )


def _effect(value: Value) -> Truth:
    return {"allow": Truth.YES, "deny": Truth.NO}.get(value.word or "", Truth.UNKNOWN)


def _given(value: Value) -> tuple[Value, ...]:
    """The items of what a statement must name: without them it is not valid, and nothing is known of it."""
    return _items(value) or (_UNKNOWN,)


def _principals(value: Value, others: Value) -> Iterator[Principal]:
    if not others.is_absent:
        yield Principal("", _UNKNOWN)
    if isinstance(value.content, Mapping):
        for kind in value.content:
            yield from (Principal("" if kind.startswith("Fn::") else kind, item) for item in _items(value.get(kind)))
    elif not value.is_absent:
        yield Principal("*" if value.text == "*" else "", value)


def _conditions(value: Value) -> Iterator[Condition]:
    if value.is_absent:
        return
    if not isinstance(value.content, Mapping):
        yield Condition()
        return
    for operator in value.content:
        inner = value.get(operator)
        if isinstance(inner.content, Mapping) and not operator.startswith("Fn::"):
            yield from (Condition(operator, None if key.startswith("Fn::") else key) for key in inner.content)
        else:
            yield Condition()


def _of_block(block: Value) -> Statement:
    """A ``statement`` block of Terraform's data source."""
    if not isinstance(block.content, Mapping):
        return UNKNOWN_STATEMENT
    actions, others = _items(_field(block, "actions")), _items(_field(block, "not_actions"))
    conditions = _items(_field(block, "conditions"))
    return Statement(
        _effect(_field(block, "effect")),
        actions or others or (_UNKNOWN,),
        not actions and bool(others),
        _items(_field(block, "resources")) or (_UNKNOWN,),
        tuple(_block_principals(block)),
        tuple(Condition(_field(item, "operator").text, _field(item, "key").text) for item in conditions),
    )


def _block_principals(block: Value) -> Iterator[Principal]:
    if _items(_field(block, "not_principals")):
        yield Principal("", _UNKNOWN)
    for inner in _items(_field(block, "principals")):
        kind = _field(inner, "type").text or ""
        yield from (Principal(kind, item) for item in _items(_field(inner, "identifiers")))


def _field(block: Value, name: str) -> Value:
    """A field of a block of the data source, which only Terraform has."""
    return STATEMENT_FIELDS[name].find(block, Dialect.TERRAFORM)


# --- services ---------------------------------------------------------------------------------------------------------

DMS = "dms.amazonaws.com"
_REGIONAL_DMS = re.compile(r"dms\.[a-z0-9-]+\.amazonaws\.com(\.cn)?")
_PREFIX = "dms."
"""What the service principals of AWS DMS begin with, global and regional ones."""


@dataclass(frozen=True, slots=True)
class Service:
    """A service principal: its name, and that in Regions, if it counts."""

    name: str = ""
    regional: bool = False


DMS_ANYWHERE = Service(DMS, regional=True)
DMS_GLOBAL = Service(DMS)
DMS_REGIONAL = Service("", regional=True)
REDSHIFT = Service("redshift.amazonaws.com")


def trusted(trust: Policy, service: Service) -> Truth:
    """Whether a trust policy lets a service assume the role."""
    return Truth.any(
        statement.allows & statement.covers("sts:AssumeRole") & is_principal(principal, service)
        for statement in trust.statements
        for principal in statement.principals
    )


def is_principal(principal: Principal, service: Service) -> Truth:
    """Whether a principal of a statement is a service."""
    if principal.type not in ("Service", "", "*"):
        return Truth.NO
    value = principal.value
    if principal.type == "*" or value.text == "*":
        return Truth.UNKNOWN
    if value.text is not None:
        return _is_service(value.text.strip().lower(), service)
    return _outlined(value.outline, service)


def _is_service(text: str, service: Service) -> Truth:
    if text == service.name or (service.regional and _REGIONAL_DMS.fullmatch(text)):
        return Truth.YES
    # How the principal is called in China no source says.
    return Truth.of(None if text.startswith(_PREFIX) and text.endswith(".cn") else False)


def _outlined(outline: str, service: Service) -> Truth:
    """A name with parts that are not known: a part between dots is taken for a Region."""
    if not outline:
        return Truth.UNKNOWN
    outline = outline.lower()
    if service == DMS_ANYWHERE and outline.startswith(_PREFIX):
        return Truth.YES
    if service.regional:
        certain = _REGIONAL_DMS.fullmatch(outline.replace(HOLE, "region"))
        prefix = outline.partition(HOLE)[0]
        possible = prefix.startswith(_PREFIX) or _PREFIX.startswith(prefix)
        return Truth.YES if certain else Truth.of(None if possible else False)
    if _REGIONAL_DMS.fullmatch(outline.replace(HOLE, "region")):
        return Truth.NO
    return Truth.of(None if like(outline.replace(HOLE, "*"), service.name) else False)


# --- principals and their policies ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Attached:
    """A policy that a principal holds: the name, if it is one of AWS's own (None when it can't be told), and whether it is certain."""

    policy: Policy
    aws_name: str | None = ""
    certain: Truth = Truth.YES


@dataclass(frozen=True, slots=True)
class Permissions:
    """The policies of a principal; ``complete`` is unknown where there may be others in this deployment."""

    attached: tuple[Attached, ...]
    complete: Truth = Truth.YES

    def allow(self, action: str) -> Truth:
        """Whether the principal may do something: NO when it certainly lacks the permission."""
        granted, denied = Truth.NO, Truth.NO
        for item in self.attached:
            for statement in item.policy.statements:
                covers = statement.covers(action)
                if covers is not Truth.NO:
                    sure = item.certain & covers & statement.always
                    granted |= sure & statement.allows & statement.reaches(action)
                    denied |= sure & ~statement.allows & statement.everywhere
        return (granted | self._unseen) & ~denied

    def hold(self, aws_name: str) -> Truth:
        """Whether one of AWS's own policies is attached."""
        truth = Truth.any(item.certain & Truth.of(_same_name(item.aws_name, aws_name)) for item in self.attached)
        return truth | self._unseen

    @property
    def _unseen(self) -> Truth:
        """What policies may say that are not seen."""
        return Truth.NO if self.complete is Truth.YES else Truth.UNKNOWN


def _same_name(name: str | None, other: str) -> bool | None:
    return None if name is None else name == other


def permissions(deployment: Deployment, principal: Resource) -> Permissions:
    """All policies of a role or a user that stand in the deployment."""
    attached: list[Attached] = []
    for value in _items(principal["managed_policies"]):
        attached.append(_managed(deployment, value, Truth.YES))
    for block in _items(principal["inline_policies"]):
        held = INLINE_POLICY_FIELDS["document"].find(block, principal.dialect)
        # An empty block is Terraform's way to say that there is no policy.
        attached.append(Attached(policy(deployment, held)))
    for other, certain in _held_by(deployment, principal):
        if other.kind is IAM_ROLE_POLICY_ATTACHMENT:
            attached += (_managed(deployment, value, certain) for value in _items(other["policies"]))
        else:
            attached.append(Attached(policy(deployment, other["document"]), "", certain))
    return Permissions(tuple(attached), _complete(deployment, principal))


_HOLDERS = (IAM_INLINE_POLICY, IAM_POLICY, IAM_ROLE_POLICY_ATTACHMENT)


def _held_by(deployment: Deployment, principal: Resource) -> Iterator[tuple[Resource, Truth]]:
    """The policies and attachments that name a principal, by reference or by name."""
    for other in deployment.mentioning((principal.address, *_written(principal["name"])), *_HOLDERS):
        certain = _holds(deployment, other, principal)
        if certain is not Truth.NO:
            yield other, certain


def _holds(deployment: Deployment, other: Resource, principal: Resource) -> Truth:
    side = "users" if principal.kind is IAM_USER else "roles"
    if other.is_data_source:
        return Truth.NO
    return Truth.any(_names(deployment, item, principal) for item in _items(other[side])) & other.exists


def _complete(deployment: Deployment, principal: Resource) -> Truth:
    """Unknown where the principal may hold a policy that is not seen, or one whose principal can't be told."""
    handed_over = deployment.is_handed_over(principal.address) or principal.base.is_unknown
    in_groups = principal.kind is IAM_USER and (
        deployment.declared(IAM_GROUP_MEMBERSHIP) > 0 or not principal["groups"].is_absent
    )
    if handed_over or in_groups:
        return Truth.UNKNOWN
    open_ended = deployment.mentioning((ANYTHING,), *_HOLDERS)
    held = any(_holds(deployment, other, principal) is not Truth.NO for other in open_ended)
    return Truth.UNKNOWN if held else deployment.complete


def _written(name: Value) -> Iterator[str]:
    """How others may write a name that they hold as a text: unknown ones as the same expression, or with the same known parts."""
    yield from (text for text in (name.text, name.origin, name.outline) if text)


def _names(deployment: Deployment, value: Value, principal: Resource) -> Truth:
    """Whether a value is a principal's name. What comes from outside is another one's."""
    name = principal["name"]
    if value.reference:
        if value.reference.address == principal.address:
            return Truth.YES
        other = deployment.target(value, IAM_ROLE, IAM_USER)
        return Truth.NO if other is None or not other.is_data_source else _same_text(other["name"], name)
    if value.is_known:
        return named(name, value.text or "")
    if value.origin:
        return Truth.of(value.origin == name.origin)
    certain_other = name.text is not None and matches(value, name.text) is Truth.NO
    return Truth.NO if certain_other else Truth.UNKNOWN


def _same_text(left: Value, right: Value) -> Truth:
    return Truth.of(None if left.text is None or right.text is None else left.text == right.text)


_PRINCIPALS: "weakref.WeakKeyDictionary[Deployment, list[tuple[Resource, Permissions]]]" = weakref.WeakKeyDictionary()


def administrators(deployment: Deployment, action: str) -> list[tuple[Resource, Permissions]]:
    """The roles and users that a policy of the deployment certainly allows an action of AWS DMS, by naming the service."""
    if deployment not in _PRINCIPALS:
        _PRINCIPALS[deployment] = [(item, permissions(deployment, item)) for item in _concerned(deployment)]
    return [(principal, held) for principal, held in _PRINCIPALS[deployment] if held.allow(action) is Truth.YES]


def _concerned(deployment: Deployment) -> list[Resource]:
    """The roles and users that policies on AWS DMS lead to. All others are left alone: each may hang on conditions of its own."""
    principals, policies = (IAM_ROLE, IAM_USER), (IAM_INLINE_POLICY, IAM_POLICY, IAM_POLICY_DOCUMENT)
    found: dict[str, Resource] = {}
    waiting = list(deployment.mentioning((DMS_ACTION,), *principals, *policies))
    while waiting:
        item = waiting.pop(0)
        if item.address in found:
            continue
        found[item.address] = item
        if item.kind not in principals:
            waiting += deployment.mentioning((item.address,), *principals, *policies, IAM_ROLE_POLICY_ATTACHMENT)
        if item.kind in _HOLDERS:
            for value in (value for side in ("roles", "users") for value in _items(item[side])):
                waiting += filter(None, [deployment.target(value, *principals)])
                waiting += deployment.mentioning(_written(value), *principals)
    return [item for item in found.values() if item.kind in principals and not item.is_data_source]


def endpoints_with(deployment: Deployment, role: Resource, *attributes: str) -> list[tuple[Resource, Truth]]:
    """The endpoints that name a role; not those of which that can't be told, since most roles are none for AWS DMS."""
    found = deployment.mentioning((role.address,), ENDPOINT)
    pairs = ((other, Truth.any(refers(other[name], role) for name in attributes) & other.exists) for other in found)
    return [(other, truth) for other, truth in pairs if truth is not Truth.NO]


# --- policies of other resources --------------------------------------------------------------------------------------

_ROLE_ARN = re.compile(r"arn:[^:]*:iam::[^:]*:(?:role|user)/(?:.*/)?([^/]+)", re.DOTALL)


def shared(deployment: Deployment, principal: Resource, action: str) -> Truth:
    """Whether the policy of a bucket, a stream or a domain may allow an action to a principal; which of them is meant does not count."""
    grants = (
        admits(deployment, policy(deployment, other["document"]), principal, action)
        for other in deployment.all(RESOURCE_POLICY, SEARCH_DOMAIN)
        if not other["document"].is_absent
    )
    return Truth.any(grants) & Truth.UNKNOWN


def admits(deployment: Deployment, found: Policy, principal: Resource, action: str = "") -> Truth:
    """Whether the policy of a resource allows an action, or anything, to a principal by naming it."""
    return Truth.any(
        statement.allows & (statement.covers(action) if action else Truth.YES) & _names_principal(deployment, entry, principal)
        for statement in found.statements
        for entry in statement.principals
    )


def _names_principal(deployment: Deployment, entry: Principal, principal: Resource) -> Truth:
    """Whether an entry of a policy is a principal. An account as a whole leaves it to the policies of its principals."""
    value = entry.value
    if entry.type not in ("AWS", "*", ""):
        return Truth.NO
    if value.reference:
        other = deployment.target(value, IAM_ROLE, IAM_USER)
        certain_other = other is not None and not other.is_data_source
        return Truth.of(value.reference.address == principal.address or (False if certain_other else None))
    text = value.text or value.outline
    if text.isdigit() or text.endswith(":root"):
        return Truth.NO
    found = _ROLE_ARN.fullmatch(text)
    if found is None or HOLE in found.group(1):
        return Truth.UNKNOWN
    return named(principal["name"], found.group(1))


# --- policies that AWS manages ----------------------------------------------------------------------------------------

_AWS_POLICY = re.compile(r"arn:[^:]*:iam::aws:policy/(?:[^/]+/)*([^/]+)")


def _managed(deployment: Deployment, value: Value, certain: Truth) -> Attached:
    """The managed policy that an ARN names."""
    target = deployment.target(value, IAM_POLICY)
    if target is not None and not target.is_data_source:
        return Attached(policy(deployment, target["document"]), "", certain)
    name = _aws_name(value) if target is None else _looked_up(target)
    actions = AWS_MANAGED_POLICIES.get(name or "")
    if actions is None:
        return Attached(UNKNOWN_POLICY, name, certain)
    patterns = tuple(Value.known(action) for action in actions)
    return Attached(Policy((Statement(Truth.YES, patterns),)), name, certain)


def _aws_name(value: Value) -> str | None:
    """The name out of the ARN of one of AWS's policies; empty for a policy that is none of them, None when it can't be told."""
    text = value.text or value.outline
    found = _AWS_POLICY.fullmatch(text.replace(HOLE, "aws") if text.startswith(f"arn:{HOLE}:iam::aws:") else text)
    if found is not None:
        return None if HOLE in found.group(1) else found.group(1)
    return "" if value.text is not None else None


def _looked_up(source: Resource) -> str | None:
    name, arn = source["name"], source["arn"]
    return name.text if not name.is_absent else _aws_name(arn)


# --- the roles that AWS DMS looks for by name -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ServiceRole:
    """A role that AWS DMS finds by its name: what it is for, AWS's policy for it, who assumes it, and what it cannot do without."""

    name: str
    purpose: str
    policy: str
    services: tuple[Service, ...]
    actions: tuple[str, ...]


LOGS_ROLE = ServiceRole(
    "dms-cloudwatch-logs-role",
    "writing logs",
    "AmazonDMSCloudWatchLogsRole",
    (DMS_GLOBAL,),
    ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"),
)

SERVICE_ROLES = (
    ServiceRole(
        "dms-vpc-role",
        "placing replication instances in a VPC",
        "AmazonDMSVPCManagementRole",
        (DMS_GLOBAL,),
        ("ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeSubnets", "ec2:DescribeVpcs"),
    ),
    LOGS_ROLE,
    ServiceRole(
        "dms-access-for-endpoint",
        "loading into Amazon Redshift",
        "AmazonDMSRedshiftS3Role",
        (DMS_GLOBAL, REDSHIFT),
        ("s3:PutObject", "s3:GetObject", "s3:ListBucket"),
    ),
)
"""Creating the IAM roles to use with AWS DMS, security-iam.html#CHAP_Security.APIRole in the user guide."""
