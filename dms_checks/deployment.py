"""All resources of one root module, plan or template, and who uses which: keys, endpoints, groups, networks.

Relations are followed here, so that a rule asks a question about the deployment and never looks into a dialect.
"""

import re
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from dms_checks import network_vocabulary, vocabulary
from dms_checks.marks import ANYTHING, HOLE, without_keys
from dms_checks.model import Attribute, Dialect, Gap, Kind, Path, Place, Resource, Truth, Value

Answer = TypeVar("Answer")

MAXIMUM_HOPS = 8
"""How far a key is followed through aliases, replicas and lookups: longer chains are cycles."""


@dataclass(frozen=True, slots=True)
class Assumption:
    """What a parameter was taken to be when an answer was found. ``text`` continues "when …"."""

    parameter: str
    text: str


class TooManyDeployments(Exception):
    """The input can become more deployments than are looked at."""


class Source(Protocol):
    """What a reader makes of its input: the addresses in it, and the deployments that it can become."""

    dialect: Dialect
    gaps: tuple[Gap, ...]
    secrets: frozenset[str]
    """The texts that the input marks as sensitive, wherever they stand: none may be printed."""

    def addresses(self, kinds: Iterable[Kind]) -> list[tuple[str, Kind]]:
        """Address and kind of each resource of these kinds, in the order of the file."""

    def explore(self, question: Callable[["Deployment"], Answer]) -> Iterable[tuple[Answer, tuple[Assumption, ...]]]:
        """The answer for each deployment the input can become, with what was assumed of it.

        Raises TooManyDeployments when there are more than can be asked.
        """

    def place(self, address: str, path: Path) -> Place:
        """Where a path of a resource stands; as near as the input tells."""


class World(Protocol):
    """What a reader tells of one deployment, address by address."""

    memory: dict[Hashable, Any]
    """What has been found out about this deployment, by question."""

    @property
    def complete(self) -> Truth:
        """Unknown where a part of the input could not be read: what is not there may stand in that part."""

    def addresses_of(self, kind: Kind) -> Collection[str]:
        """Where the resources of a kind stand, in the order of the file."""

    def resource(self, address: str) -> Resource | None:
        """The resource at an address."""

    def draft(self, address: str) -> Resource | None:
        """The resource as it may be, without asking whether it exists."""

    def mentions(self, address: str) -> Iterable[str]:
        """Every resource that may refer to an address, or that holds a text (``text_keys``); it may give too many, never too few."""

    def is_handed_over(self, address: str) -> bool:
        """Whether something gets a resource that stands elsewhere: a module that is not there, a nested stack."""

    def holding(self, address: str, text: str) -> Iterable[Value]:
        """The values of a resource that are written with a text in them."""

    def region(self, address: str) -> Value:
        """The Region of a resource."""

    def depends(self, address: str, other: str) -> Truth:
        """Whether the resource at an address is made after another."""


