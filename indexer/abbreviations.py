"""Abbreviations that a corpus defines itself, such as `북방한계선 ( NLL )`.

A definition is a bracket behind a long form, or a long form in brackets. What a bracket
holds is easily told; where the long form before it begins is not, and is judged by the
number of initials, by quotes, and by what the corpus says elsewhere. A pair that is
missed costs a search one step, a wrong one its results: what is not sure is left out.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from indexer.analysis import Analyzer
from indexer.documents import Sentence
from indexer.runs import Script, runs

MOST_LONG_FORMS = 4
"""How many long forms a short form may have; the most often defined are kept."""

LONGEST_CHAIN = 2
"""How many pairs may follow each other, the short form of one being long in the next."""

_MOST_MORPHEMES = 8
_REACH = 60
"""How many characters before a bracket are read."""

_OPENING, _CLOSING = "\"'“‘「『", "\"'”’」』"
_QUOTED = re.compile(rf"[{_OPENING}]([^{_OPENING}{_CLOSING},.;:()]+)$")
_BRACKET = re.compile(r"\s*[(（]\s*([^()（）]{2,80}?)\s*[)）]")
# Not `이하 이 조에서 "사업자"라 한다`: a name for one article is none for the corpus.
_CALLED = re.compile(
    rf"(?:^|[,.]\s*)(?:이하|약칭)\s*:?\s*[{_OPENING}]?(.+?)[{_CLOSING}]?"
    r"\s*(?:(?:이?라|으?로)\s?[가-힣 ]+)?$"
)
_WORDS = re.compile(r"[A-Za-z][A-Za-z' -]*")
_ACRONYM = re.compile(r"(?:[a-z]+ )?([A-Za-z](?:[A-Za-z0-9&-]*[A-Za-z0-9])?)")
_HANGUL = re.compile(r"[가-힣]+(?:[ ·ㆍ][가-힣]+)*")
_NAME = re.compile(r"[A-ZÀ-Þ](?:[^\W\d_]|[-'’. ])+")
_NAME_ASIDE = re.compile(r"[A-Z]|[JS]r|I{2,3}|IV")
_BEFORE = re.compile(rf"(?:^|[\s{_OPENING}])([A-Za-z가-힣][A-Za-z가-힣0-9&-]*)$")
_DOT = r"·ㆍ‧・•∙⋅"
_JOINT = re.compile(rf"[-{_DOT}]?")
_WORD = re.compile(rf"(?<![-{_DOT}가-힣])[가-힣]+")


@dataclass(frozen=True, slots=True)
class Abbreviation:
    """A long form, a short form, and the id of the sentence that first defines it."""

    long: str
    short: str
    sentence: str


def mine(sentences: Iterable[Sentence], analyzer: Analyzer) -> list[Abbreviation]:
    """Return the pairs that *sentences* define, in order, each once.

    Of the sentences' words *analyzer* is asked for no others than `hangul_runs` yields.
    """
    found = list(_Miner(list(sentences), analyzer).definitions())
    votes = Counter(
        (_key(each.short), long) for each in found for long in {*map(_key, each.longs)}
    )
    pairs: dict[tuple[str, str], Abbreviation] = {}
    times: Counter[tuple[str, str]] = Counter()
    for each in found:
        long = _elected(each, votes)
        key = _key(long), _key(each.short)
        pairs.setdefault(key, Abbreviation(long, each.short, each.sentence))
        times[key] += 1
    return list(_consistent(pairs, times))


class _Stretch(NamedTuple):
    """What may be a long form: its text, its morphemes and where in it they begin."""

    text: str
    terms: tuple[str, ...]
    starts: tuple[int, ...]

    @property
    def weight(self) -> int:
        """How many initials it accounts for; one word such as 양해각서 has two."""
        return sum(
            len(term) if term.isascii() else max(1, len(term) // 2)
            for term in self.terms
        )

    @property
    def solid(self) -> bool:
        return len(self.terms) > 1 or len(self.text) > 3


class _Definition(NamedTuple):
    """A short form with its likeliest long form and all that it might be instead."""

    sentence: str
    short: str
    long: str
    longs: tuple[str, ...]


class _Miner:
    def __init__(self, sentences: Sequence[Sentence], analyzer: Analyzer) -> None:
        self._sentences = sentences
        self._analyzer = analyzer

    @cached_property
    def _words(self) -> str:
        """The distinct Hangul words of the corpus, a line each."""
        words = dict.fromkeys(
            word for each in self._sentences for word in _WORD.findall(each.text)
        )
        return "\n".join(("", *words, ""))

    def definitions(self) -> Iterator[_Definition]:
        for sentence in self._sentences:
            for match in _BRACKET.finditer(sentence.text):
                for short, longs in self._read(sentence.text, match):
                    yield _Definition(sentence.id, short, longs[0], longs)

    def _read(
        self, text: str, match: re.Match[str]
    ) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield the short forms of a bracket with their long forms, likeliest first."""
        before, quoted = _before(text, match)
        for short, called in _shorts(match[1]):
            if _is_acronym(short):
                stretches = self._stretches(before, short, quoted=quoted)
                longs = _with_initials(short, stretches)
            elif _HANGUL.fullmatch(short) and _is_within(short, before):
                stretches = self._stretches(before, short, quoted=quoted)
                longs = self._with_syllables(short, stretches, called=called)
            else:
                longs = ()
                for name, original in _names(before, short):
                    yield original, (name,)
            if longs:
                yield short, longs
        if (head := _BEFORE.search(before)) and _HANGUL.fullmatch(match[1]):
            longs = self._explained(head[1], match[1])
            if longs:
                yield head[1], longs

    def _explained(self, short: str, long: str) -> tuple[str, ...]:
        """Return *long*, which a bracket holds, if it is *short* in full."""
        acronym = _is_acronym(short)
        if not acronym and not (_HANGUL.fullmatch(short) and _is_within(short, long)):
            return ()
        whole = self._stretches(long, short, quoted=False)[-1:]
        if not whole or _key(whole[0].text) != _key(long):
            return ()
        if acronym:
            enough = whole[0].weight >= _initials(short)
            return (whole[0].text,) if enough and whole[0].solid else ()
        return self._with_syllables(short, whole, called=False)

    def _stretches(self, text: str, short: str, *, quoted: bool) -> list[_Stretch]:
        """Return the noun phrases that end where *text* does, the shortest first.

        What is *quoted* is one of them whatever it holds, and the only one.
        """
        analysis = self._analyzer.analyze(text)
        nouns = {(whole.start, whole.end) for whole in analysis.wholes}
        found = list(runs(text))
        last = found[-1].end if found else 0
        if text.endswith("의"):
            # Kiwi has 한미안보협의회의 as 협의회 + 의.
            nouns |= {(start, last) for start, end in nouns if end == last - 1}
        stretches = []
        for index in range(len(found) - 1, -1, -1):
            run = found[index]
            if (run.start, run.end) not in nouns and not (
                run.script is Script.LETTERS
                and run.end < last
                and run.text in short.casefold()
            ):
                break
            gap = text[found[index - 1].end : run.start] if index else " "
            joined = bool(_JOINT.fullmatch(gap))
            if not joined or (gap and f"\n{run.text}" in self._words):
                stretches.append(run.start)
            if not joined and not gap.isspace():
                break
        if stretches and quoted:
            stretches = [found[0].start]
        tokens = analysis.morphemes
        made = [
            _Stretch(
                " ".join(text[start:].split()),
                tuple(token.term for token in tokens if token.start >= start),
                tuple(
                    len(_key(text[start : token.start]))
                    for token in tokens
                    if token.start >= start
                ),
            )
            for start in stretches
        ]
        return [each for each in made if len(each.terms) <= _MOST_MORPHEMES]

    def _with_syllables(
        self, short: str, stretches: Sequence[_Stretch], *, called: bool
    ) -> tuple[str, ...]:
        """Return the shortest stretch that *short* takes its syllables from, in order.

        A short form that is a part of the long one (위원회) is a name for it only where
        the text says so and nothing else in the corpus goes by that name.
        """
        wanted = _key(short)
        for stretch in stretches:
            long = _key(stretch.text)
            if long == wanted:
                return ()
            if not _is_within(wanted, long) or wanted[-1] not in _key(
                stretch.text.split()[-1]
            ):
                continue
            if not any(
                long[start] == wanted[0] and _is_within(wanted, long[start:])
                for start in stretch.starts
                if start < len(long)
            ):
                continue
            edges = {*stretch.starts, len(long)}
            at = long.find(wanted)
            if at in edges and at + len(wanted) in edges:
                if not called or self._has_other(wanted, long):
                    return ()
            return (stretch.text,)
        return ()

    def _has_other(self, tail: str, long: str) -> bool:
        """Tell whether words other than *long* end in *tail* too."""
        at = self._words.find(tail)
        while at >= 0:
            start = self._words.rindex("\n", 0, at) + 1
            if start < at and not long.endswith(self._words[start : at + len(tail)]):
                return True
            at = self._words.find(tail, at + 1)
        return False


