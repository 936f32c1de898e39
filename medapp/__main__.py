"""``python -m medapp``: the command line."""

import sys

from medapp.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
