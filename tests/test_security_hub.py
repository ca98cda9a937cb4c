"""Security Hub's controls for AWS DMS: what each fails and passes in both dialects, also where other tools read it differently.

The conditions are those of "Security Hub controls for AWS DMS" and of the AWS Config rules that it names. A control looks at what AWS made of
a template; the rows say so of the template, with each dialect's defaults.
"""

import json
import textwrap
from pathlib import Path

import pytest
import support

from dms_checks.analysis import Analysis, analyse
from dms_checks.catalogue import RULES
from dms_checks.model import Dialect
from dms_checks.readers.cloudformation import Template
from dms_checks.readers.documents import parse
from dms_checks.readers.terraform import read_folder
from dms_checks.rule import Outcome

FAILS, PASSES, UNKNOWN = Outcome.FAILS, Outcome.PASSES, Outcome.UNKNOWN

INSTANCE = ("aws_dms_replication_instance", "AWS::DMS::ReplicationInstance")
ENDPOINT = ("aws_dms_endpoint", "AWS::DMS::Endpoint")
TASK = ("aws_dms_replication_task", "AWS::DMS::ReplicationTask")

CONTROLS = {
    # The rule that answers for a control, and the resource type that the control is for, in Terraform and in CloudFormation.
    "DMS.1": ("DMS35", INSTANCE),
    "DMS.2": ("DMS83", ("aws_dms_certificate", "AWS::DMS::Certificate")),
    "DMS.3": ("DMS83", ("aws_dms_event_subscription", "AWS::DMS::EventSubscription")),
    "DMS.4": ("DMS83", INSTANCE),
    "DMS.5": ("DMS83", ("aws_dms_replication_subnet_group", "AWS::DMS::ReplicationSubnetGroup")),
    "DMS.6": ("DMS80", INSTANCE),
    "DMS.7": ("DMS71", TASK),
    "DMS.8": ("DMS70", TASK),
    "DMS.9": ("DMS20", ENDPOINT),
    "DMS.10": ("DMS56", ENDPOINT),
    "DMS.11": ("DMS55", ENDPOINT),
    "DMS.12": ("DMS24", ENDPOINT),
    "DMS.13": ("DMS81", INSTANCE),
}

Rows = tuple[tuple[str, Outcome, str], ...]
"""The body of a resource, the outcome of the control, and what the row is about."""

# --- The values that a switch is given --------------------------------------------------------------------------------


def switch(name: str, left_out: Outcome, *, on: Outcome, off: Outcome) -> Rows:
    """Terraform's ways of setting a switch."""
    return (
        ("", left_out, "left out"),
        (f"{name} = null", left_out, "null"),
        (f"{name} = true", on, "on"),
        (f'{name} = "true"', on, "on as text"),
        (f"{name} = false", off, "off"),
        (f"{name} = var.on", on, "on by default"),
        (f"{name} = var.on ? false : true", off, "off by condition"),
        (f"{name} = var.open", UNKNOWN, "open"),
        (f"{name} = data.external.elsewhere.result.on", UNKNOWN, "elsewhere"),
    )


def property_switch(name: str, left_out: Outcome, *, on: Outcome, off: Outcome) -> Rows:
    """CloudFormation's."""
    return (
        ("{}", left_out, "left out"),
        (f"{name}: !Ref AWS::NoValue", left_out, "no value"),
        (f"{name}: true", on, "on"),
        (f"{name}: 'true'", on, "on as text"),
        (f"{name}: 'False'", off, "off as text"),
        (f"{name}: false", off, "off"),
        (f"{name}: !Ref Defaulted", on, "on by default"),
        (f"{name}: !If [IsProd, true, false]", FAILS, "one for some parameter values, and one for others"),
        (f"{name}: !If [IsProd, true, 'true']", on, "on either way"),
        (f"{name}: !If [Elsewhere, true, false]", UNKNOWN, "a condition on what stands elsewhere"),
        (f"{name}: !Ref Open", UNKNOWN, "open, which is neither true nor false"),
        (f"{name}: !ImportValue on", UNKNOWN, "elsewhere"),
    )


# --- Tags -------------------------------------------------------------------------------------------------------------

