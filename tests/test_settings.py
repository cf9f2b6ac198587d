"""Settings: their sources, their order, and one clear line for every fault."""

import os
import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.settings import Settings, SettingsError, load_settings, system_language
from models.policy import AlarmStep, Policy, Rung

EXAMPLE = Path(__file__).parent.parent / "config.example.toml"
TOKEN = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


@pytest.fixture(autouse=True)
def clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty working directory and nothing of ours in the environment."""
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.upper().startswith("ZHISHOU_"):
            monkeypatch.delenv(name)


@pytest.fixture
def secret_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "secrets"
    folder.mkdir()
    monkeypatch.setenv("ZHISHOU_SECRETS_DIR", str(folder))
    return folder


def write(toml: str, name: str = "config.toml") -> None:
    Path(name).write_text(toml, encoding="utf-8")


def fault(**given: Any) -> str:
    """The one line that loading ends with."""
    with pytest.raises(SettingsError) as caught:
        load_settings(**given)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_without_any_source_the_defaults_hold() -> None:
    settings = load_settings()
    assert settings.database.url == "sqlite:///data/zhishou.db"
    assert settings.run.roles == ["serve", "deliver", "tick"]
    assert settings.policy() == Policy()


def test_config_toml_in_the_working_directory_is_read() -> None:
    write('[county]\ncode = "410000"')
    assert load_settings().county.code == "410000"


def test_a_file_saved_by_notepad_is_read() -> None:
    Path("config.toml").write_bytes(b'\xef\xbb\xbf[log]\r\nlevel = "debug"\r\n')
    assert load_settings().log.level == "debug"


def test_the_file_is_named_by_argument_then_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("one", "two", "config"):
        write(f'[county]\nname = "{name}"', f"{name}.toml")
    monkeypatch.setenv("ZHISHOU_CONFIG", "two.toml")
    assert load_settings("one.toml").county.name == "one"
    assert load_settings().county.name == "two"


def test_argument_beats_environment_beats_secret_file_beats_toml(
    secret_files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write('[county]\nname = "toml"\n[telegram]\nbot_name = "toml"')
    assert load_settings().county.name == "toml"
    (secret_files / "zhishou_county__name").write_text("secret\n")
    assert load_settings().county.name == "secret"
    monkeypatch.setenv("ZHISHOU_COUNTY__NAME", "environment")
    assert load_settings().county.name == "environment"
    assert load_settings(county={"name": "argument"}).county.name == "argument"
    assert load_settings().telegram.bot_name == "toml"


def test_a_token_may_be_a_secret_file(secret_files: Path) -> None:
    (secret_files / "zhishou_telegram__token").write_text(TOKEN + "\n")
    (secret_files / "of_another_program").write_bytes(b"\xff\xfe\x00")
    settings = load_settings()
    assert settings.telegram.token.get_secret_value() == TOKEN
    assert TOKEN not in repr(settings)


def test_a_list_in_the_environment_is_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHISHOU_RUN__ROLES", '["tick"]')
    monkeypatch.setenv("ZHISHOU_OFFICE__LADDER", '[{"days": 0, "to": ["owner"]}]')
    settings = load_settings()
    assert settings.run.roles == ["tick"]
    assert settings.policy().ladder == (Rung(0, ("owner",)),)
    monkeypatch.setenv("ZHISHOU_RUN__ROLES", "tick")
    assert fault() == "ZHISHOU_RUN__ROLES: must be a JSON list such as [30, 1200]"


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    write('[county]\nname = "toml"')
    monkeypatch.setenv("ZHISHOU_COUNTY__NAME", "")
    assert load_settings().county.name == "toml"


def test_the_policy_holds_what_was_set() -> None:
    write(
        '[office]\nedit_window_minutes = 5\nquiet_from = "23:30"\nquiet_to = 06:00:00\nzone = "UTC"\n'
        'alarm_steps = [{ minutes = 0, to = ["office"] }, { minutes = 3, to = ["leader"] }]\n'
    )
    policy = load_settings().policy()
    assert policy.edit_window.total_seconds() == 300
    assert (policy.quiet_from.hour, policy.quiet_from.minute, policy.quiet_to.hour) == (23, 30, 6)
    assert policy.zone.key == "UTC"
    assert policy.alarm_steps == (AlarmStep(0, ("office",)), AlarmStep(3, ("leader",)))


WEBHOOK = f'[telegram]\nmode = "webhook"\ntoken = "{TOKEN}"\nwebhook_url = "https://bot.example/telegram"\n'

FAULTS = {
    '[telegram]\ntokne = "x"': "telegram.tokne: unknown key (did you mean token?)",
    "[telegrm]\n": "telegrm: unknown key (did you mean telegram?)",
    "[office]\nxyz = 1": "office.xyz: unknown key",
    "[office]\nladder = [{ day = 1, days = 1, to = ['owner'] }]": (
        "office.ladder[0].day: unknown key (did you mean days?)"
    ),
    "telegram = 5": "telegram: must be a section with keys of its own",
    '[telegram]\nmode = "webhok"': "telegram.mode: must be one of 'polling' or 'webhook'",
    '[telegram]\nmode = "webhook"': "telegram.token: missing; webhook mode needs it",
    f'[telegram]\nmode = "webhook"\ntoken = "{TOKEN}"': (
        "telegram.webhook_url: missing; webhook mode needs it"
    ),
    WEBHOOK: "telegram.webhook_secret: missing; webhook mode needs it",
    WEBHOOK + 'webhook_secret = "a b"': (
        "telegram.webhook_secret: must be 1 to 256 characters of A-Z a-z 0-9 _ -"
    ),
    WEBHOOK.replace("https:", "http:") + 'webhook_secret = "a"': (
        "telegram.webhook_url: must start with https://; Telegram calls nothing else"
    ),
    '[telegram]\ntoken = "bot"': (
        "telegram.token: is not a bot token (digits, a colon, letters; from @BotFather)"
    ),
    '[telegram]\nproxy = "10.0.0.1:80"': (
        "telegram.proxy: must be an address starting with http:// or https://"
    ),
    '[database]\nurl = "mysql://x"': (
        "database.url: must be sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME"
    ),
    '[web]\nlisten = "8080"': "web.listen: must be HOST:PORT such as 127.0.0.1:8080",
    '[county]\ncode = "41102"': 'county.code: must be six digits, such as "411024"',
    '[county]\nname = ""': "county.name: must not be empty",
    "[county]\nname = 5": "county.name: must be a string in quotes",
    '[web]\nenabled = "perhaps"': "web.enabled: must be true or false",
    '[office]\nzone = "Asia/Yanling"': 'office.zone: must be a time zone such as "Asia/Shanghai"',
    '[office]\nladder_time = "9 Uhr"': 'office.ladder_time: must be a time of day such as "09:00"',
    '[office]\nladder_time = "09:00:30"': 'office.ladder_time: must be a time of day such as "09:00"',
    "[office]\nedit_window_minutes = 0": "office.edit_window_minutes: must be at least 1",
    "[office]\ncheckin_radius_metres = 99999": "office.checkin_radius_metres: must be at most 50000",
    "[office]\nedit_window_minutes = 'x'": "office.edit_window_minutes: must be a whole number",
    "[office]\ndraft_nudge_minutes = [60, 30]": ("office.draft_nudge_minutes: must ascend without repeats"),
    "[office]\nshift_reminder_minutes = [60, 1440]": (
        "office.shift_reminder_minutes: must descend without repeats"
    ),
    "[office]\nladder = [{ days = 1, to = ['owner'] }, { days = 1, to = ['town'] }]": (
        "office.ladder: must ascend without repeats"
    ),
    "[office]\nladder = [{ days = 1, to = ['mayor'] }]": (
        "office.ladder[0].to[0]: must be one of 'owner', 'town', 'office', 'leader' or 'draft'"
    ),
    "[office]\nladder = [{ days = 1, to = [] }]": "office.ladder[0].to: must not be empty",
    "[office]\nladder = [{ days = 1 }]": "office.ladder[0].to: missing",
    "[office]\nladder = 3": "office.ladder: must be a list [ … ]",
    "[office]\nalarm_steps = [{ minutes = 0, to = ['owner'] }]": (
        "office.alarm_steps[0].to[0]: must be one of 'town', 'office' or 'leader'"
    ),
    "[office]\nalarm_steps = [{ minutes = 5, to = ['office'] }]": (
        "office.alarm_steps: the first step must have minutes = 0: an alarm goes out at once"
    ),
    "[office]\nalarm_steps = []": "office.alarm_steps: must not be empty",
    "[office]\nmissed_alarm_minutes = 10": (
        "office.missed_alarm_minutes: the minutes of nudge, alarm and deputy must ascend"
    ),
    "[office]\nhandover_nudge_minutes = 20": (
        "office.handover_alarm_minutes: the nudge must come before the alarm, and the alarm within 50 minutes"
    ),
    "[office]\nswap_reminder_hours = [3, 12]": "office.swap_reminder_hours: must descend without repeats",
    "[office]\nswap_approvers = ['mayor']": (
        "office.swap_approvers[0]: must be one of 'shift_leader', 'office' or 'town'"
    ),
    "[run]\nroles = []": "run.roles: must not be empty",
}


@pytest.mark.parametrize("toml", FAULTS)
def test_a_fault_in_the_file_is_one_line_naming_the_key(toml: str) -> None:
    write(toml)
    assert fault() == f"config.toml: {FAULTS[toml]}"


def test_a_broken_file_is_named_with_the_place() -> None:
    write("[telegram\ntoken = 1")
    assert fault().startswith("config.toml: broken TOML: ")
    assert "line 1" in fault()
    Path("config.toml").write_bytes("[county]\nname = '鄢陵'".encode("gb18030"))
    assert fault() == "config.toml: is not UTF-8 text"


def test_a_file_that_cannot_be_read_is_named(secret_files: Path) -> None:
    assert fault(config="none.toml") == "none.toml: cannot be read (No such file or directory)"
    Path("folder.toml").mkdir()
    assert fault(config="folder.toml") == "folder.toml: cannot be read (Is a directory)"
    (secret_files / "zhishou_telegram__token").mkdir()
    assert fault() == f"{secret_files / 'zhishou_telegram__token'}: cannot be read (Is a directory)"


def test_a_secrets_folder_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHISHOU_SECRETS_DIR", "nowhere")
    assert fault() == "ZHISHOU_SECRETS_DIR: nowhere: no such folder"


@pytest.mark.parametrize("name", ["ZHISHOU_TELEGRAM__TOKNE", "zhishou_telegram__tokne"])
def test_a_mistyped_variable_is_a_fault(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "x")
    assert fault() == f"{name}: unknown key (did you mean ZHISHOU_TELEGRAM__TOKEN?)"


def test_a_mistyped_secret_file_is_a_fault(secret_files: Path) -> None:
    (secret_files / "zhishou_webb__secret").write_text("x")
    assert fault() == "zhishou_webb__secret: unknown key (did you mean ZHISHOU_WEB__SECRET?)"


def test_a_fault_from_the_environment_names_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    write("[web]\nenabled = true")
    monkeypatch.setenv("ZHISHOU_WEB__LISTEN", "here")
    assert fault() == "ZHISHOU_WEB__LISTEN: web.listen: must be HOST:PORT such as 127.0.0.1:8080"


def test_a_fault_never_shows_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHISHOU_TELEGRAM__TOKEN", "hunter2")
    monkeypatch.setenv("ZHISHOU_DATABASE__URL", "mysql://me:hunter2@host/name")
    assert "hunter2" not in fault()


def test_the_fault_is_said_in_chinese_too() -> None:
    write('[telegram]\ntokne = "x"')
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert caught.value.line("zh-CN") == "config.toml: telegram.tokne: 没有这个设置项（是不是 token？）"


def test_settings_built_directly_ask_no_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHISHOU_COUNTY__NAME", "environment")
    assert Settings().county.name == "鄢陵县"


@pytest.mark.parametrize(
    ("locale", "lang"), [("", "zh-CN"), ("zh_CN.UTF-8", "zh-CN"), ("en_US.UTF-8", "en"), ("C.UTF-8", "zh-CN")]
)
def test_the_language_comes_from_the_locale(locale: str, lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LANG", locale)
    assert system_language() == lang


def sections() -> dict[str, Any]:
    return {name: getattr(Settings(), name) for name in Settings.model_fields}


def test_the_example_holds_every_setting_at_its_default() -> None:
    example = tomllib.loads(EXAMPLE.read_text(encoding="utf-8"))
    assert set(example) == set(sections())
    for name, section in sections().items():
        assert set(example[name]) == set(type(section).model_fields), name
    assert Settings(**example) == Settings()


def test_the_example_loads() -> None:
    assert load_settings(EXAMPLE).model_dump() == Settings().model_dump()


def test_every_setting_in_the_example_has_its_description_above_it() -> None:
    lines = EXAMPLE.read_text(encoding="utf-8").splitlines()
    for name, section in sections().items():
        start = lines.index(f"[{name}]")
        for key, field in type(section).model_fields.items():
            assert field.description, f"{name}.{key} has no description"
            place = next(
                number for number in range(start, len(lines)) if lines[number].startswith(f"{key} = ")
            )
            assert lines[place - 1].startswith(f"# {field.description} "), f"{name}.{key}"


def test_secrets_are_secret_strings() -> None:
    assert isinstance(Settings().telegram.token, SecretStr)
    assert isinstance(Settings().web.secret, SecretStr)
    database = {"url": "postgresql://me:hunter2@host/name"}
    assert "hunter2" not in repr(Settings(database=database))  # type: ignore[arg-type]


def test_where_phones_reach_the_pages_is_the_operations_to_know() -> None:
    write(
        '[web]\npublic_url = "https://duty.example.gov.cn/"\n[office]\nphone = " 0374-7160001 "\nreply_link_days = 30'
    )
    policy = load_settings().policy()
    assert (policy.public_url, policy.office_phone) == ("https://duty.example.gov.cn", "0374-7160001")
    assert policy.reply_link_lasts.days == 30
    assert load_settings(web={"enabled": False}).policy().public_url == ""
    write('[web]\npublic_url = "duty.example.gov.cn"')
    assert "http" in fault()
