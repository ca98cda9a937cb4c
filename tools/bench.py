"""Measure what our rules cost: ratios of processes measured side by side in one run, never times that decide a test.

``make bench`` prints a table: what is compared, the ratio, and the bound that the project sets itself. CPU time is that of the process and its
children, the smallest of several rounds; rounds alternate between the two sides, so that a busy machine slows both.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 5
# An installed package has its bytecode: without it every start would compile the source again.
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
    "BC_SKIP_MAPPING": "TRUE",
    "CKV_SKIP_PACKAGE_UPDATE_CHECK": "TRUE",
    "PYTHONPATH": str(ROOT),
    "LOG_LEVEL": "ERROR",
}
BIN = Path(sys.executable).parent


def cpu(command: list[str]) -> float:
    """CPU seconds of a command and its children."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def ratio(ours: list[str], theirs: list[str]) -> tuple[float, str]:
    """How much more CPU one command takes than another, and both in words."""
    pairs = [(cpu(theirs), cpu(ours)) for _ in range(ROUNDS)]
    base, with_us = (min(side) for side in zip(*pairs, strict=True))
    return with_us / base, f"{with_us:.2f} s against {base:.2f} s"


def checkov() -> tuple[float, str]:
    """A default run of Checkov on the examples, with our rules and without."""
    command = [str(BIN / "checkov"), "-d", "examples", "--quiet", "--compact"]
    return ratio([*command, "--external-checks-dir", "policies"], command)


def cfn_lint() -> tuple[float, str]:
    """cfn-lint on the templates of the examples, with our rules and without."""
    templates = [str(path) for path in sorted((ROOT / "examples").glob("*/cloudformation.yaml"))]
    command = [str(BIN / "cfn-lint"), "-t", *templates]
    return ratio([*command, "-a", "dms_checks.cfn_lint"], command)


def terraform() -> tuple[float, str]:
    """A Terraform folder, evaluated and judged in a process with its child, against a process that only loads it with tfparse."""
    folder = str(ROOT / "examples" / "insecure" / "terraform")
    analyse = (
        "from pathlib import Path; from dms_checks.analysis import analyse; from dms_checks.readers.terraform import read_folder; "
        f"analyse(read_folder(Path({folder!r})))"
    )
    load = f"import tfparse; tfparse.load_from_path({folder!r})"
    return ratio([sys.executable, "-c", analyse], [sys.executable, "-c", load])


def template(instances: int) -> str:
    """A template with ten resources for each unit: instance, group, key, endpoints, task and network."""
    resources: dict[str, object] = {}
    for index in range(instances):
        resources |= {
            f"Key{index}": {"Type": "AWS::KMS::Key", "Properties": {"KeySpec": "RSA_2048"}},
            f"Vpc{index}": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
            f"Subnet{index}": {
                "Type": "AWS::EC2::Subnet",
                "Properties": {"VpcId": {"Ref": f"Vpc{index}"}, "CidrBlock": "10.0.0.0/24"},
            },
            f"Subnets{index}": {
                "Type": "AWS::DMS::ReplicationSubnetGroup",
                "Properties": {"SubnetIds": [{"Ref": f"Subnet{index}"}]},
            },
            f"Group{index}": {
                "Type": "AWS::EC2::SecurityGroup",
                "Properties": {
                    "VpcId": {"Ref": f"Vpc{index}"},
                    "SecurityGroupEgress": [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "0.0.0.0/0"}],
                },
            },
            f"Archive{index}": {
                "Type": "AWS::EC2::VPCEndpoint",
                "Properties": {"VpcId": {"Ref": f"Vpc{index}"}, "ServiceName": {"Fn::Sub": "com.amazonaws.${AWS::Region}.s3"}},
            },
            f"Instance{index}": {
                "Type": "AWS::DMS::ReplicationInstance",
                "Properties": {
                    "KmsKeyId": {"Fn::GetAtt": [f"Key{index}", "Arn"]},
                    "VpcSecurityGroupIds": [{"Ref": f"Group{index}"}],
                    "ReplicationSubnetGroupIdentifier": {"Ref": f"Subnets{index}"},
                },
            },
            f"Source{index}": {"Type": "AWS::DMS::Endpoint", "Properties": {"EngineName": "mysql", "ServerName": "10.1.2.3"}},
            f"Target{index}": {"Type": "AWS::DMS::Endpoint", "Properties": {"EngineName": "s3"}},
            f"Task{index}": {
                "Type": "AWS::DMS::ReplicationTask",
                "Properties": {
                    "ReplicationInstanceArn": {"Ref": f"Instance{index}"},
                    "SourceEndpointArn": {"Ref": f"Source{index}"},
                    "TargetEndpointArn": {"Ref": f"Target{index}"},
                },
            },
        }
    return json.dumps({"Resources": resources})


