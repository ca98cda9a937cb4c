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
