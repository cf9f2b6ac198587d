"""Points on the earth: one datum (WGS-84) to measure in, and the distance between two of them."""

from dataclasses import dataclass
from math import asin, cos, hypot, pi, radians, sin, sqrt

WGS84, GCJ02 = "WGS-84", "GCJ-02"
EARTH_RADIUS = 6_371_008.8  # metres, IUGG mean radius

# GCJ-02 is a deliberate, smooth shift of WGS-84 on the Krasovsky 1940 ellipsoid, in China only.
_AXIS = 6_378_245.0
_ECCENTRICITY = 0.00669342162296594323


@dataclass(frozen=True)
class Point:
    """A place: degrees, datum, metres of accuracy (None: unknown), where it comes from (live, shared …)."""

    lat: float
    lon: float
    datum: str = WGS84
    accuracy: float | None = None
    source: str = "shared"


def in_china(lat: float, lon: float) -> bool:
    """The rectangle in which maps are shifted."""
    return 0.8293 <= lat <= 55.8271 and 72.004 <= lon <= 137.8347


def wgs84_to_gcj02(lat: float, lon: float) -> tuple[float, float]:
    """Degrees as Chinese maps show them; outside China unchanged."""
    if not in_china(lat, lon):
        return lat, lon
    north, east = _shift(lat, lon)
    return lat + north, lon + east


def gcj02_to_wgs84(lat: float, lon: float) -> tuple[float, float]:
    """The true degrees of a point on a Chinese map, by iteration to about a centimetre."""
    if not in_china(lat, lon):
        return lat, lon
    true_lat, true_lon = lat, lon
    for _ in range(10):
        shown_lat, shown_lon = wgs84_to_gcj02(true_lat, true_lon)
        off_lat, off_lon = shown_lat - lat, shown_lon - lon
        true_lat, true_lon = true_lat - off_lat, true_lon - off_lon
        if hypot(off_lat, off_lon) < 1e-7:
            break
    return true_lat, true_lon


def _shift(lat: float, lon: float) -> tuple[float, float]:
    """By how many degrees GCJ-02 lies north and east of WGS-84."""
    x, y = lon - 105.0, lat - 35.0
    common = (20 * sin(6 * x * pi) + 20 * sin(2 * x * pi)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + common
    north += (20 * sin(y * pi) + 40 * sin(y / 3 * pi)) * 2 / 3
    north += (160 * sin(y / 12 * pi) + 320 * sin(y * pi / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + common
    east += (20 * sin(x * pi) + 40 * sin(x / 3 * pi)) * 2 / 3
    east += (150 * sin(x / 12 * pi) + 300 * sin(x / 30 * pi)) * 2 / 3
    angle = radians(lat)
    magic = 1 - _ECCENTRICITY * sin(angle) ** 2
    metres_north = _AXIS * (1 - _ECCENTRICITY) / (magic * sqrt(magic)) * pi / 180
    metres_east = _AXIS / sqrt(magic) * cos(angle) * pi / 180
    return north / metres_north, east / metres_east


def in_wgs84(point: Point) -> tuple[float, float]:
    """The point's degrees in the datum that everything is measured in."""
    return gcj02_to_wgs84(point.lat, point.lon) if point.datum == GCJ02 else (point.lat, point.lon)


def distance(one: Point, other: Point) -> float:
    """Metres between two points along the sphere (haversine), whatever their datums."""
    (lat1, lon1), (lat2, lon2) = in_wgs84(one), in_wgs84(other)
    north, east = radians(lat2 - lat1), radians(lon2 - lon1)
    chord = sin(north / 2) ** 2 + cos(radians(lat1)) * cos(radians(lat2)) * sin(east / 2) ** 2
    return 2 * EARTH_RADIUS * asin(min(1.0, sqrt(chord)))