class Deployment:
    """The resources of one deployment, found by address, by kind, and by who refers to whom."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.complete = world.complete
        self.is_handed_over = world.is_handed_over

    def remembered(self, key: Hashable, answer: Callable[[], Answer]) -> Answer:
        """The answer to a question about this deployment, found once."""
        memory = self._world.memory
        if key not in memory:
            memory[key] = answer()
        found: Answer = memory[key]
        return found

    def get(self, address: str) -> Resource | None:
        """The resource at an address, unless it certainly does not exist."""
        resource = self._world.resource(address)
        return None if resource is None or resource.exists is Truth.NO else resource

    def region(self, resource: Resource) -> Value:
        """The Region that a resource stands in. Unknown ones with the same origin are the same.

        That of a stack is known where what was looked at before hangs on it: ask for it last.
        """
        return self._world.region(resource.address)

    def declared(self, *kinds: Kind) -> int:
        """How many resources of these kinds are written down, whether they exist in this deployment or not."""
        return sum(len(self._world.addresses_of(kind)) for kind in kinds)

    def all(self, *kinds: Kind) -> list[Resource]:
        """The resources of these kinds that exist or may exist."""
        found = (self.get(address) for kind in kinds for address in self._world.addresses_of(kind))
        return [resource for resource in found if resource is not None]

    def with_text(self, kind: Kind, attribute: str, text: str) -> list[Resource]:
        """The resources of a kind of which an attribute is written as a text, or holds it.

        Only of these it is asked whether they exist: each condition that is asked for may multiply the deployments to look at.
        """
        found = [draft.address for draft in self.drafts(kind) if _holds(draft[attribute], text)]
        resources = (self.get(address) for address in found)
        return [resource for resource in resources if resource is not None and _holds(resource[attribute], text)]

    def drafts(self, *kinds: Kind) -> list[Resource]:
        """The resources of these kinds as they may be, whether they exist or not."""
        found = (self._world.draft(address) for kind in kinds for address in self._world.addresses_of(kind))
        return [draft for draft in found if draft is not None]

    def depends(self, resource: Resource, other: Resource) -> Truth:
        """Whether a resource is made after another, directly or through others."""
        return self._world.depends(resource.address, other.address) | ~self.complete

    def target(self, value: Value, *kinds: Kind) -> Resource | None:
        """The resource that a value refers to, if it is of one of these kinds; None when that can't be told.

        What is referred to exists: a reference to what does not would not deploy.
        """
        reference = value.reference
        resource = self.get(reference.address) if reference else None
        return resource if resource and resource.kind in kinds else None

    def holding(self, resource: Resource, text: str) -> list[Value]:
        """The values of a resource that are written with ``text`` in them: where they stand, not what they are.

        For dynamic references, which the deployment replaces by what the template does not show.
        """
        return list(self._world.holding(resource.address, text))

    def referrers(self, resource: Resource, kind: Kind, *attributes: str) -> list[tuple[Resource, Truth]]:
        """The resources of ``kind`` with an attribute that refers to ``resource``, and whether that is certain."""
        found: list[tuple[Resource, Truth]] = []
        for other in self.naming(resource, kind):
            truth = Truth.any(refers(other[name], resource) for name in attributes) & other.exists
            if truth is not Truth.NO:
                found.append((other, truth))
        return found

    def naming(self, resource: Resource, *kinds: Kind) -> Iterator[Resource]:
        """The resources of some kinds that may refer to a resource, wherever in them."""
        return self.mentioning((resource.address, ANYTHING), *kinds)

    def mentioning(self, keys: Iterable[str], *kinds: Kind) -> Iterator[Resource]:
        """The resources of some kinds that may mention an address, or hold a text; those whose references can't be told have ANYTHING."""
        for address in dict.fromkeys(address for key in keys for address in self._mentioning(key, kinds)):
            if (resource := self.get(address)) is not None:
                yield resource

    def _mentioning(self, key: str, kinds: tuple[Kind, ...]) -> Iterable[str]:
        wanted = [self._world.addresses_of(kind) for kind in kinds]

        def answer() -> list[str]:
            return [address for address in self._world.mentions(key) if any(address in addresses for addresses in wanted)]

        # Many resources may have what can't be told: they are looked through once for each kind, not once for each question.
        return self.remembered(("mentioning", tuple(kind.name for kind in kinds)), answer) if key == ANYTHING else answer()


LONGEST_KEY = 128
"""Names are shorter; longer texts are documents."""

DMS_ACTION = "dms:"
"""The key of the resources that hold a policy which speaks of actions of AWS DMS."""

_SPEAKS_OF_DMS = re.compile(r'(?:^|["\s])dms:', re.IGNORECASE)


def text_keys(text: str) -> Iterator[str]:
    """The keys under which a resource that holds a text is found by ``mentioning``."""
    if len(text) <= LONGEST_KEY and text != ANYTHING:
        yield text
    if _SPEAKS_OF_DMS.search(text):
        yield DMS_ACTION


def _holds(value: Value, text: str) -> bool:
    return any(item.text == text for item in value.items() or ())


def is_open_ended(deployment: Deployment, resource: Resource, blocks: Value) -> bool:
    """Whether a resource may have more blocks of a kind, such as rules or routes, than the template shows."""
    items = blocks.items()
    return items is None or any(item.is_unknown for item in items) or deployment.is_handed_over(resource.address)


def inline(resource: Resource, blocks: Value, fields: Mapping[str, Attribute]) -> list[dict[str, Value]]:
    """The fields of each block that a resource holds itself, by their names in the vocabulary."""
    return [{name: field.find(item, resource.dialect) for name, field in fields.items()} for item in blocks.items() or ()]


def refers(value: Value, resource: Resource) -> Truth:
    """Whether a value is, or a list holds, a reference to ``resource``. What comes from outside cannot."""
    items = value.items()
    if items is None:
        return Truth.of(None if _may_be(value, resource) else False)
    return Truth.any(
        Truth.of(item.reference.address == resource.address)
        if item.reference
        else Truth.of(None if _may_be(item, resource) else False)
        for item in items
    )


