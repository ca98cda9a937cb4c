"""What messages of several rules say in the same way."""

from dms_checks.model import Resource


def cause(resource: Resource, switch: str, state: str) -> str:
    """Why a switch is in a state (``true``, ``false``): it is written, or leaving it out means that. Continues "as …"."""
    spelling = resource.spelling(switch)
    # A switch with a default is known also where nobody writes it.
    if all(resource.read(path).is_absent for path in resource.paths(switch)):
        return f"leaving {spelling} out means {state}"
    return f"{spelling} is {state}"
