"""What a process takes of the machine."""
import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Footprint:
    # KiB: resident; resident with what is shared counted by its share; resident and of no file
    rss: int
    pss: int
    anonymous: int
    descriptors: int
    threads: int


def of(pid):
    proc = Path("/proc") / str(pid)
    status = fields(proc / "status")
    return Footprint(
        rss=kib(status["VmRSS"]),
        pss=kib(fields(proc / "smaps_rollup")["Pss"]),
        anonymous=kib(status["RssAnon"]),
        descriptors=len(os.listdir(proc / "fd")),
        threads=int(status["Threads"]),
    )


def fields(path):
    return dict(line.split(":", 1) for line in path.read_text().splitlines() if ":" in line)


def kib(text):
    return int(text.split()[0])
