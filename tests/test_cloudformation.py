"""The evaluator: values, conditions, and the parameter values a finding hangs on."""

import textwrap
from pathlib import Path

import pytest
import support
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dms_checks.analysis import Analysis, analyse
from dms_checks.deployment import Deployment
from dms_checks.model import Reference, Value
from dms_checks.readers.cloudformation import Template
from dms_checks.readers.documents import parse

HEAD = """
Parameters:
  Env: {Type: String, AllowedValues: [dev, prod], Default: dev}
  Free: {Type: String}
  Named: {Type: String}
  Defaulted: {Type: String, Default: RSA_2048}
  Secret: {Type: String, NoEcho: true, AllowedValues: [hunter2, hunter3]}
  Stored: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /kms/spec}
  Ports: {Type: CommaDelimitedList, Default: '443, 3306'}
Mappings:
  Specs: {dev: {spec: SYMMETRIC_DEFAULT}, prod: {spec: RSA_2048}}
  Same: {eu-west-1: {spec: RSA_2048}, us-east-1: {spec: RSA_2048}}
  Different: {eu-west-1: {spec: RSA_2048}, us-east-1: {spec: SYMMETRIC_DEFAULT}}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
  NotProd: !Not [!Condition IsProd]
  Never: !And [!Condition IsProd, !Condition NotProd]
  IsNamed: !Equals [!Ref Named, special]
  Imported: !Equals [!ImportValue x, y]
  InIreland: !Equals [!Ref 'AWS::Region', eu-west-1]
Resources:
"""
INSTANCE = """
  Ledger:
    Type: AWS::DMS::ReplicationInstance
    Properties:
      ReplicationInstanceClass: dms.t3.medium
      KmsKeyId: !GetAtt Key.Arn
"""


def analysis(resources: str) -> Analysis:
    text = HEAD + textwrap.dedent(resources).replace("\n", "\n  ")
    document = parse("template.yaml", text)
    return analyse(Template(document.tree, "template.yaml", document.place))


def key_findings(spec: str, extra: str = "") -> list[str]:
    """The messages of DMS10 for an instance whose key has this spec."""
    text = HEAD + INSTANCE + f"  Key:\n    Type: AWS::KMS::Key\n{extra}    Properties: {{KeySpec: {spec}}}\n"
    document = parse("template.yaml", text)
    found = analyse(Template(document.tree, "template.yaml", document.place))
    return [finding.message for finding in found.findings() if finding.rule.id == "DMS10"]


@pytest.mark.parametrize(
    "spec",
    [
        "RSA_2048",
        "!Sub 'RSA_2048'",
        "!Join [_, [RSA, '2048']]",
        "!Select [1, [a, RSA_2048]]",
        "!Select [1, !Split [',', 'a,RSA_2048']]",
        "!If [Never, SYMMETRIC_DEFAULT, RSA_2048]",
        "!If [Imported, RSA_2048, RSA_2048]",
        "!FindInMap [Same, !Ref 'AWS::Region', spec]",
        "!FindInMap [Specs, prod, spec]",
    ],
)
def test_values_that_are_certain(spec: str) -> None:
    (message,) = key_findings(spec)
    assert "when" not in message


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("!If [IsProd, RSA_2048, !Ref 'AWS::NoValue']", "when Env is 'prod'"),
        ("!If [NotProd, RSA_2048, SYMMETRIC_DEFAULT]", "when Env is 'dev'"),
        ("!FindInMap [Specs, !Ref Env, spec]", "when Env is 'prod'"),
        ("!FindInMap [Specs, !Ref Free, spec]", "when Free is 'prod'"),
        ("!If [IsNamed, RSA_2048, SYMMETRIC_DEFAULT]", "when Named is 'special'"),
        ("!If [IsNamed, SYMMETRIC_DEFAULT, RSA_2048]", "when Named is another value"),
        ("!FindInMap [Different, !Ref 'AWS::Region', spec]", "when the region is 'eu-west-1'"),
        ("!If [InIreland, RSA_2048, SYMMETRIC_DEFAULT]", "when the region is 'eu-west-1'"),
        ("!Ref Defaulted", "when the default of Defaulted is used"),
    ],
)
def test_values_that_hang_on_a_parameter(spec: str, words: str) -> None:
    (message,) = key_findings(spec)
    assert f"({words})" in message