def analysis_of(instances: int, rounds: int) -> Callable[[], float]:
    """The CPU milliseconds of a warm analysis of a template of ten times as many resources."""
    from dms_checks.analysis import analyse
    from dms_checks.readers.cloudformation import Template
    from dms_checks.readers.documents import parse

    document = parse("template.json", template(instances))

    def once() -> float:
        start = time.process_time()
        analyse(Template(document.tree, "template.json", document.place))
        return (time.process_time() - start) * 1000

    return lambda: min(once() for _ in range(rounds))


def warm() -> tuple[float, str]:
    """The library, warm, on a template of 30 resources, in milliseconds."""
    milliseconds = analysis_of(3, 20)()
    return milliseconds, f"{milliseconds:.1f} ms"


def linear() -> tuple[float, str]:
    """1,000 resources against 100."""
    large, small = analysis_of(100, 3)(), analysis_of(10, 10)()
    return large / small, f"{large:.0f} ms against {small:.0f} ms"


def network_template(size: int) -> str:
    """A template in which each of some replication instances uses each of as many endpoints, over a VPC peering connection.

    A task has two endpoints, so that there are half as many tasks as pairs.
    """
    resources: dict[str, object] = {
        "Peering": _resource("EC2::VPCPeeringConnection", VpcId=_ref("Near"), PeerVpcId=_ref("Far")),
        "NearGroup": _resource("DMS::ReplicationSubnetGroup", SubnetIds=[_ref("Near0"), _ref("Near1")]),
        "FarGroup": _resource("RDS::DBSubnetGroup", SubnetIds=[_ref("Far0"), _ref("Far1")]),
    }
    for number, vpc in enumerate(("Near", "Far")):
        resources |= _half(vpc, number)
    for index in range(size):
        rule = {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432}
        resources |= {
            f"Out{index}": _resource(
                "EC2::SecurityGroup", VpcId=_ref("Near"), SecurityGroupEgress=[{**rule, "CidrIp": "10.1.0.0/16"}]
            ),
            f"In{index}": _resource(
                "EC2::SecurityGroup", VpcId=_ref("Far"), SecurityGroupIngress=[{**rule, "CidrIp": "10.0.0.0/16"}]
            ),
            f"Instance{index}": _resource(
                "DMS::ReplicationInstance",
                ReplicationSubnetGroupIdentifier=_ref("NearGroup"),
                VpcSecurityGroupIds=[_ref(f"Out{index}")],
            ),
            f"Database{index}": _resource(
                "RDS::DBInstance",
                Engine="postgres",
                PubliclyAccessible=False,
                DBSubnetGroupName=_ref("FarGroup"),
                VPCSecurityGroups=[_ref(f"In{index}")],
            ),
            f"Endpoint{index}": _resource(
                "DMS::Endpoint",
                EngineName="postgres",
                EndpointType="target" if index % 2 else "source",
                ServerName={"Fn::GetAtt": [f"Database{index}", "Endpoint.Address"]},
                Port=5432,
            ),
        }
        resources |= {
            f"Task{index}And{other}": _resource(
                "DMS::ReplicationTask",
                ReplicationInstanceArn=_ref(f"Instance{index}"),
                SourceEndpointArn=_ref(f"Endpoint{other}"),
                TargetEndpointArn=_ref(f"Endpoint{other + 1}"),
            )
            for other in range(0, size, 2)
        }
    return json.dumps({"Resources": resources})


