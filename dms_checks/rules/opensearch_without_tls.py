"""DMS26: the connection to OpenSearch is not encrypted."""

from collections.abc import Iterator

from dms_checks.deployment import Deployment
from dms_checks.engines import GUIDE
from dms_checks.marks import HOLE
from dms_checks.model import Resource, Truth, Value
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import ENDPOINT


def check(endpoint: Resource, _: Deployment) -> Iterator[Claim]:
    """Judge the scheme of the endpoint's URI."""
    is_opensearch = endpoint["engine"].is_word("opensearch", "elasticsearch")
    if is_opensearch is Truth.NO:
        return
    address = endpoint["endpoint_uri"]
    spelling = endpoint.spelling("endpoint_uri").rpartition(".")[2]
    message = f"{endpoint} connects to OpenSearch by HTTP; begin {spelling} with https://, or leave the scheme out"
    yield Claim(is_opensearch & _is_plain(address), address, message)


def _is_plain(address: Value) -> Truth:
    """Whether a URI says HTTP. Without a scheme AWS DMS uses HTTPS."""
    # Of a reference a plan does not show what is written before it.
    text = (address.text or address.outline).strip().lower()
    if not text or text.partition("://")[0].startswith(HOLE):
        return Truth.UNKNOWN
    return Truth.of(text.startswith("http://"))


RULE = Rule(
    26,
    "opensearch-without-tls",
    "OpenSearch endpoint connects by HTTP",
    (ENDPOINT,),
    check,
    Level.ERROR,
    Severity.HIGH,
    why="""With `http://` in the endpoint's URI all rows cross the network in the clear, and a domain that enforces HTTPS refuses them. AWS
DMS uses HTTPS when the URI names no scheme.""",
    fix="""Begin `endpoint_uri` (Terraform, in `elasticsearch_settings`) or `EndpointUri` (CloudFormation, in `ElasticsearchSettings`) with
`https://`, or leave the scheme out.""",
    references=(f"{GUIDE}CHAP_Target.Elasticsearch.html",),
)
