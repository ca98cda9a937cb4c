"""Evaluate a Terraform folder with tfparse, and say of each value whether it is known, left out, or neither.

Runs in the child process (``terraform_worker.py``): only there are tfparse and tree-sitter imported. Nothing in the folder is executed and
nothing is downloaded.

Request: ``folder`` (absolute), ``variable_files`` (relative to it), ``types`` (resource types that are wanted), ``paths`` (where to find
packages), ``memory`` (bytes). Answer: ``resources`` (address, type, data, certain, file, line, last_line, values, places, region), ``gaps`` (reason, remedy,
file, line), ``missing_modules`` (for each module call without source, the addresses it is handed) and ``dependencies``
(``terraform_dependencies.py``). The values of a resource that no more is known of are null.

Resources of AWS have the attribute ``tags_all`` where their provider adds tags to them, or may: those.

Values are encoded as: a scalar; a list; ``{"block": {…}}``; ``{"reference": [address, attribute, origin]}``;
``{"unknown": [origin, candidates, outline]}``; null for what is left out. A value that inputs took part in is wrapped:
``{"made": [value, [input, …]]}``, an input being ``[name, hidden, has_default, is_open, file, line]``, or ``"*"`` for something else than
the template's own text and variables.
"""

import dataclasses
import json
import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import tfparse

from dms_checks.marks import ANYTHING, HOLE, without_keys
from dms_checks.readers import hcl, providers, terraform_dependencies, tracing

_IDENTIFIER = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_INTERPOLATION = re.compile(r"\$\{[^}]*\}")
_SURROUNDINGS = re.compile(r"(?:module\..*)?data\.aws_(?:partition|region|caller_identity)\.")
"""What stands in an ARN beside the name of its resource."""

_META = ("__tfmeta", "id", "count", "for_each", "depends_on", "provider", "lifecycle", "timeouts")
_TEXTS = ("file", "filebase64", "jsonencode", "yamlencode", "format", "join")
"""Functions that give a text, and never null."""

MAXIMUM_MODULES = 10
"""How deeply modules are nested that tfparse leaves out."""

_AUTOMATIC = ("terraform.tfvars", "terraform.tfvars.json")
_AUTOMATIC_PATTERNS = ("*.auto.tfvars", "*.auto.tfvars.json")


def evaluate(request: dict[str, Any]) -> dict[str, Any]:
    """Load the folder and encode the wanted resources."""
    folder = Path(request["folder"])
    gaps: list[dict[str, Any]] = []
    files = [*_automatic_files(folder), *request["variable_files"]]
    options = {"vars_paths": files, "workspace_name": "default"}
    try:
        parsed = tfparse.load_from_path(str(folder), stop_on_hcl_error=True, **options)
    except tfparse.ParseError as error:
        gaps.append(_syntax_gap(str(error)))
        parsed = tfparse.load_from_path(str(folder), stop_on_hcl_error=False, **options)
    return Encoder(folder, parsed, request, gaps).encode()


def _syntax_gap(message: str, folder: str = "") -> dict[str, Any]:
    """The place out of a message such as ``… /main.tf:3,1-2: Invalid expression; …``; ``folder`` is that of a module below the root."""
    found = re.search(r"([^\s:/\\]+\.(?:tf|tofu|tf\.json|tfvars)):(\d+)", message)
    file = os.path.join(folder, found.group(1)) if found else ""
    where = f"{file} does not parse near line {found.group(2)}" if found else "a file does not parse"
    return {
        "reason": f"{where}, so findings may be missing",
        "remedy": "correct the syntax, terraform validate shows it",
        "file": file,
        "line": int(found.group(2)) if found else 0,
    }


def _folder_gap(call: str, block: hcl.Block, folder: str) -> dict[str, Any]:
    """A module call whose folder is not there; ``folder`` is that of the call."""
    return {
        "reason": f"the folder {block.local_source} of {call} is not there, so findings may be missing",
        "remedy": "correct its source, or run where the folder is",
        "file": os.path.normpath(os.path.join(folder, block.file)),
        "line": block.line,
    }


