"""The concepts of networks, and of the databases in them: how each attribute is written in each dialect, and what leaving it out means.

Data, no logic. Sources: the AWS provider 5.100 and 6.58, and the CloudFormation registry schemas of 2026-10-20 as cfn-lint 1.58
ships them; where the two dialects differ by default, the comment says why.
"""

from dms_checks.model import Attribute, Kind

VPC = Kind(
    "VPC",
    ("aws_vpc", "aws_default_vpc"),
    ("AWS::EC2::VPC",),
    {
        "range": Attribute(("cidr_block",), ("CidrBlock",)),
        # The provider took the setting until 4.x; CloudFormation never had it.
        "classiclink": Attribute(("enable_classiclink",)),
        "classiclink_names": Attribute(("enable_classiclink_dns_support",)),
    },
)

VPC_RANGE = Kind(
    "VPC range",
    ("aws_vpc_ipv4_cidr_block_association",),
    ("AWS::EC2::VPCCidrBlock",),
    {"vpc": Attribute(("vpc_id",), ("VpcId",)), "range": Attribute(("cidr_block",), ("CidrBlock",))},
)

SUBNET = Kind(
    "subnet",
    ("aws_subnet", "aws_default_subnet"),
    ("AWS::EC2::Subnet",),
    {
        "vpc": Attribute(("vpc_id",), ("VpcId",)),
        "range": Attribute(("cidr_block",), ("CidrBlock",)),
        "range_ipv6": Attribute(("ipv6_cidr_block",), ("Ipv6CidrBlock",)),
        "availability_zone": Attribute(("availability_zone", "availability_zone_id"), ("AvailabilityZone", "AvailabilityZoneId")),
    },
)

# --- security groups --------------------------------------------------------------------------------------------------

SECURITY_GROUP = Kind(
    "security group",
    ("aws_security_group", "aws_default_security_group"),
    ("AWS::EC2::SecurityGroup",),
    {
        "vpc": Attribute(("vpc_id",), ("VpcId",)),
        "egress": Attribute(("egress",), ("SecurityGroupEgress",)),
        "ingress": Attribute(("ingress",), ("SecurityGroupIngress",)),
    },
)

# One rule of a security group, wherever it stands: inline, or as a resource of its own. Terraform's own three styles and
# CloudFormation's two differ in names and in how many peers a rule holds.
SECURITY_GROUP_RULE_FIELDS = {
    "protocol": Attribute(("protocol", "ip_protocol"), ("IpProtocol",)),
    "from_port": Attribute(("from_port",), ("FromPort",)),
    "to_port": Attribute(("to_port",), ("ToPort",)),
    "ranges": Attribute(("cidr_blocks", "cidr_ipv4"), ("CidrIp",)),
    "ranges_ipv6": Attribute(("ipv6_cidr_blocks", "cidr_ipv6"), ("CidrIpv6",)),
    "prefix_lists": Attribute(("prefix_list_ids", "prefix_list_id"), ("DestinationPrefixListId", "SourcePrefixListId")),
    "groups": Attribute(
        ("security_groups", "source_security_group_id", "referenced_security_group_id"),
        ("DestinationSecurityGroupId", "SourceSecurityGroupId", "SourceSecurityGroupName"),
    ),
    "self": Attribute(("self",), (), False, False),
}

SECURITY_GROUP_RULE = Kind(
    "security group rule",
    ("aws_security_group_rule", "aws_vpc_security_group_egress_rule", "aws_vpc_security_group_ingress_rule"),
    ("AWS::EC2::SecurityGroupEgress", "AWS::EC2::SecurityGroupIngress"),
    {
        **SECURITY_GROUP_RULE_FIELDS,
        "group": Attribute(("security_group_id",), ("GroupId",)),
        "direction": Attribute(("type",)),
    },
    overrides={
        "aws_vpc_security_group_egress_rule": {"direction": Attribute(terraform_default="egress")},
        "aws_vpc_security_group_ingress_rule": {"direction": Attribute(terraform_default="ingress")},
        "AWS::EC2::SecurityGroupEgress": {"direction": Attribute(cloudformation_default="egress")},
        "AWS::EC2::SecurityGroupIngress": {"direction": Attribute(cloudformation_default="ingress")},
    },
)

