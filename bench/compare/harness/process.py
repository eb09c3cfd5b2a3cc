"""Processes of ours: each is ended by its own id, and none outlives this program."""
import ctypes
import os
import resource
import signal
import subprocess
import sys
import time

from . import network

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


def prepare():
    """To be called once: an end by signal still ends what was started, and all may have as many descriptors as they can."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _frame: sys.exit(128 + number))
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def die_with_parent():
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Process:
    def __init__(self, command, log=None, env=None, **pipes):
        self.log = open(log, "wb") if log else subprocess.DEVNULL
        pipes = {"stdin": subprocess.DEVNULL, "stdout": self.log, "stderr": self.log, **pipes}
        self.popen = subprocess.Popen(command, env=env, preexec_fn=die_with_parent, **pipes)
        self.pid = self.popen.pid

    def has_ended(self):
        return self.popen.poll() is not None

    def listens(self, port, patience=10):
        """Waits until somebody listens on the port; False when this process ended or never got there."""
        end = time.monotonic() + patience
        while time.monotonic() < end and not self.has_ended():
            if network.listens(port):
                return True
            time.sleep(0.02)
        return False

    def stop(self):
        if not self.has_ended():
            self.popen.terminate()
            try:
                self.popen.wait(3)
            except subprocess.TimeoutExpired:
                self.popen.kill()
                self.popen.wait()
        for pipe in (self.log, self.popen.stdin, self.popen.stdout):
            if hasattr(pipe, "close"):
                pipe.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def environment(more):
    """Ours, without what would be a password for parasol."""
    passwords = ("PARASOL_PASSWORD", "PARASOL_LOCAL_PASSWORD")
    return {**{name: value for name, value in os.environ.items() if name not in passwords}, **more}
