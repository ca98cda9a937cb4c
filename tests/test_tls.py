"""TLS, engines and directions: what fixtures cannot show, since Terraform's provider refuses it or does not have it yet."""

import textwrap
from pathlib import Path

import pytest

from dms_checks.analysis import Analysis, analyse
from dms_checks.catalogue import RULES
from dms_checks.readers.cloudformation import Template
from dms_checks.readers.documents import parse
from dms_checks.readers.terraform import read_folder
from dms_checks.rule import Outcome

ACM = "arn:aws:acm:us-east-1:111122223333:certificate/1234abcd-12ab-34cd-56ef-1234567890ab"
BROKER = "b-1.ledger.abc123.c2.kafka.us-east-1.amazonaws.com"


def endpoint(engine: str, arguments: str, name: str = "e") -> str:
    """A Terraform endpoint with a key."""
    lines = textwrap.indent(arguments, "  ")
    return f'resource "aws_dms_endpoint" "{name}" {{\n  engine_name = "{engine}"\n  kms_key_arn = var.key\n{lines}\n}}\n'


def terraform(folder: Path, text: str) -> Analysis:
    (folder / "main.tf").write_text('variable "key" {}\n' + text)
    return analyse(read_folder(folder))


def template(properties: str, type_name: str = "AWS::DMS::Endpoint") -> Analysis:
    text = f"Resources:\n  Ledger:\n    Type: {type_name}\n    Properties:\n{textwrap.indent(properties, ' ' * 6)}\n"
    document = parse("template.yaml", text)
    return analyse(Template(document.tree, "template.yaml", document.place))


def messages(analysis: Analysis, rule: str) -> list[str]:
    return [finding.message for finding in analysis.findings() if finding.rule.id == rule]


def outcome(analysis: Analysis, rule: str, address: str = "aws_dms_endpoint.e") -> Outcome:
    return analysis.verdict(next(item for item in RULES if item.id == rule), address).outcome


# --- DMS21: values that the provider refuses to plan ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("engine", "advice"),
    [
        ("mysql", "set ssl_mode to verify-ca or verify-full with certificate_arn"),
        ("oracle", "set ssl_mode to verify-ca with certificate_arn"),
        ("sqlserver", "set ssl_mode to require, or to verify-full with certificate_arn"),
        ("kafka", "leave ssl_mode out"),
        ("nosuch", "set ssl_mode to require, or to verify-ca or verify-full with certificate_arn"),
    ],
)
def test_a_word_that_is_no_mode(engine: str, advice: str, tmp_path: Path) -> None:
    (found,) = messages(terraform(tmp_path, endpoint(engine, 'ssl_mode = "required"')), "DMS21")
    assert found.endswith(f"which is no TLS mode of AWS DMS; {advice}")


def test_a_certificate_that_is_there_is_not_asked_for(tmp_path: Path) -> None:
    (found,) = messages(terraform(tmp_path, endpoint("mysql", 'ssl_mode = "require"\ncertificate_arn = var.key')), "DMS21")
    assert found.endswith("set ssl_mode to verify-ca or verify-full")


@pytest.mark.parametrize(
    ("mode", "engine", "expected"),
    [
        ("require", "postgres", Outcome.PASSES),
        ("none", "s3", Outcome.PASSES),
        ("require", "nosuch", Outcome.UNKNOWN),
        ("require", "kinesis", Outcome.UNKNOWN),
        ("REQUIRE", "s3", Outcome.FAILS),
    ],
)
def test_verdicts_on_modes(mode: str, engine: str, expected: Outcome, tmp_path: Path) -> None:
    assert outcome(terraform(tmp_path, endpoint(engine, f'ssl_mode = "{mode}"')), "DMS21") is expected


# --- Data providers: provider 5.100 has none --------------------------------------------------------------------------

DATA_PROVIDER = """
resource "aws_dms_data_provider" "p" {{
  engine = "{engine}"
  settings {{
    {engine}_settings {{
      server_name = "ledger.example.com"
      {lines}
    }}
  }}
}}
"""


