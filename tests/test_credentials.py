"""Where secrets come from: literals, inputs and neither, through all that can stand between a secret and its property."""

import json
from pathlib import Path
from typing import Any

import pytest

from dms_checks.analysis import analyse
from dms_checks.credentials import is_secret
from dms_checks.deployment import Source
from dms_checks.readers.cloudformation import Template
from dms_checks.readers.documents import parse
from dms_checks.readers.terraform import read_folder
from dms_checks.readers.terraform_plan import read_plan
from dms_checks.rule import Outcome

LITERAL, SHOWN, HIDDEN, NEITHER = "literal", "shown", "hidden", "neither"
VERDICTS = {
    # What DMS50 and DMS51 say.
    LITERAL: (Outcome.FAILS, Outcome.UNKNOWN),
    SHOWN: (None, Outcome.FAILS),
    HIDDEN: (None, Outcome.PASSES),
    NEITHER: (None, Outcome.UNKNOWN),
}


def messages(source: Source, rule: str) -> list[str]:
    return [finding.message for finding in analyse(source).findings() if finding.rule.id == rule]


def check(source: Source, address: str, expected: str) -> None:
    """What DMS50 and DMS51 say of an endpoint; never do both fail."""
    verdicts = {rule: verdict.outcome for (rule, ours), verdict in analyse(source).verdicts.items() if ours == address}
    plain, shown = VERDICTS[expected]
    assert verdicts["DMS51"] is shown
    assert (verdicts["DMS50"] is Outcome.FAILS) is (plain is Outcome.FAILS)


# --- CloudFormation ---------------------------------------------------------------------------------------------------

HEAD = """
Parameters:
  Plain: {Type: String}
  Default: {Type: String, NoEcho: true, Default: ledgerWinter}
  Hidden: {Type: String, NoEcho: true}
  Empty: {Type: String, NoEcho: true, Default: ""}
  List: {Type: CommaDelimitedList, Default: "one,two"}
  Env: {Type: String, Default: test, AllowedValues: [test, prod]}
  Arn: {Type: String}
Conditions:
  Elsewhere: !Equals [!ImportValue a, b]
  ByHidden: !Equals [!Ref Hidden, b]
Mappings:
  Logins: {test: {Password: ledgerWinter}, prod: {Password: ledgerSummer}}
Resources:
  Secret:
    Type: AWS::SecretsManager::Secret
    Properties: {GenerateSecretString: {SecretStringTemplate: "{}", GenerateStringKey: password}}
  Ledger:
    Type: AWS::DMS::Endpoint
    Properties:
      EngineName: mysql
      Password: """


def template(value: str) -> Template:
    document = parse("template.yaml", f"{HEAD}{value}\n")
    return Template(document.tree, "template.yaml", document.place)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("ledgerWinter", LITERAL),
        ("20241231", LITERAL),
        ("changeme", LITERAL),
        ("'***'", NEITHER),
        ("'*'", NEITHER),
        ("<password>", NEITHER),
        ("'  <your password here> '", NEITHER),
        ('!Join ["", ["<", "password>"]]', NEITHER),
        ("'****1'", LITERAL),
        ("'<a>b'", LITERAL),
        ("<password", LITERAL),
        ("!Sub ledgerWinter", LITERAL),
        ("!Base64 ledgerWinter", NEITHER),
        ('!Sub ["${A}Winter", {A: ledger}]', LITERAL),
        ('!Join ["", [ledger, !Select [0, [Winter]]]]', LITERAL),
        ('!Join ["", !Split [",", "ledger,Winter"]]', LITERAL),
        ("!FindInMap [Logins, test, Password]", LITERAL),
        ("!FindInMap [Logins, !Ref Env, Password]", LITERAL),
        ("!FindInMap [Logins, !Ref Arn, Password]", LITERAL),
        ("!If [ByHidden, ledgerWinter, ledgerWinter]", LITERAL),
        ("!If [Elsewhere, ledgerWinter, ledgerSummer]", NEITHER),
        ("!If [Elsewhere, ledgerWinter, !Ref Hidden]", HIDDEN),
        ("!If [Elsewhere, !Ref Plain, !Ref AWS::NoValue]", SHOWN),
        ("!If [Elsewhere, !GetAtt Secret.Id, !Ref Hidden]", HIDDEN),
        ("!Ref Plain", SHOWN),
        ("!Ref Default", SHOWN),
        ("!Ref Hidden", HIDDEN),
        ("!Ref Empty", HIDDEN),
        ("!Sub '${Plain}'", SHOWN),
        ("!Sub '${AWS::StackName}${Plain}'", SHOWN),
        ("!Sub '${Plain}${Default}'", SHOWN),
        ("!Sub '${Plain}${Hidden}'", NEITHER),
        ("!Sub '${Plain}${Secret}'", NEITHER),
        ("!Select [1, !Ref List]", SHOWN),
        ('!Select [1, !Split ["-", !Ref Default]]', SHOWN),
        ("!Sub '{{resolve:secretsmanager:${Arn}:SecretString:password}}'", NEITHER),
        ("!Sub 'a{{resolve:secretsmanager:${Arn}}}${Plain}'", NEITHER),
        ("'{{resolve:ssm:a}}'", NEITHER),
        ("'{{resolve:ssm-secure:a}}'", NEITHER),
        ("!ImportValue password", NEITHER),
        ("!ImportValue {'Fn::Sub': '${Plain}'}", NEITHER),
        ("!GetAtt Secret.Id", NEITHER),
        ("!Transform {Name: password}", NEITHER),
        ("[ledgerWinter]", NEITHER),
        ("{a: ledgerWinter}", NEITHER),
    ],
)
def test_a_template(value: str, expected: str) -> None:
    check(template(value), "Ledger", expected)


