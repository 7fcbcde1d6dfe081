"""Runs the command line as `python -m indexer`."""

from indexer.signals import exit_on_interrupt

if __name__ == "__main__":
    exit_on_interrupt()
    from indexer.cli.commands import main

    main()
