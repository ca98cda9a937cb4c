"""Where subnets and security groups stand: whether two Availability Zones, or two VPCs, are the same, as far as the template shows it."""

import re

from dms_checks import network_vocabulary
from dms_checks.deployment import DEFAULT_VPC, MAXIMUM_HOPS, Deployment, in_one_vpc
from dms_checks.marks import HOLE
from dms_checks.model import Reference, Resource, Truth, Value

_ZONE_ID = re.compile(r"[a-z]+[0-9]+-az[0-9]+")
_ELEMENT = re.compile(r"(.+)\[([0-9]+)\]")
_LETTER = re.compile(rf"{HOLE}([a-z])")
_SUBNET_ID = re.compile(r"subnet-[0-9a-f]+")


def same_zone(deployment: Deployment, left: Resource, right: Resource) -> Truth:
    """Whether two subnets stand in the same Availability Zone."""
    left, right = _owner(deployment, left), _owner(deployment, right)
    if left.address == right.address:
        return Truth.YES
    zones = left["availability_zone"], right["availability_zone"]
    texts = [zone.text for zone in zones if zone.text]
    if len(texts) == 2:
        by_id = [bool(_ZONE_ID.fullmatch(text)) for text in texts]
        # The id of a zone does not tell its name.
        return Truth.of(texts[0] == texts[1]) if by_id[0] == by_id[1] else Truth.UNKNOWN
    by_element = _same_element(*zones)
    return _same_letter(*zones) if by_element is Truth.UNKNOWN else by_element


def _owner(deployment: Deployment, subnet: Resource) -> Resource:
    """The subnet whose zone it is, where one is put into the zone of another."""
    for _ in range(MAXIMUM_HOPS):
        target = deployment.target(subnet["availability_zone"], network_vocabulary.SUBNET)
        if target is None:
            break
        subnet = target
    return subnet


def _same_element(left: Value, right: Value) -> Truth:
    """Of a list of zones that the template does not show, the same element is the same zone, and another one another."""
    elements = [_ELEMENT.fullmatch(value.origin) for value in (left, right)]
    first, second = elements
    if first and second and first[1] == second[1]:
        return Truth.of(int(first[2]) == int(second[2])) if _is_list_of_zones(left, right) else _yes(first[2] == second[2])
    # A plan does not tell "${data.x.name}a" from "${data.x.name}b": both hang on the same data source.
    plain = left.is_unknown and right.is_unknown and "data." not in left.origin
    return _yes(plain and bool(left.origin) and left.origin == right.origin)


def _is_list_of_zones(*values: Value) -> bool:
    """Whether no zone is in the list twice; a list that somebody else fills may hold anything."""
    return all(value.origin.startswith("!GetAZs") or _looks_zones_up(value.content) for value in values)


def _looks_zones_up(content: object) -> bool:
    return isinstance(content, Reference) and ".aws_availability_zones." in f".{content.address}"


def _same_letter(left: Value, right: Value) -> Truth:
    """``${region}a``: a zone is called by its Region and a letter, and the subnets of a VPC are in one Region."""
    letters = [_LETTER.fullmatch(value.outline) for value in (left, right)]
    first, second = letters
    alike = (left.candidates, left.inputs) == (right.candidates, right.inputs)
    return Truth.of(first[1] == second[1]) if first and second and alike else Truth.UNKNOWN


def _yes(known: bool) -> Truth:
    return Truth.YES if known else Truth.UNKNOWN


def same_vpc(deployment: Deployment, left: Resource, right: Resource) -> Truth:
    """Whether two subnets or security groups stand in the same VPC.

    The VPCs that the template makes are different ones. One that it looks up may be any of them.
    """
    known = in_one_vpc(deployment, left["vpc"], right["vpc"])
    are_shown = all(deployment.target(side["vpc"], network_vocabulary.VPC) for side in (left, right))
    if are_shown or known is not Truth.UNKNOWN:
        return known
    return _both_or_one(*(_is_in_default(deployment, side) for side in (left, right)))


def _is_in_default(deployment: Deployment, resource: Resource) -> Truth:
    """Whether something stands in the default VPC: a security group that names none does."""
    vpc = deployment.target(resource["vpc"], network_vocabulary.VPC)
    if vpc is not None:
        return Truth.of(None if vpc.is_data_source else vpc.type == DEFAULT_VPC)
    return Truth.of(True if resource["vpc"].is_absent and not resource.is_data_source else None)


def _both_or_one(left: Truth, right: Truth) -> Truth:
    """Both in the default VPC, or one of them only; two that are not in it may be anywhere."""
    if left is Truth.YES or right is Truth.YES:
        return left & right
    return Truth.UNKNOWN


def vpc_name(deployment: Deployment, resource: Resource) -> str:
    """What is called the VPC of a subnet or a security group."""
    value = resource["vpc"]
    vpc = deployment.target(value, network_vocabulary.VPC)
    if vpc is not None:
        return vpc.address
    return value.text or ("the default VPC" if value.is_absent else "another VPC")


def subnet_names(deployment: Deployment, group: Resource) -> tuple[dict[str, Resource | None], Truth]:
    """The different subnets of a subnet group, those that the deployment shows with the resource, and whether these are all."""
    value = group["subnets"]
    items = value.items()
    found: dict[str, Resource | None] = {}
    # A plan shows of a list that is not known as a whole only what it refers to, and Terraform takes no list of one.
    complete = Truth.of(True if items and not value.reference else None)
    for item in items or ():
        subnet = deployment.target(item, network_vocabulary.SUBNET)
        if subnet is not None:
            found[subnet.address] = subnet
        elif item.text is not None and _SUBNET_ID.fullmatch(item.text):
            found[item.text] = None
        else:
            complete = Truth.UNKNOWN
    return found, complete