@pytest.mark.parametrize(
    ("engine", "lines", "rule", "advice"),
    [
        ("mongodb", 'ssl_mode = "verify-ca"\ncertificate_arn = var.key', "DMS21", "set ssl_mode to require or verify-full"),
        ("postgres", 'ssl_mode = "verify-full"', "DMS22", "(aws_dms_certificate) with certificate_pem"),
        ("postgres", f'ssl_mode = "require"\ncertificate_arn = "{ACM}"', "DMS22", "that were imported into AWS DMS"),
    ],
)
def test_data_providers_in_terraform(engine: str, lines: str, rule: str, advice: str, tmp_path: Path) -> None:
    analysis = terraform(tmp_path, DATA_PROVIDER.format(engine=engine, lines=lines))
    assert {finding.rule.id for finding in analysis.findings()} == {rule}
    assert messages(analysis, rule)[0].endswith(advice)


@pytest.mark.parametrize(
    "lines", ['ssl_mode = "require"', "ssl_mode = var.key", 'ssl_mode = "verify-ca"\ncertificate_arn = var.key']
)
def test_data_providers_that_are_fine(lines: str, tmp_path: Path) -> None:
    assert not terraform(tmp_path, DATA_PROVIDER.format(engine="mysql", lines=lines)).findings()


def test_the_modes_of_a_data_provider_are_those_that_the_message_advises() -> None:
    """SAP ASE has verify-full as an endpoint, and does not have it as a data provider."""
    settings = "Engine: sybase\nSettings: {SybaseAseSettings: {ServerName: a, Port: 5000, SslMode: none}}"
    (found,) = messages(template(settings, "AWS::DMS::DataProvider"), "DMS20")
    assert found.endswith("set SslMode to require, or to verify-ca with CertificateArn")


def test_an_engine_without_data_providers_has_no_modes_there() -> None:
    settings = "Engine: kafka\nSettings: {PostgreSqlSettings: {SslMode: require}}"
    analysis = template(settings, "AWS::DMS::DataProvider")
    assert [finding.rule.id for finding in analysis.findings()] == ["DMS86"]


# --- DMS22 ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ('"require"', Outcome.FAILS),
        ('"verify-full"', Outcome.FAILS),
        ('"none"', Outcome.PASSES),
        ("var.key", Outcome.UNKNOWN),
        ("null", Outcome.UNKNOWN),
    ],
)
def test_a_certificate_of_acm_is_refused_wherever_tls_is_on(mode: str, expected: Outcome, tmp_path: Path) -> None:
    text = endpoint("postgres", f'ssl_mode = {mode}\ncertificate_arn = "{ACM}"')
    assert outcome(terraform(tmp_path, text), "DMS22") is expected


CERTIFICATES = """
data "aws_dms_certificate" "elsewhere" { certificate_id = "elsewhere" }
resource "aws_dms_certificate" "either" {
  certificate_pem    = var.key
  certificate_wallet = var.wallet
}
resource "aws_dms_certificate" "pem" { certificate_pem = var.key }
variable "wallet" { default = null }
variable "empty" { default = "" }
module "elsewhere" { source = "example/elsewhere/aws" }
resource "aws_dms_certificate" "counted" {
  count           = 1
  certificate_pem = var.key
}
"""


@pytest.mark.parametrize("engine", ["mysql", "oracle"])
@pytest.mark.parametrize(
    "certificate",
    [
        "data.aws_dms_certificate.elsewhere.certificate_arn",
        "aws_dms_certificate.either.certificate_arn",
        "module.elsewhere.certificate_arn",
        "try(module.elsewhere.certificates[0], null)",
        "var.empty",
        '""',
        '"LEDGER"',
    ],
)
def test_certificates_that_may_be_right(engine: str, certificate: str, tmp_path: Path) -> None:
    text = CERTIFICATES + endpoint(engine, f'ssl_mode = "verify-ca"\ncertificate_arn = {certificate}')
    assert outcome(terraform(tmp_path, text), "DMS22") is Outcome.UNKNOWN


@pytest.mark.parametrize(("engine", "expected"), [("mysql", Outcome.PASSES), ("oracle", Outcome.FAILS)])
def test_a_certificate_without_a_wallet_holds_a_pem_file_whatever_it_is(engine: str, expected: Outcome, tmp_path: Path) -> None:
    text = CERTIFICATES + endpoint(engine, 'ssl_mode = "verify-ca"\ncertificate_arn = aws_dms_certificate.pem.certificate_arn')
    assert outcome(terraform(tmp_path, text), "DMS22") is expected