@pytest.mark.parametrize(
    "spec",
    [
        "!Ref Free",
        "!Ref Stored",
        "!ImportValue spec",
        "'{{resolve:ssm:/kms/spec}}'",
        "!Sub '${Free}'",
        "!Join ['', [RSA_, !Ref Free]]",
        "!If [Imported, RSA_2048, SYMMETRIC_DEFAULT]",
        "!FindInMap [Specs, !Ref Env, missing]",
        "!Transform {Name: Macro}",
        "!If [Never, RSA_2048, SYMMETRIC_DEFAULT]",
        "!Ref 'AWS::NoValue'",
        "''",
    ],
)
def test_values_that_say_nothing(spec: str) -> None:
    assert key_findings(spec) == []


def test_a_resource_that_never_exists_uses_nothing() -> None:
    assert key_findings("RSA_2048", "    Condition: Never\n") == []


def test_a_secret_parameter_is_not_printed() -> None:
    (message,) = key_findings("!If [IsSecret, RSA_2048, SYMMETRIC_DEFAULT]".replace("IsSecret", "IsProd"))
    document = parse("t", HEAD.replace("IsProd: !Equals [!Ref Env, prod]", "IsProd: !Equals [!Ref Secret, hunter2]") + INSTANCE
                     + "  Key: {Type: AWS::KMS::Key, Properties: {KeySpec: !If [IsProd, RSA_2048, SYMMETRIC_DEFAULT]}}\n")  # fmt: skip
    messages = [finding.message for finding in support.followed(Template(document.tree, "t", document.place))]
    assert any("(when Secret has the value number 1 of those allowed)" in text for text in messages)
    assert not any("hunter" in text for text in [*messages, message])


def test_given_parameters_are_fixed() -> None:
    text = HEAD + INSTANCE + "  Key: {Type: AWS::KMS::Key, Properties: {KeySpec: !If [IsProd, RSA_2048, SYMMETRIC_DEFAULT]}}\n"
    document = parse("t", text)
    for value, rules in (("prod", {"DMS10"}), ("dev", set())):
        found = support.followed(Template(document.tree, "t", document.place, {"Env": value}))
        assert {finding.rule.id for finding in found} == rules


def test_thirty_independent_conditions_cost_nothing() -> None:
    """Only what a rule looks at multiplies."""
    names = range(30)
    conditions = "\n".join(f"  C{index}: !Equals [!Ref P{index}, on]" for index in names)
    parameters = "\n".join(f"  P{index}: {{Type: String}}" for index in names)
    text = f"Parameters:\n{parameters}\nConditions:\n{conditions}\nResources:\n" + "".join(
        f"  I{index}:\n    Type: AWS::DMS::ReplicationInstance\n    Condition: C{index}\n    Properties: {{}}\n"
        for index in names
    )
    document = parse("t", text)
    found = support.followed(Template(document.tree, "t", document.place))
    assert [finding.rule.id for finding in found] == ["DMS11"] * 30


def test_too_many_combinations_are_said() -> None:
    terms = ", ".join(f"!Sub '${{P{index}}}'" for index in range(8))
    parameters = "\n".join(f"  P{index}: {{Type: String, AllowedValues: [a, b]}}" for index in range(8))
    text = f"Parameters:\n{parameters}\nResources:\n  I:\n    Type: AWS::DMS::ReplicationInstance\n    Properties: {{KmsKeyId: !Join ['', [{terms}]]}}\n"
    document = parse("t", text)
    (finding,) = support.followed(Template(document.tree, "t", document.place))
    assert finding.rule.id == "DMS00"
    assert "more than 64 combinations of parameter values" in finding.message


