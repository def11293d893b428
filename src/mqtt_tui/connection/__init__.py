"""A connection that lasts: states, back-off, subscriptions, limits."""
