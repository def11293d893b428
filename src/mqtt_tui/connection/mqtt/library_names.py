"""The private names of aiomqtt and paho that we touch, and the proof at start-up that they are there.

Both libraries are pinned below their next minor version; an upgrade that renames one of these ends here, with a
sentence, and not in the middle of a connection. ``tests/unit/connection/mqtt/test_library_names.py`` holds what each
of them has to do.
"""

from collections.abc import Iterable
from importlib.metadata import version

import aiomqtt
from paho.mqtt import client as paho

from mqtt_tui.errors import MqttTuiError

CLASS_NAMES: tuple[tuple[type, str], ...] = (
    (aiomqtt.Client, "_client_connect"),  # hands address, keep alive and CONNECT properties to paho
    (aiomqtt.Client, "_on_connect"),
    (aiomqtt.Client, "_on_disconnect"),
    (aiomqtt.Client, "_on_publish"),
    (aiomqtt.Client, "_on_subscribe"),
    (aiomqtt.Client, "_on_unsubscribe"),
    (aiomqtt.Client, "_on_socket_open"),
    (aiomqtt.Client, "_on_socket_close"),
    (aiomqtt.Client, "_on_socket_register_write"),
    (aiomqtt.Client, "_on_socket_unregister_write"),
    (paho.Client, "_create_socket"),  # replaced by a socket that is connected already
    (paho.Client, "_sock_close"),  # lets go of reader, writer and socket, whatever the state
    (paho._WebsocketWrapper, "_do_handshake"),  # noqa: SLF001  the only WebSocket that paho can use
)
INSTANCE_NAMES: tuple[tuple[type, str], ...] = (
    (aiomqtt.Client, "_client"),
    (paho.Client, "_last_mid"),  # the packet identifier before the next one
    (aiomqtt.Client, "_queue"),  # made by the public queue_type
)
READER_NAMES: tuple[str, ...] = (
    "_packet_read",  # replaced by ``Inbound``; called by loop_read, again and again until it returns “again”
    "_packet_handle",  # handles one packet
    "_sock_recv",  # raises BlockingIOError for TLS as well
    "_in_packet",  # the packet to handle
    "_packet_queue",  # sends bytes behind what waits to be sent
    "_out_packet",  # what waits
    "_handle_pubackcomp",  # ends a flow that PUBREC refused
)
"""Of ``paho.Client``, for reading in bulk. Where one is gone, messages come through aiomqtt's public ``queue_type``."""

WEBSOCKET_NAMES: tuple[str, ...] = (
    "_socket",  # read by ``BulkWebSocket`` in its place
    "_sendbuffer",  # empty between two frames
    "_create_frame",  # masks, as a client has to
)
"""Of paho's WebSocket, for reading many frames at once. Where one is gone, paho reads them one by one."""


CONSTRAINTS = "Install the versions of constraints.txt."


class LibraryChanged(MqttTuiError):
    """aiomqtt or paho no longer has a private name that the connection stands on."""


def check_classes() -> None:
    """Check ``CLASS_NAMES``.

    Raises:
        LibraryChanged: naming what is missing.
    """
    _check(CLASS_NAMES, {owner: owner for owner, _ in CLASS_NAMES})


def check_instances(client: aiomqtt.Client, inner: paho.Client) -> None:
    """Check ``INSTANCE_NAMES``. Raises as ``check_classes``."""
    _check(INSTANCE_NAMES, {aiomqtt.Client: client, paho.Client: inner})


def missing_for_reader(client: paho.Client) -> str:
    """Which of ``READER_NAMES`` are not there, as a phrase; empty where all are."""
    return _phrase([name for name in READER_NAMES if not hasattr(client, name)])


def missing_for_websocket() -> str:
    """Which of ``WEBSOCKET_NAMES`` are not there, as ``missing_for_reader``."""
    kind = paho._WebsocketWrapper  # noqa: SLF001
    there = {*dir(kind), *kind.__init__.__code__.co_names}  # to make one is to shake hands
    return _phrase([name for name in WEBSOCKET_NAMES if name not in there])


def _phrase(missing: list[str]) -> str:
    return f"paho-mqtt {version('paho-mqtt')} has no {', '.join(missing)}" if missing else ""


def _check(names: Iterable[tuple[type, str]], holders: dict[type, object]) -> None:
    missing = [f"{o.__module__}.{o.__name__}.{name}" for o, name in names if not hasattr(holders[o], name)]
    if missing:
        raise LibraryChanged(
            f"aiomqtt {version('aiomqtt')} with paho-mqtt {version('paho-mqtt')} has no {', '.join(missing)}.",
            hint=CONSTRAINTS,
        )
