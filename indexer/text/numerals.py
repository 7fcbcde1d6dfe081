"""Numbers and dates: the plain form of one that is written in another way.

3천 명     →  3000명
2만8,500명  →  28500명
’14.10.23  →  ’2014년10월23일

Its terms are then those of the plain form. Numbers are read as Lucene's KoreanNumberFilter
reads them: the units 십, 백, 천 add up below 만, 억 and 조.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from indexer.text.folding import fold

_DIGITS = {**{char: n for n, char in enumerate("영일이삼사오육칠팔구")}, "륙": 6}
_SMALL_UNITS = {"십": 10, "백": 100, "천": 1000}
_LARGE_UNITS = {"만": 10**4, "억": 10**8, "조": 10**12}
_UNITS = {**_SMALL_UNITS, **_LARGE_UNITS}
_NO_LIMIT = 10**20
_LONGEST = 24
"""Syllables of the longest number in Hangul."""
NUMERALS = frozenset((*_DIGITS, *_UNITS))
"""The syllables of Sino-Korean numbers."""
_BEFORE_SPACE = frozenset((*NUMERALS, *".제년월"))
"""Characters before a space in a number or date, apart from digits."""

_SPELLED_COUNTERS = (
    "명|원|개국|개월|개|년|월|일|차례|차|회|달러|톤|척|대|건|시간|퍼센트|여|주년|가지|곳"
    "|위안|유로"
)
"""Counters behind a number in Hangul: 이천 is a town, 이천 명 a number."""
_COUNTERS = f"{_SPELLED_COUNTERS}|호|항|조|장|권|번|분|초|세|살|기|인|발|킬로|미터|배|엔|불|단계"
_AFTER_COUNTER = "(?![가-힣])|(?=[을를은는이가의에도로와과만까으부씩당간인여정대째])"
_MONEY = "여? *(?:원|달러|엔|위안|유로|불)"
_NO_MONTH = "차호항조월일년분급층단번세학장권기째"
"""Syllables behind numbers in a list: 1·2호 has two numbers, 9·19선언 has one."""

_NUMERAL = f"[{''.join(sorted(NUMERALS))}]"
_UNIT = f"[{''.join(_UNITS)}]"
_NUMBER_START = rf"\d|(?<![^\W_]){_NUMERAL}(?:{_NUMERAL}|\s)"
_SPELLED = rf"(?<![^\W_]){_NUMERAL}+(?:\s+{_NUMERAL}{{2,}})*"
_PIECE = (
    r"(?P<space>\s*)(?:(?P<digits>\d{1,3}(?:,\d{3}){1,4}(?![\d,])|\d{1,16}(?!\d))"
    r"(?:\.(?P<fraction>\d{1,4})(?!\d))?"
    rf"|(?P<digit>[{''.join(_DIGITS)}])|(?P<unit>{_UNIT}))"
)
"""Digits or a unit of a number, the space before it included."""
COUNTER = f"(?:{_COUNTERS})(?:{_AFTER_COUNTER})"
_COUNTED = rf"\s*(?:{_SPELLED_COUNTERS})(?:{_AFTER_COUNTER})"
_DAY = r"(\d{1,2})"
_DATE = (
    r"(?:(?<=['’‘`])(\d\d)|(?<![\d.,/a-z-])((?:1\d|20)\d\d))"
    rf"(?:\.\s*{_DAY}\.\s*{_DAY}|[-‐‑–−]{_DAY}[-‐‑–−]{_DAY}|/{_DAY}/{_DAY})(?!\d|[./-]\d)"
)
_DATE_MARKS = frozenset("./-‐‑–−")
"""Of each date in digits, two characters."""
_DOTS = "·‧・•∙⋅᛫⸱"
_PARTICLE = "[을를은는이가의에도로와과만]|에서|에게|에는|으로|까지|부터|보다"
# ’20년 stands for 2020년, so that 20년 is also looked for by its letters.
_WHOLE_NUMBER = (
    rf"(?!\W*\d\d년)\W*(?:제?\d[\d,.]*(?![\d,.])(?:\s*(?:{_COUNTERS}))?\W*)+"
    rf"(?:{_PARTICLE})?\W*"
)
_SPACE = rf"(?<=\d|{_UNIT})\s+(?={COUNTER})|(?<=[제년월])\s+(?=\d)"
"""These patterns are compiled when they are first used: most searches need none."""


class Change(NamedTuple):
    """A part of a text to be replaced by *text*.

    `origins` has for each character of *text* the offset of the character that it stands
    for. `is_spelling` is false for a change of marks and spaces alone.
    """

    start: int
    end: int
    text: str
    origins: tuple[int, ...]
    is_spelling: bool = False


def may_have_number(text: str) -> bool:
    """Return whether folded *text* has a digit, or a word that begins with a number."""
    return bool(_pattern(_NUMBER_START).search(text))


def plain_numbers(text: str) -> list[Change]:
    """Return the changes to folded *text* that bring its numbers and dates to plain form.

    They are in order and do not overlap.
    """
    # Compiling a pattern takes longer than to see that the text has no character of it.
    changes = [] if NUMERALS.isdisjoint(text) else [*_spelled_numbers(text)]
    if _pattern(r"\d").search(text):
        if not _DATE_MARKS.isdisjoint(text):
            changes += _dates(text)
        if not _UNITS.keys().isdisjoint(text):
            changes += _mixed_numbers(text)
        changes += _marks(text)
    changes += _spaces(text)
    ordered: list[Change] = []
    for change in sorted(changes, key=lambda change: (change.start, -change.end)):
        if not ordered or change.start >= ordered[-1].end:
            ordered.append(change)
    return ordered


def is_number(text: str) -> bool:
    """Return whether a word is digits alone, or a number or date with what it counts.

    Its letters in a longer number are another number: 3천 in 1만3천, 518 in 5.18.
    """
    folded, origins = fold(text)
    plain, _ = apply_changes(folded, origins, plain_numbers(folded))
    return bool(_pattern(_WHOLE_NUMBER).fullmatch(plain))


def spelled_number(word: str) -> str | None:
    """Return the digits of a whole word of numerals: `3000` for 삼천, None for 이천시."""
    if len(word) < 2 or not NUMERALS.issuperset(word):
        return None
    number = _number_at(word, 0, is_ordinal=False)
    return str(number[1]) if number and number[0] == len(word) else None


def apply_changes(
    text: str, origins: Sequence[int], changes: Sequence[Change]
) -> tuple[str, Sequence[int]]:
    """Return *text* with *changes* made, and the *origins* of its characters."""
    pieces: list[str] = []
    result: list[int] = []
    last = 0
    for change in changes:
        pieces += text[last : change.start], change.text
        result += origins[last : change.start]
        result += [origins[offset] for offset in change.origins]
        last = change.end
    return "".join((*pieces, text[last:])), [*result, *origins[last:]]


def is_inside_number(text: str, start: int, end: int) -> bool:
    """Return whether a number or date goes on behind the white space *text*[start:end].

    It does in `2만 8,500명`, `3천 명`, `제 46 차`, `2014. 10. 23.` and `10월 23일`.
    """
    before = text[start - 1 : start]
    return (before in _BEFORE_SPACE or before.isdecimal()) and _goes_on(
        text, start, end
    )


def _goes_on(text: str, start: int, end: int) -> bool:
    """Return what `is_inside_number` does, given that a number may end at *start*."""
    before, behind = text[start - 1], text[end : end + 1]
    number = text[max(0, start - _LONGEST) : start]
    if behind in _DIGITS or behind in _SMALL_UNITS:
        return before in _UNITS and _ends_in_numerals(number)
    if not behind.isdecimal():
        is_number = before.isdecimal() or _ends_number(number)
        return is_number and bool(_pattern(COUNTER).match(text, end))
    if before == ".":
        return _is_inside_date(number, text[end : end + _LONGEST])
    if before in ("년", "월"):
        following = _pattern(r"\d{1,2}\s*[월일]").match(text, end)
        return text[start - 2 : start - 1].isdecimal() and bool(following)
    if before == "제":
        return not text[start - 2 : start - 1].isalnum()
    return before in _UNITS and _ends_number(number)


def _is_inside_date(before: str, behind: str) -> bool:
    """Return whether the texts around a space after a point are of a date: 2014. 10. 23."""
    year = _pattern(
        r"(?:(?<!\d)1\d\d\d|(?<!\d)20\d\d|['’‘`]\d\d)\.(?:\s*(\d{1,2})\.)?$"
    )
    match = year.search(before)
    rest = r"\d{1,2}(?!\d)" if match and match[1] else r"\d{1,2}\.\s*\d{1,2}(?!\d)"
    return bool(match and _pattern(rest).match(behind))


def _ends_number(text: str) -> bool:
    """Return whether *text* ends in digits and units, or in a word of numerals alone."""
    bare = text.rstrip("".join(_UNITS))
    is_mixed = len(bare) < len(text) and bare[-1:].isdecimal()
    return is_mixed or _ends_in_numerals(text)


def _ends_in_numerals(text: str) -> bool:
    """Return whether the last word of *text* is 삼천 or 천, but not 이."""
    before = text.rstrip("".join(NUMERALS))
    word = text[len(before) :]
    return not NUMERALS.isdisjoint(word) and (
        not before[-1:].isalnum() and (len(word) > 1 or word in _UNITS)
    )


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    """Return the compiled *pattern*."""
    return re.compile(pattern)


CONTINUATIONS = "".join(
    sorted({*_DIGITS, *_SMALL_UNITS, *(word[0] for word in _COUNTERS.split("|"))})
)
"""The syllables that may continue a number behind a space."""


def _dates(text: str) -> Iterator[Change]:
    for match in _pattern(_DATE).finditer(text):
        groups = [group for group in range(1, 9) if match[group] is not None]
        year, month, date = (int(match[group]) for group in groups)
        if not (1 <= month <= 12 and 1 <= date <= 31):
            continue
        if match[1]:
            year += 2000 if year < 50 else 1900
        pieces, origins = "", []
        for group, number, unit in zip(
            groups, (year, month, date), "년월일", strict=True
        ):
            start, end = match.span(group)
            digits = str(number)
            goes_on = unit == "일" and text[end : end + 1] == unit
            pieces += digits if goes_on else digits + unit
            origins += [*_spread(start, end, len(digits)), *([end - 1] * (not goes_on))]
        yield Change(
            match.start(groups[0]),
            match.end(),
            pieces,
            tuple(origins),
            is_spelling=True,
        )


def _spread(start: int, end: int, length: int) -> list[int]:
    """Return offsets for *length* characters that stand for those from *start* to *end*."""
    if end - start == length:
        return list(range(start, end))
    return [start] * (length - 1) + [end - 1]


def _mixed_numbers(text: str) -> Iterator[Change]:
    """Yield numbers of digits and units: 3천, 2만8,500, 1조 2천억."""
    last = 0
    for match in _pattern(r"(?<![\d.,a-z-])\d").finditer(text):
        start = match.start()
        if start < last:
            continue
        is_ordinal = text[max(0, start - _LONGEST) : start].rstrip().endswith("제")
        number = _number_at(text, start, is_ordinal=is_ordinal)
        if number:
            last, value = number
            digits = str(value)
            origins = tuple(_spread(start, last, len(digits)))
            yield Change(start, last, digits, origins, is_spelling=True)


def _spelled_numbers(text: str) -> Iterator[Change]:
    """Yield numbers in Hangul with what they count: 삼천 명, 십이월."""
    for match in _pattern(_SPELLED).finditer(text):
        start, end = match.span()
        number = _number_at(text, start, is_ordinal=False)
        # 삼십일 may be 31 or 30 days; 이십삼일 is 23 days.
        if not number or number[0] < end - (text[end - 1] == "일"):
            continue
        last, value = number
        is_long = last - start > 1 or text[last : last + 1].isspace()
        if _pattern(_COUNTED).match(text, last) and text[last - 1] != "조" and is_long:
            digits = str(value)
            origins = tuple(_spread(start, last, len(digits)))
            yield Change(start, last, digits, origins, is_spelling=True)


def _number_at(text: str, start: int, *, is_ordinal: bool) -> tuple[int, int] | None:
    """Return the end and the value of the longest number with a unit at *start*.

    조 counts only money or stands before 억 and 만: 3조 is an article.
    """
    piece = _pattern(_PIECE)
    is_spelled = not text[start].isdecimal()
    sum_ = _Sum()
    best: tuple[int, int] | None = None
    match = piece.match(text, start)
    while match:
        is_foreign = match["digits" if is_spelled else "digit"]
        if is_foreign or (match["space"] and not sum_.unit) or not _add(sum_, match):
            break
        end = match.end()
        match = piece.match(text, end)
        goes_on = match and match["unit"] and not match["space"]
        is_complete = bool(sum_.unit) and not (goes_on and text[end - 1].isdecimal())
        if "조" in text[start:end] and not _pattern(_MONEY).match(text, end):
            is_complete = text[end - 1] in "만억" and not is_ordinal
        if is_complete:
            best = end, sum_.value
    goes_on = best and text[best[0] : best[0] + 1].isdecimal()
    return None if goes_on else best


def _add(sum_: _Sum, piece: re.Match[str]) -> bool:
    """Add digits or a unit to *sum_*; return whether they go on with the number."""
    if piece["unit"]:
        return sum_.add_unit(piece["unit"])
    if piece["digit"]:
        return sum_.add_digits(_DIGITS[piece["digit"]], 1)
    fraction = piece["fraction"] or ""
    amount = int(piece["digits"].replace(",", "") + fraction)
    return sum_.add_digits(amount, 10 ** len(fraction))


class _Sum:
    """The sum of digits and units, which become smaller from the left to the right.

    In 1만 5천, `unit` is 천, the total 10,000 and the section 5,000.
    """

    def __init__(self) -> None:
        self.unit = ""
        self._total = self._section = 0
        self._amount, self._scale = 0, 1
        self._small = self._large = _NO_LIMIT

    @property
    def value(self) -> int:
        """The value of what has been added."""
        return self._total + self._section + self._amount

    def add_digits(self, amount: int, scale: int) -> bool:
        """Add *amount* / *scale*; return whether it fits below the units before it."""
        fits = amount < scale * min(self._small, self._large)
        if self._amount or not amount or not fits or (self.unit and scale > 1):
            return False
        self._amount, self._scale = amount, scale
        return True

    def add_unit(self, unit: str) -> bool:
        """Multiply the last digits by *unit*; return whether that fits."""
        worth = _UNITS[unit]
        is_small = unit in _SMALL_UNITS
        amount = self._amount or (0 if self._section and not is_small else self._scale)
        value, rest = divmod(amount * worth, self._scale)
        limit = min(self._small, self._large) if is_small else self._large
        if not is_small:
            value += self._section * worth
        if (
            rest
            or value >= limit
            or worth >= (self._small if is_small else self._large)
        ):
            return False
        if is_small:
            self._section += value
            self._small = worth
        else:
            self._total, self._section = self._total + value, 0
            self._small, self._large = 10**4, worth
        self._amount, self._scale, self.unit = 0, 1, unit
        return True


def _marks(text: str) -> Iterator[Change]:
    """Yield the middle dot of 9·19, which becomes a point, and the zero of 03월."""
    if any(dot in text for dot in _DOTS):
        dotted = (
            rf"(?<![\d·.])\d{{1,2}}([{_DOTS}])\d{{1,2}}(?![\d·]|[{_NO_MONTH}](?!치))"
        )
        for match in _pattern(dotted).finditer(text):
            yield Change(match.start(1), match.end(1), ".", (match.start(1),))
    for match in _pattern(r"(?<![\d.,])0(?=[1-9] *[월일])").finditer(text):
        yield Change(match.start(), match.end(), "", ())


def _spaces(text: str) -> Iterator[Change]:
    """Yield the spaces of `3천 명`, `제 46 차` and `10월 23일`."""
    if len(text.split(maxsplit=1)) > 1:
        for match in _pattern(_SPACE).finditer(text):
            yield Change(*match.span(), "", ())
