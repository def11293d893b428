"""What the user does about the connection, and about the other brokers that are open."""

from textual import work

from mqtt_tui.text.display_text import display_text
from mqtt_tui.tui.messages import CloseBroker, CompareTopic, NextBroker, ShowConnections
from mqtt_tui.tui.screens.panes import Panes


class ConnectionActions(Panes):
    """The panes of a broker, with the commands that are about it; a dialog is imported when it is opened."""

    def action_next_broker(self, by: int) -> None:
        """To another broker that is open."""
        self.post_message(NextBroker(by))

    def action_close_broker(self) -> None:
        """Disconnect from this one."""
        self.post_message(CloseBroker())

    def action_events(self) -> None:
        """What the connection went through."""
        from mqtt_tui.tui.screens.event_view import EventView

        self.app.push_screen(EventView(self.session))

    def action_packets(self) -> None:
        """The control packets."""
        from mqtt_tui.tui.screens.packet_view import PacketView

        self.app.push_screen(PacketView(self.session))

    def action_compare(self) -> None:
        """The newest message of the topic here and on another broker."""
        node = self.topic_tree.selected
        if node is not None:
            self.post_message(CompareTopic(node.path()))

    @work(group="connection")
    async def run_connection(self, *, clean_start: bool = False) -> None:
        """Connect, and stay connected; ``clean_start``: anew, leaving the session that the broker keeps."""
        connection = self.session.connection
        await (connection.start_clean() if clean_start else connection.run())

    def action_retry(self) -> None:
        """Do not wait for the next attempt; where there is to be none, begin anew."""
        self.session.connection.retry_now()
        if self.session.connection.is_over:
            self.run_connection()

    @work
    async def action_disconnect_with_will(self) -> None:
        """Disconnect on purpose as if by accident: the broker publishes the will."""
        from mqtt_tui.tui.screens.confirm import Confirm

        will = self.session.target.profile.will
        said = [f"The broker publishes to {display_text(will.topic)}:", display_text(will.payload)] if will else []
        question = "Disconnect, and let the will be published?"
        if await self.app.push_screen_wait(Confirm(question, said, yes="Disconnect", is_danger=True)):
            await self.session.connection.stop(with_will=True)

    @work
    async def action_new_session(self) -> None:
        """Leave the session that the broker keeps, and what waits in it, for a new one."""
        from mqtt_tui.tui.screens.confirm import Confirm

        said = ["Messages that wait in it for this client are lost, perhaps one that cannot be handled among them."]
        question = "Connect anew, and let the broker forget the session?"
        if await self.app.push_screen_wait(Confirm(question, said, yes="New session", is_danger=True)):
            self.run_connection(clean_start=True)

    def action_broker(self) -> None:
        """See what is known of the connection."""
        from mqtt_tui.tui.screens.broker import Broker

        self.app.push_screen(Broker(self.session))

    def action_connections(self) -> None:
        """Choose another broker."""
        self.post_message(ShowConnections())

    def action_subscriptions(self) -> None:
        """See and change what is subscribed to."""
        from mqtt_tui.tui.screens.subscriptions import Subscriptions

        self.app.push_screen(Subscriptions(self.session))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A will can only be asked for where there is one, and a session only be left where one is kept."""
        if action == "disconnect_with_will":
            return self.session.connection.has_will
        if action == "new_session":
            return self.session.connection.keeps_session
        return super().check_action(action, parameters)