def _before(text: str, match: re.Match[str]) -> tuple[str, bool]:
    """Return what stands before a bracket, and whether it is a quotation, whole."""
    start = match.start()
    before = text[max(0, start - _REACH) : start]
    if start > _REACH:
        before = before.partition(" ")[2]
    if before.endswith(tuple(_CLOSING)):
        before = before[:-1]
        quoted = True
    else:
        quoted = text[match.end() :].lstrip().startswith(tuple(_CLOSING))
    if quoted and (inside := _QUOTED.search(before)):
        return inside[1], True
    return before, False


def _shorts(inner: str) -> Iterator[tuple[str, bool]]:
    """Yield what may be short forms in a bracket, and whether it calls them so."""
    called = _CALLED.search(inner)
    plain = inner[: called.start()] if called else inner
    first, *others = re.split(r"\s*[,:;]\s*", plain)
    words = [first, *others]
    if not others:
        yield first, False
    elif all(_WORDS.fullmatch(word) for word in words):
        acronyms = [word for word in words if _is_acronym(word)]
        if len(acronyms) == 1:
            yield acronyms[0], False
    elif not called:
        return
    if called and (not plain or _is_acronym(first)):
        yield called[1], True


def _is_acronym(text: str) -> bool:
    match = _ACRONYM.fullmatch(text)
    capitals = sum(map(str.isupper, match[1])) if match else 0
    return bool(match) and capitals > 1 and capitals * 2 >= len(match[1])


