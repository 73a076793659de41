"""``python -m equitysim``."""

import sys

from equitysim.cli import main

if __name__ == "__main__":
    sys.exit(main())
