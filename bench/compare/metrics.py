"""What is measured. Each metric is a list of cases; a case gives one sample: {column: number}.

`cpu` columns are processor time of the local and of the server process, each for itself. These hold on a busy machine.
MB/s and latencies there do not: only their ratio within one run does.
"""
import time
from dataclasses import dataclass, field
from typing import Callable

from harness import footprint, load
from harness.stack import Origin, Stack

GIB = 1 << 30
SIDES = ("local", "server")
# flows that pings go round in turn where the relay is shared: some of them on each of its threads
FLOWS = 8


@dataclass
class Setting:
    """How, besides what."""
    loadgen: str
    origin: Origin
    secs: float = 2.0
    warm: float = 0.4
    pings: int = 5000
    window: int = 32
    modes: list[str] = field(default_factory=lambda: ["down", "up", "both"])
    conns: list[int] = field(default_factory=lambda: [1, 8])
    idle: list[int] = field(default_factory=lambda: [2000, 9900])

    def load(self, what, stack, **options):
        """Load through a stack; straight to the origin without one."""
        through = {"socks": stack.socks, "pids": stack.pids} if stack else {}
        return load.run(self.loadgen, what, **{"target": self.origin.address, **through, **options})


@dataclass(frozen=True)
class Case:
    title: str
    # of a setting and a stack, which is None where the way is straight
    sample: Callable[[Setting, Stack | None], dict]
    # whether each sample needs processes that have done nothing yet
    fresh: bool = False


def bulk(setting):
    """As much as goes: down, up or both, on so many connections."""
    return [
        Case(f"bulk {mode} x{count}", lambda setting, stack, mode=mode, count=count: carry(setting, stack, mode, count))
        for mode in setting.modes for count in setting.conns
    ]


def paced(setting):
    """At a set rate, as on a real line: a relay is woken for little data each time."""
    return [
        Case(f"paced {mode} {rate} MB/s", lambda setting, stack, mode=mode, rate=rate: carry(setting, stack, mode, 1, rate))
        for mode in ("down", "up") for rate in (12, 125)
    ]


def carry(setting, stack, mode, count, rate=None):
    said = setting.load("bulk", stack, mode=mode, count=count, rate=rate, secs=setting.secs, warm=setting.warm)
    moved = said["down"] + said["up"]
    sample = {"MB/s": moved / said["secs"] / 1e6, "failed": said["failed"], **cpu(said, moved / GIB, "s/GiB")}
    if stack and moved and not sample["server cpu-s/GiB"]:
        raise RuntimeError("nothing went through the server")
    return sample


def conns(_setting):
    """New connections, one after the other or 16 at once, each with one small message that comes back."""
    def sample(setting, stack, parallel):
        said = setting.load("conns", stack, parallel=parallel, secs=setting.secs)
        return {"conn/s": said["done"] / said["secs"], "p50 us": said["p50_us"], "p99 us": said["p99_us"],
                "failed": said["failed"], **cpu(said, said["done"] / 1e3, "ms/conn")}

    return [Case(f"conns x{n}", lambda setting, stack, n=n: sample(setting, stack, n)) for n in (1, 16)]


def ping(_setting):
    """1 KB that comes back, one at a time."""
    def sample(setting, stack):
        said = setting.load("ping", stack, count=setting.pings)
        return {"p50 us": said["p50_us"], "p99 us": said["p99_us"], "mean us": said["mean_us"],
                **cpu(said, said["count"] / 1e6, "us/ping")}

    return [Case("ping 1 KB", sample)]


def greet(_setting):
    """The target speaks first, as SSH, SMTP and MySQL do: until its first bytes are there."""
    def sample(setting, stack):
        said = setting.load("conns", stack, target=setting.origin.greeting, greet=True, parallel=1, secs=setting.secs)
        return {"p50 ms": said["p50_us"] / 1000, "p99 ms": said["p99_us"] / 1000, "failed": said["failed"]}

    return [Case("target speaks first", sample)]


