"""DMS82: a replication instance is pinned to an engine version that AWS DMS no longer supports."""

import re
from collections.abc import Iterator

from dms_checks.deployment import Deployment
from dms_checks.engine_versions import ADVISED, ENDS, RETIRED
from dms_checks.engines import GUIDE, READ
from dms_checks.model import Resource, Truth, Value
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import REPLICATION_INSTANCE


def check(instance: Resource, _: Deployment) -> Iterator[Claim]:
    """Judge the engine version of a replication instance. Left out, AWS DMS takes a current one."""
    version = instance["engine_version"]
    end = _ended(version)
    message = (
        f"{instance} is pinned to engine version {version.text}, whose support ended by {end}; "
        f"set {instance.spelling('engine_version')} to {ADVISED}, or leave it out"
    )
    truth = Truth.NO if version.is_absent else Truth.of(None if end is None else bool(end))
    yield Claim(truth, version, message)


def _ended(version: Value) -> str | None:
    """The day on which the support of a version ended, empty if it has not; None when that cannot be told."""
    # 3.10 and 3.1 are the same number.
    found = None if isinstance(version.content, float) else re.fullmatch(r"\d{1,9}(\.\d{1,9})*", (version.text or "").strip())
    if found is None:
        return None
    numbers = tuple(int(number) for number in found.group().split("."))
    # One that names only the beginning, such as 3.5, may be any that begins like that.
    possible = [known for known in ENDS if known[: len(numbers)] == numbers]
    if possible:
        ends = {RETIRED.get(known, "") for known in possible}
        return None if len(possible) > 1 and "" in ends else max(ends)
    if numbers < min(ENDS):
        return RETIRED[min(ENDS)]
    return "" if numbers > max(ENDS) else None


RULE = Rule(
    82,
    "engine-version-retired",
    "Engine version that AWS DMS no longer supports",
    (REPLICATION_INSTANCE,),
    check,
    Level.WARNING,
    Severity.MEDIUM,
    why=f"""AWS DMS supports each engine version until a date that its release notes name. After it, the version gets no corrections, no instance can be
created with it, and AWS DMS upgrades the instances that are left in a maintenance window, whether or not that suits the migration.

A version counts as retired if its support had ended when the table of this rule was made, on {READ}: the verdict on a template does not change
overnight, and a newer release of this package knows more. Versions later than the table pass, and those before it fail. What names only the beginning of
a version (`3.5`) is unknown while one of those versions is supported. An instance without a version gets a current one.""",
    fix=f"""Set `engine_version` (Terraform) or `EngineVersion` (CloudFormation) to {ADVISED}, or leave it out. From 3.4 to a later version an existing
instance also needs `allow_major_version_upgrade` (`AllowMajorVersionUpgrade`).""",
    references=(f"{GUIDE}CHAP_ReleaseNotes.html",),
)