def _initials(acronym: str) -> int:
    *words, last = acronym.split()
    return len(words) + sum(map(str.isalpha, last))


def _with_initials(short: str, stretches: Sequence[_Stretch]) -> tuple[str, ...]:
    """Return the stretches *short* may be of, first the shortest to have its initials.

    One initial may be missing, `of` and `and` having theirs.
    """
    count = _initials(short)
    solid = [each for each in stretches if each.solid]
    if not solid:
        return tuple(
            each.text for each in stretches[:1] if _sounds_like(each.text, short)
        )
    near = [each for each in solid if each.weight >= count - 1]
    enough = [each for each in near if each.weight >= count]
    if not near:
        return ()
    closed = near[0] == stretches[0] and len(near[0].terms) > 2
    likely = near[0] if closed or not enough else enough[0]
    return (likely.text, *(each.text for each in solid if each != likely))


def _names(before: str, original: str) -> Iterator[tuple[str, str]]:
    """Yield a name with its *original*, and the last parts of both where they pair."""
    if not _NAME.fullmatch(original):
        return
    words = [word.strip(".") for word in original.split()]
    words = [word for word in words if not _NAME_ASIDE.fullmatch(word)]
    parts = before.split(" ")[-len(words) :] if words else []
    if not parts or not all(_HANGUL.fullmatch(part) for part in parts[-1:]):
        return
    if len(parts) == len(words) and all(map(_sounds_like, parts, words)):
        yield " ".join(parts), original
        if len(parts) > 1 and len(parts[-1]) > 1:
            yield parts[-1], words[-1]
    elif _sounds_like(parts[-1], "".join(words)):
        yield parts[-1], original


