"""A draft in; its quotations, each compared with the sentences of the index, out.

`quotations` and `citations` read the draft's text, `source` returns the sentences that
may be quoted, and `check` compares. Read `check` first, then `quotations`.
"""
