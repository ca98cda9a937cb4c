"""The concepts of AWS DMS and its network: how each attribute is written in each dialect, and what leaving it out means.

Data, no logic. Sources: the AWS provider 5.100 and 6.58, the CloudFormation registry schemas of 2026-10-20 as cfn-lint
1.58 ships them, and the API model of AWS DMS; where the two dialects differ by default, the comment says why.
"""

from dms_checks.model import Attribute, Dialect, Kind
from dms_checks.network_vocabulary import NETWORK_KINDS

REGION = r"[a-z]{2,4}(?:-[a-z]+)+-[0-9]{1,2}"
"""How AWS names its Regions, as a regular expression."""

# Terraform: what the provider adds by its default_tags is in tags_all only, which the readers fill in.
_TAGS = {"tags": Attribute(("tags",), ("Tags",)), "all_tags": Attribute(("tags_all",))}

REPLICATION_INSTANCE = Kind(
    "replication instance",
    ("aws_dms_replication_instance",),
    ("AWS::DMS::ReplicationInstance",),
    {
        "kms_key": Attribute(("kms_key_arn",), ("KmsKeyId",)),
        "subnet_group": Attribute(("replication_subnet_group_id",), ("ReplicationSubnetGroupIdentifier",)),
        "security_groups": Attribute(("vpc_security_group_ids",), ("VpcSecurityGroupIds",)),
        "engine_version": Attribute(("engine_version",), ("EngineVersion",)),
        "identifier": Attribute(("replication_instance_id",), ("ReplicationInstanceIdentifier",)),
        # The provider always sends false for what is left out; the API, and so CloudFormation, takes true.
        "public": Attribute(("publicly_accessible",), ("PubliclyAccessible",), False, True),
        "minor_version_upgrade": Attribute(("auto_minor_version_upgrade",), ("AutoMinorVersionUpgrade",), False, True),
        "multi_az": Attribute(("multi_az",), ("MultiAZ",), False, False),
        "availability_zone": Attribute(("availability_zone",), ("AvailabilityZone",)),
        "network_type": Attribute(("network_type",), ("NetworkType",)),
        **_TAGS,
    },
)

REPLICATION_CONFIG = Kind(
    "serverless replication",
    ("aws_dms_replication_config",),
    ("AWS::DMS::ReplicationConfig",),
    {
        "kms_key": Attribute(("compute_config.kms_key_id",), ("ComputeConfig.KmsKeyId",)),
        "subnet_group": Attribute(("compute_config.replication_subnet_group_id",), ("ComputeConfig.ReplicationSubnetGroupId",)),
        "security_groups": Attribute(("compute_config.vpc_security_group_ids",), ("ComputeConfig.VpcSecurityGroupIds",)),
        "source_endpoint": Attribute(("source_endpoint_arn",), ("SourceEndpointArn",)),
        "target_endpoint": Attribute(("target_endpoint_arn",), ("TargetEndpointArn",)),
        "settings": Attribute(("replication_settings",), ("ReplicationSettings",)),
        "table_mappings": Attribute(("table_mappings",), ("TableMappings",)),
        "multi_az": Attribute(("compute_config.multi_az",), ("ComputeConfig.MultiAZ",), False, False),
        "availability_zone": Attribute(("compute_config.availability_zone",), ("ComputeConfig.AvailabilityZone",)),
    },
)

INSTANCE_PROFILE = Kind(
    "instance profile",
    ("aws_dms_instance_profile",),
    ("AWS::DMS::InstanceProfile",),
    {
        "kms_key": Attribute(("kms_key_arn",), ("KmsKeyArn",)),
        "subnet_group": Attribute(("subnet_group_identifier",), ("SubnetGroupIdentifier",)),
        "security_groups": Attribute(("vpc_security_group_ids",), ("VpcSecurityGroups",)),
        # The API's default, which the provider leaves to it. The schema of CloudFormation says false, its documentation true.
        "public": Attribute(("publicly_accessible",), ("PubliclyAccessible",), True, True),
    },
)