class Encoder:
    """Turns tfparse's answer into values that say whether they are known, left out, or neither."""

    def __init__(
        self, folder: Path, parsed: dict[str, list[dict[str, Any]]], request: dict[str, Any], gaps: list[dict[str, Any]]
    ) -> None:
        """``gaps`` are what could not be read, as they stand in the answer."""
        self._gaps = gaps
        self._types = set(request["types"])
        self._parsed = parsed
        self._addresses: dict[str, str] = {}
        self._entries: dict[str, dict[str, Any]] = {}
        instances: dict[str, list[str]] = {}
        folders = {"": folder}
        for entries in parsed.values():
            for entry in entries:
                meta = entry["__tfmeta"]
                address = meta.get("path", "")
                if meta.get("type") in ("resource", "data"):
                    self._addresses[entry["id"]] = address
                    self._entries[address] = entry
                    instances.setdefault(_without_key(address), []).append(address)
                prefix = _prefix(address)
                if prefix and prefix not in folders and meta.get("filename"):
                    folders[prefix] = (folder / meta["filename"]).parent
        given = _given_variables(folder, [*_automatic_files(folder), *request["variable_files"]])
        self._project = tracing.Project(folders, instances, given)
        self._tracer = tracing.Tracer(self._project)
        self._added_tags: dict[Any, dict[str, Any]] = {}

    def encode(self) -> dict[str, Any]:
        """The wanted resources, and the module calls whose source is not there."""
        resources = [
            self._resource(entry)
            for type_name, entries in self._parsed.items()
            if type_name in self._types
            for entry in entries
            if entry["__tfmeta"].get("type") in ("resource", "data")
        ]
        calls = [entry["__tfmeta"]["path"] for entry in self._parsed.get("module", ())]
        missing = [call for call in calls if f"{call}." not in self._project.folders]
        self._gaps += [gap for call in missing if (gap := self._local_gap(call))]
        resources += [self._unevaluated(scope, table, block) for scope, table, block in self._without_instances()]
        handed = {call: self._handed(call) for call in dict.fromkeys((*missing, *self._calls_without_source()))}
        return {"resources": resources, "missing_modules": handed, "gaps": self._gaps, "dependencies": self._dependencies()}

    def _dependencies(self) -> list[dict[str, list[str]]]:
        """What is made after what: what is certain, and what is possible."""
        folders = {without_keys(prefix): folder for prefix, folder in self._project.folders.items()}
        return list(terraform_dependencies.collect(folders, self._project.module))

    def _calls_without_source(self) -> Iterator[str]:
        """Module calls that tfparse does not even name, since their number is unknown."""
        for prefix in self._project.folders:
            scope = self._project.scope(prefix)
            for name in scope.module.calls if scope else ():
                inner = f"{prefix}module.{name}"
                if not self._has_folder(inner):
                    yield inner

    def _has_folder(self, call: str) -> bool:
        """Whether the source of a module call, or of one of its instances, was found."""
        return any(folder.startswith((f"{call}.", f"{call}[")) for folder in self._project.folders)

    def _call(self, call: str) -> tuple[hcl.Block | None, tracing.Scope | None]:
        """The block of a module call, and where it stands."""
        outer, name, _ = tracing.split_module(f"{call}.")
        scope = self._project.scope(outer)
        return scope.module.calls.get(name) if scope else None, scope

    def _handed(self, call: str) -> list[str]:
        """The addresses of the resources that the arguments of a module call lead to."""
        block, scope = self._call(call)
        entry = next((entry for entry in self._parsed.get("module", ()) if entry["__tfmeta"]["path"] == call), {})
        text = json.dumps({name: value for name, value in entry.items() if name not in _META})
        found = [self._addresses[item] for item in _IDENTIFIER.findall(text) if item in self._addresses]
        if scope is None or block is None:
            return list(dict.fromkeys(found))
        for attribute in block.attributes.values():
            trace = self._tracer.ask(attribute.expression, scope)
            found += [trace.address] if trace.address else tracing.candidates([trace])
            # The known name of a resource leads to it as well.
            for name in tracing.resources_named(attribute.expression):
                found += self._project.instances.get(f"{scope.prefix}{name}", ())
        return list(dict.fromkeys(found))

    def _local_gap(self, call: str) -> dict[str, Any] | None:
        """Why a module that stands in a folder beside its caller was left out: tfparse says nothing of errors below the root."""
        block, scope = self._call(call)
        if block is None or scope is None or block.local_source is None:
            return None
        folder = self._project.folders[scope.prefix] / block.local_source
        if not folder.is_dir():
            return _folder_gap(call, block, os.path.relpath(self._project.folders[scope.prefix], self._project.folders[""]))
        self._project.folders[f"{call}."] = folder.resolve()
        try:
            tfparse.load_from_path(str(folder), stop_on_hcl_error=True)
        except tfparse.ParseError as error:
            return _syntax_gap(str(error), os.path.relpath(folder, self._project.folders[""]))
        return None

    # --- what tfparse leaves out, since the number of its instances is unknown ----------------------------------------

    def _add_module_calls(self) -> None:
        """Local modules whose ``for_each`` is unknown: one call without a key stands for all."""
        waiting = list(self._project.folders)
        while waiting:
            prefix = waiting.pop()
            scope = self._project.scope(prefix)
            for name, call in scope.module.calls.items() if scope else ():
                inner = f"{prefix}module.{name}"
                path = call.local_source
                # A module that calls itself would go on for ever.
                if path is None or self._has_folder(inner) or prefix.count("module.") > MAXIMUM_MODULES:
                    continue
                if scope and self._may_exist(call, scope):
                    self._project.folders[f"{inner}."] = (self._project.folders[prefix] / path).resolve()
                    waiting.append(f"{inner}.")

    def _is_open_ended(self, block: hcl.Block, scope: tracing.Scope) -> bool:
        """Whether the number of a block's instances is not known."""
        return bool(block.multipliers) and not self._tracer.certainly_known(block.multipliers[0], scope)

    def _without_instances(self) -> Iterator[tuple[tracing.Scope, str, hcl.Block]]:
        self._add_module_calls()
        for prefix in self._project.folders:
            scope = self._project.scope(prefix)
            for table, blocks in (("", scope.module.resources), ("data.", scope.module.data)) if scope else ():
                for (type_name, name), block in blocks.items():
                    evaluated = f"{prefix}{table}{type_name}.{name}" in self._project.instances
                    if (
                        scope
                        and type_name in self._types
                        and not evaluated
                        and (self._may_exist(block, scope) or self._is_lost(block))
                    ):
                        yield scope, table, block

    def _is_lost(self, block: hcl.Block) -> bool:
        """Whether a resource without instances may be one that a syntax error hides."""
        return bool(self._gaps) and not block.multipliers

    def _may_exist(self, block: hcl.Block, scope: tracing.Scope) -> bool:
        """Whether instances are missing since their number is unknown, the block's own or that of the module call."""
        while True:
            if self._is_open_ended(block, scope):
                return True
            if scope.parent is None or scope.call is None:
                return False
            block, scope = scope.call, scope.parent

    def _unevaluated(self, scope: tracing.Scope, table: str, block: hcl.Block) -> dict[str, Any]:
        """A resource as its source shows it: literals are known, and what hangs on the instance is not."""
        places: dict[str, list[int]] = {}
        values = {**self._source_block(block, replace(scope, owner=block), places, ""), **self._default_tags(block, scope)}
        folder = os.path.relpath(self._project.folders[scope.prefix], self._project.folders[""])
        return {
            "address": f"{scope.prefix}{table}{'.'.join(block.labels)}",
            "type": block.labels[0],
            "data": bool(table),
            "certain": False,
            "file": os.path.normpath(os.path.join(folder, block.file)),
            "line": block.line,
            "last_line": block.last_line,
            # What tree-sitter makes of a file that does not parse is a guess: the resource is there, and no more is known.
            "values": None if self._is_lost(block) else values,
            "places": places,
            "region": self._region(block, replace(scope, owner=block)),
        }

    def _source_block(self, block: hcl.Block, scope: Any, places: dict[str, list[int]], at: str) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, attribute in block.attributes.items():
            places[f"{at}{name}"] = [attribute.line, attribute.column]
            if name not in _META:
                values[name] = self._from_source(attribute.expression, scope)
        for inner in block.blocks:
            if inner.type == "dynamic" and inner.labels:
                values[inner.labels[0]] = [*_as_list(values.get(inner.labels[0], [])), _unknown("", (ANYTHING,))]
            elif inner.type not in _META:
                made = {"block": self._source_block(inner, scope, places, f"{at}{inner.type}.")}
                values[inner.type] = [*_as_list(values.get(inner.type, [])), made]
        return values

    def _from_source(self, source: Any, scope: Any) -> Any:
        trace = self._tracer.ask(source, scope)
        computed = trace.outcome is tracing.Outcome.KNOWN and trace.value is tracing.COMPUTED
        elements = self._tracer.ask_elements(source, scope) if computed or isinstance(source, hcl.List) else None
        if elements is not None:
            return [self._traced_element(element) for element in elements]
        return _unknown("", (ANYTHING,)) if computed else self._traced(trace, source, scope)

    def _source(self, entry: dict[str, Any]) -> tuple[hcl.Block | None, Any]:
        """The source of a resource and the scope inside it."""
        meta = entry["__tfmeta"]
        address = meta["path"]
        scope = self._project.scope(_prefix(address))
        if scope is None or meta["filename"].endswith(".json"):
            return None, scope
        table = scope.module.data if meta["type"] == "data" else scope.module.resources
        block = table.get((meta["label"], _without_key(address).rpartition(".")[2]))
        if block is None or (block.file, block.line) != (Path(meta["filename"]).name, meta["line_start"]):
            # Declared twice: that is the source of the other one.
            return None, scope
        return block, replace(scope, owner=block, key=tracing.parsed_key(_key(address)))

    def _is_certain(self, entry: dict[str, Any]) -> bool:
        """Whether a resource is there, however the variables are set."""
        block, scope = self._source(entry)
        counted = entry.get("count", 1) is not None
        if block is None:
            return counted
        outside = tracing.outside(scope)
        return counted and all(self._tracer.has_known_keys(item, outside) for item in block.multipliers)

    def _resource(self, entry: dict[str, Any]) -> dict[str, Any]:
        meta = entry["__tfmeta"]
        address, is_data = meta["path"], meta["type"] == "data"
        block, scope = self._source(entry)
        places: dict[str, list[int]] = {}
        return {
            "address": address,
            "type": meta["label"],
            "data": is_data,
            "certain": self._is_certain(entry),
            "file": meta["filename"],
            "line": meta["line_start"],
            "last_line": meta["line_end"],
            "values": {**self._block(entry, block, scope, places, ""), **self._default_tags(block, scope)},
            "places": places,
            "region": self._region(block, scope),
        }

    def _default_tags(self, block: hcl.Block | None, scope: Any) -> dict[str, Any]:
        """The tags that the provider adds to a resource; nothing where it adds none."""
        found = providers.provider_of(block, scope, self._project)
        if isinstance(found, providers.Missing):
            may_add = found is providers.Missing.ELSEWHERE or self._gaps or self._has_provider_in_json()
            return {"tags_all": _unknown()} if may_add else {}
        provider, outer = found
        key = outer.prefix, provider.labels, provider.line
        if key not in self._added_tags:
            self._added_tags[key] = self._added_by(provider, tracing.outside(outer))
        return self._added_tags[key]

    def _has_provider_in_json(self) -> bool:
        return any(entry["__tfmeta"]["filename"].endswith(".json") for entry in self._parsed.get("provider", ()))

    def _added_by(self, provider: hcl.Block, scope: Any) -> dict[str, Any]:
        """What the ``default_tags`` of a provider block add to each resource."""
        if any(dynamic.labels == ("default_tags",) for dynamic in provider.named("dynamic")):
            return {"tags_all": _unknown()}
        written = next((inner.attributes.get("tags") for inner in provider.named("default_tags")), None)
        if written is None:
            return {}
        place = self._project.folders[scope.prefix] / provider.file, provider.line
        evaluated = [
            entry.get("default_tags")
            for entry in self._parsed.get("provider", ())
            if (self._project.folders[""] / entry["__tfmeta"]["filename"], entry["__tfmeta"]["line_start"]) == place
        ]
        tags = evaluated[0].get("tags") if evaluated and isinstance(evaluated[0], dict) else None
        encoded = self._value(tags, written.expression, scope)
        return {} if encoded is None or encoded == {"block": {}} else {"tags_all": encoded}

    def _region(self, block: hcl.Block | None, scope: Any) -> Any:
        """The Region of a resource: its own argument, since version 6 of the provider, or that of the provider's configuration."""
        own = block.attributes.get("region") if block is not None else None
        if own is not None and (region := self._from_source(own.expression, scope)) is not None:
            return region
        found = providers.provider_of(block, scope, self._project)
        if isinstance(found, providers.Missing):
            return _unknown("provider.aws" if found is providers.Missing.NOWHERE else "")
        configuration, where = found
        written = configuration.attributes.get("region")
        known = _bare(self._from_source(written.expression, tracing.outside(where))) if written else None
        name = f"{where.prefix}provider.{'.'.join(filter(None, tracing.provider_name(configuration)))}"
        return known if isinstance(known, str) else _unknown(name)

    def _block(self, entry: dict[str, Any], block: Any, scope: Any, places: dict[str, list[int]], at: str) -> dict[str, Any]:
        values: dict[str, Any] = {}
        written = block.attributes if block is not None else {}
        for name, attribute in written.items():
            places[f"{at}{name}"] = [attribute.line, attribute.column]
        for name in {**entry, **written}:
            if name in _META:
                continue
            if name in written:
                values[name] = self._value(entry.get(name), written[name].expression, scope)
            else:
                values[name] = self._nested(entry[name], name, block, scope, places, f"{at}{name}.")
        if block is not None:
            self._dropped_blocks(block, scope, values)
        return values

    def _nested(self, value: Any, name: str, block: Any, scope: Any, places: dict[str, list[int]], at: str) -> Any:
        """One nested block, several, or a value of which there is no source."""
        items = value if isinstance(value, list) else [value]
        if not items or not all(isinstance(item, dict) and "__tfmeta" in item for item in items):
            return self._value(value, None, scope)
        encoded = []
        for item in items:
            source, inner = self._source_of(item, name, block, scope)
            encoded.append({"block": self._block(item, source, inner, places, at)})
        return encoded

    def _source_of(self, item: dict[str, Any], name: str, block: Any, scope: Any) -> tuple[Any, Any]:
        """The source of a nested block, plain or dynamic, by its line."""
        line = item["__tfmeta"]["line_start"]
        for candidate in block.blocks if block is not None else ():
            if candidate.type == name and candidate.line == line:
                return candidate, scope
            if candidate.type == "dynamic" and candidate.labels == (name,):
                for content in candidate.named("content"):
                    if content.line == line:
                        return content, self._inside_dynamic(candidate, scope)
        return None, scope

    def _inside_dynamic(self, dynamic: Any, scope: Any) -> Any:
        iterator = dynamic.attributes.get("iterator")
        name = getattr(iterator.expression, "base", None) if iterator else dynamic.labels[0]
        each = dynamic.attributes.get("for_each")
        trace = self._tracer.ask(each.expression, scope) if each is not None else tracing.Trace(tracing.Outcome.UNKNOWN)
        is_known = trace.outcome in (tracing.Outcome.KNOWN, tracing.Outcome.NULL, tracing.Outcome.MISSING)
        names = {**scope.names, str(name): tracing.Binding(None, is_known=is_known, inputs=tracing.blurred(trace.inputs))}
        return replace(scope, names=names)

    def _dropped_blocks(self, block: Any, scope: Any, values: dict[str, Any]) -> None:
        """tfparse drops dynamic blocks whose ``for_each`` is not known, or those of its elements: there may be more."""
        for dynamic in block.named("dynamic"):
            contents = list(dynamic.named("content"))
            each = dynamic.attributes.get("for_each")
            if not dynamic.labels or not contents or each is None or scope is None:
                continue
            name = dynamic.labels[0]
            if self._tracer.certainly_known(each.expression, scope):
                continue
            values[name] = [*_as_list(values.get(name, [])), _unknown("", (ANYTHING,))]

    # --- values -------------------------------------------------------------------------------------------------------

    def _value(self, value: Any, source: Any, scope: Any) -> Any:
        """What tfparse says of a value, unless the source says that it cannot know."""
        if isinstance(value, list):
            return self._list(value, source, scope)
        document = self._document(source, scope)
        if document is not None:
            return document
        if value == {} and source is not None and scope is not None and not isinstance(source, hcl.Object):
            # What tfparse makes of some functions of an unknown value.
            trace = self._tracer.ask(source, scope)
            if trace.outcome in (tracing.Outcome.UNKNOWN, tracing.Outcome.REFERENCE):
                return self._traced(trace, source, scope)
        if isinstance(value, dict) and "__attribute__" not in value:
            if not value and source is not None and scope is not None and not self._is_written_empty(source, scope):
                return _unknown("", tracing.candidates([self._tracer.ask(source, scope)]))
            sources = dict(source.pairs) if isinstance(source, hcl.Object) else {}
            members = {key: self._value(item, sources.get(key), scope) for key, item in value.items() if key != "__tfmeta"}
            return {"block": members}
        if isinstance(value, str):
            return self._text(value, source, scope)
        if source is None or scope is None:
            return _made(value, _UNSEEN) if isinstance(value, (bool, int, float)) else _unknown("", (ANYTHING,))
        if isinstance(value, (bool, int, float)):
            return self._checked(value, self._tracer.ask(source, scope))
        trace = self._tracer.ask(source, scope)
        behind, _ = self._behind(source, scope)
        if trace.value is tracing.COMPUTED and isinstance(behind, hcl.Call) and behind.name in _TEXTS:
            # A file that is not there, or not where the folder is scanned.
            return _unknown()
        return self._traced(trace, source, scope)

    def _is_written_empty(self, source: Any, scope: Any) -> bool:
        """Whether an empty map is meant. An empty default of a variable asks for a value, and tfparse leaves out what it cannot know."""
        for _ in range(tracing.MAXIMUM_DEPTH):
            found = self._tracer.definition(source, scope)
            if isinstance(source, hcl.Object) or found is None or (source.base == "var" and scope.parent is None):
                break
            source, scope = found
        return isinstance(source, hcl.Object)

    def _document(self, source: Any, scope: Any) -> Any:
        """The object that ``jsonencode`` writes, when a part of it is not known: as a text it would be unknown as a whole."""
        if source is None or scope is None:
            return None
        source, scope = self._behind(source, scope)
        if not isinstance(source, hcl.Call) or source.name != "jsonencode" or not source.arguments:
            return None
        whole = self._tracer.ask(source, scope)
        return None if whole.outcome is tracing.Outcome.KNOWN else self._structure(source.arguments[0], scope, 0)

    def _behind(self, source: Any, scope: Any) -> tuple[Any, Any]:
        """The expression behind locals and variables, and where it stands."""
        for _ in range(tracing.MAXIMUM_DEPTH):
            found = self._tracer.definition(source, scope)
            if found is None:
                break
            source, scope = found
        return source, scope

    def _structure(self, source: Any, scope: Any, depth: int) -> Any:
        """An expression part by part, as its source shows it."""
        if depth > tracing.MAXIMUM_DEPTH:
            return _unknown("", (ANYTHING,))
        if isinstance(source, hcl.List):
            return [self._structure(item, scope, depth + 1) for item in source.items]
        if isinstance(source, hcl.Object):
            names = [self._tracer.name(key, scope) for key, _ in source.pairs]
            if None in names:
                return _unknown("", (ANYTHING,))
            values = [self._structure(value, scope, depth + 1) for _, value in source.pairs]
            return {"block": dict(zip(names, values, strict=True))}
        if isinstance(source, hcl.Conditional):
            truth = self._tracer.truth(source.condition, scope)
            if truth is not None:
                return self._structure(source.yes if truth else source.no, scope, depth + 1)
        if isinstance(source, hcl.Template):
            outline, named = self._tracer.outline(source, scope)
            return _unknown("", named, outline) if HOLE in outline else outline
        found = self._tracer.definition(source, scope)
        if found is None:
            return self._from_source(source, scope)
        return _made(self._structure(*found, depth + 1), self._tracer.inputs(source.base, source.steps, scope))

    @staticmethod
    def _checked(value: Any, trace: tracing.Trace) -> Any:
        """tfparse takes data sources and the workspace for known, and makes ids up: what hangs on them is unknown."""
        if trace.outcome is tracing.Outcome.UNKNOWN:
            return _made(_unknown(trace.origin, tracing.candidates([trace])), trace.inputs)
        if trace.outcome is tracing.Outcome.REFERENCE:
            return _referring(trace)
        return _made(value, trace.inputs)

    def _traced(self, trace: Any, source: Any, scope: Any) -> Any:
        outcome = trace.outcome.value
        if outcome in ("null", "missing"):
            return None
        if outcome == "reference":
            return _referring(trace)
        if outcome == "known" and isinstance(trace.value, (str, int, float)):
            return _made(trace.value, trace.inputs)
        if outcome == "known" and not trace.candidates:
            # All that it is made of is known, so it is null: a value that comes from a resource may be one that tfparse does not know.
            return None
        elements = self._tracer.ask_elements(source, scope)
        if elements is not None:
            return [self._traced_element(element) for element in elements]
        behind, where = self._behind(source, scope)
        outline = self._tracer.surroundings(behind, where)
        return _made(_unknown(trace.origin, tracing.candidates([trace]), outline), trace.inputs)

    def _traced_element(self, trace: Any) -> Any:
        outcome = trace.outcome.value
        if outcome == "reference":
            return _referring(trace)
        if outcome == "known" and isinstance(trace.value, (str, int, float)):
            return _made(trace.value, trace.inputs)
        return None if outcome == "null" else _made(_unknown(trace.origin, tracing.candidates([trace])), trace.inputs)

    def _list(self, value: list[Any], source: Any, scope: Any) -> Any:
        if isinstance(source, hcl.List) and len(source.items) == len(value):
            return [self._value(item, part, scope) for item, part in zip(value, source.items, strict=True)]
        elements = self._tracer.ask_elements(source, scope) if source is not None and scope is not None else None
        if elements and len(elements) == len(value):
            return [self._element(item, trace) for item, trace in zip(value, elements, strict=True)]
        encoded = [self._value(item, None, None) for item in value]
        if source is None or scope is None:
            return encoded
        trace = self._tracer.ask(source, scope)
        if not self._tracer.certainly_known(source, scope):
            # tfparse leaves out what it cannot know.
            return [*encoded, _unknown("", tracing.candidates([trace]))]
        # Of an empty list no element says what it is made of.
        return encoded or _made(encoded, trace.inputs)

    def _element(self, item: Any, trace: Any) -> Any:
        """An element of a list: what tfparse says of it, unless the tracer says that it cannot know."""
        encoded = self._value(item, None, None)
        is_unknown = isinstance(encoded, dict) and "unknown" in encoded
        if is_unknown or trace.outcome is tracing.Outcome.UNKNOWN:
            return self._traced_element(trace)
        return _made(encoded["made"][0], trace.inputs) if isinstance(encoded, dict) and "made" in encoded else encoded

    def _text(self, text: str, source: Any, scope: Any) -> Any:
        """An id that tfparse made up stands for a resource, alone or inside an ARN. Text that is not known comes as it is written."""
        found = _IDENTIFIER.findall(text)
        addresses = [self._addresses[item] for item in found if item in self._addresses]
        if len(addresses) == 1 and (len(found[0]) == len(text) or text.startswith("arn:")):
            return self._reference(addresses[0], source)
        if source is None or scope is None:
            if addresses or "${" in text or _IDENTIFIER.fullmatch(text):
                return _unknown("", tuple(addresses), _INTERPOLATION.sub(HOLE, _IDENTIFIER.sub(HOLE, text)))
            return _made(text, _UNSEEN)
        trace = self._tracer.ask(source, scope)
        certain = trace.outcome not in (tracing.Outcome.UNKNOWN, tracing.Outcome.REFERENCE)
        if certain or not isinstance(source, hcl.Template):
            return self._checked(text, trace)
        outline, named = self._tracer.outline(source, scope)
        subjects = [address for address in named if not _SURROUNDINGS.match(address)]
        if len(subjects) == 1 and outline.startswith("arn:"):
            return {"reference": [subjects[0], None, ""]}
        return _made(_unknown("", named, outline), trace.inputs)

    def _reference(self, address: str, source: Any) -> Any:
        """A reference to a resource; of one whose number is unknown, only a plain reference says that it is there."""
        is_plain = isinstance(source, hcl.Traversal) and not any(isinstance(step, hcl.Splat) for step in source.steps)
        if source is not None and not is_plain and not self._is_certain(self._entries[address]):
            return _unknown("", (address,))
        return {"reference": [address, None, ""]}


