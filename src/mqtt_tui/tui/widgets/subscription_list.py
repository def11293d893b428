"""Subscriptions, and how the broker took each."""

from collections.abc import Sequence

from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from mqtt_tui.connection.subscriptions import SubscriptionStatus
from mqtt_tui.model.qos import RetainHandling
from mqtt_tui.model.subscription import Subscription
from mqtt_tui.text.display_text import display_text
from mqtt_tui.tui.colors import COLORS
from mqtt_tui.tui.safe import line, shortened

_HINTS = {
    0x80: "No reason was given; the broker's log may have one.",
    0x87: "Not allowed for this user: narrow the filter or ask the operator.",
    0x8F: "The broker does not take filters of this form.",
    0x95: "Its filter or its user properties are too long for this broker: shorten them.",
    0x97: "The broker allows no more of them: remove one or ask the operator.",
    0x9E: "Use the part behind $share/NAME/ instead.",
    0xA1: "Leave its identifier out.",
    0xA2: "Name each topic in full.",
}
_OTHER_HINT = "Ask the broker's operator; its log names the reason."
_HANDLING = {
    RetainHandling.SEND: "",
    RetainHandling.SEND_IF_NEW: "retained once",
    RetainHandling.DO_NOT_SEND: "no retained",
}
_WIDEST_STANDING = 30


def standing(status: SubscriptionStatus, *, is_connected: bool) -> tuple[str, str, str]:
    """How it is with a subscription, its colour, and why, where it was refused."""
    grant, qos = status.grant, status.subscription.qos
    if status.is_paused:
        return "paused", "$warning", _blamed(status.paused_because)
    if grant is None:
        return "asking …" if is_connected else "not connected: will be asked", "$text-soft", ""
    code = grant.reason_code
    if code.is_failure:
        said = f" “{display_text(grant.reason_string)}”" if grant.reason_string else ""
        return f"refused: {code}", "bold $error", f"{_HINTS.get(code, _OTHER_HINT)}{said}"
    return f"granted QoS {code:d}" if code >= qos else f"granted only QoS {code:d}", f"$qos-{code:d}", ""


def _blamed(why: str) -> str:
    return f"The connection did not stand with it. {why} Resume it once the cause is gone." if why else ""


def _name_style(status: SubscriptionStatus) -> str:
    if status.is_paused:
        return "$text-soft"
    color = COLORS.get(status.subscription.color, "")
    return f"bold {color}".strip()


def options_text(subscription: Subscription) -> str:
    """What was chosen otherwise than usual."""
    words = (
        "no local" if subscription.no_local else "",
        "" if subscription.retain_as_published else "retain cleared",
        _HANDLING[subscription.retain_handling],
        "" if subscription.identifier is None else f"id {subscription.identifier}",
        _counted(len(subscription.user_properties)),
    )
    return " · ".join(word for word in words if word)


def _counted(user_properties: int) -> str:
    return f"{user_properties} user propert{'y' if user_properties == 1 else 'ies'}" if user_properties else ""


class SubscriptionList(OptionList):
    """A row for each topic filter; below it what can be done about a refusal, and unusual options."""

    DEFAULT_CSS = """
    SubscriptionList {
        height: auto;
        max-height: 14;
        border: none;
        padding: 0;
        background: transparent;
        scrollbar-size-vertical: 1;

        &:focus { border: none; background: transparent; }
        & > .option-list--option-highlighted, &:focus > .option-list--option-highlighted { text-style: none; }
        & > .option-list--option { padding: 0 1; }
    }
    """

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._shown: tuple[Sequence[SubscriptionStatus], bool, int] = ((), False, 0)

    @property
    def selected(self) -> SubscriptionStatus | None:
        """The one under the cursor."""
        statuses = self._shown[0]
        return statuses[self.highlighted] if self.highlighted is not None and statuses else None

    def show(self, statuses: Sequence[SubscriptionStatus], *, is_connected: bool) -> None:
        """Show how things stand; nothing is drawn where nothing changed."""
        shown = (statuses, is_connected, self.size.width)
        if shown == self._shown:
            return
        selected = self.selected.subscription.topic_filter if self.selected else None
        at = self.highlighted or 0
        self._shown = shown
        self.clear_options()
        self.add_options([Option(self._row(status, is_connected)) for status in statuses])
        names = [status.subscription.topic_filter for status in statuses]
        if names:
            self.highlighted = names.index(selected) if selected in names else min(at, len(names) - 1)

    def on_resize(self) -> None:
        """Other columns fit now."""
        self.show(self._shown[0], is_connected=self._shown[1])

    def _row(self, status: SubscriptionStatus, is_connected: bool) -> Content:
        subscription = status.subscription
        word, style, hint = standing(status, is_connected=is_connected)
        name = display_text(subscription.topic_filter)
        if subscription.alias:
            name = f"{display_text(subscription.alias)}: {name}"
        width = max(12, min(36, self.size.width - len("  QoS 0  ") - _WIDEST_STANDING - 2))
        row = line(
            (shortened(name, width).ljust(width), _name_style(status)),
            ("  QoS ", "$text-soft"),
            (f"{subscription.qos:d}  ", f"$qos-{subscription.qos:d}"),
            (word, style),
        )
        below = [line((f"  {words}", "$text-soft")) for words in (hint, options_text(subscription)) if words]
        return Content("\n").join([row, *below])
