"""What the figures were measured on: recorded with them."""
import os
import platform
import re
import subprocess
from pathlib import Path

from . import programs


def describe(implementations):
    model = re.search(r"^model name\s*:\s*(.*)$", Path("/proc/cpuinfo").read_text(), re.M)
    return {
        "processor": model[1] if model else platform.machine(),
        "cores": os.cpu_count(),
        "kernel": platform.release(),
        "commit": commit(),
        "versions": {impl.name: version(impl) for impl in implementations},
    }


def words(machine):
    """The same in one line."""
    versions = ", ".join(f"{name} {version or '?'}" for name, version in machine["versions"].items())
    return (f"{machine['processor']}, {machine['cores']} cores, Linux {machine['kernel']}; "
            f"at commit {machine['commit']}; {versions}")


def version(implementation):
    """The first number with a dot in it of what the program says of itself."""
    if not implementation.version:
        return None
    program, *arguments = implementation.version
    said = subprocess.run([programs.find(program), *arguments], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    found = re.search(r"\d+\.\d+[\w.]*", said.stdout + said.stderr)
    return found[0] if found else None


def commit():
    git = ["git", "-C", str(programs.REPO), "describe", "--always", "--dirty"]
    try:
        return subprocess.run(git, capture_output=True, text=True).stdout.strip() or None
    except OSError:
        return None
