"""Speakers: the office, side or state that a sentence is about."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from indexer.analysis.analyzer import AnalyzedRun
from indexer.analysis.script_runs import AFTER_DIGIT, AFTER_LETTER, Script


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# Korean marks no noun as a person's or a state's. These classes are closed, and hold
# the name of no person.
_OFFICES = _words("""
    장관 차관 대신 외상 방위상 총리 수상 대통령 주석 서기 국왕 여왕 천황 총독 정상 의장 위원장
    부장 사령관 대장 중장 소장 장군 제독 총장 국장 실장 차장 대사 특사 대표 수석 보좌관 당국자
    관계자 관계관 참석자 참가자
""")
_SIDES = _words("""
    양국 각국 당사국 회원국 참가국 참여국 동맹국 의장국 정부 당국 대표단 국방부 외교부 국무부
    외무성 방위성
""")
_HEADS = _OFFICES + _SIDES
_PARTED = frozenset((*_HEADS, "측"))
_SIDE_WORDS = frozenset(
    _words("양측 남측 북측 쌍방 양자 나라 남북 북남 남 북 우리 저희 저 나")
)
_COUNTED = frozenset(("국", "개국"))
_STATES = frozenset(
    _words("""
    한국 대한민국 북한 조선 미국 미합중국 일본 중국 러시아 영국 프랑스 독일 이탈리아 캐나다 호주
    뉴질랜드 인도 인도네시아 필리핀 베트남 태국 싱가포르 말레이시아 몽골 튀르키예 폴란드
    우크라이나 이스라엘 이란 브라질 멕시코 사우디아라비아 아랍에미리트 대만 유엔 유럽연합
    아세안 나토
""")
)
# Nouns of time and manner, which no particle parts from the phrase they precede.
_ADVERBIAL = frozenset(
    _words("""
    전 후 이후 직후 시 중 간 당시 때 날 해 이날 오늘 금일 어제 오전 오후 최근 현재 향후 그간
    그동안 올해 금년 지난해 작년 금번 이번 관련 계기 또 및
