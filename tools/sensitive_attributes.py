"""Write down which attributes of AWS DMS resources the AWS provider calls sensitive: the tests ask whether the vocabulary knows them.

Run it with a new provider: ``python tools/sensitive_attributes.py``. It needs Terraform and the AWS provider, but no AWS account. The environment
variable TERRAFORM names the command.
"""

import json
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from make_plans import PROVIDER, PROVIDER_FILE, ROOT, terraform

TARGET = ROOT / "tests" / "sensitive_attributes.json"
ADDRESS = "registry.terraform.io/hashicorp/aws"


def main() -> int:
    """Ask the provider for its schemas, and keep the version and the paths."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / PROVIDER_FILE).write_text(PROVIDER)
        terraform(folder, "init", "-input=false")
        version = json.loads(terraform(folder, "version", "-json"))["provider_selections"][ADDRESS]
        schemas = json.loads(terraform(folder, "providers", "schema", "-json"))["provider_schemas"][ADDRESS]["resource_schemas"]
    types = sorted(name for name in schemas if name.startswith("aws_dms_"))
    found = {name: paths for name in types if (paths := sorted(sensitive(schemas[name]["block"], "")))}
    TARGET.write_text(json.dumps({"provider": version, "attributes": found}, indent=2) + "\n")
    print(TARGET)
    return 0


def sensitive(block: dict[str, Any], at: str) -> Iterator[str]:
    """The dotted paths of the sensitive attributes of a block."""
    for name, attribute in block.get("attributes", {}).items():
        if attribute.get("sensitive"):
            yield f"{at}{name}"
        yield from sensitive(attribute.get("nested_type", {}), f"{at}{name}.")
    for name, inner in block.get("block_types", {}).items():
        yield from sensitive(inner["block"], f"{at}{name}.")


if __name__ == "__main__":
    sys.exit(main())
