"""The one file that Checkov executes, under its bare name and once per runner: it finds the package and registers the checks.

Works from a checkout (the package lies beside this folder) and installed (this folder lies in the package), also when another copy of the
package was loaded before.
"""

import importlib
import sys
from pathlib import Path


def _location() -> Path:
    """The folder that holds the package which belongs to this file."""
    here = Path(__file__).resolve().parent
    return next((folder for folder in here.parents if (folder / "dms_checks" / "catalogue.py").is_file()), here)


def _load() -> None:
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
