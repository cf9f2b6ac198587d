"""Reply links as operations: what is kept of a token, how long one lasts, who makes and revokes, what it opens."""

import secrets
from dataclasses import replace
from datetime import time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from bot.web.guesses import BURST, REFILL, Guesses
from bot.web.html import Html, joined, tag
from models.assignment import assign_hazard, hand_back_hazard
from models.base import Actor, UserError
from models.extensions import ask_extension, decide_extension
from models.hazard_comments import comment_on
from models.hazard_flow import accept_hazard, close_hazard, fail_recheck, pass_recheck, submit_fix
from models.hazard_states import TRANSITIONS
from models.hazards import may_move
from models.outbox import Message
from models.reply_answers import accept_all_by_link, checked_answerer, link_actor
from models.reply_links import (
    ReplyLink,
    find_link,
    good_links,
    hazard_of_link,
    hazards_of_link,
    make_link,
    revoke_links,
)
from models.reply_view import link_view
from tests.county import NOW, County, join_web
from tests.hazard_chats import ON_SQLITE
from tests.reply_pages import POLICY, actor, assigned, in_one_notice, verified

DAY = timedelta(days=1)


@pytest.fixture
def office(session: Session, county: County) -> Actor:
    """李静, who has joined."""
    join_web(session, county, "office")
    return actor(session, county.office)


def made(session: Session, county: County, office: Actor, **more: object) -> tuple[ReplyLink, str]:
    """A link on demand, beside the one that came with the assignment."""
    hazard = assigned(session, county, **more)  # type: ignore[arg-type]
    return make_link(session, by=office, hazard=hazard, now=NOW, policy=POLICY)


def refused(key: str) -> pytest.RaisesExc[UserError]:
    """The error of this key."""
    return pytest.RaisesExc(UserError, check=lambda error: error.key == key)


def test_of_a_token_only_the_hash_is_kept(session: Session, county: County, office: Actor) -> None:
    link, token = made(session, county, office)
    assert len(token) == 22
    assert token not in str(link.model_dump())
    assert len(link.token_hash) == 64
    assert find_link(session, county=county.county, token=token, now=NOW, policy=POLICY).id == link.id
    for wrong in (token[:-1], f"{token}A", token.swapcase(), secrets.token_urlsafe(16), "", link.token_hash):
        with refused("link-unknown"):
            find_link(session, county=county.county, token=wrong, now=NOW, policy=POLICY)
    with refused("link-unknown"):
        find_link(session, county="410000", token=token, now=NOW, policy=POLICY)


def test_it_lasts_so_long_after_the_deadline_also_after_an_extended_one(
    session: Session, county: County, office: Actor
) -> None:
    link, token = made(session, county, office)
    (hazard,) = hazards_of_link(session, link)
    assert hazard.due_at is not None
    assert link.expires_at == hazard.due_at + 60 * DAY
    wish = ask_extension(
        session,
        by=link_actor(link, signed="韩勇", phone="13800000016"),
        hazard=hazard,
        new_due=hazard.due_at + 10 * DAY,
        reason="材料未到",
        now=NOW,
        policy=POLICY,
    )
    decide = {"hazard": hazard, "extension_id": wish.id, "approve": True, "now": NOW, "policy": POLICY}
    with refused("not-allowed"):
        decide_extension(session, by=link_actor(link, signed="韩勇", phone="1"), **decide)
    with refused("own-unit"):
        decide_extension(session, by=actor_of_the_shop(session, county), **decide)
    decide_extension(session, by=office, **decide)

    def opens(at: timedelta) -> None:
        find_link(session, county=county.county, token=token, now=link.expires_at + at, policy=POLICY)

    opens(10 * DAY - timedelta(seconds=1))
    with refused("link-expired"):
        opens(10 * DAY)


def actor_of_the_shop(session: Session, county: County) -> Actor:
    """The shop's keeper with the powers of the office: still of the shop."""
    keeper = actor(session, county.keeper)
    return Actor(keeper.county, keeper.person_id, keeper.name, "web", actor(session, county.office).grants)


def test_who_makes_and_who_revokes(session: Session, county: County, office: Actor) -> None:
    hazard = assigned(session, county)
    for who in ("office", "colleague", "department", "admin"):
        by = actor(session, getattr(county, who))
        make_link(session, by=by, hazard=hazard, now=NOW, policy=POLICY)
    count = len(good_links(session, hazard=hazard, now=NOW))
    assert count == 5
    by_link = link_actor(good_links(session, hazard=hazard, now=NOW)[0], signed="韩勇", phone="1")
    for who in ("grid_worker", "town", "other_town", "responsible", "keeper", "leader", "inspector", "head"):
        by = actor(session, getattr(county, who))
        for work in (make, revoke):
            with refused("not-allowed"):
                work(session, by, hazard)
    with refused("not-allowed"):
        make(session, by_link, hazard)
    assert revoke(session, actor(session, county.department), hazard) == count
    assert revoke(session, office, hazard) == 0


