"""A small network written down: as the tree of a CloudFormation template, and as text of Terraform."""

import json
from collections.abc import Container, Iterable
from typing import Any

from random_networks import Entry, Network, Rule, Target, VpcEndpoint

Properties = dict[str, Any]
AMI = "ami-0123456789abcdef0"
STREAM = "arn:aws:kinesis:us-east-1:111122223333:stream/ledger"
NOWHERE = "127.0.0.1/32"


def cloudformation(network: Network) -> dict[str, Any]:
    """A template with the network, one consumer, and a task for its endpoints. Logical ids are the network's own names."""
    return {"Resources": _CloudFormation(network).resources}


def terraform(network: Network, prefix: str) -> str:
    """The same in Terraform, its names with a prefix: many networks may stand in one root module."""
    return "\n".join(_Terraform(network, prefix).blocks)


def _ports(rule: Rule | Entry) -> dict[str, int]:
    return {} if rule.protocol == "-1" else {"from": rule.first, "to": rule.last}


# --- CloudFormation ---------------------------------------------------------------------------------------------------

NUMBERS = {"tcp": 6, "udp": 17, "-1": -1}


def _ref(name: str) -> Properties:
    return {"Ref": name}


def _refs(names: Iterable[str]) -> list[Properties]:
    return [_ref(name) for name in names]


def _get(name: str, attribute: str) -> Properties:
    return {"Fn::GetAtt": [name, attribute]}


