"""The reference: a hazard report on python-telegram-bot as people write it.

A ConversationHandler with a PicklePersistence, PTB's own webhook and HTTP client, one update after
the other (PTB's default), a SQLModel session opened and committed in each handler. Like PTB's
examples it answers each tap and replies with a message. Nothing is slowed down, nothing is tuned.

Every step is durable: each answer is a row committed in its handler before the reply. It has to be,
since PicklePersistence writes only at intervals; that interval is left at PTB's default of 60 s, as
people leave it, which also favours this bot (it writes the whole file once per changed user).
REFERENCE_FLUSH=1 makes the state of the conversation, too, at most a second old after a crash.

    REFERENCE_DIR=/tmp/x REFERENCE_API=http://127.0.0.1:PORT python -m bench.reference_bot PORT
"""

import logging
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from sqlmodel import Field, Session, SQLModel, create_engine, select
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    ConversationHandler,
    MessageHandler,
    PicklePersistence,
    filters,
)

logging.basicConfig(level=logging.INFO)
logging.getLogger("httpx").setLevel(logging.WARNING)

FOLDER = Path(os.environ.get("REFERENCE_DIR", "."))
FLUSH = float(os.environ.get("REFERENCE_FLUSH", "60"))

TOWNS = ["安陵镇", "马栏镇", "柏梁镇", "陈化店镇", "望田镇", "大马镇", "陶城镇", "张桥镇", "南坞镇", "马坊镇"]
SECTORS = ["工贸", "危险化学品", "烟花爆竹", "消防", "建筑施工", "道路交通", "燃气", "特种设备"]
KINDS = ["现场管理", "设备设施", "人员资质", "电气线路", "疏散通道", "其他"]
LEVELS = ["一般隐患", "疑似重大隐患"]

TOWN, UNIT, SECTOR, KIND, DESCRIPTION, PHOTO, LOCATION, LEVEL, CONFIRM = range(9)


class Report(SQLModel, table=True):
    """A hazard report; filled in when it is submitted."""

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(index=True)
    status: str = "draft"
    created_at: datetime
    submitted_at: datetime | None = None
    town: str = ""
    unit: str = ""
    sector: str = ""
    kind: str = ""
    description: str = ""
    photo: str = ""
    location: str = ""
    level: str = ""


class Answer(SQLModel, table=True):
    """One answer of a draft."""

    id: int | None = Field(default=None, primary_key=True)
    report_id: int = Field(foreign_key="report.id", index=True)
    step: str
    value: str


engine = create_engine(f"sqlite:///{FOLDER / 'reference.db'}")


def keyboard(labels: list[str], columns: int = 2) -> InlineKeyboardMarkup:
    """Buttons with the label's number as their data."""
    buttons = [InlineKeyboardButton(label, callback_data=str(n)) for n, label in enumerate(labels)]
    return InlineKeyboardMarkup([buttons[n : n + columns] for n in range(0, len(buttons), columns)])


def save(context: ContextTypes.DEFAULT_TYPE, step: str, value: str) -> None:
    """Store one answer of the draft."""
    with Session(engine) as session:
        session.add(Answer(report_id=context.user_data["report_id"], step=step, value=value))
        session.commit()


