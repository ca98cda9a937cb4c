"""Marks for what is not known, and addresses: all that the child process that evaluates Terraform needs of the model."""

import re

ANYTHING = "*"
"""The address among candidates that stands for every resource of the deployment."""

HOLE = "\N{OBJECT REPLACEMENT CHARACTER}"
"""Stands in an outline for text that is not known."""

_KEY = re.compile(r'\[(?:"(?:[^"\\]|\\.)*"|\d+)\]')


def without_keys(address: str) -> str:
    """An address without instance keys: Terraform orders resources, not their instances."""
    return _KEY.sub("", address)
