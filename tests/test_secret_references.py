"""Where a secret of an endpoint comes from, and the dynamic references in a template: DMS52, DMS53, DMS55 and DMS58 beyond their fixtures."""

import textwrap
from pathlib import Path

import pytest

from dms_checks.analysis import Analysis, analyse
from dms_checks.catalogue import NOT_EVALUATED, RULES
from dms_checks.readers.cloudformation import Template
from dms_checks.readers.documents import parse
from dms_checks.readers.terraform import read_folder
from dms_checks.rule import Outcome

DATABASES = """
variable "open" {}
resource "aws_db_instance" "one" { manage_master_user_password = true }
resource "aws_rds_cluster" "counted" {
  count                       = 1
  manage_master_user_password = true
}
resource "aws_docdb_cluster" "other" { manage_master_user_password = true }
data "aws_db_instance" "elsewhere" { db_instance_identifier = "ledger" }
data "aws_secretsmanager_secret" "managed" { arn = aws_db_instance.one.master_user_secret[0].secret_arn }
data "aws_secretsmanager_secret" "by_name" { name = "rds!db-1234" }
data "aws_secretsmanager_secret" "ledger" { name = "ledger" }
data "aws_secretsmanager_secret" "open" { name = var.open }
resource "aws_secretsmanager_secret" "ledger" { name = "ledger" }
locals {
  secret  = aws_db_instance.one.master_user_secret[0].secret_arn
  secrets = aws_db_instance.one.master_user_secret
}
"""


def outcome(analysis: Analysis, rule_id: str, address: str) -> Outcome:
    return analysis.verdict(next(rule for rule in RULES if rule.id == rule_id), address).outcome


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("aws_db_instance.one.master_user_secret[0].secret_arn", Outcome.FAILS),
        ("aws_db_instance.one.master_user_secret.0.secret_arn", Outcome.FAILS),
        ('"${aws_db_instance.one.master_user_secret[0].secret_arn}"', Outcome.FAILS),
        ("local.secret", Outcome.FAILS),
        ("local.secrets[0].secret_arn", Outcome.FAILS),
        ("one(local.secrets).secret_arn", Outcome.FAILS),
        ("one(aws_db_instance.one.master_user_secret[*].secret_arn)", Outcome.FAILS),
        ("element(aws_db_instance.one.master_user_secret, 0).secret_arn", Outcome.FAILS),
        ("tolist(aws_db_instance.one.master_user_secret)[0].secret_arn", Outcome.FAILS),
        ("aws_rds_cluster.counted[0].master_user_secret[0].secret_arn", Outcome.FAILS),
        ("one(aws_rds_cluster.counted[*].master_user_secret[0].secret_arn)", Outcome.FAILS),
        ('join("", aws_rds_cluster.counted[*].master_user_secret[0].secret_arn)', Outcome.FAILS),
        ("data.aws_db_instance.elsewhere.master_user_secret[0].secret_arn", Outcome.FAILS),
        ("data.aws_secretsmanager_secret.managed.arn", Outcome.FAILS),
        ("data.aws_secretsmanager_secret.by_name.id", Outcome.FAILS),
        ('"arn:aws:secretsmanager:us-east-1:${var.open}:secret:rds!cluster-1234"', Outcome.FAILS),
        ('"arn:aws:secretsmanager:us-east-1:111122223333:secret:rds!db-${var.open}"', Outcome.FAILS),
        ("data.aws_secretsmanager_secret.ledger.arn", Outcome.PASSES),
        ("aws_secretsmanager_secret.ledger.arn", Outcome.PASSES),
        ('"arn:aws:secretsmanager:us-east-1:111122223333:secret:ledger/rds!db"', Outcome.PASSES),
        ("data.aws_secretsmanager_secret.open.arn", Outcome.UNKNOWN),
        ("aws_db_instance.one.arn", Outcome.UNKNOWN),
        ("aws_docdb_cluster.other.master_user_secret[0].secret_arn", Outcome.UNKNOWN),
        ('"arn:aws:secretsmanager:us-east-1:111122223333:secret:${aws_db_instance.one.id}"', Outcome.UNKNOWN),
        ('var.open ? aws_db_instance.one.master_user_secret[0].secret_arn : "ledger"', Outcome.UNKNOWN),
        ("var.open", Outcome.UNKNOWN),
    ],
)
def test_managed_master_secrets(expression: str, expected: Outcome, tmp_path: Path) -> None:
    endpoint = f'resource "aws_dms_endpoint" "e" {{\n  engine_name = "postgres"\n  secrets_manager_arn = {expression}\n}}\n'
    (tmp_path / "main.tf").write_text(DATABASES + endpoint)
    assert outcome(analyse(read_folder(tmp_path)), "DMS53", "aws_dms_endpoint.e") is expected


