"""A small MQTT 3.1.1 and 5.0 broker on loopback, for demonstration and tests."""
