"""From one entry of ``resource_changes`` in a Terraform plan to what it tells of the change.

Secrets stand in a plan as plain text, and only a mark beside them says so: they are compared here and go no further. Format: "JSON Output
Format", Terraform 1.11.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import zip_longest
from typing import Any

from dms_checks.model import Action, Change, Path, Reference, Truth, Value

_ACTIONS = {"no-op": Action.NONE, "read": Action.NONE, "create": Action.CREATE, "update": Action.UPDATE}
_EMPTY: tuple[Any, ...] = (None, "", [], {})
"""What a state holds where nothing is set: providers differ, and so do attributes of one resource."""


def read_change(change: dict[str, Any], reason: str, resources: Mapping[str, str], is_renewed: Callable[[Path], bool]) -> Change:
    """The change of a resource that is there afterwards, and Terraform's word for its reason.

    ``resources`` gives the addresses of resources by their ARN before the change. ``is_renewed`` tells of a path that only apply will
    tell whether its value comes from what the plan creates.
    """
    actions = [str(action) for action in change["actions"]]
    before, after = change.get("before"), change.get("after")
    is_new = before is None
    return Change(
        _action(actions),
        Value.absent() if is_new else _value(before, change.get("before_sensitive"), resources, ()),
        () if is_new else tuple(_differences(before, after, change.get("after_unknown"), is_renewed, ())),
        tuple(tuple(path) for path in change.get("replace_paths") or () if isinstance(path, list)),
        reason,
        actions[:1] == ["create"] and len(actions) > 1,
    )


def _action(actions: list[str]) -> Action:
    """A replacement is two actions: create, and delete or forget, in either order."""
    if "create" in actions and len(actions) > 1:
        return Action.REPLACE
    return _ACTIONS.get(actions[0] if actions else "", Action.NONE)


def _value(content: Any, sensitive: Any, resources: Mapping[str, str], path: Path) -> Value:
    """A value before the change; of a sensitive one no more than that it is there."""
    if sensitive is True:
        return Value.absent(path[:-1]) if content in _EMPTY else Value.unknown(path)
    if isinstance(content, dict):
        members = {name: _value(item, _part(sensitive, name), resources, (*path, name)) for name, item in content.items()}
        return Value.known(members, path)
    if isinstance(content, list):
        items = (_value(item, _part(sensitive, index), resources, (*path, index)) for index, item in enumerate(content))
        return Value.known(tuple(items), path)
    if content in _EMPTY:
        return Value.absent(path[:-1])
    if isinstance(content, str) and content in resources:
        return Value.known(Reference(resources[content]), path)
    return Value.known(content, path)


def texts_of(content: Any, sensitive: Any) -> Iterator[str]:
    """The texts that are marked as sensitive."""
    if sensitive is True and isinstance(content, str) and content:
        yield content
    elif isinstance(content, (dict, list)) and sensitive:
        items = content.items() if isinstance(content, dict) else enumerate(content)
        for step, item in items:
            yield from texts_of(item, _part(sensitive, step))


def _part(tree: Any, step: str | int) -> Any:
    """The part of a tree of marks that belongs to a member or an element."""
    if tree is True:
        return True
    if isinstance(tree, dict):
        return tree.get(step)
    return tree[step] if isinstance(tree, list) and isinstance(step, int) and step < len(tree) else None


def _differences(
    before: Any, after: Any, unknown: Any, is_renewed: Callable[[Path], bool], path: Path
) -> Iterator[tuple[Path, Truth]]:
    """The paths whose values differ, or may."""
    if unknown is True:
        # What is created has other ARNs, ids and passwords than what was there before.
        yield path, Truth.YES if is_renewed(path) else Truth.UNKNOWN
    elif isinstance(before, dict) or isinstance(after, dict):
        left, right = (item if isinstance(item, dict) else {} for item in (before, after))
        marks = unknown if isinstance(unknown, dict) else {}
        for name in {**left, **right, **marks}:
            yield from _differences(left.get(name), right.get(name), marks.get(name), is_renewed, (*path, name))
    elif isinstance(before, list) or isinstance(after, list):
        lists = [item if isinstance(item, list) else [] for item in (before, after, unknown)]
        for index, (left, right, mark) in enumerate(zip_longest(*lists)):
            yield from _differences(left, right, mark, is_renewed, (*path, index))
    elif before != after and not (before in _EMPTY and after in _EMPTY):
        yield path, Truth.YES
