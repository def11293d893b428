"""What a payload is packed in is found, and unpacked within limits, whatever it is."""

import base64
import bz2
import gzip
import json
import lzma
import subprocess
import sys
import zlib
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from mqtt_tui.decoders.base import NotDecodable
from mqtt_tui.decoders.unpacking import LARGEST, STEPS, Unpacked, packed_in, unpack
from mqtt_tui.model.application_message import ApplicationMessage, Arrival, raw_publish
from mqtt_tui.model.properties import PublishProperties
from mqtt_tui.model.protocol import Protocol
from tests.unit.decoders.messages import message

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "zlib": zlib.compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
    "zstd": zstd.compress,
    "base64": base64.b64encode,
}
COMPRESSED = [name for name in PACK if name != "base64"]
SEVERAL_MEMBERS = [name for name in COMPRESSED if name != "zlib"]
RANDOM = Random(2).randbytes(300_000)  # more than a piece of input and of output
READING = b'{"temperature": 21.5}'


def with_codings(payload: bytes, *codings: str, content_type: str | None = None) -> ApplicationMessage:
    pairs = tuple(("Content-Encoding" if at else "content-encoding", coding) for at, coding in enumerate(codings))
    properties = PublishProperties(content_type=content_type, user_properties=pairs)
    head, topic, rest = raw_publish(b"a", payload, protocol=Protocol.V5, properties=properties)
    return ApplicationMessage(topic, Arrival(0, head, protocol=Protocol.V5), rest)


def why_not(name: str, data: bytes) -> str:
    with pytest.raises(NotDecodable) as failure:
        unpack(name, data)
    return failure.value.message


@pytest.mark.parametrize("data", [b"", b"x", READING * 20_000, RANDOM], ids=["empty", "one", "text", "random"])
@pytest.mark.parametrize("name", PACK)
def test_what_was_packed_comes_out(name: str, data: bytes) -> None:
    assert unpack(name, PACK[name](data)) == Unpacked(data)
    assert STEPS[name].unpack(PACK[name](data)) == data


def test_steps_are_found_by_their_names() -> None:
    assert {name: step.name for name, step in STEPS.items()} == {name: name for name in PACK}


@pytest.mark.parametrize("name", SEVERAL_MEMBERS)
def test_members_that_follow_each_other_are_one(name: str) -> None:
    pack = PACK[name]
    assert unpack(name, pack(READING) + pack(b"") + pack(RANDOM) + pack(b"end")) == Unpacked(READING + RANDOM + b"end")


@pytest.mark.parametrize("name", ["gzip", "xz"])
def test_zeros_behind_a_member_are_padding(name: str) -> None:
    one = PACK[name](READING)
    assert unpack(name, one + bytes(8) + one + bytes(4)) == Unpacked(READING * 2)


def test_a_skippable_frame_of_zstd_is_skipped() -> None:
    skippable = b"\x50\x2a\x4d\x18\x03\x00\x00\x00abc"
    assert unpack("zstd", zstd.compress(b"a") + skippable + zstd.compress(b"b") + skippable) == Unpacked(b"ab")
    assert "ends too early" in why_not("zstd", zstd.compress(b"a") + skippable[:-1])


@pytest.mark.parametrize("name", COMPRESSED)
def test_what_stands_behind_the_end_is_named(name: str) -> None:
    remark = f"Behind the end of the {name} data, 1,000 bytes are left out."
    assert unpack(name, PACK[name](READING) + b"\r\n" * 500) == Unpacked(READING, remark=remark)


def test_what_follows_zlib_data_is_never_another_member() -> None:
    one = zlib.compress(READING)
    assert unpack("zlib", one * 2).remark == f"Behind the end of the zlib data, {len(one)} bytes are left out."


@pytest.mark.parametrize("name", COMPRESSED)
def test_what_is_cut_off_anywhere_is_declined(name: str) -> None:
    packed = PACK[name](READING)
    for size in range(1, len(packed)):
        assert why_not(name, packed[:size]) == f"not {name}: it ends too early"
    assert why_not(name, b"") == f"not {name}: it is empty"


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("gzip", READING, "not gzip: incorrect header check"),
        ("zlib", zlib.compress(READING)[:-1] + b"\x00", "not zlib: incorrect data check"),
        ("bzip2", READING, "not bzip2: invalid data stream"),
        ("xz", READING, "not xz: input format not supported by decoder"),
        ("zstd", READING, "not zstd: unknown frame descriptor"),
    ],
)
def test_what_is_damaged_is_declined_with_the_reason(name: str, data: bytes, reason: str) -> None:
    assert why_not(name, data) == reason


