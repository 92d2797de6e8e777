"""The gateway's own database, read with SQLAlchemy Core: SQLite embedded, PostgreSQL where a URL says so."""

# Whoever looks at the tables sees all of them, in whichever module they stand.
from gateway.store import webhook_tables as webhook_tables