# The consonants of the 19 initials and 28 finals of Hangul; ㅎ is often left out.
_INITIAL = "kknttlmppss sssktp "
_FINAL = " kkknnntllllllllmppssnssktp "
_SPELLING = re.compile("s?ch|tch|sh|t[sz]|th|ph|ck|gh|r(?![aeiou])|[b-z]")
_SOUND = {"b": "p+", "f": "p+", "p": "p+", "v": "p+", "ph": "p+", "d": "t+", "t": "t+"}
_SOUND |= {"c": "[ks]+", "g": "[ks]+", "x": "[ks]+", "ch": "[ks]+", "k": "k+"}
_SOUND |= {"ck": "k+", "q": "k+", "th": "[ts]+", "gh": "", "r": "l?", "l": "l+"}
_SOUND |= dict.fromkeys(("j", "s", "z", "sch", "tch", "sh", "ts", "tz"), "s+")
_SOUND |= {"m": "m+", "n": "n+"}


def _sounds_like(hangul: str, latin: str) -> bool:
    """Tell by the consonants whether *hangul* may transcribe *latin*."""
    codes = [ord(char) - ord("가") for char in hangul if "가" <= char <= "힣"]
    heard = "".join(_INITIAL[code // 588] + _FINAL[code % 28] for code in codes)
    spelled = re.sub(r"(.)\1", r"\1", latin.casefold())
    pattern = "".join(_SOUND.get(each, "") for each in _SPELLING.findall(spelled))
    return bool(re.fullmatch(pattern, heard.replace(" ", "")))


def _key(form: str) -> str:
    """Return what makes two forms the same: the text of their runs."""
    return "".join(run.text for run in runs(form))


def _is_within(short: str, long: str) -> bool:
    """Tell whether the characters of *short* stand in *long* in their order."""
    rest = iter(long)
    return all(char in rest for char in short if char not in f" {_DOT}")


def _elected(each: _Definition, votes: Mapping[tuple[str, str], int]) -> str:
    """Return the long form most definitions of a short form agree on."""
    short = _key(each.short)
    return max(
        each.longs,
        key=lambda long: (votes[short, _key(long)], long == each.long, -len(long)),
    )


def _consistent(
    pairs: Mapping[tuple[str, str], Abbreviation],
    times: Counter[tuple[str, str]],
) -> Iterator[Abbreviation]:
    """Yield the pairs that keep within the bounds on long forms and on chains."""
    longs: defaultdict[str, list[str]] = defaultdict(list)
    for (long, short), _ in times.most_common():
        longs[short].append(long)
    above: defaultdict[str, set[str]] = defaultdict(set)
    below: defaultdict[str, set[str]] = defaultdict(set)
    for (long, short), pair in pairs.items():
        if long == short or long not in longs[short][:MOST_LONG_FORMS]:
            continue
        # A circle is an endless chain.
        if _depth(above, long) + 1 + _depth(below, short) <= LONGEST_CHAIN:
            above[short].add(long)
            below[long].add(short)
            yield pair


def _depth(graph: Mapping[str, set[str]], form: str) -> int:
    """Return how many pairs follow each other from *form* on."""
    return max((1 + _depth(graph, each) for each in graph.get(form, ())), default=0)