def test_a_data_provider_for_mongodb_in_terraform(tmp_path: Path) -> None:
    """Only versions of the provider that no fixture is planned with have data providers."""
    blocks = [
        f'resource "aws_dms_data_provider" "{name}" {{\n  engine = "mongodb"\n  settings {{\n    mongodb_settings {{\n'
        f"      {setting}\n    }}\n  }}\n}}\n"
        for name, setting in {"no": 'auth_type = "no"', "password": 'auth_type = "password"', "left_out": ""}.items()
    ]
    (tmp_path / "main.tf").write_text("".join(blocks))
    analysis = analyse(read_folder(tmp_path))
    found = {name: outcome(analysis, "DMS55", f"aws_dms_data_provider.{name}") for name in ("no", "password", "left_out")}
    assert found == {"no": Outcome.FAILS, "password": Outcome.PASSES, "left_out": Outcome.UNKNOWN}


# --- Dynamic references -----------------------------------------------------------------------------------------------

HEAD = """
Parameters:
  Env: { Type: String, AllowedValues: [test, prod], Default: test }
  Open: { Type: String }
  Reference: { Type: String, Default: '{{resolve:ssm-secure:/ledger}}' }
  List: { Type: CommaDelimitedList, Default: 'a,{{resolve:ssm-secure:/ledger}}' }
Conditions:
  IsProd: !Equals [!Ref Env, prod]
  Elsewhere: !Equals [!ImportValue one, other]
Resources:
"""


def endpoint(properties: str, extra: str = "") -> Analysis:
    """An endpoint with these properties, alone in a template."""
    body = textwrap.indent(textwrap.dedent(properties).strip(), "      ")
    text = f"{HEAD}  Ledger:\n    Type: AWS::DMS::Endpoint\n    Properties:\n      EngineName: postgres\n{body}\n{extra}"
    document = parse("template.yaml", text)
    return analyse(Template(document.tree, "template.yaml", document.place))


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ("Password: '{{resolve:ssm-secure:/ledger:1}}'", Outcome.FAILS),
        ("Password: !Sub '{{resolve:ssm-secure:/${Env}:1}}'", Outcome.FAILS),
        ("Password: !Sub ['{{resolve:ssm-secure:${Name}}}', { Name: !Ref Open }]", Outcome.FAILS),
        ("Password: !Join [':', ['{{resolve:ssm-secure', /ledger, '1}}']]", Outcome.FAILS),
        ("Password: !Select [0, ['{{resolve:ssm-secure:/ledger}}', b]]", Outcome.FAILS),
        ("Password: !Select [1, ['{{resolve:ssm-secure:/ledger}}', b]]", Outcome.PASSES),
        ("Password: !If [IsProd, '{{resolve:ssm-secure:/ledger}}', !Ref Open]", Outcome.FAILS),
        ("Password: !If [Elsewhere, '{{resolve:ssm-secure:/ledger}}', !Ref Open]", Outcome.PASSES),
        ("Password: !Ref Reference", Outcome.FAILS),
        ("Tags: [{ Key: a, Value: '{{resolve:ssm-secure:/ledger}}' }]", Outcome.FAILS),
        ("Tags: [!If [IsProd, { Key: a, Value: '{{resolve:ssm-secure:/ledger}}' }, !Ref AWS::NoValue]]", Outcome.FAILS),
        ("Anything: !Ref List", Outcome.FAILS),
        ("MySqlSettings: { AfterConnectScript: 'x {{resolve:ssm-secure:/ledger}} y' }", Outcome.FAILS),
        ("Password: '{{resolve:secretsmanager:ssm-secure}}'", Outcome.PASSES),
        ("Password: '{{resolve:ssm:/ssm-secure}}'", Outcome.PASSES),
        ("Password: ssm-secure", Outcome.PASSES),
        ("Password: !ImportValue ledger", Outcome.PASSES),
        ("Password: null", Outcome.PASSES),
    ],
)
def test_secure_strings(properties: str, expected: Outcome) -> None:
    assert outcome(endpoint(properties), "DMS58", "Ledger") is expected


