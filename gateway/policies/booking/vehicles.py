"""The vehicle that a move asks for: special ones are few, so a reason is asked for each."""

from gateway.domain.moves import VehicleKind
from gateway.domain.problems import Problem, ProblemCode, problem


def vehicle_problems(kind: VehicleKind, reason: str | None) -> list[Problem]:
    """Check that a special vehicle comes with its reason, and that nothing else does."""
    if kind is VehicleKind.SPECIAL and reason is None:
        return [problem(ProblemCode.REQUIRED, "Say why a special vehicle is needed.", "specialVehicleReason")]
    if kind is VehicleKind.CELLULAR and reason is not None:
        return [
            problem(ProblemCode.INVALID, "A cellular vehicle needs no reason: ask for a special one.", "vehicleKind")
        ]
    return []
