"""The certificates of a server that was not accepted."""

import asyncio

from msgspec.structs import replace

from mqtt_tui.connection.mqtt import tls
from mqtt_tui.connection.mqtt.socket_opener import OpeningFailed, SocketOpener
from mqtt_tui.connection.mqtt.ways import way_to
from mqtt_tui.connection.steps import Steps
from mqtt_tui.errors import MqttTuiError
from mqtt_tui.profiles.profile import BrokerProfile


async def fetch_chain(profile: BrokerProfile, proxy_password: str | None) -> list[bytes]:
    """What the server of ``profile`` shows, in DER, its own in front; nothing is verified and nothing is sent.

    Empty where it shows none: it does not speak TLS, or cannot be reached any more.
    """
    steps, url = Steps(), profile.endpoint
    unverified = replace(profile.tls, verify=False, certificate_file=None, ca_file=None, ca_directory=None)
    try:
        opener = SocketOpener(
            reach=way_to(profile, proxy_password).reach,
            host=url.host,
            port=url.port,
            tls=tls.build_context(unverified, None),
            server_name=profile.tls.server_name or url.host,
            websocket=None,
            timeout=profile.connect_timeout,
            steps=steps,
        )
        async with asyncio.timeout(profile.connect_timeout):
            (await opener.open()).close()
    except (OpeningFailed, MqttTuiError, TimeoutError):
        return steps.chain
    return steps.chain
