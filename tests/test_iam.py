"""Policies: every way of writing them says the same, and what cannot be read is unknown."""

import fnmatch
import json
from pathlib import Path
from typing import Any

import pytest
import support
from hypothesis import given
from hypothesis import strategies as st

from dms_checks import iam
from dms_checks.analysis import analyse
from dms_checks.deployment import Deployment
from dms_checks.marks import HOLE
from dms_checks.model import Resource, Truth, Value
from dms_checks.readers.cloudformation import Template
from dms_checks.readers.documents import parse
from dms_checks.readers.terraform import Root, read_folder
from dms_checks.rule import Outcome

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN
NOTHING = Deployment(Root((), (), {}))


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allows(text: str, action: str = "s3:PutObject") -> Truth:
    """Whether a principal with this one policy may do something."""
    return iam.Permissions((iam.Attached(iam.policy(NOTHING, Value.known(text))),)).allow(action)


def allow(**members: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Resource": "*", **members}


def deny(**members: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Resource": "*", **members}


# --- wildcards --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("*", "s3:PutObject", True),
        ("s3:*", "s3:PutObject", True),
        ("s3:Put*", "s3:PutObject", True),
        ("s3:PutObject", "s3:PutObject", True),
        ("S3:putobject", "s3:PutObject", True),
        ("s3:*Object", "s3:PutObject", True),
        ("s3:P?tObject", "s3:PutObject", True),
        ("s3:PutObject*", "s3:PutObject", True),
        ("**", "", True),
        ("?", "", False),
        ("s3:PutObject?", "s3:PutObject", False),
        ("s3:Put", "s3:PutObject", False),
        ("s3:*Acl", "s3:PutObject", False),
        ("s3:[P]utObject", "s3:PutObject", False),
        ("", "s3:PutObject", False),
    ],
)
def test_wildcards(pattern: str, text: str, expected: bool) -> None:
    assert iam.like(pattern, text) is expected


@given(st.text("ab?*", max_size=12), st.text("ab", max_size=12))
def test_wildcards_as_others_match_them(pattern: str, text: str) -> None:
    """Without brackets, the standard library's patterns are the same."""
    assert iam.like(pattern, text) is fnmatch.fnmatchcase(text, pattern)


def test_a_hostile_pattern_takes_no_time() -> None:
    assert not iam.like("*a" * 200 + "b", "a" * 2000)


@pytest.mark.parametrize(
    ("outline", "expected"),
    [(f"s3:{HOLE}", UNKNOWN), (HOLE, UNKNOWN), (f"kms:{HOLE}", NO), (f"s3:{HOLE}Acl", NO), ("", UNKNOWN)],
)
def test_patterns_with_unknown_parts(outline: str, expected: Truth) -> None:
    assert iam.matches(Value.unknown(outline=outline), "s3:PutObject") is expected


