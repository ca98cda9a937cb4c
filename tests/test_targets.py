"""What endpoints point at: databases, brokers, domains, hosts and services, and host and port in a secret."""

import textwrap
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path

import pytest

from dms_checks.deployment import Deployment
from dms_checks.model import Resource, Truth
from dms_checks.readers.cloudformation import Template
from dms_checks.readers.documents import parse
from dms_checks.readers.terraform import read_folder
from dms_checks.targets import Target, is_public, security_groups, subnets, target_of

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN

Seen = tuple[int | None, str]
"""The port, and the address of the resource; the literal address, the services or the name where there is none."""


def seen(target: Target) -> Seen:
    where = target.resource.address if target.resource else str(target.address or "") or " ".join(target.services)
    return target.port, where or target.name


def asked(source: object, question: Callable[[Deployment, Resource], object], address: str) -> object:
    """The answer about the endpoint in every deployment, which has to be one."""

    def about(deployment: Deployment) -> object:
        endpoint = deployment.get(address)
        assert endpoint
        return question(deployment, endpoint)

    (answer,) = {str(item[0]): item[0] for item in source.explore(about)}.values()  # type: ignore[attr-defined]
    return answer


def in_terraform(folder: Path, text: str, question: Callable[[Deployment, Resource], object]) -> object:
    (folder / "main.tf").write_text(textwrap.dedent(text))
    return asked(read_folder(folder), question, "aws_dms_endpoint.e")


def in_template(text: str, question: Callable[[Deployment, Resource], object]) -> object:
    parsed = parse("template.yaml", HEAD + textwrap.dedent(text).replace("\n", "\n  "))
    return asked(Template(parsed.tree, "template.yaml", parsed.place), question, "Endpoint")


def target_in_terraform(folder: Path, text: str) -> Target:
    found = in_terraform(folder, text, target_of)
    assert isinstance(found, Target)
    return found


def target_in_template(text: str) -> Target:
    found = in_template(text, target_of)
    assert isinstance(found, Target)
    return found


HEAD = """
Parameters:
  Free: {Type: String}
  Password: {Type: String, NoEcho: true}
  Shown: {Type: String, NoEcho: true, Default: hunter2}
Resources:
"""


def endpoint(engine: str, lines: str) -> str:
    return f'resource "aws_dms_endpoint" "e" {{\n  engine_name = "{engine}"\n{textwrap.dedent(lines)}\n}}\n'


def written(engine: str, lines: str) -> str:
    inner = textwrap.indent(textwrap.dedent(lines), "    ")
    return f"\nEndpoint:\n  Type: AWS::DMS::Endpoint\n  Properties:\n    EngineName: {engine}\n{inner}\n"


def resource(type_name: str, name: str, lines: str = "") -> str:
    return f'resource "{type_name}" "{name}" {{\n{textwrap.dedent(lines)}\n}}\n'


# --- databases --------------------------------------------------------------------------------------------------------

DATABASES = [
    # The provider's type, its arguments, the attribute that is its name, CloudFormation's type, properties and attribute; the port.
    ("aws_db_instance", 'engine = "postgres"', "address", "RDS::DBInstance", "Engine: postgres", "Endpoint.Address", 5432),
    ("aws_db_instance", 'engine = "mariadb"', "address", "RDS::DBInstance", "Engine: mariadb", "Endpoint.Address", 3306),
    ("aws_db_instance", 'engine = "oracle-se2"', "address", "RDS::DBInstance", "Engine: oracle-ee-cdb", "Endpoint.Address", 1521),
    (
        "aws_db_instance",
        'engine = "sqlserver-ex"',
        "address",
        "RDS::DBInstance",
        "Engine: sqlserver-web",
        "Endpoint.Address",
        1433,
    ),
    ("aws_db_instance", 'engine = "db2-ae"', "address", "RDS::DBInstance", "Engine: db2-se", "Endpoint.Address", 50000),
    ("aws_db_instance", "port = 5433", "address", "RDS::DBInstance", "Port: '5433'", "Endpoint.Address", 5433),
    ("aws_db_instance", 'engine = "custom-oracle-ee"', "address", "RDS::DBInstance", "Engine: custom", "Endpoint.Address", None),
    (
        "aws_db_instance",
        'replicate_source_db = "x"',
        "address",
        "RDS::DBInstance",
        "DBSnapshotIdentifier: x",
        "Endpoint.Address",
        None,
    ),
    (
        "aws_rds_cluster",
        'engine = "aurora-mysql"',
        "endpoint",
        "RDS::DBCluster",
        "Engine: aurora-mysql",
        "Endpoint.Address",
        3306,
    ),
    ("aws_redshift_cluster", "", "dns_name", "Redshift::Cluster", "DBName: x", "Endpoint.Address", 5439),
    ("aws_docdb_cluster", "", "endpoint", "DocDB::DBCluster", "MasterUsername: x", "Endpoint", 27017),
    ("aws_neptune_cluster", "", "endpoint", "Neptune::DBCluster", "StorageEncrypted: true", "Endpoint", 8182),
    ("aws_neptune_cluster", "port = 8183", "endpoint", "Neptune::DBCluster", "DBPort: 8183", "Endpoint", 8183),
    (
        "aws_memorydb_cluster",
        "",
        "cluster_endpoint[0].address",
        "MemoryDB::Cluster",
        "ACLName: x",
        "ClusterEndpoint.Address",
        6379,
    ),
    (
        "aws_elasticache_replication_group",
        "",
        "primary_endpoint_address",
        "ElastiCache::ReplicationGroup",
        "ReplicationGroupDescription: x",
        "PrimaryEndPoint.Address",
        6379,
    ),
    (
        "aws_elasticache_cluster",
        'engine = "redis"',
        "cache_nodes[0].address",
        "ElastiCache::CacheCluster",
        "Engine: redis",
        "RedisEndpoint.Address",
        6379,
    ),
    (
        "aws_redshiftserverless_workgroup",
        "",
        "endpoint[0].address",
        "RedshiftServerless::Workgroup",
        "WorkgroupName: x",
        "Workgroup.Endpoint.Address",
        5439,
    ),
    ("aws_db_proxy", 'engine_family = "SQLSERVER"', "endpoint", "RDS::DBProxy", "EngineFamily: SQLSERVER", "Endpoint", 1433),
    ("aws_db_proxy", 'engine_family = "MYSQL"', "endpoint", "RDS::DBProxy", "EngineFamily: MYSQL", "Endpoint", 3306),
]


