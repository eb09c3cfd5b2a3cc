"""Calls of the load generator. Its options are keyword arguments here; None and False leave one out."""
import json
import subprocess

from .process import Process


class Load(Process):
    """The load generator while it runs. What goes wrong it says itself, on standard error."""

    def __init__(self, loadgen, what, **options):
        self.what = what
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": None, "text": True}
        super().__init__([loadgen, what, *words(options)], **pipes)

    def said(self):
        """The next thing it says."""
        line = self.popen.stdout.readline()
        if not line:
            raise RuntimeError(f"loadgen {self.what} ended early")
        return json.loads(line)

    def go_on(self):
        self.popen.stdin.write("\n")
        self.popen.stdin.flush()

    def result(self, patience):
        """The last thing it says."""
        try:
            said, _ = self.popen.communicate(timeout=patience)
        except subprocess.TimeoutExpired:
            raise RuntimeError(f"loadgen {self.what} did not end") from None
        if self.popen.returncode:
            raise RuntimeError(f"loadgen {self.what} ended with code {self.popen.returncode}")
        return json.loads(said.splitlines()[-1])


def run(loadgen, what, **options):
    """What it says when it has ended by itself."""
    PATIENCE = 120
    with Load(loadgen, what, **options) as load:
        return load.result(PATIENCE + float(options.get("secs") or 0))


def words(options):
    out = []
    for name, value in options.items():
        if value is True:
            out.append(f"--{name}")
        elif value is not None and value is not False:
            out += [f"--{name}", str(value)]
    return out