# --- statements -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([allow(Action="s3:PutObject")], YES),
        ([allow(Action=["s3:GetObject", "s3:PutObject"])], YES),
        ([allow(Action="s3:*")], YES),
        ([{"effect": "allow", "action": "S3:*", "resource": "*"}], YES),
        ([allow(Action="s3:GetObject"), allow(Action="s3:PutObject")], YES),
        ([allow(Action="s3:GetObject")], NO),
        ([allow(Action=[])], UNKNOWN),
        ([], NO),
        # What is not named is allowed, and what is named may be allowed elsewhere.
        ([allow(NotAction="iam:*")], YES),
        ([allow(NotAction=["iam:*", "s3:Put*"])], NO),
        ([allow(NotAction="s3:Put*"), allow(Action="s3:PutObject")], YES),
        # A denial goes before, where it certainly applies.
        ([allow(Action="s3:*"), deny(Action="s3:PutObject")], NO),
        ([deny(Action="s3:*"), allow(Action="s3:PutObject")], NO),
        ([allow(Action="s3:*"), deny(Action="s3:GetObject")], YES),
        ([allow(Action="*"), deny(NotAction="s3:*")], YES),
        ([allow(Action="*"), deny(NotAction="kms:*")], NO),
        ([allow(Action="s3:*"), deny(Action="s3:*", Resource="arn:aws:s3:::other/*")], UNKNOWN),
        ([allow(Action="s3:*"), deny(Action="s3:*", Condition={"Bool": {"aws:SecureTransport": "false"}})], UNKNOWN),
        # A condition may hold.
        ([allow(Action="s3:*", Condition={"StringEquals": {"aws:PrincipalTag/team": "ledger"}})], UNKNOWN),
        # Another service's resources are a mistake, but no proof.
        ([allow(Action="s3:*", Resource="arn:aws:kms:us-east-1:111122223333:key/1")], UNKNOWN),
        ([allow(Action="s3:*", Resource=["arn:aws:kms:us-east-1:111122223333:key/1", "arn:aws:s3:::ledger/*"])], YES),
        ([allow(Action="s3:*", Resource="arn:*:s3:::ledger/*")], YES),
        # What is not valid says nothing.
        ([{"Action": "s3:*", "Resource": "*"}], UNKNOWN),
        ([{"Effect": "Sometimes", "Action": "s3:*", "Resource": "*"}], UNKNOWN),
        ([{"Effect": "Allow", "Resource": "*"}], UNKNOWN),
        (["s3:*"], UNKNOWN),
        ([[]], NO),
        ([None], NO),
        ([allow(Action=[["s3:PutObject"]])], YES),
        ([allow(Action={"a": 1})], UNKNOWN),
        ([allow(Action=7)], NO),
    ],
)
def test_statements(statements: list[Any], expected: Truth) -> None:
    assert allows(document(*statements)) is expected


def test_a_single_statement_is_a_list_of_one() -> None:
    assert allows(json.dumps({"Statement": allow(Action="s3:*")})) is YES


@pytest.mark.parametrize(
    "text", ["no JSON", "[]", "7", "null", '"text"', '{"Statement": "text"}', '{"Statement": 7}', "{" * 5000]
)
def test_no_document(text: str) -> None:
    assert allows(text) in (UNKNOWN, NO)


@pytest.mark.parametrize("text", ["no JSON", "[]", "7", '{"Statement": "text"}', "{" * 5000])
def test_what_is_no_document_is_unknown(text: str) -> None:
    assert allows(text) is UNKNOWN


def test_a_bucket_has_no_slash() -> None:
    statement = allow(Action="s3:*", Resource="arn:aws:s3:::ledger/*")
    assert allows(document(statement), "s3:ListBucket") is UNKNOWN
    assert allows(document(statement), "s3:PutObject") is YES


tree = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text("aAs3:*", max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["Statement", "Effect", "Action", "NotAction", "Resource", "Principal", "Service", "Condition", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=15,
)


@given(tree)
def test_no_document_breaks_it(content: Any) -> None:
    found = iam.policy(NOTHING, Value.known(json.dumps({"Statement": content})))
    assert iam.trusted(found, iam.DMS_ANYWHERE) in Truth
    assert iam.Permissions((iam.Attached(found),)).allow("s3:PutObject") in Truth


# --- trust ------------------------------------------------------------------------------------------------------------


def trust(principal: Any, **members: Any) -> iam.Policy:
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal, **members}
    return iam.policy(NOTHING, Value.known(document(statement)))


@pytest.mark.parametrize(
    ("principal", "anywhere", "world", "region"),
    [
        ({"Service": "dms.amazonaws.com"}, YES, YES, NO),
        ({"Service": ["lambda.amazonaws.com", "dms.us-east-1.amazonaws.com"]}, YES, NO, YES),
        ({"Service": "dms.cn-north-1.amazonaws.com.cn"}, YES, UNKNOWN, YES),
        ({"Service": "dms.amazonaws.com.cn"}, UNKNOWN, UNKNOWN, UNKNOWN),
        ({"Service": "dms-data-migrations.amazonaws.com"}, NO, NO, NO),
        ({"Service": "lambda.amazonaws.com"}, NO, NO, NO),
        ({"AWS": "arn:aws:iam::111122223333:root"}, NO, NO, NO),
        ({"AWS": "*"}, NO, NO, NO),
        ("*", UNKNOWN, UNKNOWN, UNKNOWN),
        ({}, NO, NO, NO),
        (None, NO, NO, NO),
        (7, NO, NO, NO),
    ],
)
def test_trust(principal: Any, anywhere: Truth, world: Truth, region: Truth) -> None:
    found = trust(principal)
    assert [iam.trusted(found, service) for service in (iam.DMS_ANYWHERE, iam.DMS_GLOBAL, iam.DMS_REGIONAL)] == [
        anywhere,
        world,
        region,
    ]


