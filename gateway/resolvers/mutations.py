"""Root fields that change something."""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.context import Info
from gateway.domain.ids import AgencyId
from gateway.domain.problems import Problem, ProblemCode
from gateway.domain.viewer import Viewer


@dataclass(frozen=True, slots=True)
class ActiveCaseloadSet:
    viewer: Viewer | None
    problems: Sequence[Problem]


async def set_active_caseload(info: Info, agency_id: str) -> ActiveCaseloadSet:
    """Choose which of the viewer's caseloads is active here; NOMIS's choice, which other applications use, stays."""
    context = info.context
    chosen = await context.viewers.choose_caseload(context.viewer, AgencyId(agency_id.strip().upper()))
    if chosen is None:
        problem = Problem(ProblemCode.NOT_FOUND, "You have no such caseload.", ("input", "agencyId"))
        return ActiveCaseloadSet(None, (problem,))
    context.viewer = chosen
    return ActiveCaseloadSet(chosen, ())
