import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from gateway.store.engine import Database

pytestmark = pytest.mark.anyio


async def test_an_error_of_the_database_does_not_quote_what_was_asked_about(store: Database) -> None:
    with pytest.raises(DBAPIError) as raised:
        async with store.read() as conn:
            await conn.execute(sa.text("select * from nowhere where number = :number"), {"number": "A1234BC"})
    assert "A1234BC" not in str(raised.value)
