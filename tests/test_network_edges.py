"""Single cases of networks, each an edit of one small template: what nobody can tell, and what is odd but works."""

from typing import Any

import pytest

from dms_checks.analysis import analyse
from dms_checks.readers.cloudformation import Template
from dms_checks.readers.documents import parse

NETWORK = {f"DMS{number}" for number in (30, 31, 32, 34, 36, 37, 40)}
"""The rules that follow the packet."""

TEMPLATE = """
Parameters: { Given: { Type: String } }
Conditions: { Unknown: !Equals ["{{resolve:ssm:/ledger/mode}}", x], Open: !Equals [!Ref Given, x] }
Resources:
  Network: { Type: AWS::CloudFormation::Stack, Properties: { TemplateURL: https://example.com/network } }
  Vpc: { Type: AWS::EC2::VPC, Properties: { CidrBlock: 10.0.0.0/16 } }
  Far: { Type: AWS::EC2::VPC, Properties: { CidrBlock: 10.1.0.0/16 } }
  DmsA: { Type: AWS::EC2::Subnet, Properties: { VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24, AvailabilityZone: us-east-1a } }
  DmsB: { Type: AWS::EC2::Subnet, Properties: { VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24, AvailabilityZone: us-east-1b } }
  FarA: { Type: AWS::EC2::Subnet, Properties: { VpcId: !Ref Far, CidrBlock: 10.1.0.0/24, AvailabilityZone: us-east-1a } }
  FarB: { Type: AWS::EC2::Subnet, Properties: { VpcId: !Ref Far, CidrBlock: 10.1.1.0/24, AvailabilityZone: us-east-1b } }
  Routes: { Type: AWS::EC2::RouteTable, Properties: { VpcId: !Ref Vpc } }
  RoutesA: { Type: AWS::EC2::SubnetRouteTableAssociation, Properties: { RouteTableId: !Ref Routes, SubnetId: !Ref DmsA } }
  RoutesB: { Type: AWS::EC2::SubnetRouteTableAssociation, Properties: { RouteTableId: !Ref Routes, SubnetId: !Ref DmsB } }
  FarRoutes: { Type: AWS::EC2::RouteTable, Properties: { VpcId: !Ref Far } }
  FarRoutesA: { Type: AWS::EC2::SubnetRouteTableAssociation, Properties: { RouteTableId: !Ref FarRoutes, SubnetId: !Ref FarA } }
  FarRoutesB: { Type: AWS::EC2::SubnetRouteTableAssociation, Properties: { RouteTableId: !Ref FarRoutes, SubnetId: !Ref FarB } }
  Peering: { Type: AWS::EC2::VPCPeeringConnection, Properties: { VpcId: !Ref Vpc, PeerVpcId: !Ref Far } }
  There:
    Type: AWS::EC2::Route
    Properties: { RouteTableId: !Ref Routes, DestinationCidrBlock: 10.1.0.0/16, VpcPeeringConnectionId: !Ref Peering }
  Back:
    Type: AWS::EC2::Route
    Properties: { RouteTableId: !Ref FarRoutes, DestinationCidrBlock: 10.0.0.0/16, VpcPeeringConnectionId: !Ref Peering }
  DmsGroup:
    Type: AWS::EC2::SecurityGroup
    Properties:
      VpcId: !Ref Vpc
      SecurityGroupEgress:
        - { IpProtocol: tcp, FromPort: 5432, ToPort: 5432, CidrIp: 10.1.0.0/16 }
        - { IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0 }
  DatabaseGroup:
    Type: AWS::EC2::SecurityGroup
    Properties:
      VpcId: !Ref Far
      SecurityGroupIngress: [{ IpProtocol: tcp, FromPort: 5432, ToPort: 5432, CidrIp: 10.0.0.0/16 }]
  DatabaseSubnets: { Type: AWS::RDS::DBSubnetGroup, Properties: { SubnetIds: [!Ref FarA, !Ref FarB] } }
  Database:
    Type: AWS::RDS::DBInstance
    Properties:
      Engine: postgres
      PubliclyAccessible: false
      DBSubnetGroupName: !Ref DatabaseSubnets
      VPCSecurityGroups: [!Ref DatabaseGroup]
  Bucket:
    Type: AWS::EC2::VPCEndpoint
    Properties: { VpcId: !Ref Vpc, ServiceName: com.amazonaws.us-east-1.s3, RouteTableIds: [!Ref Routes] }
  Source:
    Type: AWS::DMS::Endpoint
    Properties: { EndpointType: source, EngineName: postgres, ServerName: !GetAtt Database.Endpoint.Address, Port: 5432 }
  Target: { Type: AWS::DMS::Endpoint, Properties: { EndpointType: target, EngineName: s3 } }
  Subnets: { Type: AWS::DMS::ReplicationSubnetGroup, Properties: { SubnetIds: [!Ref DmsA, !Ref DmsB] } }
  Instance:
    Type: AWS::DMS::ReplicationInstance
    Properties:
      PubliclyAccessible: false
      ReplicationSubnetGroupIdentifier: !Ref Subnets
      VpcSecurityGroupIds: [!Ref DmsGroup]
  Task:
    Type: AWS::DMS::ReplicationTask
    Properties: { ReplicationInstanceArn: !Ref Instance, SourceEndpointArn: !Ref Source, TargetEndpointArn: !Ref Target }
"""
"""A source in a peered VPC, and Amazon S3 through a gateway endpoint."""