def test_the_parameters_are_named_with_what_to_change() -> None:
    (plain,) = messages(template("!Ref Plain"), "DMS51")
    assert plain == "Ledger takes Password from parameter Plain (line 3), which has no NoEcho; set NoEcho to true"
    (default,) = messages(template("!Ref Default"), "DMS51")
    assert default == "Ledger takes Password from parameter Default (line 4), which has a Default; remove its Default"


def test_the_engines_own_password_is_named() -> None:
    document = parse("t", HEAD.replace("      Password: ", "      MongoDbSettings: {Password: ledgerWinter}"))
    (message,) = messages(Template(document.tree, "t", document.place), "DMS50")
    assert message.startswith("Ledger has MongoDbSettings.Password in plain text")


# --- Terraform --------------------------------------------------------------------------------------------------------

VARIABLES = """
variable "plain" {}
variable "default" {
  default   = "ledgerWinter"
  sensitive = true
}
variable "hidden" { sensitive = true }
variable "empty" {
  default   = ""
  sensitive = true
}
variable "null" {
  default   = null
  sensitive = true
}
variable "object" {
  default   = { password = "ledgerWinter", optional = null }
  sensitive = true
}
variable "passwords" { default = { a = "ledgerWinter" } }
variable "list" { default = ["ledgerWinter"] }
variable "env" { default = "test" }
variable "unknown" {}
locals {
  literal = "ledger${local.season}"
  season  = "Winter"
  shown   = "ledger-${var.plain}"
  logins  = { test = "ledgerWinter", prod = "ledgerSummer" }
}
resource "random_password" "any" { length = 20 }
data "aws_secretsmanager_secret_version" "ledger" { secret_id = "ledger" }
resource "aws_db_instance" "literal" { password = "ledgerWinter" }
resource "aws_db_instance" "hidden" { password = var.hidden }
"""


def endpoint(password: str, engine: str = "mysql") -> str:
    return f'resource "aws_dms_endpoint" "ledger" {{\n  engine_name = "{engine}"\n  password    = {password}\n}}\n'


