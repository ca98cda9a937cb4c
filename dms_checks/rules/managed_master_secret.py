"""DMS53: AWS DMS is given the master secret that RDS or Aurora manages."""

import re
from collections.abc import Iterator

from dms_checks.deployment import Deployment
from dms_checks.engines import GUIDE
from dms_checks.model import Resource, Truth, Value
from dms_checks.network_vocabulary import DATABASE
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import ENDPOINT, SECRET

OWNERS = ("aws_db_instance", "aws_rds_cluster", "AWS::RDS::DBInstance", "AWS::RDS::DBCluster")
ATTRIBUTES = ("master_user_secret", "MasterUserSecret.SecretArn")
NAME = re.compile(r"(?:arn:.*:secret:)?rds!(?:db|cluster)-")
"""How RDS names the secrets that it manages, alone or in an ARN. "Password management with Amazon RDS and AWS Secrets Manager"."""

MAXIMUM_HOPS = 4
"""How many data sources a secret is followed through."""


def check(endpoint: Resource, deployment: Deployment) -> Iterator[Claim]:
    """Judge the secret that an endpoint takes its credentials from."""
    secret = endpoint["secret"]
    if secret.is_absent:
        return
    truth, database = _managed(secret, deployment, MAXIMUM_HOPS)
    whose = f" for {database.where}" if database else ""
    yield Claim(
        truth,
        secret,
        f"{endpoint} takes its credentials from the master secret that RDS manages{whose}, which holds no host and port; name a secret with "
        f"username, password, host and port in {endpoint.spelling('secret').rpartition('.')[2]}",
        (database,) if database else (),
    )


def _managed(secret: Value, deployment: Deployment, hops: int) -> tuple[Truth, Resource | None]:
    """Whether RDS manages a secret, and for which database."""
    reference = secret.reference
    if reference is None:
        named = bool(NAME.match(secret.text or secret.outline))
        return Truth.of(named or (None if secret.text is None else False)), None
    source = deployment.target(secret, DATABASE, SECRET)
    if source is None or hops == 0:
        return Truth.UNKNOWN, None
    if source.kind is DATABASE:
        managed = source.type in OWNERS and reference.attribute in ATTRIBUTES
        return (Truth.YES, source) if managed else (Truth.UNKNOWN, None)
    if not source.is_data_source:
        return Truth.NO, None
    given = (value for value in (source["name"], source["arn"]) if not value.is_absent)
    found = [_managed(value, deployment, hops - 1) for value in given]
    return max(found, key=lambda pair: pair[0].value, default=(Truth.UNKNOWN, None))


RULE = Rule(
    53,
    "managed-master-secret",
    "AWS DMS cannot use the master secret that RDS manages",
    (ENDPOINT,),
    check,
    Level.ERROR,
    Severity.MEDIUM,
    why="""AWS DMS takes from a secret not only user name and password but also `host` and `port`. The secret that RDS or Aurora creates for
the master user when it manages the password holds neither: the endpoint is created, and no connection succeeds. AWS's guide says that these
secrets cannot be used.

The secret is recognised by the attribute of the database that it comes from, also through locals, outputs and data sources, and by the names that
RDS gives (`rds!db-…`, `rds!cluster-…`). What comes from a variable without value is unknown, and not reported.""",
    fix="""Create a user for AWS DMS in the database, which should not connect as the master user anyway, and a secret of its own with `username`,
`password`, `host` and `port`. Name that one in `secrets_manager_arn` (Terraform) or `SecretsManagerSecretId` (CloudFormation).""",
    references=(
        f"{GUIDE}security_iam_secretsmanager.html",
        "https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html",
    ),
)
