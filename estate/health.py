"""Care needs and reasonable adjustments of invented people."""

import random
from datetime import date, timedelta
from typing import Final

from estate.model import Adjustment, CareNeed

# problem type: code and description, as NOMIS has them.
_PROBLEMS: Final = (
    ("DISAB", "D", "Dyslexia"),
    ("DISAB", "HD", "Hearing Impairment"),
    ("DISAB", "LD", "Learning Disability"),
    ("DISAB", "MI", "Mental Illness"),
    ("DISAB", "RM", "Reduced Mobility"),
    ("DISAB", "RC", "Reduced Physical Capacity"),
    ("DISAB", "VI", "Visual Impairment"),
    ("DISAB", "SI", "Speech Impediment"),
    ("DISAB", "PC", "Progressive Condition"),
    ("DISAB", "ND", "No Disability"),
    ("PHY", "ARTH", "Arthritis"),
    ("PHY", "ASTH", "Asthmatic"),
    ("PHY", "AUTI", "Autism"),
    ("PHY", "BRK", "Broken limb"),
    ("PHY", "DI", "Diabetic"),
    ("PHY", "EPI", "Epileptic"),
    ("PSYCH", "BIP", "Bi-polar"),
    ("PSYCH", "DEP", "Depression"),
)
_MATERNITY: Final = (("MATSTAT", "PREG", "Preg, no acc"), ("MATSTAT", "ACCU9", "Preg, acc under 9mths"))
_TREATMENTS: Final = (
    ("WHEELCHR_ACC", "Wheelchair accessibility"),
    ("HANDRAILS", "Handrails"),
    ("LEARN SUPP", "Learning support"),
    ("LGE PRINT", "Large print"),
    ("IND LOOP", "Induction loop"),
    ("SGN LANG", "Sign language"),
    ("A/B/M", "Audio, Braille or Moon"),
    ("AUD/VISUAL", "Audio-visual equipment"),
    ("PIC IMAGES", "Pictorial images"),
    ("OTHR", "Other"),
)
_COMMENTS: Final = (
    None,
    "Confirmed by healthcare.",
    "Told staff on reception.",
    "Carries an inhaler.",
    "Uses a stick.",
)


def care_needs_of(rng: random.Random, index: int, today: date, *, female: bool, sure: bool) -> tuple[CareNeed, ...]:
    """Make needs: about every fifth person has some, and whoever is `sure` to."""
    if rng.random() > 0.2 and not sure:
        return ()
    problems = [*_PROBLEMS, *_MATERNITY * 3] if female else list(_PROBLEMS)
    return tuple(
        _need(rng, index * 10 + place + 1, problem, today)
        for place, problem in enumerate(rng.sample(problems, 1 + int(rng.random() * 3)))
    )


def adjustments_of(
    rng: random.Random, needs: tuple[CareNeed, ...], agency_id: str, today: date, *, sure: bool
) -> tuple[Adjustment, ...]:
    """Make adjustments: for half of the people who have a need, and whoever is `sure` to have one."""
    if not sure and (not needs or rng.random() < 0.5):
        return ()
    return tuple(
        Adjustment(
            treatment_code=code,
            treatment_description=description,
            comment=_COMMENTS[1] if rng.random() < 0.3 else None,
            start_date=(since := today - timedelta(days=20 + int(rng.random() * 500))),
            end_date=since + timedelta(days=15) if rng.random() < 0.15 else None,
            agency_id=agency_id,
            need_id=needs[0].need_id if needs and rng.random() < 0.5 else None,
        )
        for code, description in rng.sample(_TREATMENTS, 1 + int(rng.random() * 2))
    )


def _need(rng: random.Random, need_id: int, problem: tuple[str, str, str], today: date) -> CareNeed:
    kind, code, description = problem
    since = today - timedelta(days=10 + int(rng.random() * 1_500))
    recovered = rng.random() < 0.2
    ends = recovered or rng.random() < 0.1
    return CareNeed(
        need_id=need_id,
        problem_type=kind,
        problem_code=code,
        problem_description=description,
        status="I" if recovered else "ON",
        comment=_COMMENTS[int(rng.random() * len(_COMMENTS))],
        start_date=since,
        end_date=min(since + timedelta(days=300), today) if ends else None,
    )