TAGGED_IN_TERRAFORM: Rows = (
    ("", FAILS, "left out"),
    ("tags = {}", FAILS, "none"),
    ('tags = { owner = "ledger" }', PASSES, "one"),
    ("tags = { owner = var.open }", PASSES, "one with any value"),
    ('tags = { "aws:cloudformation:stack-name" = "ledger" }', FAILS, "one of AWS"),
    ('tags = merge({ owner = "ledger" }, {})', PASSES, "merged"),
    ("tags = var.open", UNKNOWN, "open"),
)
TAGGED_IN_CLOUDFORMATION: Rows = (
    ("{}", FAILS, "left out"),
    ("Tags: []", FAILS, "none"),
    ("Tags: [{ Key: owner, Value: ledger }]", PASSES, "one"),
    ("Tags: [{ Key: owner, Value: !Ref Open }]", PASSES, "one with any value"),
    ("Tags: [!If [IsProd, { Key: owner, Value: ledger }, !Ref AWS::NoValue]]", FAILS, "for some parameter values only"),
    ("Tags: !Ref Open", UNKNOWN, "open"),
)

# --- Logging ----------------------------------------------------------------------------------------------------------


def logging(enabled: object = True, **severities: str) -> str:
    """Task settings in which these components have these severities."""
    components = [{"Id": name, "Severity": f"LOGGER_SEVERITY_{severity}"} for name, severity in severities.items()]
    return json.dumps({"Logging": {"EnableLogging": enabled, "LogComponents": components}})


def logged(first: str, second: str, other: str) -> tuple[tuple[str | None, Outcome, str], ...]:
    """Settings for a control that wants these two components; ``other`` is one that the other control wants."""
    both = {first: "DEFAULT", second: "DEFAULT"}
    return (
        (logging(**both), PASSES, "both at the default"),
        (logging(**both, SORTER="ERROR"), PASSES, "others do not count"),
        (logging("true", **both), PASSES, "on as text"),
        (logging(**{**both, first: "DEBUG"}), PASSES, "one with debugging"),
        (logging(**{**both, second: "DETAILED_DEBUG"}), PASSES, "one with detailed debugging"),
        (logging(**{**both, first: "INFO"}), FAILS, "INFO is less than the default"),
        (logging(**{**both, second: "WARNING"}), FAILS, "warnings only"),
        (logging(**{first: "ERROR", second: "ERROR"}), FAILS, "errors only"),
        (logging(**{first: "DEFAULT"}), FAILS, "the second is missing"),
        (logging(**{second: "DEFAULT"}), FAILS, "the first is missing"),
        (logging(**{other: "DEFAULT"}), FAILS, "a component of the other side only"),
        (logging(False, **both), FAILS, "off"),
        (logging("false", **both), FAILS, "off as text"),
        (json.dumps({"Logging": {"LogComponents": json.loads(logging(**both))["Logging"]["LogComponents"]}}), FAILS, "not on"),
        (json.dumps({"Logging": {"EnableLogging": True, "LogComponents": []}}), FAILS, "on, with an empty list"),
        (json.dumps({"Logging": {"EnableLogging": True}}), UNKNOWN, "on, without a list, for which AWS chooses"),
        (json.dumps({"TargetMetadata": {"SupportLobs": True}}), FAILS, "settings without logging"),
        (None, FAILS, "no settings"),
    )


SOURCE = logged("SOURCE_CAPTURE", "SOURCE_UNLOAD", "TARGET_LOAD")
TARGET = logged("TARGET_APPLY", "TARGET_LOAD", "SOURCE_UNLOAD")


def settings_in_terraform(rows: tuple[tuple[str | None, Outcome, str], ...], first: str, second: str) -> Rows:
    """As text, and as Terraform writes JSON."""
    texts = tuple(
        ("" if text is None else f"replication_task_settings = {json.dumps(text)}", outcome, about)
        for text, outcome, about in rows
    )
    encoded = tuple(
        (f"replication_task_settings = jsonencode(jsondecode({json.dumps(text)}))", outcome, f"{about}, encoded")
        for text, outcome, about in rows
        if text is not None
    )
    components = (
        f'LogComponents = [{{ Id = "{first}", Severity = var.open }}, {{ Id = "{second}", Severity = "LOGGER_SEVERITY_%s" }}]'
    )
    written = f"replication_task_settings = jsonencode({{ Logging = {{ EnableLogging = true, {components} }} }})"
    return (
        *texts,
        *encoded,
        (f'migration_type = "cdc"\n{texts[8][0]}', FAILS, "both are wanted of every kind of migration"),
        (written % "DEFAULT", UNKNOWN, "one severity is open"),
        (written % "INFO", FAILS, "one severity is open, and the other too low"),
        ("replication_task_settings = var.open", UNKNOWN, "open"),
        ('replication_task_settings = file("settings.json")', UNKNOWN, "a file that is not there"),
        ('replication_task_settings = templatefile("settings.json", {})', UNKNOWN, "a template"),
    )


