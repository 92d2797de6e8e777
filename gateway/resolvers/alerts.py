"""Fields of an alert."""

from collections.abc import Sequence

from gateway.context import Info
from gateway.domain.alerts import Alert, AlertCode, AlertType


def type_of(root: Alert) -> AlertType:
    return AlertType(root.type_code, root.type_description)


async def codes(root: AlertType, info: Info) -> Sequence[AlertCode]:
    """Give the codes of a type; an alert names its type only, so then they are looked up in the catalogue."""
    if root.codes:
        return root.codes
    catalogue = await info.context.services.alerts.catalogue()
    return next((entry.codes for entry in catalogue if entry.code == root.code), ())