@pytest.mark.parametrize(("type_name", "arguments", "attribute", "_", "__", "___", "port"), DATABASES)
def test_databases_of_terraform(
    type_name: str, arguments: str, attribute: str, _: str, __: str, ___: str, port: int | None, tmp_path: Path
) -> None:
    text = resource(type_name, "d", arguments) + endpoint("babelfish", f"server_name = {type_name}.d.{attribute}")
    assert seen(target_in_terraform(tmp_path, text)) == (port, f"{type_name}.d")


@pytest.mark.parametrize(("_", "__", "___", "type_name", "properties", "attribute", "port"), DATABASES)
def test_databases_of_cloudformation(
    _: str, __: str, ___: str, type_name: str, properties: str, attribute: str, port: int | None
) -> None:
    text = f"\nDatabase:\n  Type: AWS::{type_name}\n  Properties: {{{properties}}}\n"
    assert seen(target_in_template(text + written("babelfish", f"ServerName: !GetAtt Database.{attribute}"))) == (
        port,
        "Database",
    )


@pytest.mark.parametrize(
    ("properties", "port"),
    [
        ("Engine: aurora-postgresql", None),
        ("Engine: postgres", None),
        ("Engine: aurora-postgresql, EngineMode: serverless", 5432),
        ("Engine: aurora-postgresql, EngineMode: !Ref Free", None),
        ("Engine: aurora-mysql, EngineMode: serverless", 3306),
        ("Engine: mysql", 3306),
        ("Engine: !Ref Free", None),
        ("Engine: aurora-mysql, SnapshotIdentifier: x", None),
        ("Engine: aurora-postgresql, Port: 5433", 5433),
        ("Engine: aurora-postgresql, Port: !Ref Free", None),
        ("Engine: aurora-postgresql, Port: 70000", None),
    ],
)
def test_the_default_port_of_a_cluster_in_cloudformation(properties: str, port: int | None) -> None:
    text = f"\nCluster:\n  Type: AWS::RDS::DBCluster\n  Properties: {{{properties}}}\n"
    lines = "ServerName: !GetAtt Cluster.Endpoint.Address\nPort: !GetAtt Cluster.Endpoint.Port"
    assert seen(target_in_template(text + written("aurora-postgresql", lines))) == (port, "Cluster")


@pytest.mark.parametrize(
    ("arguments", "engine", "port"),
    [
        ("engine = var.engine", "postgres", 5432),
        ("engine = var.engine", "babelfish", None),
        ('engine = "aurora-postgresql"', "mysql", 5432),
        ("snapshot_identifier = var.engine", "postgres", None),
        ("snapshot_identifier = null", "postgres", 5432),
    ],
)
def test_the_default_port_of_a_database_whose_engine_is_not_known(
    arguments: str, engine: str, port: int | None, tmp_path: Path
) -> None:
    text = 'variable "engine" {}\n' + resource("aws_rds_cluster", "c", arguments)
    text += endpoint(engine, "server_name = aws_rds_cluster.c.endpoint\nport = aws_rds_cluster.c.port")
    assert seen(target_in_terraform(tmp_path, text)) == (port, "aws_rds_cluster.c")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ('server_name = "db.example.com"\nport = 5433', (5433, "db.example.com")),
        ('server_name = "db.example.com"\nport = "5433"', (5433, "db.example.com")),
        ('server_name = "db.example.com"', (5432, "db.example.com")),
        ('server_name = "db.example.com"\nport = 0', (None, "db.example.com")),
        ('server_name = "db.example.com"\nport = var.free', (None, "db.example.com")),
        ('server_name = "203.0.113.7"', (5432, "203.0.113.7")),
        ('server_name = "[2001:db8::7]"', (5432, "2001:db8::7")),
        ('server_name = "2001:db8::7"', (5432, "2001:db8::7")),
        ("server_name = var.free", (5432, "")),
        ('server_name = "replica.${aws_db_instance.d.address}"', (5432, "")),
        ('server_name = split(":", aws_db_instance.d.endpoint)[0]', (5433, "aws_db_instance.d")),
        ('server_name = var.free == "" ? aws_db_instance.d.address : var.free', (5432, "")),
        ("server_name = data.aws_db_instance.d.address", (None, "data.aws_db_instance.d")),
        ('server_name = ["a", "b"]', (5432, "")),
        ("server_name = null\nport = null", (5432, "")),
    ],
)
def test_how_a_server_is_named(lines: str, expected: Seen, tmp_path: Path) -> None:
    text = 'variable "free" {}\ndata "aws_db_instance" "d" {}\n' + resource("aws_db_instance", "d", "port = 5433")
    assert seen(target_in_terraform(tmp_path, text + endpoint("postgres", lines))) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("ServerName: db.example.com\nPort: 5433", (5433, "db.example.com")),
        ("ServerName: 10.1.2.3", (5432, "10.1.2.3")),
        ("ServerName: !Ref Free", (5432, "")),
        ("ServerName: !Sub '${Database.Endpoint.Address}'\nPort: !GetAtt Database.Endpoint.Port", (5433, "Database")),
        ("ServerName: !Sub 'a.${Database.Endpoint.Address}'", (5432, "")),
        ("ServerName: '{{resolve:ssm:/host}}'\nPort: '{{resolve:ssm:/port}}'", (None, "")),
        ("ServerName: {a: b}\nPort: [1]", (None, "")),
    ],
)
def test_how_a_server_is_named_in_cloudformation(lines: str, expected: Seen) -> None:
    text = "\nDatabase:\n  Type: AWS::RDS::DBInstance\n  Properties: {Port: 5433}\n" + written("postgres", lines)
    assert seen(target_in_template(text)) == expected


