"""Secrets: which properties hold one, and that no host prints it."""

import json
import re
from pathlib import Path
from typing import Any

import cfnlint
import pytest
import support

from dms_checks.hosts.secrets import MASK, masked, secret_texts
from dms_checks.model import Dialect
from dms_checks.vocabulary import CERTIFICATE, ENDPOINT, SECRET_NAMES, SECRETS

SCHEMAS = Path(cfnlint.__file__).parent / "data" / "schemas"
SENSITIVE = json.loads((support.ROOT / "tests" / "sensitive_attributes.json").read_text("utf-8"))

JUDGED = {
    # What DMS50 looks into: the properties that are a secret, and those that may hold one.
    "AWS::DMS::Endpoint": (ENDPOINT, (*SECRETS, "extra_connection_attributes")),
    "AWS::DMS::Certificate": (CERTIFICATE, ("pem",)),
    "aws_dms_endpoint": (ENDPOINT, (*SECRETS, "extra_connection_attributes")),
    "aws_dms_certificate": (CERTIFICATE, ("pem",)),
}

EXEMPT = {
    # Written and never read back, or sensitive, and yet no secret that a template gives away.
    "certificate_wallet": "certificates of authorities for Oracle, in a binary format that is not looked into",
    "CertificateWallet": "certificates of authorities for Oracle, in a binary format that is not looked into",
    "ServerSideEncryptionKmsKeyId": "the name of a key",
    "SecurityDbEncryptionName": "the name of a key",
    "SecretsManagerSecretId": "the name of a secret",
    "ResourceIdentifier": "a name",
    "DataMigrationIdentifier": "a name",
    "DataProviderIdentifier": "a name",
    "InstanceProfileIdentifier": "a name",
    "MigrationProjectIdentifier": "a name",
    "TruncateColumns": "a switch",
    "ExactSettings": "a switch",
    "CdcStartTime": "a time",
}

LATER = ("oracle_settings.asm_password", "oracle_settings.security_db_encryption")
"""Sensitive since version 6.33 of the provider, which is later than that of the table."""

NOT_MARKED = {
    "krb5_file_contents": "configuration that every user of a Kerberos client can read: no secret, and the provider says the same"
}
"""What sounds like a secret, and is not marked as one."""


def judged(type_name: str) -> set[str]:
    """The dotted paths of a type that DMS50 looks at."""
    if type_name not in JUDGED:
        return set()
    kind, names = JUDGED[type_name]
    dialect = Dialect.CLOUDFORMATION if "::" in type_name else Dialect.TERRAFORM
    return {path for name in names for path in kind.attribute(name, type_name).paths(dialect)}


def write_only() -> list[tuple[str, str]]:
    """Type and dotted path of all properties of AWS DMS that can be written and not be read, as cfn-lint's schemas have them."""
    types: dict[str, Any] = json.loads((SCHEMAS / "providers" / "us-east-1.json").read_text("utf-8"))
    found = []
    for name in sorted(types):
        if name.startswith("AWS::DMS::"):
            schema = json.loads((SCHEMAS / "resources" / f"{types[name]}.json").read_text("utf-8"))
            pointers = schema.get("writeOnlyProperties", ())
            found += [(name, pointer.removeprefix("/properties/").replace("/*/", "/").replace("/", ".")) for pointer in pointers]
    return found


WRITE_ONLY = write_only()
MARKED = [(name, path) for name, paths in SENSITIVE["attributes"].items() for path in paths]


def test_there_is_something_to_compare() -> None:
    assert len(WRITE_ONLY) > 20
    assert ("AWS::DMS::Endpoint", "Password") in WRITE_ONLY
    assert ("aws_dms_endpoint", "password") in MARKED


@pytest.mark.parametrize(("type_name", "path"), [*WRITE_ONLY, *MARKED, *(("aws_dms_endpoint", path) for path in LATER)])
def test_a_property_that_hides_itself_is_judged_or_exempt(type_name: str, path: str) -> None:
    assert (path in judged(type_name)) is not (path.rpartition(".")[2] in EXEMPT)


@pytest.mark.parametrize("type_name", JUDGED)
def test_what_is_judged_is_never_printed(type_name: str) -> None:
    assert {path.rpartition(".")[2] for path in judged(type_name)} <= SECRET_NAMES


def test_what_is_exempt_is_marked_somewhere() -> None:
    """An exemption that no schema needs is a mistake."""
    assert set(EXEMPT) <= {path.rpartition(".")[2] for _, path in (*WRITE_ONLY, *MARKED)}
    assert not set(NOT_MARKED) & {path.rpartition(".")[2] for _, path in MARKED}