async def start_report(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    """/report: open a draft, ask for the town."""
    with Session(engine) as session:
        report = Report(user_id=update.effective_user.id, created_at=datetime.now(UTC))
        session.add(report)
        session.commit()
        context.user_data["report_id"] = report.id
    await update.message.reply_text("隐患在哪个乡镇?", reply_markup=keyboard(TOWNS))
    return TOWN


async def choose_town(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    """Keep the town, ask for the unit."""
    query = update.callback_query
    await query.answer()
    save(context, "town", TOWNS[int(query.data)])
    await query.message.reply_text("请输入单位名称。")
    return UNIT


async def type_unit(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    """Keep the unit, ask for the sector."""
    save(context, "unit", update.message.text)
    await update.message.reply_text("属于哪个行业?", reply_markup=keyboard(SECTORS))
    return SECTOR


async def choose_sector(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    """Keep the sector, ask for the kind."""
    query = update.callback_query
    await query.answer()
    save(context, "sector", SECTORS[int(query.data)])
    await query.message.reply_text("是哪一类隐患?", reply_markup=keyboard(KINDS))
    return KIND


async def choose_kind(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    """Keep the kind, ask for the description."""
    query = update.callback_query
    await query.answer()
    save(context, "kind", KINDS[int(query.data)])
    await query.message.reply_text("请描述隐患。")
    return DESCRIPTION


async def type_description(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    """Keep the description, ask for a photo."""
    save(context, "description", update.message.text)
    await update.message.reply_text("请发一张现场照片。")
    return PHOTO


async def send_photo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    """Keep the photo's id, ask for the place."""
    save(context, "photo", update.message.photo[-1].file_id)
    await update.message.reply_text("请发送位置。")
    return LOCATION


async def send_location(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    """Keep the place, ask for the level."""
    place = update.message.location
    save(context, "location", f"{place.latitude},{place.longitude}")
    await update.message.reply_text("隐患等级?", reply_markup=keyboard(LEVELS))
    return LEVEL


async def choose_level(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    """Keep the level, show everything for a last look."""
    query = update.callback_query
    await query.answer()
    save(context, "level", LEVELS[int(query.data)])
    with Session(engine) as session:
        answers = session.exec(select(Answer).where(Answer.report_id == context.user_data["report_id"]))
        review = "\n".join(f"{answer.step}: {answer.value}" for answer in answers)
    await query.message.reply_text(f"请核对:\n{review}", reply_markup=keyboard(["提交", "取消"]))
    return CONFIRM


async def confirm(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    """Submit the report or throw it away."""
    query = update.callback_query
    await query.answer()
    if query.data != "0":
        return await cancel(update, context)
    with Session(engine) as session:
        report = session.get(Report, context.user_data["report_id"])
        for answer in session.exec(select(Answer).where(Answer.report_id == report.id)).all():
            setattr(report, answer.step, answer.value)
        report.status, report.submitted_at = "submitted", datetime.now(UTC)
        session.add(report)
        session.commit()
        number = report.id
    context.user_data.clear()
    await query.message.reply_text(f"已提交,编号 {number}。谢谢!")
    return ConversationHandler.END


async def cancel(update: Update, context: ContextTypes.DEFAULT_TYPE) -> int:
    """Leave the conversation."""
    context.user_data.clear()
    await update.effective_message.reply_text("已取消。")
    return ConversationHandler.END


def conversation() -> ConversationHandler:
    """The report's nine questions."""
    text = filters.TEXT & ~filters.COMMAND
    return ConversationHandler(
        entry_points=[CommandHandler("report", start_report)],
        states={
            TOWN: [CallbackQueryHandler(choose_town)],
            UNIT: [MessageHandler(text, type_unit)],
            SECTOR: [CallbackQueryHandler(choose_sector)],
            KIND: [CallbackQueryHandler(choose_kind)],
            DESCRIPTION: [MessageHandler(text, type_description)],
            PHOTO: [MessageHandler(filters.PHOTO, send_photo)],
            LOCATION: [MessageHandler(filters.LOCATION, send_location)],
            LEVEL: [CallbackQueryHandler(choose_level)],
            CONFIRM: [CallbackQueryHandler(confirm)],
        },
        fallbacks=[CommandHandler("cancel", cancel)],
        name="report",
        persistent=True,
    )


def main() -> None:
    """Serve PTB's webhook until stopped."""
    port = int(sys.argv[1])
    SQLModel.metadata.create_all(engine)
    builder = Application.builder().token("1:bench")
    if api := os.environ.get("REFERENCE_API"):
        builder = builder.base_url(f"{api}/bot").base_file_url(f"{api}/file/bot")
    persistence = PicklePersistence(FOLDER / "reference.pickle", update_interval=FLUSH)
    application = builder.persistence(persistence).build()
    application.add_handler(conversation())
    application.run_webhook(
        listen="127.0.0.1",
        port=port,
        url_path="telegram",
        secret_token="bench",
        webhook_url="https://bench.example/telegram",
    )


if __name__ == "__main__":
    main()