def test_an_address_is_kept_and_says_whether_it_is_public(tmp_path: Path) -> None:
    target = target_in_terraform(tmp_path, endpoint("mysql", 'server_name = "10.0.0.7"'))
    assert (target.address, target.public, target.name) == (ip_address("10.0.0.7"), NO, "")
    target = target_in_terraform(tmp_path, endpoint("mysql", 'server_name = "8.8.4.4"'))
    assert (target.address, target.public) == (ip_address("8.8.4.4"), YES)


# --- services, brokers, domains ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("engine", "expected"),
    [
        ("s3", (443, "s3")),
        ("S3", (443, "s3")),
        ("dynamodb", (443, "dynamodb")),
        ("kinesis", (443, "kinesis-streams")),
        ("timestream", (443, "")),
        ("redshift", (5439, "")),
        ("nothing", (None, "")),
    ],
)
def test_services(engine: str, expected: Seen, tmp_path: Path) -> None:
    assert seen(target_in_terraform(tmp_path, endpoint(engine, ""))) == expected
    assert seen(target_in_template(written(engine, "EndpointType: target"))) == expected


def test_the_endpoint_for_s3_of_terraform(tmp_path: Path) -> None:
    text = resource("aws_dms_s3_endpoint", "e", 'bucket_name = "ledger"')
    (tmp_path / "main.tf").write_text(text)
    found = asked(read_folder(tmp_path), target_of, "aws_dms_s3_endpoint.e")
    assert isinstance(found, Target)
    assert seen(found) == (443, "s3")


@pytest.mark.parametrize(
    ("broker", "expected", "public"),
    [
        ("aws_msk_cluster.m.bootstrap_brokers", (9092, "aws_msk_cluster.m"), NO),
        ("aws_msk_cluster.m.bootstrap_brokers_tls", (9094, "aws_msk_cluster.m"), NO),
        ("aws_msk_cluster.m.bootstrap_brokers_sasl_scram", (9096, "aws_msk_cluster.m"), NO),
        ("aws_msk_cluster.m.bootstrap_brokers_sasl_iam", (9098, "aws_msk_cluster.m"), NO),
        ("aws_msk_cluster.m.bootstrap_brokers_public_tls", (9194, "aws_msk_cluster.m"), YES),
        ("aws_msk_cluster.m.bootstrap_brokers_vpc_connectivity_tls", (None, ""), UNKNOWN),
        ("aws_msk_cluster.m.zookeeper_connect_string", (None, ""), UNKNOWN),
        ("data.aws_msk_cluster.m.bootstrap_brokers_tls", (9094, "data.aws_msk_cluster.m"), NO),
        ('"b-1.example.com:9094,b-2.example.com:9094"', (9094, "b-1.example.com:9094,b-2.example.com:9094"), UNKNOWN),
        ('"b-1.example.com:9094,b-2.example.com:9092"', (None, "b-1.example.com:9094,b-2.example.com:9092"), UNKNOWN),
        ('"b-1.example.com:9092"', (9092, "b-1.example.com"), UNKNOWN),
        ('"10.0.0.7:9092"', (9092, "10.0.0.7"), NO),
        ('"[2001:db8::7]:9092"', (9092, "2001:db8::7"), NO),
        ('"b-1.example.com"', (None, "b-1.example.com"), UNKNOWN),
        ('"${var.free}:9092"', (9092, ""), UNKNOWN),
        ('"${aws_instance.i.private_ip}:9092"', (9092, "aws_instance.i"), UNKNOWN),
        ("var.free", (None, ""), UNKNOWN),
    ],
)
def test_brokers(broker: str, expected: Seen, public: Truth, tmp_path: Path) -> None:
    text = (
        'variable "free" {}\ndata "aws_msk_cluster" "m" {}\n' + resource("aws_msk_cluster", "m") + resource("aws_instance", "i")
    )
    target = target_in_terraform(tmp_path, text + endpoint("kafka", f"kafka_settings {{\n broker = {broker}\n}}"))
    assert seen(target) == expected
    assert target.public is public


