"""What an endpoint points at."""

from dataclasses import dataclass

from dms_checks import network_vocabulary
from dms_checks.addresses import Address, address
from dms_checks.deployment import Deployment, subnets_of
from dms_checks.egress import port_of
from dms_checks.engines import ENGINES
from dms_checks.model import Resource, Truth, Value


@dataclass(frozen=True, slots=True)
class Target:
    port: int | None
    address: Address | None = None
    resource: Resource | None = None
    services: tuple[str, ...] = ()
    name: str = ""
    secret: Value | None = None


def target_of(deployment: Deployment, endpoint: Resource) -> Target:
    server = endpoint["server_name"]
    literal = address(server.text) if server.text else None
    resource = deployment.target(server, network_vocabulary.DATABASE, network_vocabulary.INSTANCE)
    engine = ENGINES.get(endpoint["engine"].word or "")
    secret = endpoint["secret"]
    return Target(
        port_of(deployment, endpoint),
        literal,
        resource,
        engine.services if engine and not engine.relational else (),
        server.text or "",
        None if secret.is_absent else secret,
    )


def security_groups(resource: Resource) -> Value:
    return resource["security_groups"]


def subnets(deployment: Deployment, resource: Resource) -> list[Resource] | None:
    if resource.kind is network_vocabulary.INSTANCE:
        subnet = deployment.target(resource["subnet"], network_vocabulary.SUBNET)
        return [subnet] if subnet else None
    return subnets_of(deployment, resource)


def is_public(resource: Resource) -> Truth:
    if resource.kind is network_vocabulary.INSTANCE:
        return Truth.NO
    return resource["public"].is_on
