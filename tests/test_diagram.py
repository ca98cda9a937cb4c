"""The migration as a picture: what it shows, in both forms, and that nothing in a template breaks it."""

import json
import math
import re
import subprocess
import sys
import unicodedata
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import scenarios
import support
from scenarios import Scenario, Variant

from dms_checks.cli import main
from dms_checks.drawings.look import INK, LOOKS, Look
from dms_checks.drawings.shapes import MUTED

SVG = "{http://www.w3.org/2000/svg}"


# --- templates --------------------------------------------------------------------------------------------------------


def ref(name: str) -> dict[str, str]:
    return {"Ref": name}


def resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::{kind}", "Properties": properties}


def template(consumers: list[str], endpoints: dict[str, str], parameters: dict[str, Any] | None = None) -> dict[str, Any]:
    """Consumers whose group lets port 3306 out, each with all endpoints; these are named with their engine.

    ``mysql`` connects, ``postgres`` is blocked, and of ``oracle`` nothing is known.
    """
    resources = {
        "Vpc": resource("EC2::VPC", CidrBlock="10.40.0.0/16"),
        "SubnetA": resource("EC2::Subnet", VpcId=ref("Vpc"), CidrBlock="10.40.1.0/24", AvailabilityZone="us-east-1a"),
        "SubnetB": resource("EC2::Subnet", VpcId=ref("Vpc"), CidrBlock="10.40.2.0/24", AvailabilityZone="us-east-1b"),
        "Group": resource(
            "EC2::SecurityGroup",
            GroupDescription="DMS",
            VpcId=ref("Vpc"),
            SecurityGroupEgress=[{"IpProtocol": "tcp", "FromPort": 3306, "ToPort": 3306, "CidrIp": "10.40.0.0/16"}],
        ),
        "Databases": resource(
            "EC2::SecurityGroup",
            GroupDescription="Databases",
            VpcId=ref("Vpc"),
            SecurityGroupIngress=[{"IpProtocol": "tcp", "FromPort": 3306, "ToPort": 5432, "CidrIp": "10.40.0.0/16"}],
        ),
        "DatabaseSubnets": resource("RDS::DBSubnetGroup", SubnetIds=[ref("SubnetA")]),
        "Subnets": resource("DMS::ReplicationSubnetGroup", SubnetIds=[ref("SubnetA"), ref("SubnetB")]),
    }
    for name in consumers:
        resources[name] = resource(
            "DMS::ReplicationInstance", ReplicationSubnetGroupIdentifier=ref("Subnets"), VpcSecurityGroupIds=[ref("Group")]
        )
    for number, (name, engine) in enumerate(endpoints.items()):
        database = f"Database{number}"
        address: Any = {"Fn::GetAtt": [database, "Endpoint.Address"]}
        if engine == "oracle":
            address = {"Fn::ImportValue": "host"}
        else:
            resources[database] = resource(
                "RDS::DBInstance",
                Engine=engine,
                DBSubnetGroupName=ref("DatabaseSubnets"),
                VPCSecurityGroups=[ref("Databases")],
                PubliclyAccessible=False,
            )
        port = {"mysql": 3306, "postgres": 5432, "oracle": 3306}[engine]
        resources[name] = resource(
            "DMS::Endpoint", EndpointType="target" if number % 2 else "source", EngineName=engine, ServerName=address, Port=port
        )
    for number, (consumer, endpoint) in enumerate((one, other) for one in consumers for other in endpoints):
        resources[f"Task{number}"] = resource(
            "DMS::ReplicationTask",
            ReplicationInstanceArn=ref(consumer),
            SourceEndpointArn=ref(endpoint),
            TargetEndpointArn=ref(endpoint),
        )
    return {"Parameters": parameters or {}, "Resources": resources}


ENGINES = ("mysql", "postgres", "oracle")
STATES = {"mysql": "connects", "postgres": "blocked", "oracle": "not known"}


def grid(consumers: int, endpoints: int) -> dict[str, Any]:
    return template(
        [f"Instance{number}" for number in range(consumers)],
        {f"Ledger{number}": ENGINES[number % 3] for number in range(endpoints)},
    )


