"""The database engines of AWS DMS, by the name that an endpoint or a data provider gives them.

Data, no logic. What no source states is None or empty; a field that is filled in by analogy stands in the row's ``unverified``. Rules
treat both as unknown. Each row names its page in the AWS DMS user guide; all were read on ``READ``, with the table "Using SSL
with AWS DMS" (``CHAP_Security.SSL``), "Using secrets to access endpoints" (``security_iam_secretsmanager``), the limits of AWS DMS Serverless
(``CHAP_Serverless.Limitations``), the API model of botocore 1.43.11, and Security Hub's and Control Tower's scope for encrypted endpoints.
What Terraform does with secrets is from the create function of the endpoint in the AWS provider 6.58.
"""

from dataclasses import dataclass

GUIDE = "https://docs.aws.amazon.com/dms/latest/userguide/"
READ = "2026-11-23"

VERIFYING = ("verify-ca", "verify-full")
"""The TLS modes that verify the server's certificate, and need one for it."""


@dataclass(frozen=True, slots=True)
class Engine:
    """What a rule has to know of an engine.

    ``relational``: an RDBMS in the sense of the guide's statement on VPC endpoints. ``port``: the default TCP port.
    ``as_source``, ``as_target``: whether AWS DMS reads from it and writes to it; ``serverless_source``, ``serverless_target``: whether a
    serverless replication does. ``ssl_modes``: the modes beside ``none`` that ``SslMode`` can encrypt with, weakest first; empty where the
    connection is encrypted by other means or always. ``has_ssl_mode``: whether ``SslMode`` decides about encryption at all.
    ``provider_ssl_modes``: the same for a data provider of a homogeneous migration, by the CloudFormation registry schema of 2026-10-20;
    ``data_provider``: whether there is one. ``certificate``: how the certificate for ``verify-ca`` and ``verify-full`` is imported. ``tls_setting``,
    ``authentication``: the concepts of the vocabulary that decide about TLS and authentication where ``SslMode`` and a password do not.
    ``services``: the names of the VPC endpoint services that the engine is reached through. ``secret``: whether an endpoint can take its
    credentials from Secrets Manager; ``terraform_secret``: whether the provider passes that on.
    """

    name: str
    title: str
    page: str
    relational: bool
    port: int | None = None
    as_source: bool | None = None
    as_target: bool | None = None
    serverless_source: bool | None = False
    serverless_target: bool | None = False
    ssl_modes: tuple[str, ...] = ()
    has_ssl_mode: bool = False
    data_provider: bool = False
    provider_ssl_modes: tuple[str, ...] = ()
    certificate: str = ""
    tls_setting: str = ""
    authentication: str = ""
    services: tuple[str, ...] = ()
    secret: bool | None = False
    terraform_secret: bool = True
    unverified: tuple[str, ...] = ()

    def modes(self, *, data_provider: bool) -> tuple[str, ...]:
        """The modes that encrypt, of an endpoint or of a data provider."""
        return self.provider_ssl_modes if data_provider else self.ssl_modes


_CA = ("verify-ca",)
_CA_FULL = ("verify-ca", "verify-full")
_ALL = ("require", "verify-ca", "verify-full")
_REQUIRE_FULL = ("require", "verify-full")
_PEM, _WALLET = "PEM", "wallet"

