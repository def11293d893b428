"""How a try to connect goes, and went, step by step."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import zip_longest

from mqtt_tui.connection.certificates import Certificate
from mqtt_tui.connection.steps import Fact, Stage, Steps
from mqtt_tui.errors import MqttTuiError
from mqtt_tui.profiles.profile import BrokerProfile
from mqtt_tui.profiles.url import Scheme

SECRETS = "secrets"


class Verdict(StrEnum):
    """How a step went."""

    PASSED = "passed"
    WARNING = "warning"
    FAILED = "failed"
    NOT_REACHED = "not reached"
    UNDER_WAY = "under way"
    TO_COME = "to come"


@dataclass(frozen=True, slots=True, kw_only=True)
class StepReport:
    """One step; all texts are safe to show."""

    title: str
    verdict: Verdict
    seconds: float | None = None
    """What it took, or has taken so far."""
    facts: tuple[Fact, ...] = ()
    message: str = ""
    """What went wrong, or is to be known."""
    hint: str = ""


@dataclass(slots=True)
class CheckReport:
    """A whole try."""

    steps: list[StepReport] = field(default_factory=list)
    chain: list[Certificate] = field(default_factory=list)
    """The certificates that the server showed, accepted or not, its own in front."""
    error: MqttTuiError | None = None
    """Why it failed; None where there was a CONNACK that let us in."""


class CheckProgress:
    """How far a try is; what is said of certificates, and what a step came to in the end, is in the report.

    Args:
        profile: what is tried.
    """

    def __init__(self, profile: BrokerProfile) -> None:
        self._profile = profile
        self._began = 0.0
        self._looked_up_in: float | None = None  # seconds
        self._sources: Sequence[Fact] = ()
        self._steps: Steps | None = None

    def looking_up(self, facts: Sequence[Fact]) -> None:
        """The secrets are looked up; ``facts`` say where."""
        self._began, self._sources = time.monotonic(), facts

    def attempt(self, steps: Steps) -> None:
        """An attempt begins; with an older version of MQTT perhaps another one after it."""
        self._steps = steps
        if self._looked_up_in is None:
            self._looked_up_in = time.monotonic() - self._began

    @property
    def steps(self) -> list[StepReport]:
        """As they stand now."""
        taken = [] if self._steps is None else list(self._steps.taken)
        out = []
        if self._sources:
            so_far, whole = time.monotonic() - self._began, self._looked_up_in
            out.append(_step(SECRETS, so_far if whole is None else whole, self._sources, is_over=whole is not None))
        for step, following in zip_longest(taken, taken[1:]):
            seconds = (time.monotonic() if following is None else following.began) - step.began
            title = title_of(step.stage, self._profile)
            out.append(_step(title, seconds, step.facts, is_over=following is not None))
        begun = {step.title for step in out}
        to_come = [title for title in titles_of(self._profile) if title not in begun]
        return out + [StepReport(title=title, verdict=Verdict.TO_COME) for title in to_come]


def _step(title: str, seconds: float, facts: Sequence[Fact], *, is_over: bool) -> StepReport:
    verdict = Verdict.PASSED if is_over else Verdict.UNDER_WAY
    return StepReport(title=title, verdict=verdict, seconds=seconds, facts=tuple(facts))


def titles_of(profile: BrokerProfile) -> list[str]:
    """The steps that a try takes at least."""
    scheme = profile.endpoint.scheme
    stages = [Stage.REACH]
    if scheme.is_secure:
        stages.append(Stage.TLS)
    if scheme.is_websocket:
        stages.append(Stage.WEBSOCKET)
    return [title_of(stage, profile) for stage in (*stages, Stage.MQTT)]


def title_of(stage: Stage, profile: BrokerProfile) -> str:
    """As the stage is called, but for the link, which has a name of its own."""
    if stage is not Stage.REACH:
        return stage.value
    if profile.endpoint.scheme is Scheme.UNIX:
        return "Unix socket"
    if profile.proxy.command:
        return "command"
    return "proxy" if profile.proxy.url is not None or profile.proxy.from_environment else "TCP"