def test_brokers_in_cloudformation() -> None:
    target = target_in_template(written("kafka", "KafkaSettings: {Broker: 'a.example.com:9092, b.example.com:9092'}"))
    assert target.port == 9092
    target = target_in_template(written("kafka", "KafkaSettings: {Broker: !Sub '${Free}:9096'}"))
    assert seen(target) == (9096, "")


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ('"https://${aws_opensearch_domain.v.endpoint}"', (443, "aws_opensearch_domain.v")),
        ('"http://${aws_opensearch_domain.v.endpoint}/"', (80, "aws_opensearch_domain.v")),
        ('"https://${aws_opensearch_domain.v.endpoint}:443"', (443, "aws_opensearch_domain.v")),
        ("aws_opensearch_domain.v.endpoint", (443, "aws_opensearch_domain.v")),
        ('"https://${aws_elasticsearch_domain.v.endpoint}"', (443, "aws_elasticsearch_domain.v")),
        ('"https://${aws_opensearch_domain.p.endpoint}"', (443, "es")),
        ('"https://${aws_opensearch_domain.u.endpoint}"', (443, "aws_opensearch_domain.u")),
        ('"https://${data.aws_opensearch_domain.d.endpoint}"', (443, "data.aws_opensearch_domain.d")),
        ('"https://search-ledger-abc123.us-east-1.es.amazonaws.com"', (443, "es")),
        ('"https://vpc-ledger-abc123.us-east-1.es.amazonaws.com"', (443, "vpc-ledger-abc123.us-east-1.es.amazonaws.com")),
        ('"https://search.example.com:9200/x"', (9200, "search.example.com")),
        ('"https://${var.free}"', (443, "")),
        ('"https://${var.free}.${aws_opensearch_domain.v.endpoint}"', (443, "")),
        ("var.free", (None, "")),
    ],
)
def test_search_domains(uri: str, expected: Seen, tmp_path: Path) -> None:
    inside = 'vpc_options {\n  subnet_ids = ["subnet-0123456789abcdef0"]\n}'
    text = (
        'variable "free" {}\ndata "aws_opensearch_domain" "d" {}\n'
        + resource("aws_opensearch_domain", "v", inside)
        + resource("aws_elasticsearch_domain", "v", inside)
        + resource("aws_opensearch_domain", "p")
        + resource("aws_opensearch_domain", "u", 'dynamic "vpc_options" {\n for_each = var.free\n content {}\n}')
    )
    target = target_in_terraform(tmp_path, text + endpoint("opensearch", f"elasticsearch_settings {{\n endpoint_uri = {uri}\n}}"))
    assert seen(target) == expected


@pytest.mark.parametrize(
    ("properties", "expected", "public"),
    [
        ("VPCOptions: {SubnetIds: [subnet-0123456789abcdef0]}", (443, "Domain"), NO),
        ("DomainName: ledger", (443, "es"), YES),
        ("VPCOptions: !If [Known, {SubnetIds: [!Ref Free]}, !Ref 'AWS::NoValue']", (443, "Domain"), UNKNOWN),
    ],
)
def test_search_domains_in_cloudformation(properties: str, expected: Seen, public: Truth) -> None:
    text = f"\nDomain:\n  Type: AWS::OpenSearchService::Domain\n  Properties: {{{properties}}}\n"
    lines = "ElasticsearchSettings: {EndpointUri: !Sub 'https://${Domain.DomainEndpoint}'}"
    target = target_in_template(text + written("opensearch", lines))
    assert seen(target) == expected
    assert target.public is public


# --- EC2 --------------------------------------------------------------------------------------------------------------

NETWORK = """
resource "aws_vpc" "v" { cidr_block = "10.0.0.0/16" }
resource "aws_subnet" "a" {
  vpc_id     = aws_vpc.v.id
  cidr_block = "10.0.0.0/24"
}
resource "aws_subnet" "b" {
  vpc_id     = aws_vpc.v.id
  cidr_block = "10.0.1.0/24"
}
data "aws_subnet" "s" {}
resource "aws_security_group" "g" { vpc_id = aws_vpc.v.id }
resource "aws_security_group" "h" { vpc_id = aws_vpc.v.id }
resource "aws_db_subnet_group" "s" { subnet_ids = [aws_subnet.a.id, aws_subnet.b.id] }
resource "aws_db_subnet_group" "partly" { subnet_ids = [aws_subnet.a.id, "subnet-0123456789abcdef0"] }
resource "aws_db_subnet_group" "found" { subnet_ids = [aws_subnet.a.id, data.aws_subnet.s.id] }
"""

Place = tuple[str, list[str] | str, list[str] | None, Truth]
"""The resource, its groups or what is known of them, its subnets, and whether it is public."""


