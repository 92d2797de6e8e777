"""Viewers for the proof: who they are to sign-in and to NOMIS, and where that lets them work."""

from dataclasses import dataclass
from typing import Final

from estate.model import Account, AuthSource
from gateway.settings import BindingSettings
from tests.scope.dice import Dice
from tests.scope.estates import PRISONS, REGIONS, SUPPLIER_KEYS
from tests.support.estate_builders import an_account
from tests.support.worlds import machine_token, token_for

ROLES: Final = (
    "PECS_PRISON",
    "PECS_POLICE",
    "PECS_COURT",
    "PECS_SUPPLIER",
    "PECS_OCA",
    "PECS_PMU",
    "PECS_CDM",
    "PECS_READ_ONLY",
    "PECS_HMYOI",
    "PECS_SCH",
    "PECS_STC",
    "PECS_PER_AUTHOR",
    "PECS_STAKEHOLDER_EVENT_AUTHOR",
    "PECS_LSA",
    "PECS_AUDITOR",
    "PRISON_STAFF_HUB",
)
NATIONAL: Final = {"PECS_PMU", "PECS_CDM", "PECS_READ_ONLY"}
GROUPS: Final = (
    "PECS_LEI",
    "PECS_LEEDCC",
    "PECS_WYP1",
    "PECS_GEOAMEY",
    "PECS_SERCO",
    "PECS_MIDLANDS_AND_YORKSHIRE_AND_HUMBERSIDE",
    "PECS_LONDON_AND_EAST",
    "PECS_NOWHERE",
    "LEEDCC",
    "OTHER_MDI",
)
MACHINES: Final[dict[str, tuple[frozenset[str], str | None]]] = {
    "police-system": (frozenset({"WYP1"}), None),
    "court-system": (frozenset({"LEEDCC", "MDI"}), None),
    "geoamey-system": (frozenset(), "geoamey"),
    "serco-system": (frozenset(), "serco"),
}
BINDINGS: Final = {
    client: BindingSettings(agencies=agencies, supplier=supplier) for client, (agencies, supplier) in MACHINES.items()
}


@dataclass(frozen=True)
class Who:
    """An account as sign-in and NOMIS have it. `source` is `machine` for a system, named by `username`.

    Accounts hold caseloads and groups whatever their source; which of them count is the gateway's to know.
    """

    username: str
    roles: tuple[str, ...] = ()
    source: str = "nomis"
    caseloads: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    impersonated: str | None = None
    """A user whom a system names in its token."""

    def named(self, username: str) -> "Who":
        """Give the same person another name: the gateway remembers what it was told of a name for a minute."""
        if self.source == "machine":
            return self
        return Who(username, self.roles, self.source, self.caseloads, self.groups, self.impersonated)

    def account(self) -> Account:
        known = {"auth": AuthSource.AUTH, "azuread": AuthSource.AZUREAD, "delius": AuthSource.AZUREAD}.get(
            self.source, AuthSource.NOMIS
        )
        username = self.impersonated or "NOBODY-SPECIAL" if self.source == "machine" else self.username
        return an_account(username, *self.roles, caseloads=self.caseloads, groups=self.groups, auth_source=known)

    def token(self) -> str:
        if self.source == "machine":
            named = {} if self.impersonated is None else {"user_name": self.impersonated, "sub": self.impersonated}
            return machine_token(self.username, *self.roles, **named)
        return token_for(self.username, *self.roles, auth_source=self.source)

    def roles_that_count(self) -> set[str]:
        """Say what they act as: systems are bound to places or a supplier, and nothing makes them national."""
        return set(self.roles) - (NATIONAL if self.source == "machine" else set())

    def agencies(self) -> frozenset[str]:
        """Say where they work: caseloads of prison staff, groups of everyone else, settings for systems."""
        if self.source == "machine":
            return MACHINES.get(self.username, (frozenset(), None))[0]
        if self.source == "nomis":
            return frozenset(self.caseloads)
        found: set[str] = set()
        for code in self._codes():
            region = [one.agency_ids for one in REGIONS if one.key.upper() == code]
            if region:
                found |= region[0]
            elif code.lower() not in SUPPLIER_KEYS:
                found.add(code)
        return frozenset(found)

    def supplier(self) -> str | None:
        """Say whom they work for: only those who hold the suppliers' role work for one, save for systems."""
        if self.source == "machine":
            return MACHINES.get(self.username, (frozenset(), None))[1]
        if "PECS_SUPPLIER" not in self.roles:
            return None
        return min((code.lower() for code in self._codes() if code.lower() in SUPPLIER_KEYS), default=None)

    def _codes(self) -> list[str]:
        if self.source != "auth":
            return []
        return [group.removeprefix("PECS_") for group in self.groups if group.startswith("PECS_")]


def draw_viewer(dice: Dice) -> Who:
    """Draw a person or a system: mostly with a role that fits where they work, now and then with anything."""
    kind = dice.one_of(("staff", "outside", "supplier", "machine", "national", "any", "staff", "outside", "unknown"))
    caseloads = tuple(dice.some(PRISONS, least=1 if kind == "staff" else 0, most=2))
    groups = tuple(dice.some(GROUPS, least=1 if kind in ("outside", "unknown") else 0, most=2))
    client = dice.one_of((*MACHINES, "stranger-system"))
    others = dice.some(ROLES, most=2)
    match kind:
        case "staff":
            role, source = dice.one_of(("PECS_PRISON", "PECS_OCA", "PECS_HMYOI")), "nomis"
        case "outside":
            role, source = dice.one_of(("PECS_COURT", "PECS_POLICE")), "auth"
        case "unknown":
            role, source = "PECS_COURT", dice.one_of(("azuread", "delius"))
        case "supplier":
            role, source = "PECS_SUPPLIER", "auth"
            groups = (dice.one_of(("PECS_GEOAMEY", "PECS_SERCO")), *groups[1:])
        case "machine":
            role, source = dice.one_of(("PECS_SUPPLIER", "PECS_POLICE")), "machine"
        case "national":
            role, source = dice.one_of(("PECS_PMU", "PECS_CDM", "PECS_READ_ONLY")), "auth"
        case _:
            role, source = "PRISON_STAFF_HUB", dice.one_of(("nomis", "auth", "machine", "azuread", "delius"))
    roles = tuple(dict.fromkeys([role, *(others if dice.one_in(3) or kind == "any" else ())]))
    if source == "machine":
        return Who(client, roles, source, caseloads, (), dice.one_of((None, "STAFF")))
    return Who("VIEWER", roles, source, caseloads, groups)