def _value(text: str) -> Value:
    """The value of a property written like this."""
    template = f"{HEAD}  Key: {{Type: AWS::KMS::Key}}\n  I:\n    Type: AWS::DMS::ReplicationInstance\n    Properties:\n      KmsKeyId: {text}\n"

    def question(deployment: Deployment) -> Value:
        resource = deployment.get("I")
        assert resource
        return resource["kms_key"]

    return next(iter(Template(parse("t", template).tree, "t").explore(question)))[0]


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("!Ref Key", Reference("Key", "Ref")),
        ("!GetAtt Key.Arn", Reference("Key", "Arn")),
        ("{'Fn::GetAtt': Key.Arn}", Reference("Key", "Arn")),
        ("!Sub '${Key.Arn}'", Reference("Key", "Arn")),
        ("!Sub ['${K}', {K: !GetAtt Key.Arn}]", Reference("Key", "Arn")),
        ("!Sub 'arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/${Key}'", Reference("Key")),
        ("!Join ['', ['arn:aws:kms:', !Ref 'AWS::Region', ':1:key/', !Ref Key]]", Reference("Key")),
    ],
)
def test_references(text: str, reference: Reference) -> None:
    assert _value(text).reference == reference


def test_the_range_of_a_network_is_read_where_it_is_written() -> None:
    template = """
        Resources:
          Written: {Type: AWS::EC2::VPC, Properties: {CidrBlock: !Select [1, [10.1.0.0/16, 10.2.0.0/16]]}}
          Allotted: {Type: AWS::EC2::VPC, Properties: {Ipv4IpamPoolId: pool}}
          Circular: {Type: AWS::EC2::VPC, Properties: {CidrBlock: !GetAtt Circular.CidrBlock}}
          Group:
            Type: AWS::EC2::SecurityGroup
            Properties:
              SecurityGroupIngress: [!GetAtt Written.CidrBlock, !Sub "${Written.CidrBlock}", !GetAtt Allotted.CidrBlock, !GetAtt Circular.CidrBlock]
    """

    def question(deployment: Deployment) -> tuple[Value, ...]:
        group = deployment.get("Group")
        assert group
        return group["ingress"].items() or ()

    written, substituted, allotted, circular = next(iter(Template(parse("t", template).tree, "t").explore(question)))[0]
    assert written.text == substituted.text == "10.2.0.0/16"
    assert allotted.reference == Reference("Allotted", "CidrBlock")
    assert circular.text is None


def test_an_unknown_value_keeps_what_is_written_around_it() -> None:
    value = _value("!Sub 'com.amazonaws.${Free}.s3'")
    assert value.is_unknown
    assert value.outline == "com.amazonaws.\N{OBJECT REPLACEMENT CHARACTER}.s3"


def test_loops_are_written_out(tmp_path: Path) -> None:
    file = tmp_path / "template.yaml"
    file.write_text(
        textwrap.dedent("""
        Transform: AWS::LanguageExtensions
        Resources:
          Fn::ForEach::Loop:
            - Name
            - [Orders, Payments]
            - Endpoint${Name}:
                Type: AWS::DMS::Endpoint
                Properties: {EndpointType: source, EngineName: mysql, EndpointIdentifier: !Ref Name}
        """)
    )
    assert ("DMS20", "EndpointOrders") in support.found_by_library(file)
    assert ("DMS20", "EndpointPayments") in support.found_by_library(file)


def test_places_are_those_of_keys_and_branches() -> None:
    text = "Resources:\n  I:\n    Properties:\n      KmsKeyId: !If [A, b, c]\n      Groups:\n        - a\n        - b\n"
    document = parse("t", text)
    place = document.place(("Resources", "I", "Properties", "KmsKeyId"))
    assert (place.line, place.column) == (4, 7)
    assert (document.place(("Resources", "I", "Properties", "KmsKeyId", "Fn::If", 2)).column) == 28
    assert (document.place(("Resources", "I", "Properties", "Groups", 1)).line) == 7
    assert (document.place(("Resources", "I", "Properties", "Absent")).line) == 3


# --- nothing that a template can hold makes a rule or the evaluator raise ---------------------------------------------

