"""Make the plan fixtures: plan every Terraform fixture with the real binary, and write the plan as JSON beside it; the examples too.

Run it after changing one: ``python tools/make_plans.py [FILE.tf | FOLDER ...]``. It needs Terraform and the AWS provider,
but no AWS account. The environment variable TERRAFORM names the command.
"""

import json
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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
    "certificate_arn": "arn:aws:dms:us-east-1:111122223333:cert:LEDGER",
    "encryption_mode": "SSE_KMS",
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
    "ssl_mode": "require",
    "standby": "true",
    "subnet_ids": '["subnet-0123456789abcdef0", "subnet-0fedcba9876543210"]',
    "two_zones": "false",
    "upgrades": "true",
    "verify_server": "true",
    "vpc_id": "vpc-0123456789abcdef0",
    "zone": "",
}
"""What a plan takes for the variables that a fixture leaves open."""

REFUSED = ("DMS86/bad.tf",)
"""The fixtures that Terraform does not plan, since the provider knows that their values are wrong."""


def main(arguments: list[str]) -> int:
    """Plan the named fixtures and examples, or all of them."""
    everything = [*sorted(planned(FIXTURES)), *sorted(EXAMPLES.glob("*/terraform"))]
    sources = [Path(argument).resolve() for argument in arguments] or everything
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / PROVIDER_FILE).write_text(PROVIDER)
        terraform(folder, "init", "-input=false")
        for source in sources:
            lay(source, folder)
            target = plan_file(source)
            target.parent.mkdir(exist_ok=True)
            target.write_text(json.dumps(plan(folder), indent=1) + "\n")
            print(target)
    return 0


def lay(source: Path, folder: Path) -> None:
    """Put a fixture, or the files of an example, into a folder, with our provider in place of theirs.

    A state beside a fixture (``bad.tfstate``) is what there is before: then the plan tells of changes.
    """
    state = folder / "terraform.tfstate"
    state.unlink(missing_ok=True)
    if source.is_file() and source.with_suffix(".tfstate").exists():
        state.write_text(source.with_suffix(".tfstate").read_text())
    for old in folder.glob("*.tf"):
        if old.name != PROVIDER_FILE:
            old.unlink()
    for file in source.glob("*.tf") if source.is_dir() else [source]:
        if file.name != PROVIDER_FILE:
            (folder / file.name).write_text(file.read_text())


def plan_file(source: Path) -> Path:
    """Where the plan of a fixture or of an example goes."""
    return FIXTURES / "examples" / f"{source.parent.name}.plan.json" if source.is_dir() else source.with_suffix(".plan.json")


def planned(fixtures: Path) -> Iterator[Path]:
    """The Terraform files that have a plan beside them, or are to have one."""
    for source in fixtures.rglob("*.tf"):
        if source.relative_to(fixtures).as_posix() in REFUSED:
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
