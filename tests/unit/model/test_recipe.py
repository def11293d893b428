"""How to read a payload, as users write it."""

import pytest

from mqtt_tui.model.recipe import InvalidRecipe, Recipe


@pytest.mark.parametrize(
    ("text", "recipe"),
    [
        ("json", Recipe(view="json")),
        ("gzip", Recipe(steps=("gzip",))),
        ("base64  zstd cbor", Recipe(steps=("base64", "zstd"), view="cbor")),
        ("| jq '.a b'", Recipe(command=("jq", ".a b"))),
        ("gzip | protoc --decode_raw", Recipe(steps=("gzip",), command=("protoc", "--decode_raw"))),
    ],
)
def test_it_is_read_and_written(text: str, recipe: Recipe) -> None:
    assert Recipe.parse(text) == recipe
    assert Recipe.parse(str(recipe)) == recipe


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "A decoder's name is missing"),
        ("json gzip", "'json' is no step; steps are gzip,"),
        ("gzip |", "Behind | comes a command"),
        ("json | jq", "'json' stands before a command"),
        ("| jq '", "no other end"),
        ("\x1b[31m gzip", r"'.x1b.31m' is no step"),
    ],
)
def test_what_cannot_be_meant_is_told(text: str, words: str) -> None:
    with pytest.raises(InvalidRecipe, match=words.replace("|", r"\|")):
        Recipe.parse(text)
