"""A user's dictionary: words for Kiwi, and pairs of a long and a short form.

A text file in UTF-8 with an entry on each line and tabs between its fields; lines that
begin with # are comments.

    방위비분담금    NNG                 a word: form, Kiwi's tag, and optionally a score
    먹혔다          먹히/VV+었/EP+다/EF  a word and its morphemes
    전략적소통협의  =    전소협          a long form and its short form
"""

from __future__ import annotations

import hashlib
import math
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from indexer import regular_files
from indexer.analysis import kiwi
from indexer.analysis.kiwi import UserWord, WordRefusedError
from indexer.analysis.script_runs import Script, runs
from indexer.errors import CommuniqueError
from indexer.storage.synonyms import Abbreviation
from indexer.text.folding import compact

PAIR_MARK = "="
USER_ENTRY = "dictionary"
"""The `sentence` of a pair from a user dictionary, in place of the id of a sentence."""

_TAG = re.compile(
    r"NN[GPB]|NR|NP|V[VAX](-[IR])?|XR|XPN|XSN|MM|MA[GJ]|IC|SL|UN|J\w+|E\w+|XS\w|VC\w"
)
_WORD_TAG = re.compile(r"NN[GP]|NR|NP|V[VA]|XR|MM|MAG|SL")
LARGEST = 1 << 24
"""Most bytes of a dictionary."""
_SHORTEST = 2
_HIGHEST = 10.0


class DictionaryUnreadableError(CommuniqueError):
    """The dictionary cannot be read."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: cannot be read as a dictionary ({reason}).")


class DictionaryLineError(CommuniqueError):
    """A line of the dictionary is not an entry, or one that would spoil the results."""

    def __init__(self, path: Path, line: int, fault: str) -> None:
        super().__init__(f"{path}, line {line}: {fault}; the index was left as it is.")


@dataclass(frozen=True, slots=True)
class UserDictionary:
    """The entries of a dictionary, and the bytes of its file with their SHA-256 in hex."""

    words: tuple[UserWord, ...] = ()
    pairs: tuple[Abbreviation, ...] = ()
    data: bytes = b""
    sha256: str | None = None


EMPTY = UserDictionary()
"""The dictionary of an index without one."""


def read(path: Path, *, trusted: bool = True) -> UserDictionary:
    """Read and check a dictionary.

    Args:
        path: The file.
        trusted: Whether its words have been checked before; otherwise each is tried on
            the Kiwi that will use it.

    Raises:
        CommuniqueError: The file cannot be read, a line is not an entry, an entry would
            match everywhere or never, or the pairs form a cycle.
    """
    try:
        str(path).encode()
        data = regular_files.read(path, LARGEST)
        text = unicodedata.normalize("NFC", data.decode("utf-8-sig"))
    except OSError as fault:
        raise DictionaryUnreadableError(path, fault.strerror or "error") from fault
    except UnicodeDecodeError as fault:
        raise DictionaryUnreadableError(path, "it is not UTF-8") from fault
    except UnicodeEncodeError as fault:
        reason = "its name is not in the encoding of the locale"
        raise DictionaryUnreadableError(path, reason) from fault
    words: dict[UserWord, int] = {}
    pairs: list[Abbreviation] = []
    for number, line in enumerate(text.splitlines(), 1):
        fields = [field.strip() for field in line.split("\t")]
        if not line.strip() or line.startswith("#"):
            continue
        try:
            if len(fields) > 1 and fields[1] == PAIR_MARK:
                pairs.append(_pair(fields))
                _check_circle(pairs)
            else:
                word = _word(fields)
                words.setdefault(word, number)
                if not trusted:
                    _check_script(word.form)
        except ValueError as fault:
            raise DictionaryLineError(path, number, str(fault)) from None
    if not trusted:
        try:
            kiwi.check_words(tuple(words))
        except WordRefusedError as fault:
            raise DictionaryLineError(path, words[fault.word], str(fault)) from None
    digest = hashlib.sha256(data).hexdigest()
    return UserDictionary(tuple(words), tuple(pairs), data, digest)


def _pair(fields: list[str]) -> Abbreviation:
    if len(fields) != 3:
        raise ValueError("a pair is a long form, a tab, =, a tab and a short form")
    long, _, short = fields
    _check_form(long)
    _check_form(short)
    if compact(long) == compact(short):
        raise ValueError("both forms are the same")
    return Abbreviation(long, short, USER_ENTRY)


def _word(fields: list[str]) -> UserWord:
    form, tag, score = (*fields, "", "0")[:3]
    if len(fields) not in (2, 3) or not tag:
        raise ValueError("a word is a form, a tab and a tag, and may have a score")
    _check_form(form)
    if "/" not in tag:
        if not _WORD_TAG.fullmatch(tag):
            raise ValueError(f"{tag!r} is not a tag of a word that can be searched")
        return UserWord(form, ((form, tag),), _score(score))
    parts = tuple(tuple(part.strip().rsplit("/", 1)) for part in tag.split("+"))
    morphemes = tuple(
        (part[0], part[-1]) for part in parts if len(part) > 1 and part[0]
    )
    if len(morphemes) != len(parts) or not all(_TAG.fullmatch(t) for _, t in morphemes):
        raise ValueError(f"{tag!r} is not morphemes as form/tag, joined by +")
    return UserWord(form, morphemes, _score(score))


def _score(text: str) -> float:
    try:
        score = float(text or "0")
    except ValueError:
        raise ValueError(f"the score {text!r} is not a number") from None
    if not math.isfinite(score) or score > _HIGHEST:
        raise ValueError(f"with a score of {text}, the word would be found everywhere")
    return score


def _check_form(form: str) -> None:
    if len(compact(form)) < _SHORTEST:
        raise ValueError(f"{form!r} is too short: it would be found everywhere")


def _check_script(form: str) -> None:
    """Refuse a form that is no Hangul run: a run is all that Kiwi analyses."""
    form_runs = [run for run in runs(form) if run.script is Script.HANGUL]
    if [run.text for run in form_runs] == [form]:
        return
    parts = [run.text for run in form_runs if len(run.text) >= _SHORTEST]
    listed = " and ".join(map(repr, parts))
    advice = f"enter {listed} instead" if parts else "leave it out"
    if any(map(str.isspace, form)):
        raise ValueError(
            f"{form!r} has a space, and a word with one never matches; {advice}, and"
            " search for the words in quotation marks"
        )
    raise ValueError(
        f"{form!r} is not of Hangul syllables alone, and never matches; {advice}: words"
        " of letters, digits or Hanja need no entry"
    )


def _check_circle(pairs: list[Abbreviation]) -> None:
    """Refuse the last of *pairs* if it closes a cycle."""
    shorter: dict[str, set[str]] = {}
    for pair in pairs:
        shorter.setdefault(compact(pair.long), set()).add(compact(pair.short))
    start = compact(pairs[-1].long)
    reached, waiting = set[str](), [start]
    while waiting:
        for form in shorter.get(waiting.pop(), ()):
            if form == start:
                raise ValueError(f"{pairs[-1].long!r} would be short for itself")
            if form not in reached:
                reached.add(form)
                waiting.append(form)
