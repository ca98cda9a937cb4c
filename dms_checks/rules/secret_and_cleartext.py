"""DMS52: an endpoint has both a secret and clear-text credentials."""

from collections.abc import Iterator

from dms_checks.deployment import Deployment
from dms_checks.engines import ENGINES, GUIDE
from dms_checks.model import Resource, Truth, Value
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import ENDPOINT

SETS = {
    "secret": ("username", "password", "engine_password", "server_name", "port"),
    "asm_secret": ("asm_user", "asm_password", "asm_server"),
}
"""A secret, and what AWS DMS takes from it: of the database, and of Automatic Storage Management."""

DYNAMIC_REFERENCE = "{{resolve:"


def check(endpoint: Resource, deployment: Deployment) -> Iterator[Claim]:
    """Judge whether what a secret holds is given a second time."""
    engine = ENGINES.get(endpoint["engine"].word or "")
    if engine is not None and engine.secret is False:
        return
    for name, others in SETS.items():
        secret = endpoint[name]
        if not secret.is_absent:
            yield _claim(endpoint, secret, [endpoint[other] for other in others], deployment)


def _claim(endpoint: Resource, secret: Value, values: list[Value], deployment: Deployment) -> Claim:
    # What a dynamic reference stands for is not known, but it is there.
    resolved = {value.path for value in deployment.holding(endpoint, DYNAMIC_REFERENCE)}
    given = [(value, Truth.YES if value.path in resolved else value.given) for value in values]
    names = ", ".join(dict.fromkeys(_name(value) for value, truth in given if truth is not Truth.NO))
    return Claim(
        secret.given & Truth.any(truth for _, truth in given),
        next((value for value, truth in given if truth is Truth.YES), secret),
        f"{endpoint} has {_name(secret)}, and also {names}; AWS DMS takes either a secret or clear text, remove {names}",
    )


def _name(value: Value) -> str:
    """The property that a value stands in, without the branches of conditions."""
    return next((step for step in reversed(value.path) if isinstance(step, str) and step != "Fn::If"), "")


RULE = Rule(
    52,
    "secret-and-cleartext",
    "Endpoint has both a secret and clear-text credentials",
    (ENDPOINT,),
    check,
    Level.ERROR,
    Severity.MEDIUM,
    why="""AWS DMS takes user name, password, server name and port either from a secret or in clear text, not both; for the Automatic Storage
Management of Oracle there is a second such choice. With both, the endpoint is refused, and until somebody notices, a password stands in a state
file or in a template that should not hold one. The name of the database is no part of this: it stands beside a secret too.

CloudFormation does not check it before it deploys. Terraform refuses both when it plans, but only where it knows both: a secret that is created in
the same run is not known until then, so that the plan is accepted and the apply fails.""",
    fix="""Keep the secret, and remove user name, password, server name and port; the secret holds them as `username`, `password`, `host` and `port`. Then
change the password that was written down.""",
    references=(
        f"{GUIDE}security_iam_secretsmanager.html",
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-dms-endpoint-mysqlsettings.html",
    ),
)
