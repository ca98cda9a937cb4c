"""Static analysis of AWS DMS deployments: one catalogue of rules for Checkov, cfn-lint and the command line."""

__version__ = "0.1.0"