# Terraform has settings blocks for fewer engines than CloudFormation; port and host of some engines exist only there.
ENDPOINT = Kind(
    "endpoint",
    ("aws_dms_endpoint", "aws_dms_s3_endpoint"),
    ("AWS::DMS::Endpoint",),
    {
        "engine": Attribute(("engine_name",), ("EngineName",)),
        "endpoint_type": Attribute(("endpoint_type",), ("EndpointType",)),
        "extra_connection_attributes": Attribute(("extra_connection_attributes",), ("ExtraConnectionAttributes",)),
        "kms_key": Attribute(("kms_key_arn",), ("KmsKeyId",)),
        "server_side_keys": Attribute(
            ("s3_settings.server_side_encryption_kms_key_id", "redshift_settings.server_side_encryption_kms_key_id"),
            ("S3Settings.ServerSideEncryptionKmsKeyId", "RedshiftSettings.ServerSideEncryptionKmsKeyId"),
        ),
        "s3_encryption_mode": Attribute(("s3_settings.encryption_mode",), ("S3Settings.EncryptionMode",)),
        "s3_key": Attribute(("s3_settings.server_side_encryption_kms_key_id",), ("S3Settings.ServerSideEncryptionKmsKeyId",)),
        "redshift_encryption_mode": Attribute(("redshift_settings.encryption_mode",), ("RedshiftSettings.EncryptionMode",)),
        "redshift_key": Attribute(
            ("redshift_settings.server_side_encryption_kms_key_id",), ("RedshiftSettings.ServerSideEncryptionKmsKeyId",)
        ),
        "service_role": Attribute(
            (
                "service_access_role",
                "s3_settings.service_access_role_arn",
                "kinesis_settings.service_access_role_arn",
                "elasticsearch_settings.service_access_role_arn",
                "redshift_settings.service_access_role_arn",
            ),
            (
                "S3Settings.ServiceAccessRoleArn",
                "KinesisSettings.ServiceAccessRoleArn",
                "DynamoDbSettings.ServiceAccessRoleArn",
                "ElasticsearchSettings.ServiceAccessRoleArn",
                "NeptuneSettings.ServiceAccessRoleArn",
                "RedshiftSettings.ServiceAccessRoleArn",
            ),
        ),
        "secrets_role": Attribute(
            ("secrets_manager_access_role_arn",),
            (
                "DocDbSettings.SecretsManagerAccessRoleArn",
                "GcpMySQLSettings.SecretsManagerAccessRoleArn",
                "IbmDb2Settings.SecretsManagerAccessRoleArn",
                "MicrosoftSqlServerSettings.SecretsManagerAccessRoleArn",
                "MongoDbSettings.SecretsManagerAccessRoleArn",
                "MySqlSettings.SecretsManagerAccessRoleArn",
                "OracleSettings.SecretsManagerAccessRoleArn",
                "PostgreSqlSettings.SecretsManagerAccessRoleArn",
                "RedshiftSettings.SecretsManagerAccessRoleArn",
                "SybaseSettings.SecretsManagerAccessRoleArn",
            ),
        ),
        "storage_secrets_role": Attribute(
            ("oracle_settings.secrets_manager_oracle_asm_access_role_arn",),
            ("OracleSettings.SecretsManagerOracleAsmAccessRoleArn",),
        ),
        "canned_acl": Attribute(("s3_settings.canned_acl_for_objects",), ("S3Settings.CannedAclForObjects",), "none", "none"),
        # No default in the provider's schema, "none" in the API: absent is what the rules ask for.
        "ssl_mode": Attribute(("ssl_mode",), ("SslMode",)),
        "certificate": Attribute(("certificate_arn",), ("CertificateArn",)),
        "redis_tls": Attribute(
            ("redis_settings.ssl_security_protocol",), ("RedisSettings.SslSecurityProtocol",), "ssl-encryption", "ssl-encryption"
        ),
        # No source states what AWS uses when it is left out.
        "kafka_tls": Attribute(("kafka_settings.security_protocol",), ("KafkaSettings.SecurityProtocol",)),
        "server_name": Attribute(
            ("server_name", "redis_settings.server_name", "mongodb_settings.server_name"),
            (
                "ServerName",
                "RedisSettings.ServerName",
                "MongoDbSettings.ServerName",
                "MicrosoftSqlServerSettings.ServerName",
                "GcpMySQLSettings.ServerName",
                "SybaseSettings.ServerName",
            ),
        ),
        "port": Attribute(
            ("port", "redis_settings.port"),
            (
                "Port",
                "RedisSettings.Port",
                "MongoDbSettings.Port",
                "MicrosoftSqlServerSettings.Port",
                "GcpMySQLSettings.Port",
                "SybaseSettings.Port",
            ),
        ),
        "broker": Attribute(("kafka_settings.broker",), ("KafkaSettings.Broker",)),
        "endpoint_uri": Attribute(("elasticsearch_settings.endpoint_uri",), ("ElasticsearchSettings.EndpointUri",)),
        "secret": Attribute(
            ("secrets_manager_arn",),
            (
                "DocDbSettings.SecretsManagerSecretId",
                "GcpMySQLSettings.SecretsManagerSecretId",
                "IbmDb2Settings.SecretsManagerSecretId",
                "MicrosoftSqlServerSettings.SecretsManagerSecretId",
                "MongoDbSettings.SecretsManagerSecretId",
                "MySqlSettings.SecretsManagerSecretId",
                "OracleSettings.SecretsManagerSecretId",
                "PostgreSqlSettings.SecretsManagerSecretId",
                "RedshiftSettings.SecretsManagerSecretId",
                "SybaseSettings.SecretsManagerSecretId",
            ),
        ),
        # All that AWS DMS logs on with: only a plan tells of changes, so there are no names of CloudFormation's.
        "credentials": Attribute(
            (
                "username",
                "password",
                "secrets_manager_arn",
                "kafka_settings.sasl_username",
                "kafka_settings.sasl_password",
                "kafka_settings.ssl_client_certificate_arn",
                "kafka_settings.ssl_client_key_arn",
                "kafka_settings.ssl_client_key_password",
                "oracle_settings.asm_user",
                "oracle_settings.asm_password",
                "oracle_settings.security_db_encryption",
                "oracle_settings.secrets_manager_oracle_asm_secret_id",
                "redis_settings.auth_user_name",
                "redis_settings.auth_password",
            ),
        ),
        "pause_tasks": Attribute(("pause_replication_tasks",), (), False),
        "username": Attribute(
            ("username",),
            ("Username", "GcpMySQLSettings.Username", "MicrosoftSqlServerSettings.Username", "MongoDbSettings.Username"),
        ),
        "asm_secret": Attribute(
            ("oracle_settings.secrets_manager_oracle_asm_secret_id",), ("OracleSettings.SecretsManagerOracleAsmSecretId",)
        ),
        "asm_user": Attribute(("oracle_settings.asm_user",), ("OracleSettings.AsmUser",)),
        "asm_server": Attribute(("oracle_settings.asm_server",), ("OracleSettings.AsmServer",)),
        # The provider always sends it. The API names no default.
        "authentication_type": Attribute(("mongodb_settings.auth_type",), ("MongoDbSettings.AuthType",), "password"),
        # The provider has no settings for Neptune.
        "iam_authentication": Attribute((), ("NeptuneSettings.IamAuthEnabled",), None, False),
        "password": Attribute(("password",), ("Password",)),
        "engine_password": Attribute(
            (), ("GcpMySQLSettings.Password", "MicrosoftSqlServerSettings.Password", "MongoDbSettings.Password")
        ),
        "sasl_password": Attribute(("kafka_settings.sasl_password",), ("KafkaSettings.SaslPassword",)),
        "client_key_password": Attribute(("kafka_settings.ssl_client_key_password",), ("KafkaSettings.SslClientKeyPassword",)),
        "auth_password": Attribute(("redis_settings.auth_password",), ("RedisSettings.AuthPassword",)),
        "asm_password": Attribute(("oracle_settings.asm_password",), ("OracleSettings.AsmPassword",)),
        "tde_password": Attribute(("oracle_settings.security_db_encryption",), ("OracleSettings.SecurityDbEncryption",)),
    },
    overrides={
        "aws_dms_s3_endpoint": {
            "engine": Attribute(terraform_default="s3"),
            "server_side_keys": Attribute(("server_side_encryption_kms_key_id",)),
            "s3_encryption_mode": Attribute(("encryption_mode",)),
            "s3_key": Attribute(("server_side_encryption_kms_key_id",)),
            "service_role": Attribute(("service_access_role_arn",)),
            "canned_acl": Attribute(("canned_acl_for_objects",), (), "none"),
        }
    },
)

