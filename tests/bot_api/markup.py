"""Keyboards, checked as Telegram checks them."""

from dataclasses import dataclass
from typing import Any

from tests.bot_api.errors import Refused, bad_request
from tests.bot_api.params import Params

MAX_INLINE = 100
MAX_DATA = 64
_ACTIONS = ("callback_data", "url", "web_app", "login_url", "switch_inline_query", "copy_text", "pay")


@dataclass(frozen=True)
class Button:
    """An inline button, as the person sees it and as the bot gets it back."""

    label: str
    data: str = ""
    url: str = ""


@dataclass(frozen=True)
class Markup:
    """A message's keyboard: inline buttons, a reply keyboard, or the removal of one."""

    inline: tuple[tuple[Button, ...], ...] = ()
    keyboard: tuple[tuple[dict[str, Any], ...], ...] | None = None
    removes: bool = False

    def json(self) -> dict[str, Any] | None:
        """The reply_markup of a message's JSON: Telegram shows inline keyboards only."""
        if not self.inline:
            return None
        return {"inline_keyboard": [[_button_json(button) for button in row] for row in self.inline]}


def read_markup(params: Params, *, private: bool) -> Markup:
    """The reply_markup of a call."""
    value = params.parsed("reply_markup", "reply keyboard markup")
    if value is None:
        return Markup()
    if not isinstance(value, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in value:
        return Markup(inline=_inline(value["inline_keyboard"]))
    if "keyboard" in value:
        return Markup(keyboard=_keyboard(value["keyboard"], private))
    return Markup(removes=value.get("remove_keyboard") is True)


def read_inline_markup(params: Params) -> Markup:
    """The reply_markup of an edit, which takes inline keyboards only."""
    markup = read_markup(params, private=True)
    if markup.keyboard is not None or markup.removes:
        raise bad_request("inline keyboard expected")
    return markup


def _rows(value: Any, what: str) -> list[list[Any]]:
    if not isinstance(value, list):
        raise bad_request(f'field "{what}" must be of type Array')
    if not all(isinstance(row, list) for row in value):
        raise bad_request(f'field "{what}" must be an Array of Arrays')
    return [row for row in value if row]


def _inline(value: Any) -> tuple[tuple[Button, ...], ...]:
    rows = tuple(tuple(_inline_button(button) for button in row) for row in _rows(value, "inline_keyboard"))
    if sum(map(len, rows)) > MAX_INLINE:
        raise bad_request("reply markup is too long")
    return rows


def _inline_button(value: Any) -> Button:
    if not isinstance(value, dict):
        raise _bad_button("expected an Object")
    label = value.get("text")
    if not isinstance(label, str):
        raise _bad_button(
            'Can\'t find field "text"' if label is None else 'Field "text" must be of type String'
        )
    if not label.strip():
        raise bad_request("inline keyboard button text must be non-empty")
    if not any(action in value for action in _ACTIONS):
        raise _bad_button("Text buttons are unallowed in the inline keyboard")
    data = value.get("callback_data", "")
    if "callback_data" in value and not 0 < len(str(data).encode()) <= MAX_DATA:
        raise bad_request("BUTTON_DATA_INVALID")
    return Button(label, str(data), str(value.get("url", "")))


def _bad_button(reason: str) -> Refused:
    return bad_request(f"can't parse inline keyboard button: {reason}")


def _keyboard(value: Any, private: bool) -> tuple[tuple[dict[str, Any], ...], ...]:
    return tuple(
        tuple(_keyboard_button(button, private) for button in row) for row in _rows(value, "keyboard")
    )


def _keyboard_button(value: Any, private: bool) -> dict[str, Any]:
    button = {"text": value} if isinstance(value, str) else value
    if not isinstance(button, dict) or not isinstance(button.get("text"), str):
        raise bad_request("can't parse keyboard button: KeyboardButton must be a String or an Object")
    if not button["text"].strip():
        raise bad_request("keyboard button text must be non-empty")
    if button.get("request_location") and not private:
        raise bad_request("location can be requested in private chats only")
    if button.get("request_contact") and not private:
        raise bad_request("phone number can be requested in private chats only")
    return button


def _button_json(button: Button) -> dict[str, str]:
    if button.url:
        return {"text": button.label, "url": button.url}
    return {"text": button.label, "callback_data": button.data}