class _CloudFormation:
    def __init__(self, network: Network) -> None:
        self.network = network
        self.resources: dict[str, Properties] = {}
        self.vpcs()
        self.groups()
        self.acls()
        self.tables()
        self.gateways()
        self.hosts()
        self.vpc_endpoints()
        self.databases()
        self.migration()

    def add(self, name: str, kind: str, properties: Properties) -> None:
        self.resources[name] = {"Type": f"AWS::{kind}", "Properties": properties}

    def vpcs(self) -> None:
        for name, ranges in self.network.vpcs.items():
            self.add(f"Vpc{name}", "EC2::VPC", {"CidrBlock": ranges[0]})
            for number, range_ in enumerate(ranges[1:]):
                self.add(f"Vpc{name}Range{number}", "EC2::VPCCidrBlock", {"VpcId": _ref(f"Vpc{name}"), "CidrBlock": range_})
        for name, subnet in self.network.subnets.items():
            place = {"VpcId": _ref(f"Vpc{subnet.vpc}"), "CidrBlock": subnet.range, "AvailabilityZone": subnet.zone}
            self.add(name, "EC2::Subnet", place)
            if subnet.acl:
                both = {"SubnetId": _ref(name), "NetworkAclId": _ref(subnet.acl)}
                self.add(f"{name}Acl", "EC2::SubnetNetworkAclAssociation", both)
            if subnet.table:
                both = {"SubnetId": _ref(name), "RouteTableId": _ref(subnet.table)}
                self.add(f"{name}Table", "EC2::SubnetRouteTableAssociation", both)

    def groups(self) -> None:
        for name, group in self.network.groups.items():
            rules = {"Ingress": group.inward, "Egress": group.outward or []}
            own: Properties = {f"SecurityGroup{side}": [self.rule(rule, side) for rule in rules[side]] for side in rules}
            if group.apart:
                own = {"SecurityGroupIngress": [], "SecurityGroupEgress": []}
                for side in rules:
                    for number, rule in enumerate(rules[side]):
                        alone = {"GroupId": _ref(name), **self.rule(rule, side)}
                        self.add(f"{name}{side}{number}", f"EC2::SecurityGroup{side}", alone)
            if group.outward is None:
                del own["SecurityGroupEgress"]
            elif not own["SecurityGroupEgress"]:
                # Without any rule inside, EC2's own would stay.
                own["SecurityGroupEgress"] = [{"IpProtocol": "-1", "CidrIp": NOWHERE}]
            self.add(name, "EC2::SecurityGroup", {"GroupDescription": name, "VpcId": _ref(f"Vpc{group.vpc}"), **own})

    def rule(self, rule: Rule, side: str) -> Properties:
        ports = {f"{name.title()}Port": port for name, port in _ports(rule).items()}
        if rule.peer in self.network.groups:
            end = "Source" if side == "Ingress" else "Destination"
            return {"IpProtocol": rule.protocol, **ports, f"{end}SecurityGroupId": _get(rule.peer, "GroupId")}
        address = {"Fn::Sub": f"${{{rule.peer}Address}}/32"} if rule.peer in self.network.nats else rule.peer
        return {"IpProtocol": rule.protocol, **ports, "CidrIp": address}

    def acls(self) -> None:
        for name, acl in self.network.acls.items():
            self.add(name, "EC2::NetworkAcl", {"VpcId": _ref(f"Vpc{acl.vpc}")})
            for number, entry in enumerate(acl.entries):
                properties = {
                    "NetworkAclId": _ref(name),
                    "RuleNumber": entry.number,
                    "Egress": entry.outward,
                    "RuleAction": "allow" if entry.allow else "deny",
                    "Protocol": NUMBERS[entry.protocol],
                    "CidrBlock": entry.range,
                    "PortRange": {end.title(): port for end, port in _ports(entry).items()},
                }
                self.add(f"{name}Entry{number}", "EC2::NetworkAclEntry", properties)

    def tables(self) -> None:
        for name, table in self.network.tables.items():
            self.add(name, "EC2::RouteTable", {"VpcId": _ref(f"Vpc{table.vpc}")})
            for number, route in enumerate(table.routes):
                properties = {"RouteTableId": _ref(name), "DestinationCidrBlock": route.range, **self.leads(route.to)}
                self.add(f"{name}Route{number}", "EC2::Route", properties)

    def leads(self, gateway: str) -> Properties:
        net = self.network
        ways: list[tuple[Container[str], str]] = [
            (net.peerings, "VpcPeeringConnectionId"),
            (net.transit_gateways, "TransitGatewayId"),
            (net.nats, "NatGatewayId"),
            ({**net.internet_gateways, **net.vpn_gateways}, "GatewayId"),
            ([name for name, host in net.hosts.items() if host.interface], "NetworkInterfaceId"),
            (net.hosts, "InstanceId"),
        ]
        return {next(name for those, name in ways if gateway in those): _ref(gateway)}

    def gateways(self) -> None:
        net = self.network
        for kind, gateways in (("InternetGateway", net.internet_gateways), ("VPNGateway", net.vpn_gateways)):
            for name, vpc in gateways.items():
                self.add(name, f"EC2::{kind}", {})
                key = kind.replace("VPN", "Vpn")
                both = {"VpcId": _ref(f"Vpc{vpc}"), f"{key}Id": _ref(name)}
                self.add(f"{name}Attachment", "EC2::VPCGatewayAttachment", both)
        for name, (vpc, peer) in net.peerings.items():
            both = {"VpcId": _ref(f"Vpc{vpc}"), "PeerVpcId": _ref(f"Vpc{peer}")}
            self.add(name, "EC2::VPCPeeringConnection", both)
        for name, vpcs in net.transit_gateways.items():
            self.add(name, "EC2::TransitGateway", {})
            for vpc in vpcs:
                place = {"VpcId": _ref(f"Vpc{vpc}"), "SubnetIds": _refs(net.subnets_of(vpc)[:2])}
                self.add(f"{name}{vpc}", "EC2::TransitGatewayAttachment", {"TransitGatewayId": _ref(name), **place})
        for name, nat in net.nats.items():
            self.add(f"{name}Address", "EC2::EIP", {"Address": nat.address} if nat.address else {})
            place = {"SubnetId": _ref(nat.subnet), "AllocationId": _get(f"{name}Address", "AllocationId")}
            self.add(name, "EC2::NatGateway", place)

    def hosts(self) -> None:
        for name, host in self.network.hosts.items():
            place = {"SubnetId": _ref(host.subnet), "SourceDestCheck": host.checks}
            if host.interface:
                self.add(name, "EC2::NetworkInterface", {"GroupSet": _refs(host.groups), **place})
            else:
                self.add(name, "EC2::Instance", {"ImageId": AMI, "SecurityGroupIds": _refs(host.groups), **place})

    def vpc_endpoints(self) -> None:
        for name, endpoint in self.network.endpoints.items():
            service = {"Fn::Sub": f"com.amazonaws.${{AWS::Region}}.{endpoint.service}"}
            properties = {"VpcId": _ref(f"Vpc{endpoint.vpc}"), "ServiceName": service, **self.ends(endpoint)}
            self.add(name, "EC2::VPCEndpoint", properties)

    def ends(self, endpoint: VpcEndpoint) -> Properties:
        if endpoint.is_gateway:
            return {"VpcEndpointType": "Gateway", "RouteTableIds": _refs(endpoint.tables)}
        place = {"SubnetIds": _refs(endpoint.subnets), "SecurityGroupIds": _refs(endpoint.groups)}
        return {"VpcEndpointType": "Interface", "PrivateDnsEnabled": True, **place}

    def databases(self) -> None:
        for name, database in self.network.databases.items():
            group = {"DBSubnetGroupDescription": name, "SubnetIds": _refs(database.subnets)}
            self.add(f"{name}Subnets", "RDS::DBSubnetGroup", group)
            properties = {
                "Engine": "postgres",
                "Port": database.port,
                "VPCSecurityGroups": _refs(database.groups),
                "DBSubnetGroupName": _ref(f"{name}Subnets"),
                "PubliclyAccessible": database.public,
            }
            self.add(name, "RDS::DBInstance", properties)

    def migration(self) -> None:
        consumer = self.network.consumer
        sides: Properties = {}
        for number, (side, target) in enumerate(zip(("Source", "Target"), self.network.targets, strict=False)):
            self.add(f"Endpoint{number}", "DMS::Endpoint", {"EndpointType": side.lower(), **self.points(target)})
            sides[f"{side}EndpointArn"] = _ref(f"Endpoint{number}")
        group = {"ReplicationSubnetGroupDescription": "Migration", "SubnetIds": _refs(consumer.subnets)}
        self.add("DmsSubnets", "DMS::ReplicationSubnetGroup", group)
        place: Properties = {"VpcSecurityGroupIds": _refs(consumer.groups)}
        if consumer.zone:
            place["AvailabilityZone"] = consumer.zone
        if consumer.serverless:
            compute = {"ReplicationSubnetGroupId": _ref("DmsSubnets"), **place}
            self.add("Consumer", "DMS::ReplicationConfig", {"ComputeConfig": compute, **sides})
            return
        public = {"PubliclyAccessible": consumer.public, "ReplicationSubnetGroupIdentifier": _ref("DmsSubnets")}
        self.add("Consumer", "DMS::ReplicationInstance", {**public, **place})
        self.add("Task", "DMS::ReplicationTask", {"ReplicationInstanceArn": _ref("Consumer"), **sides})

    def points(self, target: Target) -> Properties:
        if target.service == "s3":
            return {"EngineName": "s3", "S3Settings": {"BucketName": "ledger"}}
        if target.service:
            return {"EngineName": "kinesis", "KinesisSettings": {"StreamArn": STREAM}}
        if target.database:
            host, port = (_get(target.database, f"Endpoint.{name}") for name in ("Address", "Port"))
            return {"EngineName": "postgres", "ServerName": host, "Port": port}
        return {"EngineName": "postgres", "ServerName": target.address, "Port": target.port}


