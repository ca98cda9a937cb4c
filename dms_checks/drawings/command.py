"""From a path to a drawing of the migration that stands there."""

from collections.abc import Callable
from pathlib import Path

from dms_checks.diagram import NothingToDraw, Picture, picture_of
from dms_checks.drawings import mermaid
from dms_checks.readers.files import Unreadable
from dms_checks.readers.recognition import read

MAXIMUM_GAPS = 3
"""How many of the parts that could not be read are named."""


class CannotDraw(Exception):
    """Why there is no drawing, for people."""


def drawing_of(path: Path, form: str) -> tuple[str, list[str]]:
    """The text of a drawing, and what is to be said beside it: which parts of the input are not in it. Raises CannotDraw."""
    draw = _drawer(form)
    try:
        source = read(path)
        gaps = [f"{gap.reason}; {gap.remedy}" for gap in source.gaps[:MAXIMUM_GAPS]]
        return draw(picture_of(source)), [f"the picture may lack something: {gap}" for gap in gaps]
    except Unreadable as error:
        raise CannotDraw(f"{path} cannot be drawn: {error}") from None
    except NothingToDraw:
        what = "folder of Terraform files" if path.is_dir() else source.dialect.value
        nothing = f"nothing to draw: {path}, read as {what}, has no replication instance and no serverless replication"
        raise CannotDraw("; ".join([nothing, *gaps])) from None


def _drawer(form: str) -> Callable[[Picture], str]:
    if form == "mermaid":
        return mermaid.draw
    try:
        from dms_checks.drawings import svg
    except ModuleNotFoundError as error:
        if error.name != "svg":
            raise
        raise CannotDraw("the package svg.py, which draws SVG, is not installed; run pip install svg.py") from None
    return svg.draw