def place(deployment: Deployment, endpoint_: Resource) -> Place:
    found = target_of(deployment, endpoint_)
    assert found.resource
    groups = security_groups(deployment, found.resource)
    items = groups.items() if groups.is_known else None
    names = groups.state.value if items is None else [item.reference.address if item.reference else "?" for item in items]
    inside = subnets(deployment, found.resource)
    return found.resource.address, names, [subnet.address for subnet in inside] if inside else None, found.public


G, H = "aws_security_group.g", "aws_security_group.h"
A, B = "aws_subnet.a", "aws_subnet.b"

IN_VPC = "vpc_security_group_ids = [aws_security_group.g.id]\ndb_subnet_group_name = aws_db_subnet_group.s.name"
INSTANCE = "subnet_id = aws_subnet.a.id\nvpc_security_group_ids = [aws_security_group.g.id]"


@pytest.mark.parametrize(
    ("resources", "server", "expected"),
    [
        (resource("aws_db_instance", "d", IN_VPC), "aws_db_instance.d.address", ([G], [A, B], NO)),
        (resource("aws_db_instance", "d", "publicly_accessible = true"), "aws_db_instance.d.address", ("absent", None, YES)),
        (
            'variable "free" {}\n' + resource("aws_db_instance", "d", "publicly_accessible = var.free"),
            "aws_db_instance.d.address",
            ("absent", None, UNKNOWN),
        ),
        (
            resource("aws_db_instance", "d", "db_subnet_group_name = aws_db_subnet_group.partly.name"),
            "aws_db_instance.d.address",
            ("absent", None, NO),
        ),
        (
            resource("aws_db_instance", "d", "db_subnet_group_name = aws_db_subnet_group.found.name"),
            "aws_db_instance.d.address",
            ("absent", None, NO),
        ),
        ('data "aws_db_instance" "d" {}\n', "data.aws_db_instance.d.address", ("unknown", None, UNKNOWN)),
        (resource("aws_rds_cluster", "c", IN_VPC), "aws_rds_cluster.c.endpoint", ([G], [A, B], UNKNOWN)),
        (
            resource("aws_rds_cluster", "c", IN_VPC)
            + resource("aws_rds_cluster_instance", "i", "cluster_identifier = aws_rds_cluster.c.id"),
            "aws_rds_cluster.c.endpoint",
            ([G], [A, B], NO),
        ),
        (
            resource("aws_rds_cluster", "c", IN_VPC)
            + resource("aws_rds_cluster_instance", "i", "cluster_identifier = aws_rds_cluster.c.id\npublicly_accessible = true")
            + resource("aws_rds_cluster_instance", "j", "cluster_identifier = aws_rds_cluster.c.id"),
            "aws_rds_cluster.c.endpoint",
            ([G], [A, B], UNKNOWN),
        ),
        (
            resource("aws_rds_cluster", "c", IN_VPC)
            + resource("aws_rds_cluster_instance", "i", "cluster_identifier = aws_rds_cluster.c.id\npublicly_accessible = true"),
            "aws_rds_cluster_instance.i.endpoint",
            ([G], [A, B], YES),
        ),
        (
            resource("aws_rds_cluster_instance", "i", 'cluster_identifier = "ledger"'),
            "aws_rds_cluster_instance.i.endpoint",
            ("unknown", None, NO),
        ),
        (resource("aws_docdb_cluster", "c", IN_VPC), "aws_docdb_cluster.c.endpoint", ([G], [A, B], NO)),
        (resource("aws_redshift_cluster", "c", ""), "aws_redshift_cluster.c.dns_name", ("absent", None, UNKNOWN)),
        (
            resource(
                "aws_db_proxy",
                "p",
                "vpc_security_group_ids = [aws_security_group.g.id]\nvpc_subnet_ids = [aws_subnet.a.id, aws_subnet.b.id]",
            ),
            "aws_db_proxy.p.endpoint",
            ([G], [A, B], NO),
        ),
        (
            resource(
                "aws_redshiftserverless_workgroup",
                "w",
                "security_group_ids = [aws_security_group.g.id]\nsubnet_ids = [aws_subnet.a.id, data.aws_subnet.s.id]",
            ),
            "aws_redshiftserverless_workgroup.w.endpoint[0].address",
            ([G], None, NO),
        ),
        (resource("aws_instance", "i", INSTANCE), "aws_instance.i.private_ip", ([G], [A], NO)),
        (resource("aws_instance", "i", INSTANCE), "aws_instance.i.private_dns", ([G], [A], NO)),
        (resource("aws_instance", "i", INSTANCE), "aws_instance.i.public_ip", ([G], [A], YES)),
        (resource("aws_instance", "i", INSTANCE), "aws_instance.i.public_dns", ([G], [A], YES)),
        (resource("aws_instance", "i", INSTANCE), '"${aws_instance.i.private_ip}"', ([G], [A], NO)),
        (resource("aws_instance", "i", "subnet_id = aws_subnet.a.id"), "aws_instance.i.private_ip", ("absent", [A], NO)),
        (
            resource("aws_instance", "i", 'subnet_id = aws_subnet.a.id\nlaunch_template {\n id = "lt-0123456789abcdef0"\n}'),
            "aws_instance.i.private_ip",
            ("unknown", [A], NO),
        ),
        (
            resource("aws_instance", "i", INSTANCE)
            + resource(
                "aws_network_interface_sg_attachment",
                "x",
                "security_group_id = aws_security_group.h.id\nnetwork_interface_id = aws_instance.i.primary_network_interface_id",
            ),
            "aws_instance.i.private_ip",
            ([G, H], [A], NO),
        ),
        (
            resource("aws_network_interface", "n", "subnet_id = aws_subnet.b.id\nsecurity_groups = [aws_security_group.h.id]")
            + resource("aws_instance", "i", "network_interface {\n network_interface_id = aws_network_interface.n.id\n}"),
            "aws_instance.i.private_ip",
            ([H], [B], NO),
        ),
        (
            resource("aws_network_interface", "n", "subnet_id = aws_subnet.b.id\nsecurity_groups = [aws_security_group.h.id]"),
            "aws_network_interface.n.private_ip",
            ([H], [B], NO),
        ),
        (resource("aws_instance", "i", INSTANCE + '\nprivate_ip = "10.0.0.7"'), '"10.0.0.7"', ([G], [A], NO)),
        (resource("aws_instance", "i", INSTANCE + '\nprivate_ip = "10.0.0.7"'), "aws_instance.i.private_ip", ([G], [A], NO)),
        (
            resource("aws_network_interface", "n", 'subnet_id = aws_subnet.b.id\nprivate_ips = ["10.0.1.6", "10.0.1.7"]'),
            '"10.0.1.7"',
            ("absent", [B], NO),
        ),
    ],
)
def test_what_stands_there(resources: str, server: str, expected: tuple[object, ...], tmp_path: Path) -> None:
    text = NETWORK + resources + endpoint("postgres", f"server_name = {server}")
    found = in_terraform(tmp_path, text, place)
    assert isinstance(found, tuple)
    assert found[1:] == expected