# With it a group can be used in another VPC than its own.
SECURITY_GROUP_ASSOCIATION = Kind(
    "security group VPC association",
    ("aws_vpc_security_group_vpc_association",),
    ("AWS::EC2::SecurityGroupVpcAssociation",),
    {"group": Attribute(("security_group_id",), ("GroupId",))},
)

PREFIX_LIST = Kind(
    "managed prefix list",
    ("aws_ec2_managed_prefix_list",),
    ("AWS::EC2::PrefixList",),
    {"entries": Attribute(("entry",), ("Entries",))},
)

PREFIX_LIST_ENTRY = Kind(
    "managed prefix list entry",
    ("aws_ec2_managed_prefix_list_entry",),
    (),
    {"prefix_list": Attribute(("prefix_list_id",)), "range": Attribute(("cidr",))},
)

# --- network ACLs -----------------------------------------------------------------------------------------------------

# The provider adopts a VPC's default network ACL and takes its rules away; CloudFormation cannot name it as a resource.
NETWORK_ACL = Kind(
    "network ACL",
    ("aws_network_acl", "aws_default_network_acl"),
    ("AWS::EC2::NetworkAcl",),
    {
        "vpc": Attribute(("vpc_id",), ("VpcId",)),
        "subnets": Attribute(("subnet_ids",)),
        "egress": Attribute(("egress",)),
        "ingress": Attribute(("ingress",)),
    },
    overrides={"aws_default_network_acl": {"vpc": Attribute(("default_network_acl_id",))}},
)

# One rule of a network ACL: inline, or as a resource of its own. Protocol is a number or a name, in CloudFormation a number.
NETWORK_ACL_RULE_FIELDS = {
    "number": Attribute(("rule_no", "rule_number"), ("RuleNumber",)),
    "action": Attribute(("action", "rule_action"), ("RuleAction",)),
    "protocol": Attribute(("protocol",), ("Protocol",)),
    "from_port": Attribute(("from_port",), ("PortRange.From",)),
    "to_port": Attribute(("to_port",), ("PortRange.To",)),
    "range": Attribute(("cidr_block",), ("CidrBlock",)),
    "range_ipv6": Attribute(("ipv6_cidr_block",), ("Ipv6CidrBlock",)),
}

NETWORK_ACL_RULE = Kind(
    "network ACL rule",
    ("aws_network_acl_rule",),
    ("AWS::EC2::NetworkAclEntry",),
    {
        **NETWORK_ACL_RULE_FIELDS,
        "acl": Attribute(("network_acl_id",), ("NetworkAclId",)),
        "egress": Attribute(("egress",), ("Egress",), False, False),
    },
)

NETWORK_ACL_ASSOCIATION = Kind(
    "network ACL association",
    ("aws_network_acl_association",),
    ("AWS::EC2::SubnetNetworkAclAssociation",),
    {"acl": Attribute(("network_acl_id",), ("NetworkAclId",)), "subnet": Attribute(("subnet_id",), ("SubnetId",))},
)

# --- routes -----------------------------------------------------------------------------------------------------------

# CloudFormation has no word for a VPC's main route table; the provider adopts it. Several are only looked up.
ROUTE_TABLE = Kind(
    "route table",
    ("aws_route_table", "aws_default_route_table", "aws_route_tables"),
    ("AWS::EC2::RouteTable",),
    {
        "vpc": Attribute(("vpc_id",), ("VpcId",)),
        "routes": Attribute(("route",)),
        "propagating_gateways": Attribute(("propagating_vgws",)),
    },
    overrides={"aws_default_route_table": {"vpc": Attribute(("default_route_table_id",))}},
)