def found(edits: dict[str, Any]) -> dict[str, str]:
    """The messages by rule, after edits: of a property (``Back.DestinationCidrBlock``), or of a whole resource; None takes it out."""
    tree = parse("t", TEMPLATE).tree
    for place, value in edits.items():
        name, _, attribute = place.partition(".")
        node = parse("t", f"it: {value}").tree["it"] if isinstance(value, str) else value
        owner, key = (tree["Resources"][name]["Properties"], attribute) if attribute else (tree["Resources"], name)
        owner.pop(key) if node is None else owner.__setitem__(key, node)
    findings = analyse(Template(tree, "t")).findings()
    assert not [finding for finding in findings if finding.rule.id == "DMS00"]
    return {finding.rule.id: finding.message for finding in findings if finding.rule.id in NETWORK}


def test_it_works() -> None:
    assert not found({})


BREAKS = [
    ("Back", None, "DMS36"),
    ("There", None, "DMS36"),
    ("Bucket", None, "DMS34"),
    ("Bucket.RouteTableIds", "[!Ref FarRoutes]", "DMS34"),
    ("Bucket.VpcId", "!Ref Far", "DMS34"),
    ("Peering.PeerVpcId", "!Ref Vpc", "DMS36"),
    ("DmsGroup.SecurityGroupEgress", "[]", "DMS30"),
    ("DatabaseGroup.SecurityGroupIngress", "[]", "DMS31"),
]


@pytest.mark.parametrize(("place", "value", "rule"), BREAKS, ids=lambda item: str(item))
def test_what_breaks_it(place: str, value: str | None, rule: str) -> None:
    assert rule in found({place: value})


@pytest.mark.parametrize("secret", ["arn:aws:secretsmanager:us-east-1:111122223333:secret:ledger-AbCdEf", "!Ref Given"])
def test_a_secret_is_fetched_from_secrets_manager_whichever_it_is(secret: str) -> None:
    settings = f"{{ SecretsManagerSecretId: {secret} }}"
    message = found({"Source.PostgreSqlSettings": settings, "Source.ServerName": None, "Source.Port": None})["DMS34"]
    assert message.startswith(
        "Instance cannot reach AWS Secrets Manager for Source, since there is no VPC endpoint for secretsmanager"
    )
    assert "cannot reach Source" not in message


# --- VPCs that stand elsewhere ----------------------------------------------------------------------------------------

