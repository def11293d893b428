"""The explorer: topics to the left, the message and a draft to the right."""

from collections.abc import Callable
from functools import partial

from textual import on, work
from textual.widgets import Input

from mqtt_tui.errors import MqttTuiError
from mqtt_tui.model.application_message import serial_from_now
from mqtt_tui.model.publish_request import PublishRequest
from mqtt_tui.query.topic_match import topic_match
from mqtt_tui.session import Session
from mqtt_tui.store.row_view import Sort
from mqtt_tui.store.topic_node import TopicNode
from mqtt_tui.store.topic_store import DEEPEST
from mqtt_tui.text.quantities import TimeFormat, counted
from mqtt_tui.tui.commands import Scope
from mqtt_tui.tui.keymap import bindings_for
from mqtt_tui.tui.messages import Copy
from mqtt_tui.tui.safe import tell
from mqtt_tui.tui.screens.link_news import LinkNews
from mqtt_tui.tui.screens.message_actions import MessageActions
from mqtt_tui.tui.screens.protected import publish
from mqtt_tui.tui.widgets.inspector import Inspector
from mqtt_tui.tui.widgets.notice import Notice
from mqtt_tui.tui.widgets.publish_pane import PublishPane
from mqtt_tui.tui.widgets.tab_strip import Tab
from mqtt_tui.tui.widgets.topic_tree import TopicTree


