"""Real brokers, hostile brokers, certificates and stand-ins for tests."""