@pytest.mark.parametrize(
    ("outline", "anywhere", "world", "region"),
    [
        (f"dms.{HOLE}.amazonaws.com", YES, NO, YES),
        (f"dms.{HOLE}", YES, UNKNOWN, UNKNOWN),
        (f"dms.us-east-1.{HOLE}", YES, NO, UNKNOWN),
        (f"{HOLE}.amazonaws.com", UNKNOWN, UNKNOWN, UNKNOWN),
        (f"lambda.{HOLE}", NO, NO, NO),
        ("", UNKNOWN, UNKNOWN, UNKNOWN),
    ],
)
def test_principals_with_unknown_parts(outline: str, anywhere: Truth, world: Truth, region: Truth) -> None:
    principal = iam.Principal("Service", Value.unknown(outline=outline))
    found = [iam.is_principal(principal, service) for service in (iam.DMS_ANYWHERE, iam.DMS_GLOBAL, iam.DMS_REGIONAL)]
    assert found == [anywhere, world, region]


def test_only_the_right_action_trusts() -> None:
    assert iam.trusted(trust({"Service": "dms.amazonaws.com"}, Action="sts:TagSession"), iam.DMS_GLOBAL) is NO
    assert iam.trusted(trust({"Service": "dms.amazonaws.com"}, Action="sts:*"), iam.DMS_GLOBAL) is YES
    assert iam.trusted(trust({"Service": "dms.amazonaws.com"}, Effect="Deny"), iam.DMS_GLOBAL) is NO


# --- every way of writing ---------------------------------------------------------------------------------------------

ROLE = 'resource "aws_iam_role" "r" {\n  name = "ledger"\n  assume_role_policy = "{}"\n%s}\n'
TEXT = '"{\\"Statement\\": {\\"Effect\\": \\"Allow\\", \\"Action\\": \\"s3:Put*\\", \\"Resource\\": \\"*\\"}}"'
ENCODED = 'jsonencode({ Statement = [{ Effect = "Allow", Action = ["s3:PutObject"], Resource = "*" }] })'
PARTLY_KNOWN = """jsonencode({
    Statement = [{ Effect = "Allow", Action = "s3:PutObject", Resource = "${aws_s3_bucket.b.arn}/*" }]
  })"""
HEREDOC = """<<-POLICY
    {"Statement": [{"Effect": "Allow", "Action": "s3:PutObject", "Resource": "${aws_s3_bucket.b.arn}/*"}]}
  POLICY"""
DATA = """data "aws_iam_policy_document" "d" {
  statement {
    actions   = ["s3:PutObject"]
    resources = ["${aws_s3_bucket.b.arn}/*"]
  }
}
"""
COMBINED = """data "aws_iam_policy_document" "d" {
  %s = [jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:PutObject", Resource = "*" }] })]
}
"""
MANAGED = 'resource "aws_iam_policy" "p" {\n  name   = "p"\n  policy = %s\n}\n'
ATTACHED = 'resource "aws_iam_role_policy_attachment" "a" {\n  role       = %s\n  policy_arn = %s\n}\n'
INLINE = 'resource "aws_iam_role_policy" "i" {\n  role   = %s\n  policy = %s\n}\n'
BUCKET = 'resource "aws_s3_bucket" "b" {}\nvariable "open" {}\nvariable "list" { type = list(string) }\n'
FULL = '"arn:aws:iam::aws:policy/AmazonS3FullAccess"'

