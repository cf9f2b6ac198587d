"""Check-in: the window, what a post asks for, places in either datum, lateness, and who may."""

import pytest

from models.audit import events_of
from models.base import UserError
from models.checkin import check_in
from models.duty import CHECKED_IN
from models.files import attached
from models.geo import GCJ02, Point, wgs84_to_gcj02
from models.posts import save_post
from tests.duty_fixtures import COUNTY, NOW, POLICY, at, duty_session, town

__all__ = ["duty_session", "town"]

LAT, LON = 34.1000, 114.1900


@pytest.fixture
def post(town):
    """The post with coordinates and one shift on 1 October."""
    save_post(town.session, by=town.actor("office"), now=NOW, post=town.post, lat=LAT, lon=LON)
    town.publish(town.row(1))
    town.forget()
    return town


def enter(town, name="officer", now=None, by=None, **facts):
    now = now or at(1, 7, 55)
    duty_id = town.duty(name).id
    return check_in(town.session, by=town.actor(by or name), duty_id=duty_id, now=now, policy=POLICY, **facts)


def fault(town, **asked):
    with pytest.raises(UserError) as caught:
        enter(town, **asked)
    return caught.value.key


def test_the_window_opens_half_an_hour_before_and_closes_with_the_shift(post):
    with pytest.raises(UserError) as caught:
        enter(post, now=at(1, 7, 29))
    assert caught.value.key == "checkin-too-early"
    assert caught.value.params["opens"] == {"t": at(1, 7, 30).isoformat()}
    assert fault(post, now=at(2, 8)) == "checkin-over"
    assert enter(post, now=at(1, 7, 30)).state == CHECKED_IN


def test_late_in_whole_minutes(post):
    assert enter(post, "officer", now=at(1, 8)).late_minutes == 0
    assert enter(post, "leader", now=at(1, 8, 17)).late_minutes == 17


def test_pressing_twice_is_no_error_and_changes_nothing(post):
    first = enter(post, now=at(1, 8, 5)).model_dump()
    again = enter(post, now=at(1, 8, 30), place=Point(30, 110), photo_ids=[1]).model_dump()
    assert again == first
    assert post.events().count("check_in") == 1


def test_what_the_post_asks_for(post):
    office = post.actor("office")
    save_post(post.session, by=office, now=NOW, post=post.post, needs_place=True, needs_photo=True)
    assert fault(post) == "checkin-needs-place"
    assert fault(post, place=Point(LAT, LON)) == "checkin-needs-photo"
    assert fault(post, place=Point(LAT, LON), photo_ids=range(10)) == "photos-too-many"
    duty = enter(post, place=Point(LAT, LON, source="live", accuracy=12.0), photo_ids=[71, 72])
    assert (duty.distance, duty.outside, duty.place_source, duty.accuracy) == (0, False, "live", 12.0)
    assert attached(post.session, county=COUNTY, subject="duty", subject_id=duty.id, kind="checkin") == [
        71,
        72,
    ]


def test_a_place_on_a_chinese_map_is_measured_in_one_datum(post):
    shown = Point(*wgs84_to_gcj02(LAT, LON), datum=GCJ02)
    duty = enter(post, place=shown)
    assert (duty.distance, duty.outside, duty.datum) == (0, False, GCJ02)
    # The same degrees taken for WGS-84 would be half a kilometre off.
    duty = enter(post, "leader", place=Point(shown.lat, shown.lon))
    assert duty.outside is True


def test_outside_is_flagged_and_the_office_told_but_not_refused(post):
    duty = enter(post, place=Point(LAT + 0.01, LON))
    assert duty.state == CHECKED_IN
    assert duty.outside is True
    assert duty.distance == pytest.approx(1112, abs=1)
    assert post.keys("office") == ["duty-outside"]
    assert "1,112 米" in post.said("office")


def test_the_posts_own_radius_counts(post):
    save_post(post.session, by=post.actor("office"), now=NOW, post=post.post, radius=2000)
    assert enter(post, place=Point(LAT + 0.01, LON)).outside is False
    assert post.messages("office") == []


def test_only_those_on_the_shift(post):
    assert fault(post, by="other") == "not-your-shift"
    assert fault(post, by="office") == "not-your-shift"
    with pytest.raises(UserError, match="not-your-shift"):
        check_in(post.session, by=post.actor("officer"), duty_id=12345, now=at(1, 8), policy=POLICY)


def test_a_button_passed_on_checks_in_the_one_who_presses_it(post):
    assert enter(post, "leader", by="officer").person_id == post.officer.id
    assert post.duty("leader").state == "expected"


def test_taken_off_the_shift_is_not_on_it(post):
    duty_id = post.duty("officer").id
    post.publish(post.row(1, leader="leader"))
    with pytest.raises(UserError, match="not-your-shift"):
        check_in(post.session, by=post.actor("officer"), duty_id=duty_id, now=at(1, 8), policy=POLICY)


def test_the_facts_are_in_the_audit(post):
    duty = enter(post, now=at(1, 8, 3), place=Point(LAT + 0.01, LON))
    events = events_of(post.session, county=COUNTY, subject="duty", subject_id=duty.id)
    (event,) = [event for event in events if event.action == "check_in"]
    assert event.after == {
        "state": "checked_in",
        "late_minutes": 3,
        "outside": True,
        "distance": 1112,
        "place_source": "shared",
    }
    assert event.actor_id == post.officer.id
