"""The file of made-up accounts for GraphiQL's sign-in menu."""

import json
from pathlib import Path

from estate import Estate

SHOW_CASE = "LEI"


def write(estate: Estate, path: Path) -> None:
    """Write the personas of an estate, and whom and where the example queries ask about."""
    users = [
        {
            "key": account.persona,
            "label": account.label,
            "description": account.description,
            "user": {"name": account.username, "secret": account.password},
        }
        for account in estate.accounts()
        if account.persona is not None
    ]
    systems = [
        {
            "key": client.client_id,
            "label": client.description,
            "description": "A system with a token of its own, bound to its places or supplier by the settings.",
            "client": {"name": client.client_id, "secret": client.secret},
        }
        for client in estate.clients()
        if client.home == "sign-in" and (client.agencies or client.supplier)
    ]
    web = next(client for client in estate.clients() if "password" in client.grant_types)
    path.write_text(
        json.dumps(
            {
                "webClient": {"name": web.client_id, "secret": web.secret},
                "personas": users + systems,
                "examplePrisonNumber": example_person(estate),
                "exampleAgencyId": SHOW_CASE,
            },
            indent=2,
        )
    )


def example_person(estate: Estate) -> str:
    """Name someone at Leeds with alerts, who makes an example worth reading."""
    return next(
        person.prison_number
        for person in estate.people()
        if person.agency_id == SHOW_CASE and any(alert.is_active(estate.today) for alert in person.alerts)
    )
