"""Keep secrets out of what hosts print: which lines of a file hold one."""

import json
import re
from collections.abc import Set

SECRET_NAMES = (
    "password",
    "sasl_password",
    "auth_password",
    "asm_password",
    "security_db_encryption",
    "ssl_client_key_password",
    "extra_connection_attributes",
    "certificate_pem",
    "certificate_wallet",
    "key_material_base64",
    "Password",
    "SaslPassword",
    "AuthPassword",
    "AsmPassword",
    "SecurityDbEncryption",
    "SslClientKeyPassword",
    "ExtraConnectionAttributes",
    "CertificatePem",
    "CertificateWallet",
)
"""The properties of DMS and KMS resources that the provider marks as sensitive or the registry schema as writeOnly."""

MASK = "**********"
_LINE = re.compile(rf"^(\s*[\"']?(?:{'|'.join(SECRET_NAMES)})[\"']?\s*[:=]\s*)(\S.*?)(\s*,?\s*)$")
_COMPACT = re.compile(rf"([\"'](?:{'|'.join(SECRET_NAMES)})[\"']\s*:\s*)(\"(?:[^\"\\]|\\.)*\")")
_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"")
_REFERENCE = re.compile(r"^(?:(?:var|local|module|data|each|random_password|aws_\w+)\.|!|\{|\[|<<|null\b|\|)")


def secret_text(line: str) -> str | None:
    """The part of a line that must not be printed, with the name before it; None when there is no literal secret."""
    found = _LINE.match(line.rstrip("\n"))
    if found is None or _REFERENCE.match(found.group(2)):
        return None
    return (found.group(1) + found.group(2)).strip()


def masked(line: str, secrets: Set[str] = frozenset()) -> str:
    """The line with its secret replaced, and with the texts in quotes that are known to be secret."""
    if secrets:
        line = _QUOTED.sub(lambda found: f'"{MASK}"' if _unquoted(found.group()) in secrets else found.group(), line)
    found = _LINE.match(line.rstrip("\n"))
    if found is not None:
        return line if _REFERENCE.match(found.group(2)) else f"{found.group(1)}{MASK}{found.group(3)}\n"
    return _COMPACT.sub(rf"\1{MASK}", line)


def _unquoted(text: str) -> str:
    try:
        return str(json.loads(text))
    except ValueError:
        return text[1:-1]