ALLOWED = {
    "inline text": ROLE % "" + INLINE % ("aws_iam_role.r.id", TEXT),
    "inline encoded": ROLE % "" + INLINE % ("aws_iam_role.r.name", ENCODED),
    "inline with unknown parts": ROLE % "" + INLINE % ("aws_iam_role.r.id", PARTLY_KNOWN),
    "inline by name": ROLE % "" + INLINE % ('"ledger"', ENCODED),
    "heredoc": ROLE % "" + INLINE % ("aws_iam_role.r.id", HEREDOC),
    "block": ROLE % f'  inline_policy {{\n    name   = "i"\n    policy = {ENCODED}\n  }}\n',
    "data source": ROLE % "" + DATA + INLINE % ("aws_iam_role.r.id", "data.aws_iam_policy_document.d.json"),
    "sources": ROLE % "" + COMBINED % "source_policy_documents" + INLINE % ("aws_iam_role.r.id", "data.aws_iam_policy_document.d.json"),
    "overrides": ROLE % "" + COMBINED % "override_policy_documents" + INLINE % ("aws_iam_role.r.id", "data.aws_iam_policy_document.d.json"),
    "attached": ROLE % "" + MANAGED % ENCODED + ATTACHED % ("aws_iam_role.r.name", "aws_iam_policy.p.arn"),
    "attached to several": ROLE % "" + MANAGED % ENCODED + 'resource "aws_iam_policy_attachment" "a" {\n  name = "a"\n'
    "  roles = [aws_iam_role.r.name]\n  policy_arn = aws_iam_policy.p.arn\n}\n",
    "AWS's own": ROLE % f"  managed_policy_arns = [{FULL}]\n",
    "AWS's own, attached": ROLE % "" + ATTACHED % ("aws_iam_role.r.name", FULL),
    "AWS's own, in any partition": 'data "aws_partition" "p" {}\n' + ROLE % ""
    + ATTACHED % ("aws_iam_role.r.name", FULL.replace("arn:aws:", "arn:${data.aws_partition.p.partition}:")),
    "AWS's own, looked up": 'data "aws_iam_policy" "x" { name = "AmazonS3FullAccess" }\n' + ROLE % ""
    + ATTACHED % ("aws_iam_role.r.name", "data.aws_iam_policy.x.arn"),
    "looked up by ARN": f'data "aws_iam_policy" "x" {{ arn = {FULL} }}\n' + ROLE % ""
    + ATTACHED % ("aws_iam_role.r.name", "data.aws_iam_policy.x.arn"),
    "each": ROLE % "" + f'resource "aws_iam_role_policy_attachment" "a" {{\n  for_each = toset([{FULL}])\n  role = aws_iam_role.r.name\n'
    "  policy_arn = each.value\n}\n",
    "the name is a variable": (ROLE % "").replace('"ledger"', "var.open") + INLINE % ("aws_iam_role.r.name", ENCODED),
    "the name has one": (ROLE % "").replace('"ledger"', '"${var.open}-ledger"') + INLINE % ("aws_iam_role.r.name", ENCODED),
    "the same variable": (ROLE % "").replace('"ledger"', "var.open") + INLINE % ("var.open", ENCODED),
}  # fmt: skip

LACKING = {
    "nothing": ROLE % "",
    "another role's": ROLE % "" + 'resource "aws_iam_role" "o" {\n  name = "o"\n  assume_role_policy = "{}"\n}\n'
    + INLINE % ("aws_iam_role.o.id", ENCODED),
    "another name's": ROLE % "" + INLINE % ('"other"', ENCODED),
    "another action": ROLE % "" + INLINE % ("aws_iam_role.r.id", ENCODED.replace("Put", "Get")),
    "denied": ROLE % "" + DATA.replace("statement {", 'statement {\n    effect = "Deny"', 1).replace('["${aws_s3_bucket.b.arn}/*"]', '["*"]')
    + INLINE % ("aws_iam_role.r.id", "data.aws_iam_policy_document.d.json")
    + ATTACHED % ("aws_iam_role.r.name", FULL),
    "replaced": ROLE % "" + """data "aws_iam_policy_document" "d" {
  source_policy_documents = [jsonencode({ Statement = [{ Sid = "A", Effect = "Allow", Action = "s3:PutObject", Resource = "*" }] })]
  statement {
    sid       = "A"
    actions   = ["s3:GetObject"]
    resources = ["*"]
  }
}
""" + INLINE % ("aws_iam_role.r.id", "data.aws_iam_policy_document.d.json"),
    "AWS's own for reading": ROLE % '  managed_policy_arns = ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"]\n',
    "an empty block": ROLE % "  inline_policy {}\n",
    "what a variable names": ROLE % "" + INLINE % ("var.open", ENCODED),
}  # fmt: skip

