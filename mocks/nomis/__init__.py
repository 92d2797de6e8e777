"""A faithful stand-in for the five services that a caller knows together as NOMIS."""

from mocks.nomis.app import behind_switches, create_app

__all__ = ["behind_switches", "create_app"]
