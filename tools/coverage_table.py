"""What AWS and other tools ask of AWS DMS, and the rules that answer: the data of docs/coverage.md and of examples/profiles.

Data, no logic. Rules are named by their ids; an id that the catalogue does not have stands in ``PLANNED``. All sentences are ours.
"""

from dataclasses import dataclass

GUIDE = "https://docs.aws.amazon.com/dms/latest/userguide/"
CHAPTER = f"{GUIDE}CHAP_Security.html"
CONFIG = "https://docs.aws.amazon.com/config/latest/developerguide/"
API = "https://docs.aws.amazon.com/dms/latest/APIReference/"
SECURITY_HUB = "https://docs.aws.amazon.com/securityhub/latest/userguide/dms-controls.html"
CONTROL_TOWER = "https://docs.aws.amazon.com/controltower/latest/controlreference/dms-rules.html"
PROVIDER = "https://github.com/hashicorp/terraform-provider-aws"

READ = "2026-11-23"
"""The day on which the pages of AWS and the rules of other tools were read."""

TRIED = "2026-11-25"
"""The day on which Checkov and cfn-lint were run on small templates."""

CHECKOV, CFN_LINT = "3.3.30", "1.58.0"
"""The versions that were tried."""

# --- Ids without a rule -----------------------------------------------------------------------------------------------

PLANNED: frozenset[str] = frozenset()
"""Ids that this table names and the catalogue does not have. The page says "not judged yet" of them."""

UNCOVERED = {
    "DMS00": "answers no statement: it reports what could not be evaluated",
}
"""Rules that appear in no row, and why."""

