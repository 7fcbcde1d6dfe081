"""Whether a space belongs at a line break, by the evidence of the document.

A judge of Korean words decides first. Marks, numbers and Latin words overrule it by rule,
and so does the spelling of the same characters elsewhere in the document.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from indexer.text.numerals import COUNTER

_CONTEXT = 6
"""Most syllables on each side of a break that are searched for in the document."""
_OPENING = "(「『“‘[〈《"
_CLOSING = ")」』”’]〉》"
_CLOSES = re.compile(rf"(?!’\d)[·,.;:?!{re.escape(_CLOSING)}]")  # ’20년 begins a word
_JOINING_END = re.compile(r"[·~∼/$€£₩￦]$|(?<=[^\W_])-$")
_JOINING_START = re.compile(r"[~∼/%‰℃°]|-(?=[^\W_])")
_THOUSANDS = re.compile(r"(?<!\d)\d{1,3}(?:,\d{3})*,$")
_THREE_DIGITS = re.compile(r"\d{3}(?!\d)")
_DATE_BEFORE = re.compile(r"(?:\d\.\s*\d{1,2}|(?:19|20)\d\d)\.$")
_DATE_AFTER = re.compile(r"\d{1,2}\.")
_HANGUL_HEAD = re.compile(r"[가-힣]*")
_HANGUL_TAIL = re.compile(r"(?<![가-힣])[가-힣]+$")
_LATIN_TAIL = re.compile(r"(?<![A-Za-z])[A-Za-z]+$")
_LATIN_HEAD = re.compile(r"[A-Za-z]+")
_PARTICLES = re.compile(
    r"(?:(?:에서|에게|으로|까지|부터|보다|처럼|만큼|에|로|와|과|만)(?:[는도의서]|부터|까지)?"
    r"|[은는이가을를도의]|이?[란며고나]|이?라[고는]|이?라도|이다|인)(?![가-힣])"
)
"""A word of particles alone: it continues a number, a Latin word or a bracket."""
_LIGHT_VERB = re.compile(
    r"[하되](?=[가-힣])|해[왔온오나야서]|[했됐](?=[가-힣])|[한할함된될됨](?:다(?:[는고]|[.]|$))?(?![가-힣])"
)
"""A syllable by which a noun becomes a verb: 참석|하였다."""
_SHORT_WORDS = frozenset("데것바수때더잘및또")
"""Words of one syllable that are no particle."""
_SELDOM_ENDS_NOUN = frozenset("로록고게지려면며서은는을를도만에의한할된될")


def between_words(lines: Sequence[str], text: str) -> Iterator[bool]:
    """Yield for each break of *lines*, which break between words, whether a space belongs there.

    None belongs behind a mark that lines may break at, as in `지상·|해상`.
    """
    for before, after in pairwise(lines):
        yield _at_mark(before, after, text) is not False


def anywhere(
    lines: Sequence[str], judged: Sequence[bool], text: str, *, breaks_runs: bool
) -> Iterator[bool]:
    """Yield for each break of *lines*, which break anywhere, whether a space belongs there.

    Args:
        lines: Lines of one text, without spaces around them.
        judged: The decisions of the judge.
        text: The document, whose line breaks are no evidence.
        breaks_runs: The result of `breaks_inside_runs` for the document.
    """
    for (before, after), judgement in zip(pairwise(lines), judged, strict=False):
        decision = _at_mark(before, after, text)
        if decision is None:
            decision = _at_run(before, after, text, breaks_runs)
        if decision is None:
            decision = _in_word(before, after, text, judgement)
        yield decision


def breaks_inside_runs(groups: Sequence[Sequence[str]], text: str) -> bool:
    """Return whether lines of a document break inside numbers or Latin words.

    `20|20년` does, and so does `US|FK` if the document has USFK elsewhere.
    """
    for before, after in (pair for lines in groups for pair in pairwise(lines)):
        if before[-1:].isdecimal() and after[:1].isdecimal():
            return True
        if _word_habit(text, *_latin(before, after)) > 0:
            return True
    return False


def _habit(text: str, joined: str, spaced: str) -> int:
    """Return how many more matches *text* has for *joined* than for *spaced*."""
    return len(re.findall(joined, text)) - len(re.findall(spaced, text))


def _decided(habit: int) -> bool | None:
    """Return whether a space belongs at a break by the result of `_habit`."""
    return None if habit == 0 else habit < 0


def _at_mark(before: str, after: str, text: str) -> bool | None:
    """Return whether a space belongs at a mark, None without one or without evidence."""
    last, first = re.escape(before[-1:]), re.escape(after[:1])
    if before.endswith((".", ",", "?", "!")):
        return _behind_stop(before, after, text)
    if _JOINING_END.search(before) or before.endswith(tuple(_OPENING)):
        return _habit(text, rf"{last}\S", f"{last} ") < 0
    if _CLOSES.match(after) or _JOINING_START.match(after):
        return _habit(text, rf"\S{first}", f" {first}") < 0
    if after.startswith(tuple(_OPENING)):
        habit = _habit(text, last + first, f"{last} {first}")
        return _decided(habit or _habit(text, rf"\S{first}", f" {first}"))
    if before.endswith(tuple(_CLOSING)):
        return _behind(last, after, text)
    return None


def _behind_stop(before: str, after: str, text: str) -> bool:
    """Return whether a space belongs behind a full stop or comma; not in `28,|500`, `3.|5`.

    Dates are written with or without spaces, `2020. 10. 14.` or `2020.10.14.`
    """
    if not (before[-2:-1].isdecimal() and after[:1].isdecimal()):
        return True
    if before.endswith(","):
        return not (_THOUSANDS.search(before) and _THREE_DIGITS.match(after))
    is_date = _DATE_BEFORE.search(before) or _DATE_AFTER.match(after)
    return bool(is_date) and _habit(text, r"\d\.\d{1,2}\.", r"\d\. \d{1,2}\.") <= 0


def _at_run(before: str, after: str, text: str, breaks_runs: bool) -> bool | None:
    """Return whether a space belongs beside a number or a Latin word, None if undecided."""
    tail, head = _latin(before, after)
    if before[-1:].isdecimal():
        return _behind_number(after, head, text)
    if after[:1].isdecimal():
        return _ahead(before, r"\d", text)
    if tail and head:
        return _at_latin_words(tail, head, text, breaks_runs)
    if head:
        return _ahead(before, "[A-Za-z]", text)
    return _behind_latin(tail, after, text) if tail else None


def _behind_number(after: str, head: str, text: str) -> bool | None:
    if after[:1].isdecimal() or (head and re.search(rf"\d{head}(?![A-Za-z])", text)):
        return False
    decision = _behind(r"\d", after, text)
    return False if decision is None and re.match(COUNTER, after) else decision


def _behind_latin(tail: str, after: str, text: str) -> bool | None:
    decision = _behind(rf"(?<![A-Za-z]){tail}", after, text, of_word=True)
    return _behind("[A-Za-z]", after, text) if decision is None else decision


def _at_latin_words(tail: str, head: str, text: str, breaks_runs: bool) -> bool:
    """Return whether a space belongs between Latin letters.

    Without evidence they are two words if the lines of the document break no words of
    Latin letters, if both are words elsewhere, or if the second is a name: `Mark|Esper`.
    """
    if habit := _word_habit(text, tail, head):
        return habit < 0
    starts_name = head[0].isupper() and tail[-1].islower()
    are_words = all(
        len(word) > 1 and re.search(_word(word) + r"[^\n]", text)
        for word in (tail, head)
    )
    return not breaks_runs or starts_name or are_words


def _latin(before: str, after: str) -> tuple[str, str]:
    """Return the Latin letters before and behind a break."""
    tail, head = _LATIN_TAIL.search(before), _LATIN_HEAD.match(after)
    return tail[0] if tail else "", head[0] if head else ""


def _word(letters: str) -> str:
    r"""Return a pattern of a Latin word, which no `\b` separates from Hangul: `SCM이`."""
    return rf"(?<![A-Za-z]){letters}(?![A-Za-z])"


def _word_habit(text: str, tail: str, head: str) -> int:
    """Return `_habit` for Latin letters as one word or as two, 0 without both."""
    if not (tail and head):
        return 0
    return _habit(text, _word(tail + head), _word(f"{tail} {head}"))


def _behind(run: str, after: str, text: str, *, of_word: bool = False) -> bool | None:
    """Return whether a space belongs between *run*, a pattern, and Hangul behind it."""
    head = _HANGUL_HEAD.match(after[:_CONTEXT])[0]  # type: ignore[index]
    if not head:
        return None
    shortest = len(head) if len(head) == 1 else 2
    for length in range(len(head), shortest - 1, -1):
        if habit := _habit(text, run + head[:length], f"{run} {head[:length]}"):
            return habit < 0
    return None if of_word or not _PARTICLES.match(after) else False


def _ahead(before: str, run: str, text: str) -> bool | None:
    """Return whether a space belongs between Hangul and *run*, a pattern, behind it."""
    if not (match := _HANGUL_TAIL.search(before)):
        return None
    word = match[0]
    for tail in _tails(word):
        start = r"(?<![가-힣])" if tail == word else ""
        if habit := _habit(text, f"{start}{tail}{run}", f"{start}{tail} {run}"):
            return habit < 0
    return False if word == "제" else None


def _tails(word: str) -> Iterator[str]:
    """Yield the ends of a word, the longest first; one syllable only if it is the word."""
    most = min(len(word), _CONTEXT)
    for length in range(most, min(most, 2) - 1, -1):
        yield word[-length:]


def _in_word(before: str, after: str, text: str, judged: bool) -> bool:
    """Decide by the spelling of the same syllables elsewhere, the longest context first."""
    match = _HANGUL_TAIL.search(before)
    tail = match[0] if match else ""
    head = _HANGUL_HEAD.match(after)[0]  # type: ignore[index]
    for left, right in _contexts(tail, head):
        # If the context has the whole word before the break, a word must begin with it.
        if habit := _syllable_habit(text, left, right, len(left) == len(tail)):
            return habit < 0
    if len(tail) > 1 and _LIGHT_VERB.match(head) and tail[-1] not in _SELDOM_ENDS_NOUN:
        return False
    if (
        len(head) == 1
        and head not in _SHORT_WORDS
        and not re.search(rf"\s{head}(?![가-힣])", text.replace("\n", ""))
    ):
        return False  # A single syllable that is nowhere a word of its own.
    return judged


def _syllable_habit(text: str, left: str, right: str, is_whole: bool) -> int:
    """Return `_habit` for the syllables on both sides of a break."""
    joined, spaced = left + right, f"{left} {right}"
    if joined not in text and spaced not in text:
        return 0
    start = r"(?<![가-힣])" if is_whole else ""
    return _habit(text, start + joined, start + spaced)


def _contexts(tail: str, head: str) -> Iterator[tuple[str, str]]:
    """Yield ends of *tail* with beginnings of *head*, the most syllables first."""
    if not tail or not head:
        return
    most = min(len(tail), _CONTEXT)
    rights = min(len(head), _CONTEXT)
    for length in range(most + rights, 2, -1):
        for left in range(min(most, length - 1), 0, -1):
            # One syllable of a longer word does not predict how the word continues.
            if length - left <= rights and (left > 1 or len(tail) == 1):
                yield tail[-left:], head[: length - left]
