"""What evaluates Terraform: values, references and the difference between null and unknown, in real folders."""

from pathlib import Path

import hcl2
import pytest
import support

from dms_checks.analysis import analyse
from dms_checks.deployment import Deployment
from dms_checks.model import Reference, Truth, Value
from dms_checks.readers.terraform import Root, read_folder

KEYS = """
variable "unknown" {}
variable "on" { default = true }
variable "list" { type = list(string) }
variable "map" { type = map(string) }
variable "empty" { default = "" }
variable "nothing" { default = null }
variable "object" {
  type    = object({ port = number, mode = optional(string, "none") })
  default = { port = 1521 }
}
data "aws_kms_key" "elsewhere" { key_id = "alias/elsewhere" }
data "aws_kms_alias" "managed" { name = "alias/aws/dms" }
data "aws_kms_alias" "twin" { name = "alias/ledger" }
locals {
  arn    = aws_kms_key.k.arn
  parts  = { a = { arn = aws_kms_key.k.arn }, b = {} }
  merged = merge(local.parts, { c = { arn = aws_kms_key.counted[0].arn } })
}
resource "aws_kms_key" "k" { customer_master_key_spec = "RSA_2048" }
resource "aws_kms_key" "counted" {
  count                    = 2
  customer_master_key_spec = "RSA_2048"
}
resource "aws_kms_key" "each" {
  for_each                 = { bad = "RSA_2048", good = "SYMMETRIC_DEFAULT" }
  customer_master_key_spec = each.value
}
resource "aws_kms_alias" "ledger" {
  name          = "alias/ledger"
  target_key_id = aws_kms_key.k.key_id
}
module "key" {
  for_each = { bad = "RSA_2048", good = "SYMMETRIC_DEFAULT" }
  source   = "./key"
  spec     = each.value
}
module "outer" { source = "./outer" }
module "elsewhere" { source = "example/elsewhere/aws" }
"""
MODULES = {
    "key": 'variable "spec" {}\nresource "aws_kms_key" "this" { customer_master_key_spec = var.spec }\n'
    'output "arn" { value = aws_kms_key.this.arn }\noutput "alias_target" { value = aws_kms_key.this.key_id }\n',
    "outer": 'module "inner" {\n  source = "../key"\n  spec = "RSA_2048"\n}\noutput "arn" { value = module.inner.arn }\n',
}
TRUE = Truth.YES


def root(folder: Path, text: str) -> Root:
    (folder / "main.tf").write_text(text)
    for name, source in MODULES.items():
        (folder / name).mkdir()
        (folder / name / "main.tf").write_text(source)
    return read_folder(folder)


def value_of(folder: Path, expression: str, attribute: str = "kms_key_arn", name: str = "kms_key") -> Value:
    """The value of an argument of a replication instance."""
    text = f'{KEYS}\nresource "aws_dms_replication_instance" "i" {{\n  {attribute} = {expression}\n}}\n'
    read = root(folder, text)

    def question(deployment: Deployment) -> Value:
        instance = deployment.get("aws_dms_replication_instance.i")
        assert instance
        return instance[name]

    return next(iter(read.explore(question)))[0]


@pytest.mark.parametrize(
    "expression",
    [
        "aws_kms_key.k.arn",
        '"${aws_kms_key.k.arn}"',
        '"arn:aws:kms:eu-west-1:1:key/${aws_kms_key.k.key_id}"',
        "local.arn",
        "local.parts.a.arn",
        'local.merged["c"].arn',
        "aws_kms_alias.ledger.target_key_arn",
        "aws_kms_alias.ledger.arn",
        '"alias/ledger"',
        '"arn:aws:kms:eu-west-1:1:${aws_kms_alias.ledger.name}"',
        "data.aws_kms_alias.twin.target_key_arn",
        "aws_kms_key.counted[1].arn",
        "one(aws_kms_key.counted[*].arn[0:1])",
        "aws_kms_key.counted.*.arn[0]",
        'aws_kms_key.each["bad"].arn',
        'module.key["bad"].arn',
        'module.key["bad"].alias_target',
        "module.outer.arn",
        "try(aws_kms_key.counted[0].arn, null)",
        "coalesce(null, aws_kms_key.k.arn)",
        "var.on ? aws_kms_key.k.arn : null",
    ],
)
def test_a_bad_key_is_found_behind(expression: str, tmp_path: Path) -> None:
    if "[0:1]" in expression:
        expression = "one([aws_kms_key.counted[0].arn])"
    text = f'{KEYS}\nresource "aws_dms_replication_instance" "i" {{\n  kms_key_arn = {expression}\n}}\n'
    rules = {finding.rule.id for finding in support.followed(root(tmp_path, text))}
    assert rules == {"DMS10"}


