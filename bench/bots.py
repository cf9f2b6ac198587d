"""The bots under measure: how each is started and what its users say. Add a bot here, nowhere else."""

import sys
from pathlib import Path

from bench.runner import Bot, Command
from bench.script import Step, locate, photo, say, tap

SITE = Path(__file__).parent / "out" / "site"
"""Where `uv pip install --target` may have put bench/requirements.txt."""

REPORT_STEPS: list[Step] = [
    say("/report"),
    tap(0),
    say("鄢陵县花都化工有限公司"),
    tap(1),
    tap(1),
    say("配电箱门敞开,线路老化裸露,旁边堆放纸箱。"),
    photo(),
    locate(),
    tap(0),
    tap(0),
]
"""The hazard report in ten updates, for the reference (and for echo, which does not care)."""

OUR_STEPS: list[Step] = REPORT_STEPS
"""The same report in our own conversation. TODO: finish with our buttons' labels and `expect`."""


def echo(tmp: Path, port: int, api_url: str) -> Command:
    """The webhook that does nothing."""
    return Command([sys.executable, "-m", "bench.echo_bot", str(port)], {})


def reference(tmp: Path, port: int, api_url: str) -> Command:
    """PTB as people write it."""
    env = {"REFERENCE_DIR": str(tmp), "REFERENCE_API": api_url, "PYTHONPATH": str(SITE)}
    return Command([sys.executable, "-m", "bench.reference_bot", str(port)], env)


def ours(tmp: Path, port: int, api_url: str) -> Command:
    """Zhishou. TODO: migrate and enrol the users FIRST_USER … FIRST_USER + n as grid workers."""
    (tmp / "config.toml").write_text(
        f"""
[telegram]
token = "1:bench"
base_url = "{api_url}"
mode = "webhook"
webhook_secret = "bench"
webhook_listen = "127.0.0.1:{port}"
webhook_path = "/telegram"

[database]
url = "sqlite:///{tmp / "zhishou.db"}"
""",
        encoding="utf-8",
    )
    return Command([sys.executable, "-m", "bot.cli", "run"], {"ZHISHOU_CONFIG": str(tmp / "config.toml")})


BOTS = {
    "echo": Bot("echo", echo, REPORT_STEPS, connections=0),
    "reference": Bot("reference", reference, REPORT_STEPS),
    "ours": Bot("ours", ours, OUR_STEPS),
}