REPLICATION_TASK = Kind(
    "replication task",
    ("aws_dms_replication_task",),
    ("AWS::DMS::ReplicationTask",),
    {
        "replication_instance": Attribute(("replication_instance_arn",), ("ReplicationInstanceArn",)),
        "source_endpoint": Attribute(("source_endpoint_arn",), ("SourceEndpointArn",)),
        "target_endpoint": Attribute(("target_endpoint_arn",), ("TargetEndpointArn",)),
        "settings": Attribute(("replication_task_settings",), ("ReplicationTaskSettings",)),
        "table_mappings": Attribute(("table_mappings",), ("TableMappings",)),
        "status": Attribute(("status",)),
    },
)

REPLICATION_SUBNET_GROUP = Kind(
    "replication subnet group",
    ("aws_dms_replication_subnet_group",),
    ("AWS::DMS::ReplicationSubnetGroup",),
    {
        "name": Attribute(("replication_subnet_group_id",), ("ReplicationSubnetGroupIdentifier",)),
        "subnets": Attribute(("subnet_ids",), ("SubnetIds",)),
        **_TAGS,
    },
)

# One settings block per engine; each holds its own TLS mode and certificate. Redshift has neither.
_PROVIDER_BLOCKS = (
    ("postgres_settings", "PostgreSqlSettings"),
    ("mysql_settings", "MySqlSettings"),
    ("mariadb_settings", "MariaDbSettings"),
    ("oracle_settings", "OracleSettings"),
    ("microsoft_sql_server_settings", "MicrosoftSqlServerSettings"),
    ("docdb_settings", "DocDbSettings"),
    ("mongodb_settings", "MongoDbSettings"),
    ("ibm_db2_luw_settings", "IbmDb2LuwSettings"),
    ("ibm_db2_zos_settings", "IbmDb2zOsSettings"),
    ("sybase_ase_settings", "SybaseAseSettings"),
)

