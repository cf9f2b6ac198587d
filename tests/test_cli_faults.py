"""Every fault at the command line is one line in the operator's language, and an exit code."""

import socket
import sys
from pathlib import Path

import pytest

from tests import shell
from tests.shell import ROSTER, Shell, free_port, process, table

zhishou, ready = shell.zhishou, shell.ready


def test_a_fault_of_a_process_is_one_line_and_exit_2(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[telegram]\ntokne = "x"\n', encoding="utf-8")
    ran = process(tmp_path, str(Path(sys.executable).parent / "zhishou"), "outbox", ZHISHOU_LANG="zh-CN")
    assert (ran.code, ran.out) == (2, "")
    assert ran.line == "config.toml: telegram.tokne: 没有这个设置项（是不是 token？）"


FAULTS: dict[str, tuple[tuple[str, ...], dict[str, str], str, str]] = {
    "command": (("improt",), {}, "No such command 'improt'", "命令不对（No such command 'improt'"),
    "no command": (("import",), {}, "Known: areas, calendar", "可用的有：areas, calendar"),
    "option": (
        ("init", "--phnoe", "1"),
        {},
        "There is no option --phnoe (did you mean --phone?).",
        "没有 --phnoe 这个选项（是不是 --phone？）。",
    ),
    "far option": (("version", "--xyz"), {}, "There is no option --xyz.", "没有 --xyz 这个选项。"),
    "no value": (("init", "--areas"), {}, "'--areas' requires an argument", "用法不对（Option '--areas'"),
    "no argument": (("import", "people"), {}, "FILE is missing.", "缺少 FILE。"),
    "value": (("outbox", "--limit", "0"), {}, "Wrong value for --limit (", "--limit 的值不对（"),
    "choice": (
        ("invite", "--group", "x"),
        {},
        "Wrong value for --group ('x' is not one of 'office', 'town'.)",
        "--group 的值不对（'x' is not",
    ),
    "role of run": (("run", "--role", "x"), {}, "--role must be one of serve", "--role 只能是 serve"),
    "who": (("invite",), {}, "A name and --role are needed", "请写姓名和 --role"),
    "group alone": (
        ("invite", "王芳", "--group", "office"),
        {},
        "A group needs --group",
        "邀请群时只需 --group",
    ),
    "office's group": (
        ("invite", "--group", "office", "--area", "彭店镇"),
        {},
        "leave out --area",
        "不写 --area",
    ),
    "config": (
        ("--config", "none.toml", "outbox"),
        {},
        "none.toml: cannot be read (No such file or directory)",
        "none.toml: 读不了（没有这个文件或文件夹）",
    ),
    "unknown key": (
        ("outbox",),
        {"telegram__tokne": "x"},
        "ZHISHOU_TELEGRAM__TOKNE: unknown key (did you mean ZHISHOU_TELEGRAM__TOKEN?)",
        "ZHISHOU_TELEGRAM__TOKNE: 没有这个设置项（是不是 ZHISHOU_TELEGRAM__TOKEN？）",
    ),
    "token": (
        ("run",),
        {"telegram__mode": "webhook"},
        "telegram.token: missing; webhook mode needs it",
        "telegram.token: 缺少；webhook 方式必须填写",
    ),
    "database": (
        ("outbox",),
        {},
        "Run zhishou init first.",
        "数据库还没有建好，或不是最新版本。请先运行 zhishou init。",
    ),
    "database of run": (("run",), {}, "Run zhishou init first.", "请先运行 zhishou init。"),
    "file": (
        ("import", "people", "none.csv"),
        {},
        "none.csv: cannot be read (No such file or directory)",
        "none.csv：读不了（没有这个文件或文件夹）",
    ),
    "folder": (
        ("import", "areas", "folder"),
        {},
        "folder: cannot be read (Is a directory)",
        "folder：读不了（这是文件夹）",
    ),
    "no folder": (
        ("template", "people", "--out", "nowhere/x.xlsx"),
        {},
        "nowhere/x.xlsx: cannot be written (No such file or directory)",
        "nowhere/x.xlsx：写不了（没有这个文件或文件夹）",
    ),
    "database's folder": (
        ("init",),
        {"database__url": "sqlite:///plain/x.db"},
        "plain: cannot be written (File exists)",
        "plain：写不了（已有同名文件）",
    ),
    "areas": (
        ("init",),
        {"county__code": "410000"},
        "There is no area table for 410000",
        "没有 410000 的镇村表，请用 --areas 指定 CSV 文件。",
    ),
    "telephone": (("init", "--phone", "12"), {}, "wrong phone number: 12", "电话不对：12"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_one_line_and_exit_2(name: str, zhishou: Shell) -> None:
    typed, settings, *lines = FAULTS[name]
    zhishou.set(**settings)
    Path("folder").mkdir()
    Path("plain").touch()
    for lang, line in zip(("en", "zh-CN"), lines, strict=True):
        ran = zhishou(*typed, lang=lang)
        assert ran.code == 2
        assert line in ran.line


def test_a_wrong_command_is_answered_in_the_language_asked_for(zhishou: Shell) -> None:
    ran = zhishou("--lang", "zh-CN", "improt")
    assert ran.line.startswith("命令不对")


def test_a_language_that_is_not_spoken(zhishou: Shell) -> None:
    assert zhishou("--lang", "fr", "version").line == "The language must be one of zh-CN / en."
    assert zhishou("--lang", "zh-CN", "outbox", lang="en").line.startswith("数据库还没有建好")


def test_a_file_that_is_no_database_is_one_line(zhishou: Shell) -> None:
    Path("plain").write_bytes(b"x" * 5000)
    zhishou.set(database__url="sqlite:///plain")
    ran = zhishou("outbox")
    assert (ran.code, ran.line) == (1, "Database fault: file is not a database")


def test_a_database_out_of_reach_shows_no_password(zhishou: Shell) -> None:
    zhishou.set(database__url=f"postgresql://me:hunter2@127.0.0.1:{free_port()}/name")
    ran = zhishou("outbox", lang="zh-CN")
    assert (ran.code, "hunter2" in ran.line) == (1, False)
    assert ran.line.startswith("数据库出错：")


def test_a_port_that_is_taken_is_one_line(ready: Shell) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ready.set(web__listen=f"127.0.0.1:{port}")
        ran = ready("run")
        assert (ran.code, str(port) in ran.line, "web.listen" in ran.line) == (2, True, True)
        looked = ready("check", lang="zh-CN")
        assert (looked.code, f"127.0.0.1:{port}：已被占用" in looked.out) == (1, True)


def test_a_period_nobody_knows_is_told_with_those_known(ready: Shell) -> None:
    ran = ready("import", "roster", table("r.csv", *ROSTER), "--period", "泼水节", lang="zh-CN")
    assert ran.code == 2
    assert ran.line.startswith("没有叫“泼水节”的重点时段，现有：国庆")


@pytest.mark.parametrize(
    ("url", "why"), [("/proc/nope", "No such file or directory"), ("foo://bucket", "Protocol not known")]
)
def test_a_storage_that_cannot_be_used_is_one_line(url: str, why: str, ready: Shell) -> None:
    ready.set(storage__url=url)
    ran = ready("run")
    assert ran.code == 2
    assert ran.line.startswith(f"storage.url ({url}) cannot be used: {why}")