VPCS = [
    "!GetAtt Network.Outputs.Vpc",
    "!ImportValue ledger-vpc",
    "!Ref Given",
    "vpc-0123456789abcdef0",
    "'{{resolve:ssm:/ledger/vpc}}'",
    "!If [Unknown, !Ref Vpc, !Ref Far]",
]


@pytest.mark.parametrize("vpc", VPCS)
@pytest.mark.parametrize("place", ["DmsA.VpcId", "FarA.VpcId", "Bucket.VpcId", "Peering.VpcId", "Peering.PeerVpcId"])
def test_a_vpc_may_be_any(place: str, vpc: str) -> None:
    """A nested stack may give back the VPC that it was given, and a parameter may be that of an earlier deployment."""
    assert not found({place: vpc})


@pytest.mark.parametrize("place", ["DmsA.VpcId", "FarA.VpcId", "Bucket.VpcId", "Peering.VpcId", "Peering.PeerVpcId"])
def test_a_vpc_by_the_attribute_of_what_stands_in_it(place: str) -> None:
    group = "DatabaseGroup" if place in ("FarA.VpcId", "Peering.PeerVpcId") else "DmsGroup"
    assert not found({place: f"!GetAtt {group}.VpcId"})


@pytest.mark.parametrize("tables", ["!Ref Given", "[!Ref Given]", "[!GetAtt Network.Outputs.Table]", "[rtb-0123456789abcdef0]"])
def test_a_route_table_may_be_any(tables: str) -> None:
    assert not found({"Bucket.RouteTableIds": tables})


def test_two_outputs_of_a_stack_are_two_vpcs() -> None:
    """Then the way leads over the peering connection, and not through one VPC."""
    near, far = "!GetAtt Network.Outputs.Near", "!GetAtt Network.Outputs.Far"
    edits = {"DmsA.VpcId": near, "DmsB.VpcId": near, "FarA.VpcId": far, "FarB.VpcId": far, "DmsGroup.VpcId": near}
    assert not found({**edits, "DatabaseGroup.VpcId": far, "Peering.VpcId": near, "Peering.PeerVpcId": far})


# --- routes that lead to what stands elsewhere ------------------------------------------------------------------------

PUBLIC_DATABASE = {
    "Internet": "{ Type: AWS::EC2::InternetGateway }",
    "Attachment": "{ Type: AWS::EC2::VPCGatewayAttachment, Properties: { VpcId: !Ref Vpc, InternetGatewayId: !Ref Internet } }",
    "NatSubnet": "{ Type: AWS::EC2::Subnet, Properties: { VpcId: !Ref Vpc, CidrBlock: 10.0.9.0/24 } }",
    "NatRoutes": "{ Type: AWS::EC2::RouteTable, Properties: { VpcId: !Ref Vpc } }",
    "NatRoutesOfSubnet": "{ Type: AWS::EC2::SubnetRouteTableAssociation, Properties: { RouteTableId: !Ref NatRoutes, SubnetId: !Ref NatSubnet } }",
    "Out": "{ Type: AWS::EC2::Route, Properties: { RouteTableId: !Ref NatRoutes, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref Internet } }",
    "Nat": "{ Type: AWS::EC2::NatGateway, Properties: { SubnetId: !Ref NatSubnet, AllocationId: eipalloc-0123456789abcdef0 } }",
    "There": "{ Type: AWS::EC2::Route, Properties: { RouteTableId: !Ref Routes, DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: !Ref Nat } }",
    "FarInternet": "{ Type: AWS::EC2::InternetGateway }",
    "FarAttachment": "{ Type: AWS::EC2::VPCGatewayAttachment, Properties: { VpcId: !Ref Far, InternetGatewayId: !Ref FarInternet } }",
    "Back": "{ Type: AWS::EC2::Route, Properties: { RouteTableId: !Ref FarRoutes, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref FarInternet } }",
    "Peering": None,
    "Database.PubliclyAccessible": True,
    "DatabaseGroup.SecurityGroupIngress": "[{ IpProtocol: tcp, FromPort: 5432, ToPort: 5432, CidrIp: 0.0.0.0/0 }]",
    "DmsGroup.SecurityGroupEgress": "[{ IpProtocol: tcp, FromPort: 1, ToPort: 65535, CidrIp: 0.0.0.0/0 }]",
}
"""A source with a public address, through a NAT gateway, instead of over the peering connection."""