def make(session: Session, by: Actor, hazard: object) -> None:
    make_link(session, by=by, hazard=hazard, now=NOW, policy=POLICY)  # type: ignore[arg-type]


def revoke(session: Session, by: Actor, hazard: object) -> int:
    return revoke_links(session, by=by, hazard=hazard, now=NOW)  # type: ignore[arg-type]


def test_a_department_makes_none_outside_its_sector(session: Session, county: County, office: Actor) -> None:
    hazard = assigned(session, county, sector="fire")
    with refused("not-allowed"):
        make(session, actor(session, county.department), hazard)


def test_what_is_not_with_a_unit_gets_no_link(session: Session, county: County, office: Actor) -> None:
    with refused("link-not-assigned"):
        make(session, office, verified(session, county))
    hazard = assigned(session, county)
    with refused("link-no-address"):
        make_link(session, by=office, hazard=hazard, now=NOW, policy=type(POLICY)())
    hazard.assigned_unit_id, hazard.assigned_area = None, county.town.area
    with refused("link-no-unit"):
        make(session, office, hazard)


@ON_SQLITE
def test_by_link_one_is_owner_and_nothing_else(session: Session, county: County, office: Actor) -> None:
    """安全生产法 Art 65(3): who rectifies does not accept. Every move of the table, tried by the link."""
    link, _ = made(session, county, office)
    (hazard,) = hazards_of_link(session, link)
    by = link_actor(link, signed="韩勇", phone="13800000016")
    allowed = {move.action for move in TRANSITIONS if may_move(by, hazard, move.action)}
    owners = {move.action for move in TRANSITIONS if "owner" in move.by}
    assert allowed == owners
    assert not allowed & {"pass_recheck", "fail_recheck", "close", "approve_extension", "pass_lookback"}
    stranger = Actor(by.county, None, "x", "link", (), county.gas.id, "1")
    assert not any(may_move(stranger, hazard, move.action) for move in TRANSITIONS)


def test_after_an_answer_by_link_nobody_of_the_unit_checks_it(
    session: Session, county: County, office: Actor
) -> None:
    link, _ = made(session, county, office)
    (hazard,) = hazards_of_link(session, link)
    by = link_actor(link, signed="韩勇", phone="13800000016")
    photo = {"photo_ids": [1], "note": "", "now": NOW, "policy": POLICY}
    submit_fix(session, by=by, hazard=hazard, **photo)
    assert (hazard.submitted_by, hazard.owner_id) == (None, None)
    own = actor_of_the_shop(session, county)
    step = {"hazard": hazard, "now": NOW, "policy": POLICY}
    with refused("own-unit"):
        fail_recheck(session, by=own, reason="不行", **step)
    with refused("own-unit"):
        pass_recheck(session, by=own, **step)
    with refused("not-allowed"):
        pass_recheck(session, by=by, **step)
    pass_recheck(session, by=office, **step)  # who gave the link out is not of the unit
    with refused("own-unit"):
        close_hazard(session, by=own, **step)
    close_hazard(session, by=office, **step)
    assert hazard.state == "closed"


def test_given_to_another_unit_it_is_gone_from_the_link(
    session: Session, county: County, office: Actor
) -> None:
    link, _ = made(session, county, office)
    (hazard,) = hazards_of_link(session, link)
    due_at = NOW + 9 * DAY
    again = {"unit_id": county.gas.id, "due_at": due_at, "reason": "单位有变", "now": NOW, "policy": POLICY}
    assign_hazard(session, by=office, hazard=hazard, **again)
    assert hazards_of_link(session, link) == []
    with refused("not-allowed"):
        accept_hazard(
            session,
            by=link_actor(link, signed="韩勇", phone="13800000016"),
            hazard=hazard,
            now=NOW,
            policy=POLICY,
        )


def test_handed_back_it_is_gone_from_the_link(session: Session, county: County, office: Actor) -> None:
    link, _ = made(session, county, office)
    (hazard,) = hazards_of_link(session, link)
    by = link_actor(link, signed="韩勇", phone="13800000016")
    hand_back_hazard(session, by=by, hazard=hazard, reason="不归我们", now=NOW, policy=POLICY)
    assert hazards_of_link(session, link) == []
    with refused("hazard-unknown"):
        hazard_of_link(session, link, hazard.id)
    with refused("not-allowed"):
        accept_hazard(session, by=by, hazard=hazard, now=NOW, policy=POLICY)
    assert link_view(session, link, now=NOW, policy=POLICY).finished


