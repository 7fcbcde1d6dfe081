"""Definitions of short forms in a sentence, such as `북방한계선 ( NLL )`.

A definition is a bracket behind a long form, or a long form in brackets. What a bracket
holds is easily told; where the long form before it begins is not, and is judged by the
number of initials, by quotes, and by what the corpus says elsewhere.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

from indexer.analysis.analyzer import Analyzer
from indexer.analysis.script_runs import Run, Script, runs, words
from indexer.extract.transliteration import name_pairs, sounds_like

_MOST_MORPHEMES = 8
_REACH = 60
"""How many characters before a bracket are read."""

_OPENING, _CLOSING, _DOT = "\"'“‘「『", "\"'”’」』", "·ㆍ‧・•∙⋅"
_BRACKET = re.compile(r"[(（]\s{0,3}([^()（）\s][^()（）]{1,80}?)\s{0,3}[)）]")
_QUOTATION = re.compile(rf"[{_OPENING}]([^{_OPENING}{_CLOSING},.;:()]+)$")
# Not `이하 이 조에서 "사업자"라 한다`: a name for one article is none for the corpus.
_CALLED = re.compile(
    rf"(?:^|,)\s*(?:이하|약칭)\s*:?\s*[{_OPENING}]?(.+?)[{_CLOSING}]?"
    r"\s*(?:(?:이?라|으?로)\s?[가-힣 ]+)?$"
)
_COMMA = re.compile(r"\s*[,:;]\s*(?:[JS]r\.?$)?")
_ACRONYM = re.compile(r"(?:[a-z]+ )?([A-Za-z](?:[A-Za-z0-9&-]*[A-Za-z0-9])?)")
_HANGUL = re.compile(rf"(?!이하|약칭|이 )[가-힣]+(?:[ {_DOT}][가-힣]+)*")
_HEAD = re.compile(rf"(?:^|[\s{_OPENING}])([A-Za-z가-힣][A-Za-z가-힣0-9&-]*)$")
_JOINT = re.compile(rf"[-{_DOT}]?")
_WORD = re.compile(rf"[-{_DOT}]?[가-힣]+")
_NOUN = re.compile(r"((NN[GPB]|NR|NP|XR|XPN|XSN|UN|MM) )*(NN[GP]|XR|XSN|UN) ")
_CONTENT = re.compile(r"NN[GPB]|NR|NP|XR|XPN|XSN|UN|MM|MAG|V[VA](-[IR])?")


class Definition(NamedTuple):
    """A short form and what may be its long form, the likeliest first.

    It is `local` if the text says `이하`, as a law does for its own length.
    """

    short: str
    longs: Sequence[str]
    local: bool = False


class _Word(NamedTuple):
    """A run of a sentence, with its morphemes and what parts it from the run before."""

    run: Run
    start: int
    end: int
    terms: Sequence[str]
    tags: str
    gap: str = ""


class _Stretch(NamedTuple):
    """What may be a long form, with its morphemes.

    It is `partial` if a middle dot joins it to what stands before, and `described` if
    it is no noun phrase, but a quotation: `조건에 기초한 전작권 전환계획`.
    """

    text: str
    terms: Sequence[str]
    partial: bool
    described: bool

    @property
    def weight(self) -> int:
        """How many initials it accounts for; one word such as 양해각서 has two."""
        return sum(
            len(term) if term.isascii() else max(1, len(term) // 2)
            for term in self.terms
        )


class _Place(NamedTuple):
    """Where a long form ends, how far back it may begin, and whether quotes say so."""

    start: int
    end: int
    quoted: bool = False


class CorpusWords:
    """The words of a corpus, and whether anything was asked of them."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = words
        self.asked = False

    @property
    def lines(self) -> str:
        """The distinct words in Hangul, each where it comes first, a line each."""
        self.asked = True
        return self._lines

    @cached_property
    def _lines(self) -> str:
        found = dict.fromkeys(_unjoined("\n".join(self._words)))
        return "\n".join(("", *found, ""))


