"""Make the plan fixtures: plan every Terraform fixture with the real binary, and write the plan as JSON beside it; the examples too.

Run it after changing one: ``python tools/make_plans.py [FILE.tf | FOLDER ...]``. It needs Terraform and the AWS provider,
but no AWS account. The environment variable TERRAFORM names the command. Of a scenario of a network (a folder, see scenarios.py) it plans what
works and everything broken; a plan file of one (``broken/NAME.plan.json``) plans that one only.
"""

import json
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import scenarios

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "tests" / "fixtures"
EXAMPLES = ROOT / "examples"
PROVIDER_FILE = "providers.tf"

PROVIDER = """\
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {
  region                      = "us-east-1"
  access_key                  = "none"
  secret_key                  = "none"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
}
"""

VARIABLES = {
    "account_id": "111122223333",
    "authentication": "password",
    "availability_zone": "us-east-1a",
    "certificate_arn": "arn:aws:dms:us-east-1:111122223333:cert:LEDGER",
    "encryption_mode": "SSE_KMS",
    "client_range": "10.0.0.0/8",
    "database_host": "ledger.example.com",
    "endpoint_arn": "arn:aws:dms:us-east-1:111122223333:endpoint:LEDGER",
    "endpoint_type": "source",
    "engine_name": "postgres",
    "engine_version": "3.5.4",
    "is_enabled": "true",
    "is_public": "false",
    "kafka_broker": "kafka.ledger.example.com:9094",
    "kafka_plain": "false",
    "kafka_port": "9094",
    "kafka_protocol": "ssl-encryption",
    "kms_key_arn": "arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "ledger_ca": "-----BEGIN CERTIFICATE-----",
    "ledger_password": "given-when-planned",
    "password": "given-when-planned",
    "redis_plain": "false",
    "redis_protocol": "ssl-encryption",
    "redshift_attributes": "encryptionMode=SSE_KMS;serverSideEncryptionKmsKeyId=1234abcd-12ab-34cd-a6ef-1234567890ab",
    "region": "eu-west-1",
    "search_host": "ledger.example.com",
    "search_plain": "false",
    "search_scheme": "https",
    "search_uri": "https://ledger.example.com",
    "secret_arn": "arn:aws:secretsmanager:us-east-1:111122223333:secret:ledger-AbCdEf",
    "principal": "dms.us-east-1.amazonaws.com",
    "role_name": "dms-access-for-endpoint",
    "security_group_id": "sg-0123456789abcdef0",
    "security_group_ids": '["sg-0123456789abcdef0"]',
    "ssl_mode": "require",
    "standby": "true",
    "subnet_group": "ledger",
    "subnet_ids": '["subnet-0123456789abcdef0", "subnet-0fedcba9876543210"]',
    "two_zones": "false",
    "upgrades": "true",
    "verify_server": "true",
    "vpc_id": "vpc-0123456789abcdef0",
    "zone": "",
    "zones": '["us-east-1a", "us-east-1b"]',
}
"""What a plan takes for the variables that a fixture leaves open."""

REFUSED = ("DMS86/bad.tf",)
"""The fixtures that Terraform does not plan, since the provider knows that their values are wrong."""


@dataclass(frozen=True, slots=True)
class Job:
    """What to plan, by file name, and where the plan goes. A plan of a scenario takes one line: there are many of them."""

    files: dict[str, str]
    target: Path
    state: str | None = None
    indent: int | None = 1


def main(arguments: list[str]) -> int:
    """Plan the named fixtures, scenarios and examples, or all of them."""
    everything = [*sorted(planned(FIXTURES)), *sorted(EXAMPLES.glob("*/terraform")), *sorted(scenarios.FOLDER.glob("*/"))]
    sources = [Path(argument).resolve() for argument in arguments] or everything
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / PROVIDER_FILE).write_text(PROVIDER)
        terraform(folder, "init", "-input=false")
        for source in sources:
            for job in jobs(source):
                lay(job, folder)
                job.target.parent.mkdir(exist_ok=True)
                job.target.write_text(dumped(plan(folder), job.indent))
                print(job.target)
    return 0


def dumped(tree: dict[str, Any], indent: int | None) -> str:
    """A plan as text."""
    return json.dumps(tree, indent=indent, separators=(",", ":") if indent is None else None) + "\n"


def jobs(source: Path) -> Iterator[Job]:
    """What there is to plan of a fixture, of an example, or of a scenario.

    A state beside a fixture (``bad.tfstate``) is what there is before: then the plan tells of changes.
    """
    if scenarios.FOLDER in source.parents:
        yield from scenario_jobs(source)
        return
    files = source.glob("*.tf") if source.is_dir() else [source]
    texts = {file.name: file.read_text() for file in files if file.name != PROVIDER_FILE}
    state = source.with_suffix(".tfstate")
    yield Job(texts, plan_file(source), state.read_text() if source.is_file() and state.exists() else None)


def scenario_jobs(source: Path) -> Iterator[Job]:
    """What there is to plan of a scenario: all, after the plans of what is no more are gone; or of one plan file, that."""
    folder = scenarios.FOLDER / source.relative_to(scenarios.FOLDER).parts[0]
    scenario = scenarios.scenario(folder)
    wanted = scenario.plan_files()
    if source == folder:
        for orphan in scenario.existing_plan_files() - wanted.keys():
            orphan.unlink()
    else:
        # ``working.tf`` and ``working.plan.json`` are the same.
        target = source.with_name(source.name.partition(".")[0] + ".plan.json")
        if target not in wanted:
            sys.exit(f"{source} is no plan of a scenario")
        wanted = {target: wanted[target]}
    for target, variant in wanted.items():
        yield Job({"working.tf": scenario.text("terraform", variant)}, target, indent=None)


def lay(job: Job, folder: Path) -> None:
    """Put the files to plan into a folder, with our provider in place of theirs."""
    state = folder / "terraform.tfstate"
    state.unlink(missing_ok=True)
    if job.state is not None:
        state.write_text(job.state)
    for old in folder.glob("*.tf"):
        if old.name != PROVIDER_FILE:
            old.unlink()
    for name, text in job.files.items():
        (folder / name).write_text(text)


def plan_file(source: Path) -> Path:
    """Where the plan of a fixture or of an example goes."""
    return FIXTURES / "examples" / f"{source.parent.name}.plan.json" if source.is_dir() else source.with_suffix(".plan.json")


def planned(fixtures: Path) -> Iterator[Path]:
    """The Terraform files that have a plan beside them, or are to have one."""
    for source in fixtures.rglob("*.tf"):
        if source.relative_to(fixtures).as_posix() in REFUSED or scenarios.FOLDER in source.parents:
            continue
        if source.stem in ("bad", "good") or source.with_suffix(".plan.json").exists():
            yield source


def plan(folder: Path) -> dict[str, Any]:
    """The plan of the configuration in a folder, without what differs from one run to the next."""
    terraform(folder, "plan", "-no-color", "-refresh=false", "-input=false", "-out=plan.bin")
    tree: dict[str, Any] = json.loads(terraform(folder, "show", "-json", "plan.bin"))
    tree.pop("timestamp", None)
    # A set, which Terraform lists in any order.
    tree.get("relevant_attributes", []).sort(key=json.dumps)
    return tree


def terraform(folder: Path, *arguments: str) -> str:
    """Run Terraform in a folder and give its output; what it complains about ends this program."""
    command = [*shlex.split(os.environ.get("TERRAFORM", "terraform")), *arguments]
    environment = {**os.environ, **{f"TF_VAR_{name}": value for name, value in VARIABLES.items()}}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{shlex.join(command)} failed\n{done.stderr}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
