"""The two marks that stand for what is not known, in a place of their own: the child process that evaluates Terraform needs no more of the model."""

ANYTHING = "*"
"""The address among candidates that stands for every resource of the deployment."""

HOLE = "\N{OBJECT REPLACEMENT CHARACTER}"
"""Stands in an outline for text that is not known."""