# One route: inline, or as a resource of its own; the range has different names there.
ROUTE_FIELDS = {
    "range": Attribute(("cidr_block", "destination_cidr_block"), ("DestinationCidrBlock",)),
    "range_ipv6": Attribute(("ipv6_cidr_block", "destination_ipv6_cidr_block"), ("DestinationIpv6CidrBlock",)),
    "prefix_list": Attribute(("destination_prefix_list_id",), ("DestinationPrefixListId",)),
    "gateway": Attribute(("gateway_id",), ("GatewayId",)),
    "nat_gateway": Attribute(("nat_gateway_id",), ("NatGatewayId",)),
    "transit_gateway": Attribute(("transit_gateway_id",), ("TransitGatewayId",)),
    "peering": Attribute(("vpc_peering_connection_id",), ("VpcPeeringConnectionId",)),
    "instance": Attribute((), ("InstanceId",)),
    "network_interface": Attribute(("network_interface_id",), ("NetworkInterfaceId",)),
    "vpc_endpoint": Attribute(("vpc_endpoint_id",), ("VpcEndpointId",)),
}

ROUTE = Kind(
    "route",
    ("aws_route",),
    ("AWS::EC2::Route",),
    {**ROUTE_FIELDS, "table": Attribute(("route_table_id",), ("RouteTableId",))},
)

ROUTE_TABLE_ASSOCIATION = Kind(
    "route table association",
    ("aws_route_table_association",),
    ("AWS::EC2::SubnetRouteTableAssociation",),
    {"table": Attribute(("route_table_id",), ("RouteTableId",)), "subnet": Attribute(("subnet_id",), ("SubnetId",))},
)

MAIN_ROUTE_TABLE_ASSOCIATION = Kind(
    "main route table association",
    ("aws_main_route_table_association",),
    (),
    {"table": Attribute(("route_table_id",)), "vpc": Attribute(("vpc_id",))},
)

ROUTE_PROPAGATION = Kind(
    "route propagation",
    ("aws_vpn_gateway_route_propagation",),
    ("AWS::EC2::VPNGatewayRoutePropagation",),
    {"tables": Attribute(("route_table_id",), ("RouteTableIds",)), "gateway": Attribute(("vpn_gateway_id",), ("VpnGatewayId",))},
)

# --- gateways ---------------------------------------------------------------------------------------------------------

INTERNET_GATEWAY = Kind(
    "internet gateway",
    ("aws_internet_gateway",),
    ("AWS::EC2::InternetGateway",),
    {"vpc": Attribute(("vpc_id",))},
)

VPN_GATEWAY = Kind(
    "virtual private gateway",
    ("aws_vpn_gateway",),
    ("AWS::EC2::VPNGateway",),
    {"vpc": Attribute(("vpc_id",))},
)

# Both kinds of gateway in CloudFormation.
GATEWAY_ATTACHMENT = Kind(
    "gateway attachment",
    ("aws_internet_gateway_attachment", "aws_vpn_gateway_attachment"),
    ("AWS::EC2::VPCGatewayAttachment",),
    {
        "gateway": Attribute(("internet_gateway_id", "vpn_gateway_id"), ("InternetGatewayId", "VpnGatewayId")),
        "vpc": Attribute(("vpc_id",), ("VpcId",)),
    },
)

# Zonal unless it says otherwise; a regional one has no subnet.
NAT_GATEWAY = Kind(
    "NAT gateway",
    ("aws_nat_gateway",),
    ("AWS::EC2::NatGateway",),
    {
        "subnet": Attribute(("subnet_id",), ("SubnetId",)),
        "address": Attribute(("allocation_id",), ("AllocationId",)),
        "private_address": Attribute(("private_ip",), ("PrivateIpAddress",)),
        "connectivity": Attribute(("connectivity_type",), ("ConnectivityType",), "public", "public"),
        "availability": Attribute(("availability_mode",), ("AvailabilityMode",), "zonal", "zonal"),
    },
)

ELASTIC_IP = Kind(
    "Elastic IP address",
    ("aws_eip",),
    ("AWS::EC2::EIP",),
    {"address": Attribute(("public_ip", "address"), ("Address",))},
)

# The provider took them until 4.x, in three places.
_PEERING_SETTINGS = {
    f"{side}_{name}": Attribute((f"{side}.{setting}",))
    for side in ("accepter", "requester")
    for name, setting in (
        ("classiclink", "allow_classic_link_to_remote_vpc"),
        ("classiclink_back", "allow_vpc_to_remote_classic_link"),
    )
}
PEERING_SETTINGS = tuple(_PEERING_SETTINGS)
"""The attributes of peering connections that are about ClassicLink."""