# --- Terraform --------------------------------------------------------------------------------------------------------


class _Expression(str):
    """Is written without quotes."""


EVERYTHING = {"protocol": "-1", "from_port": 0, "to_port": 0, "cidr_blocks": ["0.0.0.0/0"]}


class _Terraform:
    """VPC A has routes and entries of ACLs as resources of their own, the others have them inside."""

    def __init__(self, network: Network, prefix: str) -> None:
        self.network = network
        self.prefix = prefix
        self.blocks: list[str] = []
        self.vpcs()
        self.groups()
        self.acls()
        self.tables()
        self.gateways()
        self.hosts()
        self.vpc_endpoints()
        self.databases()
        self.migration()

    def add(self, kind: str, name: str, attributes: Properties, nested: Iterable[tuple[str, Properties]] = ()) -> None:
        inside = [line for word, block in nested for line in (f"{word} {{", *_lines(block), "}")]
        lines = "".join(f"  {line}\n" for line in (*_lines(attributes), *inside))
        self.blocks.append(f'resource "aws_{kind}" "{self.prefix}_{name.lower()}" {{\n{lines}}}\n')

    def ref(self, kind: str, name: str, attribute: str = "id") -> _Expression:
        return _Expression(f"aws_{kind}.{self.prefix}_{name.lower()}.{attribute}")

    def refs(self, kind: str, names: Iterable[str]) -> list[_Expression]:
        return [self.ref(kind, name) for name in names]

    def vpcs(self) -> None:
        for name, ranges in self.network.vpcs.items():
            self.add("vpc", name, {"cidr_block": ranges[0]})
            for number, range_ in enumerate(ranges[1:]):
                more = {"vpc_id": self.ref("vpc", name), "cidr_block": range_}
                self.add("vpc_ipv4_cidr_block_association", f"{name}_{number}", more)
        for name, subnet in self.network.subnets.items():
            place = {"cidr_block": subnet.range, "availability_zone": subnet.zone}
            self.add("subnet", name, {"vpc_id": self.ref("vpc", subnet.vpc), **place})
            own = {"subnet_id": self.ref("subnet", name)}
            if subnet.acl and subnet.vpc == "A":
                self.add("network_acl_association", name, {**own, "network_acl_id": self.ref("network_acl", subnet.acl)})
            if subnet.table:
                self.add("route_table_association", name, {**own, "route_table_id": self.ref("route_table", subnet.table)})

    def groups(self) -> None:
        for name, group in self.network.groups.items():
            sides = (("ingress", group.inward), ("egress", group.outward or []))
            inline = [] if group.apart else [(side, self.inline(rule)) for side, rules in sides for rule in rules]
            inline += [("egress", EVERYTHING)] if group.outward is None else []
            self.add("security_group", name, {"name": name, "vpc_id": self.ref("vpc", group.vpc)}, inline)
            for side, rules in sides if group.apart else ():
                for number, rule in enumerate(rules):
                    own = {"security_group_id": self.ref("security_group", name), **self.alone(rule)}
                    self.add(f"vpc_security_group_{side}_rule", f"{name}_{number}", own)

    def inline(self, rule: Rule) -> Properties:
        ports = {f"{end}_port": _ports(rule).get(end, 0) for end in ("from", "to")}
        if rule.peer in self.network.groups:
            return {"protocol": rule.protocol, **ports, "security_groups": self.refs("security_group", [rule.peer])}
        return {"protocol": rule.protocol, **ports, "cidr_blocks": [self.peer(rule)]}

    def alone(self, rule: Rule) -> Properties:
        ports = {f"{end}_port": port for end, port in _ports(rule).items()}
        if rule.peer in self.network.groups:
            return {"ip_protocol": rule.protocol, **ports, "referenced_security_group_id": self.ref("security_group", rule.peer)}
        return {"ip_protocol": rule.protocol, **ports, "cidr_ipv4": self.peer(rule)}

    def peer(self, rule: Rule) -> str:
        return f"${{{self.ref('eip', rule.peer, 'public_ip')}}}/32" if rule.peer in self.network.nats else rule.peer

    def acls(self) -> None:
        for name, acl in self.network.acls.items():
            own = {"vpc_id": self.ref("vpc", acl.vpc)}
            if acl.vpc != "A":
                subnets = [subnet for subnet, it in self.network.subnets.items() if it.acl == name]
                entries = [
                    ("egress" if entry.outward else "ingress", self.entry(entry, "rule_no", "action")) for entry in acl.entries
                ]
                self.add("network_acl", name, {**own, "subnet_ids": self.refs("subnet", subnets)}, entries)
                continue
            self.add("network_acl", name, own)
            for number, entry in enumerate(acl.entries):
                more = {"network_acl_id": self.ref("network_acl", name), "egress": entry.outward}
                self.add("network_acl_rule", f"{name}_{number}", {**more, **self.entry(entry, "rule_number", "rule_action")})

    def entry(self, entry: Entry, number: str, action: str) -> Properties:
        ports = {f"{end}_port": _ports(entry).get(end, 0) for end in ("from", "to")}
        words = {number: entry.number, action: "allow" if entry.allow else "deny"}
        return {**words, "protocol": entry.protocol, "cidr_block": entry.range, **ports}

    def tables(self) -> None:
        for name, table in self.network.tables.items():
            inline = [("route", {"cidr_block": route.range, **self.leads(route.to)}) for route in table.routes]
            self.add("route_table", name, {"vpc_id": self.ref("vpc", table.vpc)}, inline if table.vpc != "A" else ())
            for number, route in enumerate(table.routes if table.vpc == "A" else ()):
                own = {"route_table_id": self.ref("route_table", name), "destination_cidr_block": route.range}
                self.add("route", f"{name}_{number}", {**own, **self.leads(route.to)})

    def leads(self, gateway: str) -> Properties:
        net = self.network
        interfaces = [name for name, host in net.hosts.items() if host.interface]
        ways: list[tuple[Container[str], str, str, str]] = [
            (net.peerings, "vpc_peering_connection_id", "vpc_peering_connection", "id"),
            (net.transit_gateways, "transit_gateway_id", "ec2_transit_gateway", "id"),
            (net.nats, "nat_gateway_id", "nat_gateway", "id"),
            (net.internet_gateways, "gateway_id", "internet_gateway", "id"),
            (net.vpn_gateways, "gateway_id", "vpn_gateway", "id"),
            (interfaces, "network_interface_id", "network_interface", "id"),
            (net.hosts, "network_interface_id", "instance", "primary_network_interface_id"),
        ]
        return next({word: self.ref(kind, gateway, attribute)} for those, word, kind, attribute in ways if gateway in those)

    def gateways(self) -> None:
        net = self.network
        for kind, gateways in (("internet_gateway", net.internet_gateways), ("vpn_gateway", net.vpn_gateways)):
            for name, vpc in gateways.items():
                self.add(kind, name, {"vpc_id": self.ref("vpc", vpc)})
        for name, (vpc, peer) in net.peerings.items():
            both = {"vpc_id": self.ref("vpc", vpc), "peer_vpc_id": self.ref("vpc", peer), "auto_accept": True}
            self.add("vpc_peering_connection", name, both)
        for name, vpcs in net.transit_gateways.items():
            self.add("ec2_transit_gateway", name, {})
            for vpc in vpcs:
                place = {"vpc_id": self.ref("vpc", vpc), "subnet_ids": self.refs("subnet", net.subnets_of(vpc)[:2])}
                both = {"transit_gateway_id": self.ref("ec2_transit_gateway", name), **place}
                self.add("ec2_transit_gateway_vpc_attachment", f"{name}_{vpc}", both)
        for name, nat in net.nats.items():
            self.add("eip", name, {"domain": "vpc", **({"address": nat.address} if nat.address else {})})
            place = {"subnet_id": self.ref("subnet", nat.subnet), "allocation_id": self.ref("eip", name)}
            self.add("nat_gateway", name, place)

    def hosts(self) -> None:
        for name, host in self.network.hosts.items():
            place = {"subnet_id": self.ref("subnet", host.subnet), "source_dest_check": host.checks}
            groups = self.refs("security_group", host.groups)
            if host.interface:
                self.add("network_interface", name, {"security_groups": groups, **place})
            else:
                self.add("instance", name, {"ami": AMI, "vpc_security_group_ids": groups, **place})

    def vpc_endpoints(self) -> None:
        for name, endpoint in self.network.endpoints.items():
            own = {"vpc_id": self.ref("vpc", endpoint.vpc), "service_name": f"com.amazonaws.us-east-1.{endpoint.service}"}
            ends: Properties = {"vpc_endpoint_type": "Gateway", "route_table_ids": self.refs("route_table", endpoint.tables)}
            if not endpoint.is_gateway:
                groups, subnets = self.refs("security_group", endpoint.groups), self.refs("subnet", endpoint.subnets)
                ends = {"vpc_endpoint_type": "Interface", "subnet_ids": subnets, "security_group_ids": groups}
                ends["private_dns_enabled"] = True
            self.add("vpc_endpoint", name, {**own, **ends})

    def databases(self) -> None:
        for name, database in self.network.databases.items():
            self.add("db_subnet_group", name, {"subnet_ids": self.refs("subnet", database.subnets)})
            attributes = {
                "engine": "postgres",
                "port": database.port,
                "vpc_security_group_ids": self.refs("security_group", database.groups),
                "db_subnet_group_name": self.ref("db_subnet_group", name, "name"),
                "publicly_accessible": database.public,
            }
            self.add("db_instance", name, attributes)

    def migration(self) -> None:
        consumer = self.network.consumer
        sides: Properties = {}
        for number, (side, target) in enumerate(zip(("source", "target"), self.network.targets, strict=False)):
            kind = "dms_s3_endpoint" if target.service == "s3" else "dms_endpoint"
            own = {"endpoint_id": f"{self.prefix}-{side}", "endpoint_type": side}
            self.add(kind, f"endpoint{number}", {**own, **self.points(target)})
            sides[f"{side}_endpoint_arn"] = self.ref(kind, f"endpoint{number}", "endpoint_arn")
        group = {"replication_subnet_group_id": self.prefix, "subnet_ids": self.refs("subnet", consumer.subnets)}
        self.add("dms_replication_subnet_group", "dms", group)
        place: Properties = {
            "replication_subnet_group_id": self.ref("dms_replication_subnet_group", "dms"),
            "vpc_security_group_ids": self.refs("security_group", consumer.groups),
        }
        if consumer.zone:
            place["availability_zone"] = consumer.zone
        if consumer.serverless:
            own = {"replication_config_identifier": self.prefix}
            self.add("dms_replication_config", "consumer", {**own, **sides}, [("compute_config", place)])
            return
        own = {"replication_instance_id": self.prefix}
        self.add("dms_replication_instance", "consumer", {**own, "publicly_accessible": consumer.public, **place})
        arn = self.ref("dms_replication_instance", "consumer", "replication_instance_arn")
        self.add("dms_replication_task", "task", {"replication_task_id": self.prefix, "replication_instance_arn": arn, **sides})

    def points(self, target: Target) -> Properties:
        if target.service == "s3":
            return {"bucket_name": "ledger"}
        if target.service:
            return {"engine_name": "kinesis"}
        host: str = target.address
        port: int | str = target.port
        if target.database:
            host, port = (self.ref("db_instance", target.database, name) for name in ("address", "port"))
        return {"engine_name": "postgres", "server_name": host, "port": port}


def _lines(attributes: Properties) -> list[str]:
    return [f"{name} = {_written(value)}" for name, value in attributes.items()]


def _written(value: Any) -> str:
    if isinstance(value, _Expression):
        return value
    return f"[{', '.join(map(_written, value))}]" if isinstance(value, list) else json.dumps(value)
