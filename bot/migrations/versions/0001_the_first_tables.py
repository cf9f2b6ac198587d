"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("group_title", sa.String(), nullable=True),
        sa.Column("group_area", sa.String(), nullable=True),
        sa.Column("group_role", sa.String(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("county", "channel", "address"),
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.create_index(
            "ix_account_group",
            ["county", "group_role"],
            unique=False,
            sqlite_where=sa.text("group_role IS NOT NULL"),
            postgresql_where=sa.text("group_role IS NOT NULL"),
        )
        batch_op.create_index("ix_account_person", ["county", "person_id"], unique=False)

    op.create_table(
        "alarm",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("area", sa.String(), nullable=True),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("buttons", sa.JSON(), nullable=False),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acked_by", sa.BigInteger(), nullable=True),
        sa.Column("acked_name", sa.String(), nullable=False),
        sa.Column("closed", sa.String(), nullable=False),
        sa.Column("raised_by", sa.BigInteger(), nullable=True),
        sa.Column("everyone", sa.Boolean(), nullable=False),
        sa.Column("again", sa.Integer(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("county", "id"),
    )
    with op.batch_alter_table("alarm", schema=None) as batch_op:
        batch_op.create_index(
            "ix_alarm_due",
            ["county", "due_at"],
            unique=False,
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_alarm_open",
            ["county", "id"],
            unique=False,
            sqlite_where=sa.text("acked_at IS NULL AND closed = ''"),
            postgresql_where=sa.text("acked_at IS NULL AND closed = ''"),
        )
        batch_op.create_index("ix_alarm_subject", ["county", "subject", "subject_id"], unique=False)

    op.create_table(
        "alarmcall",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("alarm_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminds", sa.Integer(), nullable=False),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acked_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("county", "id"),
        sa.UniqueConstraint("county", "alarm_id", "person_id"),
    )
    with op.batch_alter_table("alarmcall", schema=None) as batch_op:
        batch_op.create_index(
            "ix_alarmcall_due",
            ["county", "remind_at"],
            unique=False,
            sqlite_where=sa.text("remind_at IS NOT NULL"),
            postgresql_where=sa.text("remind_at IS NOT NULL"),
        )

    op.create_table(
        "area",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("code", sa.String(length=24), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("parent_code", sa.String(), nullable=True),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("county", "code"),
    )
    with op.batch_alter_table("area", schema=None) as batch_op:
        batch_op.create_index("ix_area_parent", ["county", "parent_code"], unique=False)

    op.create_table(
        "assignmentnotice",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("area", sa.String(), nullable=True),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("issued_by", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("county", "id"),
    )
    with op.batch_alter_table("assignmentnotice", schema=None) as batch_op:
        batch_op.create_index("ix_assignmentnotice_unit", ["county", "unit_id", "id"], unique=False)

    op.create_table(
        "attachment",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("county", "id"),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index(
            "ix_attachment_subject", ["county", "subject", "subject_id", "kind", "id"], unique=False
        )

    op.create_table(
        "audithead",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("county"),
    )
    op.create_table(
        "brake",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("lane", sa.String(), nullable=False),
        sa.Column("tokens", sa.Float(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("county", "channel", "lane"),
    )
    op.create_table(
        "calendarday",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("is_off_day", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("county", "day"),
    )
    op.create_table(
        "calendarwatch",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("county"),
    )
    op.create_table(
        "card",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("card", sa.String(), nullable=False),
        sa.Column("remote_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("county", "channel", "address", "card"),
    )
    op.create_table(
        "casualtychange",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("incident_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.BigInteger(), nullable=True),
        sa.Column("by_name", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("county", "id"),
    )
    with op.batch_alter_table("casualtychange", schema=None) as batch_op:
        batch_op.create_index("ix_casualtychange_incident", ["county", "incident_id", "id"], unique=False)

    op.create_table(
        "checkseed",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("period_id", sa.BigInteger(), nullable=False),
        sa.Column("seed", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("per_day", sa.Integer(), nullable=False),
        sa.Column("margin_minutes", sa.Integer(), nullable=False),
        sa.Column("revealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("county", "id"),
        sa.UniqueConstraint("county", "period_id"),
    )
    op.create_table(
        "claimlock",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("county"),
    )
    op.create_table(
        "commitment",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("hazard_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("item", sa.String(length=12), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.Column("set_by", sa.BigInteger(), nullable=True),
        sa.Column("set_name", sa.String(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("county", "hazard_id", "item"),
    )
    op.create_table(
        "criterion",
        sa.Column("id", sa.String(length=48), nullable=False),
        sa.Column("code", sa.String(length=36), nullable=False),
        sa.Column("standard", sa.String(length=12), nullable=False),
        sa.Column("article", sa.String(length=20), nullable=False),
        sa.Column("item", sa.Integer(), nullable=False),
        sa.Column("sector", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("standard_title", sa.String(), nullable=False),
        sa.Column("document_no", sa.String(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("effective_to", sa.Date(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("criterion", schema=None) as batch_op:
        batch_op.create_index("ix_criterion_code", ["code", "effective_from"], unique=True)

    op.create_table(
        "draft",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("form_version", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("state", sa.JSON(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.Column("nudges", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("county", "id"),
    )
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.create_index(
            "ix_draft_active",
            ["county", "channel", "address"],
            unique=True,
            sqlite_where=sa.text("status = 'active'"),
            postgresql_where=sa.text("status = 'active'"),
        )
        batch_op.create_index(
            "ix_draft_due",
            ["county", "due_at"],
            unique=False,
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_draft_parked",
            ["county", "channel", "address"],
            unique=False,
            sqlite_where=sa.text("status = 'parked'"),
            postgresql_where=sa.text("status = 'parked'"),
        )

    op.create_table(
        "event",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.BigInteger(), nullable=True),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("prev", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("county", "seq"),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index("ix_event_at", ["county", "at"], unique=False)
        batch_op.create_index("ix_event_subject", ["county", "subject", "subject_id", "seq"], unique=False)

    op.create_table(
        "extension",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hazard_id", sa.BigInteger(), nullable=False),
        sa.Column("old_due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("new_due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=True),
        sa.Column("asked_name", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_name", sa.String(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("county", "id"),
    )
    with op.batch_alter_table("extension", schema=None) as batch_op:
        batch_op.create_index("ix_extension_hazard", ["county", "hazard_id", "id"], unique=False)
        batch_op.create_index(
            "ix_extension_pending",
            ["county", "hazard_id"],
            unique=True,
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        )

    op.create_table(
        "feed",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=True),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("county", "id"),
        sa.UniqueConstraint("county", "token_hash"),
    )
    with op.batch_alter_table("feed", schema=None) as batch_op:
        batch_op.create_index("ix_feed_person", ["county", "person_id"], unique=False)

    op.create_table(
        "file",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("remote_id", sa.String(), nullable=False),
        sa.Column("unique_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("mime", sa.String(), nullable=False),
        sa.Column("exif_at", sa.String(), nullable=False),
        sa.Column("exif_lat", sa.Float(), nullable=True),
        sa.Column("exif_lon", sa.Float(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("county", "id"),
    )
    with op.batch_alter_table("file", schema=None) as batch_op:
        batch_op.create_index("ix_file_due", ["county", "state", "due_at"], unique=False)
        batch_op.create_index(
            "ix_file_sha256",
            ["county", "sha256"],
            unique=False,
            sqlite_where=sa.text("sha256 IS NOT NULL"),
            postgresql_where=sa.text("sha256 IS NOT NULL"),
        )

    op.create_table(
        "follower",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("hazard_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("county", "hazard_id", "person_id"),
    )
    with op.batch_alter_table("follower", schema=None) as batch_op:
        batch_op.create_index("ix_follower_person", ["county", "person_id", "hazard_id"], unique=False)

    op.create_table(
        "handover",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("shift_id", sa.BigInteger(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("filled_by", sa.BigInteger(), nullable=True),
        sa.Column("filled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("asked_by", sa.BigInteger(), nullable=True),
        sa.Column("confirmed_by", sa.BigInteger(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("county", "id"),
        sa.UniqueConstraint("county", "shift_id"),
    )
    with op.batch_alter_table("handover", schema=None) as batch_op:
        batch_op.create_index(
            "ix_handover_due",
            ["county", "due_at"],
            unique=False,
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        )
        batch_op.create_index("ix_handover_post", ["county", "post_id", "state"], unique=False)

    op.create_table(
        "hazard",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("town", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("unit_name", sa.String(), nullable=False),
        sa.Column("sector", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("no_photo_reason", sa.String(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("accuracy", sa.Float(), nullable=True),
        sa.Column("datum", sa.String(), nullable=False),
        sa.Column("place_source", sa.String(), nullable=False),
        sa.Column("spot_fixed", sa.Boolean(), nullable=False),
        sa.Column("suspected_major", sa.Boolean(), nullable=False),
        sa.Column("level", sa.String(), nullable=True),
        sa.Column("reporter_id", sa.BigInteger(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("covert", sa.Boolean(), nullable=False),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("verified_by", sa.BigInteger(), nullable=True),
        sa.Column("criterion_id", sa.String(), nullable=True),
        sa.Column("level_reason", sa.String(), nullable=False),
        sa.Column("duplicate_of", sa.BigInteger(), nullable=True),
        sa.Column("transferred_to", sa.String(), nullable=False),
        sa.Column("notice_id", sa.BigInteger(), nullable=True),
        sa.Column("assigned_unit_id", sa.BigInteger(), nullable=True),
        sa.Column("assigned_area", sa.String(), nullable=True),
        sa.Column("owner_id", sa.BigInteger(), nullable=True),
        sa.Column("assigned_by", sa.BigInteger(), nullable=True),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_rule", sa.String(), nullable=False),
        sa.Column("paused_days", sa.Integer(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_by", sa.BigInteger(), nullable=True),
        sa.Column("fix_note", sa.String(), nullable=False),
        sa.Column("failed_rechecks", sa.Integer(), nullable=False),
        sa.Column("rechecked_by", sa.BigInteger(), nullable=True),
        sa.Column("supervised", sa.String(), nullable=False),
        sa.Column("supervised_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delisted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resumed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.BigInteger(), nullable=True),
        sa.Column("lookback_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ask_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.Column("index_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("county", "id"),
        sa.UniqueConstraint("county", "number"),
    )
    with op.batch_alter_table("hazard", schema=None) as batch_op:
        batch_op.create_index("ix_hazard_area", ["county", "area", "id"], unique=False)
        batch_op.create_index(
            "ix_hazard_ask",
            ["county", "ask_at"],
            unique=False,
            sqlite_where=sa.text("ask_at IS NOT NULL"),
            postgresql_where=sa.text("ask_at IS NOT NULL"),
        )
        batch_op.create_index("ix_hazard_closed", ["county", "closed_at"], unique=False)
        batch_op.create_index("ix_hazard_given", ["county", "assigned_unit_id", "id"], unique=False)
        batch_op.create_index(
            "ix_hazard_given_town",
            ["county", "assigned_area", "id"],
            unique=False,
            sqlite_where=sa.text("assigned_area IS NOT NULL"),
            postgresql_where=sa.text("assigned_area IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_hazard_index",
            ["county", "index_at"],
            unique=False,
            sqlite_where=sa.text("index_at IS NOT NULL"),
            postgresql_where=sa.text("index_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_hazard_lookback",
            ["county", "lookback_at"],
            unique=False,
            sqlite_where=sa.text("lookback_at IS NOT NULL"),
            postgresql_where=sa.text("lookback_at IS NOT NULL"),
        )
        batch_op.create_index("ix_hazard_notice", ["county", "notice_id"], unique=False)
        batch_op.create_index(
            "ix_hazard_open",
            ["county", "id", "state"],
            unique=False,
            sqlite_where=sa.text(
                "state IN ('reported', 'verified', 'assigned', 'rectifying', 'submitted', 'passed')"
            ),
            postgresql_where=sa.text(
                "state IN ('reported', 'verified', 'assigned', 'rectifying', 'submitted', 'passed')"
            ),
        )
        batch_op.create_index(
            "ix_hazard_open_given",
            ["county", "assigned_unit_id", "id"],
            unique=False,
            sqlite_where=sa.text(
                "state IN ('reported', 'verified', 'assigned', 'rectifying', 'submitted', 'passed')"
            ),
            postgresql_where=sa.text(
                "state IN ('reported', 'verified', 'assigned', 'rectifying', 'submitted', 'passed')"
            ),
        )
        batch_op.create_index(
            "ix_hazard_open_major",
            ["county", "id"],
            unique=False,
            sqlite_where=sa.text(
                "(level = 'major' OR (level IS NULL AND suspected_major)) AND state NOT IN ('closed', 'lookback', 'done', 'rejected', 'duplicate', 'transferred', 'withdrawn')"
            ),
            postgresql_where=sa.text(
                "(level = 'major' OR (level IS NULL AND suspected_major)) AND state NOT IN ('closed', 'lookback', 'done', 'rejected', 'duplicate', 'transferred', 'withdrawn')"
            ),
        )
        batch_op.create_index(
            "ix_hazard_open_sector",
            ["county", "sector", "id"],
            unique=False,
            sqlite_where=sa.text(
                "state IN ('reported', 'verified', 'assigned', 'rectifying', 'submitted', 'passed')"
            ),
            postgresql_where=sa.text(
                "state IN ('reported', 'verified', 'assigned', 'rectifying', 'submitted', 'passed')"
            ),
        )
        batch_op.create_index(
            "ix_hazard_open_state",
            ["county", "state", "id"],
            unique=False,
            sqlite_where=sa.text(
                "state IN ('reported', 'verified', 'assigned', 'rectifying', 'submitted', 'passed')"
            ),
            postgresql_where=sa.text(
                "state IN ('reported', 'verified', 'assigned', 'rectifying', 'submitted', 'passed')"
            ),
        )
        batch_op.create_index(
            "ix_hazard_open_town",
            ["county", "town", "id"],
            unique=False,
            sqlite_where=sa.text(
                "state IN ('reported', 'verified', 'assigned', 'rectifying', 'submitted', 'passed')"
            ),
            postgresql_where=sa.text(
                "state IN ('reported', 'verified', 'assigned', 'rectifying', 'submitted', 'passed')"
            ),
        )
        batch_op.create_index(
            "ix_hazard_open_unit",
            ["county", "unit_id", "id"],
            unique=False,
            sqlite_where=sa.text(
                "state IN ('reported', 'verified', 'assigned', 'rectifying', 'submitted', 'passed')"
            ),
            postgresql_where=sa.text(
                "state IN ('reported', 'verified', 'assigned', 'rectifying', 'submitted', 'passed')"
            ),
        )
        batch_op.create_index(
            "ix_hazard_overdue",
            ["county", "due_at", "state"],
            unique=False,
            sqlite_where=sa.text("state IN ('assigned', 'rectifying')"),
            postgresql_where=sa.text("state IN ('assigned', 'rectifying')"),
        )
        batch_op.create_index(
            "ix_hazard_owner",
            ["county", "owner_id", "id"],
            unique=False,
            sqlite_where=sa.text(
                "state IN ('reported', 'verified', 'assigned', 'rectifying', 'submitted', 'passed')"
            ),
            postgresql_where=sa.text(
                "state IN ('reported', 'verified', 'assigned', 'rectifying', 'submitted', 'passed')"
            ),
        )
        batch_op.create_index(
            "ix_hazard_remind",
            ["county", "remind_at"],
            unique=False,
            sqlite_where=sa.text("remind_at IS NOT NULL"),
            postgresql_where=sa.text("remind_at IS NOT NULL"),
        )
        batch_op.create_index("ix_hazard_reported", ["county", "reported_at"], unique=False)
        batch_op.create_index("ix_hazard_reporter", ["county", "reporter_id", "id"], unique=False)
        batch_op.create_index("ix_hazard_sector", ["county", "sector", "id"], unique=False)
        batch_op.create_index("ix_hazard_town", ["county", "town", "id"], unique=False)
        batch_op.create_index("ix_hazard_unit", ["county", "unit_id", "id"], unique=False)

    op.create_table(
        "hazardgram",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("gram", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hazard_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("county", "gram", "hazard_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "inboxrow",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reply_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("county", "channel", "event_id"),
    )
    with op.batch_alter_table("inboxrow", schema=None) as batch_op:
        batch_op.create_index("ix_inbox_at", ["county", "at"], unique=False)

    op.create_table(
        "incident",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("accuracy", sa.Float(), nullable=True),
        sa.Column("datum", sa.String(), nullable=False),
        sa.Column("place_source", sa.String(), nullable=False),
        sa.Column("dead", sa.Integer(), nullable=True),
        sa.Column("severe", sa.Integer(), nullable=True),
        sa.Column("light", sa.Integer(), nullable=True),
        sa.Column("hurt", sa.Integer(), nullable=True),
        sa.Column("missing", sa.Integer(), nullable=True),
        sa.Column("trapped", sa.Integer(), nullable=True),
        sa.Column("loss", sa.BigInteger(), nullable=True),
        sa.Column("grade", sa.String(), nullable=False),
        sa.Column("handling", sa.String(), nullable=False),
        sa.Column("handling_reason", sa.String(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("clock_rules", sa.JSON(), nullable=False),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reporter_id", sa.BigInteger(), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ask_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("card_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("merged_into", sa.BigInteger(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_reason", sa.String(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("county", "id"),
        sa.UniqueConstraint("county", "number"),
    )
    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.create_index(
            "ix_incident_ask",
            ["county", "ask_at"],
            unique=False,
            sqlite_where=sa.text("ask_at IS NOT NULL"),
            postgresql_where=sa.text("ask_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_incident_card",
            ["county", "card_at"],
            unique=False,
            sqlite_where=sa.text("card_at IS NOT NULL"),
            postgresql_where=sa.text("card_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_incident_merged",
            ["county", "merged_into"],
            unique=False,
            sqlite_where=sa.text("merged_into IS NOT NULL"),
            postgresql_where=sa.text("merged_into IS NOT NULL"),
        )
        batch_op.create_index("ix_incident_occurred", ["county", "occurred_at"], unique=False)
        batch_op.create_index(
            "ix_incident_open",
            ["county", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.create_index("ix_incident_reported", ["county", "reported_at"], unique=False)
        batch_op.create_index("ix_incident_reporter", ["county", "reporter_id", "id"], unique=False)

    op.create_table(
        "incidentclock",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("incident_id", sa.BigInteger(), nullable=False),
        sa.Column("means", sa.String(), nullable=False),
        sa.Column("to", sa.String(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("near", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("remind_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by", sa.BigInteger(), nullable=True),
        sa.Column("done_name", sa.String(), nullable=False),
        sa.Column("late_minutes", sa.Integer(), nullable=False),
        sa.Column("report_id", sa.BigInteger(), nullable=True),
        sa.Column("void", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("county", "id"),
    )
    with op.batch_alter_table("incidentclock", schema=None) as batch_op:
        batch_op.create_index(
            "ix_incidentclock_due",
            ["county", "remind_at"],
            unique=False,
            sqlite_where=sa.text("remind_at IS NOT NULL"),
            postgresql_where=sa.text("remind_at IS NOT NULL"),
        )
        batch_op.create_index("ix_incidentclock_incident", ["county", "incident_id", "id"], unique=False)

    op.create_table(
        "invitation",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("group_role", sa.String(), nullable=True),
        sa.Column("group_area", sa.String(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_by", sa.String(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("county", "id"),
        sa.UniqueConstraint("county", "code_hash"),
    )
    op.create_table(
        "keyperiod",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("area", sa.String(), nullable=True),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("report_times", sa.JSON(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("coverage_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("county", "id"),
        sa.UniqueConstraint("county", "key"),
    )
    with op.batch_alter_table("keyperiod", schema=None) as batch_op:
        batch_op.create_index(
            "ix_keyperiod_coverage",
            ["county", "coverage_at"],
            unique=False,
            sqlite_where=sa.text("coverage_at IS NOT NULL"),
            postgresql_where=sa.text("coverage_at IS NOT NULL"),
        )
        batch_op.create_index("ix_keyperiod_ends", ["county", "ends_at"], unique=False)

    op.create_table(
        "leave",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("by_id", sa.BigInteger(), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("county", "id"),
    )
    with op.batch_alter_table("leave", schema=None) as batch_op:
        batch_op.create_index("ix_leave_person", ["county", "person_id", "last_day"], unique=False)

    op.create_table(
        "logentry",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("shift_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("county", "id"),
    )
    with op.batch_alter_table("logentry", schema=None) as batch_op:
        batch_op.create_index("ix_logentry_post", ["county", "post_id", "id"], unique=False)
        batch_op.create_index("ix_logentry_shift", ["county", "shift_id", "id"], unique=False)

    op.create_table(
        "message",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("card", sa.String(), nullable=True),
        sa.Column("dedup", sa.String(), nullable=True),
        sa.Column("subject", sa.String(), nullable=True),
        sa.Column("subject_id", sa.BigInteger(), nullable=True),
        sa.Column("alarm_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leased_by", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("remote_id", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("county", "id"),
        sa.UniqueConstraint("county", "dedup"),
    )
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.create_index(
            "ix_message_alarm",
            ["county", "alarm_id", "person_id"],
            unique=False,
            sqlite_where=sa.text("alarm_id IS NOT NULL"),
            postgresql_where=sa.text("alarm_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_message_due",
            ["county", "priority", "not_before"],
            unique=False,
            sqlite_where=sa.text("state IN ('pending','held')"),
            postgresql_where=sa.text("state IN ('pending','held')"),
        )
        batch_op.create_index(
            "ix_message_failed",
            ["county", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'failed'"),
            postgresql_where=sa.text("state = 'failed'"),
        )
        batch_op.create_index(
            "ix_message_lease",
            ["county", "lease_until"],
            unique=False,
            sqlite_where=sa.text("state = 'sending'"),
            postgresql_where=sa.text("state = 'sending'"),
        )
        batch_op.create_index(
            "ix_message_open_lane",
            ["county", "channel", "address"],
            unique=False,
            sqlite_where=sa.text("state IN ('pending','held','sending')"),
            postgresql_where=sa.text("state IN ('pending','held','sending')"),
        )
        batch_op.create_index("ix_message_person", ["county", "person_id", "id"], unique=False)
        batch_op.create_index("ix_message_subject", ["county", "subject", "subject_id", "id"], unique=False)

    op.create_table(
        "noticedraft",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hazard_id", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("county", "id"),
    )
    with op.batch_alter_table("noticedraft", schema=None) as batch_op:
        batch_op.create_index("ix_noticedraft_hazard", ["county", "hazard_id", "due_at"], unique=True)
        batch_op.create_index("ix_noticedraft_state", ["county", "state", "id"], unique=False)

    op.create_table(
        "periodchecks",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("period_id", sa.BigInteger(), nullable=False),
        sa.Column("report_by", sa.String(), nullable=False),
        sa.Column("report_times", sa.JSON(), nullable=False),
        sa.Column("round_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("check_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("summary_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("county", "id"),
        sa.UniqueConstraint("county", "period_id"),
    )
    with op.batch_alter_table("periodchecks", schema=None) as batch_op:
        batch_op.create_index(
            "ix_periodchecks_check_at",
            ["county", "check_at"],
            unique=False,
            sqlite_where=sa.text("check_at IS NOT NULL"),
            postgresql_where=sa.text("check_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_periodchecks_round_at",
            ["county", "round_at"],
            unique=False,
            sqlite_where=sa.text("round_at IS NOT NULL"),
            postgresql_where=sa.text("round_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_periodchecks_summary_at",
            ["county", "summary_at"],
            unique=False,
            sqlite_where=sa.text("summary_at IS NOT NULL"),
            postgresql_where=sa.text("summary_at IS NOT NULL"),
        )

    op.create_table(
        "person",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("area", sa.String(), nullable=True),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("county", "id"),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index("ix_person_phone", ["county", "phone"], unique=False)

    op.create_table(
        "post",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("area", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("fax", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("radius", sa.Integer(), nullable=True),
        sa.Column("needs_place", sa.Boolean(), nullable=False),
        sa.Column("needs_photo", sa.Boolean(), nullable=False),
        sa.Column("starts", sa.JSON(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("county", "id"),
        sa.UniqueConstraint("county", "name"),
    )
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.create_index("ix_post_area", ["county", "area"], unique=False)

    op.create_table(
        "replylink",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("unit_id", sa.BigInteger(), nullable=False),
        sa.Column("hazard_id", sa.BigInteger(), nullable=True),
        sa.Column("notice_id", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_by", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("county", "id"),
        sa.UniqueConstraint("county", "token_hash"),
    )
    with op.batch_alter_table("replylink", schema=None) as batch_op:
        batch_op.create_index(
            "ix_replylink_hazard",
            ["county", "hazard_id"],
            unique=False,
            sqlite_where=sa.text("hazard_id IS NOT NULL"),
            postgresql_where=sa.text("hazard_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_replylink_notice",
            ["county", "notice_id"],
            unique=False,
            sqlite_where=sa.text("notice_id IS NOT NULL"),
            postgresql_where=sa.text("notice_id IS NOT NULL"),
        )

    op.create_table(
        "reportround",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("period_id", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("county", "id"),
        sa.UniqueConstraint("county", "period_id", "at"),
    )
    with op.batch_alter_table("reportround", schema=None) as batch_op:
        batch_op.create_index("ix_reportround_at", ["county", "at"], unique=False)
        batch_op.create_index(
            "ix_reportround_due",
            ["county", "due_at"],
            unique=False,
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        )

    op.create_table(
        "role",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("area", sa.String(), nullable=True),
        sa.Column("unit_id", sa.BigInteger(), nullable=True),
        sa.Column("sector", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("county", "id"),
    )
    with op.batch_alter_table("role", schema=None) as batch_op:
        batch_op.create_index("ix_role_person", ["county", "person_id"], unique=False)
        batch_op.create_index("ix_role_role", ["county", "role", "area"], unique=False)

    op.create_table(
        "rotaproposal",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("period_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("wish", sa.JSON(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("form", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("county", "id"),
    )
    op.create_table(
        "setting",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("county", "name"),
    )
    op.create_table(
        "shift",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("period_id", sa.BigInteger(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("relieved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("county", "id"),
    )
    with op.batch_alter_table("shift", schema=None) as batch_op:
        batch_op.create_index("ix_shift_ends", ["county", "ends_at"], unique=False)
        batch_op.create_index("ix_shift_period", ["county", "period_id", "ends_at"], unique=False)
        batch_op.create_index("ix_shift_post", ["county", "post_id", "starts_at"], unique=False)
        batch_op.create_index("ix_shift_starts", ["county", "starts_at"], unique=False)

    op.create_table(
        "shiftduty",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("shift_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("expected_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("late_minutes", sa.Integer(), nullable=False),
        sa.Column("outside", sa.Boolean(), nullable=False),
        sa.Column("distance", sa.Integer(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("datum", sa.String(), nullable=False),
        sa.Column("accuracy", sa.Float(), nullable=True),
        sa.Column("place_source", sa.String(), nullable=False),
        sa.Column("covered_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("county", "id"),
    )
    with op.batch_alter_table("shiftduty", schema=None) as batch_op:
        batch_op.create_index(
            "ix_shiftduty_due",
            ["county", "due_at"],
            unique=False,
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        )
        batch_op.create_index("ix_shiftduty_person", ["county", "person_id", "state"], unique=False)
        batch_op.create_index("ix_shiftduty_shift", ["county", "shift_id"], unique=False)

    op.create_table(
        "spotanswer",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("check_id", sa.BigInteger(), nullable=False),
        sa.Column("period_id", sa.BigInteger(), nullable=True),
        sa.Column("post_id", sa.BigInteger(), nullable=False),
        sa.Column("shift_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("late_minutes", sa.Integer(), nullable=False),
        sa.Column("outside", sa.Boolean(), nullable=False),
        sa.Column("distance", sa.Integer(), nullable=True),
        sa.Column("lat", sa.Float(), nullable=True),
        sa.Column("lon", sa.Float(), nullable=True),
        sa.Column("datum", sa.String(), nullable=False),
        sa.Column("accuracy", sa.Float(), nullable=True),
        sa.Column("place_source", sa.String(), nullable=False),
        sa.Column("photo_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("county", "id"),
        sa.UniqueConstraint("county", "check_id", "person_id"),
    )
    with op.batch_alter_table("spotanswer", schema=None) as batch_op:
        batch_op.create_index("ix_spotanswer_period", ["county", "period_id", "id"], unique=False)
        batch_op.create_index(
            "ix_spotanswer_photo",
            ["county", "photo_at"],
            unique=False,
            sqlite_where=sa.text("photo_at IS NOT NULL"),
            postgresql_where=sa.text("photo_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_spotanswer_silent",
            ["county", "person_id"],
            unique=False,
            sqlite_where=sa.text("state IN ('asked','no_answer')"),
            postgresql_where=sa.text("state IN ('asked','no_answer')"),
        )

    op.create_table(
        "spotcheck",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("period_id", sa.BigInteger(), nullable=True),
        sa.Column("post_id", sa.BigInteger(), nullable=True),
        sa.Column("on", sa.Date(), nullable=True),
        sa.Column("k", sa.Integer(), nullable=False),
        sa.Column("windows", sa.JSON(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_by", sa.BigInteger(), nullable=True),
        sa.Column("started_name", sa.String(), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("county", "id"),
        sa.UniqueConstraint("county", "key"),
    )
    with op.batch_alter_table("spotcheck", schema=None) as batch_op:
        batch_op.create_index(
            "ix_spotcheck_due",
            ["county", "due_at"],
            unique=False,
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        )
        batch_op.create_index("ix_spotcheck_period", ["county", "period_id", "id"], unique=False)
        batch_op.create_index("ix_spotcheck_started", ["county", "started_at"], unique=False)

    op.create_table(
        "swapask",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("request_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("county", "id"),
        sa.UniqueConstraint("county", "request_id", "person_id"),
    )
    with op.batch_alter_table("swapask", schema=None) as batch_op:
        batch_op.create_index("ix_swapask_person", ["county", "person_id", "state"], unique=False)

    op.create_table(
        "swaprequest",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("duty_id", sa.BigInteger(), nullable=False),
        sa.Column("shift_id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("other_duty_id", sa.BigInteger(), nullable=True),
        sa.Column("to_all", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("taker_id", sa.BigInteger(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.BigInteger(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refusal", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("county", "id"),
    )
    with op.batch_alter_table("swaprequest", schema=None) as batch_op:
        batch_op.create_index(
            "ix_swaprequest_due",
            ["county", "due_at"],
            unique=False,
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_swaprequest_other",
            ["county", "other_duty_id"],
            unique=False,
            sqlite_where=sa.text("other_duty_id IS NOT NULL"),
            postgresql_where=sa.text("other_duty_id IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_swaprequest_pending",
            ["county", "duty_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('open','taken')"),
            postgresql_where=sa.text("state IN ('open','taken')"),
        )
        batch_op.create_index("ix_swaprequest_person", ["county", "person_id", "state"], unique=False)
        batch_op.create_index("ix_swaprequest_shift", ["county", "shift_id"], unique=False)

    op.create_table(
        "unit",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("area", sa.String(), nullable=True),
        sa.Column("sector", sa.String(), nullable=True),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("county", "id"),
    )
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.create_index("ix_unit_area", ["county", "area", "name"], unique=False)
        batch_op.create_index("ix_unit_name", ["county", "name"], unique=False)

    op.create_table(
        "upload",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("file_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("period_id", sa.BigInteger(), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("people", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("county", "id"),
    )
    with op.batch_alter_table("upload", schema=None) as batch_op:
        batch_op.create_index(
            "ix_upload_waiting",
            ["county", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.create_table(
        "upwardreport",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("incident_id", sa.BigInteger(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.Column("made_name", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("county", "id"),
        sa.UniqueConstraint("county", "incident_id", "stage", "version"),
    )
    op.create_table(
        "violation",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("fact", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("period_id", sa.BigInteger(), nullable=True),
        sa.Column("post_id", sa.BigInteger(), nullable=True),
        sa.Column("area", sa.String(), nullable=True),
        sa.Column("person_id", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("explain_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reminded", sa.Boolean(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("explanation", sa.String(), nullable=False),
        sa.Column("explained_name", sa.String(), nullable=False),
        sa.Column("explained_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_name", sa.String(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("county", "id"),
        sa.UniqueConstraint("county", "fact"),
    )
    with op.batch_alter_table("violation", schema=None) as batch_op:
        batch_op.create_index("ix_violation_area", ["county", "area", "id"], unique=False)
        batch_op.create_index(
            "ix_violation_due",
            ["county", "due_at"],
            unique=False,
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        )
        batch_op.create_index(
            "ix_violation_open",
            ["county", "id"],
            unique=False,
            sqlite_where=sa.text("state IN ('asked','explained')"),
            postgresql_where=sa.text("state IN ('asked','explained')"),
        )
        batch_op.create_index("ix_violation_period", ["county", "period_id", "id"], unique=False)
        batch_op.create_index("ix_violation_person", ["county", "person_id", "id"], unique=False)

    op.create_table(
        "webmessage",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("mine", sa.Boolean(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("county", "id"),
    )
    with op.batch_alter_table("webmessage", schema=None) as batch_op:
        batch_op.create_index("ix_web_message_chat", ["county", "address", "id"], unique=False)
        batch_op.create_index("ix_web_message_edited", ["county", "address", "edited_at"], unique=False)

    op.create_table(
        "zeroreport",
        sa.Column("county", sa.String(length=12), nullable=False),
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("round_id", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("post_id", sa.BigInteger(), nullable=True),
        sa.Column("area", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("given_by", sa.BigInteger(), nullable=True),
        sa.Column("given_name", sa.String(), nullable=False),
        sa.Column("late_minutes", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("county", "id"),
        sa.UniqueConstraint("county", "round_id", "unit"),
    )
    with op.batch_alter_table("zeroreport", schema=None) as batch_op:
        batch_op.create_index("ix_zeroreport_unit", ["county", "unit", "id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("zeroreport", schema=None) as batch_op:
        batch_op.drop_index("ix_zeroreport_unit")

    op.drop_table("zeroreport")
    with op.batch_alter_table("webmessage", schema=None) as batch_op:
        batch_op.drop_index("ix_web_message_edited")
        batch_op.drop_index("ix_web_message_chat")

    op.drop_table("webmessage")
    with op.batch_alter_table("violation", schema=None) as batch_op:
        batch_op.drop_index("ix_violation_person")
        batch_op.drop_index("ix_violation_period")
        batch_op.drop_index(
            "ix_violation_open",
            sqlite_where=sa.text("state IN ('asked','explained')"),
            postgresql_where=sa.text("state IN ('asked','explained')"),
        )
        batch_op.drop_index(
            "ix_violation_due",
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        )
        batch_op.drop_index("ix_violation_area")

    op.drop_table("violation")
    op.drop_table("upwardreport")
    with op.batch_alter_table("upload", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_upload_waiting",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.drop_table("upload")
    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.drop_index("ix_unit_name")
        batch_op.drop_index("ix_unit_area")

    op.drop_table("unit")
    with op.batch_alter_table("swaprequest", schema=None) as batch_op:
        batch_op.drop_index("ix_swaprequest_shift")
        batch_op.drop_index("ix_swaprequest_person")
        batch_op.drop_index(
            "ix_swaprequest_pending",
            sqlite_where=sa.text("state IN ('open','taken')"),
            postgresql_where=sa.text("state IN ('open','taken')"),
        )
        batch_op.drop_index(
            "ix_swaprequest_other",
            sqlite_where=sa.text("other_duty_id IS NOT NULL"),
            postgresql_where=sa.text("other_duty_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_swaprequest_due",
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        )

    op.drop_table("swaprequest")
    with op.batch_alter_table("swapask", schema=None) as batch_op:
        batch_op.drop_index("ix_swapask_person")

    op.drop_table("swapask")
    with op.batch_alter_table("spotcheck", schema=None) as batch_op:
        batch_op.drop_index("ix_spotcheck_started")
        batch_op.drop_index("ix_spotcheck_period")
        batch_op.drop_index(
            "ix_spotcheck_due",
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        )

    op.drop_table("spotcheck")
    with op.batch_alter_table("spotanswer", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_spotanswer_silent",
            sqlite_where=sa.text("state IN ('asked','no_answer')"),
            postgresql_where=sa.text("state IN ('asked','no_answer')"),
        )
        batch_op.drop_index(
            "ix_spotanswer_photo",
            sqlite_where=sa.text("photo_at IS NOT NULL"),
            postgresql_where=sa.text("photo_at IS NOT NULL"),
        )
        batch_op.drop_index("ix_spotanswer_period")

    op.drop_table("spotanswer")
    with op.batch_alter_table("shiftduty", schema=None) as batch_op:
        batch_op.drop_index("ix_shiftduty_shift")
        batch_op.drop_index("ix_shiftduty_person")
        batch_op.drop_index(
            "ix_shiftduty_due",
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        )

    op.drop_table("shiftduty")
    with op.batch_alter_table("shift", schema=None) as batch_op:
        batch_op.drop_index("ix_shift_starts")
        batch_op.drop_index("ix_shift_post")
        batch_op.drop_index("ix_shift_period")
        batch_op.drop_index("ix_shift_ends")

    op.drop_table("shift")
    op.drop_table("setting")
    op.drop_table("rotaproposal")
    with op.batch_alter_table("role", schema=None) as batch_op:
        batch_op.drop_index("ix_role_role")
        batch_op.drop_index("ix_role_person")

    op.drop_table("role")
    with op.batch_alter_table("reportround", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_reportround_due",
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        )
        batch_op.drop_index("ix_reportround_at")

    op.drop_table("reportround")
    with op.batch_alter_table("replylink", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_replylink_notice",
            sqlite_where=sa.text("notice_id IS NOT NULL"),
            postgresql_where=sa.text("notice_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_replylink_hazard",
            sqlite_where=sa.text("hazard_id IS NOT NULL"),
            postgresql_where=sa.text("hazard_id IS NOT NULL"),
        )

    op.drop_table("replylink")
    with op.batch_alter_table("post", schema=None) as batch_op:
        batch_op.drop_index("ix_post_area")

    op.drop_table("post")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index("ix_person_phone")

    op.drop_table("person")
    with op.batch_alter_table("periodchecks", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_periodchecks_summary_at",
            sqlite_where=sa.text("summary_at IS NOT NULL"),
            postgresql_where=sa.text("summary_at IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_periodchecks_round_at",
            sqlite_where=sa.text("round_at IS NOT NULL"),
            postgresql_where=sa.text("round_at IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_periodchecks_check_at",
            sqlite_where=sa.text("check_at IS NOT NULL"),
            postgresql_where=sa.text("check_at IS NOT NULL"),
        )

    op.drop_table("periodchecks")
    with op.batch_alter_table("noticedraft", schema=None) as batch_op:
        batch_op.drop_index("ix_noticedraft_state")
        batch_op.drop_index("ix_noticedraft_hazard")

    op.drop_table("noticedraft")
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.drop_index("ix_message_subject")
        batch_op.drop_index("ix_message_person")
        batch_op.drop_index(
            "ix_message_open_lane",
            sqlite_where=sa.text("state IN ('pending','held','sending')"),
            postgresql_where=sa.text("state IN ('pending','held','sending')"),
        )
        batch_op.drop_index(
            "ix_message_lease",
            sqlite_where=sa.text("state = 'sending'"),
            postgresql_where=sa.text("state = 'sending'"),
        )
        batch_op.drop_index(
            "ix_message_failed",
            sqlite_where=sa.text("state = 'failed'"),
            postgresql_where=sa.text("state = 'failed'"),
        )
        batch_op.drop_index(
            "ix_message_due",
            sqlite_where=sa.text("state IN ('pending','held')"),
            postgresql_where=sa.text("state IN ('pending','held')"),
        )
        batch_op.drop_index(
            "ix_message_alarm",
            sqlite_where=sa.text("alarm_id IS NOT NULL"),
            postgresql_where=sa.text("alarm_id IS NOT NULL"),
        )

    op.drop_table("message")
    with op.batch_alter_table("logentry", schema=None) as batch_op:
        batch_op.drop_index("ix_logentry_shift")
        batch_op.drop_index("ix_logentry_post")

    op.drop_table("logentry")
    with op.batch_alter_table("leave", schema=None) as batch_op:
        batch_op.drop_index("ix_leave_person")

    op.drop_table("leave")
    with op.batch_alter_table("keyperiod", schema=None) as batch_op:
        batch_op.drop_index("ix_keyperiod_ends")
        batch_op.drop_index(
            "ix_keyperiod_coverage",
            sqlite_where=sa.text("coverage_at IS NOT NULL"),
            postgresql_where=sa.text("coverage_at IS NOT NULL"),
        )

    op.drop_table("keyperiod")
    op.drop_table("invitation")
    with op.batch_alter_table("incidentclock", schema=None) as batch_op:
        batch_op.drop_index("ix_incidentclock_incident")
        batch_op.drop_index(
            "ix_incidentclock_due",
            sqlite_where=sa.text("remind_at IS NOT NULL"),
            postgresql_where=sa.text("remind_at IS NOT NULL"),
        )

    op.drop_table("incidentclock")
    with op.batch_alter_table("incident", schema=None) as batch_op:
        batch_op.drop_index("ix_incident_reporter")
        batch_op.drop_index("ix_incident_reported")
        batch_op.drop_index(
            "ix_incident_open",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.drop_index("ix_incident_occurred")
        batch_op.drop_index(
            "ix_incident_merged",
            sqlite_where=sa.text("merged_into IS NOT NULL"),
            postgresql_where=sa.text("merged_into IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_incident_card",
            sqlite_where=sa.text("card_at IS NOT NULL"),
            postgresql_where=sa.text("card_at IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_incident_ask",
            sqlite_where=sa.text("ask_at IS NOT NULL"),
            postgresql_where=sa.text("ask_at IS NOT NULL"),
        )

    op.drop_table("incident")
    with op.batch_alter_table("inboxrow", schema=None) as batch_op:
        batch_op.drop_index("ix_inbox_at")

    op.drop_table("inboxrow")
    op.drop_table("hazardgram")
    with op.batch_alter_table("hazard", schema=None) as batch_op:
        batch_op.drop_index("ix_hazard_unit")
        batch_op.drop_index("ix_hazard_town")
        batch_op.drop_index("ix_hazard_sector")
        batch_op.drop_index("ix_hazard_reporter")
        batch_op.drop_index("ix_hazard_reported")
        batch_op.drop_index(
            "ix_hazard_remind",
            sqlite_where=sa.text("remind_at IS NOT NULL"),
            postgresql_where=sa.text("remind_at IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_hazard_owner",
            sqlite_where=sa.text(
                "state IN ('reported', 'verified', 'assigned', 'rectifying', 'submitted', 'passed')"
            ),
            postgresql_where=sa.text(
                "state IN ('reported', 'verified', 'assigned', 'rectifying', 'submitted', 'passed')"
            ),
        )
        batch_op.drop_index(
            "ix_hazard_overdue",
            sqlite_where=sa.text("state IN ('assigned', 'rectifying')"),
            postgresql_where=sa.text("state IN ('assigned', 'rectifying')"),
        )
        batch_op.drop_index(
            "ix_hazard_open_unit",
            sqlite_where=sa.text(
                "state IN ('reported', 'verified', 'assigned', 'rectifying', 'submitted', 'passed')"
            ),
            postgresql_where=sa.text(
                "state IN ('reported', 'verified', 'assigned', 'rectifying', 'submitted', 'passed')"
            ),
        )
        batch_op.drop_index(
            "ix_hazard_open_town",
            sqlite_where=sa.text(
                "state IN ('reported', 'verified', 'assigned', 'rectifying', 'submitted', 'passed')"
            ),
            postgresql_where=sa.text(
                "state IN ('reported', 'verified', 'assigned', 'rectifying', 'submitted', 'passed')"
            ),
        )
        batch_op.drop_index(
            "ix_hazard_open_state",
            sqlite_where=sa.text(
                "state IN ('reported', 'verified', 'assigned', 'rectifying', 'submitted', 'passed')"
            ),
            postgresql_where=sa.text(
                "state IN ('reported', 'verified', 'assigned', 'rectifying', 'submitted', 'passed')"
            ),
        )
        batch_op.drop_index(
            "ix_hazard_open_sector",
            sqlite_where=sa.text(
                "state IN ('reported', 'verified', 'assigned', 'rectifying', 'submitted', 'passed')"
            ),
            postgresql_where=sa.text(
                "state IN ('reported', 'verified', 'assigned', 'rectifying', 'submitted', 'passed')"
            ),
        )
        batch_op.drop_index(
            "ix_hazard_open_major",
            sqlite_where=sa.text(
                "(level = 'major' OR (level IS NULL AND suspected_major)) AND state NOT IN ('closed', 'lookback', 'done', 'rejected', 'duplicate', 'transferred', 'withdrawn')"
            ),
            postgresql_where=sa.text(
                "(level = 'major' OR (level IS NULL AND suspected_major)) AND state NOT IN ('closed', 'lookback', 'done', 'rejected', 'duplicate', 'transferred', 'withdrawn')"
            ),
        )
        batch_op.drop_index(
            "ix_hazard_open_given",
            sqlite_where=sa.text(
                "state IN ('reported', 'verified', 'assigned', 'rectifying', 'submitted', 'passed')"
            ),
            postgresql_where=sa.text(
                "state IN ('reported', 'verified', 'assigned', 'rectifying', 'submitted', 'passed')"
            ),
        )
        batch_op.drop_index(
            "ix_hazard_open",
            sqlite_where=sa.text(
                "state IN ('reported', 'verified', 'assigned', 'rectifying', 'submitted', 'passed')"
            ),
            postgresql_where=sa.text(
                "state IN ('reported', 'verified', 'assigned', 'rectifying', 'submitted', 'passed')"
            ),
        )
        batch_op.drop_index("ix_hazard_notice")
        batch_op.drop_index(
            "ix_hazard_lookback",
            sqlite_where=sa.text("lookback_at IS NOT NULL"),
            postgresql_where=sa.text("lookback_at IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_hazard_index",
            sqlite_where=sa.text("index_at IS NOT NULL"),
            postgresql_where=sa.text("index_at IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_hazard_given_town",
            sqlite_where=sa.text("assigned_area IS NOT NULL"),
            postgresql_where=sa.text("assigned_area IS NOT NULL"),
        )
        batch_op.drop_index("ix_hazard_given")
        batch_op.drop_index("ix_hazard_closed")
        batch_op.drop_index(
            "ix_hazard_ask",
            sqlite_where=sa.text("ask_at IS NOT NULL"),
            postgresql_where=sa.text("ask_at IS NOT NULL"),
        )
        batch_op.drop_index("ix_hazard_area")

    op.drop_table("hazard")
    with op.batch_alter_table("handover", schema=None) as batch_op:
        batch_op.drop_index("ix_handover_post")
        batch_op.drop_index(
            "ix_handover_due",
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        )

    op.drop_table("handover")
    with op.batch_alter_table("follower", schema=None) as batch_op:
        batch_op.drop_index("ix_follower_person")

    op.drop_table("follower")
    with op.batch_alter_table("file", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_file_sha256",
            sqlite_where=sa.text("sha256 IS NOT NULL"),
            postgresql_where=sa.text("sha256 IS NOT NULL"),
        )
        batch_op.drop_index("ix_file_due")

    op.drop_table("file")
    with op.batch_alter_table("feed", schema=None) as batch_op:
        batch_op.drop_index("ix_feed_person")

    op.drop_table("feed")
    with op.batch_alter_table("extension", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_extension_pending",
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        )
        batch_op.drop_index("ix_extension_hazard")

    op.drop_table("extension")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index("ix_event_subject")
        batch_op.drop_index("ix_event_at")

    op.drop_table("event")
    with op.batch_alter_table("draft", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_draft_parked",
            sqlite_where=sa.text("status = 'parked'"),
            postgresql_where=sa.text("status = 'parked'"),
        )
        batch_op.drop_index(
            "ix_draft_due",
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        )
        batch_op.drop_index(
            "ix_draft_active",
            sqlite_where=sa.text("status = 'active'"),
            postgresql_where=sa.text("status = 'active'"),
        )

    op.drop_table("draft")
    with op.batch_alter_table("criterion", schema=None) as batch_op:
        batch_op.drop_index("ix_criterion_code")

    op.drop_table("criterion")
    op.drop_table("commitment")
    op.drop_table("claimlock")
    op.drop_table("checkseed")
    with op.batch_alter_table("casualtychange", schema=None) as batch_op:
        batch_op.drop_index("ix_casualtychange_incident")

    op.drop_table("casualtychange")
    op.drop_table("card")
    op.drop_table("calendarwatch")
    op.drop_table("calendarday")
    op.drop_table("brake")
    op.drop_table("audithead")
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.drop_index("ix_attachment_subject")

    op.drop_table("attachment")
    with op.batch_alter_table("assignmentnotice", schema=None) as batch_op:
        batch_op.drop_index("ix_assignmentnotice_unit")

    op.drop_table("assignmentnotice")
    with op.batch_alter_table("area", schema=None) as batch_op:
        batch_op.drop_index("ix_area_parent")

    op.drop_table("area")
    with op.batch_alter_table("alarmcall", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_alarmcall_due",
            sqlite_where=sa.text("remind_at IS NOT NULL"),
            postgresql_where=sa.text("remind_at IS NOT NULL"),
        )

    op.drop_table("alarmcall")
    with op.batch_alter_table("alarm", schema=None) as batch_op:
        batch_op.drop_index("ix_alarm_subject")
        batch_op.drop_index(
            "ix_alarm_open",
            sqlite_where=sa.text("acked_at IS NULL AND closed = ''"),
            postgresql_where=sa.text("acked_at IS NULL AND closed = ''"),
        )
        batch_op.drop_index(
            "ix_alarm_due",
            sqlite_where=sa.text("due_at IS NOT NULL"),
            postgresql_where=sa.text("due_at IS NOT NULL"),
        )

    op.drop_table("alarm")
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_index("ix_account_person")
        batch_op.drop_index(
            "ix_account_group",
            sqlite_where=sa.text("group_role IS NOT NULL"),
            postgresql_where=sa.text("group_role IS NOT NULL"),
        )

    op.drop_table("account")