def _may_be(value: Value, resource: Resource) -> bool:
    return any(candidate.address in (resource.address, ANYTHING) for candidate in value.candidates)


def same(left: Value, right: Value) -> Truth:
    """Whether two values are the same thing: the same text, the same attribute, or the same unresolved expression.

    Two attributes may have the same value: of VPCs ask ``in_one_vpc``.
    """
    if left.is_absent or right.is_absent:
        return Truth.UNKNOWN
    if left.is_unknown or right.is_unknown:
        return Truth.YES if left.origin and left.origin == right.origin else Truth.UNKNOWN
    if left.text is not None and right.text is not None:
        return Truth.of(left.text == right.text)
    return Truth.of(True if _are_one_attribute(left, right) else None)


def _are_one_attribute(left: Value, right: Value) -> bool:
    """Whether both are the same output of a nested stack, or the same attribute of a subnet. An attribute may hold others, as a remote state its outputs."""
    named = left.reference
    return named is not None and named.attribute is not None and named == right.reference and left.origin == right.origin


# --- order ------------------------------------------------------------------------------------------------------------


def ordering(resource: Resource, other: Resource) -> str:
    """What to write so that a resource is made after another: in Terraform, a whole module waits or is waited for."""
    if resource.dialect is Dialect.CLOUDFORMATION:
        return f"add DependsOn {other}"
    here, there = _modules(resource), _modules(other)
    while here and there and here[0] == there[0]:
        here, there = here[1:], there[1:]
    target = there[0] if there else without_keys(f"{other.type}.{other.address.rpartition(f'{other.type}.')[2]}")
    return f"add depends_on = [{target}]{f' to {here[0]}' if here else ''}"


def _modules(resource: Resource) -> list[str]:
    """The module calls around a resource, ``module.a`` first."""
    names = without_keys(resource.address).split(".")
    return [f"module.{name}" for word, name in zip(names[::2], names[1::2], strict=False) if word == "module"]


# --- keys -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class KeyUse:
    """The key behind a value: the resource when it is in the deployment, and whether AWS manages it.

    ``used`` is the key that does the work: a replica has a state and a Region of its own, and all else from its primary, ``key``.
    """

    key: Resource | None
    aws_managed: Truth
    used: Resource | None = None


def keys_of(user: Resource) -> list[Value]:
    """The keys that a consumer or an endpoint names: for itself, and for what it writes."""
    names = ("kms_key", "server_side_keys") if user.kind is vocabulary.ENDPOINT else ("kms_key",)
    return [value for value in (user[name] for name in names) if not value.is_absent]


def key_behind(deployment: Deployment, value: Value) -> KeyUse:
    """Follow a value to the key it names: by reference, alias, alias name, alias ARN, replica or lookup."""
    used = None
    for _ in range(MAXIMUM_HOPS):
        resource = deployment.target(value, vocabulary.KMS_KEY, vocabulary.KMS_REPLICA_KEY, vocabulary.KMS_ALIAS)
        if resource is None:
            name = _alias_name(value)
            if name is not None and name.startswith("alias/aws/"):
                return KeyUse(None, Truth.YES)
            resource = _alias(deployment, name) if name else None
            if resource is None:
                break
        if resource.kind is not vocabulary.KMS_ALIAS and not resource.is_data_source:
            used = used or resource
        if resource.kind is vocabulary.KMS_KEY and not resource.is_data_source:
            return KeyUse(resource, Truth.NO, used)
        value = _next_key(deployment, resource)
    # There are no replicas of keys that AWS manages.
    return KeyUse(None, Truth.NO if used else Truth.UNKNOWN, used)


def _next_key(deployment: Deployment, resource: Resource) -> Value:
    if resource.kind is vocabulary.KMS_REPLICA_KEY:
        return resource["primary"]
    if resource.kind is vocabulary.KMS_KEY:
        return resource["lookup"]
    if resource.is_data_source:
        name = resource["name"]
        text = name.text or ""
        twin = None if text.startswith("alias/aws/") else _alias(deployment, text)
        return name if twin is None else twin["target"]
    return resource["target"]