""")
)
_DETERMINERS = frozenset(_words("양 두 세 네 각 동 이 그 본"))
_TOPIC = frozenset(("은", "는", "ᆫ", "도"))
_AND = frozenset(("과", "와"))
_NOMINAL = frozenset(("JX", "JKS", "JC"))
_PAST = frozenset(("었", "았"))
_COORDINATING = frozenset(("고", "며", "으며", "나", "으나", "지만", "는데"))
_BEFORE_AUXILIARY = frozenset(("어", "아", "고"))


def speaker_of(text: str, parts: Sequence[AnalyzedRun]) -> str | None:
    """Return the topic of the clause the sentence ends in, or else its subject.

    A sentence may have several clauses of equal rank (`… 공감하였으며, 서 장관은 …`), which
    share its tense. A topic after one of them is a new one; any other is that of a
    clause inside.
    """
    past = bool(parts) and _is_past(parts[-1])
    clause, spoken, other = 0, -1, -1
    found: int | None = None
    subjects: list[int] = []
    for index, part in enumerate(parts[:-1]):
        if not part[1]:
            continue
        last = part[1][-1]
        if last.tag == "JX":
            if spoken != clause and last.form in _TOPIC:
                if _is_speaker(parts, index):
                    found, spoken = index, clause
                else:
                    other = clause
        elif last.tag == "JKS":
            subjects.append(index)
        elif last.tag == "EC" and last.form in _COORDINATING and _is_past(part) == past:
            clause = index + 1
            subjects.clear()
    if subjects and spoken != clause:
        alone = found is None and other != clause
        subject = _subject(parts, subjects, alone=alone)
        found = found if subject is None else subject
    return None if found is None else _label(text, parts, found)


def _subject(
    parts: Sequence[AnalyzedRun], subjects: Sequence[int], *, alone: bool
) -> int | None:
    """Return which of the *subjects* of the last clause is a speaker that its verb has.

    It is the last one, if no verb of a clause inside comes between. Else the first may
    be, if it is *alone*, without a topic; but a state is more often spoken of than
    speaking (`북한이 … 중단할 것을 촉구하였다`).
    """
    first, last = subjects[0], subjects[-1]
    between = parts[last + 1 : -1]
    if between and _ends_before_auxiliary(between[-1]):
        between = between[:-1]
    if not any(tag[0] == "E" for part in between for _, tag, _, _ in part[1]):
        return last if _is_speaker(parts, last) else None
    if alone and _is_speaker(parts, first) and _noun(parts, first) not in _STATES:
        return first
    return None


def _is_past(part: AnalyzedRun) -> bool:
    """Tell whether the last verb of *part* is in the past tense: 하였으며, 하였다."""
    return len(part[1]) > 1 and part[1][-2].form in _PAST


def _ends_before_auxiliary(part: AnalyzedRun) -> bool:
    return bool(part[1]) and part[1][-1].form in _BEFORE_AUXILIARY


def _bearer(parts: Sequence[AnalyzedRun], index: int) -> int:
    """Return where the noun of the particle at *index* is: SCM( … )이 has a run between."""
    morphemes = parts[index][1]
    alone = bool(morphemes) and morphemes[0].tag[0] == "J"
    return index - 1 if index and alone else index


def _noun(parts: Sequence[AnalyzedRun], index: int) -> str:
    """Return the run at *index* without the particles of topics and subjects."""
    run, morphemes = parts[index]
    end = len(run.text)
    for form, tag, start, _ in reversed(morphemes):
        if tag not in _NOMINAL and form not in _AND:
            break
        end = start
    return run.text[:end].removesuffix("들")


def _is_speaker(parts: Sequence[AnalyzedRun], index: int) -> bool:
    """Tell whether what the particle at *index* marks is an office, a side or a state."""
    index = _bearer(parts, index)
    run, morphemes = parts[index]
    noun = _noun(parts, index)
    if noun in _COUNTED:
        return run.before == AFTER_DIGIT
    return (
        noun in _SIDE_WORDS
        or noun in _STATES
        or noun.endswith(_HEADS)
        or any(form == "측" and tag == "NNB" for form, tag, _, _ in morphemes)
    )


def _label(text: str, parts: Sequence[AnalyzedRun], index: int) -> str:
    """Return the noun phrase of the particle at *index*, and those it is joined to."""
    words, start = _phrase(text, parts, _bearer(parts, index))
    label = "".join(words)
    while joined := _joined(text, parts, start):
        before, conjunction = joined
        if not _is_speaker(parts, before):
            # A half of what only describes is left out: 국방 및 외교 분야 고위 관계관.
            return "".join(words[-2:]) if conjunction == " 및 " else label
        words, start = _phrase(text, parts, _bearer(parts, before))
        label = "".join((*words, conjunction, label))
    return label


def _joined(
    text: str, parts: Sequence[AnalyzedRun], start: int
) -> tuple[int, str] | None:
    """Return where what is joined to the phrase at *start* ends, and by what."""
    if start == 0:
        return None
    run, morphemes = parts[start - 1]
    if run.text == "및" and start > 1:
        return start - 2, " 및 "
    if morphemes and morphemes[-1].form in _AND:
        return start - 1, f"{morphemes[-1].form} "
    if text[run.end : parts[start][0].start].strip() == ",":
        return start - 1, ", "
    return None


def _phrase(
    text: str, parts: Sequence[AnalyzedRun], index: int
) -> tuple[list[str], int]:
    """Return the words of the phrase that ends at *index*, and where it begins.

    Before it stands a particle, a mark or a noun of time; a determiner begins it.
    """
    words = [_spaced(parts, index)]
    while index and words[0] not in _STATES:
        run = parts[index - 1][0]
        between = text[run.end : parts[index][0].start]
        if between.strip(" ·") or not _describes(parts, index - 1, glued=not between):
            break
        index -= 1
        word = run.text if run.script is Script.HANGUL else text[run.start : run.end]
        words.insert(0, word + ("·" if "·" in between else " " * bool(between)))
        if run.text in _DETERMINERS:
            break
    return words, index


def _describes(parts: Sequence[AnalyzedRun], index: int, *, glued: bool) -> bool:
    """Tell whether the run at *index* describes the next, which may be *glued* to it."""
    run, morphemes = parts[index]
    if run.script is Script.DIGITS:
        # 3국, and G7.
        counts = glued and _noun(parts, index + 1) in _COUNTED
        return counts or run.before == AFTER_LETTER
    if run.text in _ADVERBIAL:
        return False
    if run.before == AFTER_DIGIT:
        return run.text in _COUNTED
    if not morphemes:
        return True
    # A name may be taken for anything that has no particle: 한/MM, 욱/MAG, 기하라/EF.
    tag = morphemes[-1].tag
    return tag[0] != "J" if len(run.text) == 1 else tag.startswith(("N", "X", "EF"))


def _spaced(parts: Sequence[AnalyzedRun], index: int) -> str:
    """Return the noun at *index*, its head parted from a name: 카터장관, 미국측."""
    noun = _noun(parts, index)
    for before, part in pairwise(parts[index][1]):
        head = noun[part.start :]
        if len(before.form) > 1 and before.tag == "NNP" and head in _PARTED:
            return f"{noun[: part.start]} {head}"
    return noun
