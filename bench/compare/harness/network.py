"""Loopback, nobody else on it, and ports."""
import os
import socket
import subprocess
import sys
from pathlib import Path

from . import programs

# cubic, the usual congestion control: some machines have bbr, whose pacing almost doubles the processor time of a
# transfer on loopback and hides the differences
SETUP = """ip link set lo up
for net in 127.0.0.0/8 127.0.0.1; do
  ip route replace local $net dev lo table local proto kernel scope host src 127.0.0.1 congctl cubic || exit 1
done
"""
# as root, and as a user where the system lets users have namespaces
WAYS = (["unshare", "--net"], ["unshare", "--net", "--map-root-user"])


def enter_own():
    """Starts this program again in a network namespace of its own, unless it is there already."""
    if "SSBENCH_NETNS" in os.environ:
        return
    for way in WAYS:
        if subprocess.run([*way, "sh", "-c", SETUP], capture_output=True).returncode == 0:
            os.environ["SSBENCH_LOADGEN"] = programs.loadgen()  # building it may need the network
            os.environ["SSBENCH_NETNS"] = "1"
            os.execvp("unshare", [*way, "sh", "-c", SETUP + 'exec "$@"', "sh", sys.executable, *sys.argv])
    print("no network namespace can be had: on the machine's own loopback", file=sys.stderr)


_taken = set()


def free_port(n=1):
    """The first of n free ports in a row, below those that outgoing connections take."""
    ephemeral = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    for port in range(10_000 + os.getpid() % 4000, ephemeral - n):
        ports = range(port, port + n)
        if not _taken.intersection(ports) and all(map(is_free, ports)):
            _taken.update(ports)
            return port
    raise RuntimeError("no free port")


def is_free(port):
    for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                return False
    return True


def listens(port):
    """Whether somebody listens there, without a connection that the listener would have to deal with."""
    LISTEN = "0A"
    wanted = f":{port:04X}"
    for table in ("/proc/self/net/tcp", "/proc/self/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            fields = line.split()
            if fields[1].endswith(wanted) and fields[3] == LISTEN:
                return True
    return False