@pytest.mark.parametrize("place", ["NatSubnet.VpcId", "Attachment.VpcId", "FarAttachment.VpcId"])
@pytest.mark.parametrize("vpc", VPCS)
def test_the_vpc_of_a_gateway_may_be_any(place: str, vpc: str) -> None:
    assert not found({**PUBLIC_DATABASE, place: vpc})


def test_a_public_database_works() -> None:
    assert not found(PUBLIC_DATABASE)
    assert "DMS36" in found({**PUBLIC_DATABASE, "Back": None})


@pytest.mark.parametrize(
    "gateway", ["!Ref Given", "!ImportValue ledger-gateway", "!GetAtt Network.Outputs.Gateway", "vpce-0123456789abcdef0"]
)
def test_a_way_back_that_stands_elsewhere(gateway: str) -> None:
    """Such as the endpoint of a firewall before the internet gateway."""
    assert not found({**PUBLIC_DATABASE, "Back.GatewayId": gateway})


@pytest.mark.parametrize("port", ["5432", "!Ref Given", "!ImportValue ledger-port"])
def test_who_may_admit_the_replication_instance_has_not_thought_of_the_nat_gateway(port: str) -> None:
    """So it is one problem, whether it is certain that the replication instance itself is admitted or not."""
    rule = f"[{{ IpProtocol: tcp, FromPort: {port}, ToPort: {port}, SourceSecurityGroupId: !Ref DmsGroup }}]"
    assert found({**PUBLIC_DATABASE, "DatabaseGroup.SecurityGroupIngress": rule}).keys() == {"DMS37"}


EITHER = "!If [Unknown, {}, !Ref AWS::NoValue]"
OR = "!If [Unknown, !Ref AWS::NoValue, {}]"


def test_a_route_to_one_of_two_things_may_lead_to_any() -> None:
    """To the internet gateway in public subnets, and to a NAT gateway in private ones."""
    edits = {"Back.GatewayId": EITHER.format("!Ref FarInternet"), "Back.NatGatewayId": OR.format("!Ref Nat")}
    assert not found({**PUBLIC_DATABASE, **edits})
    peered = {"There.NatGatewayId": EITHER.format("nat-0123456789abcdef0")}
    assert not found({**peered, "There.VpcPeeringConnectionId": OR.format("!Ref Peering")})


@pytest.mark.parametrize("other", ["NatGatewayId", "TransitGatewayId", "InstanceId", "NetworkInterfaceId"])
def test_a_route_leads_to_what_is_known(other: str) -> None:
    """What is empty, as modules write it, is no second thing."""
    assert not found({f"There.{other}": "''", f"Back.{other}": "!Ref Given"})
    assert "DMS36" in found({f"There.{other}": "''", "There.VpcPeeringConnectionId": None, "There.GatewayId": "local"})


@pytest.mark.parametrize("table", [{}, {"Routes.VpcId": "!Ref Given"}, {"Routes.VpcId": "!GetAtt Network.Outputs.Vpc"}])
def test_each_route_table_has_the_routes_of_its_vpc(table: dict[str, str]) -> None:
    """Whichever VPC that is."""
    everything = "[{ IpProtocol: -1, CidrIp: 0.0.0.0/0 }]"
    assert not found({**table, "There": None, "Source.ServerName": "10.0.5.5", "DmsGroup.SecurityGroupEgress": everything})


# --- IPv6 -------------------------------------------------------------------------------------------------------------

BY_IPV6 = {"DmsGroup.SecurityGroupEgress": "[{ IpProtocol: -1, CidrIpv6: '::/0' }]", "Bucket": None, "Target.EngineName": "kafka"}
"""The security group lets only IPv6 out."""


