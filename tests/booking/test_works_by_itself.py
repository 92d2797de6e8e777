"""What a gateway does at its start without being asked."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace

import pytest

from estate.model import Agency
from tests.support.estate_builders import an_account, an_agency
from tests.support.stores import empty_store_url
from tests.support.worlds import NomisSource, Stored, running_gateway, token_for

pytestmark = pytest.mark.anyio

OFFICER = token_for("LEEDS_OFFICER", "PECS_PRISON")


class Renamed(NomisSource):
    """NOMIS after it has given its places other names than the store knows."""

    def agencies(self) -> Iterable[Agency]:
        return [replace(one, name=f"New {one.name}") for one in self.agency_list]


async def test_places_are_taken_over_from_nomis_at_the_start() -> None:
    nomis = Renamed(
        agency_list=(an_agency("LEI", "Leeds (HMP)"),),
        account_list=(an_account("LEEDS_OFFICER", "PECS_PRISON", caseloads=("LEI",)),),
    )
    async with (
        empty_store_url("sqlite") as url,
        running_gateway(url, nomis=nomis, stored=Stored(), works_by_itself=True) as gateway,
        asyncio.timeout(20),
    ):
        titles = ["Leeds (HMP)"]
        while titles == ["Leeds (HMP)"]:
            answer = await gateway.ask("{locations(first: 10) {nodes {title}}}", OFFICER)
            titles = [one["title"] for one in answer["data"]["locations"]["nodes"]]
        assert titles == ["New Leeds (HMP)"]
