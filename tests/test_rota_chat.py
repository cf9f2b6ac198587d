"""Sharing out shifts in the chat: asked for, looked at, published; and the posts it needs."""

import io
from datetime import date

import openpyxl
from sqlmodel import col, select

from models.base import Grant
from models.duty import Post, Shift
from models.leave import add_leave
from models.people import DUTY_LEADER, DUTY_OFFICER, add_person, person_actor
from models.rota_proposals import RotaProposal
from tests.chat import Town
from tests.county import NOW
from tests.duty_chats import duties, on_one, speak_english

TOWN = "411024108"


def more_people(town: Town) -> None:
    """Two more leaders and two more officers of the town."""

    def work(session):
        for name, role in (("赵军", DUTY_LEADER), ("马超", DUTY_OFFICER), ("孙小", DUTY_OFFICER)):
            add_person(
                session, county="411024", name=name, grants=[Grant(role, TOWN)], now=NOW, area=TOWN, phone=""
            )

    town.house.db.run_now(work)


async def new_post(town: Town, name: str = "彭店镇值班室", who: str = "office") -> None:
    """A post by the form."""
    user = town[who]
    await user.says("岗位")
    await user.taps("新建岗位")
    await user.says(name, "彭店镇", "0374-7160000", "跳过", "24小时一班，08:00 接班", "点一下就行", "提交")
    user.sees(f"已新建岗位“{name}”")


async def ask(town: Town, *answers: str, who: str = "office") -> None:
    """The form, up to the review."""
    await town.house.tick()  # the holiday becomes a key period
    town[who].looks()
    await town[who].says("排班", "国庆节", *answers)


async def test_shared_out_looked_at_and_published(town: Town) -> None:
    office = town["office"]
    more_people(town)
    await new_post(town)
    await ask(town, "彭店镇值班室", "按各岗位原来的班次", "彭店镇带班领导 3 人", "彭店镇值班员 3 人", "1 人")
    office.sees("排哪个时段")
    office.sees("请核对排班条件", "带班领导：吴刚、赵军、郑丽（共 3 人）", "每班人数：1 人")
    await office.says("提交")
    seen = office.sees("国庆节排班方案（还没有发布）", "岗位 1 个，共 7 班", "新增 7 班", "每一班都有人")
    assert "各人班次：" in seen.text
    assert "▪ 吴刚：3 班（夜班 3，节假日 3）\n" in seen.text
    assert "▪ 郑丽：2 班（夜班 2，节假日 2），B角 3 班" in seen.text
    assert "▪ 孙小：2 班（夜班 2，节假日 2）" in seen.text
    assert duties(town) == {}
    town["leader"].sees_nothing_else()
    await office.taps("看表")
    _name, data = office.sees("国庆节排班方案的表").document or ("", b"")
    cells = list(openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(values_only=True))
    assert len(cells) == 9
    assert cells[2][1] == "08:00-次日08:00"
    await office.taps("发布")
    office.sees("国庆节值班表已发布", "新增 7 班")
    town["leader"].sees("与您有关", "新排：彭店镇值班室 带班领导")
    assert len(duties(town)) == 21
    await office.taps("发布")
    office.sees("已经发布过了")
    assert len(duties(town)) == 21


@on_one
async def test_leave_is_kept_free_and_gaps_and_names_are_told(town: Town) -> None:
    office = town["office"]
    more_people(town)
    await new_post(town)

    def away(session):
        office = person_actor(session, person=town.county.office, channel="web")
        add_leave(
            session,
            by=office,
            person_id=town.county.officer.id,
            first=date(2026, 10, 1),
            last=date(2026, 10, 8),
            now=NOW,
            policy=town.house.policy,
        )

    town.house.db.run_now(away)
    await ask(town, "没有的岗位")
    office.sees("没有岗位“没有的岗位”")
    await office.says("彭店镇值班室", "8点、20点", "跳过", "冯超、马超、王五")
    office.sees("没有登记过：王五")
    await office.says("冯超、马超", "七")
    office.sees("每班 1 到 5 人")
    await office.says("1", "提交")
    seen = office.sees("有 9 个位置排不出人", "10月1日（周四）20:00 值班人员", "已避开请假：冯超")
    assert "▪ 马超：5 班（夜班 0，节假日 5）" in seen.text  # not more than two days in a row
    assert "▪ 冯超：0 班" in seen.text
    await office.taps("改条件")
    office.sees("请核对排班条件", "值班人员：冯超、马超（共 2 人）")
    await office.says("5", "马超、孙小、赵军", "提交")
    office.sees("国庆节排班方案")
    await office.taps("取消")
    office.sees("什么也没有改")
    await office.taps("发布")
    office.sees("已经取消了")
    assert duties(town) == {}


