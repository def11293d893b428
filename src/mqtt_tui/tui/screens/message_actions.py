"""What the user does with the message that is shown."""

from textual import work

from mqtt_tui.decoders.registry import AUTO
from mqtt_tui.tui.messages import Copy, KeepDecoders
from mqtt_tui.tui.screens.connection_actions import ConnectionActions


class MessageActions(ConnectionActions):
    """The panes of a broker, with the commands that are about a message."""

    @property
    def selected_topic(self) -> str:
        """The topic or branch under the cursor of the tree; empty where there is none."""
        node = self.topic_tree.selected
        return node.path().decode("utf-8", "surrogateescape") if node is not None else ""

    @work
    async def action_copy_as(self) -> None:
        """Choose what to copy."""
        from mqtt_tui.tui.screens.choose import Choose
        from mqtt_tui.tui.screens.copy_choices import copy_choices

        if self.topic_tree.selected is None:
            return
        choices = copy_choices(self.topic_tree.selected.path(), self.inspector, self.session.target.profile)
        chosen = await self.app.push_screen_wait(Choose("Copy", [(one.name, one.shown) for one in choices]))
        for one in choices:
            if one.name == chosen:
                self.post_message(Copy(one.make(), one.name))

    @work
    async def action_read_as(self) -> None:
        """Say how payloads are to be read, by topic filter."""
        from mqtt_tui.tui.screens.read_as import ReadAs

        message, session = self.inspector.message, self.session
        if message is None:
            return
        decoders = session.decoders
        before = decoders.rule_for(message)
        dialog = ReadAs(
            before[0] if before else message.topic_name,
            str(before[1]) if before else "" if self.inspector.view == AUTO else self.inspector.view,
            decoders.views()[1:],
            lambda recipe: decoders.read(message, recipe).format,
        )
        rule = await self.app.push_screen_wait(dialog)
        if rule is not None:
            target = session.keep_rule(rule.topic_filter, rule.recipe)
            self.inspector.read_anew()
            if target.is_saved:
                self.post_message(KeepDecoders(target.name, target.profile.decoders))