PEERING = Kind(
    "VPC peering connection",
    ("aws_vpc_peering_connection",),
    ("AWS::EC2::VPCPeeringConnection",),
    {
        "vpc": Attribute(("vpc_id",), ("VpcId",)),
        "peer_vpc": Attribute(("peer_vpc_id",), ("PeerVpcId",)),
        "auto_accept": Attribute(("auto_accept",)),
        **_PEERING_SETTINGS,
    },
)

PEERING_ACCEPTER = Kind(
    "VPC peering connection accepter",
    ("aws_vpc_peering_connection_accepter",),
    (),
    {"peering": Attribute(("vpc_peering_connection_id",)), "auto_accept": Attribute(("auto_accept",)), **_PEERING_SETTINGS},
)

PEERING_OPTIONS = Kind(
    "VPC peering connection options",
    ("aws_vpc_peering_connection_options",),
    (),
    {"peering": Attribute(("vpc_peering_connection_id",)), **_PEERING_SETTINGS},
)

TRANSIT_GATEWAY = Kind(
    "transit gateway",
    ("aws_ec2_transit_gateway",),
    ("AWS::EC2::TransitGateway",),
    {
        "default_association": Attribute(
            ("default_route_table_association",), ("DefaultRouteTableAssociation",), "enable", "enable"
        ),
        "default_propagation": Attribute(
            ("default_route_table_propagation",), ("DefaultRouteTablePropagation",), "enable", "enable"
        ),
    },
)

TRANSIT_GATEWAY_ATTACHMENT = Kind(
    "transit gateway attachment",
    ("aws_ec2_transit_gateway_vpc_attachment",),
    ("AWS::EC2::TransitGatewayAttachment", "AWS::EC2::TransitGatewayVpcAttachment"),
    {
        "transit_gateway": Attribute(("transit_gateway_id",), ("TransitGatewayId",)),
        "vpc": Attribute(("vpc_id",), ("VpcId",)),
        "subnets": Attribute(("subnet_ids",), ("SubnetIds",)),
        "default_association": Attribute(("transit_gateway_default_route_table_association",), (), True, True),
        "default_propagation": Attribute(("transit_gateway_default_route_table_propagation",), (), True, True),
    },
)

TRANSIT_GATEWAY_ROUTE_TABLE = Kind(
    "transit gateway route table",
    ("aws_ec2_transit_gateway_route_table",),
    ("AWS::EC2::TransitGatewayRouteTable",),
    {"transit_gateway": Attribute(("transit_gateway_id",), ("TransitGatewayId",))},
)

# --- hosts ------------------------------------------------------------------------------------------------------------

INSTANCE = Kind(
    "EC2 instance",
    ("aws_instance",),
    ("AWS::EC2::Instance",),
    {
        "subnet": Attribute(("subnet_id",), ("SubnetId",)),
        # By name in a default VPC; the provider and the API take the ids of any VPC there too.
        "security_groups": Attribute(("vpc_security_group_ids", "security_groups"), ("SecurityGroupIds", "SecurityGroups")),
        "network_interfaces": Attribute(("network_interface", "primary_network_interface"), ("NetworkInterfaces",)),
        "launch_template": Attribute(("launch_template",), ("LaunchTemplate",)),
        "private_address": Attribute(("private_ip",), ("PrivateIpAddress",)),
        "source_dest_check": Attribute(("source_dest_check",), ("SourceDestCheck",), True, True),
    },
)

NETWORK_INTERFACE = Kind(
    "network interface",
    ("aws_network_interface",),
    ("AWS::EC2::NetworkInterface",),
    {
        "subnet": Attribute(("subnet_id",), ("SubnetId",)),
        "security_groups": Attribute(("security_groups",), ("GroupSet",)),
        "private_address": Attribute(("private_ip",), ("PrivateIpAddress",)),
        "private_addresses": Attribute(("private_ips", "private_ip_list"), ("PrivateIpAddresses",)),
        "source_dest_check": Attribute(("source_dest_check",), ("SourceDestCheck",), True, True),
    },
)

# One interface of an instance, in its block: a resource of its own, or made with the instance.
INSTANCE_INTERFACE_FIELDS = {
    "interface": Attribute(("network_interface_id",), ("NetworkInterfaceId",)),
    "subnet": Attribute((), ("SubnetId",)),
    "security_groups": Attribute((), ("GroupSet",)),
    "private_address": Attribute((), ("PrivateIpAddress",)),
}