OPEN = {
    "another AWS policy": ROLE % '  managed_policy_arns = ["arn:aws:iam::aws:policy/AmazonAthenaFullAccess"]\n',
    "a policy from elsewhere": ROLE % '  managed_policy_arns = ["arn:aws:iam::111122223333:policy/ledger"]\n',
    "a variable": ROLE % "  managed_policy_arns = var.list\n",
    "a variable among others": ROLE % '  managed_policy_arns = concat(var.list, ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"])\n',
    "an unknown document": ROLE % "" + INLINE % ("aws_iam_role.r.id", "var.open"),
    "unknown actions": ROLE % "" + INLINE % ("aws_iam_role.r.id", ENCODED.replace('["s3:PutObject"]', "var.list")),
    "an unknown statement": ROLE % "" + DATA.replace("  statement {\n", '  dynamic "statement" {\n    for_each = var.list\n    content {\n', 1)
    .replace("  }\n}", "  }\n  }\n}") + INLINE % ("aws_iam_role.r.id", "data.aws_iam_policy_document.d.json"),
    "a document from elsewhere": ROLE % "" + 'data "external" "e" {\n  program = ["false"]\n}\n'
    + INLINE % ("aws_iam_role.r.id", "data.external.e.result.policy"),
    "an unknown role": ROLE % "" + 'data "external" "e" {\n  program = ["false"]\n}\n'
    + INLINE % ('data.external.e.result.roles[var.open] == "x" ? aws_iam_role.r.name : "other"', ENCODED),
    "a module that is not there": ROLE % "" + 'module "m" {\n  source = "example/policies/aws"\n  role   = aws_iam_role.r.name\n}\n',
    "under a condition": ROLE % "" + INLINE % ("aws_iam_role.r.id", ENCODED.replace('Resource = "*"',
                         'Resource = "*", Condition = { Bool = { "aws:MultiFactorAuthPresent" = "true" } }')),
}  # fmt: skip


def terraform(text: str, folder: Path) -> Truth:
    (folder / "main.tf").write_text(BUCKET + text)
    read = read_folder(folder)
    assert not read.gaps
    role = read.resources["aws_iam_role.r"]
    ((held, _),) = read.explore(lambda deployment: iam.permissions(deployment, role))
    return held.allow("s3:PutObject")


@pytest.mark.parametrize("way", ALLOWED)
def test_terraform_allows(way: str, tmp_path: Path) -> None:
    assert terraform(ALLOWED[way], tmp_path) is YES


@pytest.mark.parametrize("way", LACKING)
def test_terraform_allows_nothing(way: str, tmp_path: Path) -> None:
    assert terraform(LACKING[way], tmp_path) is NO


@pytest.mark.parametrize("way", OPEN)
def test_terraform_does_not_say(way: str, tmp_path: Path) -> None:
    assert terraform(OPEN[way], tmp_path) is UNKNOWN


HEAD = """
Parameters:
  Name: {Type: String}
  Arn: {Type: String}
  Arns: {Type: CommaDelimitedList}
Conditions:
  Imported: !Equals [!ImportValue a, b]
Resources:
  Bucket: {Type: 'AWS::S3::Bucket'}
"""
STATEMENT = "{Statement: {Effect: Allow, Action: 's3:Put*', Resource: !Sub '${Bucket.Arn}/*'}}"
PLAIN = "  Role: {Type: 'AWS::IAM::Role', Properties: {RoleName: ledger}}\n"


def with_properties(properties: str) -> str:
    return f"  Role: {{Type: 'AWS::IAM::Role', Properties: {{{properties}}}}}\n"


def beside(kind: str, properties: str, more: str = "") -> str:
    return f"  Beside: {{Type: 'AWS::IAM::{kind}', {more}Properties: {{{properties}, PolicyDocument: {STATEMENT}}}}}\n"