DATA_PROVIDER = Kind(
    "data provider",
    ("aws_dms_data_provider",),
    ("AWS::DMS::DataProvider",),
    {
        "engine": Attribute(("engine",), ("Engine",)),
        "settings": Attribute(("settings",), ("Settings",)),
        "authentication_type": Attribute(("settings.mongodb_settings.auth_type",), ("Settings.MongoDbSettings.AuthType",)),
        "ssl_mode": Attribute(
            tuple(f"settings.{block}.ssl_mode" for block, _ in _PROVIDER_BLOCKS),
            tuple(f"Settings.{block}.SslMode" for _, block in _PROVIDER_BLOCKS),
        ),
        "certificate": Attribute(
            tuple(f"settings.{block}.certificate_arn" for block, _ in _PROVIDER_BLOCKS),
            tuple(f"Settings.{block}.CertificateArn" for _, block in _PROVIDER_BLOCKS),
        ),
    },
)

CERTIFICATE = Kind(
    "certificate",
    ("aws_dms_certificate",),
    ("AWS::DMS::Certificate",),
    # CloudFormation cannot tag a certificate.
    {
        "pem": Attribute(("certificate_pem",), ("CertificatePem",)),
        "wallet": Attribute(("certificate_wallet",), ("CertificateWallet",)),
        "tags": Attribute(("tags",)),
        "all_tags": Attribute(("tags_all",)),
    },
)
EVENT_SUBSCRIPTION = Kind("event subscription", ("aws_dms_event_subscription",), ("AWS::DMS::EventSubscription",), _TAGS)
MIGRATION_PROJECT = Kind("migration project", ("aws_dms_migration_project",), ("AWS::DMS::MigrationProject",), {})
# The user guide, "Creating a data migration in AWS DMS": without choosing logs there are none.
DATA_MIGRATION = Kind(
    "data migration",
    (),
    ("AWS::DMS::DataMigration",),
    {"logging": Attribute((), ("DataMigrationSettings.CloudwatchLogsEnabled",), None, False)},
)

