"""A simulated factory, its building and its meters: every kind of payload that an explorer meets."""
