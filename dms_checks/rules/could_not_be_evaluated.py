"""DMS00: something about this resource could not be judged, and this is why."""

from collections.abc import Iterator

from dms_checks.deployment import Deployment
from dms_checks.model import Resource
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import DMS_KINDS


def check(_: Resource, __: Deployment) -> Iterator[Claim]:
    """Nothing in a deployment violates this rule: ``analysis`` reports it for what could not be read or judged."""
    yield from ()


RULE = Rule(
    0,
    "could-not-be-evaluated",
    "Could not be evaluated",
    DMS_KINDS,
    check,
    Level.ERROR,
    Severity.MEDIUM,
    why="""A file that does not parse, a module that is not there, a time limit, or a rule that failed: what is not looked at must not pass
for clean. The message says what could not be read and what to do. A value that a template leaves open (a variable without default, a
data source) is no reason for this finding.""",
    fix="""Do what the message says: repair the file, run `terraform init` so that registry modules are there, or install the missing package.
`dms-checks doctor` looks at the installation.""",
    references=("https://docs.aws.amazon.com/dms/latest/userguide/CHAP_Security.html",),
)
