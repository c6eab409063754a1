"""Run the command line with ``python -m remit``."""

from remit.cli import main

main()
