"""Serves a gateway without sources as a process of its own: `python -m tests.service.serving PORT WORKERS [broken]`."""

import sys

from service import server
from service.logs import configure_logs
from tests.service.gateways import build, build_without_directory, settings

if __name__ == "__main__":
    configure_logs()
    port, workers, *broken = sys.argv[1:]
    try:
        of = settings(server={"port": int(port), "workers": int(workers)})
        sys.exit(server.run(of, build_without_directory if broken else build, "info"))
    except server.CannotListen as error:
        sys.exit(str(error))
