"""Whether texts contain letters in a row, whatever marks stand between them."""

from __future__ import annotations

import re
from collections.abc import Callable

from indexer.storage.bigram_index import substring_starts
from indexer.text.folding import PLAIN_HANGUL, compact_with_offsets

# Compiled where they are used, which `re` caches: most searches do not need them.
_SIMPLE = "[0-9a-z가-힣]+"
"""Letters that nothing in a text of `_UNFOLDED` folds to, except themselves and capitals."""
_UNFOLDED = (
    r"(?:[\0-&(-_a-\x7f·\u2010-\u2017\u201a-\u2027\u3000-\u3003\u3008-\u301bㆍ가-힣]"
    r"|[’'‘`](?!\d))*"
)
_MARKS = r"(?:[^\w\s]|[_ㆍ])*"
_MARKS_AND_SPACES = r"[\W_ㆍ]*"


def substring_test(substring: str, *, within_word: bool) -> Callable[[str], bool]:
    """Return a function that returns whether a text contains *substring*.

    Args:
        substring: Folded letters and digits. They match folded letters of the text, and
            split no number: 3일 is not in 13일.
        within_word: Whether the letters must stand in one word. Otherwise there may be
            spaces between them: 정하는 is in 정 하는.
    """
    is_hangul = bool(PLAIN_HANGUL.fullmatch(substring))
    is_simple = bool(re.fullmatch(_SIMPLE, substring))
    between = _MARKS if within_word else _MARKS_AND_SPACES
    unfolded = re.compile(_UNFOLDED)
    spread = re.compile(between.join(map(re.escape, substring)), re.IGNORECASE)

    def contains(text: str) -> bool:
        if is_hangul and substring in text:
            return True
        # Most texts need not be folded to see that they lack it.
        if is_simple and unfolded.fullmatch(text) and not spread.search(text):
            return False
        letters, offsets = compact_with_offsets(text)
        spans = (
            text[offsets[start] : offsets[start + len(substring) - 1] + 1]
            for start in substring_starts(letters, offsets, substring)
        )
        return any(not within_word or len(span.split()) < 2 for span in spans)

    return contains
