"""From payload bytes to something a person can read."""
