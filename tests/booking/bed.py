"""A bed for booking: a few places of every sort, people of every sort, and an account for every part in it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

import sqlalchemy as sa

from estate.model import AgencyType, AuthSource, Person
from gateway.domain.ids import AgencyId, RegionKey
from gateway.domain.locations import Region
from gateway.resolvers.global_ids import NodeType, encode
from gateway.settings import BindingSettings
from gateway.store.tables import locations
from tests.support.estate_builders import a_person, an_account, an_agency, an_alert
from tests.support.stores import empty_store_url
from tests.support.worlds import (
    Gateway,
    NomisSource,
    Stored,
    SupplierSource,
    machine_token,
    running_gateway,
    token_for,
)

PLACES: Final = {
    "LEI": ("Leeds (HMP)", AgencyType.INST),
    "MDI": ("Moorland (HMP & YOI)", AgencyType.INST),
    "WWI": ("Wandsworth (HMP)", AgencyType.INST),
    "LEEDCC": ("Leeds Crown Court", AgencyType.CRT),
    "WSTMC": ("Westminster Magistrates Court", AgencyType.CRT),
    "WYPLE": ("Leeds Police Station", AgencyType.POLICE),
    "WYPBR": ("Bradford Police Station", AgencyType.POLICE),
    "LGI": ("Leeds General Infirmary", AgencyType.HOSPITAL),
    "RAMPTN": ("Rampton Hospital", AgencyType.HSHOSP),
    "OAKHLL": ("Oakhill (STC)", AgencyType.STC),
    "ALDINE": ("Aldine House (SCH)", AgencyType.SCH),
    "HYI": ("Holloway (HMP)", AgencyType.INST),
    "WYI": ("Wetherby (HMYOI)", AgencyType.INST),
    "BROOKH": ("Brook House", AgencyType.IMDC),
    "RIPONA": ("Ripon Approved Premises", AgencyType.APPR),
}
"""Agency codes with their names and types. Serco serves WWI, WSTMC and BROOKH; GEOAmey serves the others."""

SOUTH: Final = ("WWI", "WSTMC", "BROOKH")
CLOSED: Final = ("HYI",)
SERVED: Final = {"geoamey": [code for code in PLACES if code not in SOUTH], "serco": SOUTH}
REGIONS: Final = (
    Region(RegionKey("youth"), "Youth Custody Service", frozenset(map(AgencyId, ("OAKHLL", "ALDINE", "WYI")))),
)

OFFICER: Final = token_for("LEEDS_OFFICER", "PECS_PRISON")
OCA: Final = token_for("LEEDS_OCA", "PECS_OCA")
MOORLAND: Final = token_for("MOORLAND_OFFICER", "PECS_PRISON", "PECS_OCA")
WANDSWORTH: Final = token_for("WANDSWORTH_OFFICER", "PECS_PRISON", "PECS_OCA")
PMU: Final = token_for("PMU_USER", "PECS_PMU", auth_source="auth")
SERGEANT: Final = token_for("SERGEANT", "PECS_POLICE", auth_source="auth")
COURT: Final = token_for("COURT_CLERK", "PECS_COURT", auth_source="auth")
STC: Final = token_for("OAKHILL_STAFF", "PECS_STC", auth_source="auth")
SCH: Final = token_for("ALDINE_STAFF", "PECS_SCH", auth_source="auth")
PLACEMENTS: Final = token_for("PLACEMENTS_USER", "PECS_PLACEMENTS", auth_source="auth")
NURSE: Final = token_for("LEEDS_NURSE", "PECS_PER_AUTHOR")
READER: Final = token_for("READER", "PECS_READ_ONLY", auth_source="auth")
GEOAMEY: Final = machine_token("geoamey-system", "PECS_SUPPLIER")
SERCO: Final = machine_token("serco-system", "PECS_SUPPLIER")

PEOPLE: Final = {
    # At Leeds.
    "A1001AA": ("LEI", "C", ()),
    "A1002AA": ("LEI", "C", ()),
    "A1003AA": ("LEI", None, ()),
    "A1004AA": ("LEI", "B", ("XEL",)),
    "A1005AA": ("LEI", "A", ()),
    "A1006AA": ("LEI", "C", ("XELH",)),
    "A1007AA": ("LEI", "ZZZ", ()),
    **{f"A11{n:02}AA": ("LEI", "C", ()) for n in range(30)},
    # Elsewhere.
    "A2001AA": ("MDI", "C", ()),
    "A2002AA": ("MDI", "D", ()),
    "A3001AA": ("WWI", "C", ()),
    "A4001AA": ("OAKHLL", "YOI", ()),
    # At liberty.
    "A9001AA": ("OUT", "C", ()),
}
"""Prison numbers: where each is, their category, and the codes of their alerts in force."""

BOOK: Final = """
mutation Book($input: BookMoveInput!) {
  bookMove(input: $input) {
    move {
      id reference type status date dateFrom dateTo version recordedRetrospectively
      supplier { key }
      vehicleNeeds { kind reason }
      events { nodes { type occurredAt notes details { name value } } }
    }
    problems { code message field }
  }
}
"""


@dataclass
class Bed:
    gateway: Gateway
    nomis: NomisSource
    suppliers: Mapping[str, SupplierSource]

    async def ask(self, query: str, token: str, variables: Mapping[str, object] | None = None) -> dict[str, Any]:
        """Give the data of an answer that has no errors."""
        answer = await self.gateway.ask(query, token, variables)
        assert "errors" not in answer, answer["errors"]
        data: dict[str, Any] = answer["data"]
        return data

    async def change(self, query: str, token: str, **given: object) -> dict[str, Any]:
        """Send a mutation of one field with its input; give the payload of that field."""
        data = await self.ask(query, token, {"input": given})
        (payload,) = data.values()
        assert isinstance(payload, dict)
        return payload

    async def refusal(self, query: str, token: str, **given: object) -> str:
        """Send a mutation that has to fail; give the code of its one error."""
        answer = await self.gateway.ask(query, token, {"input": given})
        (error,) = answer["errors"]
        code: str = error["extensions"]["code"]
        return code

    async def down(self, *services: str) -> None:
        """Take services of NOMIS down (`prisoner-search`, `alerts`); none given: bring all back."""
        await self.gateway.switch(self.gateway.nomis, *({"service": one, "down": True} for one in services))


def place(agency_id: str) -> str:
    """Give the global id of a place."""
    return encode(NodeType.LOCATION, agency_id)


def codes(payload: Mapping[str, Any]) -> list[tuple[str, tuple[str, ...]]]:
    """Give the problems of a payload as pairs of code and field path below `input`."""
    return [(one["code"], tuple((one["field"] or ())[1:])) for one in payload["problems"]]


def a_nomis() -> NomisSource:
    """Make a NOMIS of the places, people and accounts above."""
    return NomisSource(
        agency_list=tuple(
            replace(an_agency(code, title, kind), active=code not in CLOSED) for code, (title, kind) in PLACES.items()
        ),
        account_list=(
            an_account("LEEDS_OFFICER", "PECS_PRISON", caseloads=("LEI",)),
            an_account("LEEDS_OCA", "PECS_OCA", caseloads=("LEI",)),
            an_account("LEEDS_NURSE", "PECS_PER_AUTHOR", caseloads=("LEI",)),
            an_account("MOORLAND_OFFICER", "PECS_PRISON", "PECS_OCA", caseloads=("MDI",)),
            an_account("WANDSWORTH_OFFICER", "PECS_PRISON", "PECS_OCA", caseloads=("WWI",)),
            an_account("PMU_USER", "PECS_PMU", auth_source=AuthSource.AUTH),
            an_account("READER", "PECS_READ_ONLY", auth_source=AuthSource.AUTH),
            an_account("SERGEANT", "PECS_POLICE", auth_source=AuthSource.AUTH, groups=("PECS_WYPLE",)),
            an_account("COURT_CLERK", "PECS_COURT", auth_source=AuthSource.AUTH, groups=("PECS_LEEDCC",)),
            an_account("OAKHILL_STAFF", "PECS_STC", auth_source=AuthSource.AUTH, groups=("PECS_OAKHLL",)),
            an_account("ALDINE_STAFF", "PECS_SCH", auth_source=AuthSource.AUTH, groups=("PECS_ALDINE",)),
            an_account("PLACEMENTS_USER", "PECS_PLACEMENTS", auth_source=AuthSource.AUTH, groups=("PECS_YOUTH",)),
        ),
        people_by_number=dict(_people()),
    )


@cache
def _people() -> Mapping[str, Person]:
    return {
        number: a_person(
            number,
            agency_id=agency_id,
            category=category,
            alerts=tuple(an_alert(code, number=number) for code in alerts),
        )
        for number, (agency_id, category, alerts) in PEOPLE.items()
    }


@asynccontextmanager
async def a_bed(
    *,
    backend: str = "sqlite",
    stored: Stored | None = None,
    time_limit: float = 4.0,
    store_url: str | None = None,
    works_by_itself: bool = False,
    webhooks: bool = False,
) -> AsyncIterator[Bed]:
    """Run a gateway over the places and people above, with nothing booked unless it is given.

    `store_url` is that of a store which outlives it, for another gateway to go on with.
    """
    nomis = a_nomis()
    suppliers = {"geoamey": SupplierSource(), "serco": SupplierSource()}
    async with (
        empty_store_url(backend) if store_url is None else nullcontext(store_url) as url,
        running_gateway(
            url,
            nomis=nomis,
            stored=stored or Stored(),
            suppliers=suppliers,
            regions=REGIONS,
            served=SERVED,
            bindings={
                "geoamey-system": BindingSettings(supplier="geoamey"),
                "serco-system": BindingSettings(supplier="serco"),
            },
            time_limit=time_limit,
            works_by_itself=works_by_itself,
            webhooks=webhooks,
        ) as gateway,
    ):
        async with gateway.database.transaction() as conn:
            await conn.execute(
                sa.update(locations).where(locations.c.agency_id == "WSTMC").values(extradition_capable=True)
            )
        yield Bed(gateway, nomis, suppliers)
