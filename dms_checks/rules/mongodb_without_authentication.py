"""DMS55: AWS DMS connects to MongoDB without authentication."""

from collections.abc import Iterator

from dms_checks.deployment import Deployment
from dms_checks.engines import ENGINES, GUIDE
from dms_checks.model import Resource, Truth
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import DATA_PROVIDER, ENDPOINT

OFF = ("no", "none", "false")
"""The API's word, the console's, and what YAML makes of the API's word when it stands without quotes."""


def check(endpoint: Resource, _: Deployment) -> Iterator[Claim]:
    """Judge the authentication type of an endpoint or a data provider for MongoDB."""
    engine = ENGINES.get(endpoint["engine"].word or "")
    if engine is None or engine.authentication != "authentication_type":
        return
    kind = endpoint["authentication_type"]
    spelling = endpoint.spelling("authentication_type").rpartition(".")[2]
    yield Claim(
        # Left out, it is what AWS makes of it: no source states that.
        Truth.UNKNOWN if kind.is_absent else kind.is_word(*OFF),
        kind,
        f"{endpoint} connects to {engine.title} without authentication, it has {spelling} {kind.text}; set {spelling} to password",
    )


RULE = Rule(
    55,
    "mongodb-without-authentication",
    "MongoDB endpoint connects without authentication",
    (ENDPOINT, DATA_PROVIDER),
    check,
    Level.ERROR,
    Severity.HIGH,
    why="""With the authentication type `no`, AWS DMS uses neither user name nor password: whoever reaches the server reads the database, as AWS
DMS does. Security Hub's control DMS.11 fails such an endpoint.

The mechanism is not judged: `default` is SCRAM-SHA-1 on every MongoDB version that AWS DMS still supports. Left out, the type is `password`
in Terraform; for CloudFormation no source states what it is, so it is neither reported nor passed.""",
    fix="""Set `auth_type` of `mongodb_settings` (Terraform) or `AuthType` of `MongoDbSettings` (CloudFormation) to `password`, create a user for AWS
DMS on the server, and name its credentials in a Secrets Manager secret. In YAML, `no` without quotes is a boolean, and the API refuses it.""",
    references=(
        f"{GUIDE}CHAP_Source.MongoDB.html#CHAP_Source.MongoDB.Security",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/dms-controls.html#dms-11",
    ),
)
