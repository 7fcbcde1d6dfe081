"""Facts that sentences state: speakers, acts, and definitions of short forms.

In come sentences with their morphemes; out come `Statement`s, and the pairs of long and
short form that a search treats as synonyms. A user's dictionary adds pairs and words.
Read `statements` and `definitions` first.
"""
