"""What messages of several rules say in the same way."""

from dms_checks.engines import VERIFYING
from dms_checks.model import Resource


def cause(resource: Resource, switch: str, state: str) -> str:
    """Why a switch is in a state (``true``, ``false``): it is written, or leaving it out means that. Continues "as …"."""
    spelling = resource.spelling(switch)
    # A switch with a default is known also where nobody writes it.
    if all(resource.read(path).is_absent for path in resource.paths(switch)):
        return f"leaving {spelling} out means {state}"
    return f"{spelling} is {state}"


def choice_of(modes: tuple[str, ...], endpoint: Resource) -> str:
    """The TLS modes to choose from, those that verify with the certificate that they need. Continues "set ssl_mode to …"."""
    certificate = endpoint["certificate"]
    if not certificate.is_absent:
        return either(modes)
    plain = tuple(mode for mode in modes if mode not in VERIFYING)
    verifying = tuple(mode for mode in modes if mode in VERIFYING)
    with_certificate = f"{either(verifying)} with {endpoint.spelling('certificate').rpartition('.')[2]}" if verifying else ""
    return ", or to ".join(part for part in (either(plain), with_certificate) if part)


def either(words: tuple[str, ...], conjunction: str = "or") -> str:
    """Words of which one is to be chosen; all of them with ``and``."""
    return f" {conjunction} ".join((", ".join(words[:-1]), words[-1])) if len(words) > 1 else "".join(words)