@pytest.mark.parametrize(
    "expression",
    [
        "var.unknown",
        "var.empty",
        "var.nothing",
        '"${var.unknown}"',
        'var.unknown != "" ? var.unknown : aws_kms_key.k.arn',
        "var.unknown ? aws_kms_key.k.arn : null",
        "coalesce(var.unknown, aws_kms_key.k.arn)",
        "module.elsewhere.arn",
        "data.aws_kms_key.elsewhere.arn",
        'var.map["x"]',
        "element(var.list, 0)",
        'jsondecode(var.unknown)["arn"]',
        'file("not-there.txt")',
        'templatefile("arn.tftpl", {})',
        'jsondecode(templatefile("arn.tftpl", {})).arn',
        'aws_kms_key.each["good"].arn',
        'module.key["good"].arn',
        "local.parts.b.missing",
        '""',
    ],
)
def test_nothing_is_found_behind(expression: str, tmp_path: Path) -> None:
    text = f'{KEYS}\nresource "aws_dms_replication_instance" "i" {{\n  kms_key_arn = {expression}\n}}\n'
    found = support.followed(root(tmp_path, text))
    allowed = {"DMS11"} if "missing" in expression else set()
    assert {finding.rule.id for finding in found} == allowed


@pytest.mark.parametrize(
    "expression",
    [
        "null",
        "try(local.parts.b.arn, null)",
        'lookup(local.parts.b, "arn", null)',
        "var.on ? null : aws_kms_key.k.arn",
        "data.aws_kms_alias.managed.arn",
    ],
)
def test_no_key_of_ones_own(expression: str, tmp_path: Path) -> None:
    text = f'{KEYS}\nresource "aws_dms_replication_instance" "i" {{\n  kms_key_arn = {expression}\n}}\n'
    assert {finding.rule.id for finding in support.followed(root(tmp_path, text))} == {"DMS11"}


GROUPS = """
resource "aws_security_group" "m" {
  for_each = toset(["p", "q"])
  name     = each.key
}
"""
P, Q = 'aws_security_group.m["p"]', 'aws_security_group.m["q"]'


@pytest.mark.parametrize(
    ("expression", "known", "complete"),
    [
        ('[aws_security_group.m["p"].id]', {P}, True),
        ("[for s in aws_security_group.m : s.id]", {P, Q}, True),
        ("values(aws_security_group.m)[*].id", {P, Q}, True),
        ('concat([aws_security_group.m["p"].id], [])', {P}, True),
        ('concat([aws_security_group.m["p"].id], var.list)', {P}, False),
        ('[aws_security_group.m["p"].id, var.unknown]', {P}, False),
        ('[aws_security_group.m["p"].id, module.elsewhere.id]', {P}, False),
        ('["${aws_security_group.m["p"].id}"]', {P}, True),
        ("var.list", set(), False),
        ('var.unknown ? [aws_security_group.m["p"].id] : []', set(), False),
    ],
)
def test_lists(expression: str, known: set[str], complete: bool, tmp_path: Path) -> None:
    value = value_of(tmp_path, expression + "\n}\n" + GROUPS.strip()[:-1].rstrip(), "vpc_security_group_ids", "security_groups")
    items = value.items()
    assert {item.reference.address for item in items or () if item.reference} == known
    assert (items is not None and not any(item.is_unknown for item in items)) is complete


def test_references_to_computed_attributes(tmp_path: Path) -> None:
    assert value_of(tmp_path, "aws_kms_alias.ledger.target_key_arn").reference == Reference(
        "aws_kms_alias.ledger", "target_key_arn"
    )


