"""Answers in; lines for a terminal, tables and citations out.

The functions are pure: they open no index, rank nothing and print nothing. Read
`terminal` first (the style, the hits of a search), then `table_rows` (CSV and Markdown).
"""
