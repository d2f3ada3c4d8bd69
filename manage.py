#!/usr/bin/env python
"""Govern's commands. `python manage.py help` lists them."""

import sys

from govern.parts.commands import run_command

if __name__ == "__main__":
    sys.exit(run_command(sys.argv))
