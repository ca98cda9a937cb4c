"""The one file that Checkov executes, under its bare name and once per runner: it finds the package and registers the checks.

Works from a checkout (the package lies beside this folder) and installed (this folder lies in the package), also when another copy of the
package was loaded before.
"""

import importlib
import os
import sys
from pathlib import Path
from typing import Any

FRAMEWORKS = ("terraform", "terraform_plan", "cloudformation")


def _location() -> Path:
    """The folder that holds the package which belongs to this file."""
    here = Path(__file__).resolve().parent
    return next((folder for folder in here.parents if (folder / "dms_checks" / "catalogue.py").is_file()), here)


def _is_wanted() -> bool:
    """Whether the runner that loads us holds resources of ours; if Checkov's frames do not tell, it may.

    A default scan runs some twenty frameworks, each in a process of its own: loading the rules in all of them would cost a second.
    """
    frame = sys._getframe()
    while frame.f_back is not None:
        frame = frame.f_back
        framework = getattr(frame.f_locals.get("self"), "check_type", None)
        if isinstance(framework, str):
            return framework in FRAMEWORKS and not (framework == "terraform_plan" and _is_without_plans(frame.f_locals))
    return True


def _is_without_plans(arguments: dict[str, Any]) -> bool:
    """Whether the runner for plans, which every scan of a folder starts, certainly has nothing to look at."""
    folder = arguments.get("root_folder")
    if arguments.get("files") or not isinstance(folder, str):
        return False
    return not any(name.endswith(".json") for _, _, names in os.walk(folder) for name in names)


def _load() -> None:
    if not _is_wanted():
        return
    location = _location()
    loaded = sys.modules.get("dms_checks")
    if loaded is not None and Path(str(loaded.__file__)).resolve().parents[1] != location:
        for name in [name for name in sys.modules if name.partition(".")[0] == "dms_checks"]:
            del sys.modules[name]
    sys.path.insert(0, str(location))
    try:
        host = importlib.import_module("dms_checks.hosts.checkov")
    finally:
        sys.path.remove(str(location))
    host.register()


_load()
