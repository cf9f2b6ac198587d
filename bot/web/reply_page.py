"""`/r/TOKEN`: the page by which a responsible unit without an account answers. No script, no cookie needed.

The token in the address is the key, so nothing of the page is kept by caches, told to other sites, or indexed.
"""

import asyncio
import json
import time
from functools import partial
from typing import Any
from urllib.parse import quote, unquote, urlencode

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlmodel import Session
from starlette.requests import ClientDisconnect

from bot.house import House
from bot.storage import NotAnImage
from bot.web.guesses import REFILL, Guesses
from bot.web.html import tag
from bot.web.reply_forms import ACCEPT_ALL, WITH_FILES, Forms, Said
from bot.web.reply_html import POLICY, Page, document
from bot.web.reply_posts import DO, Posted, do_answer, keep_photos, read_post
from bot.web.routes import language_of, shown_photo
from bot.words import LANGUAGES
from models.base import UserError, unshort
from models.places import area_index
from models.reply_answers import checked_answerer, link_actor
from models.reply_links import ReplyLink, find_link, note_use
from models.reply_view import LinkView, link_view, photo_of_link
from models.text import Text, text

COOKIE = "zhishou_reply"  # on the phone itself: who answered from it last, to be filled in the next time
COOKIE_LASTS = 90 * 24 * 3600  # seconds
LARGE, SMALL = 1600, 240  # pixels of a photo's longer side
RECORDS = "zh-CN"  # the records are kept in the county's language
STATUS = {"link-unknown": 404, "link-expired": 410, "link-revoked": 410, "link-guessed": 429}
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": POLICY,
}
_PHOTO_HEADERS = _HEADERS | {
    "Cache-Control": "private, max-age=3600",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


class ReplyPages:
    """The pages of one house's reply links."""

    def __init__(self, house: House) -> None:
        self.house, self.guesses = house, Guesses()

    def add_to(self, app: FastAPI) -> None:
        """Serve them."""
        app.add_api_route("/r/{token}", self.show, methods=["GET", "HEAD"], include_in_schema=False)
        app.add_api_route("/r/{token}", self.take, methods=["POST"], include_in_schema=False)
        app.add_api_route("/r/{token}/photo/{photo}", self.photo, methods=["GET"], include_in_schema=False)

    async def show(self, request: Request, token: str) -> Response:
        """The unit's hazards, and what it can do with each."""
        try:
            link = await self._find(request, token)
        except UserError as error:
            return await self._refused(request, error)
        if request.method == "GET":
            now = self.house.clock.now()
            await self.house.db.run(lambda session: note_use(session, link, now))
        name, phone = _remembered(request)
        at = request.query_params.get("at", "")
        said = Said(done=_done(request), where=(at, ""), name=name, phone=phone)
        return _answer(await self._page(request, token, link, said))

    async def take(self, request: Request, token: str) -> Response:
        """One answer; then the page anew, so that a reload sends nothing again."""
        try:
            link = await self._find(request, token)
        except UserError as error:
            return await self._refused(request, error)
        fields: dict[str, str] = {}
        try:
            async with read_post(request) as (fields, files):
                return await self._do(request, token, link, fields, files)
        except UserError as error:
            return await self._wrong(request, token, link, fields, error)
        except ClientDisconnect:
            return Response(status_code=400)

    async def _do(
        self, request: Request, token: str, link: ReplyLink, fields: dict[str, str], files: list[Any]
    ) -> Response:
        name, phone = checked_answerer(fields.get("name", ""), fields.get("tel", ""))
        action = fields.get("do", "")
        photos = await keep_photos(self.house.storage, files) if action in WITH_FILES else ()
        house, lang = self.house, _language(request)
        work = partial(
            do_answer,
            link=link,
            by=link_actor(
                link, signed=house.words.say(text("reply-signed", name=name), RECORDS), phone=phone
            ),
            posted=Posted(fields, photos),
            hazard_id=_id(fields.get("hazard", "")),
            now=house.clock.now(),
            policy=house.policy,
            say=lambda part: house.words.say(part, lang),
        )
        number = await house.db.run(work)
        house.delivery.wake()
        at = quote(fields.get("hazard", ""))
        query = urlencode({"lang": lang, "done": action, "at": at, "number": number})
        answer = RedirectResponse(f"{token}?{query}#h-{at}", 303, _HEADERS)
        _remember(request, answer, name, phone)
        return answer

    async def photo(self, request: Request, token: str, photo: str, size: str = "large") -> Response:
        """A photo of one of the link's hazards, drawn anew: without what the camera wrote into it."""
        try:
            link = await self._find(request, token)
        except UserError as error:
            return await self._refused(request, error)
        file_id = _id(photo)
        sha256 = await self.house.db.read(
            lambda session: photo_of_link(session, link, file_id) if file_id is not None else None
        )
        try:
            if sha256 is None:
                raise FileNotFoundError(photo)
            data = await asyncio.to_thread(self.house.storage.get, sha256)
            drawn = await asyncio.to_thread(shown_photo, data, SMALL if size == "small" else LARGE)
        except (OSError, NotAnImage):
            return Response(status_code=404, headers=_HEADERS)
        return Response(drawn, media_type="image/jpeg", headers=_PHOTO_HEADERS)

    async def _find(self, request: Request, token: str) -> ReplyLink:
        """The link. Errors: link-guessed, and those of `find_link`."""
        client = request.client.host if request.client else ""
        if not self.guesses.allowed(client, time.monotonic()):
            raise UserError("link-guessed")
        house, now = self.house, self.house.clock.now()
        try:
            return await house.db.read(
                lambda session: find_link(
                    session, county=house.county, token=token, now=now, policy=house.policy
                )
            )
        except UserError as error:
            if error.key == "link-unknown":
                self.guesses.wrong(client, time.monotonic())
            raise

    async def _page(self, request: Request, token: str, link: ReplyLink, said: Said) -> str:
        house, now = self.house, self.house.clock.now()
        view = await house.db.read(lambda session: link_view(session, link, now=now, policy=house.policy))
        forms = Forms(token, _language(request), house.words.say, house.policy, said)
        return Page(view, forms).html()

    async def _wrong(
        self, request: Request, token: str, link: ReplyLink, fields: dict[str, str], error: UserError
    ) -> Response:
        """The page again, with what was wrong in one sentence and what was typed still in its place."""
        key, action = fields.get("hazard", ""), fields.get("do", "")
        page = Said(
            fault=text(error.key, **error.params),
            where=(key, action) if action in (*DO, ACCEPT_ALL) else ("", ""),
            typed=fields,
        )
        return _answer(await self._page(request, token, link, page), 422)

    async def _refused(self, request: Request, error: UserError) -> Response:
        """A page that says why there is nothing to see, and whom to call."""
        house, lang = self.house, _language(request)

        def empty(session: Session) -> LinkView:
            county = area_index(session, county=house.county).name(house.county)
            return LinkView(county, "", house.policy.office_phone, ())

        view = await house.db.read(empty)
        body = tag("p", house.words.say(text(error.key, **error.params), lang), class_="card", role="alert")
        answer = _answer(document(body, view, lang=lang, say=house.words.say), STATUS[error.key])
        if error.key == "link-guessed":
            answer.headers["Retry-After"] = str(int(REFILL))
        return answer


def _answer(page: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(page, status, _HEADERS)


def _language(request: Request) -> str:
    """The one asked for, else the browser's; Chinese where that says nothing."""
    asked = request.query_params.get("lang", "")
    if asked in LANGUAGES:
        return asked
    wished = language_of(request)
    return "zh-CN" if not wished or wished.startswith("zh") else "en"


def _id(key: str) -> int | None:
    try:
        return unshort(key)
    except ValueError:
        return None


def _done(request: Request) -> Text | None:
    """What was done just now: one of our own sentences."""
    done, number = request.query_params.get("done", ""), request.query_params.get("number", "")
    if done not in (*DO, ACCEPT_ALL):
        return None
    if done != ACCEPT_ALL and not number.replace("-", "").isdecimal():
        return text("reply-done")
    return text(f"reply-done-{done}", number=number[:20])


def _remembered(request: Request) -> tuple[str, str]:
    try:
        name, phone = json.loads(unquote(request.cookies.get(COOKIE, "")))
        return str(name), str(phone)
    except (ValueError, TypeError):
        return "", ""


def _remember(request: Request, answer: Response, name: str, phone: str) -> None:
    """Kept by the phone that answered, and shown to it alone."""
    answer.set_cookie(
        COOKIE,
        quote(json.dumps([name, phone], ensure_ascii=False)),
        max_age=COOKIE_LASTS,
        path=request.url.path,
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )
