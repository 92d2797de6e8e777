"""The escort contractors, who all speak the same interface."""

from gateway.adapters.supplier.client import SupplierClient, SupplierConfig, connect

__all__ = ["SupplierClient", "SupplierConfig", "connect"]
