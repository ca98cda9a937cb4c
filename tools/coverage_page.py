"""docs/coverage.md: which rule answers which demand of AWS, and which check of another tool."""

from collections.abc import Iterable
from itertools import chain

import coverage_table as data
from markdown_table import table

from dms_checks.catalogue import RULES

JUDGED = frozenset(rule.id for rule in RULES)


def page() -> str:
    """The whole page."""
    return "\n\n".join(chain(_introduction(), _chapter(), _controls(), _further(), _tools())) + "\n"


def _introduction() -> Iterable[str]:
    yield "# What is covered"
    yield (
        "Written by `tools/write_docs.py` from `tools/coverage_table.py`. Which rule answers which demand of AWS, where no template can show "
        "whether it is met, and which checks of other tools ask the same."
    )
    yield (
        f"The pages of AWS and the rules of other tools were read on {data.READ}, unless a date is given. Checkov {data.CHECKOV} and cfn-lint "
        f"{data.CFN_LINT} were run on small templates on {data.TRIED}: what is said of these two was tried, what is said of all others was read "
        "in their source."
    )


def rules(ids: Iterable[str]) -> str:
    """The rules with links to their pages, and apart from them those that are not there yet."""
    ids = list(ids)
    judged = ", ".join(f"[{item}](rules/{item}.md)" for item in ids if item in JUDGED)
    missing = ", ".join(item for item in ids if item not in JUDGED)
    return "; ".join(part for part in (judged, f"not judged yet: {missing}" if missing else "") if part) or "none"


def _chapter() -> Iterable[str]:
    yield "## The security chapter"
    yield (
        f"The statements of [Security in AWS Database Migration Service]({data.CHAPTER}), in its order, in our words. Where no rule is named, the last "
        "column says why no template can show it."
    )
    for section in data.SECTIONS:
        yield f"### {section.title}"
        yield f"Source: <{data.CHAPTER}#{section.anchor}>"
        yield table(
            ("no.", "what it says", "rules", "remarks"),
            ((f"S{item.number}", item.says, rules(item.rules), item.note) for item in section.statements),
        )


def _controls() -> Iterable[str]:
    yield "## Controls of AWS"
    yield "### AWS Security Hub, and the AWS Config rules behind it"
    yield f"Source: <{data.SECURITY_HUB}>. The controls judge what is deployed; the rules judge the template by the same condition, unless the last column says otherwise."
    yield table(
        ("control", "asks", "severity there", "AWS Config rule", "rules", "remarks"),
        (
            (item.id, item.asks, item.severity, f"`{item.config_rule}`", rules(item.rules), item.note)
            for item in data.SECURITY_HUB_CONTROLS
        ),
    )
    yield "### Other AWS Config rules, and AWS Control Tower"
    yield table(
        ("control", "asks", "rules", "remarks"),
        ((f"[{item.id}]({item.page})", item.asks, rules(item.rules), item.note) for item in data.OTHER_CONTROLS),
    )


def _further() -> Iterable[str]:
    yield "## What other pages say"
    yield "Of AWS, or of CloudFormation and Terraform, with the rules that answer. Where none does, it is not judged yet."
    yield table(("rules", "what it says", "source"), ((rules(item.rules), item.says, f"<{item.page}>") for item in data.FURTHER))


def _tools() -> Iterable[str]:
    yield "## Checks of other tools"
    yield (
        "What each asks, what it gets wrong, and the rules here that answer the same question. *Keep* marks a check that asks more than is asked here, "
        "of other services or of what is deployed. What is said of a gap holds for AWS DMS."
    )
    for tool in data.TOOLS:
        yield f"### {tool.name}"
        version = f"{tool.version}, tried" if tool.tried else f"{tool.version}, read"
        yield " ".join(part for part in (f"<{tool.page}>, {version}.", tool.remark) if part)
        yield table(
            ("check", "asks", "what it gets wrong", "here"),
            ((item.id, item.asks, item.gap, rules(item.rules) + ("" if item.replaced else " (keep)")) for item in tool.checks),
        )
    yield "### None"
    yield data.ANSWERED_ELSEWHERE