def folder(path: Path, text: str, **modules: str) -> Source:
    (path / "main.tf").write_text(VARIABLES + text)
    for name, source in modules.items():
        (path / name).mkdir()
        (path / name / "main.tf").write_text(source)
    return read_folder(path)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('"ledgerWinter"', LITERAL),
        ("20241231", LITERAL),
        ('"********"', NEITHER),
        ('"<password>"', NEITHER),
        ('"CHANGE_ME"', LITERAL),
        ("local.literal", LITERAL),
        ("local.logins[var.env]", LITERAL),
        ('sensitive("ledgerWinter")', LITERAL),
        ('join("", ["ledger", local.season])', LITERAL),
        ('format("%sWinter", "ledger")', LITERAL),
        ('merge({ a = "ledgerWinter" }, {})["a"]', LITERAL),
        ('try(var.object.nothing, "ledgerWinter")', LITERAL),
        ("aws_db_instance.literal.password", LITERAL),
        ('var.unknown == "" ? "ledgerWinter" : "ledgerSummer"', NEITHER),
        ('var.unknown == "" ? "ledgerWinter" : var.hidden', HIDDEN),
        ('var.unknown == "" ? random_password.any.result : var.plain', SHOWN),
        ("var.plain", SHOWN),
        ("var.default", SHOWN),
        ("var.hidden", HIDDEN),
        ("var.empty", HIDDEN),
        ("var.null", HIDDEN),
        ("nonsensitive(var.hidden)", HIDDEN),
        ("upper(var.plain)", SHOWN),
        ("var.object.password", SHOWN),
        ("coalesce(null, var.hidden)", HIDDEN),
        ('var.passwords["a"]', SHOWN),
        ('lookup(var.passwords, "a", "ledgerSummer")', SHOWN),
        ("one(var.list)", SHOWN),
        ('jsondecode(var.plain)["password"]', SHOWN),
        ("aws_db_instance.hidden.password", HIDDEN),
        ("local.shown", SHOWN),
        ('"${var.plain}${var.default}"', SHOWN),
        ('"${var.plain}${var.hidden}"', NEITHER),
        ('"${var.env}-${random_password.any.result}"', NEITHER),
        ("random_password.any.result", NEITHER),
        ("data.aws_secretsmanager_secret_version.ledger.secret_string", NEITHER),
        ('jsondecode(data.aws_secretsmanager_secret_version.ledger.secret_string)["password"]', NEITHER),
        ('file("${path.module}/main.tf")', NEITHER),
        ("terraform.workspace", NEITHER),
        ("var.not_declared", NEITHER),
    ],
)
def test_a_folder(value: str, expected: str, tmp_path: Path) -> None:
    check(folder(tmp_path, endpoint(value)), "aws_dms_endpoint.ledger", expected)


MODULE = 'variable "password" {\n  default = "ledgerWinter"\n}\n' + endpoint("var.password")


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        ("", LITERAL),
        ('password = "ledgerSummer"', LITERAL),
        ("password = local.literal", LITERAL),
        ("password = var.plain", SHOWN),
        ("password = var.default", SHOWN),
        ("password = var.hidden", HIDDEN),
        ("password = random_password.any.result", NEITHER),
    ],
)
def test_a_module(argument: str, expected: str, tmp_path: Path) -> None:
    """Its own variables are no inputs: they are followed to the call."""
    call = f'module "m" {{\n  source = "./m"\n  {argument}\n}}\n'
    check(folder(tmp_path, call, m=MODULE), "module.m.aws_dms_endpoint.ledger", expected)


@pytest.mark.parametrize(
    ("collection", "expected"),
    [
        ('{ a = "ledgerWinter" }', LITERAL),
        ('toset(["ledgerWinter"])', LITERAL),
        ("{ a = var.hidden }", HIDDEN),
        ("{ a = var.plain }", SHOWN),
        ("var.passwords", SHOWN),
        ("{ for k, v in var.passwords : k => v }", SHOWN),
    ],
)
def test_each_value(collection: str, expected: str, tmp_path: Path) -> None:
    text = endpoint("each.value").replace("{\n", f"{{\n  for_each = {collection}\n", 1)
    key = "ledgerWinter" if "toset" in collection else "a"
    check(folder(tmp_path, text), f'aws_dms_endpoint.ledger["{key}"]', expected)


@pytest.mark.parametrize(
    ("collection", "expected"), [('["ledgerWinter"]', LITERAL), ("[var.plain]", NEITHER), ("[var.unknown, var.plain]", NEITHER)]
)
def test_a_dynamic_block(collection: str, expected: str, tmp_path: Path) -> None:
    content = "content {\n      sasl_password = kafka_settings.value\n    }"
    block = f'  dynamic "kafka_settings" {{\n    for_each = {collection}\n    {content}\n  }}\n'
    text = f'resource "aws_dms_endpoint" "ledger" {{\n  engine_name = "kafka"\n{block}}}\n'
    source = folder(tmp_path, text)
    if expected is LITERAL:
        check(source, "aws_dms_endpoint.ledger", expected)
    assert (messages(source, "DMS50") != []) is (expected is LITERAL)
    assert messages(source, "DMS51") == []


def test_a_variable_that_a_file_fills_in_is_no_literal(tmp_path: Path) -> None:
    """Variable files are often kept out of the repository."""
    (tmp_path / "terraform.tfvars").write_text('hidden = "ledgerWinter"\nplain = "ledgerWinter"\n')
    check(folder(tmp_path, endpoint("var.hidden")), "aws_dms_endpoint.ledger", HIDDEN)
    check(folder(tmp_path, endpoint("var.plain")), "aws_dms_endpoint.ledger", SHOWN)