# --- doors ------------------------------------------------------------------------------------------------------------


def write(folder: Path, tree: dict[str, Any]) -> Path:
    path = folder / "template.json"
    path.write_text(json.dumps(tree, indent=1))
    return path


def drawn(capsys: pytest.CaptureFixture[str], path: Path, form: str = "mermaid") -> str:
    """What the command prints; it has nothing to say beside that."""
    assert main(["diagram", str(path), "--format", form]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    return printed.out


def command(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return support.run(sys.executable, "-m", "dms_checks.cli", "diagram", *arguments, environment=environment)


# --- Mermaid ----------------------------------------------------------------------------------------------------------

HEAD = re.compile(r"---\ntitle: [^\"#;:\n]+\n(?:config:\n(?:  +\w+:(?: \d+)?\n)+)?---\nflowchart LR\n    accTitle: [\w ,:]+\n")
NODE = re.compile(r' +(\w+)\["`([^"`]*)`"\]\n')
LINK = re.compile(r' +(\w+) (-->|==x|-\.->|-\.-)(?:\|"`([^"`]*)`"\|)? (\w+)\n')
OTHER = re.compile(
    r' +(?:subgraph \w+\["[^"`\n]*"\]|end|class [\w,]+ \w+|(?:classDef|linkStyle|style) [\w,]+ [\w:#,\- ]+)\n',
)
ARROWS = {"-->": "connects", "==x": "blocked", "-.->": "not known"}
ENTITY = re.compile(r"#(\d+);")


@dataclass(frozen=True)
class Chart:
    """A flowchart, read back: the lines of each label as they are shown, and the links with theirs."""

    labels: dict[str, list[str]]
    links: list[tuple[str, str, str, str]]

    def name(self, node: str) -> str:
        """What is shown in bold."""
        return "".join(line[2:-2] for line in self.labels[node] if line.startswith("**"))

    def pairs(self) -> list[tuple[str, str, str]]:
        """Each way from a consumer to an endpoint, with its state."""
        found = []
        for start, arrow, _, end in self.links:
            if start.startswith("c"):
                while not end.startswith("e"):
                    (end,) = [target for source, _, _, target in self.links if source == end]
                found.append((self.name(start), self.name(end), ARROWS[arrow]))
        return found


def read(text: str) -> Chart:
    """Read a flowchart, of which every line has to be one of those that all versions of Mermaid take."""
    head = HEAD.match(text)
    assert head, text[:400]
    labels, links, at = {}, [], head.end()
    while at < len(text):
        found = NODE.match(text, at) or LINK.match(text, at) or OTHER.match(text, at)
        assert found, text[at : at + 200]
        if found.re is NODE:
            labels[found.group(1)] = [shown(line) for line in found.group(2).split("\n")]
        elif found.re is LINK:
            links.append((found.group(1), found.group(2), shown((found.group(3) or "").replace("\n", " ")), found.group(4)))
        at = found.end()
    assert {node for start, _, _, end in links for node in (start, end)} <= labels.keys()
    return Chart(labels, links)


def shown(line: str) -> str:
    """A line with its entities as the characters that they stand for. Nothing else in it may be markup, but for the bold of a whole line."""
    inner = line[2:-2] if line.startswith("**") else line
    assert not re.search(r"[*`~\\$%{}\[\]|<>&@:;\"]|www\.|https?:|#(?!\d+;)", ENTITY.sub("", inner)), line
    assert not re.match(r"\s|\d+[.)](\s|$)|[-+=]", ENTITY.sub("x", inner)), line
    return ENTITY.sub(lambda found: chr(int(found.group(1))), line)


# --- SVG --------------------------------------------------------------------------------------------------------------

COLOURS = {"#009e73": "connects", "#d55e00": "blocked", "#7d8590": "not known"}
SENTENCE = re.compile(r"(.+) to (.+?)(?: on port \d+)?: (connects|blocked|not known)(?:, (.+))?")


def parsed(text: str) -> ElementTree.Element:
    """An SVG file, which has a title and a description, and nothing that runs or is fetched."""
    root = ElementTree.fromstring(text)
    assert root.tag == f"{SVG}svg"
    assert [child.tag for child in root][:2] == [f"{SVG}title", f"{SVG}desc"]
    assert all(root[index].text for index in (0, 1))
    assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {"svg", "title", "desc", "g", "rect", "path", "text"}
    assert not [name for element in root.iter() for name in element.attrib if name.startswith("on") or "href" in name]
    assert "url(" not in text
    return root


def pairs_in(root: ElementTree.Element) -> list[tuple[str, str, str]]:
    """The pairs by their words, which have to be those of their lines' colours."""
    found = []
    for group in root.iter(f"{SVG}g"):
        title = group.find(f"{SVG}title")
        if title is None:
            continue
        match = SENTENCE.fullmatch(title.text or "")
        assert match, title.text
        colours = {path.get("stroke") for path in group.iter(f"{SVG}path")} - {None}
        assert {COLOURS[colour or ""] for colour in colours} == {match.group(3)}
        found.append((match.group(1), match.group(2), match.group(3)))
    return found


def columns(text: str) -> float:
    """How many columns a text takes, counted here anew."""
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return len(text) + wide - sum(unicodedata.combining(char) > 0 for char in text)


def overflowing(root: ElementTree.Element) -> list[str]:
    """The texts that are wider than the smallest box in which they begin; fixed-width columns have 0.6 of the size, and others mostly less."""
    found = []
    for shapes in (list(root), *(list(group.iter()) for group in root.findall(f"{SVG}g"))):
        boxes = [box_of(shape) for shape in shapes if shape.tag == f"{SVG}rect"]
        for text in (shape for shape in shapes if shape.tag == f"{SVG}text"):
            x, y, size = (float(text.get(name, 0)) for name in ("x", "y", "font-size"))
            wide = columns(text.text or "") * size * 0.6
            x -= wide / 2 if text.get("text-anchor") == "middle" else 0
            around = [box for box in boxes if box[0] <= x <= box[2] and box[1] <= y <= box[3]]
            right, bottom = min(around, key=lambda box: box[2] - box[0], default=(0, 0, math.inf, math.inf))[2:]
            if x + wide > right or y > bottom:
                found.append(text.text or "")
    return found


def box_of(shape: ElementTree.Element) -> tuple[float, float, float, float]:
    x, y, wide, high = (float(shape.get(name, 0)) for name in ("x", "y", "width", "height"))
    return x, y, x + wide, y + high


# --- what is drawn ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("consumers", "endpoints"), [(1, 1), (1, 2), (2, 3), (3, 4), (1, 13), (5, 10)])
def test_each_pair_is_drawn_once_in_its_state(
    consumers: int, endpoints: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, grid(consumers, endpoints))
    wanted = Counter(
        (f"Instance{one}", f"Ledger{other}", STATES[ENGINES[other % 3]]) for one in range(consumers) for other in range(endpoints)
    )
    chart = read(drawn(capsys, path))
    assert Counter(chart.pairs()) == wanted
    root = parsed(drawn(capsys, path, "svg"))
    assert Counter(pairs_in(root)) == wanted
    assert not overflowing(root)
    is_large = consumers * endpoints > 12
    assert ("Group" not in {chart.name(node) for node in chart.labels}) is is_large


def test_what_decides_is_drawn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, grid(1, 3))
    chart = read(drawn(capsys, path))
    chains = {}
    for start, _, words, end in chart.links:
        if start.startswith("c"):
            chain = [words]
            while not end.startswith("e"):
                chain += [" ".join(chart.labels[end][:2])]
                (end,) = [target for source, _, _, target in chart.links if source == end]
            chains[chart.name(end)] = chain
    assert chains["Ledger0"] == ["connects: port 3306", "security group out **Group**", "security group in **Databases**"]
    assert chains["Ledger1"] == ["blocked: allows only 3306 out to 10.40.0.0/16", "security group out **Group**"]
    assert chains["Ledger2"][0].startswith("not known: ")
    texts = [text.text for text in parsed(drawn(capsys, path, "svg")).iter(f"{SVG}text")]
    assert texts.count("security group out") == 2
    assert texts.count("allows only 3306 out to 10.40.0.0/16") == 1
    assert {"port 3306", "port 5432", "connects", "blocked", "not known"} <= set(texts)


def test_consumers_stand_in_their_vpc(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, grid(2, 2))
    text = drawn(capsys, path)
    inside = re.search(r'subgraph v0\["VPC Vpc"\]\n(.*?)\n    end\n', text, re.DOTALL)
    assert inside
    assert re.findall(r"^ +(\w+)\[", inside.group(1), re.MULTILINE) == ["c0", "c1"]
    assert "in SubnetA and SubnetB" in text
    assert "VPC Vpc" in drawn(capsys, path, "svg")


def test_a_consumer_without_endpoints_stands_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, grid(1, 0))
    chart = read(drawn(capsys, path))
    assert (len(chart.labels), chart.links) == (1, [])
    texts = [text.text for text in parsed(drawn(capsys, path, "svg")).iter(f"{SVG}text")]
    assert "AWS DMS, no connection" in texts


