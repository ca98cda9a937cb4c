"""Mode and key of what AWS DMS writes to Amazon S3, in every combination: one of two rules speaks, or none."""

import itertools
from pathlib import Path
from typing import Any

import pytest
import support
import yaml

from dms_checks.analysis import analyse
from dms_checks.readers.cloudformation import Template
from dms_checks.readers.terraform import read_folder

OWN, MANAGED, UNKNOWN = {"Ref": "Key"}, "alias/aws/s3", {"Ref": "NotGiven"}
RESULTS = {
    # By mode, and by key: nothing, one's own, of AWS, not known.
    None: ("DMS12", "DMS13", "DMS13", "DMS12"),
    "SSE_S3": ("DMS12", "DMS13", "DMS13", "DMS12"),
    "SSE_KMS": ("DMS13", "", "DMS12", ""),
    "unknown": ("", "", "", ""),
}
CASES = [(mode, key, RESULTS[mode][index]) for mode in RESULTS for index, key in enumerate((None, OWN, MANAGED, UNKNOWN))]
SETTINGS = {"s3": "S3Settings", "redshift": "RedshiftSettings", "redshift-serverless": "RedshiftSettings"}
RULES = {"DMS12", "DMS13"}


def found(properties: dict[str, Any]) -> str:
    """The rules of the two that have a finding on an endpoint."""
    return " ".join(messages(properties))


def messages(properties: dict[str, Any]) -> dict[str, str]:
    """What the two rules say of an endpoint."""
    tree = {
        "Parameters": {"NotGiven": {"Type": "String"}},
        "Resources": {
            "Key": {"Type": "AWS::KMS::Key"},
            "Target": {"Type": "AWS::DMS::Endpoint", "Properties": {"EndpointType": "target", **properties}},
        },
    }
    findings = analyse(Template(tree, "template.yaml")).findings()
    return {finding.rule.id: finding.message for finding in findings if finding.rule.id in RULES}


def given(**values: Any) -> dict[str, Any]:
    return {name: UNKNOWN if value == "unknown" else value for name, value in values.items() if value is not None}


@pytest.mark.parametrize("engine", SETTINGS)
@pytest.mark.parametrize(("mode", "key", "wanted"), CASES)
def test_settings(engine: str, mode: str | None, key: Any, wanted: str) -> None:
    settings = given(EncryptionMode=mode, ServerSideEncryptionKmsKeyId=key)
    assert found({"EngineName": engine, SETTINGS[engine]: settings}) == wanted


@pytest.mark.parametrize(("mode", "key", "wanted"), [case for case in CASES if "unknown" not in case and case[1] != UNKNOWN])
def test_extra_connection_attributes(mode: str | None, key: Any, wanted: str) -> None:
    written = f"encryptionMode={mode};" if mode else "compressionType=NONE;"
    name = "${Key.Arn}" if key is OWN else key
    text = {"Fn::Sub": f"{written}serverSideEncryptionKmsKeyId={name}"} if key else written
    assert found({"EngineName": "s3", "ExtraConnectionAttributes": text}) == wanted


@pytest.mark.parametrize(
    ("setting", "extra", "wanted"),
    [("SSE_S3", "SSE_S3", "DMS12"), ("SSE_KMS", "SSE_KMS", "DMS13"), ("SSE_S3", "SSE_KMS", ""), ("SSE_KMS", "SSE_S3", "")],
)
def test_both_ways(setting: str, extra: str, wanted: str) -> None:
    settings = {"EncryptionMode": setting}
    assert found({"EngineName": "s3", "S3Settings": settings, "ExtraConnectionAttributes": f"encryptionMode={extra}"}) == wanted


