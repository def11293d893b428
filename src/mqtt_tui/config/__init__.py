"""Where configuration lives and how what the user wrote is read."""
