"""From a CloudFormation file on disk to its template."""

from collections.abc import Mapping
from pathlib import Path as FilePath
from typing import Any

from dms_checks.model import Gap, Place
from dms_checks.readers.cloudformation import Template
from dms_checks.readers.documents import parse
from dms_checks.readers.files import Unreadable, mentions, read_text


def read_template(file: FilePath, parameters: Mapping[str, Any] | None = None) -> Template:
    """Read a YAML or JSON template. What goes wrong becomes a gap of a template without resources."""
    try:
        document = parse(str(file), read_text(file))
    except Unreadable as error:
        holds_dms = mentions(file, b"AWS::DMS::")
        gap = Gap(
            f"{file.name} could not be read, {error}", "correct the file, cfn-lint shows where", Place(str(file)), holds_dms
        )
        return Template({}, str(file), gaps=(gap,))
    return Template(document.tree, str(file), document.place, parameters)
