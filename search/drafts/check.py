"""Checking quotations: which sentences they come from, and how they differ from them.

The letters of a quotation are looked up in the index, then the terms. The sentences that
come into question are compared letter by letter, each together with its neighbours if the
quotation has several sentences.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from indexer.ingest.sentence import Sentence
from indexer.ingest.sentence_split import sentence_spans
from search.drafts.citations import Citation, citations_of
from search.drafts.quotations import Quotation, read_quotations
from search.drafts.report import CitationCheck, DraftCheck, QuotationCheck, Status
from search.drafts.source import Source
from search.index import Index
from search.reading.diff import Segment, letter_diff
from search.reading.letters import letters, likeness, pair_counts

ALTERED = 0.6
"""The least likeness of an altered quotation to its source; below it is not found.

On tests/data/quotations.tsv the least likeness of an altered quotation is 0.70, and the
most of an invented one 0.34.
"""
_AGREES = 0.1
"""Likeness by which the cited sentence may fall short of the best one."""
_CANDIDATES = 20
_NEAREST = 8
_ALIGNED = 3
"""How many windows are looked at for the letters, by likeness, and word by word."""
_PREFIX = 24
"""Letters at the beginning of a sentence by which it is looked up."""
_MOST_FRAGMENTS = 6
_MOST_PIECES = 3
"""Sentences of a quotation that are looked up, and parts of each between ellipses."""
_MOST_WORDS = 400
"""Words up to which a text is aligned: the time grows with their square."""

_NEGATING = re.compile(r"(?:^|[^가-힣])(?:비|불|부|무|미|반|탈)$")
"""A prefix that reverses a word: 비 of 비핵화."""
_WORD = re.compile(r"\S+")
_STOP_AT_END = re.compile(r"[.?!…][)\]」』”’\"']*$")


def check_draft(
    index: Index,
    name: str,
    text: str,
    *,
    markdown: bool = False,
    headings: bool = False,
) -> DraftCheck:
    """Check the quotations of a draft against the sentences of *index*.

    Args:
        index: The index that holds the quoted documents.
        name: The name of the draft.
        text: Its text.
        markdown: Whether it is Markdown, which has block quotes.
        headings: Whether titles, single words and quotations in headings count too.
    """
    text = _normal(text)
    read = read_quotations(text, markdown=markdown)
    by_quotation = citations_of(text, read.quotations, index.editions_by_name)
    titles = {letters(e.title or "").text for e in index.editions}
    checker = _Checker(index)
    checks: list[QuotationCheck] = []
    left_out = 0
    for number, quotation in enumerate(read.quotations):
        is_heading = quotation.is_heading or letters(quotation.text).text in titles
        if is_heading and not headings:
            left_out += 1
            continue
        checks.append(checker.check(quotation, by_quotation.get(number, [])))
    return DraftCheck(name, tuple(checks), left_out, read.notes)


def _normal(text: str) -> str:
    """Return *text* in NFC with line feeds, without marks of format such as U+200B."""
    text = re.sub(
        r"\r\n?|[\u2028\u2029\v\f\x85]", "\n", unicodedata.normalize("NFC", text)
    )
    if text.isascii():
        return text
    return re.sub("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]", "", text)


class _Window:
    """Adjacent sentences of a document as one text."""

    def __init__(self, sentences: Sequence[Sentence]) -> None:
        self.sentences = tuple(sentences)
        self.text = " ".join(sentence.text for sentence in sentences)

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(sentence.id for sentence in self.sentences)

    @cached_property
    def letters(self) -> tuple[str, list[int]]:
        return letters(self.text)

    @cached_property
    def pairs(self) -> Counter[str]:
        return pair_counts(self.letters[0])

    def covered(self, start: int, end: int) -> tuple[Sentence, ...]:
        """Return the sentences that have a part of the text between two offsets."""
        result = []
        position = 0
        for sentence in self.sentences:
            if position < end and start < position + len(sentence.text):
                result.append(sentence)
            position += len(sentence.text) + 1
        return tuple(result)


class _Match:
    """A window that has all letters of a quotation, and the sentences with them."""

    def __init__(self, window: _Window, spans: Sequence[tuple[int, int]]) -> None:
        first, last = spans[0][0], spans[-1][1]
        self.sentences = window.covered(first, last)
        self.text = window.text
        self.spans = spans


@dataclass(frozen=True, slots=True)
class _Alteration:
    """A window like a quotation: how like, and the segments of the difference.

    `likeness_of_part` is that of the sentence of the quotation that is most like one.
    """

    likeness: float
    sentences: tuple[Sentence, ...]
    segments: tuple[Segment, ...]
    likeness_of_part: float = 0.0

    @property
    def has_source(self) -> bool:
        """Whether the quotation, or a whole sentence of it, comes from the window."""
        return max(self.likeness, self.likeness_of_part) >= ALTERED


class _Checker:
    def __init__(self, index: Index) -> None:
        self._source = Source(index)

    def check(
        self, quotation: Quotation, citations: Sequence[Citation]
    ) -> QuotationCheck:
        parts = quotation.parts
        cited = [
            number
            for citation in citations
            for reference in citation.references
            for number in self._source.named(reference)
        ]
        matches = list(self._matches(parts, self._candidates(parts, cited)))
        if not matches:
            matches = list(self._matches(parts, self._near(_fragments(parts), cited)))
        if matches:
            return self._exact(quotation, matches, citations)
        alteration = self._alteration(parts, cited)
        if alteration is None:
            checked = tuple(CitationCheck(c.text, None) for c in citations)
            return QuotationCheck(quotation, "missing", (), 0.0, (), (), checked)
        status: Status = "altered" if alteration.has_source else "missing"
        places = [alteration.sentences]
        return QuotationCheck(
            quotation,
            status,
            alteration.sentences,
            alteration.likeness,
            alteration.segments if status == "altered" else (),
            (),
            _checked(citations, places if status == "altered" else []),
        )

    def _exact(
        self,
        quotation: Quotation,
        matches: Sequence[_Match],
        citations: Sequence[Citation],
    ) -> QuotationCheck:
        pattern = [_spelling(part) for part in quotation.parts]
        spelled = [match for match in matches if _is_spelled(match, pattern)]
        status: Status = "exact" if spelled else "marks"
        named = [
            match
            for match in spelled or matches
            if any(_names(citation, match.sentences) for citation in citations)
        ]
        best = (named or spelled or matches)[0]
        segments: tuple[Segment, ...] = ()
        if status == "marks":
            segments = tuple(_spelling_segments(best, quotation.parts))
        others = tuple(
            dict.fromkeys(
                match.sentences[0].id
                for match in matches
                if match.sentences[0] != best.sentences[0]
            )
        )
        checked = _checked(citations, [match.sentences for match in matches])
        return QuotationCheck(
            quotation, status, best.sentences, 1.0, segments, others, checked
        )

    def _matches(
        self,
        parts: Sequence[tuple[str, ...]],
        candidates: Iterable[tuple[int, int]],
    ) -> Iterator[_Match]:
        """Yield the windows that have the letters of all parts in order.

        Args:
            parts: The parts of the quotation between ellipses.
            candidates: Numbers of sentences, and the index of the fragment of the
                quotation that each may be.
        """
        # A line may break inside a word, also between two digits.
        spaced = [letters(" ".join(part)).text for part in parts]
        joined = [letters("".join(part)).text for part in parts]
        size = len(_fragments(parts))
        seen: set[tuple[str, ...]] = set()
        for number, index in candidates:
            for window in self._windows(parts, number, index, size):
                match = _match(window, spaced) or _match(window, joined)
                if match is None:
                    continue
                ids = tuple(sentence.id for sentence in match.sentences)
                if ids not in seen:
                    seen.add(ids)
                    yield match
                break

    def _candidates(
        self, parts: Sequence[tuple[str, ...]], cited: Sequence[int]
    ) -> Iterator[tuple[int, int]]:
        """Yield sentences that begin or end like a fragment of a quotation, and its index."""
        fragments = _fragments(parts)[:_MOST_FRAGMENTS]
        for number in cited[:_CANDIDATES]:
            yield from ((number, index) for index in range(len(fragments)))
        for index, fragment in enumerate(fragments):
            for piece in sorted(fragment, key=len, reverse=True)[:_MOST_PIECES]:
                for text in _prefixes(piece):
                    for number in self._source.containing(text, _CANDIDATES):
                        yield number, index

    def _windows(
        self, parts: Sequence[tuple[str, ...]], number: int, index: int, size: int
    ) -> Iterator[_Window]:
        """Yield the windows around a sentence, the shortest first."""
        first, last = number - index, number - index + size - 1
        for before, after in ((0, 0), (0, 1), (1, 0), (1, 1)):
            sentences = self._source.window(first - before, last + after)
            if sentences:
                yield _Window(sentences)
        # An ellipsis behind a whole sentence may stand for more sentences.
        if any(_STOP_AT_END.search(part[-1]) for part in parts[:-1]):
            yield _Window(self._source.paragraph(number))

    def _alteration(
        self, parts: Sequence[tuple[str, ...]], cited: Sequence[int]
    ) -> _Alteration | None:
        """Return the window that is most like a quotation, None if none has its terms."""
        best = self._most_alike(parts, cited)
        fragments = _fragments(parts)
        if best is None or not 1 < len(fragments) <= _CANDIDATES:
            return best
        if best.likeness >= 1 - _AGREES:
            return best
        single = [
            self._most_alike([(piece,) for piece in fragment], cited)
            for fragment in fragments
        ]
        pieces = [each for each in single if each is not None]
        most = max((each.likeness for each in pieces), default=0.0)
        best = replace(best, likeness_of_part=most)
        if len(pieces) < len(fragments):
            return best
        sizes = [len(letters(" ".join(fragment)).text) for fragment in fragments]
        total = sum(n * each.likeness for n, each in zip(sizes, pieces, strict=True))
        average = total / sum(sizes)
        if average <= best.likeness + _AGREES:
            return best
        segments = [segment for each in pieces for segment in (*each.segments, _SPACE)]
        sentences = dict.fromkeys(s for each in pieces for s in each.sentences)
        return _Alteration(average, tuple(sentences), tuple(segments[:-1]), most)

    def _most_alike(
        self, parts: Sequence[tuple[str, ...]], cited: Sequence[int]
    ) -> _Alteration | None:
        fragments = _fragments(parts)
        pairs = pair_counts(letters(" ".join(map(" ".join, fragments))).text)
        windows: dict[tuple[str, ...], tuple[float, int, _Window]] = {}
        for number, index in self._near(fragments, cited):
            for extra in (0, 1):
                first = number - index
                sentences = self._source.window(
                    first, first + len(fragments) - 1 + extra
                )
                window = _Window(sentences)
                share = (pairs & window.pairs).total() / pairs.total()
                windows.setdefault(
                    window.ids, (share - extra * _AGREES, number, window)
                )
        ranked = sorted(windows.values(), key=lambda item: -item[0])[:_ALIGNED]
        named = [item for item in windows.values() if item[1] in cited]
        ranked += sorted(named, key=lambda item: -item[0])[:1]
        aligned = [
            (_aligned(window, parts), number in cited) for _, number, window in ranked
        ]
        if not aligned:
            return None
        return max(aligned, key=lambda item: item[0].likeness + item[1] * _AGREES)[0]

    def _near(
        self, fragments: Sequence[Sequence[str]], cited: Sequence[int]
    ) -> Iterator[tuple[int, int]]:
        """Yield sentences with the terms of a fragment of a quotation, and its index."""
        for number in cited[:_CANDIDATES]:
            yield number, 0
        for index, fragment in enumerate(fragments[:_MOST_FRAGMENTS]):
            for number in self._source.nearest(" ".join(fragment), _NEAREST):
                yield number, index


_SPACE = Segment("equal", " ", " ")
_ELLIPSIS = Segment("equal", " … ", " … ")


def _fragments(parts: Iterable[tuple[str, ...]]) -> list[list[str]]:
    """Return the sentences of a quotation, each as its parts between ellipses."""
    fragments: list[list[str]] = []
    continues = False
    for part in parts:
        text = " ".join(part)
        for start, end in sentence_spans(text):
            if continues:
                fragments[-1].append(text[start:end])
            else:
                fragments.append([text[start:end]])
            continues = False
        continues = not _STOP_AT_END.search(text)
    return fragments


def _prefixes(fragment: str) -> Iterator[str]:
    """Yield two parts of a sentence by which it can be looked up: its ends."""
    if len(fragment) <= 2 * _PREFIX:
        yield fragment
        return
    yield fragment[: 2 * _PREFIX].rpartition(" ")[0] or fragment[:_PREFIX]
    yield fragment[-2 * _PREFIX :].partition(" ")[2] or fragment[-_PREFIX:]


def _match(window: _Window, texts: Sequence[str]) -> _Match | None:
    """Return the spans of *texts* in the window, in order; None if one is missing."""
    offsets = window.letters[1]
    spans: list[tuple[int, int]] = []
    position = 0
    for part in texts:
        start = _find(window, part, position)
        if start < 0:
            return None
        position = start + len(part)
        spans.append((offsets[start], offsets[position - 1] + 1))
    return _Match(window, spans)


def _find(window: _Window, part: str, position: int) -> int:
    """Return where the letters of *part* are; not behind a prefix that reverses them."""
    text, offsets = window.letters
    while (start := text.find(part, position)) >= 0:
        before = window.text[max(0, offsets[start] - 2) : offsets[start]]
        number = part[0].isdigit() and text[start - 1 : start].isdigit()
        end = start + len(part)
        number = number or (part[-1].isdigit() and text[end : end + 1].isdigit())
        if not _NEGATING.search(before) and not number:
            return start
        position = start + 1
    return -1


def _spelling(part: tuple[str, ...]) -> re.Pattern[str]:
    """Return the pattern of a part as it is spelled; a line may break inside a word."""
    lines = (r"\s+".join(map(re.escape, line.split())) for line in part)
    return re.compile(r"\s*".join(lines))


def _is_spelled(match: _Match, patterns: Sequence[re.Pattern[str]]) -> bool:
    position = min(max(0, match.spans[0][0] - 2), len(match.text))
    for pattern in patterns:
        hit = pattern.search(match.text, position)
        if hit is None:
            return False
        position = hit.end()
    return True


def _spelling_segments(
    match: _Match, parts: Sequence[tuple[str, ...]]
) -> Iterator[Segment]:
    """Yield each part as the source and as the draft spells it."""
    for number, ((start, end), part) in enumerate(zip(match.spans, parts, strict=True)):
        if number:
            yield _ELLIPSIS
        yield Segment("equal", match.text[start:end], " ".join(part))


def _aligned(window: _Window, parts: Sequence[tuple[str, ...]]) -> _Alteration:
    """Compare the parts of a quotation with the words of a window that are like them."""
    segments: list[Segment] = []
    quoted: Counter[str] = Counter()
    source: Counter[str] = Counter()
    position, first = 0, len(window.text)
    for number, part in enumerate(parts):
        text = " ".join(part)
        start, end = _excerpt(window.text, text, position)
        pairs = pair_counts(letters(text).text)
        excerpt_pairs = pair_counts(letters(window.text[start:end]).text)
        if number:
            segments.append(_ELLIPSIS)
        if likeness(pairs, excerpt_pairs) < ALTERED and number:
            # A part of an earlier place in the source: the order was changed.
            segments.append(Segment("insert", "", text))
            moved = _excerpt(window.text, text, 0)
            excerpt_pairs = pair_counts(letters(window.text[slice(*moved)]).text)
            start, end = position, position
        else:
            segments += letter_diff(window.text[start:end], text)
        quoted += pairs
        source += excerpt_pairs
        first, position = min(first, start), end
    sentences = window.covered(first, position) or window.sentences
    return _Alteration(likeness(quoted, source), sentences, tuple(segments))


def _excerpt(source: str, quotation: str, position: int) -> tuple[int, int]:
    """Return the span of the words of *source* that are most like *quotation*.

    A semi-global alignment of words (Sellers 1980): the words before and behind the
    excerpt cost nothing, an added word costs 1, another word its difference, and a word
    that the quotation leaves out `_LEFT_OUT`.
    """
    words = [match.span() for match in _WORD.finditer(source, position)]
    ours = [letters(source[start:end]).text for start, end in words]
    theirs = [text for word in quotation.split() if (text := letters(word).text)]
    if not words or not theirs or max(len(words), len(theirs)) > _MOST_WORDS:
        return min(position, len(source)), len(source)
    costs: dict[tuple[str, str], float] = {}
    above = [0.0] * (len(ours) + 1)
    starts = list(range(len(ours) + 1))
    for word in theirs:
        row, row_starts = [above[0] + 1], [0]
        for column, other in enumerate(ours):
            key = word, other
            if key not in costs:
                costs[key] = _difference(word, other)
            best = min(
                (above[column] + costs[key], 0, starts[column]),
                (above[column + 1] + 1, 1, starts[column + 1]),
                (row[column] + _LEFT_OUT, 2, row_starts[column]),
            )
            row.append(best[0])
            row_starts.append(best[2])
        above, starts = row, row_starts
    last = min(range(1, len(above)), key=lambda column: (above[column], -column))
    start = min(starts[last], last - 1)
    return _widened(source, words[start][0], words[last - 1][1], quotation)


_LEFT_OUT = 0.5
"""The cost of a word of the source that a quotation leaves out."""


def _difference(word: str, other: str) -> float:
    if word == other:
        return 0.0
    return min(1.0, 1.2 - likeness(pair_counts(word), pair_counts(other)))


def _widened(source: str, start: int, end: int, quotation: str) -> tuple[int, int]:
    """Drop the ends of the outermost words that the quotation leaves out.

    연합방위태세 in a quotation is no change of 연합방위태세를 in the source.
    """
    first, last = quotation.split(maxsplit=1)[0], quotation.rsplit(maxsplit=1)[-1]
    head = re.match(r"\S+", source[start:end])
    if head and head[0] != first and head[0].endswith(first):
        cut = start + len(head[0]) - len(first)
        if not _NEGATING.search(source[max(0, cut - 2) : cut]):
            start = cut
    tail = re.search(r"\S+$", source[start:end])
    last = last.rstrip(".,?!")
    if tail and last and tail[0].startswith(last):
        end = start + tail.start() + len(last)
    return start, end


def _names(citation: Citation, sentences: Sequence[Sentence]) -> bool:
    return any(citation.matches(sentence) for sentence in sentences)


def _checked(
    citations: Sequence[Citation],
    places: Sequence[Sequence[Sentence]],
) -> tuple[CitationCheck, ...]:
    """Return whether each citation names one of *places*; None if there is no place."""
    if not places:
        return tuple(CitationCheck(citation.text, None) for citation in citations)
    return tuple(
        CitationCheck(
            citation.text, any(_names(citation, sentences) for sentences in places)
        )
        for citation in citations
    )
