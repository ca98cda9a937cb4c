"""From a folder of Terraform files to its resources: evaluated by tfparse, in a child process."""

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from pathlib import Path as FilePath
from typing import Any, TypeVar

from dms_checks.deployment import Assumption, Deployment, text_keys
from dms_checks.marks import without_keys
from dms_checks.model import SOMEWHERE, Dialect, Gap, Input, Kind, Path, Place, Reference, Resource, State, Truth, Value
from dms_checks.readers.dependencies import NO_DEPENDENCIES, Dependencies
from dms_checks.readers.files import mentions
from dms_checks.vocabulary import KIND_OF_TYPE

Answer = TypeVar("Answer")

TIME_LIMIT = 60.0
"""Seconds for one folder; 370 of 372 real root modules take less than 5."""

MEMORY_LIMIT = 3 * 1024**3
"""Bytes of data for the child process, where the system can limit them."""

_PACKAGES = ("tfparse", "tree_sitter", "tree_sitter_hcl", "cffi")


class Root:
    """The resources of one root module, of folder or plan. There is one deployment, and nothing is assumed."""

    dialect = Dialect.TERRAFORM

    def __init__(
        self,
        resources: Iterable[Resource],
        gaps: Iterable[Gap],
        places: Mapping[str, Mapping[str, Place]],
        missing_modules: Mapping[str, Iterable[str]] | None = None,
        secrets: Iterable[str] = (),
        regions: Mapping[str, Value] | None = None,
        dependencies: Dependencies = NO_DEPENDENCIES,
    ) -> None:
        """``places`` gives the place of each attribute by the resource's address and the dotted path, of the resource itself by "".

        ``missing_modules`` gives, by the address of a module call whose source is not there, what it is handed; ``regions`` the Region of
        each resource.
        """
        self.gaps = tuple(gaps)
        self.memory: dict[Hashable, Any] = {}
        self.secrets = frozenset(secrets)
        self.missing_modules = tuple(missing_modules or ())
        handed_over = {address for handed in (missing_modules or {}).values() for address in handed}
        self.resources = {resource.address: resource for resource in resources}
        self._places = places
        self._by_kind: dict[str, dict[str, None]] = {}
        for resource in self.resources.values():
            self._by_kind.setdefault(resource.kind.name, {})[resource.address] = None
        self._mentions = _mentions(self.resources)
        self._handed_over = handed_over
        self._regions = regions or {}
        self._dependencies = dependencies
        self._deployment = Deployment(self)

    # --- the one deployment -------------------------------------------------------------------------------------------

    @property
    def complete(self) -> Truth:
        return Truth.UNKNOWN if self.gaps else Truth.YES

    def addresses_of(self, kind: Kind) -> Collection[str]:
        return self._by_kind.get(kind.name, ())

    def resource(self, address: str) -> Resource | None:
        return self.resources.get(address)

    draft = resource

    def mentions(self, address: str) -> list[str]:
        return self._mentions.get_all(address)

    def is_handed_over(self, address: str) -> bool:
        return address in self._handed_over

    def holding(self, _: str, __: str) -> tuple[Value, ...]:
        """Terraform has no texts that stand for others."""
        return ()

    def region(self, address: str) -> Value:
        return self._regions.get(address) or Value.unknown()

    def depends(self, address: str, other: str) -> Truth:
        return self._dependencies.depends(without_keys(address), without_keys(other))

    # --- the input ----------------------------------------------------------------------------------------------------

    def addresses(self, kinds: Iterable[Kind]) -> list[tuple[str, Kind]]:
        wanted = {kind.name for kind in kinds}
        managed = (resource for resource in self.resources.values() if not resource.is_data_source)
        return [(resource.address, resource.kind) for resource in managed if resource.kind.name in wanted]

    def place(self, address: str, path: Path) -> Place:
        places = self._places.get(address, {})
        for length in range(len(path), 0, -1):
            dotted = ".".join(str(step) for step in path[:length] if isinstance(step, str))
            if dotted in places:
                return places[dotted]
        return places.get("", self.resources[address].place)

    def explore(self, question: Callable[[Deployment], Answer]) -> Iterator[tuple[Answer, tuple[Assumption, ...]]]:
        yield question(self._deployment), ()


class _Mentions:
    """Which resources may refer to an address."""

    def __init__(self) -> None:
        self._found: dict[str, list[str]] = {}

    def add(self, target: str, source: str) -> None:
        sources = self._found.setdefault(target, [])
        if not sources or sources[-1] != source:
            sources.append(source)

    def get_all(self, address: str) -> list[str]:
        return self._found.get(address, [])


def _mentions(resources: dict[str, Resource]) -> _Mentions:
    mentions = _Mentions()
    for resource in resources.values():
        for key in _keys(resource.base):
            mentions.add(key, resource.address)
    return mentions


def _keys(value: Value) -> Iterator[str]:
    """The addresses that a value leads to, and the texts in it."""
    if value.reference:
        yield value.reference.address
    yield from (candidate.address for candidate in value.candidates)
    for text in (value.content, value.origin, value.outline):
        if isinstance(text, str) and text:
            yield from text_keys(text)
    if isinstance(value.content, tuple):
        for item in value.content:
            yield from _keys(item)
    elif isinstance(value.content, dict):
        for item in value.content.values():
            yield from _keys(item)