def test_an_address_that_two_instances_have_belongs_to_none(tmp_path: Path) -> None:
    text = NETWORK + "".join(resource("aws_instance", name, INSTANCE + '\nprivate_ip = "10.0.0.7"') for name in "ij")
    assert seen(target_in_terraform(tmp_path, text + endpoint("mysql", 'server_name = "10.0.0.7"'))) == (3306, "10.0.0.7")


TEMPLATE = """
Vpc: {Type: AWS::EC2::VPC, Properties: {CidrBlock: 10.0.0.0/16}}
SubnetA: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/24}}
SubnetB: {Type: AWS::EC2::Subnet, Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.1.0/24}}
Group: {Type: AWS::EC2::SecurityGroup, Properties: {VpcId: !Ref Vpc, GroupDescription: x}}
Subnets: {Type: AWS::RDS::DBSubnetGroup, Properties: {DBSubnetGroupDescription: x, SubnetIds: [!Ref SubnetA, !Ref SubnetB]}}
"""


@pytest.mark.parametrize(
    ("resources", "server", "expected"),
    [
        (
            "Database:\n  Type: AWS::RDS::DBInstance\n  Properties:\n    VPCSecurityGroups: [!GetAtt Group.GroupId]\n"
            "    DBSubnetGroupName: !Ref Subnets\n    PubliclyAccessible: 'false'\n",
            "!GetAtt Database.Endpoint.Address",
            (["Group"], ["SubnetA", "SubnetB"], NO),
        ),
        (
            "Database:\n  Type: AWS::RDS::DBInstance\n  Properties: {Engine: mysql}\n",
            "!GetAtt Database.Endpoint.Address",
            ("absent", None, UNKNOWN),
        ),
        (
            "Cluster:\n  Type: AWS::RDS::DBCluster\n  Properties:\n    VpcSecurityGroupIds: [!Ref Group]\n"
            "    DBSubnetGroupName: !Ref Subnets\n"
            "Member:\n  Type: AWS::RDS::DBInstance\n  Properties: {DBClusterIdentifier: !Ref Cluster, PubliclyAccessible: true}\n",
            "!GetAtt Cluster.Endpoint.Address",
            (["Group"], ["SubnetA", "SubnetB"], YES),
        ),
        (
            "Cluster:\n  Type: AWS::RDS::DBCluster\n  Properties:\n    VpcSecurityGroupIds: [!Ref Group]\n"
            "    DBSubnetGroupName: !Ref Subnets\n"
            "Member:\n  Type: AWS::RDS::DBInstance\n  Properties: {DBClusterIdentifier: !Ref Cluster}\n",
            "!GetAtt Member.Endpoint.Address",
            (["Group"], ["SubnetA", "SubnetB"], UNKNOWN),
        ),
        (
            "Host:\n  Type: AWS::EC2::Instance\n  Properties: {SubnetId: !Ref SubnetB, SecurityGroupIds: [!Ref Group]}\n",
            "!GetAtt Host.PublicIp",
            (["Group"], ["SubnetB"], YES),
        ),
        (
            "Host:\n  Type: AWS::EC2::Instance\n  Properties:\n    NetworkInterfaces:\n"
            "    - {DeviceIndex: '0', SubnetId: !Ref SubnetB, GroupSet: [!Ref Group], PrivateIpAddress: 10.0.1.7}\n",
            "10.0.1.7",
            (["Group"], ["SubnetB"], NO),
        ),
        (
            "Card:\n  Type: AWS::EC2::NetworkInterface\n  Properties: {SubnetId: !Ref SubnetB, GroupSet: [!Ref Group]}\n"
            "Host:\n  Type: AWS::EC2::Instance\n  Properties:\n    NetworkInterfaces:\n"
            "    - {DeviceIndex: '0', NetworkInterfaceId: !Ref Card}\n",
            "!GetAtt Host.PrivateDnsName",
            (["Group"], ["SubnetB"], NO),
        ),
        (
            "Card:\n  Type: AWS::EC2::NetworkInterface\n  Properties:\n    SubnetId: !Ref SubnetB\n"
            "    PrivateIpAddresses: [{PrivateIpAddress: 10.0.1.8, Primary: true}]\n",
            "10.0.1.8",
            ("absent", ["SubnetB"], NO),
        ),
    ],
)
def test_what_stands_there_in_cloudformation(resources: str, server: str, expected: tuple[object, ...]) -> None:
    found = in_template(TEMPLATE + resources + written("postgres", f"ServerName: {server}"), place)
    assert isinstance(found, tuple)
    assert found[1:] == expected


