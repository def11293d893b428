"""An inspector without an explorer around it."""

from textual.app import App, ComposeResult
from textual.pilot import Pilot

from mqtt_tui.config.theme_file import load_themes, shipped_directory
from mqtt_tui.connection.state import Disconnected
from mqtt_tui.decoders.registry import DecoderRegistry
from mqtt_tui.model.application_message import raw_publish
from mqtt_tui.model.properties import NONE, PublishProperties
from mqtt_tui.model.protocol import Protocol
from mqtt_tui.store.memory_budget import MemoryBudget
from mqtt_tui.store.topic_node import TopicNode
from mqtt_tui.store.topic_store import TopicStore
from mqtt_tui.tui.frame import Frame
from mqtt_tui.tui.themes import textual_theme
from mqtt_tui.tui.widgets.history_list import HistoryList
from mqtt_tui.tui.widgets.inspector import Inspector
from mqtt_tui.tui.widgets.payload_view import PayloadView
from mqtt_tui.tui.widgets.properties_view import PropertiesView
from mqtt_tui.tui.widgets.topic_summary import TopicSummary
from tests.support.arriving import At, deliver
from tests.support.frames import frame_text

SECOND = 1_000_000_000
TOPIC = b"factory/hall-2/press-07/state"
STATE = b'{"celsius":71.30,"state":"running","cycles":12345678901234567890,"alarms":[],"ok":true}'
PROPERTIES = PublishProperties(
    payload_format_indicator=1,
    message_expiry_interval=60,
    response_topic="factory/hall-2/press-07/ack",
    correlation_data=b"\x01\xff",
    user_properties=(("line", "A"), ("shift", "2"), ("shift", "night")),
    subscription_identifiers=(1,),
    content_type="application/json",
)


class InspectorHost(App[None]):
    """An inspector over a store that the test fills by hand."""

    def __init__(self, *, budget: int = 1 << 30) -> None:
        super().__init__()
        for theme in load_themes(shipped_directory())[0].values():
            self.register_theme(textual_theme(theme))
        self.theme = "dusk"
        self.now = 1_763_640_131 * SECOND  # 2025-11-20 12:02:11 UTC
        self.store = TopicStore(MemoryBudget(budget), on_new_topics=lambda _: None)
        self.copied: list[tuple[str | bytes, str]] = []

    def compose(self) -> ComposeResult:
        yield Inspector(DecoderRegistry())

    def on_inspector_copy_requested(self, event: Inspector.CopyRequested) -> None:
        self.copied.append((event.data, event.what))

    @property
    def inspector(self) -> Inspector:
        return self.query_one(Inspector)

    @property
    def payload(self) -> str:
        return frame_text(self.query_one(PayloadView))

    @property
    def properties(self) -> str:
        return frame_text(self.query_one(PropertiesView))

    @property
    def history(self) -> str:
        return frame_text(self.query_one(HistoryList))

    @property
    def summary(self) -> str:
        return self.query_one(TopicSummary).render().plain

    def label(self, row: int) -> str:
        """What stands in the frame around, as painted."""
        return "".join(segment.text for segment in self.inspector.render_lines(self.inspector.outer_size.region)[row])

    @property
    def upper_label(self) -> str:
        return self.label(0).strip("╭─╮ ")

    @property
    def lower_label(self) -> str:
        return self.label(-1).strip("╰─╯ ")

    def receive(
        self,
        *payloads: bytes,
        topic: bytes = TOPIC,
        protocol: Protocol = Protocol.V5,
        qos: int = 0,
        retain: bool = False,
        dup: bool = False,
        properties: PublishProperties = NONE,
    ) -> TopicNode:
        for payload in payloads:
            raw = raw_publish(
                topic,
                payload,
                protocol=protocol,
                qos=qos,
                retain=retain,
                dup=dup,
                packet_identifier=7 if qos else 0,
                properties=properties,
            )
            deliver(self.store, [raw], At(self.now, protocol, 1))
        node = self.store.find(topic)
        assert node is not None
        return node

    async def frame(self, pilot: Pilot[None], *, seconds: float = 0.01) -> None:
        before = self.now
        self.now += round(seconds * SECOND)
        self.inspector.apply_frame(
            Frame(
                now=self.now,
                state=Disconnected(),
                totals=self.store.totals,
                topics=len(self.store),
                whole_since=0,
                message_rate=0,
                byte_rate=0,
                has_news=self.store.settle(self.now),
                is_new_second=before // SECOND != self.now // SECOND,
                waiting=None,
            )
        )
        await pilot.pause()


async def show(app: InspectorHost, pilot: Pilot[None], node: TopicNode, *, seconds: float = 0.0, tab: int = 0) -> None:
    app.inspector.show(node)
    app.inspector.focus_content()
    await app.frame(pilot, seconds=seconds)
    if tab:
        app.inspector.next_tab(tab)
        await pilot.pause()
