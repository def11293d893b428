"""How errors become a line and an exit code."""

import stat
from pathlib import Path

import pytest

from mqtt_tui.cli.endings import ending
from mqtt_tui.cli.narration import amount, counted
from mqtt_tui.errors import LocalError


def fail_with_a_secret() -> None:
    password = "C4N4RY"  # a local variable, which a report must not have
    try:
        raise KeyError(f"payload {password}")
    except KeyError as cause:
        raise RuntimeError(f"what {password}") from cause


def test_a_mistake_of_ours_leaves_a_private_report_without_payloads_and_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MQTT_TUI_DATA_DIR", str(tmp_path / "data"))
    with pytest.raises(RuntimeError) as raised:
        fail_with_a_secret()
    assert ending(raised.value) == 1
    (report,) = (tmp_path / "data").iterdir()
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    text = report.read_text()
    assert "builtins.RuntimeError" in text
    assert "builtins.KeyError" in text
    assert "in fail_with_a_secret" in text
    said = capsys.readouterr()
    assert str(report) in said.err
    assert "C4N4RY" not in text.replace('password = "C4N4RY"', "") + said.err + said.out


def test_a_report_that_cannot_be_written_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("MQTT_TUI_DATA_DIR", str(tmp_path / "file" / "data"))
    assert ending(ValueError("x")) == 1
    assert "ValueError), and no report could be written" in capsys.readouterr().err


def test_an_expected_error_is_a_line_with_its_hint(capsys: pytest.CaptureFixture[str]) -> None:
    assert ending(LocalError("The file is gone.", hint="Look elsewhere.")) == 7
    assert capsys.readouterr().err == "mqtt-tui: The file is gone.\n  Look elsewhere.\n"


def test_what_the_system_refuses_is_named_with_its_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert ending(PermissionError(13, "Permission denied", "/etc/\x1b[2J")) == 7
    assert capsys.readouterr().err == "mqtt-tui: /etc/␛[2J: Permission denied.\n"


def test_a_stray_time_out_is_a_mistake_of_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MQTT_TUI_DATA_DIR", str(tmp_path))
    assert ending(TimeoutError()) == 1


def test_ctrl_c_is_130_and_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert ending(KeyboardInterrupt()) == 130
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1_000, "1.0 kB"),
        (999_999, "1.0 MB"),
        (1_234_567, "1.2 MB"),
        (5 * 10**15, "5000.0 TB"),
    ],
)
def test_sizes_are_said_as_people_read_them(size: int, words: str) -> None:
    assert amount(size) == words


def test_one_message_is_no_messages() -> None:
    assert counted(1, 1) == "1 message, 1 B"
    assert counted(10_000, 1_200_000) == "10,000 messages, 1.2 MB"
