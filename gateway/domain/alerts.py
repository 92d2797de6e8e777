"""Alerts: NOMIS's markers of risk and need."""

from datetime import date

from gateway.domain.ids import PrisonNumber
from gateway.domain.provenance import Provenance
from gateway.domain.values import value


@value(frozen=True, slots=True)
class AlertCode:
    """`active` is the code's own mark: a type may be in use while one of its codes is not.

    None where the source does not tell: an alert names its code, and only the catalogue says whether it is in use.
    """

    code: str
    description: str
    active: bool | None


@value(frozen=True, slots=True)
class AlertType:
    code: str
    description: str
    codes: tuple[AlertCode, ...] = ()


@value(frozen=True, slots=True)
class Alert:
    """`expires_on` is the first day on which it no longer holds; None: open-ended."""

    prison_number: PrisonNumber
    type_code: str
    type_description: str
    code: AlertCode
    comment: str | None
    active_from: date | None
    expires_on: date | None
    active: bool
    provenance: Provenance
