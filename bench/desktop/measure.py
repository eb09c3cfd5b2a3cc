#!/usr/bin/env python3
"""Measures what the desktop program costs, beside its aims: memory and processor time in each of its states, how fast it
starts and opens its window, and how large the window's pages are. See README.md."""
import argparse
import base64
import gzip
import json
import os
import platform
import signal
import socket
import statistics
import sys
import time
from pathlib import Path

import cost
from desk import Desk, end
from flows import Flows
from screen import Screen
from tray import TrayHost

ROOT = Path(__file__).resolve().parents[2]
METHOD = '2022-blake3-aes-256-gcm'
WIDTH, HEIGHT = 900, 620  # the window's usual size

# state, figure, aim
AIMS = [
    ('tray only', 'pss', 90),
    ('window open, idle', 'cpu', 1),
    ('window open, flows', 'pss', 280),
    ('window closed', 'pss', 140),
    ('window closed', 'cpu', 0.05),  # 0.0 as it is printed
]
TIME_AIMS = {'start to tray': 400, 'tray click to first paint': 300}
BUNDLE_AIM_KB = 120


def main():
    options = arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    figures = {'machine': machine(), 'options': vars(options) | {'program': options.program.name, 'server': options.server.name},
               'bundle': bundle()}
    with Desk(WIDTH, HEIGHT, dict(options.env)) as desk:
        bench = Bench(desk, options)
        figures['times'] = bench.times()
        figures['states'] = bench.states()
    print(table(figures))
    if options.json:
        Path(options.json).write_text(json.dumps(figures, indent=2, default=str) + '\n')


class Bench:
    def __init__(self, desk, options):
        self.desk, self.options = desk, options
        self.screen, self.tray = Screen(desk), TrayHost(desk.env['DBUS_SESSION_BUS_ADDRESS'])
        self.port, server_port = free_ports(2)
        password = base64.b64encode(os.urandom(32)).decode()
        listen = ['-s', '127.0.0.1', '-p', str(server_port), '-m', METHOD]
        desk.start(options.server, 'server', *listen, '--allow-private-targets', env={'PARASOL_PASSWORD': password})
        wait_for_port(server_port)
        profile = {'id': 'bench', 'name': 'Loopback', 'server': '127.0.0.1', 'port': server_port, 'method': METHOD, 'password': password}
        settings = {'local_port': self.port, 'system_proxy': 'leave', 'mode': 'global', 'local_direct': False}
        saved = {'version': 1, 'profiles': [profile], 'active': 'bench', 'settings': settings}
        Path(desk.env['PARASOL_CONFIG_DIR'], 'profiles.json').write_text(json.dumps(saved))

    def times(self):
        """Milliseconds, one of each for each start."""
        times = {name: [] for name in ('start to tray', 'tray click to window', 'tray click to first paint', 'tray click to last change')}
        for turn in range(self.options.starts + 1):
            say(f'start {turn} of {self.options.starts}' if turn else 'a start that is not counted')
            program, icon, came = self.start()
            time.sleep(2)
            clicked = time.monotonic()
            self.tray.activate(icon)
            seen = [came, *(at - clicked for at in self.screen.watch(rest=1, patience=20))]
            end(program)
            # whatever comes from the disk is in memory from the first one on
            if turn:
                for name, taken in zip(times, seen):
                    times[name].append(round(taken * 1000, 1))
        return times

    def states(self):
        program, icon, _ = self.start()
        states = {}

        def measure(state):
            say(state)
            time.sleep(self.options.settle)
            states[state] = cost.measure(program.pid, self.options.window)

        measure('tray only')
        self.tray.choose(icon, 'Turn on')
        wait_for_port(self.port)
        measure('tray only, on')
        self.tray.activate(icon)
        self.screen.watch(rest=1, patience=20)
        measure('window open, idle')
        say(f'{self.options.flows} flows for {self.options.traffic} seconds')
        flows = Flows(self.options.flows, self.port)
        try:
            time.sleep(max(0, self.options.traffic - self.options.window - self.options.settle))
            measure('window open, flows')
            self.screen.close_window()
            wait_until('the web view ends', lambda: not cost.has_web_view(program.pid))
            measure('window closed, flows')
            say(f'{flows.received:,} bytes came back, {flows.lost} flows were lost')
        finally:
            flows.end()
        if flows.lost or not flows.received:
            raise SystemExit('the flows did not last')
        measure('window closed')
        end(program)
        return states

    def start(self):
        """Starts it in the tray: the program, its icon, and how long that took."""
        begun = time.monotonic()
        program = self.desk.start(self.options.program, '--hidden')
        icon, came = self.tray.icon_of(program.pid)
        return program, icon, came - begun


