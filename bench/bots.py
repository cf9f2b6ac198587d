"""The bots under measure: how each is started and what its users say. Add a bot here, nowhere else."""

import sys
from functools import partial
from pathlib import Path

from bench.our_data import prepare
from bench.runner import Bot, Command
from bench.script import Step, locate, photo, say, tap

USERS = 500

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

OUR_STEPS: list[Step] = [
    say("/report"),
    tap("彭店镇", expect="具体在什么位置"),
    say("刘拐村东头", expect="哪个单位"),
    tap("跳过", expect="行业领域"),
    tap("危化品", expect="最怕"),
    tap("爆炸", expect="一两句话"),
    say("配电箱门敞开,线路老化裸露,旁边堆放纸箱。", expect="请拍照"),
    photo(expect="已收到"),
    tap("发完了", expect="发送位置"),
    locate(expect="当场整改"),
    tap("没有", expect="您看严重"),
    tap("一般", expect="核对"),
    tap("提交", expect="已上报"),
]
"""The same report in our own conversation: three questions more, so thirteen updates."""


def echo(tmp: Path, port: int, api_url: str) -> Command:
    """The webhook that does nothing."""
    return Command([sys.executable, "-m", "bench.echo_bot", str(port)], {})


def reference(tmp: Path, port: int, api_url: str) -> Command:
    """PTB as people write it."""
    env = {"REFERENCE_DIR": str(tmp), "REFERENCE_API": api_url}
    return Command([sys.executable, "-m", "bench.reference_bot", str(port)], env)


def ours(tmp: Path, port: int, api_url: str, *, processes: int = 1) -> Command:
    """Zhishou on SQLite, with the users enrolled as grid workers; further processes only serve."""
    prepare(f"sqlite:///{tmp / 'zhishou.db'}", users=USERS)
    (tmp / "config.toml").write_text(
        f"""
[telegram]
token = "1:bench"
base_url = "{api_url}/bot"
mode = "webhook"
webhook_url = "http://127.0.0.1:{port}/telegram"
webhook_secret = "bench"
webhook_listen = "127.0.0.1:{port}"
webhook_path = "/telegram"

[web]
enabled = false

[log]
level = "warning"

[database]
url = "sqlite:///{tmp / "zhishou.db"}"
""",
        encoding="utf-8",
    )
    argv = [sys.executable, "-m", "bench.our_bot", str(processes)]
    return Command(argv, {"ZHISHOU_CONFIG": str(tmp / "config.toml")})


BOTS = {
    "echo": Bot("echo", echo, REPORT_STEPS, connections=0),
    "reference": Bot("reference", reference, REPORT_STEPS),
    "ours": Bot("ours", ours, OUR_STEPS),
    "ours-2": Bot("ours-2", partial(ours, processes=2), OUR_STEPS, processes=2),
}