def test_the_variable_is_named_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "variables.tf").write_text('\nvariable "password" {\n  default = "ledgerWinter"\n}\n')
    (message,) = messages(folder(tmp_path, endpoint("var.password")), "DMS51")
    assert message == (
        "aws_dms_endpoint.ledger takes password from var.password (variables.tf line 2), which is not sensitive and has a default; "
        "set sensitive = true and remove its default"
    )


def test_attributes_of_later_versions_of_the_provider(tmp_path: Path) -> None:
    settings = '  oracle_settings {\n    asm_password           = "ledgerWinter"\n    security_db_encryption = var.plain\n  }\n'
    text = f'resource "aws_dms_endpoint" "ledger" {{\n  engine_name = "oracle"\n{settings}}}\n'
    source = folder(tmp_path, text)
    assert "oracle_settings.asm_password" in messages(source, "DMS50")[0]
    assert "oracle_settings.security_db_encryption" in messages(source, "DMS51")[0]


# --- plans ------------------------------------------------------------------------------------------------------------


def plan(path: Path, after: Any, expression: Any, unknown: Any = False, **more: Any) -> Source:
    """A plan of one endpoint, beside a generated password."""
    address = more.get("address", "aws_dms_endpoint.ledger")
    configuration = {
        "variables": {
            "plain": {},
            "default": {"default": "ledgerWinter", "sensitive": True},
            "hidden": {"sensitive": True},
            "flag": {"default": True},
            "object": {"sensitive": True, "default": {"password": None}},
        },
        "resources": [
            {"address": "random_password.any", "expressions": {}},
            {"address": "aws_dms_endpoint.ledger", "expressions": {"password": expression}},
        ],
        "module_calls": more.get("calls", {}),
    }
    values = {
        "plain": "ledgerSummer",
        "default": "ledgerWinter",
        "hidden": "ledgerFall",
        "flag": True,
        "object": {"password": "ledgerSpring"},
    }
    changes = [
        (
            "random_password.any",
            "random_password",
            {"special": True, "override_special": more.get("characters")},
            {"result": True},
        ),
        (address, "aws_dms_endpoint", {"engine_name": "mysql", "password": after}, {"password": unknown}),
    ]
    tree = {
        "format_version": "1.2",
        "variables": {name: {"value": value} for name, value in values.items()},
        "configuration": {"root_module": configuration},
        "resource_changes": [
            {
                "address": name,
                "mode": "managed",
                "type": kind,
                "change": {"actions": ["create"], "after": known, "after_unknown": flags},
            }
            for name, kind, known, flags in changes
        ],
    }
    (path / "plan.json").write_text(json.dumps(tree))
    return read_plan(path / "plan.json")


@pytest.mark.parametrize(
    ("after", "expression", "expected"),
    [
        ("ledgerWinter", {"constant_value": "ledgerWinter"}, LITERAL),
        ("ledgerWinter", {"references": ["each.key"]}, LITERAL),
        ("ledgerSummer", {"references": ["var.plain"]}, SHOWN),
        ("x-ledgerSummer", {"references": ["var.plain"]}, SHOWN),
        ("ledgerWinter", {"references": ["var.default"]}, SHOWN),
        ("ledgerFall", {"references": ["var.hidden"]}, HIDDEN),
        ("ledgerSpring", {"references": ["var.object.password", "var.object"]}, HIDDEN),
        ("ledgerFall", {"references": ["var.flag", "var.hidden"]}, HIDDEN),
        ("ledgerWinter", {"references": ["var.flag"]}, NEITHER),
        ("bGVkZ2Vy", {"references": ["var.plain"]}, NEITHER),
        ("ledgerWinter", {"references": ["local.password"]}, NEITHER),
        ("ledgerWinter", {"references": ["var.plain", "local.password"]}, NEITHER),
        ("ledgerWinter", {}, NEITHER),
    ],
)
def test_a_plan(after: str, expression: Any, expected: str, tmp_path: Path) -> None:
    check(plan(tmp_path, after, expression), "aws_dms_endpoint.ledger", expected)