def table(figures):
    """As Markdown."""
    lines = [', '.join(f'{name} {value}' for name, value in figures['machine'].items()), '',
             '| what | aim | figure | met |', '|---|---|---|---|']
    states, flows = figures['states'], f"{figures['options']['flows']:,} flows"
    for state, parts in states.items():
        for figure, unit, digits in (('pss', ' MB', 0), ('rss', ' MB', 0), ('cpu', ' %', 2)):
            aim = next((aim for aimed, what, aim in AIMS if (aimed, what) == (state, figure)), None)
            split = ' + '.join(f'{part} {cost[figure]:.{digits}f}' for part, cost in parts.items() if part != 'sum')
            name = f"{state.replace('flows', flows)}: {figure.upper()}"
            lines.append(row(name, aim, parts['sum'][figure], unit, digits, split if len(parts) > 2 else ''))
    for name, taken in figures['times'].items():
        spread = f'{min(taken):.0f} to {max(taken):.0f}'
        lines.append(row(name, TIME_AIMS.get(name), statistics.median(taken), ' ms', 0, spread))
    pages, words = figures['bundle']['pages'], figures['bundle']['words']
    split = ' + '.join(f'{kind} {size:.1f}' for kind, size in pages.items())
    lines.append(row('pages, gzipped, in English', BUNDLE_AIM_KB, sum(pages.values()), ' KB', 1, split))
    each = ', '.join(f'{language} {size:.1f}' for language, size in words.items())
    lines.append(row('words of another language, at most', None, max(words.values()), ' KB', 1, each))
    return '\n'.join(lines)


def row(name, aim, figure, unit, digits, more):
    met = '' if aim is None else 'yes' if figure <= aim else '**no**'
    wanted = '' if aim is None else '0.0 %' if aim == 0.05 else f'≤ {aim}{unit}'
    return f'| {name} | {wanted} | {figure:.{digits}f}{unit}{f" ({more})" if more else ""} | {met} |'


def bundle():
    """KB of the window's files, each gzipped on its own: of each kind those that everybody loads, and the words of each
    language besides English, of which only the one that is spoken is loaded."""
    sizes = {'pages': {}, 'words': {}}
    languages = {file.stem for file in (ROOT / 'ui' / 'src' / 'text').glob('??.ts')} - {'en'}
    for file in sorted((ROOT / 'ui' / 'dist').rglob('*.*')):
        of_language = file.name.partition('-')[0]
        kind = ('words', of_language) if of_language in languages else ('pages', file.suffix[1:])
        of_kind = sizes[kind[0]]
        of_kind[kind[1]] = of_kind.get(kind[1], 0) + len(gzip.compress(file.read_bytes())) / 1000
    return sizes


def machine():
    cpu = next((line.partition(': ')[2].strip() for line in open('/proc/cpuinfo') if line.startswith('model name')), platform.machine())
    load = os.getloadavg()[0]
    if load > 0.5:
        say(f'this machine is busy (load {load:.1f}): times and processor time will say too much')
    if cost.has_other_web_views():
        say('another program shows web pages: what is shared with it makes PSS say too little')
    return {'processor': cpu, 'cores': os.cpu_count(), 'Linux': platform.release(), 'load': f'{load:.1f}'}


def free_ports(count):
    sockets = [socket.create_server(('127.0.0.1', 0)) for _ in range(count)]
    ports = [free.getsockname()[1] for free in sockets]
    for free in sockets:
        free.close()
    return ports


def wait_for_port(port):
    def answers():
        try:
            socket.create_connection(('127.0.0.1', port), 1).close()
            return True
        except OSError:
            return False
    wait_until(f'something listens on port {port}', answers)


def wait_until(what, there):
    until = time.monotonic() + 10
    while not there():
        if time.monotonic() > until:
            raise SystemExit(f'waited in vain until {what}')
        time.sleep(0.05)


def say(what):
    print(what, file=sys.stderr, flush=True)


def arguments():
    release = ROOT / 'target' / 'release'
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--program', type=Path, default=release / 'parasol-desktop', help='the desktop program')
    parser.add_argument('--server', type=Path, default=release / 'parasol', help='the program to be the server')
    parser.add_argument('--flows', type=int, default=1000, help='how many flows (%(default)s)')
    parser.add_argument('--traffic', type=int, default=120, help='seconds of traffic with the window open (%(default)s)')
    parser.add_argument('--window', type=int, default=30, help='seconds that processor time is counted over (%(default)s)')
    parser.add_argument('--settle', type=int, default=10, help='seconds of rest before each state is measured (%(default)s)')
    parser.add_argument('--starts', type=int, default=5, help='how many starts are timed (%(default)s)')
    parser.add_argument('--env', type=lambda text: text.split('=', 1), action='append', default=[], metavar='NAME=VALUE',
                        help='set for the program, such as WEBKIT_DISABLE_COMPOSITING_MODE=1')
    parser.add_argument('--json', metavar='FILE', help='write every figure to a file too')
    options = parser.parse_args()
    for program in ('program', 'server'):
        path = getattr(options, program).resolve()
        setattr(options, program, path)
        if not path.exists():
            raise SystemExit(f'{path} is missing: npm run build makes it')
    return options


if __name__ == '__main__':
    main()
