"""Zones and VPCs that are written in ways which no planned fixture can hold: lists of zones, lookups, modules."""

from pathlib import Path

import pytest

from dms_checks.analysis import Analysis, analyse
from dms_checks.catalogue import RULES
from dms_checks.readers.cloudformation import Template
from dms_checks.readers.documents import parse
from dms_checks.readers.terraform import read_folder
from dms_checks.rule import Outcome

FAILS, PASSES, UNKNOWN = Outcome.FAILS, Outcome.PASSES, Outcome.UNKNOWN


def outcome(analysis: Analysis, address: str) -> Outcome:
    return analysis.verdict(next(rule for rule in RULES if rule.id == "DMS38"), address).outcome


# --- Terraform --------------------------------------------------------------------------------------------------------

GROUP = """
data "aws_availability_zones" "here" {}
data "aws_region" "here" {}
data "aws_subnet" "far" { id = "subnet-0123456789abcdef0" }
data "aws_subnets" "all" {}
data "aws_vpc" "main" { default = true }
variable "zone" {}
variable "zones" {}
variable "amount" {}
locals { zones = data.aws_availability_zones.here.names }
resource "aws_vpc" "main" { cidr_block = "10.0.0.0/16" }
"""


def in_terraform(folder: Path, text: str) -> Outcome:
    group = f"""
resource "aws_dms_replication_subnet_group" "ledger" {{
  replication_subnet_group_id          = "ledger"
  replication_subnet_group_description = "ledger"
  {text}
}}
"""
    (folder / "main.tf").write_text(f"{GROUP}{group}")
    return outcome(analyse(read_folder(folder)), "aws_dms_replication_subnet_group.ledger")


SUBNETS = """subnet_ids = [aws_subnet.a.id, aws_subnet.b.id]
}}
resource "aws_default_vpc" "a" {{}}
resource "aws_default_vpc" "b" {{}}
resource "aws_subnet" "a" {{
  vpc_id            = {}
  cidr_block        = "10.0.0.0/24"
  availability_zone = {}
}}
resource "aws_subnet" "b" {{
  vpc_id            = {}
  cidr_block        = "10.0.1.0/24"
  availability_zone = {}
"""


ZONES = [
    ("data.aws_availability_zones.here.names[0]", "data.aws_availability_zones.here.names[0]", FAILS),
    ("data.aws_availability_zones.here.names[0]", "data.aws_availability_zones.here.names[1]", PASSES),
    ("local.zones[1]", "data.aws_availability_zones.here.names[1]", FAILS),
    ("local.zones[0]", "local.zones[1]", PASSES),
    # "element" begins again at the end of the list.
    ("element(local.zones, 0)", "element(local.zones, 3)", UNKNOWN),
    ("data.aws_subnet.far.availability_zone", "data.aws_subnet.far.availability_zone", FAILS),
    ("data.aws_subnet.far.availability_zone", '"us-east-1a"', UNKNOWN),
    ('"${data.aws_region.here.name}a"', '"${data.aws_region.here.name}a"', FAILS),
    ('"${data.aws_region.here.name}a"', '"${data.aws_region.here.name}b"', PASSES),
    ('"${data.aws_region.here.name}a"', '"us-east-1a"', UNKNOWN),
    ("var.zone", "var.zone", FAILS),
    ("var.zones[0]", "var.zones[0]", FAILS),
    ("var.zones[0]", "var.zones[1]", UNKNOWN),
    ("var.zone", '"us-east-1a"', UNKNOWN),
    ("null", "null", UNKNOWN),
]


@pytest.mark.parametrize(("first", "second", "expected"), ZONES)
def test_zones(first: str, second: str, expected: Outcome, tmp_path: Path) -> None:
    assert in_terraform(tmp_path, SUBNETS.format("aws_vpc.main.id", first, "aws_vpc.main.id", second)) is expected


COUNTED = [
    ("data.aws_availability_zones.here.names[count.index]", "2", PASSES),
    ("data.aws_availability_zones.here.names[0]", "2", FAILS),
    ("data.aws_availability_zones.here.names[count.index % 2]", "2", {PASSES, UNKNOWN}),
    ("data.aws_availability_zones.here.names[0]", "var.amount", UNKNOWN),
    ("element(data.aws_availability_zones.here.names, count.index)", "2", UNKNOWN),
    ("slice(data.aws_availability_zones.here.names, 0, 2)[count.index]", "2", UNKNOWN),
]


@pytest.mark.parametrize(("zone", "count", "expected"), COUNTED)
def test_counted_subnets(zone: str, count: str, expected: Outcome | set[Outcome], tmp_path: Path) -> None:
    text = f"""subnet_ids = aws_subnet.each[*].id
}}
resource "aws_subnet" "each" {{
  count             = {count}
  vpc_id            = aws_vpc.main.id
  cidr_block        = cidrsubnet(aws_vpc.main.cidr_block, 8, count.index)
  availability_zone = {zone}
"""
    assert in_terraform(tmp_path, text) in (expected if isinstance(expected, set) else {expected})