def _half(vpc: str, number: int) -> dict[str, object]:
    """One of two peered VPCs: two subnets, their network ACL, and a route to the other."""
    acl, table = f"{vpc}Acl", f"{vpc}Table"
    entry = {"NetworkAclId": _ref(acl), "RuleNumber": 100, "Protocol": 6, "RuleAction": "allow", "CidrBlock": "10.0.0.0/8"}
    peer = {"DestinationCidrBlock": f"10.{1 - number}.0.0/16", "VpcPeeringConnectionId": _ref("Peering")}
    resources: dict[str, object] = {
        vpc: _resource("EC2::VPC", CidrBlock=f"10.{number}.0.0/16"),
        acl: _resource("EC2::NetworkAcl", VpcId=_ref(vpc)),
        f"{acl}In": _resource("EC2::NetworkAclEntry", PortRange={"From": 1024, "To": 65535}, **entry),
        f"{acl}Out": _resource("EC2::NetworkAclEntry", PortRange={"From": 1024, "To": 65535}, Egress=True, **entry),
        table: _resource("EC2::RouteTable", VpcId=_ref(vpc)),
        f"{table}Route": _resource("EC2::Route", RouteTableId=_ref(table), **peer),
    }
    for index in range(2):
        subnet = f"{vpc}{index}"
        resources |= {
            subnet: _resource("EC2::Subnet", VpcId=_ref(vpc), CidrBlock=f"10.{number}.{index}.0/24"),
            f"{subnet}Acl": _resource("EC2::SubnetNetworkAclAssociation", SubnetId=_ref(subnet), NetworkAclId=_ref(acl)),
            f"{subnet}Table": _resource("EC2::SubnetRouteTableAssociation", SubnetId=_ref(subnet), RouteTableId=_ref(table)),
        }
    return resources


def _resource(kind: str, **properties: object) -> dict[str, object]:
    return {"Type": f"AWS::{kind}", "Properties": properties}


def _ref(name: str) -> dict[str, str]:
    return {"Ref": name}


def network_of(size: int, rounds: int) -> Callable[[], float]:
    """The CPU seconds of analysing that template."""
    from dms_checks.analysis import analyse
    from dms_checks.readers.cloudformation import Template
    from dms_checks.readers.documents import parse

    document = parse("template.json", network_template(size))

    def once() -> float:
        start = time.process_time()
        analyse(Template(document.tree, "template.json", document.place))
        return time.process_time() - start

    return lambda: min(once() for _ in range(rounds))


def network() -> tuple[float, str]:
    """200 replication instances, each with 200 endpoints, in seconds."""
    seconds = network_of(200, 2)()
    return seconds, f"{seconds:.1f} s for 40,000 pairs by 20,000 tasks"


def pairs() -> tuple[float, str]:
    """Four times as many pairs of a replication instance and an endpoint."""
    large, small = network_of(100, 3)(), network_of(50, 5)()
    return large / small, f"{large:.2f} s for 10,000 pairs against {small:.2f} s for 2,500"


PEAK = """
import resource, sys
from pathlib import Path
{work}
status = Path("/proc/self/status")
if status.exists():
    # Not ru_maxrss: on Linux that starts with the size of the process that started this one.
    print(next(line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM")))
else:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def memory() -> tuple[float, str]:
    """MiB that analysing 1,000 resources adds to a Python process that has only parsed them with PyYAML."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "template.json"
        file.write_text(template(100))
        load = f"import yaml; yaml.load(Path({str(file)!r}).read_text(), Loader=getattr(yaml, 'CSafeLoader', yaml.SafeLoader))"
        analyse = (
            "from dms_checks.analysis import analyse; from dms_checks.readers.cloudformation_file import read_template; "
            f"analyse(read_template(Path({str(file)!r})))"
        )
        base, with_us = (peak(PEAK.format(work=work)) for work in (load, analyse))
    return with_us - base, f"{with_us:.0f} MiB against {base:.0f} MiB"


def peak(script: str) -> float:
    """The largest resident size of a Python process that runs a script, in MiB."""
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, check=True)
    return int(done.stdout) / 1024


BOUNDS: list[tuple[str, Callable[[], tuple[float, str]], float]] = [
    ("Checkov with our rules / without, CPU", checkov, 1.15),
    ("cfn-lint with our rules / without, CPU", cfn_lint, 1.10),
    ("Terraform folder judged / loaded by tfparse, CPU", terraform, 3.0),
    ("30 resources of CloudFormation, warm, ms", warm, 10.0),
    ("1,000 resources / 100 resources, CPU", linear, 12.0),
    ("200 replication instances x 200 endpoints, s", network, 5.0),
    ("four times the pairs, CPU", pairs, 4.4),
    ("memory added for 1,000 resources, MiB", memory, 40.0),
]


def main() -> int:
    """Print each measurement beside its bound; 1 if one is over it."""
    over = 0
    for name, measure, bound in BOUNDS:
        value, words = measure()
        over += value > bound
        print(f"{'over' if value > bound else 'ok':4}  {name:50} {value:6.2f}  (at most {bound:g})  {words}", flush=True)
    return 1 if over else 0


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    sys.exit(main())
