"""What Parasol's processes cost, as the kernel counts it."""
import os
import re
import time

TICKS = os.sysconf('SC_CLK_TCK')


def measure(pid, seconds):
    """Per process: memory in MB at the end of so many seconds, and the processor time in them in % of one core."""
    before = {process: ticks(process) for process in family(pid)}
    begun = time.monotonic()
    time.sleep(seconds)
    took = time.monotonic() - begun
    costs = {}
    for process, part in family(pid).items():
        cpu = (ticks(process) - before.get(process, 0)) / TICKS / took * 100
        cost = costs.setdefault(part, {'rss': 0, 'pss': 0, 'cpu': 0})
        cost['cpu'] += cpu
        rollup = read(process, 'smaps_rollup')
        for figure in ('rss', 'pss'):
            cost[figure] += int(re.search(rf'^{figure}: +(\d+) kB', rollup, re.M | re.I)[1]) / 1024
    costs['sum'] = {figure: sum(cost[figure] for cost in costs.values()) for figure in ('rss', 'pss', 'cpu')}
    return costs


def has_web_view(pid):
    return 'web' in family(pid).values()


def has_other_web_views():
    return any(read(name, 'comm').startswith('WebKit') for name in os.listdir('/proc') if name.isdigit())


def family(pid):
    """The process and its descendants, each with its part: WebKit runs pages and their network in processes of their own."""
    parents = {}
    for name in os.listdir('/proc'):
        # one that has ended and was not waited for is still listed, as a zombie
        if name.isdigit() and (fields := stat(name)) and fields[0] != 'Z':
            parents[int(name)] = int(fields[1])
    found = {pid: 'app'}
    for process in parents:
        line = process
        while line in parents and line != pid:
            line = parents[line]
        if line == pid and process != pid:
            name = read(process, 'comm')
            found[process] = 'web' if name.startswith('WebKitWeb') else 'network' if name.startswith('WebKitNet') else 'other'
    return found


def ticks(pid):
    fields = stat(pid)
    return int(fields[11]) + int(fields[12])


def stat(pid):
    """`pid (name) state parent …` from the state on (proc(5)); the name may hold anything, parentheses too."""
    return read(pid, 'stat').rpartition(') ')[2].split()


def read(pid, file):
    try:
        with open(f'/proc/{pid}/{file}') as text:
            return text.read()
    except (FileNotFoundError, ProcessLookupError):
        return ''
