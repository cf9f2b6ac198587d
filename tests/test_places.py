"""Finding a place in what people type: names, aliases, slips of the pen and of the ear, and no wild guesses."""

from pathlib import Path

import pytest

from models.base import UserError
from models.places import AreaIndex, AreaRow, parse_areas, plain_name

TABLE = Path(__file__).parent.parent / "bot/data/yanling_divisions.csv"


@pytest.fixture(scope="module")
def index() -> AreaIndex:
    """Yanling with a grid, an alias, and names that are near each other."""
    rows = parse_areas(TABLE.read_text(encoding="utf-8"))
    rows += [
        AreaRow("411024108229001", "grid", "刘拐一网格", "411024108229", ("刘拐东片",)),
        AreaRow("411024101999", "village", "花都社区居委会", "411024101", ("花博园", "老林场")),
    ]
    return AreaIndex((row.code, row.level, row.name, list(row.aliases)) for row in rows)


def found(index: AreaIndex, typed: str) -> list[str]:
    return [index.path(spot.code) for spot in index.find(typed)]


LIUGUAI = "彭店镇刘拐村委会"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("彭店镇", "彭店镇"),
        ("彭店", "彭店镇"),  # without its ending
        ("彭店乡", "彭店镇"),  # with a former one
        (" 彭店镇。", "彭店镇"),
        ("朋店", "彭店镇"),  # 同音字
        ("彭殿镇", "彭店镇"),
        ("彭店镇东头", "彭店镇"),
        ("刘拐村", LIUGUAI),
        ("刘拐", LIUGUAI),
        ("刘拐村委会", LIUGUAI),
        ("刘拐村民委员会", LIUGUAI),
        ("流拐村", LIUGUAI),
        ("刘乖", LIUGUAI),
        ("彭店刘拐", LIUGUAI),
        ("彭店镇刘拐村", LIUGUAI),
        ("彭店 刘拐", LIUGUAI),
        ("彭店镇，流拐", LIUGUAI),
        ("鄢陵县彭店镇刘拐村", LIUGUAI),
        ("鄢陵县 彭店镇", "彭店镇"),
        ("花博园", "马栏镇花都社区居委会"),  # an alias
        ("华博园", "马栏镇花都社区居委会"),  # and a slip in it
        ("老林场", "马栏镇花都社区居委会"),
        ("花都", "马栏镇花都社区居委会"),
        ("刘拐东片", "彭店镇刘拐村委会刘拐一网格"),
        ("马栏镇没有的村", "马栏镇"),
        ("只乐", "只乐镇"),  # and not its villages 东只乐, 西只乐
        ("西只乐", "只乐镇西只乐居委会"),
        ("pengdian", "彭店镇"),  # pinyin
        ("Pengdianzhen", "彭店镇"),
        ("pengdian town", "彭店镇"),
        ("liuguai", LIUGUAI),
    ],
)
def test_what_is_meant(index: AreaIndex, typed: str, meant: str) -> None:
    assert found(index, typed) == [meant]


@pytest.mark.parametrize(
    "typed",
    ["", " ", "，。", "镇", "村", "火星基地", "x", "12", "鄢陵", "鄢陵县", "王", "长" * 60, "<b>彭</b>"],
)
def test_what_is_no_place(index: AreaIndex, typed: str) -> None:
    assert found(index, typed) == []


def test_names_that_two_places_share_are_both_offered(index: AreaIndex) -> None:
    assert found(index, "胡庄村") == ["陶城镇胡庄村委会", "马坊镇胡庄村委会"]
    assert found(index, "马坊镇胡庄") == ["马坊镇胡庄村委会"]
    assert found(index, "马坊 胡庄") == ["马坊镇胡庄村委会"]
    assert found(index, "李村") == ["张桥镇邓李村委会", "张桥镇后李村委会", "只乐镇寺后李村委会"]
    assert found(index, "马栏")[0] == "马栏镇"


def test_a_search_stays_within_its_town_and_its_limit(index: AreaIndex) -> None:
    assert [spot.code for spot in index.find("胡庄", within="411024111")] == ["411024111219"]
    assert index.find("刘拐", within="411024101") == []
    assert len(index.find("家村", limit=3)) == 3


def test_every_place_is_found_by_its_own_name_within_its_town(index: AreaIndex) -> None:
    missed = [
        spot.name
        for spot in index.spots
        if spot.level != "county"
        for name in (spot.name, plain_name(spot.name))
        if spot not in index.find(name, within=spot.code[:9], limit=20)
    ]
    assert missed == []


@pytest.mark.parametrize(
    ("sentence", "meant"),
    [
        ("彭店镇烧烤店液化气罐和明火在一个屋", "彭店镇"),
        ("彭店烧烤店气罐漏气", "彭店镇"),
        ("彭店镇刘拐村东头有人占道", LIUGUAI),
        ("彭店刘拐东头有人占道", LIUGUAI),
        ("刘拐村有个坑", LIUGUAI),
        ("刘拐有个坑", ""),  # too short a name to be sure without its town
        ("大马路上有个坑", ""),  # a big road, not the town 大马
        ("大马镇大马路上有个坑", "大马镇"),
        ("客车从马栏镇开到彭店镇超员", ""),  # which of them has to be asked
        ("今天风很大", ""),
        ("", ""),
    ],
)
def test_what_a_sentence_names(index: AreaIndex, sentence: str, meant: str) -> None:
    spot = index.mentioned(sentence)
    assert index.path(spot.code if spot else None) == meant


@pytest.mark.parametrize(
    ("lines", "key"),
    [
        ("code,level,name\n1,county,甲", "import-columns"),
        ("code,level,name,parent_code\n", "import-empty"),
        ("code,level,name,parent_code\n411024,county,,\n", "import-errors"),
        ("code,level,name,parent_code\n411024,planet,甲,\n", "import-errors"),
        ("code,level,name,parent_code\n411024,county,甲,\n411024,town,乙,411024\n", "import-errors"),
        ("code,level,name,parent_code\n411024,county,甲,\n411025101,town,乙,411024\n", "import-errors"),
    ],
)
def test_a_table_with_faults_is_refused(lines: str, key: str) -> None:
    with pytest.raises(UserError) as caught:
        parse_areas(lines)
    assert caught.value.key == key


def test_a_table_names_its_faulty_rows() -> None:
    table = "\ufeffcode,level,name,parent_code,aliases\n411024,county,甲,,\n411024101,town,乙,411024,丙|丁\n"
    assert parse_areas(table)[1].aliases == ("丙", "丁")
    with pytest.raises(UserError) as caught:
        parse_areas(table + "411024101,town,戊,411024,\n,town,己,411024,\n")
    assert [error["p"]["row"] for error in caught.value.params["errors"]] == [4, 5]