def test_the_port_of_a_member_is_that_of_its_cluster(tmp_path: Path) -> None:
    text = resource("aws_rds_cluster", "c", "port = 5444")
    text += resource("aws_rds_cluster_instance", "i", 'cluster_identifier = aws_rds_cluster.c.id\nengine = "aurora-postgresql"')
    text += endpoint(
        "aurora-postgresql", "server_name = aws_rds_cluster_instance.i.endpoint\nport = aws_rds_cluster_instance.i.port"
    )
    assert seen(target_in_terraform(tmp_path, text)) == (5444, "aws_rds_cluster_instance.i")


def test_what_is_looked_up_stands_elsewhere(tmp_path: Path) -> None:
    def question(deployment: Deployment, endpoint_: Resource) -> object:
        found = target_of(deployment, endpoint_)
        assert found.resource
        return found.is_shown, is_public(deployment, found.resource)

    text = 'data "aws_db_instance" "d" {}\n' + endpoint("mysql", "server_name = data.aws_db_instance.d.address")
    assert in_terraform(tmp_path, text, question) == (False, UNKNOWN)
    text = resource("aws_db_instance", "d") + endpoint("mysql", "server_name = aws_db_instance.d.address")
    assert in_terraform(tmp_path, text, question) == (True, NO)


# --- secrets ----------------------------------------------------------------------------------------------------------

SECRET = """
variable "password" { sensitive = true }
variable "hidden" {
  sensitive = true
  default   = "hunter2"
}
variable "free" {}
resource "aws_db_instance" "d" { port = 5433 }
resource "aws_secretsmanager_secret" "s" {}
"""


def version(text: str, name: str = "v") -> str:
    lines = f"secret_id = aws_secretsmanager_secret.s.id\nsecret_string = {text}"
    return resource("aws_secretsmanager_secret_version", name, lines)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("jsonencode({ host = aws_db_instance.d.address, port = 5432, password = var.password })", (5432, "aws_db_instance.d")),
        ("jsonencode({ host = aws_db_instance.d.address, port = aws_db_instance.d.port })", (5433, "aws_db_instance.d")),
        ('jsonencode({ host = aws_db_instance.d.address, password = "hunter2" })', (5433, "aws_db_instance.d")),
        ('jsonencode({ host = "10.0.0.7", port = "5434", password = var.hidden })', (5434, "10.0.0.7")),
        ('jsonencode({ host = "db.example.com", port = 5434, password = "hunter2" })', (5434, "")),
        ('jsonencode({ host = "db.example.com", password = "hunter2" })', (None, "")),
        ('jsonencode({ host = var.free, port = 5434, password = "hunter2" })', (5434, "")),
        ('jsonencode({ host = "10.0.0.7", port = var.free, password = "hunter2" })', (None, "10.0.0.7")),
        ('jsonencode({ Host = "10.0.0.7", port = 5434, password = "hunter2" })', (5434, "")),
        ('jsonencode({ username = "hunter2", password = "hunter2" })', (None, "")),
        (
            '"{\\"host\\": \\"${aws_db_instance.d.address}\\", \\"port\\": ${aws_db_instance.d.port}, \\"password\\": \\"hunter2\\"}"',
            (5433, "aws_db_instance.d"),
        ),
        (
            '"{\\"host\\": \\"${aws_db_instance.d.address}\\", \\"password\\": \\"${var.password}\\", \\"port\\": 1}"',
            (1, ""),
        ),
        ('"hunter2"', (None, "")),
        ("var.password", (None, "")),
        ('jsonencode(["hunter2"])', (None, "")),
        ('jsonencode({ host = ["hunter2"], port = { a = "hunter2" } })', (None, "")),
        ('"{{{"', (None, "")),
    ],
)
def test_host_and_port_in_a_secret(text: str, expected: Seen, tmp_path: Path) -> None:
    lines = "secrets_manager_arn = aws_secretsmanager_secret.s.arn"
    target = target_in_terraform(tmp_path, SECRET + version(text) + endpoint("postgres", lines))
    assert seen(target) == expected
    assert target.secret is not None
    assert "hunter2" not in repr(target)
    assert target.name == ""


