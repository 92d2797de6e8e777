"""Answers in the form in which they are kept, so that the same answer is the same value."""

from gateway.domain.answers import (
    Answer,
    FieldAnswer,
    Item,
    ItemField,
    ItemsAnswer,
    OptionAnswer,
    OptionsAnswer,
    TextAnswer,
)
from gateway.domain.questions import Question, TextFormat
from gateway.policies.escort_records.formats import canonical

_LINES = str.maketrans({"\x0b": "\n", "\x0c": "\n", "\u2028": "\n", "\u2029": "\n"})


def tidied(question: Question, answer: Answer) -> Answer:
    """Trim texts, drop what is blank, and put options and fields in the order of the question.

    What does not belong to the question stays, after the rest: the check of the answer names it.
    """
    match answer:
        case OptionAnswer():
            return _option(question, answer)
        case OptionsAnswer(options=options):
            order = [option.value for option in question.options]
            kept = [_option(question, one) for one in options]
            return OptionsAnswer(tuple(sorted(kept, key=lambda one: _place(order, one.option))))
        case TextAnswer(text=text):
            return TextAnswer(_text(text, question.format))
        case ItemsAnswer(items=items):
            return ItemsAnswer(tuple(_item(question, item) for item in items))


def _item(question: Question, item: Item) -> Item:
    order = [field.key for field in question.item_questions]
    kept = (ItemField(one.question_key, _field(question, one)) for one in item.fields)
    filled = [one for one in kept if one.answer != TextAnswer("")]
    return Item(tuple(sorted(filled, key=lambda one: _place(order, one.question_key))))


def _field(question: Question, one: ItemField) -> FieldAnswer:
    field = question.item_question(one.question_key)
    if field is None:
        return one.answer
    made = tidied(field, one.answer)
    return one.answer if isinstance(made, ItemsAnswer) else made


def _option(question: Question, answer: OptionAnswer) -> OptionAnswer:
    option = question.option(answer.option)
    form = TextFormat.WORDS if option is None else option.details_format
    return OptionAnswer(answer.option, _text(answer.details or "", form) or None)


def _text(text: str, form: TextFormat) -> str:
    return canonical(form, text.replace("\r\n", "\n").replace("\r", "\n").translate(_LINES).strip())


def _place(order: list[str], value: str) -> int:
    return order.index(value) if value in order else len(order)
