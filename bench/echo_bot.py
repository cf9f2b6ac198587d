"""A webhook that answers every update at once in its body: the ceiling of this machine and of the load.

python -m bench.echo_bot PORT
"""

import json
import sys

import uvloop
from aiohttp import web

BUTTONS = {"inline_keyboard": [[{"text": "一", "callback_data": "1"}, {"text": "二", "callback_data": "2"}]]}


async def answer(request: web.Request) -> web.Response:
    """Reply to whoever wrote, with two buttons."""
    update = json.loads(await request.read())
    sender = (update.get("message") or update["callback_query"])["from"]
    reply = {"method": "sendMessage", "chat_id": sender["id"], "text": "好", "reply_markup": BUTTONS}
    return web.Response(body=json.dumps(reply).encode(), content_type="application/json")


def main() -> None:
    """Serve until stopped."""
    app = web.Application()
    app.router.add_post("/telegram", answer)
    uvloop.install()
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None)


if __name__ == "__main__":
    main()