# --- DMS25: every protocol at every port of Amazon MSK ----------------------------------------------------------------

PORTS = {9092: (), 9094: ("ssl-encryption", "ssl-authentication"), 9096: ("sasl-ssl",), 9098: ()}
PROTOCOLS = ("ssl-encryption", "ssl-authentication", "sasl-ssl")


@pytest.mark.parametrize("port", PORTS)
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_port_of_msk_fits_its_protocols(port: int, protocol: str) -> None:
    settings = f"EngineName: kafka\nKafkaSettings: {{Broker: '{BROKER}:{port}', SecurityProtocol: {protocol}}}"
    fits = protocol in PORTS[port]
    assert outcome(template(settings), "DMS25", "Ledger") is (Outcome.PASSES if fits else Outcome.FAILS)
    assert outcome(template(settings.replace("amazonaws.com", "example.com")), "DMS25", "Ledger") is Outcome.PASSES


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("data.aws_msk_cluster.c.bootstrap_brokers_sasl_iam", Outcome.FAILS),
        ("data.aws_msk_bootstrap_brokers.c.bootstrap_brokers_public_sasl_iam", Outcome.FAILS),
        ("data.aws_msk_cluster.c.bootstrap_brokers_tls", Outcome.PASSES),
        ("data.aws_msk_cluster.c.zookeeper_connect_string", Outcome.PASSES),
        ("data.kafka_cluster.c.bootstrap_brokers", Outcome.PASSES),
    ],
)
def test_brokers_by_reference(address: str, expected: Outcome, tmp_path: Path) -> None:
    block = f'kafka_settings {{\n  broker = {address}\n  security_protocol = "ssl-encryption"\n}}'
    _, type_name, name, _ = address.split(".")
    text = f'data "{type_name}" "{name}" {{}}\n' + endpoint("kafka", block)
    assert outcome(terraform(tmp_path, text), "DMS25") is expected


# --- DMS26 ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ('"http://${aws_opensearch_domain.d.endpoint}"', Outcome.FAILS),
        ('"https://${aws_opensearch_domain.d.endpoint}"', Outcome.PASSES),
        ("aws_opensearch_domain.d.endpoint", Outcome.UNKNOWN),
        ('"${var.key}://ledger.example.com"', Outcome.UNKNOWN),
        ('format("http://%s", var.key)', Outcome.FAILS),
        ('format("%s://ledger.example.com", var.key)', Outcome.UNKNOWN),
    ],
)
def test_the_scheme_of_an_address(address: str, expected: Outcome, tmp_path: Path) -> None:
    text = 'resource "aws_opensearch_domain" "d" {}\n' + endpoint(
        "opensearch", f"elasticsearch_settings {{\n  endpoint_uri = {address}\n}}"
    )
    assert outcome(terraform(tmp_path, text), "DMS26") is expected


# --- DMS28 and DMS85 --------------------------------------------------------------------------------------------------

CONFIG = """
resource "aws_dms_replication_config" "c" {
  source_endpoint_arn = aws_dms_endpoint.from.endpoint_arn
  target_endpoint_arn = aws_dms_endpoint.to.endpoint_arn
}
"""


def replicated(folder: Path, source: str, target: str) -> Analysis:
    """A serverless replication between two endpoints, each an engine and, in the lines below it, arguments."""
    sides = [(*side.split("\n", 1), name) for side, name in ((source, "from"), (target, "to"))]
    return terraform(folder, CONFIG + "".join(endpoint(engine, arguments, name) for engine, arguments, name in sides))


@pytest.mark.parametrize(
    ("mode", "expected"),
    [('"verify-ca"', Outcome.FAILS), ('"none"', Outcome.PASSES), ("null", Outcome.PASSES), ("var.key", Outcome.UNKNOWN)],
)
def test_db2_without_tls_may_be_used_serverless(mode: str, expected: Outcome, tmp_path: Path) -> None:
    found = replicated(tmp_path, f"db2\nssl_mode = {mode}", "postgres\n")
    assert outcome(found, "DMS28", "aws_dms_replication_config.c") is expected


