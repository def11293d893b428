"""What a stranger's file may not do to who imports it."""

import json
from pathlib import Path

import pytest

from mqtt_tui.errors import LocalError
from mqtt_tui.profiles.importing.sources import read_source


def test_a_stranger_s_profile_is_not_opened_by_itself(tmp_path: Path) -> None:
    file = tmp_path / "profiles.toml"
    file.write_text('[profiles.site]\nurl = "mqtt://host"\nauto_connect = true\npassword = { env = "TOKEN" }\n')
    (candidate,) = read_source(file).candidates
    assert not candidate.profile.auto_connect
    assert "auto_connect: left out" in " ".join(candidate.notes)


@pytest.mark.parametrize("flag", ["--tls-use-os-certs", "--tls-alpn mqtt", "--insecure"])
def test_any_option_of_tls_means_tls(tmp_path: Path, flag: str) -> None:
    file = tmp_path / "mosquitto_sub"
    file.write_text(f"-h host\n-p 8884\n{flag}\n-P secret\n")
    (candidate,) = read_source(file).candidates
    assert candidate.profile.url == "mqtts://host:8884"


def test_one_bad_filter_does_not_become_everything(tmp_path: Path) -> None:
    file = tmp_path / "mosquitto_sub"
    file.write_text("-h host\n-t good/a\n-t bad/#/b\n")
    (candidate,) = read_source(file).candidates
    assert [one.filter for one in candidate.profile.subscriptions] == ["good/a"]


def test_a_will_without_a_topic_is_left_out_and_the_broker_kept(tmp_path: Path) -> None:
    file = tmp_path / "mosquitto_sub"
    file.write_text("-h host\n--will-payload bye\n")
    (candidate,) = read_source(file).candidates
    assert candidate.profile.will is None
    assert candidate.notes


def test_a_number_of_too_many_digits_is_told(tmp_path: Path) -> None:
    file = tmp_path / "mosquitto_sub"
    file.write_text("-h host\n-k " + "1" * 5000)
    (candidate,) = read_source(file).candidates
    assert "keep_alive" in " ".join(candidate.notes)


def test_a_file_that_is_nested_too_deeply_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "profiles.toml"
    file.write_text("[profiles." + "a." * 3000 + 'b]\nurl = "mqtt://host"')
    with pytest.raises(LocalError, match="nested too deeply"):
        read_source(file)


def test_what_can_be_no_profile_is_told_and_not_passed_over(tmp_path: Path) -> None:
    toml = tmp_path / "profiles.toml"
    toml.write_text('[profiles.good]\nurl = "mqtt://host"\n[profiles."bad\\u001b[31m"]\nurl = "gopher://host"\n')
    source = read_source(toml)
    assert [one.name for one in source.candidates] == ["good"]
    (note,) = source.notes
    assert note.startswith("bad␛[31m: url: ")
    assert note.endswith("; left out")
    options = tmp_path / "mosquitto_sub"
    options.write_text("-h bad host\n-t a/b\n")
    source = read_source(options)
    assert source.candidates == ()
    assert source.notes[0].startswith("mosquitto_sub: address: ")
    export = tmp_path / "export.json"
    export.write_text(json.dumps([{"clientId": "", "host": ""} for _ in range(1_100)]))
    source = read_source(export)
    assert len(source.notes) < 30
    assert source.notes[-2:] == ("980 more are left out", "only the first 1,000 are looked at")


def test_where_every_subscription_was_disabled_none_is_made(tmp_path: Path) -> None:
    export = tmp_path / "export.json"
    one = {"clientId": "x", "host": "h", "subscriptions": [{"topic": "a/#", "disabled": True}]}
    export.write_text(json.dumps([one]))
    (candidate,) = read_source(export).candidates
    assert candidate.profile.subscriptions == (), "the default would be everything"


def test_notes_have_an_end_whatever_a_file_calls_things(tmp_path: Path) -> None:
    toml = tmp_path / "profiles.toml"
    long = "x" * 100_000
    toml.write_text(f'[profiles.{long}]\nurl = "gopher://{long}"\n[profiles.good]\nurl = "mqtt://h"\n{long} = 1\n')
    source = read_source(toml)
    (candidate,) = source.candidates
    assert max(map(len, (*source.notes, *candidate.notes))) < 500
