"""What users had been seen with before: those who come back are told what they lost meanwhile."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "former_grants",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("username", sa.String(length=240), nullable=False),
        sa.Column("auth_source", sa.String(length=40), nullable=False),
        sa.Column("grants", sa.JSON(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_transaction", sa.BigInteger(), nullable=False),
        sa.Column("until_number", sa.BigInteger(), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_grants")),
    )
    op.create_index("ix_former_grants_account", "former_grants", ["username", "auth_source", "until_transaction"])
    op.create_index("ix_former_grants_replaced_at", "former_grants", ["replaced_at"])


def downgrade() -> None:
    op.drop_table("former_grants")