@pytest.mark.parametrize(
    ("consumer", "database", "rules"),
    [
        (None, None, {"DMS30"}),
        ("IPV4", "DUAL", {"DMS30"}),
        ("DUAL", "IPV4", {"DMS30"}),
        ("DUAL", None, {"DMS30"}),
        ("DUAL", "DUAL", set()),
        ("!Ref Given", "DUAL", set()),
        ("DUAL", "!ImportValue ledger-network", set()),
    ],
)
def test_what_may_connect_by_ipv6(consumer: str | None, database: str | None, rules: set[str]) -> None:
    edits = {**BY_IPV6, "Instance.NetworkType": consumer, "Database.NetworkType": database}
    assert found({place: value for place, value in edits.items() if value or "." not in place}).keys() == rules


# --- what is handed over ----------------------------------------------------------------------------------------------

ACL = {
    "Acl": "{ Type: AWS::EC2::NetworkAcl, Properties: { VpcId: !Ref Vpc } }",
    "AclA": "{ Type: AWS::EC2::SubnetNetworkAclAssociation, Properties: { SubnetId: !Ref DmsA, NetworkAclId: !Ref Acl } }",
    "AclB": "{ Type: AWS::EC2::SubnetNetworkAclAssociation, Properties: { SubnetId: !Ref DmsB, NetworkAclId: !Ref Acl } }",
}
"""Without entries."""

HANDED_OVER = [
    ({"There": None}, "Routes", "DMS36"),
    ({"There": None}, "DmsA", "DMS36"),
    ({"RoutesA": None, "RoutesB": None}, "Vpc", "DMS36"),
    ({"Back": None}, "FarRoutes", "DMS36"),
    ({"DmsGroup.SecurityGroupEgress": []}, "DmsGroup", "DMS30"),
    ({"DatabaseGroup.SecurityGroupIngress": []}, "DatabaseGroup", "DMS31"),
    (ACL, "Acl", "DMS32"),
    (ACL, "DmsA", "DMS32"),
    ({"Bucket.RouteTableIds": []}, "Bucket", "DMS34"),
]


@pytest.mark.parametrize(("edits", "name", "rule"), HANDED_OVER, ids=lambda item: str(item)[:40])
def test_a_nested_stack_may_do_what_is_missing(edits: dict[str, Any], name: str, rule: str) -> None:
    assert rule in found(edits)
    assert rule not in found({**edits, "Network.Parameters": f"{{ It: !Ref {name} }}"})


# --- VPC endpoints of another VPC -------------------------------------------------------------------------------------

ZONE = "{{ Type: AWS::Route53::HostedZone, Properties: {{ Name: {}, VPCs: [{{ VPCId: !Ref {}, VPCRegion: us-east-1 }}] }} }}"
NAMES = {
    "a zone": (ZONE.format("s3.us-east-1.amazonaws.com", "Vpc"), set()),
    "a zone that can't be told": (ZONE.format("!ImportValue ledger-zone", "Vpc"), set()),
    "a zone of others": (ZONE.format("ledger.internal.", "Vpc"), {"DMS34"}),
    "a zone for another VPC": (ZONE.format("s3.us-east-1.amazonaws.com", "Far"), {"DMS34"}),
    "a profile": (
        "{ Type: AWS::Route53Profiles::ProfileAssociation, Properties: { ProfileId: rp-1, ResourceId: !Ref Vpc } }",
        set(),
    ),
    "a rule": (
        "{ Type: AWS::Route53Resolver::ResolverRuleAssociation, Properties: { ResolverRuleId: rslvr-rr-1, VPCId: !Ref Vpc } }",
        set(),
    ),
}
"""Where a VPC takes names from."""


@pytest.mark.parametrize("name", NAMES)
def test_the_name_of_a_service_may_stand_for_a_vpc_endpoint_of_another_vpc(name: str) -> None:
    source, rules = NAMES[name]
    assert found({"Bucket": None, "Names": source}).keys() == rules


