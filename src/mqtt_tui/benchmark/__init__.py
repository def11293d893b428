"""Measurements: this program's own intake, and brokers."""
