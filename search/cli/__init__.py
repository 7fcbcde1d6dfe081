"""Command lines in; printed results and exit statuses out. Nothing here searches.

`main` names the module of each command, which is imported when the command runs. Read
`search` first (one command from its options to its output), then `output` (the formats).
"""
