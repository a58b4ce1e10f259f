"""Standard input, output and error, where whoever starts a command has closed them, or output cannot be written."""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def open_standard_files() -> None:
    """Has /dev/null stand for each that is closed: else the next socket has its number, and is sent what is printed."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            file = Path(os.devnull).open(mode)  # noqa: SIM115  # as long as the process
            os.set_inheritable(file.fileno(), True)  # for workers
            setattr(sys, name, file)


@contextmanager
def telling_of_a_full_disk() -> Iterator[None]:
    """Ends the process with 1 and a sentence where what it printed cannot be written."""
    try:
        yield
    except OSError as error:
        if error.filename is not None or error.errno not in _FULL:
            raise
        with Path(os.devnull).open("w") as nowhere:  # what is left is written once more at the end
            os.dup2(nowhere.fileno(), sys.stdout.fileno())
        sys.exit(f"standard output cannot be written: {error.strerror}.")
