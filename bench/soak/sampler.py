"""Looks at the processes of a stack every few seconds, in a thread, while a load runs."""
import threading
import time
from dataclasses import asdict

from harness import footprint

SIDES = ("local", "server")


class Sampler:
    """Samples since it began: {"at": seconds, "local": footprint, "server": footprint}."""

    def __init__(self, stack, interval):
        self.stack, self.interval = stack, interval
        self.samples = []
        self._begin = time.monotonic()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self):
        while not self._over.wait(self.interval):
            try:
                self.samples.append({"at": round(time.monotonic() - self._begin, 1), **look(self.stack)})
            except (FileNotFoundError, ProcessLookupError, KeyError):
                return  # a process has ended; whoever runs the load finds that out

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()


def look(stack):
    return {side: asdict(footprint.of(getattr(stack, side).pid)) for side in SIDES}
