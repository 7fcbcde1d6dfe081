"""From corpus files to documents, and from documents to sentences.

In come paths of .txt and .jsonl files; out come `Document`s whose sentences have ids,
paragraph numbers and offsets into the file. Nothing here analyses words, except that a
`SpaceJudge` decides where a broken line needs a space. Read `document` first.
"""
