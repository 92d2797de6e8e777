"""Names and titles in capitals, as people write them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.adapters.nomis.names import readable_name, readable_title

ANY_NAME = st.text(alphabet=st.characters(categories=["Lu", "Ll", "Mn", "Pd", "Zs", "Po"]), max_size=30)


@pytest.mark.parametrize(
    ("held", "read"),
    [
        ("SMITH", "Smith"),
        ("SMITH-JONES", "Smith-Jones"),
        ("O'BRIEN", "O'Brien"),
        ("O’BRIEN", "O’Brien"),  # noqa: RUF001 - the apostrophe of word processors
        ("D'SOUZA-LE ROUX", "D'Souza-Le Roux"),
        ("MCDONALD", "Mcdonald"),
        ("ANNE  MARIE ", "Anne Marie"),
        ("ÉLODIE", "Élodie"),
        ("JOSÉE", "Josée"),
        ("van der Berg", "van der Berg"),
        ("McDonald", "McDonald"),
        ("A", "A"),
        ("", ""),
    ],
)
def test_a_name_in_capitals_becomes_readable(held: str, read: str) -> None:
    assert readable_name(held) == read


@given(ANY_NAME)
def test_a_name_keeps_its_letters(name: str) -> None:
    assert readable_name(name).casefold() == " ".join(unicodedata.normalize("NFC", name).split()).casefold()


@given(ANY_NAME)
def test_a_readable_name_stays_as_it_is(name: str) -> None:
    assert readable_name(readable_name(name)) == readable_name(name)


@given(st.lists(st.text(alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1), min_size=1), st.sampled_from(" -'"))
def test_every_part_of_a_name_in_capitals_begins_with_the_only_one(parts: list[str], between: str) -> None:
    for part in readable_name(between.join(parts)).split(between):
        assert part[0].isupper()
        assert part[1:] == part[1:].lower()


@pytest.mark.parametrize(
    ("held", "read"),
    [
        ("MOORLAND (HMP & YOI)", "Moorland (HMP & YOI)"),
        ("NEWCASTLE UPON TYNE CROWN COURT", "Newcastle upon Tyne Crown Court"),
        ("STOKE ON TRENT", "Stoke on Trent"),
        ("KING'S LYNN POLICE STATION", "King's Lynn Police Station"),
        ("THE VERNE (HMP)", "The Verne (HMP)"),
        ("LEEDS (HMP)", "Leeds (HMP)"),
        ("Harrow Road", "Harrow Road"),
        ("", ""),
    ],
)
def test_a_title_in_capitals_becomes_readable_but_for_its_abbreviations(held: str, read: str) -> None:
    assert readable_title(held) == read
