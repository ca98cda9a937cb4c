"""The database engines of AWS DMS, by the name that an endpoint or a data provider gives them.

Data, no logic. Sources: the table "Using SSL with AWS DMS" and the engine pages of the AWS DMS user guide (read
2026-11-23), the API model of botocore 1.43.11, and Security Hub's and Control Tower's scope for encrypted endpoints.
A field that no source states is None or empty, and rules treat it as unknown.
"""

from dataclasses import dataclass

GUIDE = "https://docs.aws.amazon.com/dms/latest/userguide/"


@dataclass(frozen=True, slots=True)
class Engine:
    """What a rule has to know of an engine.

    ``relational``: an RDBMS in the sense of the guide's statement on VPC endpoints. ``port``: the default TCP port, None where
    no source states one. ``ssl_modes``: the modes beside ``none`` that ``SslMode`` can encrypt with, weakest first; empty where the
    connection is encrypted by other means or always. ``has_ssl_mode``: whether ``SslMode`` decides about encryption at all.
    ``service``: the name of the VPC endpoint service that the engine is reached through.
    """

    name: str
    title: str
    relational: bool
    port: int | None
    ssl_modes: tuple[str, ...] = ()
    has_ssl_mode: bool = False
    services: tuple[str, ...] = ()


_CA = ("verify-ca",)
_CA_FULL = ("verify-ca", "verify-full")
_ALL = ("require", "verify-ca", "verify-full")
_REQUIRE_FULL = ("require", "verify-full")

_ROWS = (
    Engine("mysql", "MySQL", True, 3306, _CA_FULL, True),
    Engine("mariadb", "MariaDB", True, 3306, _CA_FULL, True),
    Engine("aurora", "Aurora MySQL", True, 3306, _CA_FULL, True),
    # The table names neither serverless edition; they speak the protocol of the provisioned one.
    Engine("aurora-serverless", "Aurora MySQL Serverless", True, 3306, _CA_FULL, True),
    Engine("gcp-mysql", "Google Cloud for MySQL", True, 3306, _CA, True),
    Engine("postgres", "PostgreSQL", True, 5432, _ALL, True),
    Engine("aurora-postgresql", "Aurora PostgreSQL", True, 5432, _ALL, True),
    Engine("aurora-postgresql-serverless", "Aurora PostgreSQL Serverless", True, 5432, _ALL, True),
    # Babelfish listens for TDS and for PostgreSQL: no source states which port an endpoint uses.
    Engine("babelfish", "Babelfish", True, None, _REQUIRE_FULL, True),
    Engine("oracle", "Oracle", True, 1521, _CA, True),
    Engine("sqlserver", "SQL Server", True, 1433, _REQUIRE_FULL, True),
    Engine("azuredb", "Azure SQL Database", True, 1433, _REQUIRE_FULL, True),
    Engine("azure-sql-managed-instance", "Azure SQL Managed Instance", True, None, _REQUIRE_FULL, True),
    Engine("sybase", "SAP ASE", True, 5000, ("verify-full",), True),
    Engine("db2", "Db2 LUW", True, 50000, _CA, True),
    Engine("db2-zos", "Db2 for z/OS", True, None, _CA, True),
    Engine("redshift", "Amazon Redshift", True, 5439, services=("redshift",)),
    Engine("redshift-serverless", "Amazon Redshift Serverless", True, 5439),
    Engine("mongodb", "MongoDB", False, 27017, _REQUIRE_FULL, True),
    Engine("docdb", "Amazon DocumentDB", False, 27017, _REQUIRE_FULL, True),
    Engine("dynamodb", "Amazon DynamoDB", False, 443, services=("dynamodb",)),
    Engine("kinesis", "Amazon Kinesis Data Streams", False, 443, services=("kinesis-streams",)),
    Engine("s3", "Amazon S3", False, 443, services=("s3",)),
    Engine("opensearch", "Amazon OpenSearch Service", False, 443, services=("es",)),
    Engine("elasticsearch", "Amazon OpenSearch Service", False, 443, services=("es",)),
    Engine("neptune", "Amazon Neptune", False, None),
    Engine("redis", "Redis OSS", False, 6379),
    Engine("kafka", "Apache Kafka", False, None),
    Engine("timestream", "Amazon Timestream", False, 443),
    Engine("dms-transfer", "AWS DMS transfer", False, None),
)

ENGINES = {engine.name: engine for engine in _ROWS}
"""By the API's name; CloudFormation's data providers spell it with ``_``, templates in any case: look up ``Value.word``."""
