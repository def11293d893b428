"""A real mosquitto of a test's own: free ports, files in the test's directory, ended by its own handle."""

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest

_SEARCH = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
_START_SECONDS = 10.0
_END = "mosquitto-under-test/end"


def require_mosquitto() -> None:
    """Skip the test where mosquitto is missing; in CI, fail."""
    missing = [name for name in ("mosquitto", "mosquitto_pub", "mosquitto_sub", "mosquitto_passwd") if not _find(name)]
    if missing and os.environ.get("CI"):
        pytest.fail(f"{', '.join(missing)} missing; CI needs a real mosquitto")
    if missing:
        pytest.skip(f"{', '.join(missing)} not installed")


def free_port() -> int:
    """A port of the loopback interface that nobody listened on a moment ago."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


class Mosquitto:
    """A running mosquitto; a context manager.

    ``port`` is the listener under test. ``plain_port`` is always MQTT over TCP, so that ``mosquitto_pub`` and
    ``mosquitto_sub`` can play the rest of the world; passwords and access rules hold on both.

    Args:
        directory: where configuration, log and socket live.
        listener: more lines of the listener under test: ``protocol websockets``, ``cafile …`` and the like.
        settings: more lines that hold for all: ``max_packet_size 2000`` …
        passwords: user names and passwords; none: everybody may connect.
        access: lines of an ACL file; it decides about messages, every subscription is granted all the same.
        subscribable: the only topic filters that may be subscribed (by the plugin that mosquitto brings along).
        unix_socket: also listen at ``unix_path``.
        persistent: keeps sessions and all that is not acknowledged, without limit, over ``stop`` and ``start``.
    """

    def __init__(
        self,
        directory: Path,
        *,
        listener: Sequence[str] = (),
        settings: Sequence[str] = (),
        passwords: Mapping[str, str] | None = None,
        access: Sequence[str] | None = None,
        subscribable: Sequence[str] | None = None,
        unix_socket: bool = False,
        persistent: bool = False,
    ) -> None:
        self.directory = directory
        self.passwords = dict(passwords or {})
        self.port = self.plain_port = 0
        self.unix_path = directory / "mosquitto.sock"
        self._listener, self._settings = listener, settings
        self._access, self._subscribable = access, subscribable
        self._unix_socket = unix_socket
        self._persistent = persistent
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.directory.mkdir(parents=True, exist_ok=True)
        for _ in range(5):  # somebody may take a free port between finding and using it
            self.port, self.plain_port = free_port(), free_port()
            self._configure()
            try:
                self.start()
            except RuntimeError:
                if "Address already in use" not in self.log():
                    raise
            else:
                return self
        raise RuntimeError("no free port found")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()

    @property
    def url(self) -> str:
        """Of the plain listener."""
        return f"mqtt://127.0.0.1:{self.plain_port}"

    def log(self) -> str:
        """Everything that it has logged so far, all start-ups included."""
        path = self.directory / "mosquitto.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def start(self) -> None:
        """Start it, on the same ports as before, and wait until it accepts connections."""
        assert self._process is None
        configuration = str(self.directory / "mosquitto.conf")
        with (self.directory / "mosquitto.log").open("ab") as log:
            self._process = subprocess.Popen([_program("mosquitto"), "-v", "-c", configuration], stderr=log)
        deadline = time.monotonic() + _START_SECONDS
        while not all(_accepts(port) for port in (self.port, self.plain_port)):
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"mosquitto did not start:\n{self.log()}")
            time.sleep(0.01)

    def kill(self) -> None:
        """End it as a crash would; nothing where it does not run."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def stop(self) -> None:
        """End it in good order (it saves what is persistent)."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(_START_SECONDS)
            self._process = None

    def publish(self, topic: str, payload: bytes, *options: str) -> None:
        """Publish with mosquitto_pub; ``options`` are its own (``-q 1 -r -D publish user-property k v``)."""
        command = [_program("mosquitto_pub"), *self._client("-t", topic, "-s" if payload else "-n"), *options]
        subprocess.run(command, input=payload, check=True, timeout=_START_SECONDS)

    def retained(self, topic_filter: str) -> list[str]:
        """The retained messages under ``topic_filter``, each as ``topic payload``."""
        with self.subscriber(topic_filter, "-t", _END, "--retained-only") as process:
            self.publish(_END, b"")  # the first live message ends it
            output, _ = process.communicate(timeout=_START_SECONDS)
        return output.decode().splitlines()

    def subscriber(self, topic_filter: str, *options: str) -> subprocess.Popen[bytes]:
        """A mosquitto_sub whose stdout can be read; returns once it is subscribed. The caller ends it."""
        already = self.log().count("Sending SUBACK")
        command = [_program("mosquitto_sub"), *self._client("-t", topic_filter, "-v"), *options]
        process = subprocess.Popen(command, stdout=subprocess.PIPE)
        deadline = time.monotonic() + _START_SECONDS
        while self.log().count("Sending SUBACK") == already:
            if process.poll() is not None or time.monotonic() > deadline:
                process.kill()
                raise RuntimeError("mosquitto_sub did not subscribe")
            time.sleep(0.01)
        return process

    def _client(self, *options: str) -> list[str]:
        login = next(iter(self.passwords.items()), None)
        credentials = ["-u", login[0], "-P", login[1]] if login else []
        return ["-h", "127.0.0.1", "-p", str(self.plain_port), "-V", "5", *credentials, *options]

    def _configure(self) -> None:
        lines = ["user root", "allow_anonymous " + ("false" if self.passwords else "true"), *self._settings]
        if self._persistent:
            lines += ["persistence true", f"persistence_location {self.directory}/", "max_queued_messages 0"]
        if self.passwords:
            lines.append(f"password_file {self._write_passwords()}")
        if self._access is not None:
            lines.append(f"acl_file {self._write('access', self._access)}")
        if self._subscribable is not None:
            roles = self._write("roles.json", [json.dumps(_roles(self._subscribable))])
            lines += [f"plugin {_security_plugin()}", f"plugin_opt_config_file {roles}"]
        lines += [f"listener {self.plain_port} 127.0.0.1"]
        if self._unix_socket:
            lines += [f"listener 0 {self.unix_path}"]
        lines += [f"listener {self.port} 127.0.0.1", *self._listener]
        self._write("mosquitto.conf", lines)

    def _write(self, name: str, lines: Sequence[str]) -> Path:
        path = self.directory / name
        path.write_text("\n".join(lines) + "\n")
        path.chmod(0o600)
        return path

    def _write_passwords(self) -> Path:
        path = self.directory / "passwords"
        path.touch(mode=0o600)
        for name, password in self.passwords.items():
            subprocess.run([_program("mosquitto_passwd"), "-b", str(path), name, password], check=True)
        return path


def _roles(subscribable: Sequence[str]) -> dict[str, object]:
    rules = [{"acltype": "subscribePattern", "topic": name, "allow": True} for name in subscribable]
    everything_else = {"publishClientSend": True, "publishClientReceive": True, "unsubscribe": True}
    return {
        "defaultACLAccess": {**everything_else, "subscribe": False},
        "clients": [],
        "groups": [{"groupname": "all", "roles": [{"rolename": "reader"}], "clients": []}],
        "roles": [{"rolename": "reader", "acls": rules}],
        "anonymousGroup": "all",
    }


def _security_plugin() -> Path:
    for directory in ("/usr/lib", "/usr/local/lib", "/opt/homebrew/lib"):
        for path in Path(directory).glob("**/mosquitto_dynamic_security.so"):
            return path
    pytest.skip("mosquitto_dynamic_security.so is not installed")


def _find(name: str) -> str | None:
    return shutil.which(name, path=_SEARCH)


def _program(name: str) -> str:
    found = _find(name)
    assert found is not None, "call require_mosquitto() first"
    return found


def _accepts(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True