@pytest.mark.parametrize(
    "properties",
    [
        {"EngineName": "postgres"},
        {"EngineName": "s3", "EndpointType": "source"},
        {"EngineName": "s3", "EndpointType": UNKNOWN},
        {"EngineName": UNKNOWN},
        {},
        {"EngineName": "s3", "S3Settings": UNKNOWN},
        {"EngineName": "s3", "ExtraConnectionAttributes": UNKNOWN},
        {"EngineName": "s3", "ExtraConnectionAttributes": {"Fn::Sub": "a=${NotGiven}"}},
    ],
)
def test_not_asked_or_not_known(properties: dict[str, Any]) -> None:
    assert not found(properties)


@pytest.mark.parametrize(
    ("settings", "extra"),
    list(
        itertools.product(
            [[], "text", 3, None, {"EncryptionMode": ["SSE_S3"]}, {"EncryptionMode": {}}], [[], {}, 3, None, "=;=", True]
        )
    ),
)
def test_odd_input_does_not_matter(settings: Any, extra: Any) -> None:
    text = yaml.safe_dump({"EngineName": "s3", "S3Settings": settings, "ExtraConnectionAttributes": extra})
    found(yaml.safe_load(text))


def test_the_key_of_the_connection_is_told_apart(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        'resource "aws_kms_key" "k" {}\n'
        'resource "aws_dms_s3_endpoint" "e" {\n  endpoint_type = "target"\n  kms_key_arn = aws_kms_key.k.arn\n}\n'
    )
    (message,) = [finding.message for finding in analyse(read_folder(tmp_path)).findings() if finding.rule.id == "DMS12"]
    assert message == (
        "aws_dms_s3_endpoint.e encrypts what it writes to Amazon S3 with SSE_S3, a key of Amazon S3; set encryption_mode to SSE_KMS and "
        "server_side_encryption_kms_key_id to the ARN of a customer managed key, kms_key_arn does not encrypt objects"
    )


IN_EXTRA = "encryptionMode in ExtraConnectionAttributes"


@pytest.mark.parametrize(
    ("extra", "rule", "message"),
    [
        (
            "encryptionMode=SSE_S3",
            "DMS12",
            "encrypts what it writes to Amazon S3 with SSE_S3, a key of Amazon S3; "
            f"set {IN_EXTRA} to SSE_KMS and serverSideEncryptionKmsKeyId to the ARN of a customer managed key",
        ),
        (
            "encryptionMode=SSE_KMS;serverSideEncryptionKmsKeyId=alias/aws/s3",
            "DMS12",
            "encrypts what it writes to Amazon S3 with a KMS key that AWS manages; "
            "set serverSideEncryptionKmsKeyId to the ARN of a customer managed key",
        ),
        (
            "compressionType=NONE",
            "DMS12",
            "encrypts what it writes to Amazon S3 with SSE_S3, a key of Amazon S3; set S3Settings.EncryptionMode to SSE_KMS "
            "and S3Settings.ServerSideEncryptionKmsKeyId to the ARN of a customer managed key",
        ),
        (
            "encryptionMode=SSE_KMS",
            "DMS13",
            f"sets {IN_EXTRA} to SSE_KMS and has no serverSideEncryptionKmsKeyId; "
            "set serverSideEncryptionKmsKeyId to the ARN of a customer managed key",
        ),
        (
            "serverSideEncryptionKmsKeyId=alias/ledger",
            "DMS13",
            f"has serverSideEncryptionKmsKeyId, which is ignored as {IN_EXTRA} is left out; set it to SSE_KMS",
        ),
    ],
)
def test_what_stands_in_extra_connection_attributes_is_changed_there(extra: str, rule: str, message: str) -> None:
    found_there = messages({"EngineName": "s3", "ExtraConnectionAttributes": extra})
    assert found_there == {rule: f"Target {message}"}


def test_the_names_are_those_of_the_engine(tmp_path: Path) -> None:
    (finding,) = (
        finding
        for finding in support.analysed(support.stage(_fixture("DMS13/bad.template"), tmp_path)).findings()
        if finding.resource == "RedshiftWithoutKey"
    )
    assert "RedshiftSettings.ServerSideEncryptionKmsKeyId" in finding.message


def _fixture(name: str) -> support.Fixture:
    return next(item for item in support.fixtures() if item.name == name)
