"""What the network rules say: of each endpoint that a consumer cannot reach, what stands in the way."""

from collections.abc import Iterator

from dms_checks.deployment import Deployment
from dms_checks.engines import ENGINES
from dms_checks.hops import Hop, Step
from dms_checks.model import Resource, Truth, Value
from dms_checks.network import Pair, database_pairs, pairs_of, service_pairs
from dms_checks.rule import Claim


def claims(deployment: Deployment, consumer: Resource, at: Value, step: Step) -> Iterator[Claim]:
    """For each endpoint of a consumer whether it is blocked at a step; all that are, in one message for each reason."""
    blocked: dict[str, tuple[Hop, dict[str, Pair]]] = {}
    others = set()
    for pair in _pairs_with(deployment, consumer, step):
        truth = _is_blocked(pair, step)
        if truth is None:
            continue
        truth = truth & pair.connected & deployment.complete
        if truth is not Truth.YES:
            others.add(truth)
            continue
        for hop in pair.blocking:
            if hop.step is step:
                blocked.setdefault(hop.reason, (hop, {}))[1][target_name(pair)] = pair
    for truth in others:
        yield Claim(truth, at, "")
    for hop, pairs in blocked.values():
        related = [hop.what] if hop.what else []
        related += [pair.target.resource for pair in pairs.values() if pair.target.resource is not None]
        message = f"{consumer} cannot reach {' and '.join(pairs)}, since {hop.reason}"
        yield Claim(Truth.YES, at, message, tuple(related))


_OF_DATABASES = (Step.INGRESS, Step.NAT_ADDRESS, Step.HOST)


def _pairs_with(deployment: Deployment, consumer: Resource, step: Step) -> tuple[Pair, ...]:
    """The pairs whose ways have a step. To look at others would make the answer hang on what does not matter for it."""
    if step is Step.VPC_ENDPOINT:
        return service_pairs(deployment, consumer)
    return database_pairs(deployment, consumer) if step in _OF_DATABASES else pairs_of(deployment, consumer)


def _is_blocked(pair: Pair, step: Step) -> Truth | None:
    """Whether a pair is blocked at a step; None where that has no part in it."""
    if any(hop.step is step for hop in pair.blocking):
        return Truth.YES
    if step in pair.outcome.passing:
        return Truth.NO
    return None if pair.verdict is Truth.YES else Truth.UNKNOWN


def target_name(pair: Pair) -> str:
    """An endpoint with what it is and the port, for a message."""
    if pair.is_for_secrets:
        return f"AWS Secrets Manager for {pair.endpoint}"
    engine = ENGINES.get(pair.endpoint["engine"].word or "")
    literal = pair.target.address
    words = [engine.title] if engine else []
    words += [f"at {literal}"] if literal and literal.version == 4 and not pair.target.is_hidden else []
    what = f" ({' '.join(words)})" if words else ""
    on = f" on port {pair.target.port}" if pair.target.port else ""
    return f"{pair.endpoint}{what}{on}"