# Adds a group to those that an instance or a network interface has.
SECURITY_GROUP_ATTACHMENT = Kind(
    "security group attachment",
    ("aws_network_interface_sg_attachment",),
    (),
    {"group": Attribute(("security_group_id",)), "interface": Attribute(("network_interface_id",))},
)

# --- VPC endpoints ----------------------------------------------------------------------------------------------------

VPC_ENDPOINT = Kind(
    "VPC endpoint",
    ("aws_vpc_endpoint",),
    ("AWS::EC2::VPCEndpoint",),
    {
        "vpc": Attribute(("vpc_id",), ("VpcId",)),
        "service": Attribute(("service_name",), ("ServiceName",)),
        "type": Attribute(("vpc_endpoint_type",), ("VpcEndpointType",), "Gateway", "Gateway"),
        "route_tables": Attribute(("route_table_ids",), ("RouteTableIds",)),
        "subnets": Attribute(("subnet_ids",), ("SubnetIds",)),
        "security_groups": Attribute(("security_group_ids",), ("SecurityGroupIds",)),
        # The provider sends false for what is left out.
        "private_dns": Attribute(("private_dns_enabled",), ("PrivateDnsEnabled",), False, False),
    },
)

VPC_ENDPOINT_ROUTE_TABLE = Kind(
    "VPC endpoint route table association",
    ("aws_vpc_endpoint_route_table_association",),
    (),
    {"vpc_endpoint": Attribute(("vpc_endpoint_id",)), "table": Attribute(("route_table_id",))},
)

VPC_ENDPOINT_SUBNET = Kind(
    "VPC endpoint subnet association",
    ("aws_vpc_endpoint_subnet_association",),
    (),
    {"vpc_endpoint": Attribute(("vpc_endpoint_id",)), "subnet": Attribute(("subnet_id",))},
)

VPC_ENDPOINT_SECURITY_GROUP = Kind(
    "VPC endpoint security group association",
    ("aws_vpc_endpoint_security_group_association",),
    (),
    {
        "vpc_endpoint": Attribute(("vpc_endpoint_id",)),
        "group": Attribute(("security_group_id",)),
        "replaces_default": Attribute(("replace_default_association",), (), False),
    },
)

# What a VPC takes names from, beside the public DNS: a zone of its own, or what another account shares.
PRIVATE_ZONE = Kind(
    "private hosted zone",
    ("aws_route53_zone",),
    ("AWS::Route53::HostedZone",),
    {"name": Attribute(("name",), ("Name",)), "vpcs": Attribute(("vpc",), ("VPCs",))},
)

NAME_SOURCE = Kind(
    "association of a VPC with names",
    ("aws_route53_zone_association", "aws_route53profiles_association", "aws_route53_resolver_rule_association"),
    ("AWS::Route53Profiles::ProfileAssociation", "AWS::Route53Resolver::ResolverRuleAssociation"),
    {
        "vpc": Attribute(("vpc_id", "resource_id"), ("VPCId", "ResourceId")),
        "zone": Attribute(("zone_id",)),
        "rule": Attribute(("resolver_rule_id", "profile_id"), ("ResolverRuleId", "ProfileId")),
    },
)

# --- databases --------------------------------------------------------------------------------------------------------

SUBNET_GROUP = Kind(
    "database subnet group",
    (
        "aws_db_subnet_group",
        "aws_docdb_subnet_group",
        "aws_neptune_subnet_group",
        "aws_redshift_subnet_group",
        "aws_elasticache_subnet_group",
        "aws_memorydb_subnet_group",
    ),
    (
        "AWS::RDS::DBSubnetGroup",
        "AWS::DocDB::DBSubnetGroup",
        "AWS::Neptune::DBSubnetGroup",
        "AWS::Redshift::ClusterSubnetGroup",
        "AWS::ElastiCache::SubnetGroup",
        "AWS::MemoryDB::SubnetGroup",
    ),
    {
        "name": Attribute(("name",), ("DBSubnetGroupName", "CacheSubnetGroupName", "SubnetGroupName")),
        "subnets": Attribute(("subnet_ids",), ("SubnetIds",)),
    },
)

