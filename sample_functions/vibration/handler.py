"""How strongly machines vibrate: the root mean square of the last second of a trace of each."""

from math import sqrt

from traces import SAMPLES_PER_S, read_trace


def handle(data):
    """Take ``{"machines": [tag, ...], "seconds": length of the traces}``; give ``{tag: mm/s}``."""
    traces = {machine: read_trace(machine, data["seconds"]) for machine in data["machines"]}
    return {machine: round(rms(trace[-SAMPLES_PER_S:]), 3) for machine, trace in traces.items()}


def rms(samples):
    return sqrt(sum(value * value for value in samples) / len(samples))