# --- odd spellings, and what goes in circles --------------------------------------------------------------------------

RULES = [
    ("{ IpProtocol: TCP, FromPort: '5432', ToPort: '5432', CidrIp: 10.0.0.0/16 }", True),
    ("{ IpProtocol: 6, FromPort: 5000, ToPort: '6000', CidrIp: 10.0.200.7/16 }", True),
    ("{ IpProtocol: '-1', FromPort: 1, ToPort: 1, CidrIp: 10.0.0.0/8 }", True),
    ("{ IpProtocol: -1, CidrIp: 0.0.0.0/0 }", True),
    ("{ IpProtocol: tcp, FromPort: -1, ToPort: -1, CidrIp: 10.0.0.0/16 }", True),
    ("{ IpProtocol: tcp, FromPort: 5432, ToPort: 5432, CidrIp: 10.0.0.5/32 }", True),
    ("{ IpProtocol: !ImportValue ledger-protocol, FromPort: 5432, ToPort: 5432, CidrIp: 10.0.0.0/16 }", True),
    ("{ IpProtocol: udp, FromPort: 5432, ToPort: 5432, CidrIp: 10.0.0.0/16 }", False),
    ("{ IpProtocol: 17, CidrIp: 0.0.0.0/0 }", False),
    ("{ IpProtocol: icmp, FromPort: -1, ToPort: -1, CidrIp: 0.0.0.0/0 }", False),
    ("{ IpProtocol: tcp, FromPort: 5433, ToPort: 65535, CidrIp: 0.0.0.0/0 }", False),
    ("{ IpProtocol: tcp, FromPort: 5432, ToPort: 5432, CidrIp: 10.9.0.0/16 }", False),
    ("{ IpProtocol: tcp, FromPort: 5432, ToPort: 5432, CidrIpv6: '::/0' }", False),
    ("{ IpProtocol: tcp, FromPort: 5432, ToPort: 5432, SourceSecurityGroupId: !Ref DatabaseGroup }", False),
]


@pytest.mark.parametrize(("rule", "admits"), RULES, ids=[rule for rule, _ in RULES])
def test_a_rule(rule: str, admits: bool) -> None:
    assert found({"DatabaseGroup.SecurityGroupIngress": f"[{rule}]"}).keys() == (set() if admits else {"DMS31"})


def test_a_nat_gateway_behind_itself() -> None:
    route = "{ Type: AWS::EC2::Route, Properties: { RouteTableId: !Ref NatRoutes, DestinationCidrBlock: 0.0.0.0/0, NatGatewayId: !Ref Nat } }"
    assert "DMS36" in found({**PUBLIC_DATABASE, "Out": route})


def test_two_tables_for_a_subnet() -> None:
    """One of them is refused: which is not known."""
    other = "{ Type: AWS::EC2::SubnetRouteTableAssociation, Properties: { RouteTableId: !Ref FarRoutes, SubnetId: !Ref DmsA } }"
    assert not found({"There": None, "Twice": other})


def test_zones_that_name_each_other() -> None:
    edits = {"DmsA.AvailabilityZone": "!GetAtt DmsB.AvailabilityZone", "DmsB.AvailabilityZone": "!GetAtt DmsA.AvailabilityZone"}
    assert not found(
        {**edits, "Instance.AvailabilityZone": "!GetAtt DmsA.AvailabilityZone", "Vpc.CidrBlock": "!GetAtt Vpc.CidrBlock"}
    )


@pytest.mark.parametrize(("condition", "when"), [("Open", "when Given is another value"), ("Unknown", "")])
@pytest.mark.parametrize("name", ["There", "Back", "Bucket"])
def test_what_hangs_on_a_condition(name: str, condition: str, when: str) -> None:
    """A parameter has values, of which one takes it away; whether something else holds, nobody can tell."""
    node = {**parse("t", TEMPLATE).tree["Resources"][name], "Condition": condition}
    messages = found({name: node}).values()
    assert bool(messages) is bool(when)
    assert all(when in message for message in messages)
