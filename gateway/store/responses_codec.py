"""Responses as JSON, the form in which a record keeps them.

`{"responded_at": ..., "responded_by": ..., "responses": {question: {...}}}`: the outer two hold for every response that
does not say otherwise, so that a record which was filled in at one go takes little room.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gateway.domain.answers import Answer, Item, ItemField, ItemsAnswer, OptionAnswer, OptionsAnswer, TextAnswer
from gateway.domain.responses import Response, Responses

Json = dict[str, Any]


def to_json(responses: Responses) -> Json:
    return {"responses": {key: _response(one) for key, one in responses.items()}}


def from_json(kept: Mapping[str, Any]) -> dict[str, Response]:
    """Read responses.

    Raises:
        KeyError: it is not such JSON, likewise TypeError and ValueError.

    """
    at, by = kept.get("responded_at"), kept.get("responded_by")
    return {
        key: Response(
            answer=answer_from_json(one),
            version=one.get("version", 1),
            responded_at=_instant(one.get("responded_at", at)),
            responded_by=one.get("responded_by", by),
            prefilled_at=_instant(one.get("prefilled_at")),
        )
        for key, one in kept["responses"].items()
    }


def answer_to_json(answer: Answer | None) -> Json:
    match answer:
        case None:
            return {}
        case OptionAnswer():
            return _option(answer)
        case OptionsAnswer(options=options):
            return {"options": [_option(one) for one in options]}
        case TextAnswer(text=text):
            return {"text": text}
        case ItemsAnswer(items=items):
            return {"items": [{one.question_key: answer_to_json(one.answer) for one in item.fields} for item in items]}


def answer_from_json(kept: Mapping[str, Any]) -> Answer | None:
    """Read an answer; None where there is none."""
    if "items" in kept:
        return ItemsAnswer(tuple(_item(item) for item in kept["items"]))
    return _plain(kept)


def _item(kept: Mapping[str, Any]) -> Item:
    fields = ((key, _plain(one)) for key, one in kept.items())
    return Item(tuple(ItemField(key, answer) for key, answer in fields if answer is not None))


def _plain(kept: Mapping[str, Any]) -> OptionAnswer | OptionsAnswer | TextAnswer | None:
    if "option" in kept:
        return OptionAnswer(kept["option"], kept.get("details"))
    if "options" in kept:
        return OptionsAnswer(tuple(OptionAnswer(one["option"], one.get("details")) for one in kept["options"]))
    return TextAnswer(kept["text"]) if "text" in kept else None


def _option(answer: OptionAnswer) -> Json:
    return {"option": answer.option, **({} if answer.details is None else {"details": answer.details})}


def _response(response: Response) -> Json:
    return {
        **answer_to_json(response.answer),
        "version": response.version,
        "responded_at": None if response.responded_at is None else response.responded_at.isoformat(),
        "responded_by": response.responded_by,
        **({} if response.prefilled_at is None else {"prefilled_at": response.prefilled_at.isoformat()}),
    }


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
