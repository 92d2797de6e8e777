"""The questions of escort records: which there are, what reveals them, and what most people's answers are.

Kept apart from the gateway's own question sets, as all that is invented here: a test holds the two side by side.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from estate.model import FlagSeverity, SectionKey

Answer = Mapping[str, Any]
"""`{"option": ..., "details": ...}`, `{"options": [...]}`, `{"text": ...}` or `{"items": [...]}`."""

NO: Final[Answer] = {"option": "no"}


@dataclass(frozen=True, slots=True)
class Asked:
    """`after` names the question that has to be answered yes before; `usual` is most people's answer unless no."""

    section: SectionKey
    key: str
    usual: Answer | None = None
    after: str | None = None


_R, _O, _H, _P = SectionKey.RISK, SectionKey.OFFENCE, SectionKey.HEALTH, SectionKey.PROPERTY
_SELF_HARM: Final = "indication-of-self-harm-or-suicide"

QUESTIONS: Final = (
    Asked(_R, "high-public-interest"),
    Asked(_R, "violent-or-dangerous"),
    Asked(_R, "gang-member-or-organised-crime"),
    Asked(_R, "stalker-harasser-or-intimidator"),
    Asked(_R, "escape-risk"),
    Asked(_R, "civil-disorder"),
    Asked(_R, "held-separately"),
    Asked(_R, "risk-from-other-people", None, "held-separately"),
    Asked(_R, "risk-to-other-people", None, "held-separately"),
    Asked(_R, _SELF_HARM),
    Asked(_R, "observation-level", {"option": "standard"}),
    Asked(_R, "nature-of-self-harm", None, _SELF_HARM),
    Asked(_R, "history-of-self-harm", None, _SELF_HARM),
    Asked(_R, "actions-of-self-harm-undertaken", None, _SELF_HARM),
    Asked(_R, "has-concealed-items"),
    Asked(_R, "concealed-items", None, "has-concealed-items"),
    Asked(_R, "communication-needs"),
    Asked(_R, "next-of-kin"),
    Asked(_R, "religious-or-cultural-needs"),
    Asked(_R, "other-risk-information"),
    Asked(_O, "release-status", {"option": "for-release"}),
    Asked(_O, "hostage-taker"),
    Asked(_O, "current-or-previous-sex-offender"),
    Asked(_O, "terrorism-offences"),
    Asked(_O, "arsonist"),
    Asked(_O, "current-offences", {"text": "Burglary."}),
    Asked(_H, "health-issues"),
    Asked(_H, "wheelchair-user"),
    Asked(_H, "pregnant"),
    Asked(_H, "travelling-with-child"),
    Asked(_H, "physical-health-needs", None, "health-issues"),
    Asked(_H, "mental-health-needs", None, "health-issues"),
    Asked(_H, "sensitive-medication"),
    Asked(_H, "prescribed-medication"),
    Asked(_H, "medical-health-professional-referral"),
    Asked(_H, "medication-details", None, "prescribed-medication"),
    Asked(_H, "alcohol-withdrawal"),
    Asked(_H, "addiction-dependencies"),
    Asked(_H, "special-diet-or-allergies"),
    Asked(_H, "help-with-personal-tasks"),
    Asked(_H, "female-hygiene-kit"),
    Asked(_H, "requires-special-vehicle"),
    Asked(_H, "other-health-information"),
    Asked(_H, "health-contact-details", {"option": "yes", "details": "Healthcare reception, day and night: 7342."}),
    Asked(_P, "property-being-moved"),
    Asked(_P, "property-being-retained"),
    Asked(_P, "property-in-possession"),
    Asked(_P, "property-bags", None, "property-being-moved"),
)
"""Those that the people here have an answer to, in order; nobody here has a history of self-harm or a child along."""


def _yes(details: str | None = None) -> Answer:
    return {"option": "yes", **({} if details is None else {"details": details})}


def _chosen(**options: str) -> Answer:
    return {"options": [{"option": name.replace("_", "-"), "details": said} for name, said in options.items()]}


_MEDICINE: Final = {
    "medication-name": {"text": "Salbutamol"},
    "medication-administration": {"text": "Inhaler"},
    "medication-dosage": {"text": "Two puffs"},
    "medication-frequency": {"text": "When short of breath"},
    "medication-time-last-given": {"text": "07:30"},
    "medication-time-next-given": {"text": "When needed"},
    "medication-while-moving": {"option": "yes"},
    "medication-carrier": {"option": "person"},
}

