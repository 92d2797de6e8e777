"""The invented world as NOMIS holds it now: what was generated, and what was changed at run time."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Protocol

from mocks.nomis.records import (
    IN_TRANSIT,
    OUTSIDE,
    AccountRecord,
    AgencyRecord,
    CaseloadRecord,
    ClientRecord,
    PersonRecord,
)

_PSEUDO_AGENCIES = (AgencyRecord(OUTSIDE, "Outside", "INST"), AgencyRecord(IN_TRANSIT, "Transfer", "INST"))


class Source(Protocol):
    """All that the services read from the invented world; a few hand-made people will do."""

    def agencies(self) -> Iterable[AgencyRecord]: ...

    def caseloads(self) -> Iterable[CaseloadRecord]: ...

    def accounts(self) -> Iterable[AccountRecord]: ...

    def clients(self) -> Iterable[ClientRecord]: ...

    def person(self, number: str) -> PersonRecord | None:
        """Find by prison number; the same number gives the same object each time."""
        ...

    def number_of_booking(self, booking_id: int) -> str | None: ...

    def number_of_alert(self, alert_id: str) -> str | None: ...

    def group_names(self) -> Mapping[str, str]:
        """Names of sign-in groups by their code."""
        ...


class World:
    """A source with run-time changes on top: moved people, changed accounts, and a Search index that lags behind."""

    def __init__(self, source: Source, today: date) -> None:
        self.today = today
        self._source = source
        self._agencies = {agency.agency_id: agency for agency in (*source.agencies(), *_PSEUDO_AGENCIES)}
        self._caseloads = {caseload.caseload_id: caseload for caseload in source.caseloads()}
        self._accounts = {account.username.upper(): account for account in source.accounts()}
        self._clients = {client.client_id: client for client in source.clients()}
        self._moved: dict[str, PersonRecord] = {}
        self._lagging: dict[str, PersonRecord] = {}

    def agency(self, agency_id: str) -> AgencyRecord | None:
        return self._agencies.get(agency_id)

    def agencies(self) -> list[AgencyRecord]:
        """All agencies in the order of their ids, pseudo-agencies OUT and TRN among them."""
        return [self._agencies[agency_id] for agency_id in sorted(self._agencies)]

    def agency_name(self, agency_id: str | None) -> str | None:
        agency = None if agency_id is None else self._agencies.get(agency_id)
        return agency_id if agency is None else agency.description

    def caseload(self, caseload_id: str) -> CaseloadRecord | None:
        return self._caseloads.get(caseload_id)

    def caseloads_of(self, account: AccountRecord | None) -> list[CaseloadRecord]:
        if account is None or not account.in_nomis:
            return []
        return [self._caseloads[key] for key in account.caseloads if key in self._caseloads]

    def account(self, username: str) -> AccountRecord | None:
        return self._accounts.get(username.upper())

    def accounts(self) -> list[AccountRecord]:
        return list(self._accounts.values())

    def client(self, client_id: str) -> ClientRecord | None:
        return self._clients.get(client_id)

    def group_name(self, group: str) -> str:
        return self._source.group_names().get(group, group)

    def person(self, number: str) -> PersonRecord | None:
        return self._moved.get(number) or self._source.person(number)

    def people(self, numbers: Iterable[str]) -> list[PersonRecord]:
        """Find many: duplicates count once, the unknown are left out."""
        found = (self.person(number) for number in dict.fromkeys(numbers))
        return [person for person in found if person is not None]

    def person_of_booking(self, booking_id: int) -> PersonRecord | None:
        number = self._source.number_of_booking(booking_id)
        return None if number is None else self.person(number)

    def number_of_alert(self, alert_id: str) -> str | None:
        return self._source.number_of_alert(alert_id)

    def indexed_person(self, number: str) -> PersonRecord | None:
        """Find as Search has it, which may be older than what Prison API says."""
        return self._lagging.get(number) or self.person(number)

    def move(self, number: str, agency_id: str) -> bool:
        """Put a person elsewhere: in a prison, OUT (released) or TRN; False when the person is unknown."""
        person = self.person(number)
        if person is None:
            return False
        self._moved[number] = _placed(person, agency_id)
        return True

    def lag(self, numbers: Iterable[str], agency_id: str) -> None:
        """Let Search go on saying that these people are at an agency; replaces any earlier lag."""
        self._lagging = {person.number: _placed(person, agency_id) for person in self.people(numbers)}

    def change_account(
        self,
        username: str,
        *,
        caseloads: Iterable[str] | None = None,
        roles: Iterable[str] | None = None,
        groups: Iterable[str] | None = None,
    ) -> AccountRecord | None:
        """Replace what an account holds; None leaves a part as it is. The active caseload follows the caseloads."""
        account = self.account(username)
        if account is None:
            return None
        held = account.caseloads if caseloads is None else tuple(caseloads)
        active = account.active_caseload if account.active_caseload in held else next(iter(held), None)
        changed = replace(
            account,
            caseloads=held,
            active_caseload=active,
            roles=account.roles if roles is None else tuple(role.removeprefix("ROLE_") for role in roles),
            groups=account.groups if groups is None else tuple(groups),
        )
        self._accounts[account.username.upper()] = changed
        return changed

    def activate_caseload(self, account: AccountRecord, caseload_id: str) -> None:
        self._accounts[account.username.upper()] = replace(account, active_caseload=caseload_id)


def _placed(person: PersonRecord, agency_id: str) -> PersonRecord:
    if agency_id == person.agency_id:
        return person
    in_out = {OUTSIDE: "OUT", IN_TRANSIT: "TRN"}.get(agency_id, "IN")
    return replace(
        person,
        agency_id=agency_id,
        in_out=in_out,
        active=in_out == "IN",
        last_prison_id=person.last_prison_id if in_out == "IN" else person.agency_id or person.last_prison_id,
        cell=person.cell if in_out == "IN" else None,
    )
