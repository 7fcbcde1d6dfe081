"""A draft in; its quotations, each compared with the sentences of the index, out.

`quotations` and `citations` read the draft's text. `matching` finds the passages with all
letters of a quotation, `nearest` the one most like it, and `check` gives the result.
Read `check` first, then `quotations`.
"""