KMS_KEY = Kind(
    "KMS key",
    ("aws_kms_key", "aws_kms_external_key"),
    ("AWS::KMS::Key",),
    {
        "spec": Attribute(("customer_master_key_spec",), ("KeySpec",), "SYMMETRIC_DEFAULT", "SYMMETRIC_DEFAULT"),
        "usage": Attribute(("key_usage",), ("KeyUsage",), "ENCRYPT_DECRYPT", "ENCRYPT_DECRYPT"),
        "enabled": Attribute(("is_enabled",), ("Enabled",), True, True),
        "policy": Attribute(("policy",), ("KeyPolicy",)),
        # Only a data source says which key it looks up.
        "lookup": Attribute(("key_id",)),
    },
    overrides={
        "aws_kms_external_key": {
            "spec": Attribute(("key_spec",), (), "SYMMETRIC_DEFAULT"),
            "enabled": Attribute(("enabled",), (), True),
        }
    },
)

KMS_REPLICA_KEY = Kind(
    "KMS replica key",
    ("aws_kms_replica_key", "aws_kms_replica_external_key"),
    ("AWS::KMS::ReplicaKey",),
    {
        "primary": Attribute(("primary_key_arn",), ("PrimaryKeyArn",)),
        "enabled": Attribute(("enabled",), ("Enabled",), True, True),
    },
)

KMS_ALIAS = Kind(
    "KMS alias",
    ("aws_kms_alias",),
    ("AWS::KMS::Alias",),
    {
        "name": Attribute(("name",), ("AliasName",)),
        "target": Attribute(("target_key_id",), ("TargetKeyId",)),
    },
)

# A random provider's password takes any character of this set unless it is told otherwise (hashicorp/random 3.7).
PASSWORD_GENERATOR = Kind(
    "generated password",
    ("random_password", "random_string"),
    (),
    {
        "special": Attribute(("special",), (), True),
        "special_characters": Attribute(("override_special",), (), "!@#$%&*()-_=+[]{}<>:?"),
    },
)

# Only a data source says which secret it looks up.
SECRET = Kind(
    "secret",
    ("aws_secretsmanager_secret",),
    ("AWS::SecretsManager::Secret",),
    {
        "name": Attribute(("name",), ("Name",)),
        "arn": Attribute(("arn",)),
        "text": Attribute((), ("SecretString",)),
        "generated": Attribute((), ("GenerateSecretString",)),
        "generated_key": Attribute((), ("GenerateSecretString.GenerateStringKey",)),
        "generated_from": Attribute((), ("GenerateSecretString.SecretStringTemplate",)),
        "excluded": Attribute((), ("GenerateSecretString.ExcludeCharacters",)),
        "exclude_punctuation": Attribute((), ("GenerateSecretString.ExcludePunctuation",), None, False),
    },
)

SECRET_VERSION = Kind(
    "secret version",
    ("aws_secretsmanager_secret_version",),
    ("AWS::SecretsManager::SecretTargetAttachment",),
    {
        "secret": Attribute(("secret_id",), ("SecretId",)),
        "text": Attribute(("secret_string",)),
        # AWS adds host and port of this database to the secret.
        "target": Attribute((), ("TargetId",)),
    },
)

KMS_KEY_POLICY = Kind(
    "KMS key policy",
    ("aws_kms_key_policy",),
    (),
    {"key": Attribute(("key_id",)), "policy": Attribute(("policy",))},
)

KMS_GRANT = Kind("KMS grant", ("aws_kms_grant",), (), {"key": Attribute(("key_id",))})