def test_a_notices_link_shows_its_hazards_and_takes_all(
    session: Session, county: County, office: Actor
) -> None:
    hazards = in_one_notice(session, county, "气瓶漏气", "出口堵了", "电线老化")
    alone = assigned(session, county, said="另一处")
    (link,) = good_links(session, hazard=hazards[0], now=NOW)
    assert (link.hazard_id, link.notice_id) == (None, hazards[0].notice_id)
    view = link_view(session, link, now=NOW, policy=POLICY)
    assert [each.number for each in view.hazards] == ["2026-0001", "2026-0002", "2026-0003"]
    assert alone.number not in str(view)
    by = link_actor(link, signed="韩勇", phone="13800000016")
    shown = hazards_of_link(session, link)
    assert accept_all_by_link(session, by=by, hazards=shown, now=NOW, policy=POLICY) == 3
    with refused("accepted-none"):
        accept_all_by_link(session, by=by, hazards=shown, now=NOW, policy=POLICY)


def test_the_view_never_names_the_reporter(session: Session, county: County, office: Actor) -> None:
    link, _ = made(session, county, office, major=True)
    (hazard,) = hazards_of_link(session, link)
    for by in (actor(session, county.grid_worker), office):
        comment_on(session, by=by, hazard=hazard, said="我看到的", photo_ids=[], now=NOW, policy=POLICY)
    seen = str(link_view(session, link, now=NOW, policy=POLICY))
    reporter = county.grid_worker
    assert "气瓶和明火" in seen
    for told in (reporter.name, reporter.phone, str(reporter.id), "我看到的", county.office.name):
        assert told not in seen


def test_the_office_is_given_the_link_at_once_even_at_night(
    session: Session, county: County, office: Actor
) -> None:
    night = replace(POLICY, quiet_from=time(8), quiet_to=time(12))  # NOW is nine
    assigned(session, county, policy=night)
    rows = session.exec(
        select(Message).where(Message.person_id == county.office.id).order_by(Message.id)  # type: ignore[arg-type]
    ).all()
    told = [row for row in rows if "link-" in str(row.body)]
    assert [row.body["lines"][0]["k"] for row in told] == ["link-made", "link-sms"]
    assert {row.state for row in told} == {"pending"}
    assert {row.state for row in rows if row not in told} == {"cancelled", "held"}


@pytest.mark.parametrize("name", ["韩勇", "  韩  勇 ", "Han Yong", "买买提·艾力", "欧阳"])
def test_a_name_is_taken_as_it_is_written(name: str) -> None:
    assert checked_answerer(name, "13800000016")[0] == " ".join(name.split())


@pytest.mark.parametrize("phone", ["13800000016", "0374-7160001", "+86 138 0000 0016", "(0374) 7160001"])
def test_a_telephone_is_taken_as_it_is_written(phone: str) -> None:
    assert checked_answerer("韩勇", phone)[1] == phone


@pytest.mark.parametrize("phone", ["", "110", "1380000001x", "微信", "1" * 30, "-" * 11])
def test_what_is_no_telephone_is_refused(phone: str) -> None:
    with refused("answer-phone"):
        checked_answerer("韩勇", phone)


def test_a_guesser_is_slowed_down_and_others_are_not() -> None:
    guesses = Guesses()
    for _ in range(BURST):
        assert guesses.allowed("a", 100.0)
        guesses.wrong("a", 100.0)
    assert not guesses.allowed("a", 100.0)
    assert guesses.allowed("b", 100.0)
    assert not guesses.allowed("a", 100.0 + REFILL - 1)
    assert guesses.allowed("a", 100.0 + REFILL)


def test_what_guessers_leave_behind_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.web.guesses.MOST", 100)
    guesses = Guesses()
    for client in range(1000):
        guesses.wrong(str(client), 1.0)
    assert len(guesses._left) == 100


@given(said=st.text())
def test_nothing_typed_becomes_a_part_of_the_page(said: str) -> None:
    made = tag("p", said, title=said)
    inside = made.removeprefix('<p title="').removesuffix("</p>")
    assert "<" not in inside
    assert inside.count('"') == 1
    assert inside.count(">") == 1


def test_elements_attributes_and_parts() -> None:
    assert tag("input", name="x", required=True, open=False, value=None) == '<input name="x" required>'
    assert tag("p", "a<b", None, tag("b", "c"), class_="x y", data_id=1) == (
        '<p class="x y" data-id="1">a&lt;b<b>c</b></p>'
    )
    assert isinstance(joined("<", tag("br")), Html)
    assert joined("<") == "&lt;"