# --- The security chapter ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of the chapter. ``note`` says what no template shows, and must be there when there are no rules."""

    number: int
    says: str
    rules: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the chapter, by its anchor."""

    title: str
    anchor: str
    statements: tuple[Statement, ...]


SECTIONS = (
    Section(
        "Overview",
        "CHAP_Security",
        (
            Statement(
                1,
                "IAM policies decide who may manage AWS DMS resources.",
                ("DMS65",),
                "Who should have which permission is a decision that no template shows; a policy that gives all of them on everything is one that it does.",
            ),
            Statement(
                2,
                "Endpoints can be connected to over TLS.",
                ("DMS20", "DMS21", "DMS22", "DMS24", "DMS25", "DMS26", "DMS28"),
                "The statement describes an ability: `none` is the default, and some engines have a setting of their own.",
            ),
            Statement(
                3,
                "KMS keys encrypt the storage of a replication instance and the connection information of an endpoint.",
                ("DMS10", "DMS11", "DMS15"),
                "The encryption itself cannot be switched off; the choice of the key is what can be wrong.",
            ),
            Statement(
                4, "KMS keys also protect the data that is written to Amazon S3 and Amazon Redshift targets.", ("DMS12", "DMS13")
            ),
            Statement(5, "A replication instance always stands in a VPC.", ("DMS38", "DMS39")),
            Statement(6, "Databases belong into the same VPC, or into further ones.", ("DMS36",)),
            Statement(
                7,
                "The security groups of each VPC let all traffic out.",
                ("DMS30",),
                "Read together with S33, which asks for the ports of the endpoints only: that is what is judged.",
            ),
            Statement(8, "The way out suffices where the endpoints let the traffic in.", ("DMS31",)),
            Statement(
                9,
                "Whoever reads the logs of a migration needs permissions for CloudWatch Logs.",
                ("DMS60", "DMS61"),
                "Readers are people, whose permissions are seldom in the same template. The role with which AWS DMS writes the logs can be.",
            ),
        ),
    ),
    Section(
        "Encryption keys and permissions for them",
        "CHAP_Security.EncryptionKey",
        (
            Statement(10, "The key is the account's default one, a custom one or an existing one.", ("DMS11",)),
            Statement(11, "A key that is not the default one has to be symmetric.", ("DMS10",)),
            Statement(
                12,
                "The default key is made when the first replication instance starts without another one.",
                (),
                "Whether an account had one before is not in a template.",
            ),
            Statement(
                13,
                "With the default key, `kms:ListAliases` and `kms:DescribeKey` are all that is needed.",
                ("DMS11", "DMS16"),
                "Permissions are asked for where a customer managed key is used; of the default key there is the warning.",
            ),
            Statement(14, "With another key, its policy names the user as administrator or user of the key, or …", ("DMS16",)),
            Statement(15, "… the user's own policies hold five actions of KMS.", ("DMS16",)),
            Statement(16, "Keys may be named by an alias.", ("DMS10", "DMS11"), "An alias is followed to its key."),
            Statement(17, "Without a key identifier the default key is used.", ("DMS11",)),
            Statement(18, "AWS KMS creates the default key.", (), "It is something that AWS does."),
            Statement(19, "The default key of each Region is another one.", ("DMS14",), "Any key belongs to one Region."),
            Statement(20, "Keys are managed with AWS KMS.", (), "It names a console, nothing that could be violated."),
            Statement(
                21,
                "The use of keys can be audited with AWS CloudTrail.",
                (),
                "A trail is the account's, and stands in another template; its absence here proves nothing.",
            ),
            Statement(22, "The same keys work with other services.", (), "It is an offer, nothing that could be violated."),
            Statement(
                23, "Custom keys can encrypt the data at Amazon Redshift and Amazon S3 targets.", ("DMS12", "DMS13", "DMS16")
            ),
            Statement(
                24,
                "The key of a resource cannot be changed once it is there.",
                ("DMS11", "DMS90"),
                "A template shows a change only in a plan. A serverless replication that was not provisioned yet is the exception "
                f"([guide]({GUIDE}CHAP_Serverless.Components.html)).",
            ),
            Statement(25, "So the key is to be decided on beforehand.", ("DMS11", "DMS90")),
        ),
    ),
    Section(
        "Network",
        "CHAP_Security.Network",
        (
            Statement(26, "What is needed depends on the network.", (), "It introduces the statements that follow."),
            Statement(
                27,
                "A replication instance has access to its source and target.",
                ("DMS30", "DMS31", "DMS32", "DMS34", "DMS36", "DMS41"),
                "Hosts and ports that stand in a secret or outside the template are unknown.",
            ),
            Statement(28, "Its security groups and network ACLs let it out to the database's port.", ("DMS30", "DMS32")),
            Statement(29, "Those of the database let it in.", ("DMS31", "DMS32")),
            Statement(
                30, "By group, private address, public address or the address of a NAT gateway.", ("DMS31", "DMS37", "DMS44")
            ),
            Statement(31, "An EC2 instance that is the end of a VPN tunnel lets the traffic through.", ("DMS40",)),
            Statement(
                32,
                "The default security group lets everything out.",
                ("DMS30", "DMS39"),
                "True of the VPC's own group. A group that Terraform makes has no egress unless rules give it some.",
            ),
            Statement(33, "Another group lets out at least to the endpoints' ports.", ("DMS30",)),
            Statement(34, "In one VPC, the endpoint's groups let the database's port in.", ("DMS31",)),
            Statement(
                35,
                "They name the instance's group, or its private address.",
                ("DMS31", "DMS44"),
                f"Elsewhere the guide prefers groups to addresses ([guide]({GUIDE}CHAP_Advanced.Endpoints.securitygroup.html)).",
            ),
            Statement(
                36,
                "With several VPCs, the instance's groups have a rule for the other VPC's range and the database's port.",
                ("DMS30", "DMS36"),
            ),
            Statement(37, "With AWS Direct Connect or a VPN, a route leads to the host that bridges it.", ("DMS36",)),
            Statement(38, "The security group of that host lets the instance's traffic in.", ("DMS40",)),
            Statement(
                39,
                "Over the internet, traffic for elsewhere is routed to the internet gateway.",
                ("DMS36",),
                "The chapter says so of security groups, which have no routes; route tables are meant "
                f"([guide]({GUIDE}CHAP_ReplicationInstance.VPC.html)).",
            ),
            Statement(
                40,
                "The connection then comes from the instance's public address.",
                ("DMS35", "DMS36"),
                "What Security Hub's DMS.1 advises against: a NAT gateway or a peering does without.",
            ),
            Statement(41, "ClassicLink can reach a database that is in no VPC.", ("DMS42",), "ClassicLink itself is retired."),
            Statement(42, "A NAT gateway is one address on one interface.", (), "It describes the gateway."),
            Statement(
                43,
                "Behind a NAT gateway the instance has another public address.",
                ("DMS37",),
                "The chapter calls it the internet gateway's address, and the page on troubleshooting the NAT gateway's "
                f"([guide]({GUIDE}CHAP_Troubleshooting.html)).",
            ),
            Statement(44, "The database lets the NAT gateway's address in.", ("DMS31", "DMS37")),
            Statement(
                45,
                "AWS DMS does not support VPC endpoints for engines that are no relational databases.",
                ("DMS33", "DMS34"),
                "True before version 3.4.7; from it on such endpoints are needed in a private network "
                f"([guide]({GUIDE}CHAP_VPC_Endpoints.html)).",
            ),
        ),
    ),
    Section(
        "Changing the database password",
        "CHAP_Security.ChangingDBPassword",
        (
            Statement(46, "Of an endpoint that nothing uses, it can just be changed.", (), "It is what needs no rule."),
            Statement(
                47, "Of an endpoint in use, the task is stopped first.", ("DMS91",), "A template shows a change only in a plan."
            ),
            Statement(48, "Then the password is changed at the database.", (), "It happens at the database, with its own tools."),
            Statement(
                49,
                "Then the endpoint is given the new one.",
                ("DMS50", "DMS51", "DMS91"),
                "Where the password stands in the template is judged at any time.",
            ),
            Statement(50, "Then the task is started again, from the beginning or where it stopped.", ("DMS91",)),
            Statement(
                51,
                "Whoever does so has the permissions for AWS DMS.",
                ("DMS65",),
                "The person is seldom in the template; a policy that allows everything is judged as in S1.",
            ),
        ),
    ),
)

# --- Controls of AWS --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Control:
    """A control of AWS Security Hub, with the AWS Config rule behind it."""

    id: str
    asks: str
    severity: str
    config_rule: str
    rules: tuple[str, ...]
    note: str = ""


SECURITY_HUB_CONTROLS = (
    Control(
        "DMS.1",
        "No replication instance is public",
        "critical",
        "dms-replication-not-public",
        ("DMS35",),
        "Left out, the setting means public in CloudFormation and private in Terraform.",
    ),
    Control(
        "DMS.2",
        "Certificates are tagged",
        "low",
        "tagged-dms-certificate",
        ("DMS83",),
        "A certificate in CloudFormation has no tags, so Terraform only.",
    ),
    Control("DMS.3", "Event subscriptions are tagged", "low", "tagged-dms-eventsubscription", ("DMS83",)),
    Control("DMS.4", "Replication instances are tagged", "low", "tagged-dms-replicationinstance", ("DMS83",)),
    Control("DMS.5", "Replication subnet groups are tagged", "low", "tagged-dms-replicationsubnetgroup", ("DMS83",)),
    Control(
        "DMS.6",
        "Replication instances upgrade minor versions by themselves",
        "medium",
        "dms-auto-minor-version-upgrade-check",
        ("DMS80",),
        "Left out, the setting is on in CloudFormation and off in Terraform.",
    ),
    Control(
        "DMS.7",
        "Tasks log `TARGET_APPLY` and `TARGET_LOAD`",
        "medium",
        "dms-replication-task-targetdb-logging",
        ("DMS71",),
        "At the severities DEFAULT, DEBUG or DETAILED_DEBUG.",
    ),
    Control(
        "DMS.8",
        "Tasks log `SOURCE_CAPTURE` and `SOURCE_UNLOAD`",
        "medium",
        "dms-replication-task-sourcedb-logging",
        ("DMS70",),
        "As DMS.7.",
    ),
    Control(
        "DMS.9",
        "Endpoints use TLS",
        "medium",
        "dms-endpoint-ssl-configured",
        ("DMS20",),
        "The page exempts no engine; the rule asks those that have an SSL mode.",
    ),
    Control(
        "DMS.10",
        "Endpoints for Neptune use IAM",
        "medium",
        "dms-neptune-iam-authorization-enabled",
        ("DMS56",),
        "CloudFormation only: the Terraform provider has no settings for Neptune.",
    ),
    Control("DMS.11", "Endpoints for MongoDB authenticate", "medium", "dms-mongo-db-authentication-enabled", ("DMS55",)),
    Control("DMS.12", "Endpoints for Redis use TLS", "medium", "dms-redis-tls-enabled", ("DMS24",), "TLS is the default."),
    Control(
        "DMS.13",
        "Replication instances stand in several Availability Zones",
        "medium",
        "dms-replication-instance-multi-az-enabled",
        ("DMS81",),
    ),
)


@dataclass(frozen=True, slots=True)
class OtherControl:
    """A rule of AWS Config or a proactive control of AWS Control Tower that is no control of Security Hub."""

    id: str
    asks: str
    page: str
    rules: tuple[str, ...] = ()
    note: str = ""


OTHER_CONTROLS = (
    OtherControl(
        "dms-endpoint-tagged",
        "Endpoints have the tags that its parameter names",
        f"{CONFIG}dms-endpoint-tagged.html",
        (),
        "Which tags an organization wants is not in a template, and no control of Security Hub asks for any.",
    ),
    OtherControl(
        "dms-replication-task-tagged",
        "Tasks have the tags that its parameter names",
        f"{CONFIG}dms-replication-task-tagged.html",
        (),
        "As before.",
    ),
    OtherControl(
        "CT.DMS.PR.1",
        "No replication instance is public",
        f"{CONTROL_TOWER}#ct-dms-pr-1-description",
        ("DMS35",),
    ),
    OtherControl(
        "CT.DMS.PR.2",
        "Endpoints of eleven engines have an SSL mode other than `none`",
        f"{CONTROL_TOWER}#ct-dms-pr-2-description",
        ("DMS20", "DMS21"),
        "It accepts `require` for every one of them, which AWS DMS does not for MySQL and Oracle, and skips the serverless engines, "
        "Babelfish, Azure and Db2 for z/OS.",
    ),
)

# --- What else AWS says -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Further:
    """What a page outside the security chapter says, and the rule that answers."""

    rules: tuple[str, ...]
    says: str
    page: str


FURTHER = (
    Further(
        ("DMS10", "DMS11"),
        "Homogeneous migrations and Schema Conversion take a key too, or else use one that AWS owns.",
        f"{CHAPTER}#CHAP_Security.Migrations",
    ),
    Further(
        (), "The policy of that key must not narrow the encryption context further.", f"{CHAPTER}#CHAP_Security.SchemaConversion"
    ),
    Further(("DMS13",), "The key for S3 objects counts with `SSE_KMS` and is needed then.", f"{GUIDE}CHAP_Target.S3.html"),
    Further(("DMS15",), "A key that AWS DMS cannot use is an event of its own.", f"{GUIDE}CHAP_Events.html"),
    Further(
        ("DMS21", "DMS22"),
        "Each engine has its SSL modes; modes that verify need a certificate in AWS DMS, for Oracle a wallet.",
        f"{GUIDE}CHAP_Security.SSL.html",
    ),
    Further(("DMS25",), "Kafka is reached in clear text, over TLS or with SASL, not with IAM.", f"{GUIDE}CHAP_Target.Kafka.html"),
    Further(
        ("DMS26",),
        "OpenSearch is reached over HTTPS unless the address says otherwise.",
        f"{API}API_ElasticsearchSettings.html",
    ),
    Further(("DMS28",), "A serverless replication has no TLS to Db2.", f"{GUIDE}CHAP_Serverless.Limitations.html"),
    Further(
        ("DMS38",),
        "A subnet group covers two Availability Zones of one VPC.",
        f"{GUIDE}CHAP_ReplicationInstance.VPC.html",
    ),
    Further(("DMS41",), "192.168.0.0/24 is reserved.", f"{GUIDE}CHAP_Troubleshooting.html"),
    Further(
        ("DMS43",),
        "A security group opens the ports that are needed and no others, best to other groups.",
        f"{GUIDE}CHAP_Advanced.Endpoints.securitygroup.html",
    ),
    Further(
        ("DMS52", "DMS53"),
        "Credentials come from a secret or from the endpoint, not both; a secret holds host and port, which one that RDS manages does not.",
        f"{GUIDE}security_iam_secretsmanager.html",
    ),
    Further(("DMS54",), "Passwords must not have certain characters, engine by engine.", f"{GUIDE}CHAP_Endpoints.Creating.html"),
    Further(
        ("DMS57",),
        "The provider passes a secret on for some engines only (`resourceEndpointCreate`, version 6.58).",
        f"{PROVIDER}/blob/v6.58.0/internal/service/dms/endpoint.go",
    ),
    Further(
        ("DMS58",),
        "Secure strings of Systems Manager are resolved in a short list of properties, and none is of AWS DMS.",
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-ssm-secure-strings.html",
    ),
    Further(
        ("DMS60", "DMS61", "DMS63"),
        "AWS DMS looks its roles up by name; they have a managed policy and trust the service, before the first subnet group.",
        f"{GUIDE}security-iam.html",
    ),
    Further(
        ("DMS62",),
        "The role for a secret trusts the service principal of the Region.",
        f"{GUIDE}security_iam_secretsmanager.html",
    ),
    Further(
        ("DMS64",),
        "Roles that the service assumes name the account that they work for.",
        f"{GUIDE}cross-service-confused-deputy-prevention.html",
    ),
    Further(("DMS66",), "The role of an endpoint has the actions that its engine needs.", f"{GUIDE}CHAP_Target.S3.html"),
    Further(
        ("DMS72",),
        "Settings and table mappings are JSON documents; the log group and stream in them are not to be set.",
        f"{GUIDE}CHAP_Tasks.CustomizingTasks.TaskSettings.Logging.html",
    ),
    Further(
        ("DMS73",),
        "A homogeneous data migration writes logs if it is told so.",
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-dms-datamigration-datamigrationsettings.html",
    ),
    Further(("DMS82",), "Versions of the engine have an end of support.", f"{GUIDE}CHAP_ReleaseNotes.html"),
    Further(
        ("DMS84",),
        "An Availability Zone is not chosen where there are several.",
        f"{API}API_CreateReplicationInstance.html",
    ),
    Further(("DMS85",), "Some engines are sources only, some targets only.", f"{GUIDE}CHAP_Introduction.Targets.html"),
    Further(("DMS86",), "The engine of an endpoint is one of a list.", f"{API}API_CreateEndpoint.html"),
    Further(
        ("DMS92",),
        "What cannot be modified is replaced, and what uses it stands still.",
        f"{API}API_ModifyReplicationInstance.html",
    ),
)

# --- Other tools ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A check of another tool: what it asks, what it gets wrong, and the rules that answer the same question.

    ``replaced`` says that nothing is lost by leaving it out.
    """

    id: str
    asks: str
    gap: str
    rules: tuple[str, ...]
    replaced: bool = True


