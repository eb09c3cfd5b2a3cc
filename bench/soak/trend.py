"""Whether a figure grows: a line of least squares through the samples after the first minute."""
import statistics
from dataclasses import asdict, dataclass

from sampler import SIDES

MIB = 1024  # of KiB


@dataclass(frozen=True)
class Figure:
    name: str
    # of a sample's unit
    unit: int
    # a rise that is none: an allocator's page more or less, a connection that happens to be open when we look
    share: float
    floor: float

    def tolerated(self, level):
        return max(self.floor, self.share * level)


FIGURES = {
    "rss": Figure("RSS, MiB", MIB, 0.03, 0.5),
    "pss": Figure("PSS, MiB", MIB, 0.03, 0.5),
    "descriptors": Figure("descriptors", 1, 0.05, 16),
    "threads": Figure("threads", 1, 0, 1),
}


@dataclass(frozen=True)
class Trend:
    side: str
    figure: str
    # of the first sample after the settling, the last and the highest one
    first: float
    last: float
    highest: float
    # by the line: in a minute, and from the first of these samples to the last
    a_minute: float
    rise: float
    grows: bool


def trends(samples, settle):
    """Of both sides and every figure; none when there are too few samples after `settle` seconds."""
    watched = [sample for sample in samples if sample["at"] >= settle]
    if len(watched) < 3:
        return []
    minutes = [sample["at"] / 60 for sample in watched]
    return [trend(side, key, minutes, [sample[side][key] / FIGURES[key].unit for sample in watched])
            for side in SIDES for key in FIGURES]


def trend(side, key, minutes, values):
    slope = statistics.linear_regression(minutes, values).slope
    rise = slope * (minutes[-1] - minutes[0])
    grows = rise > FIGURES[key].tolerated(values[0])
    return Trend(side, FIGURES[key].name, values[0], values[-1], max(values), slope, rise, grows)


def as_json(trends):
    return [asdict(trend) for trend in trends]