def find_definitions(
    text: str, analyzer: Analyzer, spoken: CorpusWords
) -> list[Definition]:
    """Return what may be definitions in *text*, in order.

    Args:
        text: A sentence.
        analyzer: It is given words whole, so that it meets no run that it does not meet
            when they are indexed, and none but those about a likely bracket.
        spoken: The words of the corpus, which are asked where the sentence cannot tell.
    """
    if "(" not in text and "（" not in text:
        return []
    found = _Reader(text, analyzer, spoken).read()
    return [each for each in found if each.longs or each.local]


class _Reader:
    """Reads the definitions of one sentence."""

    def __init__(self, text: str, analyzer: Analyzer, spoken: CorpusWords) -> None:
        self._text = text
        self._analyzer = analyzer
        self._spoken = spoken

    def read(self) -> Iterator[Definition]:
        """Yield short forms with their long forms."""
        for bracket in _BRACKET.finditer(self._text):
            place = _before(self._text, bracket)
            before = self._text[place.start : place.end]
            for short, local in _shorts(" ".join(bracket[1].split())):
                if _is_acronym(short):
                    yield Definition(short, self._with_initials(short, place))
                elif before.endswith(f" {short}"):
                    # Laws say what a word means here: 협회(이하 "협회"라 한다).
                    yield Definition(short, [], local)
                elif _is_drawn(short, before):
                    longs = self._with_syllables(short, place, local=local)
                    yield Definition(short, longs, local)
                else:
                    yield Definition(short, [], local)
                    yield from (
                        Definition(o, [n]) for n, o in name_pairs(before, short)
                    )
            if (head := _HEAD.search(before)) and _HANGUL.fullmatch(bracket[1]):
                inside = _Place(*bracket.span(1))
                yield Definition(head[1], self._in_bracket(head[1], inside))

    def _in_bracket(self, short: str, place: _Place) -> Sequence[str]:
        """Return what stands in a bracket if it is *short* in full."""
        long = self._text[place.start : place.end]
        found: Sequence[str] = ()
        if _is_acronym(short):
            found = self._with_initials(short, place, spare=0)
        elif _is_drawn(short, long):
            found = self._with_syllables(short, place, local=False)
        return [each for each in found if form_key(each) == form_key(long)]

    @cached_property
    def _whole(self) -> list[tuple[int, str]]:
        return list(words(self._text))

    def _words(self, place: _Place) -> list[_Word]:
        """Return the runs of the words that *place* has a part of.

        None is read before a word that no noun phrase goes back over, unless quotes say
        where it begins.
        """
        found: list[list[_Word]] = []
        for offset, word in reversed(self._whole):
            if offset >= place.end:
                continue
            if offset + len(word) <= place.start:
                break
            found.append(list(self._read(offset, word)))
            if (
                len(found) > 1
                and not place.quoted
                and any(map(_ends_phrase, found[-1]))
            ):
                break
        read = [word for words in reversed(found) for word in words]
        ends = [place.start, *(word.end for word in read)]
        return [
            word._replace(gap=self._text[end : word.start])
            for end, word in zip(ends, read, strict=False)
        ]

    def _read(self, offset: int, word: str) -> Iterator[_Word]:
        for run, parts in self._analyzer.analyze_runs(word):
            terms = [part.form for part in parts if _CONTENT.fullmatch(part.tag)]
            tags = "".join(f"{part.tag} " for part in parts)
            start, end = offset + run.start, offset + run.end
            yield _Word(run, start, end, terms or [run.text], tags)

    def _stretches(self, place: _Place, short: str) -> list[_Stretch]:
        """Return the noun phrases that end where *place* does, the shortest first.

        What is quoted is one of them, the last, whatever stands before its last noun.
        """
        near = self._words(place)
        first = bisect_left(near, place.start, key=lambda word: word.start)
        last = bisect_right(near, place.end, key=lambda word: word.end)
        inside = near[first:last]
        if not inside or inside[-1].end != place.end:
            return []
        starts = _starts(inside, form_key(short))
        described = place.quoted and 0 not in starts
        if starts and described:
            starts.append(0)
        found = [
            _Stretch(
                " ".join(self._text[inside[start].start : place.end].split()),
                [term for word in inside[start:] for term in word.terms],
                bool(start) and bool(_JOINT.fullmatch(inside[start].gap)),
                described and not start,
            )
            for start in starts
        ]
        return [each for each in found if len(each.terms) <= _MOST_MORPHEMES]

    def _with_initials(
        self, short: str, place: _Place, spare: int = 1
    ) -> Sequence[str]:
        """Return what *short* may be of, the shortest that has its initials first.

        One initial may be to *spare*: `of` and `and` have theirs.
        """
        count = _initials(short)
        stretches = self._stretches(place, short)
        if stretches and place.quoted:
            quotation = stretches.pop()
            # What is far longer is about the thing, and no name for it.
            if -spare <= quotation.weight - count < count:
                return [quotation.text]
        compounds = [each for each in stretches if self._is_compound(each, count)]
        near = [each for each in compounds if each.weight >= count - spare]
        enough = [each for each in near if each.weight >= count]
        if not near:
            return [s.text for s in stretches[:1] if sounds_like(s.text, short)]
        closed = near[0] is stretches[0] and len(near[0].terms) > 2
        likely = near[0] if closed or not enough else enough[0]
        return [likely.text, *(each.text for each in near if each is not likely)]

    def _is_compound(self, stretch: _Stretch, count: int) -> bool:
        """Tell whether *stretch* may have *count* initials, or most of them.

        A part of what middle dots join is whole only where it is found alone, as
        대량살상무기 of 생화학·대량살상무기 is, and 지배구조 of 환경·사회·지배구조 is not.
        """
        if len(stretch.terms) == 1 and len(stretch.text) <= 3:
            return False
        if not stretch.partial:
            return True
        return stretch.weight >= count and f"\n{stretch.text}" in self._spoken.lines

    def _with_syllables(
        self, short: str, place: _Place, *, local: bool
    ) -> Sequence[str]:
        """Return the shortest stretch that *short* takes its syllables from, in order."""
        wanted = form_key(short)
        for stretch in self._stretches(place, short):
            text, terms, partial, _ = stretch
            long = form_key(text)
            if long == wanted or (wanted.endswith("등") and not long.endswith("등")):
                break
            if partial or not _is_made_of(wanted, stretch):
                continue
            if local:
                coined = wanted not in _choices(terms) or self._is_coined(wanted, text)
                return [text] if coined else []
            is_part = wanted in long and wanted in _choices(terms)
            return [text] if not is_part and len(long) > len(wanted) + 1 else []
        return []

    def _is_coined(self, short: str, long: str) -> bool:
        """Tell whether *short*, a common noun, is nothing in this corpus but *long*.

        안전기준 is hardly 광산안전기술기준 if it was spoken of before that, and 위원회
        no committee of its own if there are others.
        """
        lines = self._spoken.lines
        at = lines.find(f"\n{short}")
        known = [lines.find(f"\n{word}") for word in _unjoined(long)]
        if at < max(known, default=0):
            return False
        tail = 0
        while (tail := lines.find(short, tail + 1)) >= 0:
            start = lines.rindex("\n", 0, tail) + 1
            if start < tail and not long.endswith(lines[start : tail + len(short)]):
                return False
        return at >= 0


