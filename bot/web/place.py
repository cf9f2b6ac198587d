"""Picking a place by hand: on a map, or by its degrees."""

from uuid import uuid4

from nicegui import ui
from nicegui.elements.leaflet.leaflet_layers import GenericLayer
from nicegui.events import GenericEventArguments

from bot.web.chats import Chats, Point, Sent
from models.text import text

CENTRE = (34.10, 114.19)  # until something better is known
GRID = 0.05  # degrees between the lines of the map


class PlaceDialog:
    """A map of coordinate lines (with tiles where an address of some is set) and two fields."""

    def __init__(self, chats: Chats, address: str, lang: str, language: str) -> None:
        self.chats, self.address, self.lang, self.language = chats, address, lang, language
        self.typed = True
        self.dialog: ui.dialog = ui.dialog()
        self.dialog.on("hide", self.dialog.delete)
        with self.dialog, ui.card().classes("zs-dialog"):
            ui.label(self._say("web-place-title")).style("font-size: 19px; font-weight: 700")
            ui.label(self._say("web-place-why"))
            self.map = ui.leaflet(center=CENTRE, zoom=11).classes("zs-map")
            self._draw()
            self.map.on("map-click", self._clicked)
            with ui.element("div").classes("zs-fields"):
                self.lat = ui.number(self._say("web-place-lat"), min=3, max=54, format="%.6f")
                self.lon = ui.number(self._say("web-place-lon"), min=73, max=136, format="%.6f")
                for field, example in zip((self.lat, self.lon), CENTRE, strict=True):
                    field.props(f'placeholder="{example:.5f}"')
            self.fault = ui.label("").style("color: #c62828")
            with ui.row().style("justify-content: flex-end; gap: 12px; width: 100%"):
                ui.button(self._say("web-place-cancel"), on_click=self._close).props("flat no-caps")
                ui.button(self._say("web-place-send"), on_click=self._send).props("no-caps")
        self.marker: GenericLayer | None = None

    def _say(self, key: str) -> str:
        return self.chats.house.words.say(text(key), self.lang)

    def _draw(self) -> None:
        """Tiles are the world's, and an intranet has none: without an address only lines are drawn."""
        self.map.clear_layers()
        if self.chats.tiles:
            self.map.tile_layer(url_template=self.chats.tiles)
            return
        for step in range(-8, 9):
            lat, lon = round(CENTRE[0] + step * GRID, 2), round(CENTRE[1] + step * GRID, 2)
            west, east = CENTRE[1] - 8 * GRID, CENTRE[1] + 8 * GRID
            south, north = CENTRE[0] - 8 * GRID, CENTRE[0] + 8 * GRID
            self._line([[lat, west], [lat, east]], f"{lat:.2f}")
            self._line([[south, lon], [north, lon]], f"{lon:.2f}")

    def _line(self, ends: list[list[float]], degrees: str) -> None:
        """A line that says its degrees, once the map is there."""
        line = self.map.generic_layer(name="polyline", args=[ends, {"color": "#9bb3b0", "weight": 1}])
        label = {"permanent": True, "direction": "center", "className": "zs-degree"}
        self.map.on("init", lambda: line.run_method("bindTooltip", degrees, label))

    def _clicked(self, event: GenericEventArguments) -> None:
        where = event.args["latlng"]
        self.lat.value, self.lon.value = round(where["lat"], 6), round(where["lng"], 6)
        self.typed = False
        if self.marker is not None:
            self.map.remove_layer(self.marker)
        self.marker = self.map.generic_layer(
            name="circleMarker", args=[[where["lat"], where["lng"]], {"radius": 10, "color": "#c62828"}]
        )

    async def _send(self) -> None:
        if self.lat.value is None or self.lon.value is None:
            self.fault.text = self._say("web-place-missing")
            return
        source = "typed" if self.typed else "picked"
        place = Point(lat=self.lat.value, lon=self.lon.value, source=source)
        sent = Sent(id=uuid4().hex, kind="location", place=place)
        self._close()
        await self.chats.take(self.address, sent, language=self.language)

    def _close(self) -> None:
        self.dialog.close()


def ask_place(chats: Chats, address: str, lang: str, language: str) -> None:
    """Open the dialog; it sends the place into the chat."""
    PlaceDialog(chats, address, lang, language).dialog.open()