def settings_in_cloudformation(rows: tuple[tuple[str | None, Outcome, str], ...]) -> Rows:
    """As text, and with parameters in it."""
    texts = tuple(
        ("{}" if text is None else f"ReplicationTaskSettings: '{text}'", outcome, about) for text, outcome, about in rows
    )
    return (
        *texts,
        *((f"{text[:25]}!Sub {text[25:]}", outcome, f"{about}, by Sub") for text, outcome, about in texts if len(text) > 25),
        (f"MigrationType: cdc\n{texts[8][0]}", FAILS, "both are wanted of every kind of migration"),
        (texts[0][0].replace(": '", ": !Sub '").replace("true", "${Defaulted}"), PASSES, "on by default"),
        (texts[0][0].replace(": '", ": !Sub '").replace("true", "${Open}"), UNKNOWN, "on is open"),
        ("ReplicationTaskSettings: !Ref Open", UNKNOWN, "open"),
    )


# --- Encryption -------------------------------------------------------------------------------------------------------

WITHOUT_MODES = (
    "s3",
    "dynamodb",
    "kinesis",
    "kafka",
    "redis",
    "redshift",
    "redshift-serverless",
    "opensearch",
    "elasticsearch",
    "neptune",
)
"""Their endpoints take no other mode than ``none``: a finding could not be mended."""

WITH_MODES = (
    "mysql",
    "mariadb",
    "aurora",
    "postgres",
    "aurora-postgresql",
    "oracle",
    "sqlserver",
    "sybase",
    "db2",
    "db2-zos",
    "mongodb",
    "docdb",
    "azuredb",
    "azure-sql-managed-instance",
    "babelfish",
    "aurora-serverless",
    "aurora-postgresql-serverless",
)

ENCRYPTED_IN_TERRAFORM: Rows = (
    *((f'engine_name = "{engine}"', FAILS, f"{engine}, left out") for engine in WITH_MODES),
    *((f'engine_name = "{engine}"\nssl_mode = "none"', UNKNOWN, f"{engine} has no mode") for engine in WITHOUT_MODES),
    *((f'engine_name = "{engine}"', UNKNOWN, f"{engine} has no mode, left out") for engine in WITHOUT_MODES),
    ('engine_name = "postgres"\nssl_mode = "none"', FAILS, "none"),
    ('engine_name = "postgres"\nssl_mode = null', FAILS, "null"),
    ('engine_name = "postgres"\nssl_mode = "require"', PASSES, "require, without a certificate"),
    ('engine_name = "mysql"\nssl_mode = "verify-ca"', PASSES, "verify-ca"),
    ('engine_name = "postgres"\nendpoint_type = var.open', FAILS, "a source or a target"),
    ('engine_name = "postgres"\ncertificate_arn = "arn:aws:dms:us-east-1:111122223333:cert:A"', FAILS, "a certificate only"),
    ('engine_name = "postgres"\nfor_each = { a = {} }\nssl_mode = try(each.value.ssl, null)', FAILS, "left out by each"),
    ('engine_name = "postgres"\nssl_mode = lookup({ a = "require" }, "b", "none")', FAILS, "none by lookup"),
    ('engine_name = "postgres"\nssl_mode = var.open', UNKNOWN, "open"),
    ("engine_name = var.open", UNKNOWN, "an engine that is open"),
)
ENCRYPTED_IN_CLOUDFORMATION: Rows = (
    *((f"EngineName: {engine}", FAILS, f"{engine}, left out") for engine in (*WITH_MODES, "gcp-mysql", "POSTGRES")),
    *((f"{{ EngineName: {engine}, SslMode: none }}", UNKNOWN, f"{engine} has no mode") for engine in (*WITHOUT_MODES, "S3")),
    ("{ EngineName: postgres, SslMode: none }", FAILS, "none"),
    ("{ EngineName: postgres, SslMode: None }", FAILS, "none in another case"),
    ("{ EngineName: postgres, SslMode: !Ref AWS::NoValue }", FAILS, "no value"),
    ("{ EngineName: postgres, SslMode: require }", PASSES, "require, without a certificate"),
    ("{ EngineName: mysql, SslMode: verify-full }", PASSES, "verify-full"),
    ("{ EngineName: postgres, SslMode: !If [IsProd, require, none] }", FAILS, "for some parameter values only"),
    ("{ EngineName: postgres, SslMode: !Ref Open }", UNKNOWN, "open"),
    ("{ EngineName: !Ref Open, SslMode: none }", UNKNOWN, "an engine that is open"),
)