TEMPLATES = {
    "inline": (with_properties(f"Policies: [{{PolicyName: p, PolicyDocument: {STATEMENT}}}]"), YES),
    "a single inline policy": (with_properties(f"Policies: {{PolicyName: p, PolicyDocument: {STATEMENT}}}"), YES),
    "text": (with_properties(
        """Policies: [{PolicyName: p, PolicyDocument: '{"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}}'}]"""
    ), YES),
    "substituted text": (with_properties(
        """Policies: [{PolicyName: p, PolicyDocument: !Sub '{"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "${Bucket.Arn}"}}'}]"""
    ), YES),
    "policy": (PLAIN + beside("Policy", "Roles: [!Ref Role]"), YES),
    "policy by name": (PLAIN + beside("Policy", "Roles: [ledger]"), YES),
    "policy of one role": (PLAIN + beside("RolePolicy", "RoleName: !Ref Role"), YES),
    "managed policy": (PLAIN + beside("ManagedPolicy", "Roles: [!Ref Role]"), YES),
    "managed policy, named by the role": (with_properties("ManagedPolicyArns: [!Ref Beside]") + beside("ManagedPolicy", "Path: /"), YES),
    "AWS's own": (with_properties("ManagedPolicyArns: [!Sub 'arn:${AWS::Partition}:iam::aws:policy/AmazonS3FullAccess']"), YES),
    "the same parameter": (with_properties("RoleName: !Ref Name") + beside("Policy", "Roles: [!Ref Name]"), YES),
    "the same text around a parameter": (
        with_properties("RoleName: !Sub '${Name}-x'") + beside("Policy", "Roles: [!Sub '${Name}-x']"), UNKNOWN),
    "nothing": (PLAIN, NO),
    "another role's": (PLAIN + beside("Policy", "Roles: [other]"), NO),
    "a user's": (PLAIN + beside("Policy", "Users: [ledger]"), NO),
    "never": (PLAIN + "  Beside: {Type: 'AWS::IAM::Policy', Properties: {Roles: [!Ref Role], PolicyDocument: !Ref 'AWS::NoValue'}}\n", NO),
    "a parameter": (with_properties("ManagedPolicyArns: [!Ref Arn]"), UNKNOWN),
    "a list": (with_properties("ManagedPolicyArns: !Ref Arns"), UNKNOWN),
    "under a condition": (PLAIN + beside("Policy", "Roles: [!Ref Role]", "Condition: Imported, "), UNKNOWN),
    "an imported policy": (with_properties("ManagedPolicyArns: [!ImportValue policy]"), UNKNOWN),
    "a nested stack": (PLAIN + "  Stack: {Type: 'AWS::CloudFormation::Stack', Properties: {Parameters: {Role: !Ref Role}}}\n", UNKNOWN),
    "a macro": (with_properties("Policies: [{PolicyName: p, 'Fn::Transform': {Name: m}}]"), UNKNOWN),
    "unknown actions": (with_properties(
        "Policies: [{PolicyName: p, PolicyDocument: {Statement: [{Effect: Allow, Action: !Ref Arns, Resource: '*'}]}}]"), UNKNOWN),
    "an unknown statement": (with_properties(
        "Policies: [{PolicyName: p, PolicyDocument: {Statement: [!If [Imported, {Effect: Allow, Action: 's3:*', Resource: '*'}, !Ref Arn]]}}]"
    ), UNKNOWN),
}  # fmt: skip


@pytest.mark.parametrize("way", TEMPLATES)
def test_cloudformation(way: str) -> None:
    text, expected = TEMPLATES[way]
    found = parse("template.yaml", HEAD + text)
    template = Template(found.tree, "template.yaml", found.place)

    def question(deployment: Deployment) -> Truth:
        role = deployment.get("Role")
        assert isinstance(role, Resource)
        return iam.permissions(deployment, role).allow("s3:PutObject")

    assert {truth for truth, _ in template.explore(question)} == {expected}


# --- roles that have nothing to do with AWS DMS -----------------------------------------------------------------------


