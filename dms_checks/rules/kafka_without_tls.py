"""DMS25: the connection to Kafka is not encrypted, or its port speaks another protocol."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dms_checks.deployment import Deployment
from dms_checks.engines import GUIDE
from dms_checks.marks import HOLE
from dms_checks.model import Resource, Truth, Value
from dms_checks.rule import Claim, Level, Rule, Severity
from dms_checks.vocabulary import ENDPOINT


@dataclass(frozen=True, slots=True)
class Listener:
    """What a port of Amazon MSK speaks: its name, the security protocols of AWS DMS that fit, and its ports (developer guide,
    "Port information": within AWS, public, IPv6)."""

    title: str
    protocols: tuple[str, ...]
    ports: tuple[int, ...]


PLAIN = Listener("plain text", ("plaintext",), (9092, 20092))
TLS = Listener("TLS", ("ssl-encryption", "ssl-authentication"), (9094, 9194, 20094))
SASL = Listener("SASL/SCRAM", ("sasl-ssl",), (9096, 9196, 20096))
IAM = Listener("IAM", (), (9098, 9198, 20098))
LISTENERS = (PLAIN, TLS, SASL, IAM)

BROKERS = {
    "bootstrap_brokers": PLAIN,
    "bootstrap_brokers_tls": TLS,
    "bootstrap_brokers_public_tls": TLS,
    "bootstrap_brokers_vpc_connectivity_tls": TLS,
    "bootstrap_brokers_sasl_scram": SASL,
    "bootstrap_brokers_public_sasl_scram": SASL,
    "bootstrap_brokers_vpc_connectivity_sasl_scram": SASL,
    "bootstrap_brokers_sasl_iam": IAM,
    "bootstrap_brokers_public_sasl_iam": IAM,
    "bootstrap_brokers_vpc_connectivity_sasl_iam": IAM,
}
"""The attributes of Terraform's clusters of Amazon MSK."""

_CLUSTER = re.compile(r"(?:^|\.)aws_msk_[a-z_]+\.")
_MSK = re.compile(rf"\.kafka(?:-[a-z]+)?\.[{HOLE}a-z0-9-]+\.amazonaws\.com(?:\.cn)?:([0-9]{{1,5}})(?![0-9])", re.IGNORECASE)


def check(endpoint: Resource, _: Deployment) -> Iterator[Claim]:
    """Judge the security protocol, and the ports of brokers that are certainly Amazon MSK's."""
    is_kafka = endpoint["engine"].is_word("kafka")
    if is_kafka is Truth.NO:
        return
    protocol, broker = endpoint["kafka_tls"], endpoint["broker"]
    spelling = endpoint.spelling("kafka_tls").rpartition(".")[2]
    plain = Truth.UNKNOWN if protocol.is_absent else protocol.is_word("plaintext")
    advice = f"set {spelling} to ssl-encryption, ssl-authentication or sasl-ssl, and use the brokers' port for it"
    yield Claim(is_kafka & plain, protocol, f"{endpoint} connects to Kafka in plain text; {advice}")
    for place, listener in _listeners(broker).items():
        message = f"{endpoint} {_reason(place, listener, protocol, spelling)}"
        yield Claim(is_kafka & _contradicts(listener, protocol), broker, message)


def _listeners(broker: Value) -> dict[str, Listener]:
    """What brokers of Amazon MSK speak, by what names it: a port or an attribute. Those of other servers may speak anything anywhere."""
    if broker.reference:
        attribute = broker.reference.attribute or ""
        is_cluster = attribute in BROKERS and _CLUSTER.search(broker.reference.address)
        return {attribute: BROKERS[attribute]} if is_cluster else {}
    ports = sorted({int(port) for port in _MSK.findall(broker.text or broker.outline)})
    return {f"port {port}": listener for port in ports for listener in LISTENERS if port in listener.ports}


def _contradicts(listener: Listener, protocol: Value) -> Truth:
    """Whether a listener does not fit the protocol. One of plain text does not fit any that encrypts, whatever is left out means."""
    if listener is IAM:
        return Truth.YES
    if protocol.is_absent:
        return Truth.of(True if listener is PLAIN else None)
    # A plain text protocol is a finding already, by itself.
    return ~protocol.is_word(*listener.protocols, "plaintext")


def _reason(place: str, listener: Listener, protocol: Value, spelling: str) -> str:
    used = f"uses {place} of Amazon MSK, which"
    if listener is IAM:
        return f"{used} demands IAM, and AWS DMS cannot sign in there; use {_brokers(TLS)} or {_brokers(SASL)} of a provisioned cluster"
    if protocol.is_absent:
        return f"{used} speaks {listener.title}; use {_brokers(TLS)} and set {spelling} to {TLS.protocols[0]}"
    if listener is PLAIN:
        advice = f"use {_brokers(SASL if protocol.word in SASL.protocols else TLS)}"
    else:
        advice = f"set {spelling} to {' or '.join(listener.protocols)}"
    return f"has {spelling} {protocol.text} but {used} speaks {listener.title}; {advice}"


def _brokers(listener: Listener) -> str:
    return f"the brokers for {listener.title} (port {listener.ports[0]})"


RULE = Rule(
    25,
    "kafka-without-tls",
    "Kafka endpoint connects without TLS, or to a port of another protocol",
    (ENDPOINT,),
    check,
    Level.ERROR,
    Severity.HIGH,
    why="""With the security protocol `plaintext`, rows cross the network in the clear. Amazon MSK listens on one port for each
protocol: 9092 plain text, 9094 TLS, 9096 SASL/SCRAM, 9098 IAM (public: 9194, 9196, 9198; IPv6: 20092 to 20098). AWS DMS has no IAM sign-in for
Kafka, so an IAM port can never work, and a protocol on the port of another one fails its connection test.

Ports are judged for brokers of Amazon MSK only. What AWS uses when the protocol is left out is not documented: that is unknown, except on
the plain text port, where nothing else works.""",
    fix="""Set `security_protocol` (Terraform, in `kafka_settings`) or `SecurityProtocol` (CloudFormation, in `KafkaSettings`) to
`ssl-encryption`, `ssl-authentication` or `sasl-ssl`, and name the brokers with the port for it: 9094 for TLS, 9096 for SASL.""",
    references=(f"{GUIDE}CHAP_Target.Kafka.html", "https://docs.aws.amazon.com/msk/latest/developerguide/port-info.html"),
)