IAM_ROLE = Kind(
    "IAM role",
    ("aws_iam_role",),
    ("AWS::IAM::Role",),
    {
        "name": Attribute(("name",), ("RoleName",)),
        "name_prefix": Attribute(("name_prefix",)),
        "path": Attribute(("path",), ("Path",), "/", "/"),
        "trust": Attribute(("assume_role_policy",), ("AssumeRolePolicyDocument",)),
        "managed_policies": Attribute(("managed_policy_arns",), ("ManagedPolicyArns",)),
        "inline_policies": Attribute(("inline_policy",), ("Policies",)),
        "boundary": Attribute(("permissions_boundary",), ("PermissionsBoundary",)),
    },
)

# Users are asked like roles: what their groups allow is not followed.
IAM_USER = Kind(
    "IAM user",
    ("aws_iam_user",),
    ("AWS::IAM::User",),
    {
        "name": Attribute(("name",), ("UserName",)),
        "managed_policies": Attribute((), ("ManagedPolicyArns",)),
        "inline_policies": Attribute((), ("Policies",)),
        "groups": Attribute((), ("Groups",)),
        "boundary": Attribute(("permissions_boundary",), ("PermissionsBoundary",)),
    },
)

IAM_GROUP = Kind(
    "IAM group",
    ("aws_iam_group",),
    ("AWS::IAM::Group",),
    {"name": Attribute(("name",), ("GroupName",)), "inline_policies": Attribute((), ("Policies",))},
)

IAM_GROUP_MEMBERSHIP = Kind(
    "IAM group membership",
    ("aws_iam_group_membership", "aws_iam_user_group_membership"),
    ("AWS::IAM::UserToGroupAddition",),
    {"users": Attribute(("users", "user"), ("Users",))},
)

# A policy of its own inside of a role, a user or a group.
IAM_INLINE_POLICY = Kind(
    "IAM inline policy",
    ("aws_iam_role_policy", "aws_iam_user_policy", "aws_iam_group_policy"),
    ("AWS::IAM::Policy", "AWS::IAM::RolePolicy", "AWS::IAM::UserPolicy", "AWS::IAM::GroupPolicy"),
    {
        "document": Attribute(("policy",), ("PolicyDocument",)),
        "roles": Attribute(("role",), ("Roles", "RoleName")),
        "users": Attribute(("user",), ("Users", "UserName")),
    },
)

# As a data source, one that stands elsewhere: often AWS's own.
IAM_POLICY = Kind(
    "IAM policy",
    ("aws_iam_policy",),
    ("AWS::IAM::ManagedPolicy",),
    {
        "document": Attribute(("policy",), ("PolicyDocument",)),
        "name": Attribute(("name",), ("ManagedPolicyName",)),
        "arn": Attribute(("arn",)),
        "roles": Attribute((), ("Roles",)),
        "users": Attribute((), ("Users",)),
    },
)

IAM_ROLE_POLICY_ATTACHMENT = Kind(
    "IAM policy attachment",
    (
        "aws_iam_role_policy_attachment",
        "aws_iam_user_policy_attachment",
        "aws_iam_policy_attachment",
        "aws_iam_role_policy_attachments_exclusive",
    ),
    (),
    {
        "roles": Attribute(("role", "roles", "role_name")),
        "users": Attribute(("user", "users")),
        "policies": Attribute(("policy_arn", "policy_arns")),
    },
)

# Roles, users and groups of CloudFormation hold policies in blocks of their own, roles of Terraform too.
INLINE_POLICY_FIELDS = {"document": Attribute(("policy",), ("PolicyDocument",))}

# A statement of Terraform's data source, and the blocks in it.
STATEMENT_FIELDS = {
    "sid": Attribute(("sid",)),
    "effect": Attribute(("effect",), (), "Allow"),
    "actions": Attribute(("actions",)),
    "not_actions": Attribute(("not_actions",)),
    "resources": Attribute(("resources",)),
    "principals": Attribute(("principals",)),
    "not_principals": Attribute(("not_principals",)),
    "type": Attribute(("type",)),
    "identifiers": Attribute(("identifiers",)),
    "conditions": Attribute(("condition",)),
    "operator": Attribute(("test",)),
    "key": Attribute(("variable",)),
}

