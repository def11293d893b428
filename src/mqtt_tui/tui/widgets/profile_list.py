"""The saved brokers, to choose from."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from enum import Enum, auto

from rich.cells import cell_len
from rich.style import Style
from textual import events
from textual.message import Message

from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.url import Scheme
from mqtt_tui.text.display_text import display_text
from mqtt_tui.tui.widgets.line_cells import clipped
from mqtt_tui.tui.widgets.line_view import LineView, Span

_EMPTY: Sequence[Sequence[tuple[str, str]]] = (
    (("name", "  No broker is saved yet."),),
    (),
    (("key", "    / "), ("soft", " type the address of a broker and connect to it")),
    (("key", "    n "), ("soft", " make a profile: user, password, TLS, will, subscriptions")),
    (("key", "    i "), ("soft", " take over brokers from MQTT Explorer, MQTTX or the mosquitto clients")),
    (("key", "    p "), ("soft", " take one of the public brokers that are there to try things out")),
    (("key", "    D "), ("soft", " look around in the built-in demo: a broker and a factory")),
)
_FEW = 5
"""Up to so many profiles there is a blank line between them."""
_LONGEST_FILTER = 28
_STYLES = ("name", "soft", "faint", "key", "secure", "unverified", "default", "readonly", "group", "cursor")


class _Part(Enum):
    """What a row shows."""

    GROUP = auto()
    HEAD = auto()
    FOOT = auto()
    BLANK = auto()


class ProfileList(LineView, inherit_bindings=False):
    """Two lines a profile; the screen around it has the keys."""

    DEFAULT_CSS = """
    ProfileList {
        height: auto;
        & > .profile--name { color: $foreground; text-style: bold; }
        & > .profile--soft { color: $text-soft; }
        & > .profile--faint { color: $text-faint; }
        & > .profile--key { color: $key; text-style: bold; }
        & > .profile--secure { color: $success; }
        & > .profile--unverified { color: $error; text-style: bold; }
        & > .profile--default { color: $warning; }
        & > .profile--readonly { color: $secondary; }
        & > .profile--group { color: $primary; text-style: bold; }
        & > .profile--cursor { color: $cursor; background: $selection; }
    }
    """
    COMPONENT_CLASSES = {f"profile--{name}" for name in _STYLES}

    class Chosen(Message):
        """The user wants the selected broker: a double click."""

    def __init__(self) -> None:
        super().__init__()
        self._names: list[str] = []
        self._rows: list[tuple[_Part, str]] = []
        """What stands in each row: a part of a profile, or of a group."""
        self._profiles: Mapping[str, BrokerProfile] = {}
        self._default: str | None = None
        self._is_open: Collection[str] = ()
        self._at = 0

    @property
    def selected(self) -> str | None:
        """The name under the cursor."""
        return self._names[self._at] if self._names else None

    def show(
        self,
        names: Sequence[str],
        profiles: Mapping[str, BrokerProfile],
        default: str | None,
        is_open: Collection[str] = (),
    ) -> None:
        """List ``profiles`` in the order of ``names``, those of a group together; the cursor stays on its profile."""
        before = self.selected
        groups = list(dict.fromkeys(["", *(profiles[name].group or "" for name in names)]))
        self._names = sorted(names, key=lambda name: groups.index(profiles[name].group or ""))
        self._profiles, self._default, self._is_open = profiles, default, is_open
        self._at = min(self._at, max(0, len(names) - 1))
        if before in self._names:
            self._at = self._names.index(before)
        self._lay_out()

    def select(self, name: str) -> None:
        """Put the cursor on this profile, if it is there."""
        if name in self._names:
            self.move(self._names.index(name) - self._at)

    def move(self, by: int) -> None:
        """Take the cursor some profiles down, or up."""
        self._at = max(0, min(self._at + by, len(self._names) - 1))
        if self.selected is not None:
            row = self._rows.index((_Part.HEAD, self.selected))
            has_heading = row > 0 and self._rows[row - 1][0] is _Part.GROUP
            self.reveal_row(row - has_heading)
            self.reveal_row(row + 1)
        self.refresh()

    @property
    def page(self) -> int:
        """Profiles seen at once."""
        return max(1, self.page_rows // (2 + self._is_airy))

    @property
    def _is_airy(self) -> bool:
        """Whether there is a blank line between profiles."""
        return len(self._names) <= _FEW

    def _lay_out(self) -> None:
        self._rows = []
        group = ""
        for number, name in enumerate(self._names):
            if number and self._is_airy:
                self._rows.append((_Part.BLANK, ""))
            if (new := self._profiles[name].group or "") != group:
                group = new
                self._rows.append((_Part.GROUP, group))
            self._rows += [(_Part.HEAD, name), (_Part.FOOT, name)]
        self.set_rows(len(self._rows) if self._names else len(_EMPTY))
        self.refresh(layout=True)

    # Drawing

    def row(self, number: int, width: int) -> Iterator[Span]:
        """One line of a profile, or of what to do without any."""
        if not self._names:
            return ((text, self._style(name)) for name, text in _EMPTY[number])
        part, name = self._rows[number]
        if part is _Part.BLANK:
            return iter(())
        if part is _Part.GROUP:
            return iter([(f"  {clipped(display_text(name), width - 3)}", self._style("group"))])
        profile = self._profiles[name]
        left, right = self._head(name, profile) if part is _Part.HEAD else self._foot(profile)
        return self._spans(left, right, width, is_selected=name == self.selected)

    def _head(self, name: str, profile: BrokerProfile) -> tuple[list[Span], list[Span]]:
        left = [(display_text(name), self._style("name"))]
        if name == self._default:
            left.append((" ★", self._style("default")))
        if name in self._is_open:
            left.append(("  open", self._style("secure")))
        if profile.read_only:
            left.append(("  read only", self._style("readonly")))
        if profile.protect == "ask":
            left.append(("  protected", self._style("unverified")))
        return left, [self._security(profile), (f"{f'MQTT {profile.protocol}':>12}", self._style("faint"))]

    def _security(self, profile: BrokerProfile) -> Span:
        scheme = profile.endpoint.scheme
        if scheme is Scheme.UNIX:
            return "local", self._style("soft")
        if not scheme.is_secure:
            return "plain", self._style("soft")
        if not profile.tls.is_verified:
            return "▲ TLS, not verified", self._style("unverified")
        return "● TLS", self._style("secure")

    def _foot(self, profile: BrokerProfile) -> tuple[list[Span], list[Span]]:
        soft, faint = self._style("soft"), self._style("faint")
        left = [(display_text(profile.endpoint.public), soft)]
        if profile.username is not None:
            left.append((f"  {display_text(profile.username)}", faint))
        return left, [(_subscribed(profile), faint)]

    def _spans(self, left: list[Span], right: list[Span], width: int, *, is_selected: bool) -> Iterator[Span]:
        """``left`` and ``right`` at the two ends of the row; the right end gives way first."""
        cursor = self._style("cursor") if is_selected else Style()
        on = cursor.background_style
        yield ("▌ " if is_selected else "  "), cursor
        room = width - 3
        for text, style in left:
            shown = clipped(text, room)
            room -= cell_len(shown)
            yield shown, style + on
        taken = [(text, style) for text, style in right]
        needed = sum(cell_len(text) for text, _ in taken)
        if needed + 2 > room:
            taken = [(clipped("".join(text for text, _ in taken).strip(), room - 2), taken[-1][1])]
            needed = cell_len(taken[0][0])
        yield " " * (room - needed), on
        for text, style in taken:
            yield text, style + on
        yield " ", on

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"profile--{name}", partial=True)

    # The mouse

    def on_click(self, event: events.Click) -> None:
        """Select; a second click connects."""
        at = event.get_content_offset(self)
        if at is None or not self._names:
            return
        row = self.first_row + at.y
        part, name = self._rows[row] if row < len(self._rows) else (_Part.BLANK, "")
        if part not in (_Part.HEAD, _Part.FOOT):
            return
        self.select(name)
        if event.chain == 2:
            self.post_message(self.Chosen())


def _subscribed(profile: BrokerProfile) -> str:
    filters = [one.filter for one in profile.subscriptions]
    if not filters:
        return "no subscription"
    more = f" +{len(filters) - 1}" if len(filters) > 1 else ""
    return clipped(display_text(filters[0]), _LONGEST_FILTER) + more
