"""Calendar feeds: read by a parser of iCalendar, behind a secret that can be revoked, the same until a change."""

from datetime import UTC, timedelta
from pathlib import Path

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from bot.db import Database
from bot.web.feeds import calendar, escaped, folded
from models.base import UserError, write_now
from models.calendar import Calendar
from models.duty_publish import publish_roster
from models.feeds import Feed, make_feed, revoke_feeds, view_feed
from models.people import person_actor
from models.periods import add_holiday_periods
from models.posts import save_post
from models.roster_edit import substitute
from models.roster_rules import ShiftRow
from tests.county import County
from tests.duty_fixtures import COUNTY, NOW, OTHER_TOWN, POLICY, WORDS, at, duty_session, town
from tests.web_pages import open_pages

__all__ = ["duty_session", "town"]


def subscribe(town, name, post=None, *, now=NOW):
    return make_feed(town.session, by=town.actor(name), now=now, post_id=post.id if post else None)


def body(town, token, now=NOW):
    write_now(town.session)
    view = view_feed(town.session, county=COUNTY, token=token, now=now)
    return None if view is None else calendar(view, words=WORDS, county=COUNTY)


def events(town, token):
    """The feed's entries as a calendar program reads them."""
    return list(icalendar.Calendar.from_ical(body(town, token)).walk("VEVENT"))


def test_a_persons_shifts_as_a_calendar_reads_them(town):
    town.post.place, town.post.lat, town.post.lon = "镇政府一楼; 东头, 左手", 34.1, 114.18
    town.publish(town.row(1), town.row(2, leader="deputy", officer="other"))
    token = subscribe(town, "officer")
    found = icalendar.Calendar.from_ical(body(town, token))
    assert (found["VERSION"], str(found["X-WR-CALNAME"]), found["METHOD"]) == (
        "2.0",
        "冯超 的值班",
        "PUBLISH",
    )
    (event,) = found.walk("VEVENT")
    assert str(event["SUMMARY"]) == "值班：彭店镇值班室（值班人员）"
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (at(1, 8), at(2, 8))
    assert event["DTSTART"].dt.utcoffset() == timedelta(0)
    assert str(event["LOCATION"]) == "镇政府一楼; 东头, 左手"
    assert "带班领导：吴刚 13800000010" in str(event["DESCRIPTION"])
    assert event["GEO"].latitude == pytest.approx(34.1)
    assert event["UID"].endswith(f"@{COUNTY}.zhishou")
    assert event["DTSTAMP"].dt == NOW


def test_every_line_is_short_and_ends_as_it_must(town):
    town.post.place = "彭店镇人民政府一楼西侧值班室，进门左手第二间，门口有牌子" * 4
    town.publish(town.row(1))
    data = body(town, subscribe(town, "officer"))
    assert data.endswith(b"END:VCALENDAR\r\n")
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert str(events(town, subscribe(town, "officer"))[0]["LOCATION"]) == town.post.place


def test_a_posts_shifts_with_all_its_people(town):
    town.publish(town.row(1), town.row(2, officer="other"))
    found = events(town, subscribe(town, "town", town.post))
    assert [str(event["SUMMARY"]) for event in found] == ["值班：彭店镇值班室"] * 2
    assert "马超" in str(found[1]["DESCRIPTION"])
    assert "0374-7160000" in str(found[1]["DESCRIPTION"])