def _alias_name(value: Value) -> str | None:
    """``alias/x`` out of an alias name or an alias ARN, also one whose account or Region is not known."""
    text = value.text or value.outline
    if text.startswith("alias/"):
        return None if HOLE in text else text
    _, separator, name = text.partition(":alias/")
    return f"alias/{name}" if separator and HOLE not in name else None


def _alias(deployment: Deployment, name: str) -> Resource | None:
    """The alias of that name which the deployment creates; None when there is none, or more than one."""
    found = [
        alias
        for alias in deployment.all(vocabulary.KMS_ALIAS)
        if alias["name"].text == name and alias.exists is Truth.YES and not alias.is_data_source
    ]
    return found[0] if len(found) == 1 else None


# --- who connects to what ---------------------------------------------------------------------------------------------


def endpoints_of(deployment: Deployment, consumer: Resource) -> list[tuple[Resource, Truth]]:
    """The endpoints that a consumer certainly or possibly connects to.

    By replication task, or by the serverless replication's own attributes. An endpoint that no task and no serverless
    replication names belongs to the only consumer there is; with several consumers, to none.
    """
    if consumer.kind is vocabulary.REPLICATION_CONFIG:
        pairs = [(consumer[side], Truth.YES) for side in SIDES]
        return _named(deployment, pairs)
    if consumer.kind is not vocabulary.REPLICATION_INSTANCE:
        return []
    tasks = deployment.referrers(consumer, vocabulary.REPLICATION_TASK, "replication_instance")
    pairs = [(task[side], truth) for task, truth in tasks for side in SIDES]
    named = _named(deployment, pairs)
    seen = {endpoint.address for endpoint, _ in named}
    rest = [pair for pair in _unnamed(deployment) if pair[0].address not in seen]
    return named + rest


SIDES = ("source_endpoint", "target_endpoint")


def _named(deployment: Deployment, pairs: list[tuple[Value, Truth]]) -> list[tuple[Resource, Truth]]:
    found: dict[str, tuple[Resource, Truth]] = {}
    for value, truth in pairs:
        endpoint = deployment.target(value, vocabulary.ENDPOINT)
        if endpoint is not None:
            _, before = found.get(endpoint.address, (endpoint, Truth.NO))
            found[endpoint.address] = (endpoint, before | truth)
    return list(found.values())


MAXIMUM_ALTERNATIVES = 4
"""How many consumers, of which conditions leave one, are told apart from "several"."""


def _unnamed(deployment: Deployment) -> list[tuple[Resource, Truth]]:
    """Endpoints that nothing names, when there is exactly one consumer to use them."""
    consumers = (vocabulary.REPLICATION_INSTANCE, vocabulary.REPLICATION_CONFIG)
    # Asking many conditional consumers whether they exist would multiply the deployments to look at.
    if not deployment.declared(vocabulary.ENDPOINT) or deployment.declared(*consumers) > MAXIMUM_ALTERNATIVES:
        return []
    if len(deployment.all(*consumers)) != 1:
        return []
    tasks = deployment.all(vocabulary.REPLICATION_TASK)
    # A task whose endpoints can't be told may use any endpoint, with an instance that stands elsewhere.
    if any(task[side].reference is None for task in tasks for side in SIDES):
        return []
    named = {reference.address for task in tasks for side in SIDES if (reference := task[side].reference)}
    return [
        (endpoint, Truth.YES)
        for endpoint in deployment.all(vocabulary.ENDPOINT)
        if endpoint.address not in named and endpoint.exists is Truth.YES
    ]


# --- networks ---------------------------------------------------------------------------------------------------------


def subnets_of(deployment: Deployment, resource: Resource) -> list[Resource] | None:
    """The subnets behind a consumer's or a database's subnet group; None when they can't all be told."""
    group = _subnet_group(deployment, resource)
    items = group["subnets"].items() if group else None
    if not items:
        return None
    subnets = [deployment.target(item, network_vocabulary.SUBNET) for item in items]
    known = [subnet for subnet in subnets if subnet is not None]
    return known if len(known) == len(subnets) else None


def _subnet_group(deployment: Deployment, resource: Resource) -> Resource | None:
    """The subnet group that a consumer or a database refers to, or names: Terraform's names are known where they are written.

    The two kinds may have the same names.
    """
    value = resource["subnet_group"]
    is_database = resource.kind is network_vocabulary.DATABASE
    kind = network_vocabulary.SUBNET_GROUP if is_database else vocabulary.REPLICATION_SUBNET_GROUP
    group = deployment.target(value, kind)
    if group is not None or value.text is None:
        return group
    named = [group for group in deployment.all(kind) if group["name"].text == value.text and group.exists is Truth.YES]
    # A module that is called for each of several Regions or accounts has a group of that name in each.
    near = [group for group in named if _scope(group) == _scope(resource)] if len(named) > 1 else named
    return near[0] if len(near) == 1 else None


