"""Where route tables lead: the routes that stand in them, as a plan shows them."""

import json
from pathlib import Path
from typing import Any

import pytest
import support

from dms_checks.addresses import network
from dms_checks.deployment import Deployment
from dms_checks.readers.terraform_plan import read_plan
from dms_checks.routes import Way, decide, table_of

PLAN = support.FIXTURES / "network" / "two-vpcs-transit-gateway" / "working.plan.json"
TABLE = "aws_route_table.migration"
HUB = "aws_ec2_transit_gateway.hub"
PEERINGS = ("aws_vpc_peering_connection.archive", "aws_vpc_peering_connection.reports")

Decided = tuple[Way, str | None] | None


def plan_with(folder: Path, routes: list[tuple[str, str]], references: list[str]) -> Path:
    """A plan whose table has more routes: each a range, and the attribute that only apply will tell."""
    tree = json.loads(PLAN.read_text("utf-8"))
    changes = tree["resource_changes"]
    changes += [_peering(address) for address in PEERINGS]
    (change,) = [item["change"] for item in changes if item["address"] == TABLE]
    (written,) = change["after"]["route"]
    for range_, attribute in routes:
        empty = {name: "" for name in (*written, "transit_gateway_id") if name != attribute}
        change["after"]["route"].append({**empty, "cidr_block": range_})
        change["after_unknown"]["route"].append({attribute: True})
    (declared,) = [item for item in tree["configuration"]["root_module"]["resources"] if item["address"] == TABLE]
    declared["expressions"]["route"]["references"] += references
    file = folder / "plan.json"
    file.write_text(json.dumps(tree))
    return file


def _peering(address: str) -> dict[str, Any]:
    change = {"actions": ["create"], "before": None, "after": {}, "after_unknown": {"id": True}}
    return {"address": address, "mode": "managed", "type": address.partition(".")[0], "change": change}


def leads(file: Path, range_: str) -> Decided:
    """Where the table of the consumer's subnet sends a range."""

    def question(deployment: Deployment) -> Decided:
        subnet = deployment.get("aws_subnet.migration_a")
        wanted = network(range_)
        assert subnet
        assert wanted
        table = table_of(deployment, subnet)
        assert table
        route = decide(deployment, table, (wanted,)).route
        return (route.way, route.to.address if route.to else None) if route else None

    ((answer, _),) = read_plan(file).explore(question)
    return answer


@pytest.mark.parametrize(
    ("routes", "references", "range_", "decided"),
    [
        # What is left out of a route is an empty text there.
        ([], [], "172.21.0.0/24", (Way.TRANSIT_GATEWAY, HUB)),
        # The references of all routes stand together: what fits is meant.
        ([("10.9.0.0/16", "vpc_peering_connection_id")], [PEERINGS[0]], "10.9.1.0/24", (Way.PEERING, PEERINGS[0])),
        ([("10.9.0.0/16", "vpc_peering_connection_id")], [PEERINGS[0]], "172.21.0.0/24", (Way.TRANSIT_GATEWAY, HUB)),
        # Which of two it is can't be told.
        ([("10.9.0.0/16", "vpc_peering_connection_id")], [*PEERINGS], "10.9.1.0/24", (Way.PEERING, None)),
        # Nor where some stand elsewhere.
        ([("10.9.0.0/16", "vpc_peering_connection_id")], [PEERINGS[0], "module.a.id"], "10.9.1.0/24", (Way.PEERING, None)),
    ],
)
def test_routes_of_a_table_in_a_plan(
    routes: list[tuple[str, str]], references: list[str], range_: str, decided: Decided, tmp_path: Path
) -> None:
    assert leads(plan_with(tmp_path, routes, references), range_) == decided