FACTS: Final[tuple[Mapping[str, Answer], ...]] = (
    {"violent-or-dangerous": _yes("Assaulted an officer on the wing last month.")},
    {"escape-risk": _yes("Tried to get away from a hospital escort in the spring.")},
    {
        _SELF_HARM: _yes(),
        "observation-level": {"option": "min-30"},
        "nature-of-self-harm": _chosen(stated_intent="Said so on arrival."),
        "history-of-self-harm": NO,
        "actions-of-self-harm-undertaken": _chosen(talked="Seen by the chaplain.", acct_plan="Open since Monday."),
    },
    {
        "held-separately": _yes(),
        "risk-from-other-people": _yes("Owes money to two others on the wing."),
        "risk-to-other-people": {"options": []},
    },
    {"other-risk-information": _yes("Has been told of a death in the family.")},
    {"release-status": {"option": "not-for-release", "details": "Serving until the end of 2028."}},
    {
        "health-issues": _yes(),
        "physical-health-needs": _yes("Asthma: keep the inhaler within reach."),
        "mental-health-needs": NO,
    },
    {
        "sensitive-medication": _yes(),
        "prescribed-medication": _yes(),
        "medication-details": {"items": [_MEDICINE]},
    },
    {"requires-special-vehicle": _yes("Cannot climb the steps.")},
    {"next-of-kin": _yes("A sister, who expects a call on arrival.")},
    {"religious-or-cultural-needs": _yes("Prays at midday.")},
)
"""What is true of some people and not of most."""

PROPERTY: Final[Mapping[str, Answer]] = {
    "property-being-moved": _yes(),
    "property-bags": {
        "items": [
            {
                "property-bag-seal-number": {"text": "P4471902"},
                "property-bag-type": _chosen(gbp="42.50", clothing="Two bags of winter clothes."),
            }
        ]
    },
}

YOUTH: Final[Mapping[str, Answer]] = {
    "risks-with-moving": {"options": []},
    "previously-released-on-temporary-licence": NO,
    "current-offences": {"text": "Robbery."},
    "first-time-in-custody-date": {"text": "2025-11"},
    "health-affecting-transport": {"options": []},
    "current-behaviour": {"text": "Settled; keeps to himself."},
    "negative-impact-on-behaviour": _yes("Long waits without being told why."),
    "positive-impact-on-behaviour": _yes("Talking about football."),
    "religious-or-cultural-needs": NO,
    "first-language": _yes(),
    "additional-care-information": NO,
    "contact-details-for-further-information": {"text": "The duty manager, day and night."},
}
"""What a youth risk assessment says of anybody here."""

_ALERT, _ATTENTION = FlagSeverity.ALERT, FlagSeverity.ATTENTION
_SELF_HARM_FLAG: Final = ("self-harm", "Self-harm", _ALERT)
_SEPARATE: Final = ("hold-separately", "Hold separately", _ALERT)
_HEALTH_ISSUE: Final = ("health-issue", "Health issue", _ATTENTION)

FLAGS: Final = {
    ("violent-or-dangerous", "yes"): ("violent-or-dangerous", "Violent or dangerous", _ALERT),
    ("escape-risk", "yes"): ("escape", "Escape risk", _ALERT),
    ("nature-of-self-harm", "stated-intent"): _SELF_HARM_FLAG,
    ("actions-of-self-harm-undertaken", "acct-plan"): _SELF_HARM_FLAG,
    ("held-separately", "yes"): _SEPARATE,
    ("risk-from-other-people", "yes"): _SEPARATE,
    ("other-risk-information", "yes"): ("other-risks", "Other risks", _ALERT),
    ("release-status", "not-for-release"): ("not-for-release", "Not for release", _ALERT),
    ("health-issues", "yes"): _HEALTH_ISSUE,
    ("physical-health-needs", "yes"): _HEALTH_ISSUE,
    ("sensitive-medication", "yes"): ("sensitive-medical-info", "Sealed medical information", _ATTENTION),
    ("prescribed-medication", "yes"): ("medication", "Medication", _ATTENTION),
    ("medication-while-moving", "yes"): ("medication-while-moving", "Medication on the journey", _ATTENTION),
    ("requires-special-vehicle", "yes"): ("special-vehicle", "Special vehicle", FlagSeverity.WARNING),
    ("next-of-kin", "yes"): ("next-of-kin", "Next of kin", FlagSeverity.INFORMATION),
    ("religious-or-cultural-needs", "yes"): (
        "religious-or-cultural-needs",
        "Religious or cultural needs",
        FlagSeverity.INFORMATION,
    ),
}
"""The marks that an option of a question puts on the record: key, title, severity."""
