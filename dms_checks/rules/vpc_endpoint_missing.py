"""DMS34: neither a VPC endpoint nor a public route leads to a service."""

from collections.abc import Iterator
from dataclasses import replace

from dms_checks.deployment import Deployment
from dms_checks.engine_versions import supports_vpc_endpoints
from dms_checks.engines import GUIDE
from dms_checks.hops import Step
from dms_checks.model import Resource, Truth
from dms_checks.reachability import claims
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import REPLICATION_CONFIG, REPLICATION_INSTANCE


def check(consumer: Resource, deployment: Deployment) -> Iterator[Claim]:
    """Judge each service of AWS that the consumer needs: of its endpoints' engines, and Secrets Manager for their credentials."""
    needed = _needs_vpc_endpoints(consumer)
    for claim in claims(deployment, consumer, consumer["subnet_group"], Step.VPC_ENDPOINT):
        yield replace(claim, truth=claim.truth & needed)


def _needs_vpc_endpoints(consumer: Resource) -> Truth:
    """A serverless replication and an instance whose version is left out are current."""
    if consumer.kind is not REPLICATION_INSTANCE or consumer["engine_version"].is_absent:
        return Truth.YES
    return supports_vpc_endpoints(consumer["engine_version"])


RULE = Rule(
    34,
    "vpc-endpoint-missing",
    "No VPC endpoint or public route to a service that an endpoint needs",
    (REPLICATION_INSTANCE, REPLICATION_CONFIG),
    check,
    Level.ERROR,
    Severity.HIGH,
    why="""From engine version 3.4.7 on, a replication instance reaches S3, DynamoDB, Kinesis, OpenSearch Service, Redshift and Secrets Manager from its own
subnets. In private subnets that needs a VPC endpoint for the service: of type gateway, associated with the route tables of the subnets; or of type
interface, with private DNS and with a security group that admits the replication instance on port 443. A route to a NAT gateway does as well, and a route to an internet
gateway for an instance with a public address. A serverless replication has no public address.

Judged only where the template shows the route tables of the VPC, and associates no private hosted zone of `amazonaws.com`, no profile and no resolver rule with
it: by those, the names of services may stand for a VPC endpoint in another VPC.""",
    fix="""Add a VPC endpoint for the service to the VPC of the replication instance (`aws_vpc_endpoint`, `AWS::EC2::VPCEndpoint`), associated with the route tables or the
subnets of its subnet group, or a route to a NAT gateway.""",
    references=(
        f"{GUIDE}CHAP_VPC_Endpoints.html",
        f"{GUIDE}CHAP_Security.html#CHAP_Security.Network",
    ),
)