TEMPLATES = [item.path for item in support.fixtures() if item.door == "cloudformation"]
JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(max_size=12)
    | st.sampled_from(["Key", "AWS::NoValue"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "Ref",
                    "Fn::If",
                    "Fn::GetAtt",
                    "Fn::Sub",
                    "Fn::Join",
                    "Fn::Select",
                    "Fn::Split",
                    "Fn::FindInMap",
                    "Fn::Transform",
                    "Condition",
                ]
            )
            | st.text(max_size=5),
            inner,
            max_size=2,
        )
    ),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_mutated_templates_never_raise(data: st.DataObject) -> None:
    tree = parse("t", data.draw(st.sampled_from(TEMPLATES)).read_text("utf-8")).tree
    for _ in range(data.draw(st.integers(1, 4))):
        path = data.draw(st.sampled_from(support.paths_in(tree)[1:]))
        support.mutate(tree, path, data.draw(JUNK))
    messages = [finding.message for finding in support.followed(Template(tree, "t"))]
    assert not [text for text in messages if "please report" in text], yaml.safe_dump(tree)


@pytest.mark.parametrize(
    "condition",
    [
        "!Equals [!Ref 'AWS::AccountId', '111111111111']",
        "!Equals [!Ref 'AWS::Partition', aws-cn]",
        "!Equals [!Ref Stored, prod]",
        "!Equals [!Ref Free, '{{resolve:ssm:/x}}']",
        "!Equals [!ImportValue x, y]",
    ],
)
@pytest.mark.parametrize("arms", ["RSA_2048, SYMMETRIC_DEFAULT", "SYMMETRIC_DEFAULT, RSA_2048"])
def test_conditions_that_say_nothing(condition: str, arms: str) -> None:
    text = HEAD.replace("Imported: !Equals [!ImportValue x, y]", f"Imported: {condition}") + INSTANCE
    document = parse("t", text + f"  Key: {{Type: AWS::KMS::Key, Properties: {{KeySpec: !If [Imported, {arms}]}}}}\n")
    assert not [item for item in support.followed(Template(document.tree, "t")) if item.rule.id == "DMS10"]


def test_several_values_of_a_parameter_are_named() -> None:
    (message,) = key_findings("!If [IsSpecial, SYMMETRIC_DEFAULT, RSA_2048]".replace("IsSpecial", "IsNamed"))
    assert "(when Named is another value)" in message
    text = HEAD.replace("AllowedValues: [dev, prod]", "AllowedValues: [dev, test, prod]") + INSTANCE
    document = parse(
        "t", text + "  Key: {Type: AWS::KMS::Key, Properties: {KeySpec: !If [IsProd, SYMMETRIC_DEFAULT, RSA_2048]}}\n"
    )
    messages = [item.message for item in support.followed(Template(document.tree, "t")) if item.rule.id == "DMS10"]
    assert "(when Env is 'dev' or Env is 'test')" in messages[0]


@pytest.mark.parametrize("shape", ["!Join ['', [{0}, {0}]]", "!If [Imported, {0}, {0}]", "[{0}, {0}]"])
def test_small_templates_that_would_never_end(shape: str) -> None:
    anchors = "".join(f"    a{index}: &a{index} {shape.format(f'*a{index - 1}')}\n" for index in range(1, 50))
    text = HEAD + "  Ledger:\n    Type: AWS::DMS::ReplicationInstance\n    Metadata:\n    a0: &a0 x\n" + anchors
    text += "    Properties: {KmsKeyId: *a49, VpcSecurityGroupIds: *a49}\n"
    document = parse("t", text)
    assert not [item for item in support.followed(Template(document.tree, "t")) if "please report" in item.message]


def test_a_macro_beside_the_properties_may_add_any() -> None:
    text = HEAD + "  E:\n    Type: AWS::DMS::Endpoint\n    Fn::Transform: {Name: M}\n    Properties: {EngineName: mysql}\n"
    assert not support.followed(Template(parse("t", text).tree, "t"))
