"""What a change means for what runs: who uses a resource that a plan changes, and what forces a replacement.

Only a plan tells of changes. A folder and a template have none, and the rules on them say nothing there.
"""

from dms_checks import vocabulary
from dms_checks.deployment import SIDES, Deployment, refers
from dms_checks.model import Action, Change, Resource, Truth, without_indexes

_USES = {
    vocabulary.ENDPOINT.name: ((vocabulary.REPLICATION_TASK, SIDES), (vocabulary.REPLICATION_CONFIG, SIDES)),
    vocabulary.REPLICATION_INSTANCE.name: ((vocabulary.REPLICATION_TASK, ("replication_instance",)),),
}
"""By what, and by which attributes, a resource is used."""

REASONS = {
    "replace_by_request": "it is asked for with -replace",
    "replace_because_tainted": "it is marked as tainted",
    "replace_by_triggers": "replace_triggered_by says so",
}
"""Terraform's causes of a replacement that are no attribute, in words."""


def users_of(deployment: Deployment, resource: Resource) -> list[tuple[Resource, Truth]]:
    """The tasks and serverless replications that use an endpoint or an instance, and did so before the change."""
    found = [
        (user, Truth.any(_used(user, resource, name) for name in attributes))
        for kind, attributes in _USES.get(resource.kind.name, ())
        for user, _ in deployment.referrers(resource, kind, *attributes)
        if user.change is not None and user.change.action is not Action.CREATE
    ]
    return [(user, truth) for user, truth in found if truth is not Truth.NO]


def _used(user: Resource, resource: Resource, attribute: str) -> Truth:
    before = user.before(attribute)
    if before.reference is not None or before.text is not None:
        # The ARN of what stands elsewhere is no reference.
        return refers(before, resource)
    return refers(user[attribute], resource)


def forced_by(resource: Resource, change: Change, attribute: str) -> Truth:
    """Whether a replacement is forced by the change of an attribute."""
    (path, *_) = resource.paths(attribute)
    named = [without_indexes(forcing) for forcing in change.replace_paths]
    if path in named:
        return Truth.YES
    is_told = bool(named) or change.reason in REASONS
    if is_told and not any(path[: len(forcing)] == forcing for forcing in named):
        return Truth.NO
    # An old Terraform does not say what forces it, and a block as a whole may be forced by another member.
    return change.differs(path) & Truth.UNKNOWN


def cause_of(change: Change) -> str:
    """What forces a replacement, continuing "since"; empty where the plan does not tell."""
    named = list(dict.fromkeys(".".join(without_indexes(path)) for path in change.replace_paths))
    if named:
        return f"{' and '.join(named)} {'changes' if len(named) == 1 else 'change'}"
    return REASONS.get(change.reason, "")