@dataclass(frozen=True, slots=True)
class Tool:
    """Another tool. ``version`` is what was tried or read; ``tried`` says that its verdicts are from running it."""

    name: str
    version: str
    page: str
    tried: bool
    checks: tuple[BuiltIn, ...]
    remark: str = ""


_SSM = "takes `{{resolve:ssm-secure:…}}` for safe, which cannot be deployed here"

TOOLS = (
    Tool(
        "Checkov",
        CHECKOV,
        "https://github.com/bridgecrewio/checkov",
        True,
        (
            BuiltIn(
                "CKV_AWS_89",
                "is the replication instance public? (Terraform and CloudFormation)",
                "CloudFormation: fails a parameter without default, and an `Fn::If` with `false` on both sides. In neither dialect it looks at instance profiles",
                ("DMS35",),
            ),
            BuiltIn(
                "CKV_AWS_212",
                "has the replication instance any `kms_key_arn`? (Terraform)",
                "passes with an RSA key and with the ARN of `alias/aws/dms`, a key of AWS",
                ("DMS10", "DMS11"),
            ),
            BuiltIn(
                "CKV_AWS_222",
                "does the replication instance upgrade by itself? (Terraform)",
                "none found",
                ("DMS80",),
            ),
            BuiltIn(
                "CKV_AWS_296",
                "has the endpoint any key? (Terraform)",
                "passes with an RSA key, with the key behind the data source of `alias/aws/dms`, with an S3 key that `SSE_S3` ignores, and with a "
                "Redshift staging bucket in `SSE_S3`; passes `lookup(each.value, …, null)` inside a module that is called with no key",
                ("DMS10", "DMS11", "DMS12", "DMS13"),
            ),
            BuiltIn(
                "CKV_AWS_298",
                "has the S3 endpoint a `kms_key_arn`? (Terraform)",
                "that attribute does not encrypt the data: passes with `SSE_S3`, fails with `SSE_KMS` and a `server_side_encryption_kms_key_id`",
                ("DMS12", "DMS13"),
            ),
            BuiltIn(
                "CKV2_AWS_49",
                "is `ssl_mode` not `none`? (Terraform)",
                "passes when `ssl_mode` is left out, which means `none`, and when it is `None` or `banana`; passes `require` for MySQL and Oracle and "
                "`verify-ca` without a certificate; passes Kafka and Redis in clear text and OpenSearch at `http://`; fails OpenSearch, Redis and Redshift "
                "Serverless with `none`, beside which AWS documents no mode for them; passes `try(each.value.ssl, null)` whatever the value",
                ("DMS20", "DMS21", "DMS22", "DMS24", "DMS25", "DMS26"),
            ),
            BuiltIn(
                "CKV_SECRET_6",
                "is a text random enough to be a secret? (framework `secrets`)",
                "of twelve literal secrets in nine endpoints it found four: two authentication passwords of Redis, one of ASM and one in connection "
                "attributes; no `password`, `sasl_password`, `ssl_client_key_password` or TDE key",
                ("DMS50",),
                replaced=False,
            ),
        ),
        "No built-in check looks at replication tasks, serverless replications, certificates, subnet groups or event subscriptions, and in "
        "CloudFormation CKV_AWS_89 is the only one for AWS DMS.",
    ),
    Tool(
        "cfn-lint",
        CFN_LINT,
        "https://github.com/aws-cloudformation/cfn-lint",
        True,
        (
            BuiltIn(
                "W2501",
                "is a property called `Password` a literal, or a parameter without NoEcho?",
                "misses `AuthPassword`, `SaslPassword`, `SslClientKeyPassword`, `AsmPassword`, `SecurityDbEncryption` and `ExtraConnectionAttributes`, "
                "a literal in `Fn::Sub` or `Fn::Join`, and a NoEcho parameter with a default",
                ("DMS50", "DMS51"),
                replaced=False,
            ),
            BuiltIn(
                "E1027",
                "does a secure string of Systems Manager stand where it can be resolved?",
                "none found",
                ("DMS58",),
                replaced=False,
            ),
            BuiltIn(
                "the schemas",
                "do properties have the right types and values?",
                "no list of values for `EngineName`, `EndpointType`, `SslMode`, `SecurityProtocol` and `AuthType`; `{not json` passes as table mappings and "
                "settings of a task and of a serverless replication; an RSA signing key passes as `KmsKeyId`, one subnet as a subnet group, and "
                "an Availability Zone beside `MultiAZ`",
                ("DMS10", "DMS21", "DMS25", "DMS38", "DMS72", "DMS84", "DMS85", "DMS86"),
                replaced=False,
            ),
        ),
        "It has no rule of its own for AWS DMS.",
    ),
    Tool(
        "AWS Guard Rules Registry",
        "7f7340c of 2024-03-22",
        "https://github.com/aws-cloudformation/aws-guard-rules-registry",
        False,
        (
            BuiltIn(
                "DMS_REPLICATION_NOT_PUBLIC",
                "is the replication instance public?",
                "instance profiles are not looked at",
                ("DMS35",),
            ),
            BuiltIn(
                "DMS_NO_PLAINTEXT_PASSWORD",
                "is `Password` a literal or a parameter that shows it?",
                f"{_SSM}; no other secret property is looked at",
                ("DMS50", "DMS51", "DMS58"),
            ),
        ),
    ),
    Tool(
        "cdk-nag",
        "ca6d1b5 of 2026-06-29",
        "https://github.com/cdklabs/cdk-nag",
        False,
        (
            BuiltIn(
                "DMSReplicationNotPublic",
                "is the replication instance public?",
                "a token that cannot be resolved ends the rule with an error; not in the pack AwsSolutions",
                ("DMS35",),
            ),
        ),
    ),
    Tool(
        "cfn_nag",
        "8b5f03d of 2022-06-07",
        "https://github.com/stelligent/cfn_nag",
        False,
        (
            BuiltIn("W91", "is the replication instance public?", "any `Ref` passes", ("DMS35",)),
            BuiltIn(
                "F37, F55",
                "is `Password`, or the one of MongoDB, a literal or a parameter that shows it?",
                f"{_SSM}; no other secret property is looked at",
                ("DMS50", "DMS51", "DMS58"),
            ),
        ),
    ),
    Tool(
        "KICS",
        f"its files of {READ}",
        "https://github.com/Checkmarx/kics",
        False,
        (
            BuiltIn(
                "030d3b18 (Terraform), 5864fb39 (CloudFormation)",
                "is the replication instance public?",
                "of the common module for AWS DMS it reads an input that the module does not have",
                ("DMS35",),
            ),
            BuiltIn(
                "5f700072, f988a17f (CloudFormation)",
                "is `Password`, or the one of MongoDB, a literal or a parameter with a default?",
                "its pattern wants eight characters of a certain set; no other secret property is looked at",
                ("DMS50", "DMS51"),
            ),
        ),
    ),
    Tool(
        "KICS, the fork of Datadog",
        "d91e366 of 2025-10-24",
        "https://github.com/DataDog/kics",
        False,
        (
            BuiltIn(
                "dms_endpoint_no_ssl_configured (Terraform)",
                "is `ssl_mode` not `none`?",
                "as CKV2_AWS_49, of which it has the exemptions and the gap for a mode that is left out; its page gives `require` for MySQL as the remedy",
                ("DMS20", "DMS21"),
            ),
        ),
        "It has the checks of KICS too.",
    ),
    Tool(
        "HashiCorp, Sentinel policies for FSBP",
        "a89af1f of 2025-07-14",
        "https://github.com/hashicorp/policy-library-FSBP-Policy-Set-for-AWS-Terraform",
        False,
        (
            BuiltIn(
                "dms-replication-instances-should-not-be-public",
                "is the replication instance public?",
                "Terraform plans only, as all of these",
                ("DMS35",),
            ),
            BuiltIn("dms-auto-minor-version-upgrade-check", "does it upgrade by itself?", "none found", ("DMS80",)),
            BuiltIn(
                "dms-endpoints-should-use-ssl",
                "is `ssl_mode` not `none`?",
                "asks every engine, also those that have no mode",
                ("DMS20",),
            ),
            BuiltIn(
                "dms-endpoint-should-be-ssl-configured",
                "is there a `certificate_arn`?",
                "asks every endpoint, also those without TLS of their own and those with `require`",
                ("DMS22",),
            ),
            BuiltIn(
                "dms-mongo-db-authentication-enabled",
                "is `auth_mechanism` not `default`?",
                "the default authenticates: `auth_type` is what decides",
                ("DMS55",),
            ),
            BuiltIn("dms-redis-tls-enabled", "is TLS on for Redis?", "misspells the default value", ("DMS24",)),
            BuiltIn(
                "dms-replication-task-logging-enabled",
                "is source or target logging on?",
                "passes a task whose list of components names none of those asked for",
                ("DMS70", "DMS71"),
            ),
        ),
    ),
    Tool(
        "HashiCorp, prewritten policies (beta)",
        f"its state of {READ}",
        "https://github.com/hashicorp/prewritten-terraform-policy-library",
        False,
        (
            BuiltIn(
                "the nine controls of Security Hub that are not about tags",
                "as Security Hub, on Terraform plans",
                "`ssl_mode` is asked of every engine, also of those that take `none` only; Neptune is judged by a role, since the provider has no setting; "
                "logging is right",
                ("DMS20", "DMS24", "DMS35", "DMS55", "DMS56", "DMS70", "DMS71", "DMS80", "DMS81"),
            ),
        ),
    ),
    Tool(
        "Mondoo cnspec",
        "62835b1 of 2026-08-22",
        "https://github.com/mondoohq/cnspec",
        False,
        (
            BuiltIn("dms-replication-not-public", "is the replication instance public?", "none found", ("DMS35",)),
            BuiltIn(
                "dms-replication-encrypted",
                "has the replication instance a key?",
                "passes the key of AWS ([issue 3706](https://github.com/mondoohq/cnspec/issues/3706))",
                ("DMS10", "DMS11"),
            ),
            BuiltIn(
                "dms-endpoint-ssl-enforced",
                "is `ssl_mode` not `none`?",
                "fails Redshift, Kinesis and DynamoDB, which have no other ([issue 3699](https://github.com/mondoohq/cnspec/issues/3699))",
                ("DMS20",),
            ),
        ),
    ),
    Tool(
        "Steampipe, Terraform AWS Compliance",
        "5035769 of 2025-08-14",
        "https://github.com/turbot/steampipe-mod-terraform-aws-compliance",
        False,
        (
            BuiltIn("public instance", "is the replication instance public?", "none found", ("DMS35",)),
            BuiltIn("instance with a key", "has the replication instance a key?", "any text passes", ("DMS10", "DMS11")),
            BuiltIn("minor upgrades", "does it upgrade by itself?", "none found", ("DMS80",)),
            BuiltIn("S3 endpoint with a key", "has the S3 endpoint a `kms_key_arn`?", "as CKV_AWS_298", ("DMS12",)),
        ),
    ),
    Tool(
        "Prowler",
        "3e000fa of 2026-08-21",
        "https://github.com/prowler-cloud/prowler",
        False,
        (
            BuiltIn(
                "nine checks of an account",
                "as Security Hub, after the deployment",
                "TLS is asked of every engine; being public counts only with a security group that is open to the internet",
                ("DMS20", "DMS24", "DMS35", "DMS55", "DMS56", "DMS70", "DMS71", "DMS80", "DMS81"),
                replaced=False,
            ),
        ),
        "It looks at what is deployed, which is another moment: it also sees what no template made.",
    ),
)

ANSWERED_ELSEWHERE = "trivy-checks, tfsec, terrascan, regula, semgrep-rules, the rules that c7n-left ships, and serverless-rules have no rule for AWS DMS."
