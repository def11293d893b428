"""The saved profiles, and every way to change them."""

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from mqtt_tui.config.paths import make_private
from mqtt_tui.config.private_file import locked, replace_private
from mqtt_tui.errors import LocalError
from mqtt_tui.profiles.names import UnknownProfile, check_name
from mqtt_tui.profiles.options import Pairs
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.stored import Document, Profiles, encoded, read_profiles, table_of
from mqtt_tui.text.display_text import display_text


class ProfileRepository:
    """profiles.toml in a directory.

    Every change reads the file again under a lock, changes one profile and replaces the file: several processes lose
    nothing of each other, and a crash leaves the old or the new file. A file with problems is never written to.
    A change takes milliseconds; at worst it waits five seconds for another process.

    All changes raise LocalError where the file has problems or cannot be written; nothing was changed then.

    Args:
        directory: of profiles.toml; created with mode 0700 by the first change.
        commands: words that no new profile may be called.
    """

    def __init__(self, directory: Path, commands: Collection[str] = ()) -> None:
        self.file = directory / "profiles.toml"
        self.commands = commands
        """Words that no new profile may be called."""

    def load(self) -> Profiles:
        """Read the file; never raises."""
        return read_profiles(self.file)[0]

    def check_new(self, name: str) -> None:
        """Refuse what no new profile can be called. Raises as ``create``."""
        self._check_free(read_profiles(self.file)[1], name)

    def create(self, name: str, profile: BrokerProfile) -> None:
        """Add ``profile``.

        Raises:
            InvalidProfileName: ``name`` would be taken for something else.
            LocalError: there is one of this name, or a value of the profile is not allowed.
        """
        with self._change() as document:
            self._check_free(document, name)
            document.profiles[name] = table_of(profile, self.file, name)

    def save(self, name: str, profile: BrokerProfile) -> None:
        """Put ``profile`` in the place of the one called ``name``, or add it where it is gone.

        Raises:
            InvalidProfileName: ``name`` is new and would be taken for something else.
            LocalError: a value of the profile is not allowed.
        """
        with self._change() as document:
            if name not in document.profiles:
                check_name(name, self.commands)
            document.profiles[name] = table_of(profile, self.file, name)

    def rename(self, name: str, new_name: str) -> None:
        """Give a profile another name; it keeps its place.

        Raises:
            InvalidProfileName: ``new_name`` would be taken for something else.
            LocalError: there is none called ``name``, or one called ``new_name``.
        """
        with self._change() as document:
            _check_known(document, name)
            if new_name == name:
                return
            self._check_free(document, new_name)
            names = {name: new_name}
            document.profiles = {names.get(one, one): table for one, table in document.profiles.items()}
            document.last_used = [names.get(one, one) for one in document.last_used]
            if document.default == name:
                document.default = new_name

    def duplicate(self, name: str, new_name: str) -> None:
        """Add a copy of a profile. Raises as ``rename``."""
        with self._change() as document:
            _check_known(document, name)
            self._check_free(document, new_name)
            document.profiles[new_name] = document.profiles[name]

    def delete(self, name: str) -> None:
        """Remove a profile.

        Raises:
            LocalError: there is none called ``name``.
        """
        with self._change() as document:
            _check_known(document, name)
            del document.profiles[name]
            document.last_used = [one for one in document.last_used if one != name]
            if document.default == name:
                document.default = None

    def mark_used(self, name: str) -> None:
        """Remember that a profile was used just now. Raises as ``delete``."""
        with self._change() as document:
            _check_known(document, name)
            document.last_used = [name, *(one for one in document.last_used if one != name)]

    def set_default(self, name: str | None) -> None:
        """Choose the profile that connects at a start without arguments, or none. Raises as ``delete``."""
        with self._change() as document:
            if name is not None:
                _check_known(document, name)
            document.default = name

    def keep_decoders(self, name: str, decoders: Pairs) -> None:
        """Remember how payloads are read. Raises as ``delete``."""
        with self._change() as document:
            _check_known(document, name)
            document.profiles[name]["decoders"] = [list(pair) for pair in decoders]

    def _check_free(self, document: Document, name: str) -> None:
        check_name(name, self.commands)
        if name in document.profiles:
            raise LocalError(f"There is a profile called {display_text(name)} already.", hint="Choose another name.")

    @contextmanager
    def _change(self) -> Iterator[Document]:
        try:
            make_private(self.file.parent)
            real = Path(os.path.realpath(self.file))  # a symbolic link stays one
            with locked(real):
                profiles, document = read_profiles(self.file)
                if not profiles.is_writable:
                    raise LocalError(
                        "\n".join(["Nothing was saved, as something is wrong:", *map(str, profiles.problems)]),
                        hint="Correct the file with an editor, or move it away to begin anew.",
                    )
                yield document
                replace_private(real, encoded(document))
        except OSError as error:
            reason = error.strerror or str(error)
            raise LocalError(
                f"{display_text(str(self.file))} cannot be written: {display_text(reason)}. Nothing was changed."
            ) from error


def _check_known(document: Document, name: str) -> None:
    if name not in document.profiles:
        raise UnknownProfile(name, document.profiles)
