"""Saved broker profiles and the ways to name a broker."""
