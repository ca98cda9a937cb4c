"""Whom the security groups of a database admit: variants of one template, with what decides it known, unknown or left out."""

from pathlib import Path

import pytest

from dms_checks.analysis import analyse
from dms_checks.catalogue import RULES
from dms_checks.readers.terraform import read_folder
from dms_checks.rule import Outcome

FAILS, PASSES, UNKNOWN = Outcome.FAILS, Outcome.PASSES, Outcome.UNKNOWN
IPS = "aws_dms_replication_instance.ledger.replication_instance_private_ips"
OWN = f'"${{{IPS}[0]}}/32"'

TEMPLATE = """
variable "open" {{}}
data "aws_vpc" "main" {{}}
resource "aws_vpc" "ledger" {{ cidr_block = "10.0.0.0/16" }}
resource "aws_subnet" "a" {{
  vpc_id     = aws_vpc.ledger.id
  cidr_block = "10.0.0.0/24"
}}
resource "aws_subnet" "b" {{
  vpc_id     = aws_vpc.ledger.id
  cidr_block = "10.0.1.0/24"
}}
resource "aws_dms_replication_subnet_group" "ledger" {{
  replication_subnet_group_id = "ledger"
  subnet_ids                  = {subnets}
}}
resource "aws_security_group" "dms" {{ vpc_id = aws_vpc.ledger.id }}
resource "aws_security_group" "database" {{
  vpc_id = aws_vpc.ledger.id
  ingress {{
    protocol    = "tcp"
    from_port   = {port}
    to_port     = {port}
    {admits}
  }}
}}
resource "aws_db_instance" "ledger" {{
  engine                 = "postgres"
  vpc_security_group_ids = {groups}
}}
resource "aws_dms_endpoint" "ledger" {{
  endpoint_type = "source"
  engine_name   = "postgres"
  server_name   = aws_db_instance.ledger.address
}}
resource "aws_dms_replication_instance" "ledger" {{
  replication_instance_id     = "ledger"
  replication_subnet_group_id = aws_dms_replication_subnet_group.ledger.id
  vpc_security_group_ids      = {own_groups}
}}
"""
USUAL = {
    "subnets": "[aws_subnet.a.id, aws_subnet.b.id]",
    "port": "5432",
    "admits": f"cidr_blocks = [{OWN}]",
    "groups": "[aws_security_group.database.id]",
    "own_groups": "[aws_security_group.dms.id]",
}

CASES = [
    ({}, FAILS),
    ({"admits": f'cidr_blocks = [for address in {IPS} : "${{address}}/32"]'}, FAILS),
    ({"admits": f'cidr_blocks = formatlist("%s/32", {IPS})'}, FAILS),
    ({"admits": f'cidr_blocks = [format("%s/32", element({IPS}, 0))]'}, FAILS),
    # No single address, or who knows.
    ({"admits": f'cidr_blocks = ["${{{IPS}[0]}}/24"]'}, UNKNOWN),
    ({"admits": f'cidr_blocks = formatlist("%s%s", {IPS}, "/24")'}, UNKNOWN),
    ({"admits": f"cidr_blocks = {IPS}"}, UNKNOWN),
    ({"admits": 'cidr_blocks = ["10.0.1.7/32"]'}, FAILS),
    ({"admits": 'cidr_blocks = ["10.0.1.7/32", "10.0.0.8/32"]'}, FAILS),
    # Somebody else.
    ({"admits": 'cidr_blocks = ["10.0.2.7/32"]'}, PASSES),
    ({"port": "3306"}, PASSES),
    ({"port": "var.open"}, UNKNOWN),
    ({"admits": "cidr_blocks = [var.open]"}, UNKNOWN),
    ({"admits": f"cidr_blocks = [{OWN}, var.open]"}, UNKNOWN),
    ({"admits": f"cidr_blocks = [{OWN}, data.aws_vpc.main.cidr_block]"}, UNKNOWN),
    ({"admits": f"cidr_blocks = [{OWN}, aws_vpc.ledger.cidr_block]"}, PASSES),
    ({"admits": f'cidr_blocks = [{OWN}, "0.0.0.0/0"]'}, PASSES),
    ({"admits": f"cidr_blocks = var.open ? [{OWN}] : [aws_vpc.ledger.cidr_block]"}, UNKNOWN),
    ({"admits": f'cidr_blocks = [{OWN}]\nprefix_list_ids = ["pl-0123456789abcdef0"]'}, UNKNOWN),
    ({"admits": f"cidr_blocks = [{OWN}]\nsecurity_groups = [aws_security_group.dms.id]"}, PASSES),
    ({"admits": f'cidr_blocks = [{OWN}]\nsecurity_groups = ["sg-0123456789abcdef0"]'}, UNKNOWN),
    ({"admits": f"cidr_blocks = [{OWN}]\nself = true"}, FAILS),
    ({"admits": f"cidr_blocks = [{OWN}]\nself = true", "own_groups": "[aws_security_group.database.id]"}, PASSES),
    ({"admits": f"cidr_blocks = [{OWN}]\nself = true", "own_groups": "var.open"}, UNKNOWN),
    ({"own_groups": "var.open"}, FAILS),
    ({"groups": "var.open"}, UNKNOWN),
    ({"groups": '["sg-0123456789abcdef0"]'}, UNKNOWN),
    ({"groups": "[aws_security_group.database.id, var.open]"}, UNKNOWN),
    ({"subnets": "var.open"}, FAILS),
    ({"subnets": "var.open", "admits": 'cidr_blocks = ["10.0.1.7/32"]'}, UNKNOWN),
    ({"subnets": "var.open", "admits": f'cidr_blocks = [{OWN}, "10.0.0.0/16"]'}, UNKNOWN),
    ({"subnets": "var.open", "admits": f'cidr_blocks = [{OWN}, "0.0.0.0/0"]'}, PASSES),
]


@pytest.mark.parametrize(("changes", "expected"), CASES)
def test_who_is_admitted(changes: dict[str, str], expected: Outcome, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(TEMPLATE.format(**{**USUAL, **changes}))
    rule = next(rule for rule in RULES if rule.id == "DMS44")
    assert analyse(read_folder(tmp_path)).verdict(rule, "aws_dms_replication_instance.ledger").outcome is expected
