"""Profiles out of the files of other programs. Nothing in them is run, connected to, or opened."""