def read_folder(folder: FilePath, variable_files: Iterable[str] = (), time_limit: float = TIME_LIMIT) -> Root:
    """Evaluate a root folder. What goes wrong as a whole becomes a gap of a root without resources."""
    root = folder.resolve()
    request = {
        "folder": str(root),
        # tfparse takes them relative to the folder only.
        "variable_files": [os.path.relpath(FilePath(file).resolve(), root) for file in variable_files],
        "types": sorted(KIND_OF_TYPE),
        "paths": _package_paths(),
        "memory": MEMORY_LIMIT,
    }
    missing = [name for name in _PACKAGES[:3] if importlib.util.find_spec(name) is None]
    if missing:
        return Root((), [Gap(f"{' and '.join(missing)} is not installed", "run pip install dms-checks", Place(str(folder)))], {})
    try:
        answer = _ask_child(request, time_limit)
    except _ChildFailed as error:
        return Root((), [Gap(str(error), error.remedy, Place(str(folder)), _holds_dms(folder))], {})
    return decode(answer, folder)


def _holds_dms(folder: FilePath) -> bool:
    return any(mentions(file, b'"aws_dms_') for file in folder.glob("*.t*f*"))


class _ChildFailed(Exception):
    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.remedy = remedy


def _package_paths() -> list[str]:
    """The folders that hold this package and those that the child needs: it starts isolated and sees no others."""
    found = [str(FilePath(__file__).resolve().parents[2])]
    for name in _PACKAGES:
        specification = importlib.util.find_spec(name)
        if specification and specification.origin:
            parents = 2 if specification.submodule_search_locations else 1
            found.append(str(FilePath(specification.origin).parents[parents - 1]))
    return list(dict.fromkeys(found))


def _ask_child(request: dict[str, Any], time_limit: float) -> dict[str, Any]:
    worker = FilePath(__file__).with_name("terraform_worker.py")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    # Go takes as many threads as there are cores: they would compete with the host's own processes.
    environment.setdefault("GOMAXPROCS", "2")
    # Nor need it collect garbage in so short a life, before it holds much.
    environment.setdefault("GOGC", "off")
    environment.setdefault("GOMEMLIMIT", "1GiB")
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-S", str(worker)],
            input=json.dumps(request).encode(),
            capture_output=True,
            timeout=time_limit,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _ChildFailed(
            f"evaluating the folder took more than {time_limit:g} seconds", "look for a module that calls itself or a huge count"
        ) from None
    except OSError as error:
        raise _ChildFailed(f"the evaluator could not be started ({error.strerror})", "run dms-checks doctor") from None
    if done.returncode:
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or ["no message"]
        raise _ChildFailed(_failure(done.returncode, last[0]), "run terraform validate in the folder")
    try:
        answer: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        raise _ChildFailed("the evaluator gave no answer", "run dms-checks doctor") from None
    return answer


def _failure(code: int, message: str) -> str:
    kind = message.partition(":")[0].strip()
    if kind == "MemoryError":
        return "evaluating the folder took too much memory"
    word = kind if kind.isidentifier() else f"exit code {code}"
    return f"the folder could not be evaluated ({word})"


def decode(answer: dict[str, Any], folder: FilePath) -> Root:
    """The root module that the child's answer describes."""
    gaps = [Gap(gap["reason"], gap["remedy"], Place(gap["file"], gap["line"]), holds_dms=True) for gap in answer["gaps"]]
    resources, places = [], {}
    for entry in answer["resources"]:
        file = entry["file"]
        resources.append(_resource(entry, Place(file, entry["line"], 1, entry["last_line"])))
        places[entry["address"]] = {name: Place(file, line, column) for name, (line, column) in entry["places"].items()}
    regions = {entry["address"]: decode_value(entry["region"], ("region",)) for entry in answer["resources"]}
    return Root(
        resources, gaps, places, answer["missing_modules"], regions=regions, dependencies=Dependencies(*answer["dependencies"])
    )


def _resource(entry: dict[str, Any], place: Place) -> Resource:
    base = Value.unknown() if entry["values"] is None else decode_value({"block": entry["values"]}, ())
    return Resource(
        entry["address"],
        entry["type"],
        KIND_OF_TYPE[entry["type"]],
        Dialect.TERRAFORM,
        place,
        base,
        exists=Truth.YES if entry["certain"] else Truth.UNKNOWN,
        is_data_source=entry["data"],
    )


def decode_value(encoded: Any, path: Path, inputs: tuple[Input, ...] = ()) -> Value:
    """The value that an encoded one (``terraform_evaluation.py``) stands for; its parts are made of what the whole is made of."""
    if encoded is None:
        return Value.absent(path[:-1])
    if isinstance(encoded, list):
        return Value.known(tuple(decode_value(item, (*path, index), inputs) for index, item in enumerate(encoded)), path, inputs)
    if not isinstance(encoded, dict):
        return Value.known(encoded, path, inputs)
    if "made" in encoded:
        inner, made_of = encoded["made"]
        return decode_value(inner, path, tuple(dict.fromkeys((*inputs, *map(_input, made_of)))))
    if "block" in encoded:
        return Value.known({name: decode_value(item, (*path, name), inputs) for name, item in encoded["block"].items()}, path)
    if "reference" in encoded:
        address, attribute, origin = encoded["reference"]
        return Value(State.KNOWN, Reference(address, attribute), path, origin, inputs=inputs)
    origin, candidates, outline = encoded["unknown"]
    return Value.unknown(path, origin, tuple(Reference(address) for address in candidates), outline, inputs)


def _input(encoded: Any) -> Input:
    if encoded == "*":
        return SOMEWHERE
    name, hidden, has_default, is_open, file, line = encoded
    return Input(f"var.{name}", Truth.of(hidden), Truth.of(has_default), is_open, Place(file, line))
