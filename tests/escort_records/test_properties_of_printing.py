"""Whatever was answered is on paper, and whatever was not is named."""

import html

from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.answers import Answer, ItemsAnswer, OptionAnswer, OptionsAnswer, TextAnswer
from gateway.policies.escort_records.applying import applicable, clear
from gateway.transport.print.pages import html_page
from tests.escort_records.answering import PER, question
from tests.escort_records.printed import a_page
from tests.escort_records.test_properties_of_records import answers, some

ANY_TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=30).filter(
    lambda text: text == " ".join(text.split())
)


@st.composite
def records(draw: st.DrawFn) -> dict[str, Answer]:
    keys = draw(st.lists(st.sampled_from([one.key for one in PER.questions()]), unique=True))
    held = {key: draw(answers(question(key))) for key in keys}
    # What people type is anything.
    for key, answer in held.items():
        if isinstance(answer, OptionAnswer) and answer.details:
            held[key] = OptionAnswer(answer.option, draw(ANY_TEXT))
        elif isinstance(answer, TextAnswer):
            held[key] = TextAnswer(draw(ANY_TEXT))
    return held


@some(15)
@given(records())
def test_every_answer_is_printed_and_every_gap_is_named(given_answers: dict[str, Answer]) -> None:
    held = clear(PER, given_answers).answers
    made = html_page(a_page(held))
    for one in applicable(PER, held):
        answer = held.get(one.key)
        if answer is None or answer == OptionAnswer("no"):
            assert html.escape(one.summary, quote=False).replace("'", "&#39;") in made
            continue
        assert html.escape(one.text, quote=False).replace("'", "&#39;") in made
        for text in said(answer):
            assert html.escape(text, quote=False).replace('"', "&#34;").replace("'", "&#39;") in made


def said(answer: Answer) -> list[str]:
    """Give what people typed into an answer."""
    match answer:
        case TextAnswer(text=text):
            return [text]
        case OptionAnswer(details=details):
            return [] if details is None else [details]
        case OptionsAnswer(options=options):
            return [text for option in options for text in said(option)]
        case ItemsAnswer(items=items):
            return [text for item in items for field in item.fields for text in said(field.answer)]
