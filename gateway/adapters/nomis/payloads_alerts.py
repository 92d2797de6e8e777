"""Alerts and their catalogue on the wire, as the Alerts API gives them."""

from functools import lru_cache

from gateway.adapters.decoding import WirePayload
from gateway.adapters.wire import Day, WireRow, text
from gateway.domain.alerts import Alert, AlertCode, AlertType
from gateway.domain.ids import PrisonNumber
from gateway.domain.provenance import Provenance


@lru_cache(maxsize=1000)
def _code(code: str, description: str) -> AlertCode:
    """Return the same value for the same code: there are some hundred, and as many alerts in one answer."""
    return AlertCode(code, description, None)


class AlertCodeSummaryPayload(WireRow, frozen=True, gc=False):
    alert_type_code: str
    code: str
    alert_type_description: str | None = None
    description: str | None = None


class AlertPayload(WireRow, frozen=True, gc=False):
    prison_number: str
    alert_code: AlertCodeSummaryPayload
    is_active: bool
    description: str | None = None
    active_from: Day = None
    active_to: Day = None

    @property
    def number(self) -> PrisonNumber:
        return PrisonNumber(self.prison_number.strip().upper())

    def to_domain(self, number: PrisonNumber, provenance: Provenance) -> Alert:
        of = self.alert_code
        code, type_code = of.code.strip(), of.alert_type_code.strip()
        return Alert(
            number,
            type_code,
            text(of.alert_type_description) or type_code,
            _code(code, text(of.description) or code),
            text(self.description),
            self.active_from,
            self.active_to,
            self.is_active,
            provenance,
        )


class AlertCodePayload(WirePayload):
    code: str
    description: str | None = None
    is_active: bool | None = None

    def to_domain(self) -> AlertCode:
        return AlertCode(self.code, self.description or self.code, self.is_active)


class AlertTypePayload(WirePayload):
    code: str
    description: str | None = None
    alert_codes: tuple[AlertCodePayload, ...] | None = None

    def to_domain(self) -> AlertType:
        """Leave the type's own mark behind: it says nothing about any of its codes."""
        return AlertType(
            self.code, self.description or self.code, tuple(each.to_domain() for each in self.alert_codes or ())
        )
