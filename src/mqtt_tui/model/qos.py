"""Quality of service and retain handling."""

from enum import IntEnum


class QoS(IntEnum):
    """How often a message is delivered (MQTT 5.0, 4.3)."""

    AT_MOST_ONCE = 0
    AT_LEAST_ONCE = 1
    EXACTLY_ONCE = 2


class RetainHandling(IntEnum):
    """Whether retained messages are sent when a subscription is made (MQTT 5.0, 3.8.3.1)."""

    SEND = 0
    SEND_IF_NEW = 1
    DO_NOT_SEND = 2
