"""`python -m slimepython`; imports the command line only."""

import sys

from slimepython.cli.main import main

sys.exit(main())
