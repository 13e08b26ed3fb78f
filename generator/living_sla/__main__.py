"""`python -m living_sla` is the command `living-sla`."""

from living_sla.cli import main

main()