def _unjoined(text: str) -> list[str]:
    """Return the words in Hangul that no dot joins to what stands before them."""
    # Looking behind each letter instead takes ten times as long.
    return [word for word in _WORD.findall(text) if word[0] >= "가"]


def _before(text: str, bracket: re.Match[str]) -> _Place:
    """Return what stands before a bracket, or in the quotes before or around it."""
    start = max(0, bracket.start() - _REACH)
    before = text[start : bracket.start()].rstrip()
    after = text[bracket.end() : bracket.end() + _REACH].lstrip()
    end = start + len(before)
    quoted = after.startswith(tuple(_CLOSING))
    if before.endswith(tuple(_CLOSING)):
        end -= 1
        quoted = True
    if quoted and (quotation := _QUOTATION.search(text, start, end)):
        return _Place(quotation.start(1), end, quoted=True)
    return _Place(start, end)


def _starts(words: Sequence[_Word], short: str) -> list[int]:
    """Return which of *words* may begin a noun phrase to the last of them, last first.

    The phrase goes back over nouns, and over what *short* holds (WMD 대응 and CWMD).
    """
    last = first = len(words) - 1
    # Kiwi reads the last 의 of 한미안보협의회의 as a particle.
    if not _is_noun(words[last]._replace(tags=words[last].tags.removesuffix("JKG "))):
        return []
    while first and (words[first].gap.isspace() or _JOINT.fullmatch(words[first].gap)):
        word = words[first - 1]
        if _ends_phrase(word) or not (_is_noun(word) or word.run.text in short):
            break
        if word.run.text == "관련" and short.isascii():
            break
        first -= 1
    # Kiwi takes 대한 and 통한 for names, 북한 is one: an object tells.
    if 0 < first < last and words[first].run.text.endswith("한"):
        first += words[first - 1].run.text.endswith(("을", "를", "에"))
    return [
        index
        for index in range(last, first - 1, -1)
        if not index
        or not _JOINT.fullmatch(words[index].gap)
        or (index == last and words[index].gap)
    ]


