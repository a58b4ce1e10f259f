"""Serves a gateway without sources as a process: `python -m tests.service.serving PORT WORKERS [broken|away]`."""

import signal
import sys

from service import server
from service.logs import configure_logs
from service.parts import Build
from tests.service.gateways import build, build_unless_away, build_without_directory, settings

BUILDS: dict[str, Build] = {"": build, "broken": build_without_directory, "away": build_unless_away}

if __name__ == "__main__":
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # who runs the tests may ignore it, as `nohup` does
    configure_logs()
    port, workers, how = (*sys.argv[1:], "")[:3]
    try:
        of = settings(server={"port": int(port), "workers": int(workers)})
        sys.exit(server.run(of, BUILDS[how], "info"))
    except server.CannotListen as error:
        sys.exit(str(error))
