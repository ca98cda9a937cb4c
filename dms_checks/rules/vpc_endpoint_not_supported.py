"""DMS33: a VPC endpoint lies between the instance and an engine that is no relational database."""

from collections.abc import Iterator

from dms_checks.deployment import Deployment, endpoints_of, in_one_vpc, service_of, subnets_of, vpc_endpoints_in, vpcs_of
from dms_checks.engine_versions import ADVISED, supports_vpc_endpoints
from dms_checks.engines import ENGINES, GUIDE
from dms_checks.model import Resource, Truth
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.services import passes
from dms_checks.vocabulary import REPLICATION_INSTANCE


def check(instance: Resource, deployment: Deployment) -> Iterator[Claim]:
    """Judge each pair of a non-relational endpoint of the instance and a VPC endpoint for its service in the same VPC."""
    version = instance["engine_version"]
    too_old = ~(supports_vpc_endpoints(version) if version.is_known else version.given)
    vpcs = vpcs_of(deployment, instance)
    subnets = subnets_of(deployment, instance)
    for endpoint, connected in endpoints_of(deployment, instance):
        engine = ENGINES.get(endpoint["engine"].word or "")
        if engine is None or engine.relational or not engine.services:
            continue
        for vpc_endpoint in vpc_endpoints_in(deployment, vpcs):
            service = service_of(vpc_endpoint["service"])
            if service is not None and service not in engine.services:
                continue
            here = Truth.any(in_one_vpc(deployment, vpc, vpc_endpoint["vpc"]) for vpc in vpcs) if vpcs else Truth.UNKNOWN
            truth = too_old & connected & here & vpc_endpoint.exists & Truth.of(True if service else None)
            if passes(deployment, subnets, vpc_endpoint) is Truth.NO:
                truth = Truth.NO
            yield Claim(
                truth, instance["engine_version"], _message(instance, endpoint, vpc_endpoint, service), (vpc_endpoint, endpoint)
            )


def _message(instance: Resource, endpoint: Resource, vpc_endpoint: Resource, service: str | None) -> str:
    return (
        f"{instance} reaches {endpoint} through the VPC endpoint {vpc_endpoint.where} for {service}, which AWS DMS supports only from "
        f"engine version 3.4.7 on; set {instance.spelling('engine_version')} to {ADVISED} to state that this instance does"
    )


RULE = Rule(
    33,
    "vpc-endpoint-not-supported",
    "VPC endpoint that AWS DMS may not support",
    (REPLICATION_INSTANCE,),
    check,
    Level.WARNING,
    Severity.MEDIUM,
    why="""The security chapter of the AWS DMS user guide says that AWS DMS does not support VPC endpoints for engines that are no relational
database (S3, DynamoDB, Kinesis, OpenSearch). That holds for replication instances before engine version 3.4.7: their connection
test fails when the VPC routes the service through a VPC endpoint. A gateway endpoint that no route table of the instance's subnets is associated with is
not on the way. From 3.4.7 on they are supported, and needed where there is no other way out.

Serverless replications are always current and pass.""",
    fix=f"""Set `engine_version` (Terraform) or `EngineVersion` (CloudFormation) to {ADVISED}: that states that the instance supports VPC
endpoints, and is supported itself. With a version before 3.4.7, keep the VPC endpoint's routes away from the subnets of the replication
instance.""",
    references=(
        f"{GUIDE}CHAP_Security.html#CHAP_Security.Network",
        f"{GUIDE}CHAP_VPC_Endpoints.html",
    ),
)
