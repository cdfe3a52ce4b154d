"""The commands of lit tests, each forked from one process that has imported them: else a start takes half a second.

`lit.cfg.py` starts this module. It prints a folder with a program for each command, to be found first in PATH, and ends
when lit does. A program hands over its arguments, its environment and its files, and waits for the exit status.
Passes and frontends are imported by the command that needs them, so that no test lives on another's imports.
"""

from __future__ import annotations

import ast
import gc
import os
import runpy
import socket
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path
from socketserver import BaseRequestHandler, ForkingMixIn, UnixStreamServer

from dqnnc.tools import dqnn_opt
from filecheck import main as filecheck

PROGRAM = """\
#!{python} -IS
import os, socket, sys
with socket.socket(socket.AF_UNIX) as server:
    server.connect({address!r})
    socket.send_fds(server, [b"."], [0, 1, 2])
    server.sendall(ascii(({name!r}, sys.argv, os.getcwd(), dict(os.environ))).encode())
    server.shutdown(socket.SHUT_WR)
    status = server.recv(1)
sys.exit(status[0] if status else "error: {name} ended without an exit status")
"""


def run_script() -> None:
    """Be `python SCRIPT ARGUMENTS...`."""
    del sys.argv[0]
    runpy.run_path(sys.argv[0], run_name="__main__")


COMMANDS: dict[str, Callable[[], object]] = {
    "dqnn-opt": dqnn_opt.main,
    "filecheck": filecheck.main,
    "run-script": run_script,
}


class Call(BaseRequestHandler):
    """One command, in its own process."""

    def handle(self) -> None:
        """Be the process of the program, and tell it the exit status."""
        connection: socket.socket = self.request
        files = socket.recv_fds(connection, 1, 3)[1]
        for number, file in enumerate(files):
            os.dup2(file, number)
            os.close(file)
        # Those of before know whether one can seek in the files that the server began with.
        sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w", buffering=1)  # noqa: SIM115
        with connection.makefile("rb") as call:
            name, sys.argv, folder, environment = ast.literal_eval(call.read().decode())
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(environment)
        connection.sendall(bytes([status_of(COMMANDS[name])]))


def status_of(command: Callable[[], object]) -> int:
    """Run a command as Python runs a script, and return its exit status."""
    try:
        try:
            command()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return (end.code or 0) & 255
        print(end.code, file=sys.stderr)
        return 1
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


class Server(ForkingMixIn, UnixStreamServer):
    """Forks until the process that started it has ended."""

    request_queue_size = 64
    parent = os.getppid()

    def service_actions(self) -> None:
        """Look after the processes, twice a second."""
        super().service_actions()
        if os.getppid() != self.parent:
            sys.exit()


def main() -> None:
    """Write the programs, name their folder, and serve them."""
    with tempfile.TemporaryDirectory() as folder, Server(f"{folder}/socket", Call) as server:
        for name in COMMANDS:
            program = Path(folder, name)
            program.write_text(PROGRAM.format(python=sys.executable, address=server.server_address, name=name))
            program.chmod(0o755)
        print(folder, flush=True)
        gc.freeze()
        server.serve_forever()


if __name__ == "__main__":
    main()
