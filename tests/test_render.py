"""From a stored message to what a channel can carry: nothing lost, whatever its length and buttons."""

from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.channel import Button, Capabilities, Photo
from bot.db import Database
from bot.render import render, split
from bot.web.channel import WebChannel
from bot.words import Words
from models.text import button, content, series, text
from tests.chat import web_town
from tests.county import County
from tests.hazard_chats import ON_SQLITE, answers, fill, hazards, report

WORDS = Words(ZoneInfo("Asia/Shanghai"))
TELEGRAM = Capabilities(max_text=4096, max_buttons=100, can_request_location=True)
CARD = Capabilities(max_text=2048, max_buttons=6)

lines = st.text(st.sampled_from("隐患 a,。😀👩\u200d🇨\n"), max_size=120)
limits = st.integers(2, 40)


def units(said: str) -> int:
    """Length as Telegram counts it."""
    return len(said.encode("utf-16-le")) // 2


@given(lines, limits)
def test_splitting_loses_no_character_and_keeps_the_limit(said: str, most: int) -> None:
    pieces = split(said, most)
    assert "".join(pieces).replace("\n", "") == said.replace("\n", "")
    assert all(units(piece) <= most for piece in pieces)
    assert all(piece.strip("\n") for piece in pieces) or not said.strip("\n")
    if units(said) <= most:
        assert pieces == [said]


def test_the_limit_counts_what_telegram_counts() -> None:
    assert split("😀" * 2048, 4096) == ["😀" * 2048]
    assert split("😀" * 2048 + "a", 4096) == ["😀" * 2048, "a"]
    assert split("a" + "😀" * 2048, 4096) == ["a" + "😀" * 2047, "😀"]


def test_it_is_cut_at_line_ends() -> None:
    body = content(*(f"{number:03d} " + "隐患" * 18 for number in range(300)))
    parts = [part.text for part in render(body, lang="zh-CN", words=WORDS, can=TELEGRAM)]
    assert len(parts) == 4
    assert all(part.startswith(("0", "1", "2")) and len(part.splitlines()[-1]) == 40 for part in parts)
    assert "\n".join(parts).splitlines() == body["lines"]


def test_buttons_and_photos_stand_under_the_last_part() -> None:
    body = content("长" * 5000, buttons=[[button(text("button-see"), "a:see:1")]])
    first, last = render(body, lang="zh-CN", words=WORDS, can=TELEGRAM, photos=[Photo("sha")])
    assert (first.buttons, first.photos, last.photos) == ((), (), (Photo("sha"),))
    assert last.buttons == ((Button("🔍 查看", "a:see:1"),),)


def test_a_line_without_words_leaves_no_gap() -> None:
    (part,) = render(content("一", "", "二"), lang="en", words=WORDS, can=TELEGRAM)
    assert part.text == "一\n二"


def test_a_button_in_english_begins_with_a_capital_and_a_sentence_has_its_own_commas() -> None:
    level = text("supervised-county")
    body = content(text("hazard-five-missing", names=series([level, "a"])), buttons=[[button(level, "f:1")]])
    (english,) = render(body, lang="en", words=WORDS, can=TELEGRAM)
    (chinese,) = render(body, lang="zh-CN", words=WORDS, can=TELEGRAM)
    assert english.text.endswith(": county, a")
    assert chinese.text.endswith("：县级、a")
    assert english.buttons == ((Button("County", "f:1"),),)
    assert chinese.buttons == ((Button("县级", "f:1"),),)


def choices(count: int) -> list[list[dict[str, object]]]:
    """That many choices and two controls, as a form has them."""
    rows = [[button(f"第{place}项", f"f:k1:3:{place}")] for place in range(count)]
    return [*rows, [button(text("button-back"), "f:k1:3:b"), button(text("button-cancel"), "f:k1:3:x")]]


def test_too_many_choices_become_a_numbered_list() -> None:
    body = content("选一个", buttons=choices(20))
    (part,) = render(body, lang="en", words=WORDS, can=CARD)
    assert part.text.splitlines() == ["选一个", *(f"{place + 1}. 第{place}项" for place in range(20))]
    assert [[each.data for each in row] for row in part.buttons] == [["f:k1:3:b"], ["f:k1:3:x"]]
    (part,) = render(content("选一个", buttons=choices(4)), lang="en", words=WORDS, can=CARD)
    assert part.text == "选一个"
    assert sum(map(len, part.buttons)) == 6


def test_a_list_too_long_for_one_message_is_split_as_well() -> None:
    parts = render(content("选一个", buttons=choices(500)), lang="en", words=WORDS, can=CARD)
    said = "\n".join(part.text for part in parts).splitlines()
    assert said[-1] == "500. 第499项"
    assert len(said) == 501
    assert [bool(part.buttons) for part in parts] == [False] * (len(parts) - 1) + [True]


def test_where_a_number_is_an_answer_the_list_has_none() -> None:
    body = content("几天", buttons=choices(10)) | {"unnumbered": True}
    (part,) = render(body, lang="en", words=WORDS, can=CARD)
    assert part.text.splitlines()[1] == "▪ 第0项"


def test_a_location_is_asked_for_where_the_channel_can() -> None:
    body = content("在哪", buttons=choices(0), request="location")
    (part,) = render(body, lang="en", words=WORDS, can=TELEGRAM)
    assert part.request == "location"
    assert part.buttons[0] == (Button("📍 Send my location", "location"),)
    (part,) = render(body, lang="en", words=WORDS, can=CARD)
    assert (part.request, len(part.buttons)) == (None, 1)
    (part,) = render(content("好", clear_request=True), lang="en", words=WORDS, can=TELEGRAM)
    assert part.clear_request


@ON_SQLITE
async def test_a_report_can_be_made_by_numbers_alone(db: Database, county: County, tmp_path: Path) -> None:
    town = web_town(db, county, tmp_path)
    channel = WebChannel(db=db, county=county.county, fetch_file=town.house.storage.get)
    channel.capabilities = CARD
    town.house.add(channel)
    worker, office = town["grid_worker"], town["office"]
    await worker.says("上报")
    listed = worker.sees("哪个镇").text.splitlines()
    assert listed[1] == "1. 彭店镇刘拐村委会"
    await worker.says(next(line for line in listed if "马栏镇" in line).split(".")[0])
    assert answers(town)["area"] == "411024101"
    await worker.says("取消")
    await fill(worker, until="sector")
    worker.sees("1. 燃气", "11. 其他")
    await worker.says("5")
    assert answers(town)["sector"] == "fire"
    await worker.says("取消")
    await report(town)
    await office.taps("属实·一般", "交办")
    office.sees("交办给谁")
    await office.says("县城管局", "刘洋")
    office.sees("什么时候整改完", "▪ 7 天内")
    await office.says("7 天内", "提交")
    assert hazards(town)[0].state == "assigned"
