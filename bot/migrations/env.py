"""Alembic's entry: bot/schema.py hands over the connection, with its transaction already open."""

from alembic import context

from bot.schema import context_options

context.configure(connection=context.config.attributes["connection"], **context_options())
with context.begin_transaction():
    context.run_migrations()
