"""What people say in their own words: understood, or asked about, and never taken for a report of something else."""

import pytest

from tests.chat import Town
from tests.duty_chats import publish, row, until
from tests.hazard_chats import ON_SQLITE, ON_THE_WEB, answer, answers, assign, draft, fill, hazards, report

# A responsible person


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("来不及了", "延到什么时候"),
        ("申请延期", "延到什么时候"),
        ("我不是负责人", "为什么退回"),
        ("发错人了", "为什么退回"),
        ("什么时候到期", "时限 10月5日"),
        ("need more time", "延到什么时候"),
    ],
)
@ON_THE_WEB
@ON_SQLITE
async def test_what_is_said_of_one_s_hazard_begins_it(town: Town, said: str, asked: str) -> None:
    hazard = await report(town)
    await assign(town)
    owner = town["responsible"]
    await owner.says("帮助")
    owner.looks()
    await owner.says(said)
    assert hazard.number in owner.last.text
    assert asked in owner.last.text


async def test_received_accepts_what_was_assigned(town: Town) -> None:
    await report(town)
    await assign(town)
    await town["responsible"].says("收到")
    assert hazards(town)[-1].state == "rectifying"
    await town["responsible"].says("收到")
    town["responsible"].sees("现在没有等您应答的告警")


@ON_THE_WEB
@ON_SQLITE
async def test_with_its_number_before_it(town: Town) -> None:
    await report(town)
    hazard = await assign(town)
    owner = town["responsible"]
    await owner.says("帮助", f"{hazard.number}整改好了")
    assert "照片" in owner.last.text
    await owner.says("取消")
    await owner.sends_photo("green", caption="整改好了")
    assert "一句" in owner.last.text  # the photo is there: a word on it is asked for
    await owner.says("搬出去了")
    assert hazards(town)[-1].state == "submitted"


@ON_THE_WEB
@ON_SQLITE
async def test_what_is_not_understood_shows_what_is_theirs_and_starts_nothing(town: Town) -> None:
    hazard = await report(town)
    await assign(town)
    owner = town["responsible"]
    await owner.says("帮助", "这个事情我有点想法")
    assert "没看懂" in owner.last.text
    assert hazard.number in owner.last.text
    assert "要把“这个事情我有点想法”作为隐患上报吗" in owner.last.text
    await owner.taps("作为隐患上报")
    assert answers(town, "responsible")["description"] == "这个事情我有点想法"


@ON_THE_WEB
@ON_SQLITE
@pytest.mark.parametrize("said", ["彭店镇还有几条没整改", "逾期的有哪些", "thanks", "刚才那个写错了"])
async def test_questions_and_thanks_are_no_reports(town: Town, said: str) -> None:
    worker = town["grid_worker"]
    await worker.says(said)
    assert "没看懂" in worker.last.text
    await worker.says("撤回")
    assert "没有找到" not in worker.last.text


# On duty


@pytest.mark.parametrize("said", ["我到了", "我在岗", "到岗了", "arrived"])
@ON_THE_WEB
@ON_SQLITE
async def test_who_says_to_be_there_is_checked_in(town: Town, said: str) -> None:
    await publish(town, row())
    await until(town, 1, 7, 50)
    leader = town["leader"]
    leader.looks()
    await leader.says(said)
    leader.sees("已签到")


@ON_THE_WEB
@ON_SQLITE
async def test_a_place_sent_checks_in(town: Town) -> None:
    await publish(town, row())
    await until(town, 1, 7, 50)
    await town["leader"].shares_place()
    assert "已签到" in town["leader"].last.text
    await town["officer"].says("收到")
    assert "到岗后请点“到岗签到”" in town["officer"].last.text
    await town["officer"].taps("到岗签到")
    assert "已签到" in town["officer"].last.text


@ON_THE_WEB
@ON_SQLITE
async def test_who_is_on_duty(town: Town) -> None:
    await publish(town, row())
    await until(town, 1, 9)
    for said in ("今天谁值班", "谁带班", "who is on duty"):
        await town["town"].says(said)
        assert "吴刚" in town["town"].last.text, said


# Inside forms


@ON_THE_WEB
@ON_SQLITE
async def test_no_photo_and_no_more_photos(town: Town) -> None:
    worker = town["grid_worker"]
    await fill(worker, until="photos")
    await worker.says("拍不了")
    assert "为什么" in worker.last.text or "原因" in worker.last.text
    await worker.says("上一步")
    await worker.sends_photo()
    await worker.says("没了")
    assert draft(town).state["at"] == "location"


@ON_THE_WEB
@ON_SQLITE
async def test_a_caption_is_kept(town: Town) -> None:
    worker = town["grid_worker"]
    await worker.sends_photo()
    await worker.sends_photo("blue", caption="煤气罐没放好")
    assert answers(town)["description"] == "煤气罐没放好"
    assert len(answers(town)["photos"]) == 2


@ON_THE_WEB
@ON_SQLITE
async def test_who_does_not_know_skips_and_submit_is_no_answer(town: Town) -> None:
    worker = town["grid_worker"]
    await fill(worker, until="unit")
    await worker.says("我不知道叫啥")
    assert answers(town)["unit"] is None
    await worker.says("煤气罐")
    assert answers(town)["sector"] == "gas"
    await answer(worker, "kind")
    await worker.says("提交")
    assert "还没填完" in worker.last.text
    assert "description" not in answers(town)
    for step in ("description", "photos", "location"):
        await answer(worker, step)
    await worker.says("还没整改", "不严重")
    assert (answers(town)["spot_fixed"], answers(town)["suspected"]) == ("no", "general")