REDIS_IN_TERRAFORM: Rows = (
    ("", PASSES, "left out is encrypted, without a certificate too"),
    ('ssl_security_protocol = "ssl-encryption"', PASSES, "encrypted"),
    ('ssl_security_protocol = "plaintext"', FAILS, "plain text"),
    (
        'ssl_security_protocol = "plaintext"\nssl_ca_certificate_arn = "arn:aws:dms:us-east-1:111122223333:cert:A"',
        FAILS,
        "plain text beside a certificate",
    ),
    ("ssl_security_protocol = var.open", UNKNOWN, "open"),
)
REDIS_IN_CLOUDFORMATION: Rows = (
    ("", PASSES, "left out is encrypted, without a certificate too"),
    ("SslSecurityProtocol: ssl-encryption", PASSES, "encrypted"),
    ("SslSecurityProtocol: plaintext", FAILS, "plain text"),
    ("SslSecurityProtocol: PLAINTEXT", FAILS, "plain text in another case"),
    ("SslSecurityProtocol: !If [IsProd, ssl-encryption, plaintext]", FAILS, "for some parameter values only"),
    ("SslSecurityProtocol: !Ref Open", UNKNOWN, "open"),
)


def redis_in_terraform(rows: Rows) -> Rows:
    made = tuple((f'engine_name = "redis"\nredis_settings {{\n{body}\n}}', outcome, about) for body, outcome, about in rows)
    return (
        *made,
        (f'ssl_mode = "none"\n{made[1][0]}', PASSES, "the mode is always none"),
        (f'ssl_mode = "require"\n{made[2][0]}', FAILS, "a mode does not encrypt it"),
        ('engine_name = "kafka"\nkafka_settings {\nsecurity_protocol = "plaintext"\n}', UNKNOWN, "another engine"),
    )


def redis_in_cloudformation(rows: Rows) -> Rows:
    start = "{ EngineName: redis, RedisSettings: { ServerName: ledger.example.com, Port: 6379"
    made = tuple((f"{start}{', ' if body else ''}{body} }} }}", outcome, about) for body, outcome, about in rows)
    return (
        *made,
        (made[1][0].replace("redis,", "redis, SslMode: none,"), PASSES, "the mode is always none"),
        (made[2][0].replace("redis,", "redis, SslMode: require,"), FAILS, "a mode does not encrypt it"),
        ("{ EngineName: kafka, KafkaSettings: { SecurityProtocol: plaintext } }", UNKNOWN, "another engine"),
    )


# --- Authentication ---------------------------------------------------------------------------------------------------

