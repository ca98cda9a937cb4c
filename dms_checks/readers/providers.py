"""Which provider configuration makes a Terraform resource: its Region and its ``default_tags`` do not stand in the resource."""

from enum import Enum

from dms_checks.readers.hcl import Block, Expression, Literal, Object, Traversal
from dms_checks.readers.tracing import Module, Project, Scope

Configured = tuple[Block, Scope]
"""A provider block, and where it stands."""

_DEFAULT = ("aws", "")


class Missing(Enum):
    """Why there is no provider block: nobody configures the provider, or somebody who cannot be seen."""

    NOWHERE = "nowhere"
    ELSEWHERE = "elsewhere"


def provider_of(resource: Block | None, scope: Scope | None, project: Project) -> Configured | Missing:
    """The configuration of the AWS provider that a resource is made with, followed through module calls."""
    if resource is None or scope is None:
        return Missing.ELSEWHERE
    attribute = resource.attributes.get("provider")
    name = _DEFAULT if attribute is None else _name(attribute.expression)
    while name is not None:
        if name in scope.module.providers and not (scope.parent and _is_empty(scope.module.providers[name])):
            return scope.module.providers[name], scope
        if scope.parent is None or scope.call is None:
            is_elsewhere = name != _DEFAULT or _is_called(scope.module, project)
            return Missing.ELSEWHERE if is_elsewhere else Missing.NOWHERE
        name, scope = _handed(name, scope.call), scope.parent
    return Missing.ELSEWHERE


def _is_empty(provider: Block) -> bool:
    """Whether a block in a module only says that it wants to be given a configuration, as older modules do."""
    return not provider.blocks and provider.attributes.keys() <= {"alias", "version"}


def _name(expression: str | Expression) -> tuple[str, str] | None:
    """``aws.west`` → name and alias; None for what is written in another way."""
    if isinstance(expression, Literal) and isinstance(expression.value, str):
        # As Terraform 0.11 wrote it.
        return _name(expression.value)
    if isinstance(expression, str):
        name, _, text = expression.partition(".")
        return name, text
    if not isinstance(expression, Traversal) or not isinstance(expression.base, str) or len(expression.steps) > 1:
        return None
    alias = expression.steps[0] if expression.steps else ""
    return (expression.base, alias) if isinstance(alias, str) else None


def _handed(name: tuple[str, str], call: Block) -> tuple[str, str] | None:
    """The name that a module's provider has outside of it. Without ``providers``, a module gets the default configurations."""
    attribute = call.attributes.get("providers")
    if attribute is None:
        return name if not name[1] else None
    pairs = attribute.expression.pairs if isinstance(attribute.expression, Object) else ()
    return next((_name(value) for key, value in pairs if _name(key) == name), None)


def _is_called(module: Module, project: Project) -> bool:
    """Whether a folder without provider block seems to be a module that others call: something has to give its variables values."""
    return any("default" not in variable.attributes for name, variable in module.variables.items() if name not in project.given)
