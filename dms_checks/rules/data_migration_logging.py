"""DMS73: a homogeneous data migration writes no logs."""

from collections.abc import Iterator

from dms_checks.deployment import Deployment
from dms_checks.engines import GUIDE
from dms_checks.model import Resource
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import DATA_MIGRATION


def check(migration: Resource, _: Deployment) -> Iterator[Claim]:
    """Judge whether a data migration's logs are on."""
    logging = migration["logging"]
    spelling = migration.spelling("logging")
    yield Claim(logging.is_word("false"), logging, f"{migration} writes no logs to CloudWatch; set {spelling} to true")


RULE = Rule(
    73,
    "data-migration-logging",
    "Data migration writes no logs",
    (DATA_MIGRATION,),
    check,
    Level.WARNING,
    Severity.MEDIUM,
    why="""A homogeneous data migration runs in an environment that AWS DMS makes for it and that nobody can look into. Unless its CloudWatch logs are
turned on, there is nothing to see when it fails. Left out, they are off.

Terraform has no resource for data migrations.""",
    fix="""Set `CloudwatchLogsEnabled` in `DataMigrationSettings` to `true`, and allow the migration's service role to write to
log groups that begin with `dms-data-migration-`.""",
    references=(f"{GUIDE}dm-migrating-data-create.html",),
)
