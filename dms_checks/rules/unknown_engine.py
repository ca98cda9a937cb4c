"""DMS86: an engine name that AWS DMS does not know."""

import difflib
from collections.abc import Iterator

from dms_checks.deployment import Deployment
from dms_checks.engines import ENGINES
from dms_checks.model import Dialect, Resource, Truth
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import DATA_PROVIDER, ENDPOINT

USUAL = {
    # How people call engines, and what the API calls them.
    "aurora-mysql": "aurora",
    "documentdb": "docdb",
    "elastic-search": "opensearch",
    "mongo": "mongodb",
    "mssql": "sqlserver",
    "postgresql": "postgres",
    "sap-ase": "sybase",
    "sql-server": "sqlserver",
}

COMMON = ("mysql", "postgres", "oracle", "sqlserver")
"""Engines of endpoints and of data providers alike, as examples of what a name looks like."""


def check(endpoint: Resource, _: Deployment) -> Iterator[Claim]:
    """Compare the engine's name with those of the API."""
    name = endpoint["engine"]
    if name.is_absent:
        return
    is_provider = endpoint.kind is DATA_PROVIDER
    known = [engine.name for engine in ENGINES.values() if engine.data_provider or not is_provider]
    word = name.word or ""
    nearest = [USUAL[word]] if USUAL.get(word) in known else difflib.get_close_matches(word, known, n=1)
    if nearest:
        advice = f"did you mean {_written(nearest[0], endpoint)}?"
    else:
        advice = f"write one such as {', '.join(COMMON)}; the API reference lists all under {_member(is_provider)}"
    owner = "a data provider" if is_provider else "AWS DMS"
    yield Claim(
        Truth.of(word not in known) if word else Truth.UNKNOWN,
        name,
        f"{endpoint} has {endpoint.spelling('engine')} {name.text}, which is no engine of {owner}; {advice}",
    )


def _member(is_provider: bool) -> str:
    """Where the API reference has the names."""
    return "Engine of CreateDataProvider" if is_provider else "EngineName of CreateEndpoint"


def _written(name: str, endpoint: Resource) -> str:
    """An engine as the reader has to write it: data providers of CloudFormation have ``_``."""
    is_registry = endpoint.kind is DATA_PROVIDER and endpoint.dialect is Dialect.CLOUDFORMATION
    return name.replace("-", "_") if is_registry else name


RULE = Rule(
    86,
    "unknown-engine",
    "Engine that AWS DMS does not know",
    (ENDPOINT, DATA_PROVIDER),
    check,
    Level.ERROR,
    Severity.MEDIUM,
    why="""CloudFormation takes any text for the engine of an endpoint, and Terraform finds a wrong one only when it plans. The API refuses it, after
the resources before it are created. An engine that is not recognised is also not judged by any other rule.""",
    fix="""Write the name of the engine as the API does: `postgres`, `sqlserver`, `docdb`, `aurora`, … The API reference lists them under
`EngineName`. Data providers have fewer, CloudFormation writes them with `_`. If AWS has added one since, skip the finding and tell us.""",
    references=(
        "https://docs.aws.amazon.com/dms/latest/APIReference/API_CreateEndpoint.html",
        "https://docs.aws.amazon.com/dms/latest/APIReference/API_CreateDataProvider.html",
    ),
)
