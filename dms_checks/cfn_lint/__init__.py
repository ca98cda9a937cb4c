"""The door for cfn-lint: ``cfn-lint -t template.yaml -a dms_checks.cfn_lint``.

cfn-lint takes every rule class that it sees in this module's namespace, so nothing else may stand here.
"""

from dms_checks.hosts import cfn_lint as _host

globals().update(_host.rule_classes())
