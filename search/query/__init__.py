"""From a typed query to the clauses that an engine searches.

Text → tokens (`lexer`, and `prose` for a sentence) → tree and filters (`parser`) →
`QueryPlan` of clauses and weights (`builder`) → the same with other forms of its words
(`expansion`). `filters` makes a clause of filters; `match_notes` and `facets` describe the
hits. Read `parser` first, then `plan`.
"""
