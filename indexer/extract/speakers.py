"""Speakers: the office, side or state to which a sentence attributes its act."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from indexer.analysis.analyzer import AnalyzedRun
from indexer.analysis.script_runs import AFTER_DIGIT, AFTER_LETTER, Script


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# Korean does not mark nouns that denote persons or states. These classes are closed, and
# contain no personal names.
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
_SPACED_HEADS = frozenset((*_HEADS, "측"))
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
# Nouns of time and manner, which precede a noun phrase without a particle between.
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
    """Return the topic of the last main clause, or otherwise its subject.

    `양 장관은 … 공감하였으며, 서 장관은 … 강조하였다` → `서 장관`. Coordinate clauses share the
    tense of the sentence, and each may have a new topic; all other topics are those of
    embedded clauses.
    """
    is_past = bool(parts) and _is_past(parts[-1])
    # The starts of the current clause and of the last ones with a speaker as topic, and
    # with another topic.
    clause, speaker_clause, other_clause = 0, -1, -1
    speaker: int | None = None
    subjects: list[int] = []
    for index, part in enumerate(parts[:-1]):
        if not part[1]:
            continue
        last = part[1][-1]
        if last.tag == "JX":
            if speaker_clause != clause and last.form in _TOPIC:
                if _is_speaker(parts, index):
                    speaker, speaker_clause = index, clause
                else:
                    other_clause = clause
        elif last.tag == "JKS":
            subjects.append(index)
        elif (
            last.tag == "EC"
            and last.form in _COORDINATING
            and _is_past(part) == is_past
        ):
            clause = index + 1
            subjects.clear()
    if subjects and speaker_clause != clause:
        has_topic = speaker is not None or other_clause == clause
        subject = _subject(parts, subjects, has_topic=has_topic)
        speaker = speaker if subject is None else subject
    return None if speaker is None else _label(text, parts, speaker)


def _subject(
    parts: Sequence[AnalyzedRun], subjects: Sequence[int], *, has_topic: bool
) -> int | None:
    """Return the one of *subjects* that is a speaker and belongs to the last verb, or None.

    That is the last one, if no verb of an embedded clause follows it. Otherwise it is the
    first, in a sentence without a topic, unless it is a state: most states are the subject
    of an embedded clause (`북한이 … 중단할 것을 촉구하였다`).
    """
    first, last = subjects[0], subjects[-1]
    between = parts[last + 1 : -1]
    if between and _ends_before_auxiliary(between[-1]):
        between = between[:-1]
    if not any(tag[0] == "E" for part in between for _, tag, _, _ in part[1]):
        return last if _is_speaker(parts, last) else None
    is_state = _noun(parts, first) in _STATES
    if not has_topic and _is_speaker(parts, first) and not is_state:
        return first
    return None


def _is_past(part: AnalyzedRun) -> bool:
    """Return whether the last verb of *part* is in the past tense: 하였으며, 하였다."""
    return len(part[1]) > 1 and part[1][-2].form in _PAST


def _ends_before_auxiliary(part: AnalyzedRun) -> bool:
    return bool(part[1]) and part[1][-1].form in _BEFORE_AUXILIARY


def _bearer(parts: Sequence[AnalyzedRun], index: int) -> int:
    """Return the index of the noun before the particle at *index*, often the same run."""
    morphemes = parts[index][1]
    is_particle = bool(morphemes) and morphemes[0].tag[0] == "J"
    return index - 1 if index and is_particle else index


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
    """Return whether the noun of the particle at *index* is an office, side or state."""
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
    """Return the noun phrase of the particle at *index* with those coordinated to it."""
    words, start = _phrase(text, parts, _bearer(parts, index))
    label = "".join(words)
    while joined := _joined(text, parts, start):
        before, conjunction = joined
        if not _is_speaker(parts, before):
            # Half of a coordinated attribute is dropped: 국방 및 외교 분야 고위 관계관.
            return "".join(words[-2:]) if conjunction == " 및 " else label
        words, start = _phrase(text, parts, _bearer(parts, before))
        label = "".join((*words, conjunction, label))
    return label


def _joined(
    text: str, parts: Sequence[AnalyzedRun], start: int
) -> tuple[int, str] | None:
    """Return the index and the conjunction of a phrase coordinated before *start*."""
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
    """Return the words of the noun phrase that ends at *index*, and its first index.

    A particle, a mark or a noun of time ends the search backwards, and a determiner begins
    the phrase.
    """
    words = [_spaced(parts, index)]
    while index and words[0] not in _STATES:
        run = parts[index - 1][0]
        between = text[run.end : parts[index][0].start]
        is_adjacent = not between
        if between.strip(" ·") or not _modifies(
            parts, index - 1, is_adjacent=is_adjacent
        ):
            break
        index -= 1
        word = run.text if run.script is Script.HANGUL else text[run.start : run.end]
        words.insert(0, word + ("·" if "·" in between else " " * bool(between)))
        if run.text in _DETERMINERS:
            break
    return words, index


def _modifies(parts: Sequence[AnalyzedRun], index: int, *, is_adjacent: bool) -> bool:
    """Return whether the run at *index* modifies the next; *is_adjacent* without a space."""
    run, morphemes = parts[index]
    if run.script is Script.DIGITS:
        # 3국, and G7.
        is_count = is_adjacent and _noun(parts, index + 1) in _COUNTED
        return is_count or run.before == AFTER_LETTER
    if run.text in _ADVERBIAL:
        return False
    if run.before == AFTER_DIGIT:
        return run.text in _COUNTED
    if not morphemes:
        return True
    # Kiwi may read a name as anything without a particle: 한/MM, 욱/MAG, 기하라/EF.
    tag = morphemes[-1].tag
    return tag[0] != "J" if len(run.text) == 1 else tag.startswith(("N", "X", "EF"))


def _spaced(parts: Sequence[AnalyzedRun], index: int) -> str:
    """Return the noun at *index* with a space between name and head: 카터 장관, 미국 측."""
    noun = _noun(parts, index)
    for before, part in pairwise(parts[index][1]):
        head = noun[part.start :]
        if len(before.form) > 1 and before.tag == "NNP" and head in _SPACED_HEADS:
            return f"{noun[: part.start]} {head}"
    return noun
