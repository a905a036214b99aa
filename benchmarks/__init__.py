"""What the emulator costs, measured against what it stands beside: ``python -m benchmarks``.

Every figure is taken on the wheel, installed in an environment of its own, beside the peer that it is compared with.
The sides take turns within one run, so that a busy machine slows all of them.
"""