NEPTUNE_IN_TERRAFORM: Rows = (
    ("", UNKNOWN, "the provider has no settings"),
    ('service_access_role = "arn:aws:iam::111122223333:role/neptune"', UNKNOWN, "a role does not turn it on"),
    ('ssl_mode = "none"', UNKNOWN, "nor is it encryption"),
)
MONGODB_IN_TERRAFORM: Rows = (
    ("", PASSES, "left out is password"),
    ('auth_type = "password"', PASSES, "password"),
    ('auth_type = "password"\nauth_mechanism = "default"', PASSES, "the default mechanism is one"),
    ('auth_mechanism = "default"', PASSES, "the default mechanism only"),
    ('auth_type = "no"', FAILS, "none"),
    ('auth_type = "no"\nauth_mechanism = "scram-sha-1"', FAILS, "a mechanism that is not used"),
    ("auth_type = var.open", UNKNOWN, "open"),
)
MONGODB_IN_CLOUDFORMATION: Rows = (
    ("AuthType: password", PASSES, "password"),
    ("AuthType: PASSWORD", PASSES, "password in another case"),
    ("AuthType: password, AuthMechanism: default", PASSES, "the default mechanism is one"),
    ("AuthType: 'no'", FAILS, "none"),
    ("AuthType: no", FAILS, "none without quotes, which YAML makes false"),
    ("AuthType: 'no', AuthMechanism: scram_sha_1", FAILS, "a mechanism that is not used"),
    ("AuthType: !If [IsProd, password, 'no']", FAILS, "for some parameter values only"),
    ("AuthMechanism: scram_sha_1", UNKNOWN, "left out, of which no source says what it is"),
    ("AuthType: !Ref Open", UNKNOWN, "open"),
)

# --- The table --------------------------------------------------------------------------------------------------------

TERRAFORM: dict[str, Rows] = {
    "DMS.1": switch("publicly_accessible", PASSES, on=FAILS, off=PASSES),
    "DMS.2": TAGGED_IN_TERRAFORM,
    "DMS.3": TAGGED_IN_TERRAFORM,
    "DMS.4": TAGGED_IN_TERRAFORM,
    "DMS.5": TAGGED_IN_TERRAFORM,
    "DMS.6": switch("auto_minor_version_upgrade", FAILS, on=PASSES, off=FAILS),
    "DMS.7": settings_in_terraform(TARGET, "TARGET_APPLY", "TARGET_LOAD"),
    "DMS.8": settings_in_terraform(SOURCE, "SOURCE_CAPTURE", "SOURCE_UNLOAD"),
    "DMS.9": ENCRYPTED_IN_TERRAFORM,
    "DMS.10": tuple((f'engine_name = "neptune"\n{body}', outcome, about) for body, outcome, about in NEPTUNE_IN_TERRAFORM),
    "DMS.11": (
        *(
            (f'engine_name = "mongodb"\nmongodb_settings {{\n{body}\n}}', outcome, about)
            for body, outcome, about in MONGODB_IN_TERRAFORM
        ),
        ('engine_name = "docdb"', UNKNOWN, "another engine"),
    ),
    "DMS.12": redis_in_terraform(REDIS_IN_TERRAFORM),
    "DMS.13": switch("multi_az", FAILS, on=PASSES, off=FAILS),
}
CLOUDFORMATION: dict[str, Rows] = {
    "DMS.1": property_switch("PubliclyAccessible", FAILS, on=FAILS, off=PASSES),
    # Certificates have no tags there.
    "DMS.2": (("CertificateIdentifier: ledger", UNKNOWN, "cannot be written"),),
    "DMS.3": TAGGED_IN_CLOUDFORMATION,
    "DMS.4": TAGGED_IN_CLOUDFORMATION,
    "DMS.5": TAGGED_IN_CLOUDFORMATION,
    "DMS.6": property_switch("AutoMinorVersionUpgrade", PASSES, on=PASSES, off=FAILS),
    "DMS.7": settings_in_cloudformation(TARGET),
    "DMS.8": settings_in_cloudformation(SOURCE),
    "DMS.9": ENCRYPTED_IN_CLOUDFORMATION,
    "DMS.10": (
        *(
            (f"EngineName: neptune\nNeptuneSettings:\n  {body}", outcome, about)
            for body, outcome, about in property_switch("IamAuthEnabled", FAILS, on=PASSES, off=FAILS)
        ),
        ("EngineName: neptune", FAILS, "no settings"),
        ("EngineName: kinesis", UNKNOWN, "another engine"),
    ),
    "DMS.11": (
        *(
            (f"{{ EngineName: mongodb, MongoDbSettings: {{ {body} }} }}", outcome, about)
            for body, outcome, about in MONGODB_IN_CLOUDFORMATION
        ),
        ("EngineName: docdb", UNKNOWN, "another engine"),
    ),
    "DMS.12": redis_in_cloudformation(REDIS_IN_CLOUDFORMATION),
    "DMS.13": property_switch("MultiAZ", FAILS, on=PASSES, off=FAILS),
}

