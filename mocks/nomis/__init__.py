"""A faithful stand-in for the five services that a caller knows together as NOMIS."""

from mocks.nomis.app import create_app

__all__ = ["create_app"]
