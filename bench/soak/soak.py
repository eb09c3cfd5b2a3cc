#!/usr/bin/env python3
"""Long loads on one local and one server, and whether these grow. Ends by itself; everything stays on loopback, in a
network namespace of its own. See bench/README.md.

  soak.py idle  --count 9900 --minutes 3       connections that stand and are silent
  soak.py rate  --rate 2000 --minutes 10       new connections a second
  soak.py mixed --minutes 60                   bulk both ways, pings, datagrams and new connections, all compared
  soak.py all   --json soak.json               the three of them, as above

Ends with 1 when something grew after the first minute, was left open, or went wrong.
"""
import argparse
import copy
import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "compare"))

import tables
from harness import machine, network, process, programs, table
from harness.stack import Origin, Stack

import trend
from parts import MINUTES, PARTS
from sampler import SIDES, Sampler, look

# what is waited before the load, and after it for what was open to be closed
CALM = 5
# descriptors that may be left after it: what is kept for a while by intent
LEFT = 16


def main():
    options = command_line().parse_args()
    process.prepare()
    if not options.host_net:
        network.enter_own()
    implementations = table.pair(table.available(table.load(options.table, options.build)), options.impl)
    loadgen = programs.loadgen()
    record = {"machine": machine.describe(implementations), "parts": []}
    print(f"{machine.words(record['machine'])}\n", flush=True)
    try:
        for name in PARTS if options.part == "all" else [options.part]:
            chosen = copy.copy(options)
            chosen.minutes = options.minutes or MINUTES[name]
            result = soak(name, chosen, loadgen, implementations)
            record["parts"].append(result)
            print(shown(result), flush=True)
    finally:
        if options.json:
            Path(options.json).write_text(json.dumps(record, indent=1))
    sys.exit(any(result["wrong"] for result in record["parts"]))


def soak(name, options, loadgen, implementations):
    """One part on a fresh stack."""
    with Origin(loadgen) as origin, Stack(implementations, options.method) as stack:
        time.sleep(CALM)
        before = look(stack)
        sampler = Sampler(stack, options.interval)
        said, wrong = PARTS[name](options, loadgen, origin, stack, lambda: sampler)
        time.sleep(CALM)
        after = look(stack)
    trends = trend.trends(sampler.samples, options.settle)
    wrong += [f"growth of {one.figure} of the {one.side}" for one in trends if one.grows]
    wrong += [f"{side}: {after[side]['descriptors'] - before[side]['descriptors']} more descriptors than before the load"
              for side in SIDES if after[side]["descriptors"] > before[side]["descriptors"] + LEFT]
    if not trends:
        wrong.append("too short to see whether anything grows")
    return {"part": name, "method": options.method, "minutes": options.minutes, "settle": options.settle, "said": said,
            "wrong": wrong, "before": before, "after": after, "trends": trend.as_json(trends), "samples": sampler.samples}


def shown(result):
    """A table of one part, and what went wrong."""
    head = ["", f"at {result['settle']:g} s", "at the end", "highest", "slope a minute", "rise", "grows", "before the load", "after it"]
    keys = {figure.name: (key, figure.unit) for key, figure in trend.FIGURES.items()}
    rows = []
    for one in result["trends"]:
        key, unit = keys[one["figure"]]
        figures = [one["first"], one["last"], one["highest"], one["a_minute"], one["rise"]]
        around = [result[when][one["side"]][key] / unit for when in ("before", "after")]
        rows.append([f"{one['side']}, {one['figure']}", *map(tables.number, figures), "**yes**" if one["grows"] else "no",
                     *map(tables.number, around)])
    verdict = "; ".join(result["wrong"]) or "nothing grows, nothing failed"
    said = json.dumps({name: value for name, value in result["said"].items() if name != "cpu"})
    return (f"### {result['part']}, {result['method']}, {result['minutes']:g} minutes\n\n"
            f"{tables.markdown(head, rows)}\n{verdict}\n\n`{said}`\n")


def command_line():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=[*PARTS, "all"])
    parser.add_argument("--minutes", type=float, help=f"how long [default: {MINUTES}]")
    parser.add_argument("--count", type=int, default=9900, help="idle connections")
    parser.add_argument("--rate", type=int, default=2000, help="new connections a second")
    parser.add_argument("--method", default="aes-256-gcm")
    parser.add_argument("--impl", default="parasol", help="a name of impls.toml, or LOCAL>SERVER")
    parser.add_argument("--interval", type=float, default=2, help="seconds between two looks")
    parser.add_argument("--settle", type=float, default=60, help="seconds after which nothing may grow")
    parser.add_argument("--table", action="append", default=[], metavar="FILE", help="more implementations")
    parser.add_argument("--build", action="append", default=[], metavar="NAME=PATH", help="another build of parasol")
    parser.add_argument("--host-net", action="store_true", help="on the machine's own loopback")
    parser.add_argument("--json", metavar="FILE", help="also write all samples there")
    return parser


if __name__ == "__main__":
    main()
