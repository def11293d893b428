"""Every command of the screen, once: bindings, footer, palette, help and the key page are made from this table."""

from dataclasses import dataclass
from enum import StrEnum


class Scope(StrEnum):
    """Where a command works; the value is how help names the place."""

    APP = "Everywhere"
    EXPLORER = "Explorer"
    TOPICS = "Topics"
    INSPECTOR = "Message"
    PUBLISH = "Publish"
    CONNECTIONS = "Connections"
    SUBSCRIPTIONS = "Subscriptions"
    DIALOG = "Dialogs"
    QUESTION = "Questions"
    COMPLETION = "Topic inputs"
    CHOICE = "Choices"
    EDITOR = "Profile editor"
    TEST = "Test of a profile"
    IMPORT = "Import"
    LIST = "Lists"
    LOG = "Events and packets"
    EVENTS = "Events"
    PACKETS = "Packets"


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that can be done.

    Args:
        id: stable name, as used by ``[keys]`` in config.toml.
        title: a few words for footer and palette.
        keys: defaults, in Textual's names, comma between alternatives.
        action: the method that does it, without ``action_``; with arguments where it has some.
        scope: where it works.
        help: one sentence that teaches it.
        footer: rank in the footer, 1 first; 0 leaves it out.
        shown: how its key is written, where Textual's name would puzzle.
    """

    id: str
    title: str
    keys: str
    action: str
    scope: Scope
    help: str
    footer: int = 0
    shown: str = ""


_A, _E, _T, _I = Scope.APP, Scope.EXPLORER, Scope.TOPICS, Scope.INSPECTOR
_P, _C, _S, _D = Scope.PUBLISH, Scope.CONNECTIONS, Scope.SUBSCRIPTIONS, Scope.DIALOG

COMMANDS: tuple[Command, ...] = (
    Command("app.help", "help", "question_mark,f1", "help", _A, "What can be done here, with its keys.", 98, "?"),
    Command("app.palette", "commands", "colon,ctrl+p", "command_palette", _A, "Find any command by name.", 99, ":"),
    Command("app.theme", "theme", "ctrl+t", "choose_theme", _A, "Choose the colours."),
    Command("app.close", "close", "q", "close", _A, "Close this screen; in the explorer, quit.", 0, "q"),
    Command("app.quit", "quit", "ctrl+q", "quit", _A, "Quit at once; the terminal is left as it was."),
    Command(
        "app.interrupt", "copy or quit", "ctrl+c", "interrupt", _A, "Copy what is marked; with nothing marked, quit."
    ),
    Command("app.redraw", "redraw", "ctrl+l", "redraw", _A, "Paint the whole screen again."),
    Command("app.suspend", "suspend", "ctrl+z", "suspend_process", _A, "Back to the shell; fg returns."),
    # The explorer, whichever of its panes has the focus
    Command(
        "explorer.filter",
        "filter",
        "slash",
        "filter",
        _E,
        "Show only topics with these words; !word excludes.",
        20,
        "/",
    ),
    Command("explorer.publish", "publish", "p", "publish", _E, "Write a message; the topic is filled in.", 30),
    Command("explorer.republish", "edit and republish", "P", "republish", _E, "Take the shown message as a draft."),
    Command(
        "explorer.subscriptions",
        "subscribe",
        "s",
        "subscriptions",
        _E,
        "Topic filters: add, change, pause, remove.",
        40,
    ),
    Command("explorer.connections", "connections", "S", "connections", _E, "Open another broker beside this one.", 85),
    Command("explorer.broker_next", "next broker", "right_parenthesis", "next_broker(1)", _E, "Next open one.", 0, ")"),
    Command(
        "explorer.broker_previous",
        "previous broker",
        "left_parenthesis",
        "next_broker(-1)",
        _E,
        "The one before.",
        0,
        "(",
    ),
    Command("explorer.broker_close", "close broker", "ctrl+w", "close_broker", _E, "Disconnect and close its tab."),
    Command("explorer.compare", "two brokers", "B", "compare", _E, "The topic here and on another open broker."),
    Command("explorer.export", "export", "E", "export", _E, "Write topic, branch or filtered topics to a file.", 60),
    Command("explorer.copy_as", "copy as", "Y", "copy_as", _E, "Choose what to copy: topic, value, exact payload."),
    Command("explorer.freeze", "freeze", "f", "freeze", _E, "Hold the display still; messages are still taken in.", 70),
    Command("explorer.zoom", "zoom", "z", "zoom", _E, "Give the whole screen to this pane, and back.", 80),
    Command("explorer.go_to", "go to topic", "ctrl+g", "go_to", _E, "Jump to a topic by name, with completion."),
    Command("explorer.older", "older message", "comma", "step(-1)", _E, "The message before the shown one.", 0, ","),
    Command("explorer.newer", "newer message", "full_stop", "step(1)", _E, "The message after the shown one.", 0, "."),
    Command(
        "explorer.time", "time format", "t", "cycle_time", _E, "Cycle: age, local time, UTC, time between messages."
    ),
    Command("explorer.sort_next", "sort by next", "greater_than_sign", "sort(1)", _E, "Next order of topics.", 0, ">"),
    Command("explorer.sort_previous", "sort by previous", "less_than_sign", "sort(-1)", _E, "Previous order.", 0, "<"),
    Command("explorer.broker", "broker", "I", "broker", _E, "The connection: limits, TLS, what the broker said, gaps."),
    Command("explorer.events", "events", "e", "events", _E, "All that the connection went through."),
    Command("explorer.packets", "packets", "X", "packets", _E, "The control packets that come and go."),
    Command("explorer.forget", "clear the view", "x", "forget", _E, "Forget all topics and messages seen so far."),
    Command("explorer.retry", "reconnect now", "ctrl+r", "retry", _E, "Do not wait for the next attempt to connect."),
    Command(
        "explorer.disconnect_with_will",
        "disconnect with will",
        "ctrl+x",
        "disconnect_with_will",
        _E,
        "Leave as if by accident: the broker publishes the will.",
    ),
    Command(
        "explorer.new_session", "new session", "N", "new_session", _E, "Connect anew; the broker forgets the old one."
    ),
    Command("explorer.pane_topics", "topics pane", "1", "pane('topics')", _E, "Go to the topics."),
    Command("explorer.pane_message", "message pane", "2", "pane('inspector')", _E, "Go to the message."),
    Command("explorer.pane_publish", "publish pane", "3", "pane('publish')", _E, "Go to the draft."),
    Command("explorer.tab_next", "next tab", "right_square_bracket", "tab(1)", _E, "Next tab of the message.", 0, "]"),
    Command("explorer.tab_previous", "previous tab", "left_square_bracket", "tab(-1)", _E, "Previous tab.", 0, "["),
    Command("explorer.view", "payload view", "v", "cycle_view", _E, "Next way in which the payload can be read.", 55),
    Command("explorer.read_as", "read as", "V", "read_as", _E, "Say how payloads of a topic filter are to be read."),
    Command(
        "explorer.back",
        "back",
        "escape",
        "back",
        _E,
        "Cancel, clear the filter, go back to live; never quits.",
        88,
        "esc",
    ),
    # Topic tree
    Command("topics.up", "up", "up,k", "move(-1)", _T, "One row up.", 0, "↑"),
    Command("topics.down", "move", "down,j", "move(1)", _T, "One row down.", 1, "↑↓"),
    Command("topics.open", "open", "right,l", "open", _T, "Open the branch, or go into it.", 2, "→"),
    Command("topics.shut", "close", "left,h", "shut", _T, "Close the branch, or go to what holds it.", 0, "←"),
    Command("topics.enter", "details", "enter", "enter", _T, "Toggle a branch; read a topic's message in full."),
    Command("topics.toggle", "toggle", "space", "toggle_branch", _T, "Open or close the branch."),
    Command("topics.page_up", "page up", "pageup", "page(-1)", _T, "A page up."),
    Command("topics.page_down", "page down", "pagedown", "page(1)", _T, "A page down."),
    Command("topics.half_up", "half a page up", "ctrl+u", "page(-0.5)", _T, "Half a page up."),
    Command("topics.half_down", "half a page down", "ctrl+d", "page(0.5)", _T, "Half a page down."),
    Command("topics.first", "first", "home,g", "first", _T, "The first row."),
    Command("topics.last", "last", "end,G", "last", _T, "The last row."),
    Command("topics.sibling_next", "next sibling", "J", "sibling(1)", _T, "The next branch of the same level."),
    Command("topics.sibling_previous", "previous sibling", "K", "sibling(-1)", _T, "The previous one."),
    Command("topics.open_all", "open all", "o,equals_sign", "open_all", _T, "Open every branch."),
    Command("topics.close_all", "close all", "O,minus", "close_all", _T, "Close every branch."),
    Command("topics.open_branch", "open whole branch", "L", "open_branch", _T, "Open this branch down to its leaves."),
    Command("topics.close_branch", "close whole branch", "H", "close_branch", _T, "Close this branch and all in it."),
    Command("topics.copy", "copy", "y", "copy", _T, "Copy the topic's name.", 50),
    # Message
    Command("inspector.up", "up", "up,k", "move(-1)", _I, "A row up.", 0, "↑"),
    Command("inspector.down", "move", "down,j", "move(1)", _I, "A row down.", 1, "↑↓"),
    Command("inspector.page_up", "page up", "pageup", "page(-1)", _I, "A page up."),
    Command("inspector.page_down", "page down", "pagedown", "page(1)", _I, "A page down."),
    Command("inspector.half_up", "half a page up", "ctrl+u", "page(-0.5)", _I, "Half a page up."),
    Command("inspector.half_down", "half a page down", "ctrl+d", "page(0.5)", _I, "Half a page down."),
    Command("inspector.first", "first", "home,g", "first", _I, "To the beginning; in the history, the newest."),
    Command("inspector.last", "last", "end,G", "last", _I, "To the end; in the history, the oldest."),
    Command(
        "inspector.left", "close", "left,h", "shut", _I, "Fold, or go to what holds it; unwrapped: to the left.", 0, "←"
    ),
    Command(
        "inspector.right", "open", "right,l", "open", _I, "Unfold, or go into it; unwrapped: to the right.", 0, "→"
    ),
    Command("inspector.fold", "fold", "space", "toggle_fold", _I, "Fold or unfold what the cursor is on or in.", 3),
    Command("inspector.unfold_all", "unfold all", "o,equals_sign", "fold_all(False)", _I, "Unfold everything."),
    Command("inspector.fold_all", "fold all", "O,minus", "fold_all(True)", _I, "Fold all but the outermost."),
    Command("inspector.choose", "show", "enter", "choose", _I, "Show the message under the cursor.", 2, "↵"),
    Command(
        "inspector.search", "search", "slash", "search", _I, "Find a text in the payload; a capital matters.", 20, "/"
    ),
    Command("inspector.match_next", "next match", "n", "match(1)", _I, "The next place where it was found."),
    Command("inspector.match_previous", "previous match", "N", "match(-1)", _I, "The place before."),
    Command("inspector.wrap", "wrap", "w", "toggle_wrap", _I, "Wrap long lines of the payload, or do not.", 56),
    Command("inspector.copy", "copy", "y", "copy", _I, "Copy what is shown: payload exactly, or property value.", 50),
    # Publish
    Command("publish.send", "send", "ctrl+j", "send", _P, "Publish the draft.", 1),
    Command("publish.qos", "QoS", "ctrl+o", "cycle_qos", _P, "Next quality of service.", 10),
    Command("publish.retain", "retain", "ctrl+r", "toggle_retain", _P, "Ask the broker to keep the message.", 11),
    Command("publish.properties", "properties", "ctrl+n", "properties", _P, "Edit the MQTT 5 properties.", 12),
    Command("publish.format", "format JSON", "ctrl+f", "format_json", _P, "Lay the payload out as JSON.", 13),
    Command("publish.detach", "write text", "delete,backspace", "detach", _P, "Drop the attached payload.", 14, "del"),
    Command("publish.leave", "back", "escape", "leave", _P, "Leave the draft as it is.", 20, "esc"),
    # Connections
    Command("connections.connect", "connect", "enter", "connect", _C, "Connect to the selected broker.", 1, "↵"),
    Command("connections.new", "new", "n", "new", _C, "Make a profile.", 2),
    Command("connections.edit", "edit", "e", "edit", _C, "Change the selected profile.", 3),
    Command("connections.rename", "rename", "r", "rename", _C, "Give it another name.", 4),
    Command("connections.duplicate", "duplicate", "d", "duplicate", _C, "Make a copy under a new name.", 5),
    Command(
        "connections.delete", "delete", "delete", "delete", _C, "Delete the selected profile, after asking.", 6, "del"
    ),
    Command("connections.test", "test", "t", "test", _C, "Try to connect, and tell how each step went.", 6),
    Command("connections.demo", "demo", "D", "demo", _C, "Open the built-in demo.", 7),
    Command("connections.import", "import", "i", "import", _C, "Take over brokers from other programs."),
    Command("connections.public", "public brokers", "p", "public", _C, "Save a public broker to try things out on."),
    Command("connections.quick", "quick connect", "slash", "quick", _C, "Type the address of a broker.", 8, "/"),
    Command("connections.default", "start with it", "asterisk", "default", _C, "Connect to it at each start.", 0, "*"),
    Command("connections.up", "up", "up,k", "move(-1)", _C, "One profile up.", 0, "↑"),
    Command("connections.down", "down", "down,j", "move(1)", _C, "One profile down.", 0, "↓"),
    Command("connections.page_up", "page up", "pageup", "page(-1)", _C, "A page up."),
    Command("connections.page_down", "page down", "pagedown", "page(1)", _C, "A page down."),
    Command("connections.first", "first", "home,g", "first", _C, "The first profile."),
    Command("connections.last", "last", "end,G", "last", _C, "The last profile."),
    Command("connections.back", "back to the list", "escape", "back", _C, "Leave the address line; never quits."),
    # Subscriptions
    Command("subscriptions.add", "add", "a", "add", _S, "Subscribe to another topic filter.", 1),
    Command("subscriptions.edit", "edit", "e", "edit", _S, "Change QoS and options of the selected filter.", 5),
    Command("subscriptions.qos", "QoS", "o", "cycle_qos", _S, "Ask for the next quality of service.", 2),
    Command("subscriptions.pause", "pause", "space", "pause", _S, "Unsubscribe for a while, or subscribe again.", 3),
    Command("subscriptions.remove", "remove", "delete,d", "remove", _S, "Unsubscribe and forget the filter.", 4, "del"),
    # Dialogs
    Command("dialog.cancel", "cancel", "escape,q", "cancel", _D, "Leave without doing anything.", 90, "esc"),
    Command("dialog.save", "save", "ctrl+s", "save", _D, "Keep what was entered.", 1),
    Command(
        "editor.next", "next tab", "ctrl+pagedown,f6", "tab(1)", Scope.EDITOR, "The next tab of the profile.", 2, "f6"
    ),
    Command("editor.previous", "previous tab", "ctrl+pageup,shift+f6", "tab(-1)", Scope.EDITOR, "The previous tab."),
    Command("editor.test", "test", "f5", "test", Scope.EDITOR, "Connect as it stands, and tell how it went.", 3, "f5"),
    Command("test.again", "again", "r,f5", "again", Scope.TEST, "Try once more.", 1, "r"),
    Command("test.chain", "save certificates", "c", "save_chain", Scope.TEST, "Keep those that the broker showed.", 2),
    Command("list.up", "up", "up,k", "move(-1)", Scope.LIST, "A row up.", 0, "↑"),
    Command("list.down", "move", "down,j", "move(1)", Scope.LIST, "A row down.", 1, "↑↓"),
    Command("list.page_up", "page up", "pageup,ctrl+u", "page(-1)", Scope.LIST, "A page up."),
    Command("list.page_down", "page down", "pagedown,ctrl+d", "page(1)", Scope.LIST, "A page down."),
    Command("list.first", "first", "home,g", "first", Scope.LIST, "To the oldest."),
    Command("list.last", "last", "end,G", "last", Scope.LIST, "To the newest, and on with what comes."),
    Command("log.copy", "copy", "y", "copy", Scope.LOG, "Copy the row.", 4),
    Command("log.write", "write to a file", "w", "write", Scope.LOG, "All rows that are shown, as JSON lines.", 5),
    Command("events.problems", "problems only", "p", "problems", Scope.EVENTS, "Only problems and warnings.", 3),
    Command("packets.trace", "trace on, off", "t", "trace", Scope.PACKETS, "Switch the packet trace on, or off.", 2),
    Command("packets.filter", "filter", "slash", "filter", Scope.PACKETS, "Only packets with these words.", 3, "/"),
    Command("packets.clear", "clear", "x", "clear", Scope.PACKETS, "Forget the packets so far."),
    Command("import.mark", "mark", "space", "mark", Scope.IMPORT, "Save this one, or do not.", 2),
    Command("import.secrets", "passwords", "p", "secrets", Scope.IMPORT, "Take over passwords, or do not.", 3),
    # Questions
    Command("question.yes", "yes", "y", "answer(True)", Scope.QUESTION, "Do it.", 1),
    Command("question.no", "no", "n", "answer(False)", Scope.QUESTION, "Leave things as they are.", 2),
    # Inputs that complete topics, and rows of choices
    Command(
        "completion.accept", "accept", "tab", "accept", Scope.COMPLETION, "Take the marked completion, or the first."
    ),
    Command(
        "completion.next", "next", "down", "mark(1)", Scope.COMPLETION, "Mark the next completion; Enter takes it."
    ),
    Command("completion.previous", "previous", "up", "mark(-1)", Scope.COMPLETION, "Mark the previous completion."),
    Command("completion.hide", "hide", "escape", "hide", Scope.COMPLETION, "Put the completions away."),
    Command("choice.next", "next", "right,space", "choose(1)", Scope.CHOICE, "The next choice."),
    Command("choice.previous", "previous", "left", "choose(-1)", Scope.CHOICE, "The previous choice."),
)


def of_scope(scope: Scope) -> list[Command]:
    """The commands of one place, in the order of the table."""
    return [command for command in COMMANDS if command.scope is scope]