def test_what_wants_too_much_memory_is_declined() -> None:
    large: dict[int, int] = {zstd.CompressionParameter.window_log: 24, zstd.CompressionParameter.content_size_flag: 0}
    compressor = zstd.ZstdCompressor(options=large)
    packed = compressor.compress(RANDOM) + compressor.flush()
    assert why_not("zstd", packed) == "not zstd: frame requires too much memory for decoding"
    packed = lzma.compress(READING)
    header = b"\x02\x00\x21\x01\x1e\x00\x00\x00"  # of a block: LZMA2 with a dictionary of 128 MiB
    assert packed[12:16] == header[:4]
    packed = packed[:12] + header + zlib.crc32(header).to_bytes(4, "little") + packed[24:]
    assert lzma.decompress(packed) == READING
    assert why_not("xz", packed) == "not xz: memory usage limit exceeded"


@pytest.mark.parametrize(("name", "module"), [("zstd", "backports"), ("bzip2", "bz2"), ("xz", "lzma")])
def test_what_is_not_installed_is_named(name: str, module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for missing in {module, "compression" if name == "zstd" else module}:
        monkeypatch.setitem(sys.modules, missing, None)
    assert why_not(name, PACK[name](READING)).startswith(f"{name} needs ")


@pytest.mark.parametrize("name", ["gzip", "zlib", "zstd", "base64"])  # quick enough for the limit of time
@pytest.mark.parametrize(("more", "is_cut"), [(-1, False), (0, False), (1, True), (1 << 20, True)])
def test_no_more_than_the_limit_is_unpacked(name: str, more: int, is_cut: bool) -> None:
    data = (RANDOM * 32)[: LARGEST + more]
    pack: Callable[[bytes], bytes] = (lambda raw: zlib.compress(raw, 1)) if name == "zlib" else PACK[name]
    unpacked = unpack(name, gzip.compress(data, 1) if name == "gzip" else pack(data))
    assert unpacked.data == data[:LARGEST]
    assert unpacked.is_cut is is_cut
    assert unpacked.remark == ("Only the first 8 MiB are unpacked." if is_cut else "")


def test_what_takes_too_long_is_given_up_and_what_is_there_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mqtt_tui.decoders.unpacking.LONGEST", 0)
    unpacked = unpack("gzip", gzip.compress(RANDOM))
    assert 0 < len(unpacked.data) < len(RANDOM)
    assert RANDOM.startswith(unpacked.data)
    assert unpacked.is_cut
    assert unpacked.remark == f"Unpacking was given up after 0 s, at {len(unpacked.data):,} bytes."


BOMB = """
import bz2, lzma, json, resource, sys, zlib
try:
    from compression import zstd
except ImportError:
    from backports import zstd
from mqtt_tui.decoders.unpacking import unpack

def used():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime

def peak():
    return int(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")).split()[1]) // 1024

name = sys.argv[1]
bomb = sys.stdin.buffer.read()
unpack("gzip", zlib.compress(b"", wbits=31))
open("/proc/self/clear_refs", "w").write("5")
peak_before, used_before = peak(), used()
unpacked = unpack(name, bomb)
print(json.dumps([used() - used_before, peak() - peak_before, len(unpacked.data), unpacked.is_cut]))
"""


def bomb(name: str) -> bytes:
    """256 MB of zeros."""
    compressors: dict[str, Callable[[], Any]] = {
        "gzip": lambda: zlib.compressobj(wbits=31),
        "zlib": zlib.compressobj,
        "bzip2": bz2.BZ2Compressor,
        "xz": lambda: lzma.LZMACompressor(preset=0),
        "zstd": zstd.ZstdCompressor,
    }
    compressor = compressors[name]()
    zeros = bytes(1 << 20)
    return b"".join([*(compressor.compress(zeros) for _ in range(256)), compressor.flush()])


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("name", COMPRESSED)
def test_a_bomb_is_cheap(name: str) -> None:
    packed = bomb(name)
    assert len(packed) < 300_000
    done = subprocess.run([sys.executable, "-c", BOMB, name], input=packed, capture_output=True, check=True)
    seconds, mebibytes, size, is_cut = json.loads(done.stdout)
    print(f"{name}: {len(packed):,} bytes, {seconds:.3f} s, {mebibytes} MiB")  # noqa: T201  for pytest -rP
    assert seconds < 1
    assert mebibytes < 64
    assert 0 < size <= LARGEST
    assert is_cut


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("name", SEVERAL_MEMBERS)
def test_so_are_members_that_hold_nothing(name: str) -> None:
    packed = PACK[name](b"") * 500_000
    done = subprocess.run([sys.executable, "-c", BOMB, name], input=packed, capture_output=True, check=True)
    seconds, mebibytes, size, _ = json.loads(done.stdout)
    assert seconds < 1
    assert mebibytes < 64
    assert size == 0


@pytest.mark.parametrize(
    ("text", "data"),
    [
        (b"", b""),
        (b"Zg==", b"f"),
        (b"Zg", b"f"),
        (b" Zm\r\n9v\tYg = =\n", b"foob"),
        (b"-_-_", b"\xfb\xff\xbf"),
        (b"+/+/", b"\xfb\xff\xbf"),
        pytest.param(base64.encodebytes(RANDOM), RANDOM, id="lines"),
        pytest.param(base64.urlsafe_b64encode(RANDOM).rstrip(b"="), RANDOM, id="url-safe"),
    ],
)
def test_base64_may_be_of_either_alphabet_with_blanks_and_without_padding(text: bytes, data: bytes) -> None:
    assert unpack("base64", text) == Unpacked(data)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"Zm9vY", "it ends too early"),
        (b"Zg=", "its padding is wrong"),
        (b"Zm9v=", "its padding is wrong"),
        (b"Zm9v====", "its padding is wrong"),
        (b"====", "its padding is wrong"),
        (b"Zg==Zg==", "there is more behind its padding"),
        pytest.param(b"A" * 65_534 + b"==Zg", "there is more behind its padding", id="in the next piece"),
        (b"Zh==", "its last character has bits that mean nothing"),
        (b"+/-_", "it mixes both alphabets"),
        pytest.param(b"+" * 65_536 + b"----", "it mixes both alphabets", id="mixed in the next piece"),
        (b"Zm9*", "0x2a is none of its characters"),
        (b"Zm9v\x00", "0x00 is none of its characters"),
        ("Zmé".encode(), "0xc3 is none of its characters"),
    ],
)
def test_other_base64_is_declined_with_the_reason(text: bytes, reason: str) -> None:
    assert why_not("base64", text) == f"not base64: {reason}"