@pytest.mark.parametrize(
    ("argument", "after", "expected"),
    [
        (None, "ledgerWinter", LITERAL),
        ({"constant_value": "ledgerWinter"}, "ledgerWinter", LITERAL),
        ({"references": ["var.plain"]}, "ledgerSummer", SHOWN),
        ({"references": ["var.hidden"]}, "ledgerFall", HIDDEN),
        ({"references": ["local.password"]}, "ledgerWinter", NEITHER),
    ],
)
def test_a_module_in_a_plan(argument: Any, after: str, expected: str, tmp_path: Path) -> None:
    resource = {"address": "aws_dms_endpoint.ledger", "expressions": {"password": {"references": ["var.password"]}}}
    module = {"variables": {"password": {"default": "ledgerWinter"}}, "resources": [resource]}
    calls = {"m": {"expressions": {"password": argument} if argument else {}, "module": module}}
    source = plan(tmp_path, after, {}, calls=calls, address="module.m.aws_dms_endpoint.ledger")
    check(source, "module.m.aws_dms_endpoint.ledger", expected)


# --- extra connection attributes --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "key", ["password", "asm_password", "saslPassword", "trustStorePassword", "secretKey", "securityDbEncryption"]
)
def test_secret_keys(key: str) -> None:
    assert is_secret(key)


@pytest.mark.parametrize("key", ["securityDbEncryptionName", "encryptPassword", "asm_user", "passwordPolicy", "initstmt", ""])
def test_other_keys(key: str) -> None:
    assert not is_secret(key)


# --- characters -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "fails"),
    [
        ("", True),
        ("special = true", True),
        ("special = false", False),
        ('special = "false"', False),
        ('override_special = "!#$"', False),
        ('override_special = "!#:"', True),
        ("override_special = var.unknown", False),
        ("special = var.unknown", False),
    ],
)
@pytest.mark.parametrize("kind", ["random_password", "random_string"])
@pytest.mark.parametrize("way", ["directly", "by the secret", "by the version"])
def test_a_generated_password(kind: str, arguments: str, fails: bool, way: str, tmp_path: Path) -> None:
    generator = f'resource "{kind}" "ledger" {{\n  length = 20\n  {arguments}\n}}\n'
    secret = (
        'resource "aws_secretsmanager_secret" "ledger" { name = "ledger" }\n'
        'resource "aws_secretsmanager_secret_version" "ledger" {\n  secret_id = aws_secretsmanager_secret.ledger.id\n'
        f'  secret_string = jsonencode({{ username = "dms", password = {kind}.ledger.result }})\n}}\n'
    )
    text = {
        "directly": endpoint(f"{kind}.ledger.result"),
        "by the secret": endpoint("null\n  secrets_manager_arn = aws_secretsmanager_secret.ledger.arn"),
        "by the version": endpoint("null\n  secrets_manager_arn = aws_secretsmanager_secret_version.ledger.arn"),
    }[way]
    found = messages(folder(tmp_path, generator + secret + text), "DMS54")
    assert bool(found) is fails
    assert all(f"{kind}.ledger (main.tf line" in message and "override_special" in message for message in found)


def test_a_generated_password_in_a_plan(tmp_path: Path) -> None:
    expression = {"references": ["random_password.any.result", "random_password.any"]}
    assert messages(plan(tmp_path, None, expression, unknown=True), "DMS54")
    assert not messages(plan(tmp_path, None, expression, unknown=True, characters="!#"), "DMS54")


def test_the_further_passwords_of_oracle_are_not_looked_at(tmp_path: Path) -> None:
    """The key of encrypted columns is in Base64, which has a plus sign."""
    source = folder(tmp_path, endpoint('"ledger,asm,AEMA+"', "oracle"))
    assert messages(source, "DMS54") == []
    assert messages(folder(tmp_path, endpoint('"led+ger,asm"', "oracle")), "DMS54")


def test_a_secret_with_two_versions_is_not_judged(tmp_path: Path) -> None:
    version = (
        'resource "aws_secretsmanager_secret_version" "{0}" {{\n  secret_id = aws_secretsmanager_secret.ledger.id\n'
        '  secret_string = jsonencode({{ password = "led;ger" }})\n}}\n'
    )
    text = 'resource "aws_secretsmanager_secret" "ledger" { name = "ledger" }\n' + version.format("one") + version.format("two")
    by_secret = endpoint("null\n  secrets_manager_arn = aws_secretsmanager_secret.ledger.arn")
    assert messages(folder(tmp_path, text + by_secret), "DMS54") == []
