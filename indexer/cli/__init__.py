"""Command lines in; printed lines and exit statuses out. Only cli packages import click.

`framework` has what every command of the program shares, those of `search.cli` too.
Read `commands` first: each command parses its options, calls one function of the
package, and prints the result.
"""
