"""Fields of the history of a move."""

from gateway.context import Info
from gateway.domain.changes import Change, FieldChange, Plain
from gateway.domain.moves import Move
from gateway.domain.pages import Page, page_request
from gateway.resolvers.arguments import After, First

_EMPTY: Page[Change] = Page(edges=(), has_next=False, has_previous=False)


async def history(root: Move, info: Info, first: First = None, after: After = None) -> Page[Change]:
    """Give a page of a move's versions, the first one first."""
    services, loaders = info.context.services, info.context.loaders
    key = (root.id, page_request(first=first, after=after))
    return await loaders.load(services.history.pages_by_moves, key, _EMPTY)


def before(root: FieldChange) -> str | None:
    return _text(root.before)


def after(root: FieldChange) -> str | None:
    return _text(root.after)


def _text(value: Plain) -> str | None:
    if value is None:
        return None
    return str(value).lower() if isinstance(value, bool) else str(value)
