"""The protocol versions of MQTT."""

from enum import IntEnum


class Protocol(IntEnum):
    """Protocol level as in CONNECT (MQTT 5.0, 3.1.2.2)."""

    V31 = 3
    V311 = 4
    V5 = 5

    @property
    def title(self) -> str:
        """As people write it: ``3.1``, ``3.1.1`` or ``5``."""
        return _TITLES[self]

    @classmethod
    def parse(cls, text: str) -> "Protocol":
        """Read ``5``, ``mqttv5``, ``311``, ``3.1.1``, ``31`` and the like.

        Raises:
            ValueError: where it is none of them.
        """
        protocol = _SPELLINGS.get(text.lower().removeprefix("mqtt").removeprefix("v"))
        if protocol is None:
            raise ValueError(f"{text!r} is no MQTT version (5, 3.1.1 or 3.1)")
        return protocol


_TITLES = {Protocol.V5: "5", Protocol.V311: "3.1.1", Protocol.V31: "3.1"}
_SPELLINGS = {
    "5": Protocol.V5,
    "5.0": Protocol.V5,
    "50": Protocol.V5,
    "3.1.1": Protocol.V311,
    "311": Protocol.V311,
    "3.1": Protocol.V31,
    "31": Protocol.V31,
}
