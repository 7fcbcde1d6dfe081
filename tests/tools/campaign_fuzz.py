"""Have atheris look for inputs of one target that reach branches no other has.

python tests/tools/campaign_fuzz.py TARGET FOLDER [options of libFuzzer]
"""

from __future__ import annotations

import sys

import atheris  # type: ignore[import-not-found,import-untyped,unused-ignore]

if __name__ == "__main__":
    with atheris.instrument_imports(include=["indexer", "search"]):
        from campaign_inputs import TARGETS

    atheris.Setup([sys.argv[0], *sys.argv[2:]], TARGETS[sys.argv[1]])
    atheris.Fuzz()
