"""Run with `python -m indexer`."""

from indexer.signals import end_at_once

if __name__ == "__main__":
    end_at_once()
    from indexer.cli.commands import main

    main()
