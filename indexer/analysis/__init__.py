"""From text to terms: runs of one script, their morphemes by Kiwi, and the terms of both.

In comes a text in NFC, of a sentence or of a query; out comes an `Analysis` of tokens.
Loading Kiwi takes over a second, so `unseen_words` derives most new words from those that
the corpus has. Read `analyzer` first.
"""
