"""The gateway's own database, read with SQLAlchemy Core: SQLite embedded, PostgreSQL where a URL says so."""
