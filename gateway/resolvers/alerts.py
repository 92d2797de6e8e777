"""Fields of an alert."""

from collections.abc import Sequence

from gateway.context import Info
from gateway.domain.alerts import Alert, AlertCode, AlertType
from gateway.domain.errors import UpstreamError


def type_of(root: Alert) -> AlertType:
    return AlertType(root.type_code, root.type_description)


async def codes(root: AlertType, info: Info) -> Sequence[AlertCode]:
    """Give the codes of a type; an alert names its type only, so then they are looked up in the catalogue."""
    if root.codes:
        return root.codes
    catalogue = await info.context.services.alerts.catalogue()
    return next((entry.codes for entry in catalogue if entry.code == root.code), ())


async def is_in_use(root: AlertCode, info: Info) -> bool:
    """Tell whether new alerts may have the code; for that of an alert the catalogue is asked.

    Where the catalogue cannot be had it counts as in use, for the alert is worth more than this.
    """
    if root.active is not None:
        return root.active
    try:
        catalogue = await info.context.services.alerts.catalogue()
    except UpstreamError:
        return True
    return next((bool(each.active) for entry in catalogue for each in entry.codes if each.code == root.code), True)
