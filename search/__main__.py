"""Run with `python -m search`: the whole command, as `communique`."""

from search.cli import main

main()