def test_of_very_many_pairs_the_blocked_ones_come_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, grid(12, 12))
    mermaid, svg = drawn(capsys, path), drawn(capsys, path, "svg")
    for text, pairs in ((mermaid, read(mermaid).pairs()), (svg, pairs_in(parsed(svg)))):
        assert Counter(state for _, _, state in pairs) == {"blocked": 48, "not known": 48, "connects": 4}
        assert "44 more connections not drawn" in re.sub(r"\s+", " ", text)
        assert "144 connections: 48 connect, 48 are blocked, 48 are not known" in text


def test_very_many_consumers_without_endpoints(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, grid(130, 0))
    assert len(read(drawn(capsys, path)).labels) == 101
    assert "30 more replication instances without an endpoint not drawn." in plain(drawn(capsys, path, "svg"), "svg")


def test_what_mermaid_refuses_is_never_drawn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Texts of more than 50,000 characters, and more than 500 links (``maxTextSize`` and ``maxEdges`` of its configuration)."""
    names = [f"{'Ledger' * 30}{number}" for number in range(40)]
    tree = template(names[:20], {name: ENGINES[number % 3] for number, name in enumerate(names[20:])})
    text = drawn(capsys, write(tmp_path, tree))
    assert len(text) < 50_000
    assert len(read(text).links) < 500


def test_credentials_in_secrets_manager_are_a_connection_of_their_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tree = grid(1, 2)
    for name in ("Ledger0", "Ledger1"):
        tree["Resources"][name]["Properties"] |= {
            "MySqlSettings" if name == "Ledger0" else "PostgreSqlSettings": {
                "SecretsManagerSecretId": "arn:aws:secretsmanager:us-east-1:111122223333:secret:ledger",
                "SecretsManagerAccessRoleArn": "arn:aws:iam::111122223333:role/dms",
            }
        }
    pairs = read(drawn(capsys, write(tmp_path, tree))).pairs()
    assert [end for _, end, _ in pairs].count("AWS Secrets Manager") == 1
    assert len(pairs) == 3


# --- three ways of writing --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["terraform", "cloudformation.yaml"])
def test_the_examples(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    states = {
        half: sorted(state for _, _, state in read(drawn(capsys, support.ROOT / "examples" / half / path)).pairs())
        for half in ("insecure", "secure")
    }
    assert states == {"insecure": ["blocked", "connects"], "secure": ["connects", "connects"]}


def test_a_plan_is_known_by_its_content(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = support.FIXTURES / "DMS30" / "bad.plan.json"
    copy = tmp_path / "template.yaml"
    copy.write_bytes(plan.read_bytes())
    pairs = read(drawn(capsys, plan)).pairs()
    assert "blocked" in [state for _, _, state in pairs]
    assert read(drawn(capsys, copy)).pairs() == pairs


EACH_BREAK = [
    pytest.param(scenario, variant, id=f"{scenario.folder.name}-{variant.name}")
    for scenario in scenarios.scenarios()
    for variant in scenario.variants
    if "cloudformation" in variant.dialects and variant.finding in ("DMS30", "DMS31", "DMS32", "DMS34", "DMS36", "DMS37", "DMS40")
]


@pytest.mark.parametrize("scenario", [pytest.param(one, id=one.folder.name) for one in scenarios.scenarios()])
def test_nothing_blocks_in_a_working_scenario(scenario: Scenario, capsys: pytest.CaptureFixture[str]) -> None:
    pairs = read(drawn(capsys, scenario.folder / "working.template")).pairs()
    assert pairs
    assert "blocked" not in {state for _, _, state in pairs}


@pytest.mark.parametrize(("scenario", "variant"), EACH_BREAK)
def test_broken_scenarios_show_what_breaks_them(
    scenario: Scenario, variant: Variant, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "broken.template"
    path.write_text(scenario.text("cloudformation", variant))
    assert "blocked" in {state for _, _, state in read(drawn(capsys, path)).pairs()}
    root = parsed(drawn(capsys, path, "svg"))
    blocked = [group for group in root.iter(f"{SVG}g") if ": blocked" in (group.findtext(f"{SVG}title") or "")]
    said = " ".join(text for group in blocked for text in group.itertext())
    assert re.search(rf"\b{variant.dialects['cloudformation'].names}\b", said)
    assert not overflowing(root)


def test_other_parameter_values_are_mentioned(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Drawn is what the defaults give."""
    tree = grid(1, 1) | {"Parameters": {"Stage": {"Type": "String", "Default": "test", "AllowedValues": ["test", "live"]}}}
    tree["Conditions"] = {"Live": {"Fn::Equals": [ref("Stage"), "live"]}}
    rules = tree["Resources"]["Group"]["Properties"]["SecurityGroupEgress"]
    rules[0]["ToPort"] = rules[0]["FromPort"] = {"Fn::If": ["Live", 443, 3306]}
    path = write(tmp_path, tree)
    for form, text in (("mermaid", drawn(capsys, path)), ("svg", drawn(capsys, path, "svg"))):
        assert "Stage is 'test'. Other parameter values give another picture." in plain(text, form)
    assert [state for _, _, state in read(drawn(capsys, path)).pairs()] == ["connects"]


