"""NOMIS: Prison API, Prisoner Search, the Alerts API, the Manage Users API and HMPPS Auth."""

from gateway.adapters.nomis.alerts import Alerts
from gateway.adapters.nomis.bundle import Nomis, NomisConfig, connect
from gateway.adapters.nomis.manage_users import ManageUsers
from gateway.adapters.nomis.prison_api import PrisonApi
from gateway.adapters.nomis.prisoner_search import PrisonerSearch
from gateway.adapters.nomis.sign_in import SignIn
from gateway.adapters.tokens import Credentials, IssuedToken

__all__ = [
    "Alerts",
    "Credentials",
    "IssuedToken",
    "ManageUsers",
    "Nomis",
    "NomisConfig",
    "PrisonApi",
    "PrisonerSearch",
    "SignIn",
    "connect",
]
