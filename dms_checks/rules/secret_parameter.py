"""DMS51: a secret comes from a parameter or variable that shows it."""

from collections.abc import Iterator

from dms_checks.credentials import Secret, secrets_of
from dms_checks.deployment import Deployment
from dms_checks.engines import GUIDE
from dms_checks.model import SOMEWHERE, Dialect, Input, Resource, Truth
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import CERTIFICATE, ENDPOINT

_WORDS = {
    # What is wrong, and what to do about it: with the hiding, and with the default.
    Dialect.TERRAFORM: (("is not sensitive", "set sensitive = true"), ("has a default", "remove its default")),
    Dialect.CLOUDFORMATION: (("has no NoEcho", "set NoEcho to true"), ("has a Default", "remove its Default")),
}


def check(holder: Resource, _: Deployment) -> Iterator[Claim]:
    """Judge the inputs that each secret of an endpoint or certificate is made of. A secret that stands in the template is DMS50's."""
    found = list(secrets_of(holder))
    for secret in found:
        if secret.is_literal is not Truth.YES:
            names = tuple(item.name for item in secret.inputs)
            yield Claim(_shown(secret), secret.value, _message(holder, secret), whatever=names)
    if not found:
        yield Claim(Truth.NO, holder.base, "")


def _shown(secret: Secret) -> Truth:
    """Whether whatever input the secret is shows it: of several, or beside something else, nobody knows which one it is."""
    if not secret.inputs or SOMEWHERE in secret.inputs:
        return Truth.UNKNOWN
    truths = {_shows(item) for item in secret.inputs}
    return truths.pop() if len(truths) == 1 else Truth.UNKNOWN


def _shows(item: Input) -> Truth:
    return ~item.hidden | item.has_default


def _message(holder: Resource, secret: Secret) -> str:
    parts = [_words(item, holder.dialect) for item in secret.inputs if _shows(item) is Truth.YES]
    return f"{holder} takes {secret.name} from {'; and from '.join(parts)}"


def _words(item: Input, dialect: Dialect) -> str:
    kind = "parameter " if dialect is Dialect.CLOUDFORMATION else ""
    hiding, default = _WORDS[dialect]
    wrong = [*([hiding] if item.hidden is Truth.NO else []), *([default] if item.has_default is Truth.YES else [])]
    states, advice = (" and ".join(words) for words in zip(*wrong, strict=True)) if wrong else ("", "")
    return f"{kind}{item.where}, which {states}; {advice}"


RULE = Rule(
    51,
    "secret-parameter",
    "Secret comes from a parameter or variable that shows it",
    (ENDPOINT, CERTIFICATE),
    check,
    Level.ERROR,
    Severity.HIGH,
    why="""CloudFormation shows the value of a parameter without `NoEcho` in its console and by `DescribeStacks`, Terraform prints a variable that is
not `sensitive` in plans and logs. A default puts the secret into the file itself, where it is used by everybody who does not notice. An empty
default asks for a value and is fine.

A parameter of type `AWS::SSM::Parameter::Value` is judged by its `NoEcho`: its default is a name, but CloudFormation shows the value behind it, and
takes it from an unencrypted parameter of Systems Manager only.

Only inputs of the deployment are judged, followed through locals, modules, `each.value` and functions to where they are declared: the
variables of the root module and the parameters of the template. Where a secret is put together of several inputs, or of an input and something else, it is
reported only if each of them shows it.""",
    fix="""Set `sensitive = true` on the variable, or `NoEcho: true` on the parameter, and leave its default out. Neither keeps the secret out of
Terraform's state: a secret in AWS Secrets Manager that AWS DMS reads itself (`secrets_manager_arn`, `SecretsManagerSecretId`) stands in no
template and no state.""",
    references=(
        f"{GUIDE}security_iam_secretsmanager.html",
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html",
        "https://developer.hashicorp.com/terraform/language/values/variables",
    ),
)
