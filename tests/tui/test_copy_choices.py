"""What can be copied of a message, and that it is exactly that."""

from base64 import b64decode
from pathlib import Path

import pytest

from mqtt_tui.recording.json_message import from_json
from mqtt_tui.tui.screens.choose import Choose
from mqtt_tui.tui.screens.copy_choices import copy_choices
from tests.support.explorer_host import opened
from tests.support.fake_transport import FakeBroker

PAYLOAD = b'{"n": 12345678901234567890, "text": "a\\n\\u00e9", "in": {"a": [1.10]}}'


@pytest.mark.parametrize(
    ("downs", "path", "value"),
    [
        (0, "$", '{"n":12345678901234567890,"text":"a\\n\\u00e9","in":{"a":[1.10]}}'),
        (1, "$.n", "12345678901234567890"),
        (2, "$.text", "a\né"),
        (3, "$.in", '{"a":[1.10]}'),
        (4, "$.in.a", "[1.10]"),
        (5, "$.in", '{"a":[1.10]}'),
    ],
)
async def test_everything_is_copied_exactly(tmp_path: Path, downs: int, path: str, value: str) -> None:
    broker = FakeBroker()
    async with opened(tmp_path, broker) as it:
        broker.deliver("plant/it's", PAYLOAD, qos=1)
        await it.frame()
        await it.select("plant/it's")
        await it.pilot.press("2", *["down"] * downs)
        await it.frame()
        session, inspector = it.explorer.session, it.explorer.inspector
        made = {one.name: one.make() for one in copy_choices(b"plant/it's", inspector, session.target.profile)}
        assert (made["topic"], made["path"], made["value"]) == (b"plant/it's", path, value)
        assert made["payload"] == PAYLOAD
        assert bytes.fromhex(str(made["hex"])) == b64decode(made["base64"]) == PAYLOAD
        assert from_json(made["message"]).payload == PAYLOAD
        assert str(made["decoded"]).startswith('{\n  "n": 12345678901234567890,\n')
        assert str(made["mosquitto_pub"]).startswith("mosquitto_pub -h fake.invalid -p 1883 -V 5 -t 'plant/it'")


async def test_the_choice_shows_what_each_is(tmp_path: Path) -> None:
    broker = FakeBroker()
    async with opened(tmp_path, broker) as it:
        broker.deliver("a", b"\xff\x1b[31m[/]")
        await it.frame()
        await it.select("a")
        await it.pilot.press("Y")
        await it.until(lambda: isinstance(it.app.screen, Choose))
        session, inspector = it.explorer.session, it.explorer.inspector
        shown = [one.shown.plain for one in copy_choices(b"a", inspector, session.target.profile)]
        assert [words.split()[0] for words in shown] == [
            "topic",
            "payload",
            "decoded",
            "hex",
            "base64",
            "message",
            "mosquitto_pub",
        ]
        assert "as it is shown: hex" in shown[2]
        assert "ff 1b 5b 33" in shown[3]
