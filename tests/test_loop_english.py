"""The loop once more for those who read English: every message is English and says what to do."""

import re

import pytest
from sqlmodel import Session, select

from models.people import Person
from tests.chat import Town
from tests.hazard_chats import ON_SQLITE, ON_THE_WEB, hazards

CHINESE = re.compile("[\u4e00-\u9fff，。；：？！（）、“”]")
# What people typed or are called stays as it is; so do the county's places and the official criteria.
THEIRS = re.compile(
    "[\u4e00-\u9fff]*(?:局|大队|人民政府|加油站|中心小学|烧烤店)"
    "|[\u4e00-\u9fff]+?(?:镇|乡|县|居委会|村委会|社区|办事处|集聚区|园区|开发区)|刘拐村东头|液化气罐和明火在一个屋"
    "|[王李何刘陈马韩林张][芳静伟洋明军勇峰国建]+|店主|安委办|燃气办|[（(].*?[)）]|【.*?】|收到"
)
OFFICIAL = re.compile("建城规|燃气经营者|GAS-[0-9]")  # a criterion is cited in its own words


@pytest.fixture
def english(town: Town) -> Town:
    """Everybody reads English."""

    def switch(session: Session) -> None:
        for person in session.exec(select(Person)):
            person.lang = "en"
            session.add(person)

    town.house.db.run_now(switch)
    return town


async def report(town: Town) -> None:
    worker = town["grid_worker"]
    await worker.says("/report")
    worker.sees("Which town or village")
    await worker.taps("彭店镇")
    await worker.says("刘拐村东头")
    await worker.taps("老城烧烤店", "Explosion")
    await worker.says("液化气罐和明火在一个屋")
    await worker.sends_photo()
    await worker.taps("All sent", "Skip", "No", "May be major", "Submit")
    worker.sees("2026-0001")


@ON_THE_WEB
@ON_SQLITE
async def test_the_whole_loop_in_english(english: Town) -> None:
    town = english
    office, colleague, keeper = town["office"], town["colleague"], town["keeper"]
    await report(town)
    await office.taps("True · major…", "GAS-9-1", "Seen on site", "Submit")
    office.sees("graded as major")
    await office.taps("Assign", "老城烧烤店", "韩勇", "in 7 days", "Submit")
    keeper.sees("Assigned to you: hazard 2026-0001")
    await keeper.taps("Accept")
    keeper.sees("cannot begin yet", "measures, funds, contingency plan")
    await keeper.taps("Settle the five…")
    await keeper.says("Move the cylinders outside", "3000")
    await keeper.taps("Somebody on watch", "Submit")
    keeper.sees("the work has begun")
    await keeper.taps("More…", "Ask for more time…", "7 days more", "Material has not come", "Submit")
    await office.taps("Approve")
    keeper.sees("was extended until")
    await office.taps("More…", "List for supervision…", "county", "Many people")
    keeper.sees("is listed for supervision")
    await office.taps("More…", "Suspend production…")
    await office.says("By order of the bureau")
    keeper.sees("production is suspended")
    await keeper.taps("Fixed")
    await keeper.sends_photo("green")
    await keeper.taps("All sent", "Skip")
    await office.taps("Failed", "Only partly")
    keeper.sees("failed the re-check, please go on: Only partly rectified")
    await keeper.taps("Fixed")
    await keeper.sends_photo("blue")
    await keeper.taps("All sent", "Skip")
    await office.taps("Re-check passed")
    await colleague.taps("Close")
    colleague.sees("listed for supervision")
    await office.taps("Take off the list")
    await office.taps("Approve resumption")
    await colleague.taps("Close")
    town["grid_worker"].sees("Your report 2026-0001 is closed. Thank you!")
    assert hazards(town)[-1].state == "closed"
    for who in ("grid_worker", "office", "colleague", "keeper", "town", "department"):
        for message in town[who].messages:
            lines = [*message.text.splitlines(), *(label for label, _ in message.buttons)]
            left = THEIRS.sub("", "\n".join(line for line in lines if not OFFICIAL.search(line)))
            assert CHINESE.findall(left) == [], (who, left)
