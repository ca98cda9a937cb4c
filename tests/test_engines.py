"""The table of engines against what AWS prints, and against the vocabulary that its columns name."""

import pytest

from dms_checks.engines import ENGINES
from dms_checks.vocabulary import DATA_PROVIDER, ENDPOINT

MODES = ("require", "verify-ca", "verify-full")

GUIDE = {
    # The table of "Using SSL with AWS DMS" (CHAP_Security.SSL): require, verify-ca, verify-full. "none" is every engine's default.
    "mysql": (False, True, True),
    "mariadb": (False, True, True),
    "aurora": (False, True, True),
    "sqlserver": (True, False, True),
    "postgres": (True, True, True),
    "aurora-postgresql": (True, True, True),
    "redshift": (False, False, False),
    "oracle": (False, True, False),
    "sybase": (False, False, True),
    "mongodb": (True, False, True),
    "db2": (False, True, False),
    "db2-zos": (False, True, False),
}

ELSEWHERE = {
    "gcp-mysql",  # its own page: no verify-full
    "s3",  # the API: none only
}
"""Engines that the table leaves out and another source describes."""

REGISTRY = {
    # The enums of SslMode in AWS::DMS::DataProvider, CloudFormation registry schema of 2026-10-20, without "none".
    "aurora": MODES,
    "aurora-postgresql": MODES,
    "mysql": MODES,
    "mariadb": MODES,
    "oracle": MODES,
    "postgres": MODES,
    "sqlserver": MODES,
    "mongodb": ("require", "verify-full"),
    "docdb": ("require", "verify-full"),
    "db2": ("verify-ca",),
    "db2-zos": ("verify-ca",),
    "sybase": ("require", "verify-ca"),
    "redshift": (),
}


@pytest.mark.parametrize("name", GUIDE)
def test_the_modes_of_an_endpoint_are_those_of_the_guide(name: str) -> None:
    engine = ENGINES[name]
    assert engine.ssl_modes == tuple(mode for mode, supported in zip(MODES, GUIDE[name], strict=True) if supported)
    assert "ssl_modes" not in engine.unverified


@pytest.mark.parametrize("name", sorted(ENGINES.keys() - GUIDE.keys() - ELSEWHERE))
def test_modes_that_the_guide_does_not_name_are_unverified(name: str) -> None:
    assert "ssl_modes" in ENGINES[name].unverified


def test_the_modes_of_a_data_provider_are_those_of_the_registry() -> None:
    assert {name: engine.provider_ssl_modes for name, engine in ENGINES.items() if engine.data_provider} == REGISTRY
    assert not any(engine.provider_ssl_modes for engine in ENGINES.values() if not engine.data_provider)


@pytest.mark.parametrize("name", ENGINES)
def test_a_row_names_attributes_of_endpoints(name: str) -> None:
    engine = ENGINES[name]
    named = {engine.tls_setting, engine.authentication} - {""}
    assert named <= ENDPOINT.attributes.keys()


def test_every_engine_of_data_providers_with_modes_has_an_attribute() -> None:
    """One settings block serves both editions of an engine: MySQL's also Aurora MySQL, PostgreSQL's also Aurora PostgreSQL."""
    with_modes = {name for name in REGISTRY if REGISTRY[name]} - {"aurora", "aurora-postgresql"}
    assert len(DATA_PROVIDER.attributes["ssl_mode"].cloudformation) == len(with_modes)
    assert len(DATA_PROVIDER.attributes["certificate"].cloudformation) == len(with_modes)
