"""The least that Python can do with a stream of PUBLISH packets at QoS 0: receive, split, count. No library."""

import socket
from collections.abc import Iterator

_READ = 1 << 18


def connected(port: int, protocol: int) -> socket.socket:
    """A connection that has sent CONNECT and SUBSCRIBE to everything; ``protocol``: 4 or 5, as in the packets."""
    none = b"\0" if protocol == 5 else b""  # the length of properties
    connect = b"\x00\x04MQTT" + bytes([protocol, 2, 0, 0]) + none + b"\x00\x04bare"
    subscribe = b"\x00\x01" + none + b"\x00\x01#\x00"
    stream = socket.create_connection(("127.0.0.1", port))
    stream.sendall(bytes([0x10, len(connect)]) + connect + bytes([0x82, len(subscribe)]) + subscribe)
    return stream


def batches(stream: socket.socket) -> Iterator[list[tuple[int, bytes, bytes]]]:
    """The PUBLISH packets of each read: first byte, topic, and what follows it."""
    left = b""
    while data := stream.recv(_READ):
        batch, left = split(left + data)
        yield batch


def split(data: bytes) -> tuple[list[tuple[int, bytes, bytes]], bytes]:
    """All whole PUBLISH packets, and the beginning of the next one."""
    batch: list[tuple[int, bytes, bytes]] = []
    at, end = 0, len(data)
    while end - at >= 2:
        length, body, shift = data[at + 1], at + 2, 7
        if length > 127:
            length &= 127
            while body < end:
                byte = data[body]
                body += 1
                length |= (byte & 127) << shift
                if byte < 128:
                    break
                shift += 7
            else:
                break
        after = body + length
        if after > end:
            break
        head = data[at]
        if head & 0xF0 == 0x30:
            topic = body + 2 + (data[body] << 8 | data[body + 1])
            batch.append((head, data[body + 2 : topic], data[topic:after]))
        at = after
    return batch, data[at:]
