"""What load goes through: a local and a server; and where it goes: an origin."""
import shutil
import tempfile
from pathlib import Path

from . import network, programs
from .process import Process, environment
from .table import password


class Origin:
    """`loadgen origin`: all that begins with a hello on one port, a target that speaks first on the next."""

    def __init__(self, loadgen):
        port = network.free_port(2)
        self.address, self.greeting = f"127.0.0.1:{port}", f"127.0.0.1:{port + 1}"
        self.process = Process([loadgen, "origin", "--listen", self.address])
        if not self.process.listens(port):
            self.process.stop()
            raise RuntimeError("the origin did not start")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stop()


class Stack:
    """One local and one server, of one implementation or of two."""

    def __init__(self, implementations, method):
        self.implementations, self.method = implementations, method
        local, server = implementations
        self.folder = Path(tempfile.mkdtemp(prefix="parasol-bench-"))
        self.local_port, self.server_port = network.free_port(), network.free_port()
        self.processes = []
        try:
            self.server = self._start(server, "server", self.server_port)
            self.local = self._start(local, "local", self.local_port)
        except BaseException:
            self.stop()
            raise
        self.socks = f"127.0.0.1:{self.local_port}"
        self.pids = f"{self.local.pid},{self.server.pid}"

    def _start(self, implementation, side, port):
        role = getattr(implementation, side)
        words = {"repo": str(programs.REPO), "lport": str(self.local_port), "sport": str(self.server_port),
                 "method": self.method, "password": password(self.method), "config": str(self.folder / f"{side}.json")}

        def fill(text):
            for word, value in words.items():
                text = text.replace("{" + word + "}", value)
            return text

        if role.config:
            Path(words["config"]).write_text(fill(role.config))
        program, *arguments = role.command
        log = self.folder / f"{side}.log"
        env = environment({name: fill(value) for name, value in implementation.env.items()})
        process = Process([programs.find(program), *map(fill, arguments)], log, env)
        self.processes.append(process)
        if not process.listens(port):
            said = log.read_text(errors="replace")[-300:]
            raise RuntimeError(f"{implementation.name} as {side} with {self.method} did not start: {said}")
        return process

    def stop(self):
        for process in reversed(self.processes):
            process.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
