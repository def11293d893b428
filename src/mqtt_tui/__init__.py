"""mqtt-tui, a terminal MQTT explorer."""

__version__ = "0.1.0"
