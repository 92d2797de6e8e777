"""A stand-in for the system of an escort supplier, to a wire contract of our own."""

from mocks.supplier.app import behind_switches, create_app

__all__ = ["behind_switches", "create_app"]