@pytest.mark.parametrize(
    "subnets",
    [
        "data.aws_subnets.all.ids",
        "[data.aws_subnets.all.ids[0]]",
        "module.network.private_subnets",
        "[module.network.private_subnets]",
        "var.zones",
        "[var.zone]",
        '["", ""]',
        "[]",
        'split(",", "subnet-0123456789abcdef0,subnet-0fedcba9876543210")',
        '["subnet-0123456789abcdef0,subnet-0fedcba9876543210"]',
    ],
)
def test_subnets_that_stand_elsewhere(subnets: str, tmp_path: Path) -> None:
    assert in_terraform(tmp_path, f"subnet_ids = {subnets}") is UNKNOWN


def test_one_subnet_twice(tmp_path: Path) -> None:
    text = SUBNETS.format("aws_vpc.main.id", "var.zone", "aws_vpc.main.id", "null").replace("aws_subnet.b.id", "aws_subnet.a.id")
    assert in_terraform(tmp_path, text) is FAILS


VPCS = [
    ("data.aws_vpc.main.id", "aws_vpc.main.id", UNKNOWN),
    ("data.aws_vpc.main.id", "data.aws_vpc.main.id", PASSES),
    ("aws_vpc.main.id", "aws_vpc.main.id", PASSES),
    ("aws_default_vpc.a.id", "aws_default_vpc.b.id", UNKNOWN),
    ("aws_default_vpc.a.id", "aws_vpc.main.id", FAILS),
    ("var.zone", "aws_vpc.main.id", UNKNOWN),
    ("data.terraform_remote_state.net.outputs.a", "data.terraform_remote_state.net.outputs.a", PASSES),
    ("data.terraform_remote_state.net.outputs.a", "data.terraform_remote_state.net.outputs.b", UNKNOWN),
    ("data.aws_subnet.other.vpc_id", "data.aws_subnet.other.vpc_id", PASSES),
    ("data.aws_subnet.other.vpc_id", "aws_vpc.main.id", UNKNOWN),
    ("module.network.vpc_id", "aws_vpc.main.id", UNKNOWN),
    ('"vpc-0123456789abcdef0"', "aws_vpc.main.id", UNKNOWN),
    ('"vpc-0123456789abcdef0"', '"vpc-0fedcba9876543210"', FAILS),
]


@pytest.mark.parametrize(("first", "second", "expected"), VPCS)
def test_vpcs(first: str, second: str, expected: Outcome, tmp_path: Path) -> None:
    text = SUBNETS.format(first, '"us-east-1a"', second, '"us-east-1b"')
    assert in_terraform(tmp_path, text) is expected


# --- CloudFormation ---------------------------------------------------------------------------------------------------


def in_cloudformation(first: str, second: str) -> Outcome:
    text = f"""
Parameters:
  Zones: {{ Type: "List<AWS::EC2::AvailabilityZone::Name>" }}
  Region: {{ Type: String }}
Resources:
  A: {{ Type: AWS::EC2::Subnet, Properties: {{ VpcId: vpc-0123456789abcdef0, AvailabilityZone: {first} }} }}
  B: {{ Type: AWS::EC2::Subnet, Properties: {{ VpcId: vpc-0123456789abcdef0, AvailabilityZone: {second} }} }}
  Ledger:
    Type: AWS::DMS::ReplicationSubnetGroup
    Properties: {{ SubnetIds: [!Ref A, !Ref B] }}
"""
    return outcome(analyse(Template(parse("t.yaml", text).tree, "t.yaml")), "Ledger")


SELECTED = [
    ('!Select [0, !GetAZs ""]', "!Select [0, !GetAZs {Ref: AWS::Region}]", FAILS),
    ('!Select [0, !GetAZs ""]', '!Select [1, !GetAZs ""]', PASSES),
    ("!Select [0, !GetAZs us-east-1]", "!Select [0, !GetAZs us-east-1]", FAILS),
    ("!Select [0, !GetAZs us-east-1]", '!Select [0, !GetAZs ""]', UNKNOWN),
    ("!Select [0, !GetAZs {Ref: Region}]", "!Select [0, !GetAZs {Ref: Region}]", UNKNOWN),
    ("!Select [x, !GetAZs us-east-1]", "!Select [x, !GetAZs us-east-1]", UNKNOWN),
    ("!Select [0, !Ref Zones]", "!Select [0, !Ref Zones]", FAILS),
    ("!Select [0, !Ref Zones]", "!Select [1, !Ref Zones]", UNKNOWN),
    ("!Select [0, !Ref Zones]", '!Select [0, !GetAZs ""]', UNKNOWN),
    ("!GetAtt B.AvailabilityZone", "us-east-1a", FAILS),
    ("!GetAtt B.AvailabilityZone", "!GetAtt A.AvailabilityZone", {FAILS, UNKNOWN}),
]


@pytest.mark.parametrize(("first", "second", "expected"), SELECTED)
def test_selected_zones(first: str, second: str, expected: Outcome | set[Outcome]) -> None:
    assert in_cloudformation(first, second) in (expected if isinstance(expected, set) else {expected})
