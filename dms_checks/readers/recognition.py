"""What stands at a path, by its content: a folder of Terraform files, a plan, or a CloudFormation template."""

import json
from pathlib import Path as FilePath

from dms_checks.deployment import Source
from dms_checks.readers.cloudformation_file import read_template
from dms_checks.readers.files import Unreadable, read_text
from dms_checks.readers.terraform import read_folder
from dms_checks.readers.terraform_plan import is_plan, read_plan

_PART_OF_A_FOLDER = (".tf", ".tofu", ".tf.json", ".tofu.json")


def read(path: FilePath) -> Source:
    """Read what stands at a path. What goes wrong inside becomes a gap. Raises Unreadable where a path is nothing to read."""
    if path.is_dir():
        return read_folder(path)
    if not path.exists():
        raise Unreadable("there is no such file or folder")
    if path.name.endswith(_PART_OF_A_FOLDER):
        raise Unreadable("it is one file of a Terraform folder; name the folder")
    return read_plan(path) if _is_plan(read_text(path)) else read_template(path)


def _is_plan(text: str) -> bool:
    try:
        return text.lstrip().startswith("{") and is_plan(json.loads(text))
    except (ValueError, RecursionError):
        return False
