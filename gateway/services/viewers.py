"""Viewers: from what a token says to who is asking, and at which places they work."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from gateway.domain.caseloads import Caseload
from gateway.domain.claims import Claims
from gateway.domain.event_log import LogPosition
from gateway.domain.ids import AgencyId, RegionKey, SupplierKey
from gateway.domain.times import Clock
from gateway.domain.viewer import FormerViewer, Viewer
from gateway.policies.permissions import NATIONAL_ROLES, SUPPLIER_ROLE, kind_of, permissions_of
from gateway.services.grants import GrantBook, Grants
from gateway.services.reference_book import ReferenceBook
from gateway.store import active_caseloads
from gateway.store.engine import Database
from gateway.store.reference import ReferenceData

GROUP_PREFIX: Final = "PECS_"


@dataclass(frozen=True, slots=True)
class ClientBinding:
    """What a system with a token of its own works for: the places, or the supplier, that the settings bind it to."""

    agencies: frozenset[AgencyId] = frozenset()
    supplier: SupplierKey | None = None


class Viewers:
    """Settles the viewer of a request. People with several caseloads see all of them; one is active, a mere default."""

    def __init__(
        self,
        grants: GrantBook,
        reference_book: ReferenceBook,
        database: Database,
        bindings: Mapping[str, ClientBinding],
        clock: Clock,
    ) -> None:
        self._grants = grants
        self._reference_book = reference_book
        self._database = database
        self._bindings = bindings
        self._clock = clock

    async def establish(self, claims: Claims) -> Viewer:
        """Make the viewer.

        A system's own token carries its roles, and its places come from the settings alone: national roles count for
        nothing there, and a user name is a claim of that system, kept for the access log, and opens nothing.

        Raises:
            Unauthenticated: NOMIS or Manage Users does not accept the token.
            UpstreamError: they could not be asked, and nothing recent enough is known.

        """
        viewer = await self.look_again(claims)
        return replace(viewer, caseloads=await self._with_own_choice(claims, viewer.caseloads))

    async def look_again(self, claims: Claims) -> Viewer:
        """Make the viewer without looking up which caseload is active: nothing that they may see depends on it.

        Raises as `establish` does.
        """
        if claims.is_client_credentials:
            return self._machine(claims)
        return await self._seen_with(claims, await self._grants.of(claims))

    async def formerly(self, claims: Claims, since: LogPosition) -> list[FormerViewer]:
        """Make the viewers that an account has been since a position of the log, before its grants became others.

        A system's own token has the places of the settings: what
        they were before a restart is not known.
        """
        if claims.is_client_credentials:
            return []
        former = await self._grants.former(claims, since)
        return [FormerViewer(await self._seen_with(claims, grants), until) for grants, until in former]

    async def _seen_with(self, claims: Claims, grants: Grants) -> Viewer:
        reference = await self._reference_book.current()
        agencies, supplier = _places(claims, grants, reference)
        return Viewer(
            username=claims.username or claims.subject,
            client_id=claims.client_id,
            name=grants.name,
            kind=kind_of(claims.roles),
            roles=claims.roles,
            permissions=permissions_of(claims.roles),
            caseloads=grants.caseloads,
            agencies=agencies,
            supplier=supplier,
            session_expires_at=claims.expires_at,
        )

    async def choose_caseload(self, viewer: Viewer, agency_id: AgencyId) -> Viewer | None:
        """Make a caseload the viewer's active one here, and nowhere else; None where it is not one of theirs."""
        if agency_id not in {caseload.agency_id for caseload in viewer.caseloads}:
            return None
        async with self._database.transaction() as connection:
            await active_caseloads.put(connection, viewer.username, agency_id, chosen_at=self._clock())
        return replace(viewer, caseloads=_activated(viewer.caseloads, agency_id))

    def _machine(self, claims: Claims) -> Viewer:
        """Make a system's viewer. It is bound to places or a supplier, so no role of its token makes it national."""
        binding = self._bindings.get(claims.client_id, ClientBinding())
        roles = claims.roles - NATIONAL_ROLES
        return Viewer(
            username=claims.username or claims.client_id,
            client_id=claims.client_id,
            name=None,
            kind=kind_of(roles),
            roles=roles,
            permissions=permissions_of(roles),
            caseloads=(),
            agencies=binding.agencies,
            supplier=binding.supplier,
            session_expires_at=claims.expires_at,
        )

    async def _with_own_choice(self, claims: Claims, caseloads: tuple[Caseload, ...]) -> tuple[Caseload, ...]:
        if not caseloads or claims.username is None:
            return caseloads
        async with self._database.read() as connection:
            chosen = await active_caseloads.get(connection, claims.username)
        return _activated(caseloads, chosen) if chosen is not None else caseloads


def viewer_of_supplier(key: SupplierKey, *, at: datetime) -> Viewer:
    """Make the viewer of a supplier's system that signs its messages instead of signing in: it sees what it carries."""
    roles = frozenset({SUPPLIER_ROLE})
    return Viewer(
        username=f"{key} webhook",
        client_id=f"{key} webhook",
        name=None,
        kind=kind_of(roles),
        roles=roles,
        permissions=permissions_of(roles),
        caseloads=(),
        agencies=frozenset(),
        supplier=key,
        session_expires_at=at,
    )


def _activated(caseloads: tuple[Caseload, ...], agency_id: AgencyId) -> tuple[Caseload, ...]:
    """Mark one as active; a choice that is no longer among them leaves NOMIS's own."""
    if agency_id not in {caseload.agency_id for caseload in caseloads}:
        return caseloads
    return tuple(replace(caseload, active=caseload.agency_id == agency_id) for caseload in caseloads)


def _places(claims: Claims, grants: Grants, reference: ReferenceData) -> tuple[frozenset[AgencyId], SupplierKey | None]:
    """Read caseloads and groups: a group names a supplier (for its staff), a region, or else a place."""
    agencies = {caseload.agency_id for caseload in grants.caseloads}
    supplier: SupplierKey | None = None
    for group in grants.groups:
        if not group.startswith(GROUP_PREFIX):
            continue
        code = group.removeprefix(GROUP_PREFIX)
        key = SupplierKey(code.lower())
        region = reference.regions.get(RegionKey(code.lower()))
        if key in reference.suppliers:
            # The first one counts, in the order of their names, so that the order of an answer decides nothing.
            if SUPPLIER_ROLE in claims.roles:
                supplier = min(supplier, key) if supplier is not None else key
        elif region is not None:
            agencies |= region.agency_ids
        else:
            agencies.add(AgencyId(code))
    return frozenset(agencies), supplier
