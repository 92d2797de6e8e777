"""Fields of a move's tracking."""

from datetime import datetime

from gateway.domain.journeys import Tracking


def latitude(root: Tracking) -> float | None:
    return root.position.latitude


def longitude(root: Tracking) -> float | None:
    return root.position.longitude


def eta(root: Tracking) -> datetime | None:
    return root.position.eta


def recorded_at(root: Tracking) -> datetime:
    return root.position.recorded_at
