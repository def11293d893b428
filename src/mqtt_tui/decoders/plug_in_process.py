"""The process in which decoders of others run: what they do to it, they do to nobody else."""

import os
import sys
from contextlib import suppress
from importlib.metadata import EntryPoint

import msgspec

from mqtt_tui.decoders.base import NotDecodable
from mqtt_tui.decoders.plug_in_frames import LENGTH_BYTES, Answer, Request, answer_of, framed
from mqtt_tui.decoders.registry import GROUP, DecoderRegistry

_MEMORY = 1 << 30
"""Bytes of address space: who asks for more gets a MemoryError."""


def main() -> None:
    """Answer requests from the standard input until it ends."""
    answers = os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (1, 2):  # what a decoder prints is no answer
        os.dup2(nowhere, number)
    _limit_memory()
    registries: dict[tuple[tuple[str, str], ...], DecoderRegistry] = {}
    while len(head := sys.stdin.buffer.read(LENGTH_BYTES)) == LENGTH_BYTES:
        request = msgspec.msgpack.decode(sys.stdin.buffer.read(int.from_bytes(head)), type=Request)
        entries = tuple(request.entries)
        if entries not in registries:
            registries[entries] = DecoderRegistry(EntryPoint(name, value, GROUP) for name, value in entries)
        with os.fdopen(os.dup(answers), "wb") as out:
            out.write(framed(_answer(registries[entries], request)))


def _limit_memory() -> None:
    with suppress(ImportError, ValueError, OSError):  # not on every system
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def _answer(registry: DecoderRegistry, request: Request) -> Answer:
    message = request.message()
    before = dict(registry.faults)
    answer = Answer()
    try:
        name, confidence, decoded = registry.decode_surest(message, request.wanted)
        answer = answer_of(decoded, confidence)
        msgspec.msgpack.decode(msgspec.msgpack.encode(answer), type=Answer)
    except NotDecodable as error:
        answer = Answer(declined=error.message)
    except Exception as error:  # noqa: BLE001  lines that are none, texts that are none: a fault as well
        registry.count_fault(name, error)
        answer = Answer()
    answer.faults = {name: fault.reason for name, fault in registry.faults.items() if fault != before.get(name)}
    return answer


if __name__ == "__main__":
    main()
