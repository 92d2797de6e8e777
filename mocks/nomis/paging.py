"""The three ways in which the services hand out lists: by headers, as Spring pages, and whole."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from starlette.requests import Request

from mocks.nomis.errors import Invalid
from mocks.nomis.wire import JsonResponse

DEFAULT_LIMIT = 10
UNLIMITED = 2_147_483_647
SPRING_SIZE = 20

Row = Mapping[str, Any]


def _number(name: str, text: str | None, default: int, *, least: int) -> int:
    if text is None:
        return default
    try:
        number = int(text)
    except ValueError:
        raise Invalid(f"{name} must be a number") from None
    if number < least:
        raise Invalid(f"{name} must be greater than or equal to {least}")
    return number


def _bounded(text: str | None, default: int, *, least: int) -> int:
    """Read a number as Spring does: what is none or is too small counts as not given."""
    try:
        number = int(text) if text else default
    except ValueError:
        return default
    return number if number >= least else default


def _sort_key(field: str) -> Callable[[Row], tuple[bool, Any]]:
    return lambda row: (row.get(field) is not None, row.get(field) or "")


@dataclass(frozen=True, slots=True)
class HeaderPaging:
    """Paging asked for in request headers; the answer is a bare array and its totals are headers too.

    The limit is 10 rows when nobody says otherwise, also where the request named fifty people.
    """

    offset: int
    limit: int
    sort_fields: tuple[str, ...]
    descending: bool

    @classmethod
    def of(cls, request: Request, default_limit: int = DEFAULT_LIMIT) -> Self:
        headers = request.headers
        fields = headers.get("sort-fields", "")
        return cls(
            offset=_number("Page-Offset", headers.get("page-offset"), 0, least=0),
            limit=_number("Page-Limit", headers.get("page-limit"), default_limit, least=1),
            sort_fields=tuple(field.strip() for field in fields.split(",") if field.strip()),
            descending=headers.get("sort-order", "ASC").upper() == "DESC",
        )

    def answer(self, rows: Sequence[Row]) -> JsonResponse:
        ordered = list(rows)
        for field in reversed(self.sort_fields):
            ordered.sort(key=_sort_key(field), reverse=self.descending)
        return JsonResponse(
            ordered[self.offset : self.offset + self.limit],
            headers={
                "Total-Records": str(len(ordered)),
                "Page-Offset": str(self.offset),
                "Page-Limit": str(self.limit),
            },
        )


@dataclass(frozen=True, slots=True)
class SpringPaging:
    """Paging asked for in the query, where nonsense counts for nothing; the answer is an object that wraps the rows."""

    page: int
    size: int
    sort_field: str | None
    descending: bool

    @classmethod
    def of(cls, request: Request, *, default_size: int = SPRING_SIZE, default_sort: str = "") -> Self:
        query = request.query_params
        field, _, direction = query.get("sort", default_sort).partition(",")
        return cls(
            page=_bounded(query.get("page"), 0, least=0),
            size=_bounded(query.get("size"), default_size, least=1),
            sort_field=field.strip() or None,
            descending=direction.strip().lower() == "desc",
        )

    def answer(self, rows: Sequence[Row]) -> JsonResponse:
        ordered = list(rows)
        if self.sort_field is not None:
            ordered.sort(key=_sort_key(self.sort_field), reverse=self.descending)
        start = self.page * self.size
        content = ordered[start : start + self.size]
        sort = {"empty": self.sort_field is None, "sorted": self.sort_field is not None}
        sort["unsorted"] = not sort["sorted"]
        pages = -(-len(ordered) // self.size)
        return JsonResponse(
            {
                "content": content,
                "pageable": {
                    "sort": sort,
                    "offset": start,
                    "pageNumber": self.page,
                    "pageSize": self.size,
                    "paged": True,
                    "unpaged": False,
                },
                "totalElements": len(ordered),
                "totalPages": pages,
                "last": self.page >= pages - 1,
                "first": self.page == 0,
                "size": self.size,
                "number": self.page,
                "numberOfElements": len(content),
                "empty": not content,
                "sort": sort,
            }
        )
