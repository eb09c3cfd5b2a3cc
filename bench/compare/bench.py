#!/usr/bin/env python3
"""Compares Parasol with other Shadowsocks programs on this machine's loopback. See bench/README.md.

  bench.py --quick                       bulk down and up, one method, Parasol beside shadowsocks-rust: a minute
  bench.py --metrics all --json out.json
  bench.py gates --json gates.json       everything that the gates need, and one table of them: a quarter of an hour
  bench.py report out.json gates.json    the tables again
"""
import argparse
import json
import sys
from contextlib import contextmanager
from pathlib import Path

import gates
import metrics
import rounds
import tables
from harness import machine, network, process, programs, table
from harness.stack import Origin
from rounds import DIRECT

BASE = "ssrust"


def main():
    words = sys.argv[1:]
    if not words or words[0].startswith("-") and words[0] not in ("-h", "--help"):
        words = ["compare", *words]
    options = command_line().parse_args(words)
    options.run(options)


def compare(options):
    """Chosen metrics with chosen methods."""
    if options.quick:
        options.metrics, options.modes, options.conns, options.secs, options.warm = "bulk", "down,up", "1", 1.6, 0.3
    with measuring(options) as (implementations, setting, record):
        names = options.impls.split(",") if options.impls else list(implementations)
        if options.quick and not options.impls:
            names = [gates.OURS, *[name for name in (BASE, *names) if name in names and name != gates.OURS][:1]]
        base = announce(options, names, implementations, record)
        known = metrics.METRICS
        wanted = list(known) if options.metrics == "all" else options.metrics.split(",")
        for method in options.methods.split(","):
            subjects = speaking(method, {name: table.pair(implementations, name) for name in names})
            for name in wanted:
                with_direct = {DIRECT: None} if options.direct and name not in metrics.NOT_DIRECT else {}
                for case in known[name](setting):
                    measured(case, {**subjects, **with_direct}, method, setting, options.rounds, base, record)


def check_gates(options):
    """All cases of the gates, and the table."""
    with measuring(options) as (implementations, setting, record):
        names = list(dict.fromkeys([gates.OURS, *filter(None, options.impls.split(","))]))
        base = announce(options, names, implementations, record)
        parts = options.only.split(",")
        wanted = [gate for gate in gates.gates(setting.idle[0]) if any(part in gate.name for part in parts)]
        cases = gates.cases(setting)
        medians = {}
        for method, title in gates.in_order({want for gate in wanted for want in gate.wants()}, cases):
            subjects = speaking(method, {name: table.pair(implementations, name) for name in names})
            if any(gate.over_direct and (method, title) in gate.wants() for gate in wanted):
                subjects = {**subjects, DIRECT: None}
            medians[method, title] = measured(cases[title], subjects, method, setting, options.rounds, base, record)
        record["gates"] = gates.table(wanted, medians, names, base)
        print(f"\n## Gates, medians of {options.rounds}, ratios to {base}\n\n{record['gates']}")


def report(options):
    """The tables of earlier runs."""
    for path in options.files:
        record = json.loads(Path(path).read_text())
        print(f"## {Path(path).name}\n\n{machine.words(record['machine'])}\n")
        for result in record["results"]:
            print(tables.of_case(title(result["method"], result["case"]), rounds.medians(result["samples"]), record["base"]))
        if "gates" in record:
            print(record["gates"])


@contextmanager
def measuring(options):
    """The implementations that are here, the setting, and a record that is saved at the end, even an early one."""
    process.prepare()
    if not options.host_net:
        network.enter_own()
    implementations = table.available(table.load(options.table, options.build))
    loadgen = programs.loadgen()
    record = {"options": vars(options) | {"run": options.run.__name__}, "results": []}
    with Origin(loadgen) as origin:
        setting = metrics.Setting(
            loadgen, origin, secs=options.secs, warm=options.warm, pings=options.pings, window=options.window,
            modes=options.modes.split(","), conns=numbers(options.conns), idle=numbers(options.idle),
        )
        try:
            yield implementations, setting, record
        finally:
            if options.json:
                Path(options.json).write_text(json.dumps(record, indent=1))


def measured(case, subjects, method, setting, count, base, record):
    """Measures, prints, records; gives the medians."""
    samples = rounds.measure(case, subjects, method, setting, count)
    medians = rounds.medians(samples)
    print(tables.of_case(title(method, case.title), medians, base), flush=True)
    record["results"].append({"method": method, "case": case.title, "samples": samples})
    return medians


def title(method, case):
    return f"{method}: {case}"


def speaking(method, subjects):
    return {name: (local, server) for name, (local, server) in subjects.items()
            if method in local.local.methods and method in server.server.methods}


def announce(options, names, implementations, record):
    """Says and records what is measured on what; gives what ratios are taken to: shadowsocks-rust, if it is there, else
    the first that is not ours."""
    measured = {impl.name: impl for name in names for impl in table.pair(implementations, name)}
    record["machine"] = machine.describe(measured.values())
    print(f"{machine.words(record['machine'])}\n", flush=True)
    others = [name for name in names if name != gates.OURS]
    record["base"] = options.base or (BASE if BASE in names else next(iter(others), gates.OURS))
    return record["base"]


def numbers(text):
    return [int(number) for number in text.split(",")]


def command_line():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)

    compare_ = command(commands, "compare", compare)
    compare_.add_argument("--quick", action="store_true", help="a first look: bulk, one connection, two programs")
    compare_.add_argument("--impls", help="names of impls.toml; LOCAL>SERVER mixes two [default: all that are here]")
    compare_.add_argument("--metrics", default="bulk", help=f"all, or some of {','.join(metrics.METRICS)}")
    compare_.add_argument("--methods", default="aes-256-gcm")
    compare_.add_argument("--direct", action="store_true", help="also without a relay")
    how_to_measure(compare_, idle="2000,9900")

    gates_ = command(commands, "gates", check_gates)
    gates_.add_argument("--impls", default=BASE, help="measured beside ours, such as ssrust,libev")
    gates_.add_argument("--only", default="", help="gates with one of these in their name, such as UDP,ping")
    how_to_measure(gates_, idle="9900")

    report_ = command(commands, "report", report)
    report_.add_argument("files", nargs="+", metavar="FILE", help="what --json has written")
    return parser


def command(commands, name, run):
    parser = commands.add_parser(name, help=run.__doc__, description=run.__doc__)
    parser.set_defaults(run=run)
    return parser


def how_to_measure(parser, idle):
    parser.add_argument("--base", help=f"what ratios are taken to [default: {BASE}]")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--secs", type=float, default=2.0, help="measured in each round")
    parser.add_argument("--warm", type=float, default=0.4, help="seconds before that")
    parser.add_argument("--pings", type=int, default=5000)
    parser.add_argument("--window", type=int, default=32, help="datagrams under way at once")
    parser.add_argument("--modes", default="down,up,both", help="of bulk")
    parser.add_argument("--conns", default="1,8", help="of bulk")
    parser.add_argument("--idle", default=idle, help="idle connections; a relay needs two descriptors for each")
    parser.add_argument("--table", action="append", default=[], metavar="FILE", help="more implementations")
    parser.add_argument("--build", action="append", default=[], metavar="NAME=PATH", help="another build of parasol")
    parser.add_argument("--host-net", action="store_true", help="on the machine's own loopback")
    parser.add_argument("--json", metavar="FILE", help="also write all samples there")


if __name__ == "__main__":
    main()