@on_one
async def test_a_pattern_chosen_becomes_the_posts(town: Town) -> None:
    more_people(town)
    await new_post(town)
    await ask(town, "彭店镇值班室", "分班倒，08:00、20:00 接班", "跳过", "冯超、马超、孙小", "1", "提交")
    await town["office"].taps("发布")
    post, starts = town.ask(
        lambda session: (
            session.exec(select(Post)).one().starts,
            session.exec(select(Shift.starts_at).order_by(col(Shift.starts_at))).all(),
        )
    )
    assert post == ["08:00", "20:00"]
    assert [at.hour for at in starts[:2]] == [0, 12]


@on_one
async def test_a_towns_officer_shares_out_the_towns_posts_only(town: Town) -> None:
    more_people(town)
    await new_post(town)
    await new_post(town, "彭店镇政府", who="town")
    await ask(town, "彭店镇全部岗位（2 个）", "按各岗位原来的班次", who="town")
    await town["town"].says("吴刚、赵军、郑丽", "跳过", "提交")
    seen = town["town"].sees("国庆节排班方案", "岗位 2 个")
    assert "带班领导" in seen.text
    proposal = town.ask(lambda session: session.exec(select(RotaProposal)).one())
    data = next(data for label, data in town["town"].last.buttons if "发布" in label)
    await town.wire.tap("colleague", town["town"].last, data)
    await town.settle()
    town["colleague"].reads("找不到这个排班方案")
    assert proposal.state == "proposed"
    await town["other_town"].says("排班", "国庆节", "彭店镇值班室")
    town["other_town"].reads("没有岗位“彭店镇值班室”，或不归您管")
    for who in ("leader", "grid_worker"):
        await town[who].says("排班")
        town[who].reads("没有这项权限")


@on_one
async def test_a_post_is_changed_by_taps(town: Town) -> None:
    office = town["office"]
    await new_post(town)
    await office.says("岗位")
    office.sees("岗位 1 个", "彭店镇值班室 0374-7160000 · 24小时一班，08:00 接班")
    await office.taps("✏ 彭店镇值班室")
    office.sees("请核对岗位", "名称：彭店镇值班室", "值班电话：0374-7160000", "签到要求：点一下就行")
    await office.says("6")
    office.sees("到岗签到要发什么")
    await office.says("位置和照片都要")
    office.sees("请发送岗位的位置")
    await office.shares_place(34.1, 114.18)
    await office.says("提交")
    office.sees("岗位“彭店镇值班室”已修改")
    post = town.ask(lambda session: session.exec(select(Post)).one())
    assert (post.needs_place, post.needs_photo, post.lat, post.phone) == (True, True, 34.1, "0374-7160000")
    key = next(
        data for message in office.messages for label, data in message.buttons if label == "✏ 彭店镇值班室"
    )
    await town.wire.tap("other_town", office.last, key)
    await town.settle()
    town["other_town"].reads("没有这项权限")
    await new_post(town, "彭店镇政府")
    await office.says("岗位")
    await office.taps("新建岗位")
    await office.says("彭店镇政府", "彭店镇", "跳过", "跳过", "6点、14点、22点", "要发照片", "提交")
    office.sees("已经有岗位“彭店镇政府”了")


@on_one
async def test_in_english(town: Town) -> None:
    speak_english(town, "office")
    more_people(town)
    office = town["office"]
    await town.house.tick()
    await office.says("posts")
    await office.taps("New post")
    await office.says("彭店镇值班室", "彭店镇", "skip", "skip", "24 hours from 08:30", "a photo", "submit")
    office.sees('The post "彭店镇值班室" is there now')
    await office.says("rota", "国庆节", "彭店镇值班室", "As each post has them", "skip", "冯超、马超", "2")
    await office.says("submit")
    office.sees("Proposal for 国庆节", "Places for which nobody could be found")
    await office.taps("Cancel")
    office.sees("nothing was changed")
