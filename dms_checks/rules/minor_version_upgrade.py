"""DMS80: a replication instance does not take minor versions by itself."""

from collections.abc import Iterator

from dms_checks.deployment import Deployment
from dms_checks.model import Resource
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import REPLICATION_INSTANCE
from dms_checks.wording import cause


def check(instance: Resource, _: Deployment) -> Iterator[Claim]:
    """Judge whether an instance is upgraded; what leaving it out means is the dialect's."""
    upgrade = instance["minor_version_upgrade"]
    message = f"{instance} keeps the minor version of its engine, as {cause(instance, 'minor_version_upgrade', 'false')}; set it to true"
    yield Claim(~upgrade.is_on, upgrade, message)


RULE = Rule(
    80,
    "minor-version-upgrade",
    "Replication instance does not upgrade to minor versions",
    (REPLICATION_INSTANCE,),
    check,
    Level.WARNING,
    Severity.MEDIUM,
    why="""Minor versions of the engine carry corrections, also of security defects. With automatic upgrades a replication instance takes them
in its maintenance window; without, it stays on its version until AWS retires that one.

What leaving it out means differs. Terraform's provider sends false, and CloudFormation leaves it to AWS DMS, which takes true.""",
    fix="Set `auto_minor_version_upgrade` (Terraform) or `AutoMinorVersionUpgrade` (CloudFormation) to `true`.",
    references=(
        "https://docs.aws.amazon.com/securityhub/latest/userguide/dms-controls.html#dms-6",
        "https://docs.aws.amazon.com/dms/latest/APIReference/API_CreateReplicationInstance.html",
    ),
)