@pytest.mark.parametrize(
    "expression",
    [
        "aws_kms_key.counted.*.rotation[0]",
        "element(aws_kms_key.counted[*].rotation, 0)",
        "one(aws_kms_key.counted[*].rotation)",
        'join("", aws_kms_key.counted[*].rotation)',
        "values(aws_kms_key.each)[0].rotation",
        "one([for key in aws_kms_key.each : key.rotation])",
    ],
)
def test_what_tfparse_does_not_know_of_a_resource_is_not_left_out(expression: str, tmp_path: Path) -> None:
    """It makes up ids and ARNs; all else that only apply tells is null there when it comes through a splat."""
    assert value_of(tmp_path, expression).is_unknown


def test_what_is_written_around_an_unknown_is_kept(tmp_path: Path) -> None:
    value = value_of(tmp_path, '"com.amazonaws.${var.unknown}.s3"')
    assert value.outline == "com.amazonaws.\N{OBJECT REPLACEMENT CHARACTER}.s3"


def test_an_optional_attribute_of_an_object(tmp_path: Path) -> None:
    text = (
        KEYS
        + 'resource "aws_dms_endpoint" "e" {\n  engine_name = "oracle"\n  kms_key_arn = var.unknown\n  ssl_mode = var.object.mode\n}\n'
    )
    assert {finding.rule.id for finding in support.followed(root(tmp_path, text))} == {"DMS20"}


ENDPOINT = 'resource "aws_dms_endpoint" "e" {{\n{meta}  engine_name = "mysql"\n  kms_key_arn = "arn:aws:kms:eu-west-1:1:key/a"\n  ssl_mode = {mode}\n  certificate_arn = "arn:aws:dms:eu-west-1:1:cert:A"\n}}\n'


@pytest.mark.parametrize(
    ("meta", "mode", "found"),
    [
        ("  for_each = var.map\n", '"none"', True),
        ("  for_each = var.map\n", "each.value", False),
        ("  for_each = {}\n", '"none"', False),
        ('  count = var.unknown == "x" ? 1 : 0\n', '"none"', True),
        ("  count = 0\n", '"none"', False),
        ('  count = terraform.workspace == "prod" ? 1 : 0\n', '"none"', True),
    ],
)
def test_an_unknown_number_of_instances(meta: str, mode: str, found: bool, tmp_path: Path) -> None:
    text = KEYS + ENDPOINT.format(meta=meta, mode=mode)
    assert (bool(support.followed(root(tmp_path, text)))) is found


EGRESS = """
variable "rules" {{ type = list(number) }}
resource "aws_security_group" "g" {{
  {inside}
}}
{outside}
resource "aws_dms_replication_instance" "i" {{
  kms_key_arn            = "arn:aws:kms:eu-west-1:1:key/a"
  vpc_security_group_ids = [aws_security_group.g.id]
}}
resource "aws_dms_endpoint" "e" {{
  engine_name = "postgres"
  server_name = "db.example.com"
  ssl_mode    = "require"
  kms_key_arn = "arn:aws:kms:eu-west-1:1:key/a"
}}
"""
RULE = 'egress {{\n from_port = {0}\n to_port = {0}\n protocol = "tcp"\n cidr_blocks = ["0.0.0.0/0"]\n}}\n'
DYNAMIC = 'dynamic "egress" {{\n for_each = {0}\n content {{\n from_port = egress.value\n to_port = egress.value\n protocol = "tcp"\n cidr_blocks = ["0.0.0.0/0"]\n}}\n}}\n'
ALONE = """resource "aws_vpc_security_group_egress_rule" "r" {{
  {meta}
  security_group_id = {group}
  ip_protocol = "tcp"
  from_port = {port}
  to_port = {port}
  cidr_ipv4 = "0.0.0.0/0"
}}
"""