def test_a_secure_string_is_not_named() -> None:
    analysis = endpoint("Password: '{{resolve:ssm-secure:/very/private:1}}'")
    assert not [finding for finding in analysis.findings() if "private" in finding.message]


def test_parameters_that_hold_no_secure_string_are_not_taken_into_account() -> None:
    """Twelve of four values each would be too many deployments."""
    names = [f"P{number}" for number in range(12)]
    parameters = "".join(f"  {name}: {{ Type: String, AllowedValues: [a, b, c, d], Default: a }}\n" for name in names)
    properties = "".join(f"      Property{name}: !Ref {name}\n" for name in names)
    text = (
        f"Parameters:\n{parameters}Resources:\n  Ledger:\n    Type: AWS::DMS::Endpoint\n    Properties:\n{properties}"
        "      Password: '{{resolve:ssm-secure:/ledger}}'\n"
    )
    document = parse("template.yaml", text)
    analysis = analyse(Template(document.tree, "template.yaml", document.place))
    assert outcome(analysis, "DMS58", "Ledger") is Outcome.FAILS
    assert outcome(analysis, NOT_EVALUATED.id, "Ledger") is not Outcome.FAILS


def test_a_secure_string_behind_many_aliases_ends() -> None:
    """Aliases of YAML make a small file endless."""
    lines = ["      A0: &a0 ['{{resolve:ssm:/ledger}}']"]
    lines += [f"      A{number}: &a{number} [*a{number - 1}, *a{number - 1}, *a{number - 1}]" for number in range(1, 40)]
    text = "Resources:\n  Ledger:\n    Type: AWS::DMS::Endpoint\n    Properties:\n" + "\n".join(lines) + "\n"
    document = parse("template.yaml", text)
    analysis = analyse(Template(document.tree, "template.yaml", document.place))
    assert outcome(analysis, "DMS58", "Ledger") is not Outcome.FAILS


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ("Username: dms", Outcome.FAILS),
        ("Port: 5432", Outcome.FAILS),
        ("Username: '{{resolve:secretsmanager:ledger:SecretString:username}}'", Outcome.FAILS),
        ("Password: !Sub '{{resolve:secretsmanager:${Open}:SecretString:password}}'", Outcome.FAILS),
        ("Password: !If [IsProd, '{{resolve:secretsmanager:ledger}}', !Ref AWS::NoValue]", Outcome.FAILS),
        ("Password: !If [Elsewhere, '{{resolve:secretsmanager:ledger}}', !Ref AWS::NoValue]", Outcome.UNKNOWN),
        ("Password: !Ref Open", Outcome.UNKNOWN),
        ("DatabaseName: ledger", Outcome.PASSES),
        ("Username: !Ref AWS::NoValue", Outcome.PASSES),
    ],
)
def test_clear_text_beside_a_secret(properties: str, expected: Outcome) -> None:
    secret = "      PostgreSqlSettings: { SecretsManagerSecretId: ledger }\n"
    assert outcome(endpoint(properties, secret), "DMS52", "Ledger") is expected
