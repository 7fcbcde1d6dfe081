"""Recognition of particles and endings by the last syllables of a word, without a lexicon.

장관은, 강화하기로 and SCM에서 have one; 장관, 회의 and 결과 have none. A few words are misjudged,
which makes no difference to the recognition of sentences.
"""

from __future__ import annotations

import re
import unicodedata

from indexer.analysis.eomi import parse_inflection
from indexer.analysis.josa import parse_particles
from indexer.text.jamo import final_of

_LAST_HANGUL = re.compile(r"([가-힣]+)\W*\Z")
_AMBIGUOUS = frozenset("이가의와과로")
"""Particles that belong to the noun if only one syllable is before them: 차이, 회의."""
_PARTS_OF_NOUNS = frozenset(
    ("도", "나", "만", "든", "란", "랑", "뿐", "대로", "이나", "로나")
).union(("인", "임", "함", "됨", "해", "이지"))
"""Particles and endings that are taken for a part of the noun: 제도, 변호인, 천안함."""


def _endings(endings: str) -> re.Pattern[str]:
    """Return a pattern that finds one of *endings*, not as the whole of a decomposed word."""
    choices = unicodedata.normalize("NFD", endings).split()
    return re.compile(rf"(?<=.)(?:{'|'.join(choices)})\Z")


_NOUNS = _endings(
    "회의 협의 합의 논의 결의 정의 동의 주의 건의 심의 문의 명의 발의 혐의 결과 성과 초과 통과"
    " 경과 학과 도로 수로 진로 항로 포로 추가 허가 부가 북한 남한 제한 권한 기한 연한 최소한"
)
_QUESTIONS = _endings(
    "까 는가 은가 던가 인가 한가 된가 ᆻ나 되나 하나 ᆻ냐 이냐 느냐 으냐 하냐 되냐 지냐 는지 은지"
    " 던지 인지 까요 나요 가요 어요 아요 해요 예요 에요 세요 네요 군요 데요 려요 여요 와요 돼요"
    " 래요 시오"
)
_STATEMENTS = _endings("ᆻ다 ᆫ다 ᆹ다 ᆭ다 이다 하다 니다")
_OTHERS = _endings(
    "는 된 ᆻ던 ᆻ고 ᆻ으며 ᆻ으나 ᆻ으면 ᆻ지만 ᆻ는데 ᆹ고 ᆭ고 다고 라고 다는 으며 면서 하여 되어 려고"
    " 도록 지만 므로 거나 해서 어서 하게"
)
_INFLECTED_WORDS = frozenset(
    ("위한", "대한", "관한", "통한", "의한", "인한", "향한", "따라", "따르면")
).union(("위해", "대해", "관해", "통해", "의해", "인해"))
_TOPICS = _endings("은 는")


def is_inflected(word: str) -> bool:
    """Return whether *word* ends in a particle or an ending: 장관은, 억제"를, 논의했다."""
    match = _LAST_HANGUL.search(word)
    if not match:
        return False
    run, before = match[1], word[: match.start()]
    letters = _letters(word)
    if run in _INFLECTED_WORDS or any(
        each.search(letters) for each in (_OTHERS, _QUESTIONS, _STATEMENTS)
    ):
        return True
    if _NOUNS.search(letters):
        return False
    # SCM and 제2 before a particle count as a noun of more than one syllable.
    stem = 2 if any(map(str.isalnum, before)) else 0
    return any(
        run[start:] not in _PARTS_OF_NOUNS
        and (
            _is_particle(run, start, stem + start)
            or (start > 1 and parse_inflection(run, start))
        )
        for start in range(0 if before else 1, len(run))
    )


def ends_in_question(word: str) -> bool:
    """Return whether *word* ends a question or request: 누구인가, 했나요, 적으시오."""
    return bool(_QUESTIONS.search(_letters(word)))


def ends_in_statement(word: str) -> bool:
    """Return whether *word* ends a statement, or is its topic: 논의했다, 이름은."""
    letters = _letters(word)
    return bool(_STATEMENTS.search(letters) or _TOPICS.search(letters))


def _letters(word: str) -> str:
    """Return the last Hangul of *word*, decomposed, behind "…" if anything is before it."""
    match = _LAST_HANGUL.search(word)
    if not match:
        return ""
    return "…" * bool(match.start()) + unicodedata.normalize("NFD", match[1])


def _is_particle(run: str, start: int, stem: int) -> bool:
    """Return whether *run* is a noun of *stem* syllables and, from *start* on, particles."""
    particles = run[start:]
    if particles in _AMBIGUOUS and stem < 2:
        return False
    if particles == "은" and start:
        return bool(final_of(run[start - 1]))
    return bool(parse_particles(particles, run[start - 1] if start else ""))
