"""The scenarios of networks in ``tests/fixtures/network``: a migration that connects, and the ways to break it.

A scenario is a folder. ``working.tf`` and ``working.template`` say the same in both dialects; ``broken.yaml`` lists the ways to break it, each
an edit of both texts with the finding that it leads to; ``working.plan.json`` and ``broken/NAME.plan.json`` are plans (see make_plans.py).

Entries are:

    - name: egress-other-port          # the name of its plan file
      breaks: What is wrong, in a sentence.
      finding: DMS30                   # the one finding, on the consumer
      also: [DMS31]                    # other rules that must find it too, on the consumer
      terraform:
        names: aws_security_group.dms  # what the finding's message must name
        on: aws_dms_endpoint.ledger    # where the finding stands when it is not on the consumer; or a list of places
        edits:
          - { replace: "  from_port = 5432\\n", by: "  from_port = 443\\n" }    # what is replaced occurs once
      cloudformation: …                # the same; either is left out where a dialect cannot say it

Where what AWS describes is never clean, the entries stand under ``broken``, beside ``always: [DMS35]``: the rules that find something as it works, too.
An entry with an ``always`` of its own (``always: []``) ends that.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "fixtures" / "network"
WORKING = "working"
BROKEN = "broken"
SOURCES = {"terraform": "working.tf", "cloudformation": "working.template"}
"""The file of a scenario in each dialect."""


@dataclass(frozen=True, slots=True)
class Edit:
    """A piece of a text, and what stands there instead."""

    replace: str
    by: str


@dataclass(frozen=True, slots=True)
class Break:
    """How to break a scenario in one dialect; what the message names, and where the finding stands if not on the consumer."""

    names: str
    edits: tuple[Edit, ...]
    on: tuple[str, ...] = ()

    def apply(self, text: str) -> str:
        """Break a text. Raises ValueError when an edit has not exactly one place to go."""
        for edit in self.edits:
            if text.count(edit.replace) != 1:
                raise ValueError(f"occurs {text.count(edit.replace)} times: {edit.replace!r}")
            text = text.replace(edit.replace, edit.by)
        return text


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to break a scenario: what the finding is, and the edits by dialect."""

    name: str
    breaks: str
    finding: str
    also: tuple[str, ...]
    always: tuple[str, ...]
    dialects: dict[str, Break]

    @property
    def rules(self) -> set[str]:
        return {self.finding, *self.also}


@dataclass(frozen=True, slots=True)
class Scenario:
    """A folder of ``tests/fixtures/network``."""

    folder: Path
    variants: tuple[Variant, ...]
    always: tuple[str, ...] = ()

    def text(self, dialect: str, variant: Variant | None = None) -> str:
        """The source in a dialect, as it works or broken in one way."""
        text = (self.folder / SOURCES[dialect]).read_text("utf-8")
        if variant is None:
            return text
        try:
            return variant.dialects[dialect].apply(text)
        except ValueError as error:
            raise ValueError(f"{self.folder.name}, {variant.name}, {dialect}: {error}") from None

    def plan_file(self, variant: Variant | None = None) -> Path:
        """Where the plan goes."""
        return self.folder / f"{WORKING}.plan.json" if variant is None else self.folder / BROKEN / f"{variant.name}.plan.json"

    def plan_files(self) -> dict[Path, Variant | None]:
        """All plans that there are to be, and what each is of."""
        variants = (None, *(variant for variant in self.variants if "terraform" in variant.dialects))
        return {self.plan_file(variant): variant for variant in variants}

    def existing_plan_files(self) -> set[Path]:
        return {*self.folder.glob("*.plan.json"), *self.folder.glob(f"{BROKEN}/*")}


def scenarios() -> list[Scenario]:
    """All of them, by name."""
    return [scenario(path.parent) for path in sorted(FOLDER.glob(f"*/{SOURCES['terraform']}"))]


def scenario(folder: Path) -> Scenario:
    """The scenario in a folder."""
    listed = folder / "broken.yaml"
    # Everything is a text: the word "on" is a truth otherwise.
    entries = yaml.load(listed.read_text("utf-8"), yaml.BaseLoader) if listed.exists() else []
    always: tuple[str, ...] = ()
    if isinstance(entries, dict):
        always, entries = tuple(entries["always"]), entries["broken"]
    return Scenario(folder, tuple(_variant(**{"always": always, **entry}) for entry in entries or ()), always)


def _variant(
    *, name: str, breaks: str, finding: str, always: Iterable[str], also: Iterable[str] = (), **dialects: dict[str, Any]
) -> Variant:
    if not dialects or not dialects.keys() <= SOURCES.keys():
        raise ValueError(f"{name}: expected {' or '.join(SOURCES)}, found {', '.join(dialects) or 'neither'}")
    return Variant(
        name, breaks, finding, tuple(also), tuple(always), {dialect: _break(**told) for dialect, told in dialects.items()}
    )


def _break(*, names: str, edits: list[dict[str, str]], on: str | list[str] | tuple[str, ...] = ()) -> Break:
    return Break(names, tuple(Edit(**edit) for edit in edits), (on,) if isinstance(on, str) else tuple(on))