def test_a_consumer_that_only_other_values_make_is_drawn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tree = grid(1, 1) | {"Parameters": {"Stage": {"Type": "String", "Default": "test", "AllowedValues": ["test", "live"]}}}
    tree["Conditions"] = {"Live": {"Fn::Equals": [ref("Stage"), "live"]}}
    tree["Resources"]["Instance0"]["Condition"] = "Live"
    text = drawn(capsys, write(tmp_path, tree))
    assert "Stage is 'live'" in plain(text, "mermaid")
    assert "Instance0" in text


def test_values_that_change_nothing_are_not_mentioned(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tree = grid(1, 1) | {"Parameters": {"Stage": {"Type": "String", "Default": "test", "AllowedValues": ["test", "live"]}}}
    tree["Conditions"] = {"Live": {"Fn::Equals": [ref("Stage"), "live"]}}
    rules = tree["Resources"]["Group"]["Properties"]["SecurityGroupEgress"]
    rules[0]["ToPort"] = {"Fn::If": ["Live", 3307, 3306]}
    assert "Other parameter values" not in plain(drawn(capsys, write(tmp_path, tree)), "mermaid")


def plain(text: str, form: str) -> str:
    """The words of a drawing in one line."""
    words = shown_everywhere(text) if form == "mermaid" else " ".join(ElementTree.fromstring(text).itertext())
    return re.sub(r"\s+", " ", words)


def shown_everywhere(text: str) -> str:
    return ENTITY.sub(lambda found: chr(int(found.group(1))), text)


# --- hostile names ----------------------------------------------------------------------------------------------------

HOSTILE = [
    "end",
    "subgraph end",
    'a"];b',
    "`**x**` _y_ ~~z~~",
    "%%{init: {'theme': 'forest'}}%%",
    "&lt;b&gt; &amp; #35; #quot;",
    "1. list",
    "- list",
    "www.example.com http://a.b c@d.e",
    "style:x #1;",
    "$$x^2$$",
    "a|b{c}(d)[e]\\n",
    "日本語のデータベース" * 8,
    "x" * 300,
    "😀 é",
    "--x ==x",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_shown_as_they_are(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, template([name], {f"{name} 2": "mysql", f"{name} 3": "postgres"}))
    chart = read(drawn(capsys, path))
    root = parsed(drawn(capsys, path, "svg"))
    assert [state for _, _, state in chart.pairs()] == ["connects", "blocked"]
    assert [state for _, _, state in pairs_in(root)] == ["connects", "blocked"]
    assert not overflowing(root)
    if len(name) < 60:
        assert squeezed(chart.name("c0")) == squeezed(name)
        assert squeezed(name) in squeezed("".join(text.text or "" for text in root.iter(f"{SVG}text")))


def squeezed(text: str) -> str:
    """A text without the spaces that a line ends with."""
    return text.replace(" ", "")


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("</title><script>alert(1)</script>", "‹/title›‹script›alert(1)‹/script›"),  # noqa: RUF001
        ("fa:fa-car", "fa: fa-car"),
        ("ﬂ°°60¶ß", "fl°°60¶ß"),
        ("a\u202eb\u200b\x07c\ud800\nd", "a b c d"),
    ],
)
def test_names_that_cannot_be_shown_as_they_are(name: str, seen: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, template([name], {"Ledger": "mysql"}))
    assert read(drawn(capsys, path)).name("c0") == seen
    text = drawn(capsys, path, "svg")
    parsed(text)
    assert "<script" not in text