class Explorer(MessageActions):
    """One broker: what comes from it and what goes to it.

    Args:
        session: the broker's; the screen runs its connection and stops it when left.
        glows: whether what just changed stands out for a while.
        tabs: the brokers that are open, and the name of the one in front.
    """

    BINDINGS = bindings_for(Scope.EXPLORER)

    def __init__(
        self, session: Session, *, glows: bool = True, tabs: Callable[[], tuple[list[Tab], str]] = lambda: ([], "")
    ) -> None:
        super().__init__(session, glows=glows, tabs=tabs)
        self._time_format = TimeFormat.AGE
        session.connection.watch(LinkNews(self).tell)

    def on_mount(self) -> None:
        """Connect, and start the clock."""
        self.set_focus(self.topic_tree)
        self.inspector.gaps = self.session.connection.gaps
        self.run_connection()
        self.clock.start(self)

    async def leave(self) -> None:
        """Disconnect cleanly, and let the memory go."""
        await self.session.close()

    # What the panes say

    @on(TopicTree.Selected)
    def _show_topic(self) -> None:
        self.follow_cursor()

    @on(TopicTree.Opened)
    def _read_topic(self) -> None:
        self.inspector.focus_content()
        if self.has_class("-narrow"):
            self.add_class("-zoom-message")

    @on(TopicTree.CopyRequested)
    def _copy_topic(self) -> None:
        if self.topic_tree.selected is not None:
            self.post_message(Copy(self.topic_tree.selected.path(), "topic"))

    @on(Inspector.CopyRequested)
    def _copy_from_message(self, event: Inspector.CopyRequested) -> None:
        self.post_message(Copy(event.data, event.what))

    @on(PublishPane.PublishRequested)
    def _publish(self, event: PublishPane.PublishRequested) -> None:
        self._send(event.request)

    @work(group="publish")
    async def _send(self, request: PublishRequest) -> None:
        try:
            outcome = await publish(self.app, self.session, request)
        except MqttTuiError as error:
            self.publish_pane.show_error(error)
        else:
            self.publish_pane.show_outcome(outcome)

    @on(Input.Changed, "#filter")
    def _filter_typed(self, event: Input.Changed) -> None:
        self.session.rows.filter(topic_match(event.value), self.session.store.topics())
        self.topic_tree.show_filtered()
        self._show_titles(len(self.session.store))

    @on(Input.Submitted, "#filter")
    def _filter_kept(self) -> None:
        self.set_focus(self.topic_tree)

    # Commands

    def action_filter(self) -> None:
        """Type a filter."""
        prompt = self.query_one("#filter", Input)
        self._unzoom()
        prompt.display = True
        self.set_focus(prompt)  # at once: what is typed next belongs to it

    def action_back(self) -> None:
        """One step back towards the live tree; never out of the program."""
        prompt = self.query_one("#filter", Input)
        if self.inspector.end_search():
            return
        if self.has_class("-zoom-message") or self.has_class("-zoom-topics"):
            self._unzoom()
            self.set_focus(self.topic_tree)
        elif prompt.display:
            prompt.value = ""
            prompt.display = False
            self.set_focus(self.topic_tree)
        elif not self.inspector.go_live():
            self.set_focus(self.topic_tree)

    def action_pane(self, name: str) -> None:
        """Go to a pane."""
        self._unzoom()
        if name == "topics":
            self.set_focus(self.topic_tree)
        elif name == "inspector":
            self.inspector.focus_content()
        else:
            self.action_publish()

    def action_step(self, by: int) -> None:
        """To an older or newer message of the topic."""
        self.inspector.step(by)

    def action_tab(self, by: int) -> None:
        """To another tab of the message."""
        self.inspector.next_tab(by)

    def action_cycle_view(self) -> None:
        """Show the payload another way."""
        self.inspector.cycle_view()

    def action_cycle_time(self) -> None:
        """Show times another way."""
        formats = list(TimeFormat)
        self._time_format = formats[(formats.index(self._time_format) + 1) % len(formats)]
        self.inspector.time_format = self._time_format
        self.topic_tree.use_local_time(self._time_format is TimeFormat.LOCAL)
        self.notify(f"Times: {self._time_format.value}", timeout=2, markup=False)

    def action_sort(self, by: int) -> None:
        """Order topics another way."""
        orders = list(Sort)
        self.session.rows.sort_by(orders[(orders.index(self.session.rows.sort) + by) % len(orders)])
        self.topic_tree.structure_changed()
        self.topic_tree.refresh()
        self._show_titles(len(self.session.store))

    def action_freeze(self) -> None:
        """Hold the display still, or let it go on."""
        self.topic_tree.hold(serial_from_now() if self.clock.freeze() else None)
        self.clock.tick()

    @work
    async def action_forget(self) -> None:
        """Begin with an empty tree, and ask the broker again for what it has stored."""
        from mqtt_tui.tui.screens.confirm import Confirm

        store, connection = self.session.store, self.session.connection
        seen = f"{counted(len(store), 'topic')}, {counted(store.totals.received, 'message')}"
        if not await self.app.push_screen_wait(Confirm("Forget everything seen so far?", [seen], yes="Forget")):
            return
        self.session.forget()
        self.inspector.show(None)
        self.topic_tree.forget()
        self.clock.wake()
        self.set_focus(self.topic_tree if self.topic_tree.display else self.query_one(Notice))
        for status in list(connection.subscriptions):
            if not status.is_paused:
                try:
                    await connection.subscribe(status.subscription)
                except MqttTuiError as error:
                    tell(self, error)

    def action_publish(self) -> None:
        """Write a message to the selected topic."""
        self.publish_pane.start(self.selected_topic)
        self._show_sheet_where_there_is_no_room()

    def action_republish(self) -> None:
        """Take the shown message as a draft."""
        message = self.inspector.message
        if message is not None:
            self.publish_pane.edit(message, self.inspector.number)
            self._show_sheet_where_there_is_no_room()

    @work
    async def _show_sheet_where_there_is_no_room(self) -> None:
        if self.publish_pane.display:
            return
        from mqtt_tui.tui.screens.publish_sheet import PublishSheet

        pane = self.publish_pane
        send = partial(publish, self.app, self.session)
        sheet = PublishSheet(self._complete, pane.draft, send, protocol=pane.protocol)
        self.set_focus(self.topic_tree)  # not left in the pane that nobody sees
        draft = await self.app.push_screen_wait(sheet)
        if draft is not None:
            self.publish_pane.draft = draft

    @work
    async def action_export(self) -> None:
        """Write messages to a file."""
        from mqtt_tui.tui.screens.export import Export

        typed = self.query_one("#filter", Input).value
        dialog = Export(self.session, self.topic_tree.selected, topic_match(typed), typed)
        said = await self.app.push_screen_wait(dialog)
        if said is not None:
            self.notify(said, title="Exported", markup=False)

    @work
    async def action_go_to(self) -> None:
        """Jump to a topic by name."""
        from mqtt_tui.tui.screens.go_to import GoTo

        topic = await self.app.push_screen_wait(GoTo(self._complete, lambda typed: self._find(typed) is not None))
        node = self._find(topic) if topic is not None else None
        if node is not None:
            self.topic_tree.select(node)
            self.set_focus(self.topic_tree)
            if self.topic_tree.selected is not node:
                self.notify("The filter hides it, or the display is frozen.", severity="warning", markup=False)

    def _find(self, typed: str) -> TopicNode | None:
        node: TopicNode | None = self.session.store.root
        for level in typed.encode().split(b"/", DEEPEST - 1):
            node = node.child(level) if node is not None else None
        return node

    @on(PublishPane.Left)
    def _draft_left(self) -> None:
        self.set_focus(self.topic_tree)

    @on(PublishPane.PropertiesRequested)
    def _properties_requested(self) -> None:
        self._edit_properties()

    @work
    async def _edit_properties(self) -> None:
        from mqtt_tui.tui.screens.properties_dialog import PropertiesDialog

        pane = self.publish_pane
        properties = await self.app.push_screen_wait(PropertiesDialog(pane.draft.properties, self._complete))
        if properties is not None:
            pane.set_properties(properties)
