"""Trying out a profile, step by step, as the program connects."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType

from msgspec.structs import replace

from mqtt_tui.background import in_background
from mqtt_tui.connection.certificates import Certificate, clock_doubt, now, read_certificates, worry
from mqtt_tui.connection.check_report import (
    SECRETS,
    CheckProgress,
    CheckReport,
    StepReport,
    Verdict,
    title_of,
    titles_of,
)
from mqtt_tui.connection.explain import ClosedBeforeConnack
from mqtt_tui.connection.facts import connack_facts
from mqtt_tui.connection.manager import NEWEST_FIRST, may_want_another_version
from mqtt_tui.connection.mqtt.chain import fetch_chain
from mqtt_tui.connection.mqtt.transport import AiomqttTransport
from mqtt_tui.connection.steps import Fact, Stage, Steps
from mqtt_tui.errors import ConnectRefused, MqttTuiError
from mqtt_tui.model.application_message import Arrival
from mqtt_tui.profiles.profile import BrokerProfile, ProtocolChoice
from mqtt_tui.profiles.secrets import PROXY_PASSWORD, Answers, Credentials, NamedSecret, resolve_one, secrets_of

_UNVERIFIED = "The broker was not verified, as the profile says: it may be somebody else."


class _Nobody:
    """Takes no messages: nothing is subscribed to."""

    def ingest(self, topics: Sequence[bytes], rests: Sequence[bytes], arrivals: Sequence[Arrival]) -> None:
        """Drop what a resumed session brings unasked."""


async def check(
    profile: BrokerProfile, answers: Answers = MappingProxyType({}), progress: CheckProgress | None = None
) -> CheckReport:
    """Connect as ``profile`` says, and disconnect; every step with its time and verdict.

    It harms nobody: the client identifier is random, so that a client that uses the profile's is not pushed out and a
    session that the broker keeps is left alone; nothing is subscribed to.

    Args:
        profile: the broker.
        answers: the secrets that are to be asked for.
        progress: tells whoever watches how far it is.
    """
    report, progress = CheckReport(), progress or CheckProgress(profile)
    credentials = await _secrets(profile, answers, report, progress)
    if credentials is not None:
        await _connect(profile, credentials, report, progress)
    wanted = titles_of(profile)
    reached = {step.title for step in report.steps}
    report.steps += [StepReport(title=title, verdict=Verdict.NOT_REACHED) for title in wanted if title not in reached]
    return report


async def _secrets(
    profile: BrokerProfile, answers: Answers, report: CheckReport, progress: CheckProgress
) -> Credentials | None:
    """Look them up one by one, and say where each comes from."""
    named = list(secrets_of(profile))
    if not named:
        return Credentials()
    began, values = time.monotonic(), {}
    facts = [(one.title, _source(one)) for one in named]
    progress.looking_up(facts)
    try:
        for one in named:
            values[one.key] = await in_background(partial(resolve_one, one, answers))
    except MqttTuiError as error:
        report.error = error
        report.steps.append(_failed(SECRETS, time.monotonic() - began, facts, error))
        return None
    report.steps.append(
        StepReport(title=SECRETS, verdict=Verdict.PASSED, seconds=time.monotonic() - began, facts=tuple(facts))
    )
    return Credentials(values)


def _source(named: NamedSecret) -> str:
    return _SOURCES[named.secret.source]


_SOURCES = {
    "env": "environment variable",
    "keyring": "key store",
    "command": "command",
    "file": "file",
    "prompt": "asked for",
    "value": "stored in the profile",
}


async def _connect(
    profile: BrokerProfile, credentials: Credentials, report: CheckReport, progress: CheckProgress
) -> None:
    """Try the versions that the manager would try, and report the one that was let in, or else the first."""
    refused: list[Fact] = []
    first: _Try | None = None
    for protocol in NEWEST_FIRST if profile.protocol == "auto" else (profile.protocol,):
        transport = AiomqttTransport(_harmless(profile, protocol), credentials, _Nobody())
        progress.attempt(transport.steps)
        try:
            connack = await transport.open()
        except MqttTuiError as error:
            first = first or _Try(transport.steps, time.monotonic(), error, profile)
            refused.append((f"MQTT {protocol}", error.message))
            if not isinstance(error, ClosedBeforeConnack | ConnectRefused) or not may_want_another_version(error):
                break
        else:
            done = _Try(transport.steps, time.monotonic(), None, profile)
            await _report(done, [*refused, *connack_facts(connack)], report)
            return
        finally:
            await transport.close()
    assert first is not None  # noqa: S101  there is at least one version
    is_silent = bool(first.steps.taken) and first.ended - first.steps.taken[0].began >= profile.connect_timeout
    if first.steps.stage is Stage.TLS and not first.steps.chain and not is_silent:
        first.steps.chain = await fetch_chain(profile, credentials.get(PROXY_PASSWORD))
    await _report(first, refused if len(refused) > 1 else [], report)


def _harmless(profile: BrokerProfile, protocol: ProtocolChoice) -> BrokerProfile:
    """Nobody who uses the client identifier is pushed out, and no session is changed, no will is left behind."""
    return replace(profile, protocol=protocol, client_id=None, clean_start=True, session_expiry_interval=0, will=None)


@dataclass(frozen=True, slots=True)
class _Try:
    """One attempt."""

    steps: Steps
    ended: float
    """Monotonic seconds."""
    error: MqttTuiError | None
    profile: BrokerProfile


async def _report(tried: _Try, facts_of_mqtt: Sequence[Fact], report: CheckReport) -> None:
    report.error = tried.error
    report.chain = await in_background(partial(read_certificates, tried.steps.chain))
    taken = list(tried.steps.taken)  # a look-up that was given up may still be at work in its thread
    if tried.error is not None and not taken:  # nothing was begun: a file, or a value that no packet has room for
        report.steps.append(_failed("profile", None, [], tried.error))
        return
    ends = [*(step.began for step in taken[1:]), tried.ended]
    for step, end in zip(taken, ends, strict=True):
        facts = [*step.facts, *_more_facts(step.stage, facts_of_mqtt, report.chain)]
        seconds = end - step.began
        if tried.error is not None and step is taken[-1]:
            doubt = clock_doubt(report.chain, now()) if step.stage is Stage.TLS else ""
            report.steps.append(_failed(title_of(step.stage, tried.profile), seconds, facts, tried.error, doubt))
        else:
            report.steps.append(_passed(step.stage, seconds, facts, report.chain, tried.profile))


def _more_facts(stage: Stage, of_mqtt: Sequence[Fact], chain: Sequence[Certificate]) -> Sequence[Fact]:
    match stage:
        case Stage.TLS:
            return _chain_facts(chain)
        case Stage.MQTT:
            return of_mqtt
    return ()


def _passed(
    stage: Stage, seconds: float, facts: Sequence[Fact], chain: Sequence[Certificate], profile: BrokerProfile
) -> StepReport:
    message = ""
    if stage is Stage.TLS:
        message = worry(chain, now()) if profile.tls.is_verified else _UNVERIFIED
    return StepReport(
        title=title_of(stage, profile),
        verdict=Verdict.WARNING if message else Verdict.PASSED,
        seconds=seconds,
        facts=tuple(facts),
        message=message,
    )


def _failed(
    title: str, seconds: float | None, facts: Sequence[Fact], error: MqttTuiError, doubt: str = ""
) -> StepReport:
    return StepReport(
        title=title,
        verdict=Verdict.FAILED,
        seconds=seconds,
        facts=tuple(facts),
        message=error.message,
        hint=" ".join(filter(None, (error.hint, doubt))),
    )


def _chain_facts(chain: Sequence[Certificate]) -> list[Fact]:
    """The server's own in full, and who vouches for it."""
    if not chain:
        return []
    facts = chain[0].facts(now())
    return facts + [(f"chain {number}", one.facts(now())[0][1]) for number, one in enumerate(chain[1:], 1)]
