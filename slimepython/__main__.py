"""`python -m slimepython`; imports the command line only."""

from slimepython.cli.main import entry

entry()
