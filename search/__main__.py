"""Run with `python -m search`: the whole command, as `communique`."""

import gc

from indexer.signals import exit_on_interrupt

_OBJECTS = 50_000
"""New objects from which Python looks for reference cycles, instead of 700: a search
creates fewer, and would spend a twentieth of its time in collections."""


def main() -> None:
    """Load the command line, and run it."""
    exit_on_interrupt()
    gc.set_threshold(_OBJECTS)
    from search.cli.main import main as run

    run()


if __name__ == "__main__":
    main()
