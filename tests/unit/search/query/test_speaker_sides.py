"""Speakers belong to a side of the meeting by the texts that introduce them."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers import write_texts

from indexer.build.rebuild import rebuild
from search.index import open_index
from search.query.speaker_sides import sides_of, speaker_group

INTRODUCTIONS = [
    (
        "이 회의는 정경두 대한민국 국방부 장관과 마크 에스퍼(Mark T. Esper) 미합중국"
        " 국방장관이 공동 주재하였다."
    ),
    "회의는 서 욱 대한민국 국방부장관과 애쉬튼 카터 미합중국 국방부장관이 주재하였다.",
    "대한민국 합참의장 원인철 대장과 미합중국 합참의장 마크 밀리 대장이 보고하였다.",
]


@pytest.mark.parametrize(
    ("speaker", "group"),
    [
        ("정 장관", "한측"),
        ("정경두 장관", "한측"),
        ("서 장관", "한측"),
        ("에스퍼 장관", "미측"),
        ("카터 장관", "미측"),
        ("밀리 대장", "미측"),
        ("한측", "한측"),
        ("미합중국 정부", "미측"),
        ("양 장관", "공동"),
        ("양국 장관", "공동"),
        ("한미 양측", "공동"),
        ("서 장관과 에스퍼 장관", "공동"),
        ("대한민국 합참의장 원인철 대장과 미합중국 합참의장 마크 밀리 대장", "공동"),
        ("정 장관과 서 장관", "한측"),
        ("고위 관계관", None),
        ("북한", None),
        ("에스퍼 장관과 고위 관계관", None),
    ],
)
def test_the_group_of_a_speaker(speaker: str, group: str | None) -> None:
    assert speaker_group(speaker, sides_of(INTRODUCTIONS)) == group


def test_a_name_on_both_sides_has_no_side() -> None:
    texts = ["마크 리 미합중국 국방장관이 왔다.", "마크 김 대한민국 국방장관이 왔다."]

    assert "마크" not in sides_of(texts)
    assert speaker_group("마크 장관", sides_of(texts)) is None


def test_the_groups_of_an_index(tmp_path: Path) -> None:
    text = f"1. {INTRODUCTIONS[0]} 양 장관은 협의하였다. 에스퍼 장관은 강조하였다.\n"
    corpus = write_texts(tmp_path / "c", {"a": f"2019년 1월 2일, 서울\n\n{text}"})
    rebuild(tmp_path / "index", [corpus])
    with open_index(tmp_path / "index") as index:
        groups = index.speaker_groups

    assert groups["양 장관"] == "공동"
    assert groups["에스퍼 장관"] == "미측"