# What others may do with a bucket, a stream, a table or a domain, said by itself.
RESOURCE_POLICY = Kind(
    "resource policy",
    (
        "aws_s3_bucket_policy",
        "aws_kinesis_resource_policy",
        "aws_dynamodb_resource_policy",
        "aws_opensearch_domain_policy",
        "aws_elasticsearch_domain_policy",
    ),
    (
        "AWS::S3::BucketPolicy",
        "AWS::Kinesis::ResourcePolicy",
    ),
    {"document": Attribute(("policy", "access_policies"), ("PolicyDocument", "ResourcePolicy"))},
)

IAM_POLICY_DOCUMENT = Kind(
    "IAM policy document",
    ("aws_iam_policy_document",),
    (),
    {
        "statements": Attribute(("statement",)),
        "sources": Attribute(("source_policy_documents", "source_json")),
        "overrides": Attribute(("override_policy_documents", "override_json")),
    },
)

OTHER_CERTIFICATE = Kind(
    "certificate of another service",
    ("aws_acm_certificate", "aws_iam_server_certificate", "aws_acmpca_certificate", "aws_acmpca_certificate_authority"),
    (
        "AWS::CertificateManager::Certificate",
        "AWS::IAM::ServerCertificate",
        "AWS::ACMPCA::Certificate",
        "AWS::ACMPCA::CertificateAuthority",
    ),
    {},
)

SECRETS = (
    "password",
    "engine_password",
    "sasl_password",
    "client_key_password",
    "auth_password",
    "asm_password",
    "tde_password",
)
"""The attributes of an endpoint that hold a secret and nothing else."""

DATABASE_PASSWORDS = ("password", "engine_password")
"""Those of them that a database asks for."""

SECRET_CONNECTION_ATTRIBUTES = ("passwd", "pwd", "securitydbencryption", "secretkey", "secretaccesskey", "authtoken")
"""The extra connection attributes that hold a secret, without ``_`` and in lower case; beside them all that end in "password"."""

PLAIN_CONNECTION_ATTRIBUTES = ("encryptpassword",)
"""Those that end in "password" and hold none: SAP ASE's says whether it is sent encrypted."""


def _last_names(kind: Kind, names: tuple[str, ...]) -> set[str]:
    paths = (path for name in names for dialect in Dialect for path in kind.attributes[name].paths(dialect))
    return {path.rpartition(".")[2] for path in paths}


SECRET_NAMES = frozenset(
    _last_names(ENDPOINT, (*SECRETS, "extra_connection_attributes"))
    | _last_names(CERTIFICATE, ("pem", "wallet"))
    | _last_names(SECRET, ("text",))
    | _last_names(SECRET_VERSION, ("text",))
    | {"key_material_base64"}
)
"""The names of the properties whose values no host may print, in both dialects; the last is the material of an external KMS key."""

CONSUMERS = (REPLICATION_INSTANCE, REPLICATION_CONFIG, INSTANCE_PROFILE)
"""What connects to endpoints."""

DMS_KINDS = (
    *CONSUMERS,
    ENDPOINT,
    REPLICATION_TASK,
    REPLICATION_SUBNET_GROUP,
    DATA_PROVIDER,
    CERTIFICATE,
    EVENT_SUBSCRIPTION,
    MIGRATION_PROJECT,
    DATA_MIGRATION,
)
"""What may carry a finding that it could not be evaluated."""

KINDS = (
    *DMS_KINDS,
    KMS_KEY,
    KMS_REPLICA_KEY,
    KMS_ALIAS,
    PASSWORD_GENERATOR,
    SECRET,
    SECRET_VERSION,
    IAM_ROLE,
    IAM_ROLE_POLICY_ATTACHMENT,
    *NETWORK_KINDS,
    OTHER_CERTIFICATE,
    IAM_USER,
    IAM_GROUP,
    IAM_GROUP_MEMBERSHIP,
    IAM_INLINE_POLICY,
    IAM_POLICY,
    IAM_POLICY_DOCUMENT,
    RESOURCE_POLICY,
    KMS_KEY_POLICY,
    KMS_GRANT,
)

KIND_OF_TYPE = {type_name: kind for kind in KINDS for dialect in Dialect for type_name in kind.types(dialect)}
