"""Alerts and their catalogue on the wire, as the Alerts API gives them."""

from gateway.adapters.decoding import Day, WirePayload
from gateway.domain.alerts import Alert, AlertCode, AlertType
from gateway.domain.ids import PrisonNumber
from gateway.domain.provenance import Provenance


class AlertCodeSummaryPayload(WirePayload):
    alert_type_code: str
    alert_type_description: str | None = None
    code: str
    description: str | None = None


class AlertPayload(WirePayload):
    prison_number: str
    alert_code: AlertCodeSummaryPayload
    description: str | None = None
    active_from: Day = None
    active_to: Day = None
    is_active: bool

    @property
    def number(self) -> PrisonNumber:
        return PrisonNumber(self.prison_number.upper())

    def to_domain(self, provenance: Provenance) -> Alert:
        code = self.alert_code
        return Alert(
            prison_number=self.number,
            type_code=code.alert_type_code,
            type_description=code.alert_type_description or code.alert_type_code,
            code=AlertCode(code.code, code.description or code.code, None),
            comment=self.description or None,
            active_from=self.active_from,
            expires_on=self.active_to,
            active=self.is_active,
            provenance=provenance,
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
