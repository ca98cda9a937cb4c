"""DMS35: a replication instance or an instance profile has a public address."""

from collections.abc import Iterator

from dms_checks.deployment import Deployment
from dms_checks.model import Resource
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import INSTANCE_PROFILE, REPLICATION_INSTANCE
from dms_checks.wording import cause


def check(consumer: Resource, _: Deployment) -> Iterator[Claim]:
    """Judge whether a consumer gets a public address; what leaving it out means is the dialect's."""
    public = consumer["public"]
    message = f"{consumer} gets an address on the internet, as {cause(consumer, 'public', 'true')}; set it to false"
    yield Claim(public.is_on, public, message)


RULE = Rule(
    35,
    "publicly-accessible",
    "Replication instance is publicly accessible",
    (REPLICATION_INSTANCE, INSTANCE_PROFILE),
    check,
    Level.ERROR,
    Severity.CRITICAL,
    why="""A replication instance that is publicly accessible has an address on the internet, and only its security groups stand between
anyone and the credentials and rows that it holds. The choice cannot be changed once the instance exists.

What leaving it out means differs. Terraform's provider sends false for a replication instance. CloudFormation leaves it to AWS DMS, which
takes true. For an instance profile of homogeneous migrations the API takes true as well, and Terraform sends nothing; CloudFormation's
schema says false and its documentation true, so that only a written `false` is certain to keep it private.

A serverless replication never has a public address, and is not asked.""",
    fix="""Set `publicly_accessible` (Terraform) or `PubliclyAccessible` (CloudFormation) to `false`. To reach a database outside of the VPC, use a
peering connection, a VPN or a NAT gateway.""",
    references=(
        "https://docs.aws.amazon.com/securityhub/latest/userguide/dms-controls.html#dms-1",
        "https://docs.aws.amazon.com/dms/latest/APIReference/API_CreateReplicationInstance.html",
        "https://docs.aws.amazon.com/dms/latest/APIReference/API_CreateInstanceProfile.html",
    ),
)
