"""The reference book: places, regions and suppliers, which every viewer may read."""

from datetime import timedelta

from gateway.domain.times import Clock, business_day
from gateway.services.freshness import Refreshed
from gateway.store import reference
from gateway.store.engine import Database
from gateway.store.reference import ReferenceData


class ReferenceBook(Refreshed[ReferenceData]):
    """Holds the whole of it in memory (a thousand rows or so), read from the store every half minute."""

    def __init__(self, database: Database, clock: Clock) -> None:
        async def fetch() -> ReferenceData:
            async with database.read() as connection:
                return await reference.load(connection, business_day(clock()))

        super().__init__(fetch, clock, fresh_for=timedelta(seconds=30), retry_after=timedelta(seconds=5))
