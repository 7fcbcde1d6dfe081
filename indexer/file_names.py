"""The names of the files of an index; `indexer/README.md` describes each."""

from pathlib import Path

CURRENT = "CURRENT"
DICTIONARY = "dictionary.tsv"
CHECKSUMS = "checksums.bin"
RUN_COUNTS = "counts.bin"
SENTENCE_HASHES = "digests.bin"
BOUNDARY_BIGRAMS = "edges.bin"
DEFINITIONS = "definitions.bin"
SYNONYMS = "abbreviations.tsv"
MORPHEME_CACHE = "lexicon.bin"
MANIFEST = "manifest.json"
MORPHEMES = "morphemes.bin"
NOUNS = "nouns.bin"
DOCID_MAP = "places.bin"
FORWARD_INDEX = "sequences.bin"
EXTRACTED_TEXTS = "texts.bin"
BIGRAM_INDEX = "pairs.bin"
COMPLETION = "words.bin"
WHOOSH = "whoosh"


def segment_folder(generation: Path, number: int) -> Path:
    """Return the folder of a segment's files, except those in `WHOOSH`.

    The files of segment 0 lie beside the manifest, and those of segment 1 in `segment1`.
    """
    return generation / f"segment{number}" if number else generation
