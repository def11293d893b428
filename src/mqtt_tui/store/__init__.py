"""What was received: topics, histories, counters, rates, rows."""