HEAD = """
variable "open" {}
variable "on" { default = true }
provider "aws" { region = "us-east-1" }
data "external" "elsewhere" { program = ["false"] }
"""
TEMPLATE = """
Parameters:
  Open: { Type: String }
  Defaulted: { Type: String, Default: "true" }
  Env: { Type: String, AllowedValues: [test, prod], Default: test }
Conditions:
  IsProd: !Equals [!Ref Env, prod]
  Elsewhere: !Equals [!ImportValue one, other]
Resources:
"""


def cases(table: dict[str, Rows]) -> list[object]:
    return [
        pytest.param(control, number, outcome, id=f"{control} {about}")
        for control, rows in table.items()
        for number, (_, outcome, about) in enumerate(rows)
    ]


def name_of(control: str, number: int) -> str:
    return f"Row{control.replace('.', '')}n{number}"


def verdict(analysis: Analysis, control: str, address: str) -> Outcome:
    """What the rule of a control says of the resource, or of its only instance."""
    rule = next(rule for rule in RULES if rule.id == CONTROLS[control][0])
    (found,) = (ours for ours, _ in analysis.addresses if support.without_keys(ours) == address)
    return analysis.verdict(rule, found).outcome


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Analysis:
    """All rows of Terraform in one folder."""
    folder = tmp_path_factory.mktemp("terraform")
    blocks = [
        f'resource "{CONTROLS[control][1][0]}" "{name_of(control, number)}" {{\n{body}\n}}\n'
        for control, rows in TERRAFORM.items()
        for number, (body, _, _) in enumerate(rows)
    ]
    (folder / "main.tf").write_text(HEAD + "".join(blocks))
    return analyse(read_folder(folder))


@pytest.fixture(scope="module")
def template() -> Analysis:
    """All rows of CloudFormation in one template."""
    text = TEMPLATE
    for control, rows in CLOUDFORMATION.items():
        for number, (body, _, _) in enumerate(rows):
            text += f"  {name_of(control, number)}:\n    Type: {CONTROLS[control][1][1]}\n    Properties:\n"
            text += textwrap.indent(body, "      ") + "\n"
    document = parse("template.yaml", text)
    return analyse(Template(document.tree, "template.yaml", document.place))


@pytest.mark.parametrize(("control", "number", "outcome"), cases(TERRAFORM))
def test_terraform(root: Analysis, control: str, number: int, outcome: Outcome) -> None:
    assert verdict(root, control, f"{CONTROLS[control][1][0]}.{name_of(control, number)}") is outcome


@pytest.mark.parametrize(("control", "number", "outcome"), cases(CLOUDFORMATION))
def test_cloudformation(template: Analysis, control: str, number: int, outcome: Outcome) -> None:
    assert verdict(template, control, name_of(control, number)) is outcome


@pytest.mark.parametrize("control", ["DMS.2", "DMS.3", "DMS.4", "DMS.5"])
def test_default_tags_of_the_provider(control: str, tmp_path: Path) -> None:
    type_name = CONTROLS[control][1][0]
    provider = 'provider "aws" {\n  default_tags {\n    tags = { owner = "ledger" }\n  }\n}\n'
    (tmp_path / "main.tf").write_text(f'{provider}resource "{type_name}" "ledger" {{}}\n')
    assert verdict(analyse(read_folder(tmp_path)), control, f"{type_name}.ledger") is PASSES


def test_every_control_has_rows_and_a_rule_that_names_it() -> None:
    assert list(CONTROLS) == [f"DMS.{number}" for number in range(1, 14)]
    assert list(TERRAFORM) == list(CLOUDFORMATION) == list(CONTROLS)
    for control, (rule_id, _) in CONTROLS.items():
        rule = next(rule for rule in RULES if rule.id == rule_id)
        assert rule.types(Dialect.CLOUDFORMATION)
        page = "https://docs.aws.amazon.com/securityhub/latest/userguide/dms-controls.html"
        # The rule on tags answers for four controls, and names the first.
        anchors = ("dms-2",) if rule_id == "DMS83" else (control.lower().replace(".", "-"),)
        assert any(f"{page}#{anchor}" in rule.references for anchor in anchors)