@pytest.mark.parametrize(
    ("resources", "secret", "expected"),
    [
        ("", "aws_secretsmanager_secret.s.arn", (None, "")),
        (version('jsonencode({ host = "10.0.0.7", port = 1 })'), "aws_secretsmanager_secret_version.v.arn", (1, "10.0.0.7")),
        (
            version('jsonencode({ host = "10.0.0.7", port = 1 })') + version('jsonencode({ host = "10.0.0.8", port = 2 })', "w"),
            "aws_secretsmanager_secret.s.arn",
            (None, ""),
        ),
        (
            version('jsonencode({ host = "10.0.0.7", port = 1 })') + version('jsonencode({ password = "hunter2" })', "w"),
            "aws_secretsmanager_secret.s.arn",
            (1, "10.0.0.7"),
        ),
        (version('jsonencode({ host = "10.0.0.7" })'), '"arn:aws:secretsmanager:us-east-1:111122223333:secret:x"', (None, "")),
        ('data "aws_secretsmanager_secret" "s" {}\n', "data.aws_secretsmanager_secret.s.arn", (None, "")),
        ("", "aws_db_instance.d.master_user_secret[0].secret_arn", (None, "")),
        ("", "var.free", (None, "")),
    ],
)
def test_which_secret_it_is(resources: str, secret: str, expected: Seen, tmp_path: Path) -> None:
    target = target_in_terraform(tmp_path, SECRET + resources + endpoint("postgres", f"secrets_manager_arn = {secret}"))
    assert seen(target) == expected
    assert "hunter2" not in repr(target)


def test_what_stands_beside_a_secret_counts_where_the_secret_is_not_known(tmp_path: Path) -> None:
    lines = 'secrets_manager_arn = var.free\nserver_name = "db.example.com"\nport = 5434'
    assert seen(target_in_terraform(tmp_path, SECRET + endpoint("postgres", lines))) == (5434, "db.example.com")


DATABASE = "\nDatabase:\n  Type: AWS::RDS::DBInstance\n  Properties: {Port: 5433}\n"


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ('SecretString: \'{"host": "10.0.0.7", "port": 5434, "password": "hunter2"}\'', (5434, "10.0.0.7")),
        ('SecretString: !Sub \'{"host": "10.0.0.7", "port": "5434", "password": "${Shown}"}\'', (5434, "10.0.0.7")),
        ('SecretString: !Sub \'{"host": "${Database.Endpoint.Address}", "port": 5434}\'', (5434, "Database")),
        (
            'SecretString: !Sub \'{"host": "${Database.Endpoint.Address}", "port": ${Database.Endpoint.Port}, "password": "${Password}"}\'',
            (5433, "Database"),
        ),
        (
            'SecretString: !Sub \'{"password": "${Password}", "host": "${Database.Endpoint.Address}", "port": "${Database.Endpoint.Port}"}\'',
            (5433, "Database"),
        ),
        ('SecretString: !Sub \'{"host": "${Free}", "url": "${Database.Endpoint.Address}", "port": 1}\'', (1, "")),
        ('SecretString: !Sub \'{"host": "${Free}", "dbname": "${Database}", "port": 1}\'', (1, "")),
        ('SecretString: !Sub \'{"host": "x.${Database.Endpoint.Address}", "port": 1}\'', (1, "")),
        (
            'SecretString: !Join [\'\', [\'{"host": "\', !GetAtt Database.Endpoint.Address, \'", "password": "hunter2"}\']]',
            (5433, "Database"),
        ),
        ("SecretString: '{{resolve:secretsmanager:other}}'", (None, "")),
        ('SecretString: \'{"host": "{{resolve:ssm:/host}}", "port": 1}\'', (None, "")),
        ("SecretString: !Ref Password", (None, "")),
        (
            "GenerateSecretString: {GenerateStringKey: password, "
            'SecretStringTemplate: !Sub \'{"username": "a", "host": "${Database.Endpoint.Address}", "port": 5434}\'}',
            (5434, "Database"),
        ),
        ("GenerateSecretString: {GenerateStringKey: password}", (None, "")),
    ],
)
def test_host_and_port_in_a_secret_of_cloudformation(properties: str, expected: Seen) -> None:
    text = f"{DATABASE}Secret:\n  Type: AWS::SecretsManager::Secret\n  Properties:\n    {properties}\n"
    target = target_in_template(text + written("postgres", "PostgreSqlSettings: {SecretsManagerSecretId: !Ref Secret}"))
    assert seen(target) == expected
    assert target.secret is not None
    assert "hunter" not in repr(target)
    assert target.name == ""


@pytest.mark.parametrize("secret", ["Secret", "Attachment"])
@pytest.mark.parametrize(
    ("database", "expected"), [("!Ref Database", (5433, "Database")), ("!Ref Free", (None, "")), ("ledger", (None, ""))]
)
def test_host_and_port_that_aws_adds_to_a_secret(secret: str, database: str, expected: Seen) -> None:
    text = (
        f"{DATABASE}Secret:\n  Type: AWS::SecretsManager::Secret\n  Properties:\n    GenerateSecretString: {{PasswordLength: 20}}\n"
        "Attachment:\n  Type: AWS::SecretsManager::SecretTargetAttachment\n"
        f"  Properties: {{SecretId: !Ref Secret, TargetType: AWS::RDS::DBInstance, TargetId: {database}}}\n"
    )
    target = target_in_template(text + written("postgres", f"PostgreSqlSettings: {{SecretsManagerSecretId: !Ref {secret}}}"))
    assert seen(target) == expected
