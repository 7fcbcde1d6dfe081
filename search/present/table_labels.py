"""The words of an old/new table, in Korean and in English."""

from __future__ import annotations

from typing import NamedTuple


class TableLabels(NamedTuple):
    """The words of the table in one language."""

    title: str
    older: str
    newer: str
    remarks: str
    same: str
    reworded: str
    new: str
    dropped: str
    moved: str
    not_before: str
    not_after: str
    legend: str


KOREAN = TableLabels(
    title="신구대조표",
    older="구",
    newer="신",
    remarks="비고",
    same="같음",
    reworded="바뀜 ({percent}% 비슷함)",
    new="새 문장",
    dropped="빠짐",
    moved="자리 옮김",
    not_before="〈신설〉",
    not_after="〈삭제〉",
    legend="줄 그은 말은 구 문서에만, 밑줄 친 말은 신 문서에만 있습니다.",
)
ENGLISH = TableLabels(
    title="Old and new text",
    older="Old",
    newer="New",
    remarks="Remarks",
    same="same",
    reworded="reworded ({percent}% alike)",
    new="new",
    dropped="dropped",
    moved="moved",
    not_before="(not in the old text)",
    not_after="(not in the new text)",
    legend="Struck out: only in the old text. Underlined: only in the new one.",
)
