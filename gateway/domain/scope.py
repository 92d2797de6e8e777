"""Scope: what a viewer may see, in the form that every scoped read demands."""

from dataclasses import dataclass

from gateway.domain.ids import AgencyId, SupplierKey


@dataclass(frozen=True, slots=True)
class Scope:
    """Minted by `gateway.policies.scope` alone; an architecture test fails on any other call.

    Empty is nothing: no agencies, no supplier and not national reads no row at all.
    """

    agencies: frozenset[AgencyId]
    """Places whose moves, people and records may be seen."""
    supplier: SupplierKey | None
    """The contractor whose authorised moves may be seen."""
    national: bool
    """Every move, person and record of the estate."""

    @property
    def is_empty(self) -> bool:
        return not (self.national or self.agencies or self.supplier)
