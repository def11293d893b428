"""The MQTT library, seen only from here."""