# --- secrets ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["mermaid", "svg"])
def test_no_secret_is_drawn(form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tree = grid(1, 2) | {"Parameters": {"Host": {"Type": "String", "NoEcho": True, "Default": "10.99.98.97"}}}
    ends = [tree["Resources"][name]["Properties"] for name in ("Ledger0", "Ledger1")]
    ends[0] |= {"ServerName": ref("Host"), "Username": "ledger-user", "Password": "hunter2-hunter2"}
    ends[1] |= {
        "PostgreSqlSettings": {
            "SecretsManagerSecretId": ref("Secret"),
            "SecretsManagerAccessRoleArn": "arn:aws:iam::111122223333:role/dms",
        }
    }
    del ends[1]["ServerName"], ends[1]["Port"]
    tree["Resources"]["Secret"] = resource(
        "SecretsManager::Secret",
        SecretString=json.dumps({"username": "u-s-e-r", "password": "p-a-s-s", "host": "10.99.98.96", "port": 5432}),
    )
    text = drawn(capsys, write(tmp_path, tree), form)
    assert not [part for part in ("hunter2", "ledger-user", "10.99.98", "u-s-e-r", "p-a-s-s") if part in text]


def test_what_a_plan_calls_sensitive_is_not_drawn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = json.loads((support.FIXTURES / "DMS30" / "bad.plan.json").read_text())
    hosts = set()
    for change in plan["resource_changes"]:
        if change["type"] == "aws_dms_endpoint" and isinstance(change["change"]["after"].get("server_name"), str):
            hosts.add(change["change"]["after"]["server_name"])
            change["change"]["after_sensitive"] = {"server_name": True}
    path = write(tmp_path, plan)
    assert any(host in drawn(capsys, support.FIXTURES / "DMS30" / "bad.plan.json") for host in hosts)
    assert not [host for host in hosts if host in drawn(capsys, path)]


# --- the command ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("nowhere", None, "there is no such file or folder"),
        ("main.tf", b"", "name the folder"),
        ("empty.yaml", b"", "nothing to draw"),
        ("topic.yaml", b"Resources: {Topic: {Type: 'AWS::SNS::Topic'}}", "read as CloudFormation"),
        ("half.yaml", b"Resources: {A: [", "could not be read"),
        ("list.json", b"[1, 2]", "nothing to draw"),
        ("deep.json", b'{"a":' * 100_000, "could not be read"),
        ("binary.plan", bytes(range(256)), "it is not UTF-8"),
        ("plan.json", b'{"format_version": "99.0", "resource_changes": []}', "its format version 99.0 is not known"),
    ],
)
def test_what_cannot_be_drawn_is_said(
    name: str, content: bytes | None, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    assert main(["diagram", str(path)]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("dms-checks: ")
    assert words in printed.err
    assert printed.err.count("\n") == 1


def test_a_folder_without_dms(tmp_path: Path) -> None:
    done = command(str(tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert "read as folder of Terraform files, has no replication instance and no serverless replication" in done.stderr


def test_what_is_missing_in_a_picture_is_said(tmp_path: Path) -> None:
    (tmp_path / "main.tf").write_text('resource "aws_dms_replication_instance" "ledger" {}\n')
    (tmp_path / "broken.tf").write_text('resource "aws_dms_endpoint" {\n')
    done = command(str(tmp_path))
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)
    assert "aws_dms_replication_instance.ledger" in done.stdout
    assert done.stderr.startswith("dms-checks: the picture may lack something: ")


@pytest.mark.parametrize("form", ["mermaid", "svg"])
def test_a_file_gets_what_would_be_printed(form: str, tmp_path: Path) -> None:
    path, output = write(tmp_path, template(["日本語"], {"Ledger": "mysql"})), tmp_path / "out"
    printed = command(str(path), "--format", form, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert command(str(path), "--format", form, "--output", str(output)).stdout == ""
    assert output.read_text("utf-8") == printed.stdout
    assert "日本語" in printed.stdout


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    path = write(tmp_path, grid(1, 1))
    done = command(str(path), "--output", str(tmp_path / "nowhere" / "out.svg"))
    assert (done.returncode, done.stdout) == (2, "")
    assert "cannot be written" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_the_package_that_draws_svg(tmp_path: Path) -> None:
    path = write(tmp_path, grid(1, 1))
    code = "import sys; sys.modules['svg'] = None; from dms_checks.cli import main; sys.exit(main(sys.argv[1:]))"
    done = support.run(sys.executable, "-c", code, "diagram", str(path), "--format", "svg")
    assert (done.returncode, done.stdout) == (2, "")
    assert "run pip install svg.py" in done.stderr
    assert support.run(sys.executable, "-c", code, "diagram", str(path)).returncode == 0


def test_the_picture_of_the_readme_is_what_its_command_draws() -> None:
    readme = (support.ROOT / "README.md").read_text("utf-8")
    shell = re.search(r"^dms-checks diagram (\S+) +#", readme, re.MULTILINE)
    block = re.search(r"^```mermaid\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)
    assert shell
    assert block
    assert block.group(1) == command(shell.group(1)).stdout


# --- how it looks -----------------------------------------------------------------------------------------------------


def brightness(colour: str) -> float:
    """The relative luminance of WCAG 2.2."""
    parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(left: str, right: str) -> float:
    high, low = sorted((brightness(left), brightness(right)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("look", LOOKS.values(), ids=lambda look: look.legend)
def test_lines_and_texts_can_be_seen(look: Look) -> None:
    """WCAG 2.2 asks for 3 of graphics and 4.5 of texts; the papers are those of GitHub, light and dark."""
    assert min(contrast(look.line, paper) for paper in ("#ffffff", "#0d1117")) >= 3
    assert contrast(INK, look.fill) >= 7
    assert contrast(MUTED, look.fill) >= 4.5


def test_states_differ_by_more_than_colour(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = parsed(drawn(capsys, write(tmp_path, grid(1, 3)), "svg"))
    lines = {}
    for group in root.iter(f"{SVG}g"):
        title = group.find(f"{SVG}title")
        path = group.find(f"{SVG}path")
        if title is not None and path is not None:
            lines[(title.text or "").split(": ")[1].split(",")[0]] = (path.get("stroke-width"), path.get("stroke-dasharray"))
    assert len(set(lines.values())) == 3
