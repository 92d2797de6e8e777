"""Escort contractors."""

from dataclasses import dataclass

from gateway.domain.ids import SupplierKey


@dataclass(frozen=True, slots=True)
class Supplier:
    """`lot` is the contract's part of the country: North or South."""

    key: SupplierKey
    name: str
    lot: str | None