def _referring(trace: Any) -> dict[str, Any]:
    return {"reference": [trace.address, trace.attribute, trace.origin]}


def _unknown(origin: str = "", candidates: Any = (), outline: str = "") -> dict[str, Any]:
    return {"unknown": [origin, list(candidates), outline]}


_UNSEEN = (tracing.SOMEWHERE,)


def _made(encoded: Any, inputs: tuple[tracing.Variable, ...]) -> Any:
    """An encoded value with the inputs that took part in it; most have none."""
    if not inputs or encoded is None:
        return encoded
    listed = ["*" if item is tracing.SOMEWHERE else dataclasses.astuple(item) for item in inputs]
    return {"made": [encoded, listed]}


def _bare(encoded: Any) -> Any:
    """An encoded value without the inputs that took part in it."""
    return encoded["made"][0] if isinstance(encoded, dict) and "made" in encoded else encoded


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _key(address: str) -> str:
    """``["a"]`` out of an address, or nothing."""
    found = re.search(r"\[[^\[\]]*\]$|\[\".*\"\]$", address)
    return found.group(0) if found else ""


def _without_key(address: str) -> str:
    return address[: len(address) - len(_key(address))]


def _prefix(address: str) -> str:
    """``module.a["x"].module.b.`` out of the address of anything inside it."""
    prefix, index = "", 0
    while address.startswith("module.", index):
        inside = False
        end = index + len("module.")
        while end < len(address) and (inside or address[end] != "."):
            inside ^= address[end] == '"'
            end += 1
        if end >= len(address):
            break
        index = end + 1
        prefix = address[:index]
    return prefix


def _automatic_files(folder: Path) -> list[str]:
    """The variable files that Terraform reads by itself, in its order; tfparse reads those that it is told to."""
    found = [name for name in _AUTOMATIC if (folder / name).is_file()]
    return [*found, *sorted(file.name for pattern in _AUTOMATIC_PATTERNS for file in folder.glob(pattern) if file.is_file())]


def _given_variables(folder: Path, files: list[str]) -> dict[str, Any]:
    """What variable files and the environment set, by name; None where only tfparse knows the value."""
    given: dict[str, Any] = {name[len("TF_VAR_") :]: None for name in os.environ if name.startswith("TF_VAR_")}
    for file in (folder / name for name in files):
        if not file.is_file():
            continue
        if file.suffix == ".json":
            try:
                given.update(dict.fromkeys(json.loads(file.read_bytes())))
            except ValueError:
                continue
        else:
            given.update({name: item.expression for name, item in hcl.parse(file.read_bytes()).attributes.items()})
    return given