def test_db2_as_a_serverless_target(tmp_path: Path) -> None:
    found = replicated(tmp_path, "postgres\n", 'db2\nssl_mode = "verify-ca"\ncertificate_arn = var.key')
    assert len(messages(found, "DMS28")) == 1
    (message,) = messages(found, "DMS85")
    assert message.endswith("as its target, but AWS DMS Serverless does not support Db2 LUW as a target")


def test_what_is_never_supported_is_not_laid_to_serverless(tmp_path: Path) -> None:
    (message,) = messages(replicated(tmp_path, "redis\n", "postgres\n"), "DMS85")
    assert message.endswith("as its source, but AWS DMS does not support Redis OSS as a source")


def test_an_exchanged_endpoint_is_told_once(tmp_path: Path) -> None:
    (message,) = messages(replicated(tmp_path, 'redshift\nendpoint_type = "target"', "postgres\n"), "DMS85")
    assert message.endswith("which has endpoint_type target; set source_endpoint_arn to the ARN of a source endpoint")


@pytest.mark.parametrize("engine", ["nosuch", "redshift-serverless", "aurora-serverless"])
def test_directions_that_no_source_states_are_unknown(engine: str, tmp_path: Path) -> None:
    side = f'{engine}\nendpoint_type = "target"'
    found = replicated(tmp_path, 'postgres\nendpoint_type = "source"', side)
    assert outcome(found, "DMS85", "aws_dms_replication_config.c") is Outcome.UNKNOWN


# --- DMS86 ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("properties", "type_name", "advice"),
    [
        ("EngineName: aurora_postgres", "AWS::DMS::Endpoint", "did you mean aurora-postgresql?"),
        ("Engine: aurora_postgres", "AWS::DMS::DataProvider", "did you mean aurora_postgresql?"),
    ],
)
def test_an_engine_is_suggested_as_it_is_written(properties: str, type_name: str, advice: str) -> None:
    assert messages(template(properties, type_name), "DMS86")[0].endswith(advice)


@pytest.mark.parametrize(
    ("properties", "type_name", "member"),
    [
        ("EngineName: xyz", "AWS::DMS::Endpoint", "EngineName of CreateEndpoint"),
        ("Engine: xyz", "AWS::DMS::DataProvider", "Engine of CreateDataProvider"),
    ],
)
def test_an_engine_like_no_other_gets_a_few_examples(properties: str, type_name: str, member: str) -> None:
    (found,) = messages(template(properties, type_name), "DMS86")
    assert found.endswith(f"write one such as mysql, postgres, oracle, sqlserver; the API reference lists all under {member}")


def test_an_engine_of_terraform_is_suggested_with_hyphens(tmp_path: Path) -> None:
    text = DATA_PROVIDER.format(engine="aurora_postgres", lines="")
    assert messages(terraform(tmp_path, text), "DMS86")[0].endswith("did you mean aurora-postgresql?")


# --- Odd input --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["[a, b]", "{a: b}", "12", "true", "null", "[]", "''", "' '", "[[a]]", "{Ref: nosuch}"])
@pytest.mark.parametrize(
    "properties",
    [
        "EngineName: {}",
        "EngineName: mysql\nSslMode: {}",
        "EngineName: mysql\nSslMode: verify-ca\nCertificateArn: {}",
        "EngineName: redis\nRedisSettings: {}",
        "EngineName: redis\nRedisSettings:\n  SslSecurityProtocol: {}",
        "EngineName: kafka\nKafkaSettings: {}",
        "EngineName: kafka\nKafkaSettings:\n  Broker: {}\n  SecurityProtocol: ssl-encryption",
        "EngineName: kafka\nKafkaSettings:\n  Broker: a:9092\n  SecurityProtocol: {}",
        "EngineName: opensearch\nElasticsearchSettings:\n  EndpointUri: {}",
    ],
)
def test_nothing_fails_on_odd_values(properties: str, value: str) -> None:
    assert not messages(template(properties.replace("{}", value)), "DMS00")


@pytest.mark.parametrize("value", ["[a, b]", "{a: b}", "12", "null", "[]", "''", "{Ref: nosuch}"])
@pytest.mark.parametrize("type_name", ["AWS::DMS::ReplicationTask", "AWS::DMS::ReplicationConfig"])
def test_nothing_fails_on_odd_endpoints(type_name: str, value: str) -> None:
    assert not messages(template(f"SourceEndpointArn: {value}\nTargetEndpointArn: {value}", type_name), "DMS00")
