"""The readings of a word in Hanja, and the Hanja that a word of Hangul may stand for."""

from __future__ import annotations

from indexer.analysis.analyzer import READING_MARK
from search.engine.clauses import WordQuery
from search.query.corpus_words import CorpusWords
from search.query.weights import MORPHEME


def hanja_forms(word: WordQuery, words: CorpusWords) -> tuple[WordQuery, ...]:
    """Return the other readings of Hanja, or the Hanja that may be read as *word*."""
    texts = [
        word.text[: token.start]
        + token.term.removeprefix(READING_MARK)
        + word.text[token.end :]
        for token in words.analyzer.analyze(word.text).readings
        if len(token.term) == len(READING_MARK) + token.end - token.start
    ]
    forms = [form for text in texts if (form := words.query(text))]
    term = READING_MARK + word.key
    if not word.spelling:
        weights = ((term, MORPHEME),)
        forms.append(WordQuery(word.text, term_sequences=((term,),), weights=weights))
    step = "hanja" if word.spelling else "reading"
    indexed = filter(words.engine.has_match, forms)
    return tuple(form._replace(step=step) for form in indexed)
