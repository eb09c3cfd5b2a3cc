"""Measuring: each round takes every subject once, in turn (A B A B …), so that what happens on the machine happens to
all of them; figures are medians over the rounds."""
import statistics
import sys
from contextlib import ExitStack

from harness.stack import Stack

# the name of the subject without a relay
DIRECT = "direct"


def measure(case, subjects, method, setting, rounds):
    """Samples by subject. `subjects`: the implementations of a local and a server by name; None is no relay. What fails
    is told of, and is a sample less."""
    samples = {name: [] for name in subjects}

    def complain(name, error):
        print(f"{name}, {method}, {case.title}: {error}", file=sys.stderr)

    with ExitStack() as ends:
        standing = {}
        for name, implementations in subjects.items():
            if implementations is None:
                standing[name] = None
            elif not case.fresh:
                try:
                    standing[name] = ends.enter_context(Stack(implementations, method))
                except (RuntimeError, OSError) as error:
                    complain(name, error)
        for _ in range(rounds):
            for name, implementations in subjects.items():
                try:
                    if case.fresh:
                        with Stack(implementations, method) as stack:
                            samples[name].append(case.sample(setting, stack))
                    elif name in standing:
                        samples[name].append(case.sample(setting, standing[name]))
                except (RuntimeError, OSError) as error:
                    complain(name, error)
    return samples


def medians(samples):
    """By subject and column; subjects without a sample are left out."""
    return {
        name: {column: statistics.median(sample[column] for sample in taken) for column in taken[0]}
        for name, taken in samples.items() if taken
    }
