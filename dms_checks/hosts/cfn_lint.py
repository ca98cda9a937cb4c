"""cfn-lint runs us: one rule class per rule of ours, made in a loop, all asking the same analysis of a template."""

import weakref
from collections.abc import Iterator, Mapping
from typing import Any

from cfnlint.rules import CloudFormationLintRule, RuleMatch

from dms_checks.analysis import Analysis, analyse
from dms_checks.catalogue import RULES
from dms_checks.model import Dialect, Path, Place
from dms_checks.readers.cloudformation import Template
from dms_checks.rule import Rule

_ANALYSES: "weakref.WeakKeyDictionary[Any, list[Analysis]]" = weakref.WeakKeyDictionary()


def rule_class(rule: Rule) -> type[CloudFormationLintRule]:
    """A cfn-lint rule that reports the findings of one of ours."""

    def match(_: CloudFormationLintRule, template: Any) -> Iterator[RuleMatch]:
        for analysis in _analyses(template):
            for finding in analysis.findings():
                if finding.rule is rule:
                    yield RuleMatch(list(finding.path or ("Resources", finding.resource)), plain(finding.message))

    members = {
        "id": rule.cfn_lint_id,
        "shortdesc": rule.title,
        "description": " ".join(rule.why.split()),
        "source_url": rule.references[0],
        "tags": ["resources", "dms", rule.name],
        "match": match,
        "__doc__": rule.title,
    }
    return type(rule.cfn_lint_id, (CloudFormationLintRule,), members)


def rule_classes() -> dict[str, type[CloudFormationLintRule]]:
    """The classes by id, of all rules that CloudFormation can violate."""
    return {rule.cfn_lint_id: rule_class(rule) for rule in RULES if rule.types(Dialect.CLOUDFORMATION)}


def plain(message: str) -> str:
    """One line without colons: editors and CI tools split cfn-lint's output at them."""
    return " ".join(message.replace(": ", ", ").replace(":", "-").split())


def _analyses(template: Any) -> list[Analysis]:
    """The analyses of a template, one for each set of parameter values that cfn-lint was given, made once for all rules.

    They go when cfn-lint lets the template go.
    """
    found = _ANALYSES.get(template)
    if found is None:
        tree = template.template
        given = _parameter_sets(template)
        found = _ANALYSES[template] = [analyse(Template(tree, "", _locator(tree), values)) for values in given]
    return found


def _parameter_sets(template: Any) -> list[Mapping[str, Any]]:
    """The values from ``--parameters`` and deployment files; older versions of cfn-lint have none."""
    sets = getattr(getattr(template, "context", None), "parameter_sets", None) or []
    return [getattr(item, "parameters", {}) for item in sets] or [{}]


def _locator(tree: Any) -> Any:
    """Places for messages: cfn-lint's keys carry marks. It finds the place of a match itself."""

    def locate(path: Path) -> Place:
        node, line = tree, 0
        for step in path:
            if isinstance(node, dict) and step in node:
                key = next(key for key in node if key == step)
                line = key.start_mark.line + 1 if hasattr(key, "start_mark") else line
                node = node[step]
            else:
                break
        return Place("", line)

    return locate
