"""DMS58: a secure string of Systems Manager stands where CloudFormation does not resolve it."""

from collections.abc import Iterator

from dms_checks.deployment import Deployment
from dms_checks.model import Dialect, Resource, Truth, Value
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import DMS_KINDS

SECURE_STRING = "{{resolve:ssm-secure"


def check(resource: Resource, deployment: Deployment) -> Iterator[Claim]:
    """Judge whether properties are written with a dynamic reference to a secure string."""
    found = deployment.holding(resource, SECURE_STRING)
    names = " and ".join(dict.fromkeys(_name(value) for value in found))
    yield Claim(
        Truth.of(bool(found)),
        found[0] if found else resource.base,
        f"{resource} has ssm-secure dynamic references in {names}, which CloudFormation does not resolve there; "
        "use secretsmanager references for secrets, and ssm references for all else",
    )


def _name(value: Value) -> str:
    """The property as its path in the template, without what stands around the properties and without the branches of conditions."""
    steps = [step for step in value.path[3:] if step != "Fn::If"]
    return ".".join(step for step in steps if isinstance(step, str)) or "its properties"


RULE = Rule(
    58,
    "secure-string",
    "CloudFormation does not resolve a secure string for AWS DMS",
    DMS_KINDS,
    check,
    Level.ERROR,
    Severity.MEDIUM,
    why="""CloudFormation resolves `{{resolve:ssm-secure:…}}` for some properties of some resource types only, and none of AWS DMS is among
them: creating or updating the stack fails. `{{resolve:ssm:…}}` is resolved, but such a parameter is not encrypted.

The reference is also found inside `Fn::Sub` and `Fn::Join`, and when it comes from the default of a parameter or from a mapping. Only
CloudFormation has dynamic references: Terraform is not judged.""",
    fix="""Keep the credentials in Secrets Manager, and name the secret in `SecretsManagerSecretId` of the engine's settings: AWS DMS then reads
it itself, also after it was rotated. Where an engine takes no secret, `{{resolve:secretsmanager:…}}` is resolved for every property.""",
    references=(
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-ssm-secure-strings.html",
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html",
    ),
    dialects=(Dialect.CLOUDFORMATION,),
)