DATABASE = Kind(
    "database",
    (
        "aws_db_instance",
        "aws_rds_cluster",
        "aws_docdb_cluster",
        "aws_neptune_cluster",
        "aws_redshift_cluster",
        "aws_elasticache_replication_group",
        "aws_elasticache_cluster",
        "aws_memorydb_cluster",
        "aws_db_proxy",
        "aws_msk_cluster",
        "aws_redshiftserverless_workgroup",
    ),
    (
        "AWS::RDS::DBInstance",
        "AWS::RDS::DBCluster",
        "AWS::DocDB::DBCluster",
        "AWS::Neptune::DBCluster",
        "AWS::Redshift::Cluster",
        "AWS::ElastiCache::ReplicationGroup",
        "AWS::ElastiCache::CacheCluster",
        "AWS::MemoryDB::Cluster",
        "AWS::RDS::DBProxy",
        "AWS::MSK::Cluster",
        "AWS::RedshiftServerless::Workgroup",
    ),
    {
        # Neptune's Port is what its cluster reports.
        "port": Attribute(("port",), ("Port", "DBPort")),
        # A proxy names the family.
        "engine": Attribute(("engine", "engine_family"), ("Engine", "EngineFamily")),
        "engine_mode": Attribute(("engine_mode",), ("EngineMode",), "provisioned", "provisioned"),
        # What it is a copy of: engine, port and more are those of the original then, unless they are given.
        "original": Attribute(
            (
                "snapshot_identifier",
                "snapshot_arn",
                "replicate_source_db",
                "replication_source_identifier",
                "restore_to_point_in_time",
                "s3_import",
            ),
            (
                "DBSnapshotIdentifier",
                "DBClusterSnapshotIdentifier",
                "SnapshotIdentifier",
                "SourceDBInstanceIdentifier",
                "SourceDBInstanceAutomatedBackupsArn",
                "SourceDbiResourceId",
                "SourceDBClusterIdentifier",
                "SourceDbClusterResourceId",
                "ReplicationSourceIdentifier",
            ),
        ),
        # The cluster that an instance belongs to: groups, subnets and port are the cluster's.
        "cluster": Attribute(("replication_group_id",), ("DBClusterIdentifier",)),
        "security_groups": Attribute(
            (
                "vpc_security_group_ids",
                "security_group_ids",
                "broker_node_group_info.security_groups",
            ),
            (
                "VPCSecurityGroups",
                "VpcSecurityGroupIds",
                "SecurityGroupIds",
                "BrokerNodeGroupInfo.SecurityGroups",
            ),
        ),
        "subnet_group": Attribute(
            ("db_subnet_group_name", "neptune_subnet_group_name", "cluster_subnet_group_name", "subnet_group_name"),
            ("DBSubnetGroupName", "ClusterSubnetGroupName", "CacheSubnetGroupName", "SubnetGroupName"),
        ),
        # Some services name the subnets themselves.
        "subnets": Attribute(
            ("vpc_subnet_ids", "broker_node_group_info.client_subnets", "subnet_ids"),
            ("VpcSubnetIds", "BrokerNodeGroupInfo.ClientSubnets", "SubnetIds"),
        ),
        # With addresses of IPv6, too; left out it has none.
        "network_type": Attribute(
            ("network_type", "ip_address_type", "endpoint_network_type"), ("NetworkType", "IpAddressType", "EndpointNetworkType")
        ),
        # The provider always sends false for an instance; CloudFormation leaves it to the subnet group.
        "public": Attribute(("publicly_accessible",), ("PubliclyAccessible",), False),
        # EC2-Classic's groups: the provider took them until 4.x.
        "classic_groups": Attribute(
            ("security_group_names", "cluster_security_groups"),
            ("DBSecurityGroups", "ClusterSecurityGroups", "CacheSecurityGroupNames"),
        ),
    },
    overrides={
        # What belongs to a cluster names it; clusters and groups have an identifier of their own.
        "AWS::RDS::DBCluster": {"cluster": Attribute()},
        "AWS::DocDB::DBCluster": {"cluster": Attribute()},
        "AWS::Neptune::DBCluster": {"cluster": Attribute()},
        "aws_elasticache_replication_group": {"cluster": Attribute()},
        # Its instances have the flag.
        "aws_rds_cluster": {"public": Attribute()},
        "aws_neptune_cluster": {"public": Attribute()},
        # The provider's default was true before 6.0, and is false since.
        "aws_redshift_cluster": {"public": Attribute(("publicly_accessible",))},
        "aws_msk_cluster": {
            "public": Attribute(("broker_node_group_info.connectivity_info.public_access.type",), (), "DISABLED"),
        },
        "AWS::MSK::Cluster": {
            "public": Attribute((), ("BrokerNodeGroupInfo.ConnectivityInfo.PublicAccess.Type",), None, "DISABLED"),
        },
        "AWS::RedshiftServerless::Workgroup": {"public": Attribute((), ("PubliclyAccessible",), None, False)},
    },
)

