"""The gates: what Parasol has to reach in one run beside shadowsocks-rust. A gate is a benchmark's figure, never a timed
test. Most are ratios to the base, lower is better: the mean over some cells, each a column of a case with a method."""
from dataclasses import dataclass
from itertools import product

import metrics
import tables
from metrics import SIDES
from rounds import DIRECT

OURS = "parasol"
GCM = ("aes-256-gcm", "aes-128-gcm")
GCM_2022 = ("2022-blake3-aes-256-gcm", "2022-blake3-aes-128-gcm")
CHACHA = ("chacha20-ietf-poly1305",)
CFB = ("aes-256-cfb",)
UDP = ("aes-256-gcm", "2022-blake3-aes-256-gcm")
ONE = ("aes-256-gcm",)
BULK = [f"bulk {mode} x{count}" for mode in ("down", "up") for count in (1, 8)]


@dataclass(frozen=True)
class Gate:
    name: str
    limit: float
    aim: float | None
    methods: tuple[str, ...]
    # (case's title, column)
    cells: list[tuple[str, str]]
    # what no single cell may be over
    single: float | None = None
    # a ratio to the base; otherwise the figure itself
    ratio: bool = True
    # what is taken off the figure: that without a relay
    over_direct: bool = False

    def wants(self):
        """(method, title) of all cases it needs."""
        return {(method, title) for method in self.methods for title, _ in self.cells}

    def values(self, medians, name, base):
        """Each cell's value for an implementation; None as soon as one is missing."""
        values = []
        for method, (title, column) in product(self.methods, self.cells):
            rows = medians.get((method, title), {})
            value, against = rows.get(name, {}).get(column), rows.get(DIRECT if self.over_direct else base, {}).get(column)
            if value is None or against is None and (self.ratio or self.over_direct):
                return None
            values.append(value / against if self.ratio else value - against if self.over_direct else value)
        return values


def sides(titles, column):
    return [(title, f"{side} {column}") for title in titles for side in SIDES]


def gates(idle):
    """All of them; `idle` is how many connections are idle where that is measured."""
    memory = f"memory, {idle} idle"
    cpu = "cpu-s/GiB"
    decrypting = [(title, f"{'local' if 'down' in title else 'server'} {cpu}") for title in BULK]
    encrypting = [(title, f"{'server' if 'down' in title else 'local'} {cpu}") for title in BULK]
    return [
        Gate("bulk AES-GCM, cpu", 0.65, 0.50, GCM, sides(BULK, cpu), single=0.90),
        Gate("bulk AEAD-2022 AES, cpu", 0.80, 0.65, GCM_2022, sides(BULK, cpu)),
        Gate("bulk chacha20-poly1305, cpu", 0.85, 0.60, CHACHA, sides(BULK, cpu)),
        Gate("bulk CFB, decrypting side, cpu", 0.25, 0.10, CFB, decrypting),
        Gate("bulk CFB, encrypting side, cpu", 0.70, 0.50, CFB, encrypting),
        Gate("UDP, cpu per packet", 0.75, 0.60, UDP, sides(["udp 512 B", "udp 1400 B"], "cpu-us/round trip")),
        Gate("new connections, 16 parallel, cpu each", 0.85, 0.70, ONE, sides(["conns x16"], "cpu-ms/conn")),
        Gate("ping of 1 KB, cpu each", 1.0, 0.9, ONE, sides(["ping 1 KB"], "cpu-us/ping")),
        Gate("ping of 1 KB, p99", 1.0, 0.9, ONE, [("ping 1 KB", "p99 us")]),
        Gate("target speaks first, ms added", 10, 1, ONE, [("target speaks first", "p50 ms")], ratio=False, over_direct=True),
        Gate("memory per idle connection, local", 0.15, 0.10, ONE, [(memory, "local KiB/conn")]),
        Gate("memory per idle connection, server", 0.15, 0.10, ONE, [(memory, "server KiB/conn")]),
        Gate("resident memory of an idle relay", 0.60, 0.40, ONE, sides([memory], "before MiB")),
        Gate("fair: ping p99 beside a greedy download, to p99 alone", 2.0, None, ONE, [("fair", "shared/alone")], ratio=False),
    ]


def cases(setting):
    """By title, of every metric."""
    return {case.title: case for metric in metrics.METRICS.values() for case in metric(setting)}


def in_order(wants, cases):
    """By method, and within one as metrics are."""
    titles = list(cases)
    return sorted(wants, key=lambda want: (want[0], titles.index(want[1])))


def table(gates, medians, names, base):
    """Gate, limit, aim, and what came out."""
    others = [name for name in names if name not in (OURS, DIRECT)]
    head = ["gate", "limit", "aim", OURS, "worst single", "result", *others]
    return tables.markdown(head, [row(gate, medians, others, base) for gate in gates])


def row(gate, medians, others, base):
    values = gate.values(medians, OURS, base)
    limit = f"{gate.limit:g}" + (f", single {gate.single:g}" if gate.single else "")
    shown = [figure(mean(gate.values(medians, name, base))) for name in others]
    worst = tables.NOTHING if not values or len(values) == 1 else figure(max(values))
    aim = tables.NOTHING if gate.aim is None else f"{gate.aim:g}"
    return [gate.name, limit, aim, figure(mean(values)), worst, verdict(gate, values), *shown]


def verdict(gate, values):
    if not values:
        return "not measured"
    if mean(values) > gate.limit or gate.single and max(values) > gate.single:
        return "**not met**"
    return "met" if gate.aim is None or mean(values) > gate.aim else "met, aim too"


def mean(values):
    return sum(values) / len(values) if values else None


def figure(value):
    return tables.NOTHING if value is None else f"{value:.2f}"
