"""The error for a name that the index lacks, with the nearest name that it has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from indexer.build.manifest import SourceRecord
from indexer.errors import CommuniqueError
from indexer.ingest.file_kinds import holds_records
from indexer.ingest.sentence import Sentence
from search.closest_name import closest_name
from search.messages import Note


class NotInIndexError(CommuniqueError):
    """The index has no document, paragraph, sentence or record of a name."""

    def __init__(self, kind: str, name: str, nearest_name: str) -> None:
        super().__init__(
            Note(
                "the index holds no {field} {value!r}; the nearest is {nearest}.",
                field=kind,
                value=name,
                nearest=nearest_name,
            )
        )


class NotASentenceError(CommuniqueError):
    """A name is that of several sentences, and one is needed."""

    def __init__(self, name: str, sentence: str) -> None:
        super().__init__(
            Note(
                "{name!r} is not the id of one sentence; its first one is {sentence}.",
                name=name,
                sentence=sentence,
            )
        )


def not_in_index(
    name: str,
    sources: Sequence[SourceRecord],
    document_sentences: Callable[[str], Sequence[Sentence]],
) -> NotInIndexError:
    """Return the error for a typed name of which no candidate is in the index.

    The error states what *name* may stand for and the nearest name:

        scm-52-2020:99     no paragraph 'scm-52-2020:99'; the nearest is scm-52-2020:20
        scm-52-2020:6.99   no sentence 'scm-52-2020:6.99'; the nearest is scm-52-2020:6.8
        law-7              no record or document 'law-7'; the nearest is laws

    Records, which may be very many, are not searched for the nearest name.

    Args:
        name: The name as it was typed.
        sources: The documents of the index; at least one has a sentence.
        document_sentences: Returns the sentences of a document.
    """
    known = {source.document: source for source in sources if source.sentences}
    typed_document, colon, place = name.partition(":")
    document = typed_document
    if typed_document not in known:
        document = closest_name(typed_document, list(known)) or ""
    kind = _kind(colon, place, known[document])
    has_records = any(map(_holds_records, known.values()))
    typed_kind = f"record or {kind}" if has_records else kind
    if kind == "document" or _holds_records(known[document]):
        return NotInIndexError(typed_kind, name, document)
    near = _nearest_place(kind, place, document_sentences(document))
    return NotInIndexError(typed_kind, name, f"{document}:{near}")


def _kind(colon: str, place: str, source: SourceRecord) -> str:
    if not colon:
        return "document"
    return "sentence" if "." in place or not source.paragraphs else "paragraph"


def _holds_records(source: SourceRecord) -> bool:
    return holds_records(Path(source.path))


def _nearest_place(kind: str, place: str, sentences: Sequence[Sentence]) -> str:
    part, _, number = place.rpartition(".") if kind == "sentence" else (place, "", "")
    parts = list(dict.fromkeys(each.part for each in sentences if each.part))
    numbered = [each for each in parts if each.isdecimal()]
    if part not in parts:
        part = closest_name(part, numbered if part.isdecimal() else parts) or ""
    if kind == "paragraph":
        return part
    numbers = [str(each.number) for each in sentences if (each.part or "") == part]
    near = closest_name(number, numbers) or numbers[0]
    return f"{part}.{near}" if part else near