_ROWS = (
    Engine(
        "mysql",
        "MySQL",
        "CHAP_Source.MySQL",
        relational=True,
        port=3306,
        as_source=True,
        as_target=True,
        serverless_source=True,
        serverless_target=True,
        ssl_modes=_CA_FULL,
        has_ssl_mode=True,
        data_provider=True,
        provider_ssl_modes=_ALL,
        certificate=_PEM,
        secret=True,
    ),
    Engine(
        "mariadb",
        "MariaDB",
        "CHAP_Source.MySQL",
        relational=True,
        port=3306,
        as_source=True,
        as_target=True,
        serverless_source=True,
        serverless_target=True,
        ssl_modes=_CA_FULL,
        has_ssl_mode=True,
        data_provider=True,
        provider_ssl_modes=_ALL,
        certificate=_PEM,
        secret=True,
    ),
    Engine(
        "aurora",
        "Aurora MySQL",
        "CHAP_Target.MySQL",
        relational=True,
        port=3306,
        as_source=True,
        as_target=True,
        serverless_source=True,
        serverless_target=True,
        ssl_modes=_CA_FULL,
        has_ssl_mode=True,
        data_provider=True,
        provider_ssl_modes=_ALL,
        certificate=_PEM,
        secret=True,
    ),
    # The table names neither serverless edition of Aurora; they speak the protocol of the provisioned one.
    Engine(
        "aurora-serverless",
        "Aurora MySQL Serverless",
        "CHAP_Target.MySQL",
        relational=True,
        port=3306,
        as_target=True,
        serverless_source=None,
        serverless_target=None,
        ssl_modes=_CA_FULL,
        has_ssl_mode=True,
        certificate=_PEM,
        secret=None,
        terraform_secret=False,
        unverified=("ssl_modes",),
    ),
    Engine(
        "gcp-mysql",
        "Google Cloud for MySQL",
        "CHAP_Source.GC",
        relational=True,
        port=3306,
        as_source=True,
        as_target=False,
        serverless_source=None,
        ssl_modes=_CA,
        has_ssl_mode=True,
        certificate=_PEM,
        secret=None,
    ),
    Engine(
        "postgres",
        "PostgreSQL",
        "CHAP_Source.PostgreSQL",
        relational=True,
        port=5432,
        as_source=True,
        as_target=True,
        serverless_source=True,
        serverless_target=True,
        ssl_modes=_ALL,
        has_ssl_mode=True,
        data_provider=True,
        provider_ssl_modes=_ALL,
        certificate=_PEM,
        secret=True,
    ),
    Engine(
        "aurora-postgresql",
        "Aurora PostgreSQL",
        "CHAP_Source.PostgreSQL",
        relational=True,
        port=5432,
        as_source=True,
        as_target=True,
        serverless_source=True,
        serverless_target=True,
        ssl_modes=_ALL,
        has_ssl_mode=True,
        data_provider=True,
        provider_ssl_modes=_ALL,
        certificate=_PEM,
        secret=True,
    ),
    Engine(
        "aurora-postgresql-serverless",
        "Aurora PostgreSQL Serverless",
        "CHAP_Target.PostgreSQL",
        relational=True,
        port=5432,
        as_target=True,
        serverless_source=None,
        serverless_target=None,
        ssl_modes=_ALL,
        has_ssl_mode=True,
        certificate=_PEM,
        secret=None,
        terraform_secret=False,
        unverified=("ssl_modes",),
    ),
    # Babelfish listens for TDS and for PostgreSQL: no source states which port and which modes an endpoint uses.
    Engine(
        "babelfish",
        "Babelfish",
        "CHAP_Target.Babelfish",
        relational=True,
        as_source=False,
        as_target=True,
        serverless_target=None,
        ssl_modes=_REQUIRE_FULL,
        has_ssl_mode=True,
        certificate=_PEM,
        secret=None,
        unverified=("ssl_modes",),
    ),
    Engine(
        "oracle",
        "Oracle",
        "CHAP_Source.Oracle",
        relational=True,
        port=1521,
        as_source=True,
        as_target=True,
        serverless_source=True,
        serverless_target=True,
        ssl_modes=_CA,
        has_ssl_mode=True,
        data_provider=True,
        provider_ssl_modes=_ALL,
        certificate=_WALLET,
        secret=True,
    ),
    Engine(
        "sqlserver",
        "SQL Server",
        "CHAP_Source.SQLServer",
        relational=True,
        port=1433,
        as_source=True,
        as_target=True,
        serverless_source=True,
        serverless_target=True,
        ssl_modes=_REQUIRE_FULL,
        has_ssl_mode=True,
        data_provider=True,
        provider_ssl_modes=_ALL,
        certificate=_PEM,
        secret=True,
    ),
    Engine(
        "azuredb",
        "Azure SQL Database",
        "CHAP_Source.AzureSQL",
        relational=True,
        port=1433,
        as_source=True,
        as_target=False,
        serverless_source=None,
        ssl_modes=_REQUIRE_FULL,
        has_ssl_mode=True,
        certificate=_PEM,
        secret=None,
        terraform_secret=False,
        unverified=("ssl_modes",),
    ),
    Engine(
        "azure-sql-managed-instance",
        "Azure SQL Managed Instance",
        "CHAP_Source.AzureMgd",
        relational=True,
        as_source=True,
        as_target=False,
        serverless_source=None,
        ssl_modes=_REQUIRE_FULL,
        has_ssl_mode=True,
        certificate=_PEM,
        secret=None,
        terraform_secret=False,
        unverified=("ssl_modes",),
    ),
    Engine(
        "sybase",
        "SAP ASE",
        "CHAP_Source.SAP",
        relational=True,
        port=5000,
        as_source=True,
        as_target=True,
        ssl_modes=("verify-full",),
        has_ssl_mode=True,
        data_provider=True,
        provider_ssl_modes=("require", "verify-ca"),
        certificate=_PEM,
        secret=True,
    ),
    Engine(
        "db2",
        "Db2 LUW",
        "CHAP_Source.DB2",
        relational=True,
        port=50000,
        as_source=True,
        as_target=True,
        serverless_source=True,
        ssl_modes=_CA,
        has_ssl_mode=True,
        data_provider=True,
        provider_ssl_modes=_CA,
        certificate=_PEM,
        secret=True,
    ),
    Engine(
        "db2-zos",
        "Db2 for z/OS",
        "CHAP_Source.DB2zOS",
        relational=True,
        as_source=True,
        as_target=False,
        serverless_source=None,
        ssl_modes=_CA,
        has_ssl_mode=True,
        data_provider=True,
        provider_ssl_modes=_CA,
        certificate=_PEM,
        secret=None,
    ),
    Engine(
        "redshift",
        "Amazon Redshift",
        "CHAP_Target.Redshift",
        relational=True,
        port=5439,
        as_source=False,
        as_target=True,
        serverless_target=True,
        services=("redshift",),
        data_provider=True,
        secret=True,
    ),
    Engine(
        "redshift-serverless",
        "Amazon Redshift Serverless",
        "CHAP_Target.RedshiftServerless",
        relational=True,
        port=5439,
        as_source=False,
        as_target=True,
        serverless_target=True,
        secret=None,
        terraform_secret=False,
        unverified=("ssl_modes", "serverless_target"),
    ),
    Engine(
        "mongodb",
        "MongoDB",
        "CHAP_Source.MongoDB",
        relational=False,
        port=27017,
        as_source=True,
        as_target=False,
        serverless_source=True,
        ssl_modes=_REQUIRE_FULL,
        has_ssl_mode=True,
        data_provider=True,
        provider_ssl_modes=_REQUIRE_FULL,
        certificate=_PEM,
        authentication="authentication_type",
        secret=True,
    ),
    # The table has no row for DocumentDB; the enum of its data provider and the guide's page have.
    Engine(
        "docdb",
        "Amazon DocumentDB",
        "CHAP_Target.DocumentDB",
        relational=False,
        port=27017,
        as_source=True,
        as_target=True,
        serverless_source=True,
        serverless_target=True,
        ssl_modes=_REQUIRE_FULL,
        has_ssl_mode=True,
        data_provider=True,
        provider_ssl_modes=_REQUIRE_FULL,
        certificate=_PEM,
        secret=True,
        terraform_secret=False,
        unverified=("ssl_modes",),
    ),
    Engine(
        "dynamodb",
        "Amazon DynamoDB",
        "CHAP_Target.DynamoDB",
        relational=False,
        port=443,
        as_source=False,
        as_target=True,
        serverless_target=True,
        services=("dynamodb",),
        unverified=("ssl_modes",),
    ),
    Engine(
        "kinesis",
        "Amazon Kinesis Data Streams",
        "CHAP_Target.Kinesis",
        relational=False,
        port=443,
        as_source=False,
        as_target=True,
        serverless_target=True,
        services=("kinesis-streams",),
        unverified=("ssl_modes",),
    ),
    Engine(
        "s3",
        "Amazon S3",
        "CHAP_Target.S3",
        relational=False,
        port=443,
        as_source=True,
        as_target=True,
        serverless_source=True,
        serverless_target=True,
        services=("s3",),
    ),
    Engine(
        "opensearch",
        "Amazon OpenSearch Service",
        "CHAP_Target.Elasticsearch",
        relational=False,
        port=443,
        as_source=False,
        as_target=True,
        serverless_target=True,
        tls_setting="endpoint_uri",
        services=("es",),
        unverified=("ssl_modes",),
    ),
    Engine(
        "elasticsearch",
        "Amazon OpenSearch Service",
        "CHAP_Target.Elasticsearch",
        relational=False,
        port=443,
        as_source=False,
        as_target=True,
        serverless_target=True,
        tls_setting="endpoint_uri",
        services=("es",),
        unverified=("ssl_modes",),
    ),
    Engine(
        "neptune",
        "Amazon Neptune",
        "CHAP_Target.Neptune",
        relational=False,
        as_source=False,
        as_target=True,
        serverless_target=True,
        authentication="iam_authentication",
        terraform_secret=False,
        unverified=("ssl_modes",),
    ),
    Engine(
        "redis",
        "Redis OSS",
        "CHAP_Target.Redis",
        relational=False,
        port=6379,
        as_source=False,
        as_target=True,
        tls_setting="redis_tls",
        unverified=("ssl_modes",),
    ),
    Engine(
        "kafka",
        "Apache Kafka",
        "CHAP_Target.Kafka",
        relational=False,
        as_source=False,
        as_target=True,
        serverless_target=True,
        tls_setting="kafka_tls",
        unverified=("ssl_modes",),
    ),
    Engine(
        "timestream",
        "Amazon Timestream",
        "CHAP_Target.Timestream",
        relational=False,
        port=443,
        as_source=False,
        as_target=True,
        serverless_target=None,
        unverified=("ssl_modes",),
    ),
    # An internal engine of the API, without a page.
    Engine(
        "dms-transfer",
        "AWS DMS transfer",
        "",
        relational=False,
        as_source=True,
        serverless_source=None,
        serverless_target=None,
        secret=None,
        terraform_secret=False,
        unverified=("ssl_modes",),
    ),
)

ENGINES = {engine.name: engine for engine in _ROWS}
"""By the API's name; CloudFormation's data providers spell it with ``_``, templates in any case: look up ``Value.word``."""
