"""What is done to a broker that its profile protects is confirmed first."""

from typing import Any

from textual.app import App

from mqtt_tui.errors import UsageError
from mqtt_tui.model.publish_request import PublishOutcome, PublishRequest
from mqtt_tui.session import Session
from mqtt_tui.text.display_text import display_text
from mqtt_tui.text.quantities import size_text


async def publish(app: App[Any], session: Session, request: PublishRequest) -> PublishOutcome:
    """As ``ConnectionManager.publish``, after asking where the profile says so; call it in a worker.

    Raises:
        UsageError: the user said no.
    """
    target = session.target
    if target.profile.protect == "ask":
        from mqtt_tui.tui.screens.confirm import Confirm

        details = [display_text(request.topic_name), f"{size_text(len(request.payload))}, QoS {request.qos:d}"]
        details += ["The broker keeps it: RETAIN is set."] if request.retain else []
        question = f"Publish to {display_text(target.name)}?"
        if not await app.push_screen_wait(Confirm(question, details, yes="Publish", is_danger=True)):
            raise UsageError("Nothing was sent.")
    return await session.connection.publish(request)
