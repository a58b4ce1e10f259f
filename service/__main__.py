"""`python -m service` is the command `invoice-graph`."""

from service.cli import main

main()