def _scope(resource: Resource) -> str:
    """The module that a resource stands in, one instance of it."""
    return resource.address.rpartition(f"{resource.type}.")[0]


def subnet_group_of(deployment: Deployment, consumer: Resource) -> Resource | None:
    """The subnet group of a consumer, if it is in the deployment."""
    return _subnet_group(deployment, consumer)


def vpcs_of(deployment: Deployment, consumer: Resource) -> list[Value]:
    """What the template says of a consumer's VPC: by its subnets, and by its security groups, which are always in the same one."""
    subnet_group = _subnet_group(deployment, consumer)
    subnets = (subnet_group["subnets"].items() or ()) if subnet_group else ()
    groups = consumer["security_groups"].items() or ()
    targets = [
        deployment.target(value, network_vocabulary.SUBNET, network_vocabulary.SECURITY_GROUP) for value in (*subnets, *groups)
    ]
    return [target["vpc"] for target in targets if target is not None]


def in_one_vpc(deployment: Deployment, left: Value, right: Value) -> Truth:
    """Whether two values name the same VPC. Those that the template makes are different ones; one that it looks up may be any of them."""
    this, that = (deployment.target(value, network_vocabulary.VPC) for value in (left, right))
    if this is not None and that is not None:
        is_open = this.is_data_source or that.is_data_source or this.type == that.type == DEFAULT_VPC
        return Truth.YES if this.address == that.address else Truth.UNKNOWN if is_open else Truth.NO
    if left.text is not None and right.text is not None:
        return Truth.of(left.text == right.text)
    is_unknown = left.is_unknown and right.is_unknown and bool(left.origin) and left.origin == right.origin
    return Truth.of(True if is_unknown or _are_one_attribute(left, right) else None)


DEFAULT_VPC = "aws_default_vpc"
"""A Region has one default VPC, which several resources of Terraform can stand for."""


def vpc_endpoints_in(deployment: Deployment, vpcs: list[Value]) -> list[Resource]:
    """The VPC endpoints that may stand in one of these VPCs."""
    made = [_made_vpc(deployment, vpc) for vpc in vpcs]
    by_vpc, anywhere = deployment.remembered("VPC endpoints", lambda: _by_vpc(deployment))
    if vpcs and None not in made:
        return [*(endpoint for vpc in dict.fromkeys(made) for endpoint in by_vpc.get(vpc or "", ())), *anywhere]
    return [
        endpoint
        for endpoint in deployment.all(network_vocabulary.VPC_ENDPOINT)
        if not vpcs or any(in_one_vpc(deployment, vpc, endpoint["vpc"]) is not Truth.NO for vpc in vpcs)
    ]


def _by_vpc(deployment: Deployment) -> tuple[dict[str, list[Resource]], list[Resource]]:
    """The VPC endpoints by the VPC that the template makes, and those of others."""
    by_vpc: dict[str, list[Resource]] = {}
    anywhere: list[Resource] = []
    for endpoint in deployment.all(network_vocabulary.VPC_ENDPOINT):
        vpc = _made_vpc(deployment, endpoint["vpc"])
        (anywhere if vpc is None else by_vpc.setdefault(vpc, [])).append(endpoint)
    return by_vpc, anywhere


def _made_vpc(deployment: Deployment, value: Value) -> str | None:
    """The address of the VPC behind a value, if that is one of its own."""
    vpc = deployment.target(value, network_vocabulary.VPC)
    return vpc.address if vpc is not None and is_made(vpc) else None


def is_made(vpc: Resource) -> bool:
    """Whether the template makes a VPC, and neither looks it up nor adopts the Region's default one."""
    return not vpc.is_data_source and vpc.type != DEFAULT_VPC


def service_of(name: Value) -> str | None:
    """The service of a VPC endpoint: ``s3`` out of ``com.amazonaws.eu-west-1.s3``, also when the Region is not known."""
    text = name.text or name.outline
    found = re.fullmatch(rf"(?:cn\.)?com\.amazonaws\.(?:{HOLE}|[a-z0-9-]+)\.([a-z0-9.-]+)", text)
    return found.group(1) if found else None