def _ends_phrase(word: _Word) -> bool:
    """Tell whether no noun phrase goes back over a word, whatever is short for it."""
    return word.run.script is not Script.LETTERS and not _is_noun(word)


def _is_noun(word: _Word) -> bool:
    """Tell whether a word is a noun, without a particle; syllables alone seldom are."""
    return len(word.run.text) > 1 and bool(_NOUN.fullmatch(word.tags))


def _shorts(inner: str) -> Iterator[tuple[str, bool]]:
    """Yield what may be short forms in a bracket, and whether it says `이하` of them."""
    called = _CALLED.search(inner)
    plain = inner[: called.start()] if called else inner
    words = list(filter(None, _COMMA.split(plain)))
    acronyms = list(filter(_is_acronym, words))
    if len(words) == 1 or (
        len(acronyms) == 1 and all(len(w.split()) < 2 for w in words)
    ):
        yield from ((word, False) for word in words)
    elif len(acronyms) == 1 and plain.isascii():
        yield acronyms[0], False
    if called and plain.isascii():
        yield called[1], True


def _is_acronym(text: str) -> bool:
    """Tell whether most letters of *text* are capitals; a word before may qualify it."""
    match = _ACRONYM.fullmatch(text)
    capitals = sum(map(str.isupper, match[1])) if match else 0
    return match is not None and capitals > 1 and capitals * 2 >= len(match[1])


def _initials(acronym: str) -> int:
    *words, last = acronym.split()
    return len(words) + sum(map(str.isalpha, last))


def _is_drawn(short: str, long: str) -> bool:
    """Tell whether *short* is Hangul and its syllables stand in *long* in their order."""
    syllables = [char for char in short if "가" <= char <= "힣"]
    rest = iter(long)
    return (
        len(syllables) > 1
        and bool(_HANGUL.fullmatch(short))
        and all(char in rest for char in syllables)
    )


def _is_made_of(short: str, stretch: _Stretch) -> bool:
    """Tell whether *short* begins as a morpheme does and reaches the last word."""
    text, terms, _, described = stretch
    return (
        (len(terms) > 1 or len(text) > len(short) + 2)
        and short[-1] in text.split()[-1]
        and any(
            term.startswith(short[0]) and _is_drawn(short, "".join(terms[start:]))
            for start, term in enumerate(terms[: 1 if described else None])
        )
    )


def _choices(terms: Sequence[str]) -> set[str]:
    """Return what is made of some of *terms*, in their order."""
    return {
        "".join(chosen)
        for count in range(1, len(terms) + 1)
        for chosen in combinations(terms, count)
    }


def form_key(form: str) -> str:
    """Return what makes two forms the same: the text of their runs."""
    return "".join(run.text for run in runs(form))