def test_documents_in_a_circle_are_unknown(tmp_path: Path) -> None:
    sources = ", ".join(["data.aws_iam_policy_document.d.json"] * 30)
    text = DATA.replace("  statement {", f"  source_policy_documents = [{sources}]\n  statement {{", 1).replace(
        "PutObject", "GetObject"
    )
    text = ROLE % "" + text + INLINE % ("aws_iam_role.r.id", "data.aws_iam_policy_document.d.json")
    assert terraform(text, tmp_path) is UNKNOWN


UNRELATED = """
resource "aws_iam_role" "function" {
  assume_role_policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}
resource "aws_iam_policy" "administrator" {
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })
}
"""


def test_an_unrelated_role_has_no_verdict(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(UNRELATED)
    found = analyse(read_folder(tmp_path))
    assert not found.holds_dms
    assert {verdict.outcome for verdict in found.verdicts.values()} == {Outcome.UNKNOWN}


def test_an_unrelated_role_is_not_where_a_gap_stands(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(UNRELATED + 'module "m" { source = "./m" }\n')
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "main.tf").write_text("resource {")
    found = analyse(read_folder(tmp_path))
    assert {finding.rule.id for finding in found.findings()} == {"DMS00"}
    assert not [finding for finding in found.findings() if finding.resource.startswith("aws_iam")]


def test_a_failure_on_a_role_is_said_at_a_resource_of_aws_dms(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> Truth:
        raise KeyError

    text = HEAD + PLAIN + "  Ledger: {Type: 'AWS::DMS::Certificate'}\n"
    found = parse("template.yaml", text)
    monkeypatch.setattr(iam, "named", fail)
    findings = analyse(Template(found.tree, "template.yaml", found.place)).findings()
    assert {(finding.rule.id, finding.resource) for finding in findings} == {("DMS00", "Ledger")}
    assert "DMS60 failed on Role with KeyError" in findings[0].message
    found = parse("template.yaml", HEAD + PLAIN)
    assert not analyse(Template(found.tree, "template.yaml", found.place)).findings()


@pytest.mark.parametrize("suffix", [".tf", ".template"])
def test_checkov_finds_roles_without_resources_of_aws_dms(suffix: str, tmp_path: Path) -> None:
    bad = support.FIXTURES / "DMS60" / f"bad{suffix}"
    (tmp_path / f"main{suffix}").write_text(bad.read_text("utf-8"))
    (tmp_path / "unrelated").mkdir()
    (tmp_path / "unrelated" / "main.tf").write_text(UNRELATED)
    found = support.records(support.checkov("-d", str(tmp_path), "--check", "CKV_DMS_*"))
    assert {support.identity(record) for record in found} == support.wanted_in(bad)


# --- boundaries -------------------------------------------------------------------------------------------------------

WIDE = '{"Statement": [{"Effect": "Allow", "Action": "dms:*", "Resource": "*"}]}'


@pytest.mark.parametrize("kind", ["role", "user"])
@pytest.mark.parametrize(
    ("attribute", "outcome"),
    [("permissions_boundary", Outcome.UNKNOWN), ("description", Outcome.FAILS)],
    ids=["boundary", "other"],
)
def test_a_boundary_allows_nothing(kind: str, attribute: str, outcome: Outcome, tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text(
        f'resource "aws_iam_policy" "wide" {{\n  policy = jsonencode({WIDE})\n}}\n'
        f'resource "aws_iam_{kind}" "deployer" {{\n  {attribute} = aws_iam_policy.wide.arn\n}}\n'
    )
    analysis = analyse(read_folder(tmp_path))
    assert analysis.verdicts["DMS65", "aws_iam_policy.wide"].outcome is outcome


def test_a_boundary_in_a_template() -> None:
    policy = {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": json.loads(WIDE)}}
    role = {"Type": "AWS::IAM::Role", "Properties": {"PermissionsBoundary": {"Ref": "Wide"}}}
    analysis = analyse(Template({"Resources": {"Wide": policy, "Deployer": role}}, "boundary.template"))
    assert analysis.verdicts["DMS65", "Wide"].outcome is Outcome.UNKNOWN
