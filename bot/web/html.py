"""Plain HTML from code: every word is escaped unless it was made here."""

from html import escape

VOID = {"img", "input", "link", "meta"}


class Html(str):
    """What may go into a page as it is."""


def tag(element: str, /, *inside: str | None, **attributes: str | int | bool | None) -> Html:
    """One element: `tag("p", words, class_="x")`. None and False leave an attribute or a child out; True is
    an attribute without a value; a `_` in an attribute's name is a hyphen, at its end nothing."""
    shown = []
    for key, value in attributes.items():
        if value is None or value is False:
            continue
        key = key.rstrip("_").replace("_", "-")
        shown.append(f" {key}" if value is True else f' {key}="{escape(str(value))}"')
    opened = f"<{element}{''.join(shown)}>"
    if element in VOID:
        return Html(opened)
    return Html(f"{opened}{joined(*inside)}</{element}>")


def joined(*parts: str | None) -> Html:
    """Parts of a page one after the other."""
    return Html(
        "".join(part if isinstance(part, Html) else escape(part) for part in parts if part is not None)
    )


def raw(made: str) -> Html:
    """Words of our own files (a style sheet) as they are."""
    return Html(made)