@ON_THE_WEB
@ON_SQLITE
async def test_pressed_twice_it_is_the_same_form(town: Town) -> None:
    await report(town)
    office = town["office"]
    await office.taps("属实·一般", "交办")
    first = draft(town, "office").id
    await office.taps("交办")
    assert draft(town, "office").id == first
    await office.taps("县城管局", "刘洋")
    await office.says("7", "提交")
    assert "还有一份没填完" not in office.last.text


# Incidents


@ON_THE_WEB
@ON_SQLITE
async def test_what_has_happened_told_in_the_form_keeps_its_place_and_people(town: Town) -> None:
    worker = town["grid_worker"]
    await worker.says("突发", "彭店镇烧烤店爆炸了死了一个伤三个")
    assert "可以上报了" in worker.last.text
    assert "死亡 1 人" in worker.last.text
    assert "彭店镇" in worker.last.text


@ON_THE_WEB
@ON_SQLITE
async def test_submit_is_no_place(town: Town) -> None:
    worker = town["grid_worker"]
    await worker.says("突发", "火灾", "提交")
    assert "还没填完" in worker.last.text
    await worker.says("不知道")
    assert draft(town).state["at"] == "casualties"
    assert "address" not in answers(town)


@pytest.mark.parametrize("said", ["是真的", "突发", "快来人", "已经着了"])
@ON_THE_WEB
@ON_SQLITE
async def test_it_has_happened_said_once_more(town: Town, said: str) -> None:
    worker = town["grid_worker"]
    await worker.says("着火了", said)
    assert draft(town).state["at"] == "area"
    assert answers(town)["description"].startswith("着火了")


@ON_THE_WEB
@ON_SQLITE
async def test_it_has_not_happened_said_in_a_word(town: Town) -> None:
    worker = town["grid_worker"]
    await worker.says("着火了", "隐患")
    assert draft(town).form == "hazard"
    assert answers(town)["description"] == "着火了"


@ON_THE_WEB
@ON_SQLITE
async def test_a_comment_in_one_line(town: Town) -> None:
    hazard = await report(town)
    await town["office"].says(f"留言 {hazard.number} 快点处理")
    assert "照片" in town["office"].last.text


@ON_THE_WEB
@ON_SQLITE
async def test_a_sentence_at_the_first_question_is_read_whole(town: Town) -> None:
    worker = town["grid_worker"]
    await worker.says("上报", "刘拐村东头那个烧烤店煤气罐子放屋里头跟火挨着")
    given = answers(town)
    assert given["sector"] == "gas"
    assert given["description"] == "刘拐村东头那个烧烤店煤气罐子放屋里头跟火挨着"
    assert draft(town).state["at"] == "address"
    await worker.says("取消", "上报", "不知道哪个地方的一个什么东西")
    worker.sees("没有找到")


@ON_THE_WEB
@ON_SQLITE
async def test_who_is_on_duty_on_a_day(town: Town) -> None:
    await publish(town, row())
    office = town["office"]
    for said in ("10月1号谁值班", "彭店镇10月1日谁带班"):
        await office.says(said)
        office.sees("10月1日（周四）的班", "吴刚 13800000010")
    await office.says("彭店镇10月2日谁值班")
    office.sees("没有排班")
    await until(town, 30, 12, month=9)
    await town["town"].says("明天谁值班")
    town["town"].sees("彭店镇10月1日（周四）的班", "吴刚")
    await town["grid_worker"].says("明天谁值班")  # a roster is not everybody's
    assert "吴刚" not in town["grid_worker"].last.text


@ON_THE_WEB
@ON_SQLITE
async def test_what_is_asked_for_of_the_open_incident(town: Town) -> None:
    worker, office = town["grid_worker"], town["office"]
    await office.says("终报")  # there is none
    assert "没看懂" in office.last.text
    await worker.says("突发", "爆炸", "彭店镇", "死1伤3困2", "提交")
    await office.says("帮助", "终报")
    assert "TF2026-001" in office.last.text or "核实" in office.last.text
    await office.says("误报")
    assert draft(town, "office").form == "incident_false"
    await office.says("取消")
    await worker.says("突发", "火灾", "马栏镇", "没有", "提交")
    await office.says("帮助", "伤亡变化")
    await office.taps("TF2026-001")
    assert draft(town, "office").form == "incident_casualties"


@ON_THE_WEB
@ON_SQLITE
async def test_submitted_twice_and_asked_how(town: Town) -> None:
    await report(town)
    worker = town["grid_worker"]
    await worker.says("提交")
    assert "前面提交的都已存好" in worker.last.text
    await worker.taps("我的")
    assert hazards(town)[0].number in worker.last.text
    await worker.says("怎么报")
    assert "王芳" in worker.last.text


@ON_THE_WEB
@ON_SQLITE
async def test_what_comes_with_it_is_not_lost_to_a_form_put_aside(town: Town) -> None:
    hazard = await report(town)
    await assign(town)
    owner, office = town["responsible"], town["office"]
    await owner.says(f"{hazard.number}整改好了", "/report")  # the first is put aside
    await owner.sends_photo("blue")
    await owner.says("取消")
    await owner.sends_photo("green", caption="整改好了")
    assert len(answers(town, "responsible")["photos"]) == 1
    await office.says(f"留言 {hazard.number}", "/report", "取消", f"留言 {hazard.number} 快点处理")
    assert answers(town, "office")["said"] == "快点处理"