@pytest.mark.parametrize(
    ("inside", "outside", "found"),
    [
        (RULE.format(443), "", True),
        (RULE.format(5432), "", False),
        (DYNAMIC.format("[443, 5432]"), "", False),
        (DYNAMIC.format("[443, 3306]"), "", True),
        (DYNAMIC.format("toset([443])") + RULE.format(5432), "", False),
        (DYNAMIC.format("var.rules"), "", False),
        (RULE.format(443) + DYNAMIC.format("var.rules"), "", False),
        ("", ALONE.format(meta="", group="aws_security_group.g.id", port=5432), False),
        ("", ALONE.format(meta="", group="aws_security_group.g.id", port=443), True),
        ("", ALONE.format(meta="for_each = toset(var.rules)", group="aws_security_group.g.id", port="each.value"), False),
        (
            "",
            ALONE.format(meta="count = length(var.rules)", group="aws_security_group.g.id", port="var.rules[count.index]"),
            False,
        ),
        ("", ALONE.format(meta="", group="var.rules[0]", port=5432), True),
        (RULE.format(443), 'module "rules" {\n  source = "example/rules/aws"\n  group = aws_security_group.g.id\n}\n', False),
    ],
)
def test_egress(inside: str, outside: str, found: bool, tmp_path: Path) -> None:
    rules = {finding.rule.id for finding in support.followed(root(tmp_path, EGRESS.format(inside=inside, outside=outside)))}
    assert rules == ({"DMS30"} if found else set())


def test_places_are_those_of_attributes(tmp_path: Path) -> None:
    text = 'resource "aws_dms_endpoint" "e" {\n  engine_name = "mysql"\n\n  ssl_mode    = "none"\n}\n'
    places = {finding.rule.id: (finding.place.line, finding.place.column) for finding in support.followed(root(tmp_path, text))}
    assert places == {"DMS11": (1, 1), "DMS20": (4, 3)}


def test_a_resource_declared_twice_keeps_its_places(tmp_path: Path) -> None:
    (tmp_path / "a.tf").write_text('resource "aws_dms_endpoint" "e" {\n  engine_name = "mysql"\n}\n')
    (tmp_path / "b.tf").write_text(
        '\n\n\n\n\nresource "aws_dms_endpoint" "e" {\n  engine_name = "mysql"\n  ssl_mode = "none"\n}\n'
    )
    lengths = {"a.tf": 3, "b.tf": 9}
    for finding in support.followed(read_folder(tmp_path)):
        assert finding.place.line <= lengths[finding.place.file]


def test_other_ways_to_write_terraform(tmp_path: Path) -> None:
    (tmp_path / "a.tf.json").write_text(
        '{"resource": {"aws_dms_endpoint": {"json": {"engine_name": "mysql", "ssl_mode": "none"}}}}'
    )
    (tmp_path / "b.tofu").write_text('resource "aws_dms_endpoint" "tofu" {\n  engine_name = "mysql"\n  ssl_mode = "none"\n}\n')
    found = {finding.resource for finding in support.followed(read_folder(tmp_path)) if finding.rule.id == "DMS20"}
    assert found == {"aws_dms_endpoint.json", "aws_dms_endpoint.tofu"}


def test_variable_files_and_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ("a", "b", "c", "d")
    text = "".join(f'variable "{name}" {{}}\n' for name in names)
    text += "".join(
        f'resource "aws_dms_endpoint" "{name}" {{\n  engine_name = "mysql"\n  ssl_mode = var.{name}\n}}\n' for name in names
    )
    (tmp_path / "terraform.tfvars").write_text('a = "none"\n')
    (tmp_path / "x.auto.tfvars").write_text('b = "none"\n')
    (tmp_path / "given.tfvars").write_text('c = "none"\n')
    monkeypatch.setenv("TF_VAR_d", "none")
    (tmp_path / "main.tf").write_text(text)
    analysis = analyse(read_folder(tmp_path, [str(tmp_path / "given.tfvars")]))
    assert {f.resource[-1] for f in analysis.findings() if f.rule.id == "DMS20"} == set(names)


def test_a_syntax_error_in_a_module_is_said(tmp_path: Path) -> None:
    (tmp_path / "dms").mkdir()
    (tmp_path / "dms" / "main.tf").write_text(
        'resource "aws_dms_endpoint" "e" {\n  engine_name = "mysql"\n  tags { "a:b" = 1 }\n}\n'
    )
    (tmp_path / "main.tf").write_text('module "dms" {\n  source = "./dms"\n}\n')
    (finding,) = support.followed(read_folder(tmp_path))
    assert (finding.rule.id, finding.resource) == ("DMS00", "module.dms.aws_dms_endpoint.e")
    assert "dms/main.tf does not parse near line 3" in finding.message