# EC2-Classic's; of a VPC only where it names one.
CLASSIC_GROUP = Kind(
    "database security group",
    ("aws_db_security_group", "aws_redshift_security_group", "aws_elasticache_security_group"),
    ("AWS::RDS::DBSecurityGroup", "AWS::Redshift::ClusterSecurityGroup", "AWS::ElastiCache::SecurityGroup"),
    {"vpc": Attribute((), ("EC2VpcId",))},
)

# Its access policy is a resource policy.
SEARCH_DOMAIN = Kind(
    "search domain",
    ("aws_opensearch_domain", "aws_elasticsearch_domain"),
    ("AWS::OpenSearchService::Domain", "AWS::Elasticsearch::Domain"),
    {
        "document": Attribute(("access_policies",), ("AccessPolicies",)),
        "security_groups": Attribute(("vpc_options.security_group_ids",), ("VPCOptions.SecurityGroupIds",)),
        "subnets": Attribute(("vpc_options.subnet_ids",), ("VPCOptions.SubnetIds",)),
    },
)

# What a cluster is reached by, one of its instances: groups and subnets are the cluster's.
CLUSTER_MEMBER = Kind(
    "database cluster instance",
    ("aws_rds_cluster_instance", "aws_docdb_cluster_instance", "aws_neptune_cluster_instance"),
    ("AWS::DocDB::DBInstance", "AWS::Neptune::DBInstance"),
    {
        "cluster": Attribute(("cluster_identifier",), ("DBClusterIdentifier",)),
        "public": Attribute(("publicly_accessible",), ("PubliclyAccessible",), False),
    },
)

NETWORK_KINDS = (
    VPC,
    VPC_RANGE,
    SUBNET,
    SECURITY_GROUP,
    SECURITY_GROUP_RULE,
    SECURITY_GROUP_ASSOCIATION,
    PREFIX_LIST,
    PREFIX_LIST_ENTRY,
    NETWORK_ACL,
    NETWORK_ACL_RULE,
    NETWORK_ACL_ASSOCIATION,
    ROUTE_TABLE,
    ROUTE,
    ROUTE_TABLE_ASSOCIATION,
    MAIN_ROUTE_TABLE_ASSOCIATION,
    ROUTE_PROPAGATION,
    INTERNET_GATEWAY,
    VPN_GATEWAY,
    GATEWAY_ATTACHMENT,
    NAT_GATEWAY,
    ELASTIC_IP,
    PEERING,
    PEERING_ACCEPTER,
    PEERING_OPTIONS,
    TRANSIT_GATEWAY,
    TRANSIT_GATEWAY_ATTACHMENT,
    TRANSIT_GATEWAY_ROUTE_TABLE,
    INSTANCE,
    NETWORK_INTERFACE,
    SECURITY_GROUP_ATTACHMENT,
    VPC_ENDPOINT,
    VPC_ENDPOINT_ROUTE_TABLE,
    VPC_ENDPOINT_SUBNET,
    VPC_ENDPOINT_SECURITY_GROUP,
    PRIVATE_ZONE,
    NAME_SOURCE,
    SUBNET_GROUP,
    DATABASE,
    CLASSIC_GROUP,
    SEARCH_DOMAIN,
    CLUSTER_MEMBER,
)
"""All of them."""
