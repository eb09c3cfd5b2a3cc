"""The loads of a soak. Each runs on a fresh stack, gives what the load generator said, and names what went wrong."""
import time

from harness import load


def idle(options, loadgen, origin, stack, watch):
    """Connections that stand and are silent."""
    with load.Load(loadgen, "idle", target=origin.address, socks=stack.socks, count=options.count) as standing:
        ready = standing.said()
        with watch():
            time.sleep(options.minutes * 60)
        standing.go_on()
        said = {**ready, **standing.said()}
    wrong = []
    if said["ready"] < options.count:
        wrong.append(f"only {said['ready']} connections of {options.count} stood")
    if said["alive"] < said["ready"]:
        wrong.append(f"{said['ready'] - said['alive']} connections were gone in the end")
    return said, wrong


def rate(options, loadgen, origin, stack, watch):
    """New connections a second."""
    PARALLEL = 32
    with watch():
        said = timed(options, loadgen, "conns", origin, stack, rate=options.rate, parallel=PARALLEL)
    wrong = [f"{said[what]} connections {how}" for what, how in (("failed", "failed"), ("late", "could not be begun in time"))
             if said[what]]
    return said, wrong


def mixed(options, loadgen, origin, stack, watch):
    """Bulk both ways, pings, datagrams and new connections at once."""
    with watch():
        said = timed(options, loadgen, "mixed", origin, stack)
    wrong = [f"{kind}: {said[kind][what]} {what}" for kind in ("down", "up", "ping", "udp", "conns")
             for what in ("failed", "bad") if said[kind].get(what)]
    return said, wrong


def timed(options, loadgen, what, origin, stack, **more):
    return load.run(loadgen, what, target=origin.address, socks=stack.socks, pids=stack.pids, secs=options.minutes * 60, **more)


PARTS = {part.__name__: part for part in (idle, rate, mixed)}
# as the goal has them
MINUTES = {"idle": 3, "rate": 10, "mixed": 60}
