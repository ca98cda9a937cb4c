"""The versions of AWS DMS that a replication instance runs: which are retired, and which support VPC endpoints."""

import re

from dms_checks.engines import READ
from dms_checks.model import Truth, Value

Version = tuple[int, ...]

ENDS: dict[Version, str] = {
    (3, 4, 6): "2024-10-31",
    (3, 4, 7): "2024-10-31",
    (3, 5, 1): "2025-03-15",
    (3, 5, 2): "2025-04-29",
    (3, 5, 3): "2026-06-30",
    (3, 5, 4): "2027-03-31",
    (3, 6, 0): "2026-07-27",
    (3, 6, 1): "",
}
"""The end of support of each version, empty where AWS has not set one: user guide, release notes, as they stood on ``READ``."""

RETIRED = {version: end for version, end in ENDS.items() if end and end < READ}
"""By the table's own date and not by today's: the same template has the same verdict every day, until a new table is released."""

ADVISED = ".".join(str(number) for number in max(version for version in ENDS if version not in RETIRED))
"""What messages tell to set: the latest one that is supported."""

SUPPORT_VPC_ENDPOINTS = (3, 4, 7)
"""The engine version that brought VPC endpoints as sources and targets (user guide, release notes of 2022-06-30)."""


def supports_vpc_endpoints(version: Value) -> Truth:
    """Whether a version that is written is certainly 3.4.7 or later."""
    numbers = re.match(r"(\d{1,9})\.(\d{1,9})(?:\.(\d{1,9}))?", version.text or "")
    if numbers is None:
        return Truth.UNKNOWN
    return Truth.of(tuple(int(number or 0) for number in numbers.groups()) >= SUPPORT_VPC_ENDPOINTS)