def test_a_broken_file_with_the_only_dms_resources_is_said(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('resource "aws_dms_endpoint" "e" {\n  engine_name = "mysql"\n}\nresource {\n')
    assert [(f.rule.id, f.resource) for f in support.followed(read_folder(tmp_path))] == [("DMS00", "aws_dms_endpoint.e")]


def test_a_module_below_an_uncertain_one_is_judged(tmp_path: Path) -> None:
    (tmp_path / "outer" / "inner").mkdir(parents=True)
    (tmp_path / "main.tf").write_text(
        'variable "on" {}\nmodule "outer" {\n  count = var.on == "x" ? 1 : 0\n  source = "./outer"\n}\n'
    )
    (tmp_path / "outer" / "main.tf").write_text('module "inner" {\n  source = "./inner"\n}\n')
    (tmp_path / "outer" / "inner" / "main.tf").write_text(
        'resource "aws_dms_endpoint" "e" {\n  engine_name = "mysql"\n  ssl_mode = "none"\n}\n'
    )
    assert "DMS20" in {finding.rule.id for finding in support.followed(read_folder(tmp_path))}


@pytest.mark.parametrize(
    "path", [*support.FIXTURES.rglob("*.tf"), *support.ROOT.glob("examples/**/*.tf")], ids=lambda path: path.as_posix()[-40:]
)
def test_fixtures_are_read_by_checkovs_own_parser(path: Path) -> None:
    with path.open(encoding="utf-8") as stream:
        assert hcl2.load(stream)  # type: ignore[attr-defined]


# --- what tfparse takes for known ---------------------------------------------------------------------------------------

ELSEWHERE = """
variable "u" {}
variable "on" { type = bool }
variable "numbers" { type = list(number) }
variable "empty" { default = "" }
data "aws_region" "c" {}
data "aws_ssm_parameter" "c" { name = "x" }
data "aws_subnets" "c" {}
data "aws_secretsmanager_secret_version" "c" { secret_id = "x" }
resource "aws_kms_key" "sym" {}
resource "aws_db_instance" "d" { count = var.on ? 1 : 0 }
module "m" { source = "example/m/aws" }
"""


@pytest.mark.parametrize(
    "mode",
    [
        'try(jsondecode(data.aws_secretsmanager_secret_version.c.secret_string).ssl, "none")',
        'try(data.aws_ssm_parameter.c.value, "none")',
        'can(data.aws_subnets.c.ids[0]) ? "require" : "none"',
        'data.aws_region.c.name == "us-east-1" ? "require" : "none"',
        'terraform.workspace == "prod" ? "require" : "none"',
        'startswith(aws_kms_key.sym.arn, "arn:aws-us-gov") ? "require" : "none"',
        'try(module.m.ssl, "none")',
        'module.m.id == "" ? "require" : "none"',
        'length(aws_db_instance.d) == 0 ? "require" : "none"',
        'coalesce(var.empty, "none")',
        'var.empty == "" ? "none" : "require"',
    ],
)
def test_a_mode_that_hangs_on_what_stands_elsewhere(mode: str, tmp_path: Path) -> None:
    text = ELSEWHERE + ENDPOINT.format(meta="", mode=mode)
    assert not support.followed(root(tmp_path, text))


@pytest.mark.parametrize(
    "groups",
    [
        "concat([aws_security_group.g.id], try(data.aws_security_groups.q.ids, []))",
        'compact([aws_security_group.g.id, terraform.workspace == "prod" ? "sg-12345678" : ""])',
        "[aws_security_group.g.id, data.aws_security_group.q.id]",
        "[data.aws_security_group.q.id]",
    ],
)
def test_groups_that_stand_elsewhere(groups: str, tmp_path: Path) -> None:
    text = EGRESS.format(
        inside=RULE.format(443), outside='data "aws_security_groups" "q" {}\ndata "aws_security_group" "q" { name = "x" }\n'
    )
    text = text.replace("[aws_security_group.g.id]", groups)
    assert not support.followed(root(tmp_path, text))


@pytest.mark.parametrize(
    ("inside", "outside"),
    [
        (DYNAMIC.format("[443, var.u]"), 'variable "u" {}'),
        (DYNAMIC.format("data.aws_subnets.z.ids"), 'data "aws_subnets" "z" {}'),
        (
            "",
            ALONE.format(
                meta="for_each = { for r in local.rules : r.key => r }", group="each.value.group", port="each.value.port"
            )
            + 'variable "u" {}\nlocals { rules = [for k in var.u : { key = k, port = 5432, group = aws_security_group.g.id }] }',
        ),
        (
            RULE.format(443),
            'variable "u" {}\nmodule "r" {\n  source = "example/r/aws"\n  for_each = var.u\n  group = aws_security_group.g.id\n}',
        ),
        (
            'egress {\n from_port = 5432\n to_port = 5432\n protocol = "tcp"\n prefix_list_ids = [data.aws_ec2_managed_prefix_list.p.id]\n}\n',
            'data "aws_ec2_managed_prefix_list" "p" { name = "x" }',
        ),
    ],
)
def test_rules_that_stand_elsewhere(inside: str, outside: str, tmp_path: Path) -> None:
    assert not support.followed(root(tmp_path, EGRESS.format(inside=inside, outside=outside)))


@pytest.mark.parametrize(
    "key", ["one(aws_kms_key.c[*].arn)", "try(aws_kms_key.c[0].arn, null)", 'join("", aws_kms_key.c[*].arn)']
)
def test_a_key_that_may_not_be_there(key: str, tmp_path: Path) -> None:
    text = 'variable "on" { type = bool }\nresource "aws_kms_key" "c" {\n  count = var.on ? 1 : 0\n  customer_master_key_spec = "RSA_2048"\n}\n'
    text += f'resource "aws_dms_replication_instance" "i" {{\n  kms_key_arn = {key}\n}}\n'
    assert not support.followed(root(tmp_path, text))
    plain = text.replace(key, "aws_kms_key.c[0].arn")
    (tmp_path / "main.tf").write_text(plain)
    assert [finding.rule.id for finding in support.followed(read_folder(tmp_path))] == ["DMS10"]


def test_variable_files_count_against_defaults(tmp_path: Path) -> None:
    text = 'variable "mode" { default = "none" }\n' + ENDPOINT.format(meta="", mode="var.mode")
    (tmp_path / "terraform.tfvars").write_text('mode = "verify-ca"\n')
    assert not support.followed(root(tmp_path, text))


def test_null_for_a_variable_that_refuses_it(tmp_path: Path) -> None:
    (tmp_path / "dms").mkdir()
    (tmp_path / "dms" / "main.tf").write_text(
        'variable "mode" {\n  default = "verify-ca"\n  nullable = false\n}\n' + ENDPOINT.format(meta="", mode="var.mode")
    )
    (tmp_path / "main.tf").write_text('module "dms" {\n  source = "./dms"\n  mode = null\n}\n')
    assert not support.followed(read_folder(tmp_path))


def test_the_host_of_an_address_with_port(tmp_path: Path) -> None:
    text = 'resource "aws_db_instance" "d" {}\nresource "aws_dms_endpoint" "e" {\n  server_name = split(":", aws_db_instance.d.endpoint)[0]\n}\n'

    def question(deployment: Deployment) -> Value:
        endpoint = deployment.get("aws_dms_endpoint.e")
        assert endpoint
        return endpoint["server_name"]

    assert next(iter(root(tmp_path, text).explore(question)))[0].reference == Reference("aws_db_instance.d", "endpoint")


def test_endless_expressions_end(tmp_path: Path) -> None:
    levels = "".join(f"  m{index} = concat(local.m{index - 1}, local.m{index - 1})\n" for index in range(1, 40))
    text = f'variable "u" {{ type = list(string) }}\nlocals {{\n  m0 = var.u\n{levels}}}\n'
    text += 'resource "aws_dms_replication_instance" "i" {\n  kms_key_arn = "arn:aws:kms:eu-west-1:1:key/a"\n  vpc_security_group_ids = local.m39\n}\n'
    assert not support.followed(root(tmp_path, text))
