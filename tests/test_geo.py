"""Datums and distances against published points."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.geo import GCJ02, Point, distance, gcj02_to_wgs84, wgs84_to_gcj02

# The test points that the public implementations of the transform share: Shanghai, Shenzhen, Beijing.
PUBLISHED = [
    ((31.1774276, 121.5272106), (31.17530398364597, 121.531541859215)),
    ((22.543847, 113.912316), (22.540796131694766, 113.9171764808363)),
    ((39.911954, 116.377817), (39.91334545536069, 116.38404722455657)),
]


@pytest.mark.parametrize(("true", "shown"), PUBLISHED)
def test_published_points(true, shown):
    assert wgs84_to_gcj02(*true) == pytest.approx(shown, abs=1e-9)
    assert gcj02_to_wgs84(*shown) == pytest.approx(true, abs=1e-6)


@given(st.floats(18, 53), st.floats(74, 134))
def test_there_and_back_again_to_a_centimetre(lat, lon):
    back = gcj02_to_wgs84(*wgs84_to_gcj02(lat, lon))
    assert distance(Point(lat, lon), Point(*back)) < 0.02


@pytest.mark.parametrize("place", [(48.8584, 2.2945), (-33.8568, 151.2153), (0.0, 0.0), (35.6586, 139.7454)])
def test_outside_china_nothing_is_shifted(place):
    assert wgs84_to_gcj02(*place) == place
    assert gcj02_to_wgs84(*place) == place


def test_the_shift_in_yanling_is_hundreds_of_metres():
    lat, lon = 34.10, 114.19
    assert 400 < distance(Point(lat, lon), Point(*wgs84_to_gcj02(lat, lon))) < 700
    shown = Point(*wgs84_to_gcj02(lat, lon), datum=GCJ02)
    assert distance(Point(lat, lon), shown) < 0.05


def test_distance_along_the_sphere():
    # One degree of the meridian, and Beijing to Shanghai.
    assert distance(Point(0, 0), Point(1, 0)) == pytest.approx(111_195, abs=1)
    assert distance(Point(39.9042, 116.4074), Point(31.2304, 121.4737)) == pytest.approx(1_067_300, rel=0.001)
    assert distance(Point(34, 114), Point(34, 114)) == 0
    assert distance(Point(0, 0), Point(0, 180)) == pytest.approx(20_015_115, rel=1e-6)
