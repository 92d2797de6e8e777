"""The road: the stand-in drives its moves, and reports what happens through the gateway's public ways in."""

from mocks.supplier.road.driver import Driver
from mocks.supplier.road.gateway import GatewayClient

__all__ = ["Driver", "GatewayClient"]
