"""Tools for agents: a question of a language model in, a short answer with citations out.

`tools` has the functions, each from typed parameters to a JSON object, within the limits
of the page. `server` offers them by the Model Context Protocol. Read `tools` first.
"""