def udp(_setting):
    """Datagrams that come back, so many under way at once."""
    def sample(setting, stack, size):
        said = setting.load("udp", stack, size=size, window=setting.window, secs=setting.secs)
        return {"round trips/s": said["done"] / said["secs"], "lost": said["lost"], "bad": said["bad"],
                **cpu(said, said["done"] / 1e6, "us/round trip")}

    return [Case(f"udp {size} B", lambda setting, stack, size=size: sample(setting, stack, size)) for size in (512, 1400)]


def mem(setting):
    """Fresh processes: what they take before anything, with N connections that are idle after one small message, and
    after these have closed. (Of a relay with 20,000 descriptors, of which each connection takes two, 9,900 is the
    largest round number.)"""
    def sample(setting, stack, count):
        SETTLE = 1.0
        time.sleep(SETTLE)
        before = footprints(stack)
        with load.Load(setting.loadgen, "idle", target=setting.origin.address, socks=stack.socks, count=count) as idle:
            ready = idle.said()["ready"]
            time.sleep(SETTLE)
            during = footprints(stack)
            idle.go_on()
            alive = idle.said()["alive"]
        time.sleep(2 * SETTLE)
        after = footprints(stack)
        sample = {"established": ready, "alive": alive}
        for side in SIDES:
            sample[f"{side} before MiB"] = before[side].rss / 1024
            sample[f"{side} before PSS MiB"] = before[side].pss / 1024
            sample[f"{side} idle MiB"] = during[side].rss / 1024
            sample[f"{side} KiB/conn"] = (during[side].rss - before[side].rss) / max(1, ready)
            sample[f"{side} after MiB"] = after[side].rss / 1024
        return sample

    return [Case(f"memory, {n} idle", lambda setting, stack, n=n: sample(setting, stack, n), fresh=True) for n in setting.idle]


def fair(_setting):
    """How long pings take while one greedy download goes on: in the same relay (`shared`); and, for what a busy machine
    does to them anyway, in another relay of the same kind beside it (`beside`). The download has an origin of its own."""
    def ping_p99(setting, stack):
        return setting.load("ping", stack, count=setting.pings, flows=FLOWS, pids=None)["p99_us"]

    def ping_p99_beside_greed(setting, stack, greedy, origin):
        MORE_THAN_ENOUGH, WARM = 600, 0.5
        options = {"target": origin.address, "socks": greedy.socks, "secs": MORE_THAN_ENOUGH}
        with load.Load(setting.loadgen, "bulk", **options) as download:
            time.sleep(WARM)
            p99 = ping_p99(setting, stack)
            if download.has_ended():
                raise RuntimeError("the download ended early")
            return p99

    def sample(setting, stack):
        with Origin(setting.loadgen) as origin, Stack(stack.implementations, stack.method) as other:
            alone = ping_p99(setting, stack)
            beside = ping_p99_beside_greed(setting, stack, other, origin)
            shared = ping_p99_beside_greed(setting, stack, stack, origin)
        return {"alone p99 us": alone, "beside p99 us": beside, "shared p99 us": shared,
                "shared/alone": shared / alone, "shared/beside": shared / beside}

    return [Case("fair", sample)]


METRICS = {metric.__name__: metric for metric in (bulk, paced, conns, ping, greet, udp, mem, fair)}
# where there must be a relay
NOT_DIRECT = ("mem", "fair")


def cpu(said, units, unit):
    """Processor time of both sides per unit; user and system apart too, in ticks of 10 ms."""
    columns = {}
    for side, spent in zip(SIDES, said["cpu"]):
        for name, kind in (("cpu", "cpu"), ("user", "user"), ("sys", "sys")):
            columns[f"{side} {kind}-{unit}"] = spent[name] / units if units else float("nan")
    return columns


def footprints(stack):
    return {side: footprint.of(getattr(stack, side).pid) for side in SIDES}
