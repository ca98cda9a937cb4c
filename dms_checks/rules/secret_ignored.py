"""DMS57: Terraform ignores the secret of an endpoint."""

from collections.abc import Iterator

from dms_checks.deployment import Deployment
from dms_checks.engines import ENGINES, GUIDE
from dms_checks.model import Dialect, Resource, Truth
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import ENDPOINT


def check(endpoint: Resource, _: Deployment) -> Iterator[Claim]:
    """Judge whether the provider passes the secret of an endpoint on."""
    engine = ENGINES.get(endpoint["engine"].word or "")
    secret = endpoint["secret"]
    if engine is None or secret.is_absent:
        return
    spelling = endpoint.spelling("secret")
    if engine.secret is False:
        advice = f"AWS DMS takes none for {engine.title}, remove {spelling} and its role"
    else:
        advice = f"for {engine.name} give username, password, server_name and port, the password from a sensitive variable"
    # An engine that takes no secret has no place for one in the request that the provider sends.
    ignored = engine.secret is False or not engine.terraform_secret
    yield Claim(
        secret.given if ignored else Truth.NO,
        secret,
        f"{endpoint} has {spelling}, which the AWS provider ignores; {advice}",
    )


RULE = Rule(
    57,
    "secret-ignored",
    "Terraform ignores the secret of the endpoint",
    (ENDPOINT,),
    check,
    Level.ERROR,
    Severity.MEDIUM,
    why="""The AWS provider takes `secrets_manager_arn` for every engine, and passes it on for some only. For Aurora Serverless, Azure SQL,
DocumentDB, Redshift Serverless and AWS DMS transfer endpoints it sends user name, password, server and port, all of them empty; for S3, DynamoDB,
Kinesis, OpenSearch, Neptune, Kafka, Redis and Timestream, AWS DMS itself takes no secret. Nothing complains when it is planned: the endpoint
is refused, or it is created without credentials and no connection succeeds.

Only the provider does that; CloudFormation has a property for the secret in the settings of each engine that takes one.""",
    fix="""Give such an endpoint `username`, `password`, `server_name` and `port`, the password from a variable that is `sensitive` and has no
default, and remove `secrets_manager_arn` and `secrets_manager_access_role_arn`. For DocumentDB, the endpoint can be an `AWS::DMS::Endpoint` of
an `aws_cloudformation_stack` instead, whose `DocDbSettings` take the secret. Engines that need no credentials get them from their role.""",
    references=(
        f"{GUIDE}security_iam_secretsmanager.html",
        "https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/dms_endpoint#secrets_manager_arn-1",
    ),
    dialects=(Dialect.TERRAFORM,),
)
