"""Run with `python -m search`: the whole command, as `communique`."""

from indexer.signals import end_at_once


def main() -> None:
    """Load the command line, and run it."""
    end_at_once()
    from search.cli.main import main as run

    run()


if __name__ == "__main__":
    main()