@pytest.mark.parametrize("data", [b"", READING, RANDOM], ids=["empty", "text", "random"])
@pytest.mark.parametrize("name", COMPRESSED)
def test_packed_payloads_are_recognised_by_their_first_bytes(name: str, data: bytes) -> None:
    assert packed_in(message(PACK[name](data))) == name


@pytest.mark.parametrize("level", range(10))
def test_zlib_is_recognised_at_every_level(level: int) -> None:
    assert packed_in(message(zlib.compress(READING, level))) == "zlib"


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        READING,
        b'x^{"a": 1}',
        "x^2 + é = 1, längs".encode(),
        pytest.param(b"x^" + b"a" * 509 + "é".encode(), id="the head ends inside a character"),
        b"x\x9c",
        b"x\x01",
        zlib.compress(READING)[:7],
        zlib.compressobj(zdict=b"tempera").compress(READING) + b"x\xbb" * 8,
        b"x\x9d" + bytes(range(128, 140)),  # the check fails
        b"BZh9 is text",
        b"inside: " + gzip.compress(READING, mtime=0),
        b"\x1f\x8b\x07abcdefgh",
        b"\x50\x2a\x4d\x18\x00\x00\x00\x00",
        pytest.param(base64.b64encode(RANDOM), id="base64"),
    ],
)
def test_other_payloads_are_not(payload: bytes) -> None:
    assert packed_in(message(payload)) is None


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("application/gzip", "gzip"),
        ("Application/X-GZIP; a=b", "gzip"),
        ("application/zlib", "zlib"),
        ("application/x-bzip2", "bzip2"),
        ("application/x-xz", "xz"),
        ("application/zstd", "zstd"),
        ("application/json", None),
    ],
)
def test_the_content_type_is_believed(content_type: str, expected: str | None) -> None:
    assert packed_in(message(READING, content_type=content_type)) == expected


@pytest.mark.parametrize(
    ("codings", "expected"),
    [
        (["gzip"], "gzip"),
        (["deflate"], "zlib"),
        ([" ZSTD "], "zstd"),
        (["base64"], "base64"),
        (["gzip, base64"], "base64"),
        (["gzip", "base64"], "base64"),
        (["br"], None),
        (["identity"], None),
        ([""], None),
    ],
)
def test_so_is_the_outermost_content_coding(codings: list[str], expected: str | None) -> None:
    assert packed_in(with_codings(READING, *codings)) == expected


def test_the_coding_is_outside_of_the_content_type_and_unknown_ones_count_for_nothing() -> None:
    assert packed_in(with_codings(READING, "base64", content_type="application/gzip")) == "base64"
    assert packed_in(with_codings(READING, "utf-8", content_type="application/gzip")) == "gzip"
    assert packed_in(with_codings(gzip.compress(READING), "utf-8", content_type="text/plain")) == "gzip"


def test_what_is_packed_twice_is_unpacked_once() -> None:
    inner = gzip.compress(READING)
    assert unpack("zstd", zstd.compress(inner)) == Unpacked(inner)
