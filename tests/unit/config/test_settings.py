"""config.toml."""

from pathlib import Path

from mqtt_tui.config.settings import Settings, load_settings


def test_without_a_file_all_is_as_by_default(tmp_path: Path) -> None:
    settings, problems = load_settings(tmp_path / "config.toml")
    assert (settings, problems) == (Settings(), [])
    assert settings.theme == "dusk"
    assert settings.memory_bytes == 256 * 1024 * 1024


def test_what_the_user_wrote_is_taken(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(
        'theme = "signal"\nmemory = 64\nglow = false\n'
        '[keys]\n"topic.copy" = "y"\n"app.quit" = ["q", "ctrl+q"]\n"app.help" = []\n'
    )
    settings, problems = load_settings(file)
    assert problems == []
    assert (settings.theme, settings.memory, settings.glow) == ("signal", 64, False)
    assert settings.keymap == {"topic.copy": "y", "app.quit": "q,ctrl+q", "app.help": ""}


def test_what_is_good_counts_beside_what_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('theme = "signal"\nfoo = 1\nmemory = "x"\n[keys]\n"app.quit" = "x"\n')
    settings, problems = load_settings(file)
    assert settings == Settings(theme="signal", keys={"app.quit": "x"})
    assert {problem.key: problem.reason for problem in problems} == {
        "foo": "is no known key",
        "memory": "should be a whole number from 16 to 1048576, not a text",
    }


def test_one_bad_key_binding_leaves_the_others(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('[keys]\n"app.quit" = 5\n"app.help" = "h"\n')
    settings, problems = load_settings(file)
    assert settings.keys == {"app.help": "h"}
    assert [problem.key for problem in problems] == ['keys."app.quit"']


def test_a_broken_file_leaves_the_defaults_and_all_that_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text('them = "x"\nmemory = 1\n[keys]\nquit = 5\n')
    settings, problems = load_settings(file)
    assert settings == Settings()
    assert {problem.key: problem.reason for problem in problems} == {
        "them": "is no known key; did you mean theme?",
        "memory": "should be a whole number from 16 to 1048576, not 1",
        "keys.quit": "should be a text or a list, each a text, not a whole number",
    }
    assert file.read_text().startswith("them")


def test_a_folder_in_its_place_leaves_the_defaults(tmp_path: Path) -> None:
    settings, problems = load_settings(tmp_path)
    assert settings == Settings()
    assert len(problems) == 1
