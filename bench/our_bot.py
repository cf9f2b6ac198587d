"""Zhishou as it is run, without the command line's own start-up."""

import uvloop

from bot.app import serve
from bot.settings import load_settings

if __name__ == "__main__":
    uvloop.run(serve(load_settings()))
