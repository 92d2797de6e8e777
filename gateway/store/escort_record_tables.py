"""The tables of dPERs, and of the youth risk assessments that go with some: alike, and never mixed.

A record's row, its sections and its flags are what lists and dashboards read. The answers are apart, in one row for
each record: they are only read and written whole, under the record's lock, and years of them take little room so.
"""

from typing import Final

import sqlalchemy as sa

from gateway.domain.escort_records import FIRST_QUESTION_SET
from gateway.store.columns import Instant, code, ident, metadata


def _record_columns(records: str) -> list[sa.Column[object] | sa.Index]:
    return [
        sa.Column("id", ident(), primary_key=True),
        sa.Column("move_id", ident(), sa.ForeignKey("moves.id"), nullable=False, unique=True),
        sa.Column("prison_number", sa.String(7)),
        sa.Column("status", code(), nullable=False),
        # The version of the questions that it was started with, and keeps.
        sa.Column("question_set_version", code(20), nullable=False, server_default=FIRST_QUESTION_SET),
        # The record of the same person whose answers were copied in, and when that was confirmed.
        sa.Column("prefilled_from_id", ident(), sa.ForeignKey(f"{records}.id")),
        sa.Column("prefilled_from_confirmed_at", Instant),
        sa.Column("completed_at", Instant),
        sa.Column("confirmed_at", Instant),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        # A person's last confirmed one is where the next begins.
        sa.Index(None, "prison_number", "confirmed_at"),
    ]


def _sections(name: str, records: str) -> sa.Table:
    return sa.Table(
        name,
        metadata,
        sa.Column("record_id", ident(), sa.ForeignKey(f"{records}.id"), primary_key=True),
        sa.Column("key", code(), primary_key=True),
        sa.Column("status", code(), nullable=False),
        sa.Column("answered", sa.Integer, nullable=False),
        sa.Column("outstanding", sa.Integer, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )


def _flags(name: str, records: str) -> sa.Table:
    return sa.Table(
        name,
        metadata,
        sa.Column("record_id", ident(), sa.ForeignKey(f"{records}.id"), primary_key=True),
        sa.Column("question", sa.String(100), primary_key=True),
        sa.Column("key", sa.String(100), primary_key=True),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("severity", code(), nullable=False),
    )


def _responses(name: str, records: str) -> sa.Table:
    return sa.Table(
        name,
        metadata,
        sa.Column("record_id", ident(), sa.ForeignKey(f"{records}.id"), primary_key=True),
        # By question key, as `store.responses_codec` writes them; who answered is for audit and never shown.
        sa.Column("responses", sa.JSON, nullable=False),
    )


person_escort_records: Final = sa.Table(
    "person_escort_records",
    metadata,
    *_record_columns("person_escort_records"),
    sa.Column("amended_at", Instant),
    sa.Column("handover_occurred_at", Instant),
    sa.Column("dispatching_officer", sa.String(200)),
    sa.Column("receiving_officer", sa.String(200)),
)
per_sections: Final = _sections("per_sections", "person_escort_records")
per_flags: Final = _flags("per_flags", "person_escort_records")
per_responses: Final = _responses("per_responses", "person_escort_records")

youth_risk_assessments: Final = sa.Table("youth_risk_assessments", metadata, *_record_columns("youth_risk_assessments"))
yra_sections: Final = _sections("yra_sections", "youth_risk_assessments")
yra_flags: Final = _flags("yra_flags", "youth_risk_assessments")
yra_responses: Final = _responses("yra_responses", "youth_risk_assessments")
