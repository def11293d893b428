"""Plain values of MQTT, in the specification's words; standard library only."""
