"""The sample county of the demo and the tests: Yanling's places, and people of each kind."""

from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Any

from sqlmodel import Session

from models.base import Grant
from models.people import (
    ADMIN,
    DEPARTMENT,
    DUTY_LEADER,
    DUTY_OFFICER,
    GRID_WORKER,
    INSPECTOR,
    OFFICE_LEADER,
    RESPONSIBLE,
    SAFETY_OFFICE,
    TOWN_OFFICER,
    Person,
    add_person,
)
from models.places import import_areas, parse_areas
from models.units import Unit

COUNTY = "411024"
TOWN = "411024108"  # 彭店镇
OTHER_TOWN = "411024101"  # 马栏镇
VILLAGE = "411024108229"  # 刘拐村


@dataclass(frozen=True)
class Sample:
    """The sample's people by the part they play."""

    county: str
    grid_worker: Person
    other_worker: Person
    town: Person
    other_town: Person
    responsible: Person
    other_responsible: Person
    office: Person
    colleague: Person
    head: Person
    leader: Person
    deputy: Person
    officer: Person
    admin: Person
    department: Person
    inspector: Person
    keeper: Person
    gas: Unit
    town_unit: Unit
    shop: Unit


def make_sample(session: Session, *, now: datetime) -> Sample:
    """Store the sample county."""
    table = files("bot").joinpath("data/yanling_divisions.csv").read_text(encoding="utf-8")
    county = import_areas(session, rows=parse_areas(table))

    def unit(name: str, kind: str, area: str | None, sector: str | None = None) -> Unit:
        made = Unit(county=county, name=name, kind=kind, area=area, sector=sector, created_at=now)
        session.add(made)
        session.flush()
        return made

    def person(
        name: str,
        role: str,
        phone: str,
        title: str,
        area: str | None = None,
        of: Unit | None = None,
        sector: str | None = None,
    ) -> Person:
        grant = Grant(role, area, of.id if of and role == RESPONSIBLE else None, sector)
        known: dict[str, Any] = {"phone": phone, "title": title, "area": area}
        unit_id = of.id if of else None
        return add_person(
            session, county=county, name=name, grants=[grant], now=now, unit_id=unit_id, **known
        )

    gas = unit("县城管局(燃气办)", "department", None, "gas")
    fire = unit("县消防救援大队", "department", None, "fire")
    town_unit = unit("彭店镇人民政府", "town", TOWN)
    unit("马栏镇人民政府", "town", OTHER_TOWN)
    shop = unit("老城烧烤店", "enterprise", TOWN, "gas")
    watch = unit("县住建局", "department", None, "construction")
    unit("彭店镇中心小学", "site", TOWN, "education")
    unit("马栏镇加油站", "enterprise", OTHER_TOWN, "chemicals")
    return Sample(
        county=county,
        grid_worker=person("王芳", GRID_WORKER, "13800000001", "网格员", VILLAGE),
        other_worker=person("赵磊", GRID_WORKER, "13800000002", "网格员", OTHER_TOWN),
        town=person("陈明", TOWN_OFFICER, "13800000003", "镇安监站站长", TOWN),
        other_town=person("孙涛", TOWN_OFFICER, "13800000004", "镇安监站站长", OTHER_TOWN),
        responsible=person("刘洋", RESPONSIBLE, "13800000005", "燃气办主任", None, gas),
        other_responsible=person("周强", RESPONSIBLE, "13800000006", "防火参谋", None, fire),
        office=person("李静", SAFETY_OFFICE, "13800000007", "安委办值班", None),
        colleague=person("何伟", SAFETY_OFFICE, "13800000008", "安委办科长", None),
        head=person("张建国", OFFICE_LEADER, "13800000009", "安委办主任", None),
        leader=person("吴刚", DUTY_LEADER, "13800000010", "副镇长", TOWN),
        deputy=person("郑丽", DUTY_LEADER, "13800000011", "党委委员", TOWN),
        officer=person("冯超", DUTY_OFFICER, "13800000012", "值班员", TOWN),
        admin=person("管理员", ADMIN, "13800000013", "系统管理员", None),
        department=person("马军", DEPARTMENT, "13800000014", "燃气监管科长", None, watch, "gas"),
        inspector=person("林峰", INSPECTOR, "13800000015", "暗访一组组长", None),
        keeper=person("韩勇", RESPONSIBLE, "13800000016", "店主", None, shop),
        gas=gas,
        town_unit=town_unit,
        shop=shop,
    )
