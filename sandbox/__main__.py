"""`python -m sandbox`: the sandbox's commands without the gateway's command line."""

from sandbox.cli import app

app()