def test_the_same_until_something_changes_and_then_a_revision_more(town):
    town.publish(town.row(1))
    token = subscribe(town, "leader")
    first = body(town, token)
    assert body(town, token, now=NOW + timedelta(hours=5)) == first
    (before,) = events(town, token)
    substitute(
        town.session,
        by=town.actor("office"),
        duty_id=town.duty("officer").id,
        person_id=town.other.id,
        reason="",
        now=NOW + timedelta(hours=1),
        policy=POLICY,
    )
    (after,) = events(town, token)
    assert after["UID"] == before["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (0, 1)
    assert after["LAST-MODIFIED"].dt == NOW + timedelta(hours=1)
    assert "马超" in str(after["DESCRIPTION"])


def test_hours_that_move_keep_the_entry(town):
    town.publish(town.row(1))
    token = subscribe(town, "leader")
    (before,) = events(town, token)
    town.publish(town.row(1, hour=9, hours=23))
    (after,) = events(town, token)
    assert after["UID"] == before["UID"]
    assert after["DTSTART"].dt == at(1, 9)


def test_who_swapped_out_has_the_shift_no_more(town):
    town.publish(town.row(1))
    old, new = subscribe(town, "officer"), subscribe(town, "other")
    substitute(
        town.session,
        by=town.actor("office"),
        duty_id=town.duty("officer").id,
        person_id=town.other.id,
        reason="",
        now=NOW,
        policy=POLICY,
    )
    assert events(town, old) == []
    assert len(events(town, new)) == 1


def test_only_the_hash_is_kept_and_a_new_address_ends_the_old(town):
    town.publish(town.row(1))
    one = subscribe(town, "officer")
    post = subscribe(town, "officer", town.post)
    two = subscribe(town, "officer")
    assert one not in str([feed.model_dump() for feed in town.session.exec(select(Feed))])
    assert body(town, one) is None
    assert body(town, two) is not None
    assert body(town, post) is not None
    assert revoke_feeds(town.session, by=town.actor("officer"), now=NOW) == 2
    assert revoke_feeds(town.session, by=town.actor("officer"), now=NOW) == 0
    assert (body(town, two), body(town, post), body(town, "x")) == (None, None, None)


def test_a_posts_feed_is_for_those_it_concerns(town):
    other = save_post(town.session, by=town.actor("office"), now=NOW, name="马栏镇值班室", area=OTHER_TOWN)
    for name in ("office", "head"):
        subscribe(town, name, other)
    for name in ("town", "leader", "officer"):
        with pytest.raises(UserError, match="not-allowed"):
            subscribe(town, name, other)
    with pytest.raises(UserError, match="post-unknown"):
        make_feed(town.session, by=town.actor("office"), now=NOW, post_id=1)
    token = subscribe(town, "officer", town.post)
    town.officer.active = False
    town.session.flush()
    assert body(town, token) is None


def test_in_the_owners_language(town):
    town.publish(town.row(1))
    town.officer.lang = "en"
    assert str(events(town, subscribe(town, "officer"))[0]["SUMMARY"]).startswith("Duty: ")


@given(st.text(max_size=300))
def test_any_text_survives(said):
    line = folded("SUMMARY:" + escaped(said))
    assert all(len(part.encode("utf-8", "surrogatepass")) <= 75 for part in line.split("\r\n"))
    unfolded = line.replace("\r\n ", "")
    kept = unfolded.removeprefix("SUMMARY:")
    undone = (
        kept.replace("\\\\", "\0")
        .replace("\\n", "\n")
        .replace("\\,", ",")
        .replace("\\;", ";")
        .replace("\0", "\\")
    )
    expected = said.replace("\r\n", "\n").replace("\r", "\n")
    assert undone == "".join(letter for letter in expected if letter >= " " or letter in "\t\n")


async def test_over_http_with_its_type_its_tag_and_nothing_for_the_curious(
    db: Database, county: County, tmp_path: Path
) -> None:
    def work(session):
        office = person_actor(session, person=county.office, channel="web")
        (period, *_) = add_holiday_periods(session, by=office, calendar=Calendar(), now=NOW, policy=POLICY)
        post = save_post(session, by=office, now=NOW, name="彭店镇值班室", area="411024108")
        row = ShiftRow(post.id, at(1, 8), at(2, 8), ((county.officer.id, "officer"),))
        publish_roster(session, by=office, period=period, rows=[row], now=NOW, policy=POLICY)
        return make_feed(session, by=person_actor(session, person=county.officer, channel="web"), now=NOW)

    token = db.run_now(work)
    async with open_pages(db, county, tmp_path) as pages, pages.browser() as browser:
        status, data, headers = await browser.get(f"/calendar/{token}.ics")
        assert status == 200
        assert headers["Content-Type"] == "text/calendar; charset=utf-8"
        assert headers["Cache-Control"] == "private, no-cache"
        (event,) = icalendar.Calendar.from_ical(data).walk("VEVENT")
        assert event["DTSTART"].dt.astimezone(UTC) == at(1, 8)
        tag = next(value for name, value in headers.items() if name.lower() == "etag")
        for asked in (tag, f'"other", W/{tag}', "*"):
            async with browser.http.get(
                f"/calendar/{token}.ics", headers={"If-None-Match": asked}
            ) as response:
                assert (response.status, await response.read()) == (304, b"")
        async with browser.http.head(f"/calendar/{token}.ics") as response:
            assert response.status == 200
        for wrong in ("x", token[:-1], "x" * 500, token + "%00"):
            assert (await browser.get(f"/calendar/{wrong}.ics"))[0] == 404
        assert (await browser.get(f"/calendar/{token}"))[0] == 404
