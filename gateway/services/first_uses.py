"""Requests that a client may send again under the same key: done once, and answered with the first result."""

import hashlib
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

import orjson

from gateway.domain.changes import Author
from gateway.domain.problems import ProblemCode, RuleBroken, problem
from gateway.services.changes import ChangeInHand
from gateway.services.platform import Platform
from gateway.store import idempotency
from gateway.store.idempotency import FirstUse, IdempotencyKey


@dataclass(frozen=True, slots=True)
class Keyed:
    """A request with its key; without one it is done each time that it is sent."""

    key: IdempotencyKey | None
    fingerprint: str


def keyed(author: Author, key: str | None, asked: Any) -> Keyed:
    """Tie a request (a dataclass of plain values) to the key of its author's account."""
    digest = hashlib.sha256(orjson.dumps([type(asked).__name__, asdict(asked)])).hexdigest()
    own = None if key is None else IdempotencyKey(author.client_id or "", author.username, key)
    return Keyed(own, digest)


async def earlier(platform: Platform, request: Keyed) -> UUID | None:
    """Look for an earlier use before any rule: the first result stands whatever holds now. Give what came of it.

    Raises:
        RuleBroken: the key was used for another request.

    """
    if request.key is None:
        return None
    async with platform.database.read() as connection:
        return _same(await idempotency.first_use(connection, request.key), request)


async def claim(hand: ChangeInHand, request: Keyed, subject_id: UUID) -> UUID | None:
    """Use the key for what this change makes; give what came of an earlier use instead where there is one.

    Raises:
        RuleBroken: the key was used for another request.

    """
    if request.key is None:
        return None
    use = FirstUse(request.fingerprint, subject_id)
    return _same(await idempotency.claim(hand.conn, request.key, use, at=hand.at), request)


def _same(first: FirstUse | None, request: Keyed) -> UUID | None:
    if first is None:
        return None
    if first.fingerprint != request.fingerprint:
        raise RuleBroken(problem(ProblemCode.CONFLICT, "This key was used for another request.", "idempotencyKey"))
    return first.subject_id