# --- lines ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ('  password = "hunter2"\n', f"  password = {MASK}\n"),
        ("      Password: hunter2", f"      Password: {MASK}"),
        ("      Password: !Sub hunter2", f"      Password: {MASK}"),
        ('    "Password": "hunter2",', f'    "Password": {MASK},'),
        (
            '{"EngineName": "mysql", "Password": "hunter2", "Port": 1}',
            f'{{"EngineName": "mysql", "Password": {MASK}, "Port": 1}}',
        ),
        ("  MongoDbSettings: { Username: dms, Password: hunter2 }", f"  MongoDbSettings: {{ Username: dms, Password: {MASK}}}"),
        ('  for_each = { a = { password = "hunter2" }, b = {} }', f"  for_each = {{ a = {{ password = {MASK} }}, b = {{}} }}"),
        ("  password = var.password", "  password = var.password"),
        ("      Password: !Ref Password", "      Password: !Ref Password"),
        ("  { Password: !Ref Password, Port: 1 }", "  { Password: !Ref Password, Port: 1 }"),
        ('  username = "password"', '  username = "password"'),
        ("  ssl_client_password_file = 1", "  ssl_client_password_file = 1"),
        ('  manage_master_user_password = "x"', '  manage_master_user_password = "x"'),
    ],
)
def test_the_secret_in_a_line_is_masked(line: str, shown: str) -> None:
    assert masked([line]) == [shown]


@pytest.mark.parametrize(
    "text",
    [
        "  certificate_pem = <<-PEM\n    hunter2\n  hunter2\nhunter2\n  PEM\n  tags = {}",
        '  password = join("", [\n    "hunter2",\n  ])\n  tags = {}',
        "  CertificatePem: |\n    hunter2\n\n    hunter2\n  Tags: []",
        "  Password:\n    Fn::Join:\n      - ''\n      - [hunter2]\n  Tags: []",
        "  Password: !Join\n    - ''\n    - [hunter2]\n  Tags: []",
        '  "Password": {\n    "Fn::Sub": "hunter2"\n  },\n  "Tags": []',
    ],
)
def test_the_lines_that_go_on_with_a_secret_are_masked(text: str) -> None:
    shown = masked(text.splitlines())
    assert "hunter2" not in "\n".join(shown)
    assert shown[-1] == text.splitlines()[-1]
    assert "hunter2" in "\n".join(secret_texts(text.splitlines()))


def test_a_secret_is_masked_by_its_value_too() -> None:
    assert masked(['  for_each = toset(["hunter2", "abc"])'], ["hunter2", "abc"]) == [f'  for_each = toset(["{MASK}", "abc"])']


# --- hosts ------------------------------------------------------------------------------------------------------------

LITERALS = re.compile(r"\b\w*[-;.:+]?Winter\b[-\w;.:+]*|bGVkZ2VyLXByaXZhdGUta2V5|20241231")
"""What the bad fixtures take for secrets."""

FILES = [
    path
    for rule in ("DMS50", "DMS51", "DMS54")
    for path in sorted((support.FIXTURES / rule).iterdir())
    if path.name[:4] != "good"
]


def leaks(text: str) -> set[str]:
    return {found.group(0) for found in LITERALS.finditer(text)}


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_no_message_names_a_secret(path: Path, tmp_path: Path) -> None:
    assert leaks(path.read_text("utf-8"))
    copy = tmp_path / path.name
    copy.write_text(path.read_text("utf-8"))
    analysis = support.analysed(copy)
    assert analysis.findings()
    for finding in analysis.findings():
        assert not leaks(finding.message + str(finding.path) + str(finding.place))


def test_checkov_prints_no_secret_for_us(tmp_path: Path) -> None:
    """In findings and passed records alike, of all three frameworks."""
    sources = tmp_path / "sources"
    for path in FILES:
        target = sources / f"{path.parent.name}-{path.name.replace('.', '-')}" / path.name
        target.parent.mkdir(parents=True)
        target.write_text(path.read_text("utf-8"))
    reports = tmp_path / "reports"
    done = support.run(
        support.script("checkov"),
        *("-d", str(sources), "--framework", "terraform", "terraform_plan", "cloudformation", "--check", "CKV_DMS_*"),
        *("--external-checks-dir", str(support.ROOT / "policies"), "--output-file-path", str(reports)),
        *(argument for form in ("cli", "json", "sarif", "junitxml") for argument in ("-o", form)),
        folder=tmp_path,
    )
    printed = [done.stdout, done.stderr, *(path.read_text("utf-8") for path in reports.iterdir())]
    assert len(printed) == 6
    assert "CKV_DMS_50" in "".join(printed)
    assert not leaks("".join(printed))


@pytest.mark.parametrize("form", ["json", "parseable"])
def test_cfn_lint_prints_no_secret_for_us(form: str) -> None:
    templates = [str(path) for path in FILES if path.suffix == ".template"]
    done = support.run(support.script("cfn-lint"), "-t", *templates, "-a", "dms_checks.cfn_lint", "--format", form)
    assert "9750" in done.stdout
    assert not leaks(done.stdout + done.stderr)
