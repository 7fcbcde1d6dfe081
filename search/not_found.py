"""References to what an index holds: a document, a paragraph, an annex or a sentence."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from indexer.build.manifest import SourceRecord
from indexer.errors import CommuniqueError
from indexer.ingest.sentence import Sentence
from search.closest_name import nearest
from search.messages import Note


class NotInIndexError(CommuniqueError):
    """A document, a paragraph or a sentence was asked for that is not there."""

    def __init__(self, kind: str, reference: str, near: str) -> None:
        super().__init__(
            Note(
                "the index holds no {field} {value!r}; the nearest is {nearest}.",
                field=kind,
                value=reference,
                nearest=near,
            )
        )


def not_there(
    reference: str,
    sources: Sequence[SourceRecord],
    sentences: Callable[[str], Sequence[Sentence]],
) -> NotInIndexError:
    """Return the error for what is not there, with the nearest that is.

    Args:
        reference: What was typed.
        sources: The documents of the index, one of which has a sentence.
        sentences: Gives those of a document.
    """
    known = {source.document: source for source in sources if source.sentences}
    typed, colon, place = reference.partition(":")
    document = typed if typed in known else nearest(typed, list(known)) or ""
    if not colon:
        return NotInIndexError("document", reference, document)
    kind = "sentence" if "." in place or not known[document].paragraphs else "paragraph"
    if known[document].path.endswith(".jsonl"):
        return NotInIndexError(kind, reference, document)  # Records may be very many.
    near = _nearest_place(kind, place, sentences(document))
    return NotInIndexError(kind, reference, f"{document}:{near}")


def _nearest_place(kind: str, place: str, there: Sequence[Sentence]) -> str:
    part, _, number = place.rpartition(".") if kind == "sentence" else (place, "", "")
    parts = list(dict.fromkeys(each.part for each in there if each.part))
    numbered = [each for each in parts if each.isdecimal()]
    if part not in parts:
        part = nearest(part, numbered if part.isdecimal() else parts) or ""
    if kind == "paragraph":
        return part
    numbers = [str(each.number) for each in there if (each.part or "") == part]
    found = nearest(number, numbers) or numbers[0]
    return f"{part}.{found}" if part else found
