"""Zhishou as it is run, without the command line's own start-up: python -m bench.our_bot [PROCESSES]

The further processes only serve, at the same address and on the same database.
"""

import os
import subprocess
import sys

import uvloop

from bot.app import serve
from bot.settings import load_settings

if __name__ == "__main__":
    for _ in range(1, int(sys.argv[1])):
        also = os.environ | {"ZHISHOU_RUN__ROLES": '["serve"]'}
        subprocess.Popen([sys.executable, "-m", "bench.our_bot", "1"], env=also)
    uvloop.run(serve(load_settings()))
