"""Measurements of the program: ``python -m bench.run``, ``python -m bench.soak``."""
