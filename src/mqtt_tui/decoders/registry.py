"""The decoders that are installed, and which of them shows a message."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

from mqtt_tui.decoders.base import Decoded, Line, NotDecodable, PayloadDecoder
from mqtt_tui.decoders.command import read_with
from mqtt_tui.decoders.hex_dump import HexDecoder
from mqtt_tui.decoders.one_line import one_line
from mqtt_tui.decoders.plug_ins import PlugIns
from mqtt_tui.decoders.unpacking import STEPS, content_type_inside, packed_in, unpack
from mqtt_tui.model.application_message import ApplicationMessage
from mqtt_tui.model.recipe import Recipe
from mqtt_tui.model.topic import TopicFilter
from mqtt_tui.text.display_text import display_text

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "mqtt_tui.decoders"
AUTO = "auto"
"""The view in which each message is shown as its topic's rule says, else by the decoder that is surest of it."""

_OURS = "mqtt_tui."
_LONGEST_REASON = 200
_ASKED_FOR = 101
"""More than any decoder can be sure."""
_DECLARED = 70
"""Confidence from which on it is worth saying that a decoder could not read the payload after all."""

Rule = tuple[TopicFilter, Recipe]


@dataclass(frozen=True, slots=True)
class DecoderFault:
    """What a decoder did that it must not: it failed to import, or raised something else than ``NotDecodable``."""

    count: int
    reason: str
    """Of the last time, safe to show."""


@dataclass(slots=True)
class _Inside:
    """A message that is being unpacked."""

    message: ApplicationMessage
    titles: list[str] = field(default_factory=list)
    """Of the steps that were taken."""
    remarks: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)


class DecoderRegistry:
    """Decoders by the names of their entry points; each is imported when it is first needed.

    A faulty decoder costs no message: its fault is counted, and the next best shows the payload; in the end hex.

    Args:
        installed: the entry points; those of the group ``mqtt_tui.decoders`` where None.
        rules: how what comes under a topic filter is read; the first that matches counts.
    """

    def __init__(self, installed: "Iterable[EntryPoint] | None" = None, rules: Iterable[Rule] = ()) -> None:
        self._installed = installed
        self.rules = list(rules)
        self._hex = HexDecoder()
        self._loaded: dict[str, PayloadDecoder] = {}
        self._unloadable: dict[str, str] = {}
        self._faults: dict[str, DecoderFault] = {}

    @cached_property
    def _found(self) -> "dict[str, EntryPoint]":
        """Without hex; looked for when the first message is shown, since that takes 15 ms."""
        found = installed() if self._installed is None else self._installed
        return {
            entry.name: entry for entry in sorted(found, key=lambda entry: entry.name) if entry.name != HexDecoder.name
        }

    @cached_property
    def _entries(self) -> "dict[str, EntryPoint]":
        """Those that run here: of what is installed our own."""
        ours = {name: entry for name, entry in self._found.items() if entry.value.startswith(_OURS)}
        return ours if self._installed is None else self._found

    @cached_property
    def plug_ins(self) -> PlugIns:
        """Those of others, which run in a process of their own."""
        return PlugIns([(name, entry.value) for name, entry in self._found.items() if name not in self._entries])

    def close(self) -> None:
        """Let go of what runs for it."""
        if "plug_ins" in self.__dict__:  # made when it is first asked for
            self.plug_ins.end()

    @property
    def faults(self) -> Mapping[str, DecoderFault]:
        """By decoder name; empty while all is well."""
        return self._faults

    def views(self) -> list[str]:
        """What ``choose`` can be asked for: ``auto``, the decoders by name, and ``hex``."""
        return [AUTO, *self._found, self._hex.name]

    def fitting(self, message: ApplicationMessage) -> list[str]:
        """The views in which ``message`` can be read: ``auto``, the surest decoder first, ``hex`` last."""
        inside = self._unpack(message, self._recipe(message)).message
        names = [name for name, _ in self._candidates(inside, "") if self._can_decode(name, inside)]
        return [AUTO, *names, *(name for name, _ in self.plug_ins.entries), self._hex.name]

    def choose(self, message: ApplicationMessage, view: str | None = None) -> Decoded:
        """The message as ``view`` shows it; where that cannot be, as the next best does, and the note says why.

        Args:
            message: what to show.
            view: a decoder's name; ``hex`` shows the payload as it came. ``auto``, None, or a name that is not
                installed: what the topic's rule says, else the one that is surest.
        """
        if view == self._hex.name:
            return self._hex.decode(message)
        return self.read(message, self._recipe(message, view))

    def slow_reading(self, message: ApplicationMessage, view: str | None = None) -> Callable[[], Decoded | None] | None:
        """What reads the message better than ``choose``, and takes its time: a program, or a decoder of others.

        Returns:
            a function that blocks, for seconds at most, and raises nothing; it returns None where ``choose`` is best.
            None where nothing of the kind would read it.
        """
        recipe = self._recipe(message, view)
        if view == self._hex.name or not (recipe.command or self.plug_ins.entries):
            return None
        is_plug_in = any(name == recipe.view for name, _ in self.plug_ins.entries)
        if recipe.view and not is_plug_in:
            return None

        def read() -> Decoded | None:
            inside = self._unpack(message, recipe)
            try:
                sure, decoded = self._read_slowly(inside.message, recipe)
                if sure <= max(self._confidences(inside.message).values(), default=0):
                    return None
            except NotDecodable as error:
                if not (recipe.command or recipe.view):
                    return None
                inside.failures.append(error.message)
                decoded = self._read(inside.message, "", inside.failures)
            return _labelled(decoded, inside)

        return read

    def read(self, message: ApplicationMessage, recipe: Recipe) -> Decoded:
        """The message as ``recipe`` says, else as ``choose``."""
        inside = self._unpack(message, recipe)
        return _labelled(self._read(inside.message, recipe.view, inside.failures), inside)

    def _read_slowly(self, message: ApplicationMessage, recipe: Recipe) -> tuple[int, Decoded]:
        if recipe.command:
            return _ASKED_FOR, read_with(recipe.command, message.payload)
        sure, decoded = self.plug_ins.read(message, recipe.view)
        return _ASKED_FOR if recipe.view else sure, decoded

    def read_or_raise(self, message: ApplicationMessage, recipe: Recipe) -> Decoded:
        """The message as ``recipe`` says, or as it looks where that says nothing; may block, for seconds at most.

        Raises:
            NotDecodable: it cannot be read so.
        """
        inside = self._unpack(message, recipe)
        if inside.failures and recipe != Recipe():
            raise NotDecodable("; ".join(inside.failures))
        slowly = self.slow_reading(message) if recipe == Recipe() else None
        if recipe.command or any(name == recipe.view for name, _ in self.plug_ins.entries):
            decoded = self._read_slowly(inside.message, recipe)[1]
        elif recipe.view and recipe.view != self._hex.name:
            decoded = self._decode(recipe.view, inside.message)
        else:
            decoded = self._read(inside.message, recipe.view, inside.failures)
        return (slowly and slowly()) or _labelled(decoded, inside)

    def decode_surest(self, message: ApplicationMessage, wanted: str = "") -> tuple[str, int, Decoded]:
        """Name and confidence of the surest decoder that can read it, or of the wanted one, and how it reads.

        Raises:
            NotDecodable: there is none, or the wanted one cannot; why.
        """
        sure = {wanted: 0} if wanted else self._confidences(message)
        why = "nothing reads it"
        for name in sorted(sure, key=lambda one: -sure[one]):
            try:
                return name, sure[name], self._decode(name, message)
            except NotDecodable as error:
                why = error.message
        raise NotDecodable(why)

    def preview(self, message: ApplicationMessage, width: int) -> Line:
        """The beginning of the payload on one line of at most ``width`` characters, in some microseconds."""
        return one_line(message.payload, width)

    # What it is packed in

    def rule_for(self, message: ApplicationMessage) -> Rule | None:
        """The rule that counts for the message's topic."""
        topic = message.topic_name
        return next((rule for rule in self.rules if rule[0].matches(topic)), None)

    def _recipe(self, message: ApplicationMessage, view: str | None = None) -> Recipe:
        rule = self.rule_for(message)
        recipe = Recipe() if rule is None else rule[1]
        return replace(recipe, view=view, command=()) if view is not None and view in self._found else recipe

    def _unpack(self, message: ApplicationMessage, recipe: Recipe) -> "_Inside":
        """What is in it, by the rule's steps, else by what can be told of it; as far as it goes."""
        inside = _Inside(message)
        detected = packed_in(message)
        for step in recipe.steps or ((detected,) if detected else ()):
            try:
                unpacked = unpack(step, inside.message.payload)
            except NotDecodable as error:
                inside.failures.append(error.message)
                break
            inside.titles.append(STEPS[step].title)
            inside.remarks += [unpacked.remark] if unpacked.remark else []
            inside.message = inside.message.with_payload(unpacked.data, content_type_inside(message))
        if recipe.view and recipe.view not in self.views():
            inside.failures.append(f"no decoder {display_text(recipe.view)} is installed")
        return inside

    # Which decoder

    def _read(self, message: ApplicationMessage, wanted: str, declined: list[str]) -> Decoded:
        for name, confidence in self._candidates(message, wanted):
            try:
                decoded = self._decode(name, message)
            except NotDecodable as error:
                if confidence >= _DECLARED or error.__cause__ is not None:  # a fault is always told
                    declined.append(error.message)
            else:
                return _explained(decoded, declined)
        return _explained(self._hex.decode(message), declined)

    def _candidates(self, message: ApplicationMessage, wanted: str) -> Iterator[tuple[str, int]]:
        """Names in the order in which they are tried, without hex; the asked for one first, the unlikely left out."""
        if wanted == self._hex.name:
            return
        confidence = self._confidences(message)
        if wanted in self._entries:
            yield wanted, _DECLARED
            confidence.pop(wanted, None)
        yield from sorted(confidence.items(), key=lambda one: -one[1])

    def _confidences(self, message: ApplicationMessage) -> dict[str, int]:
        """Of each decoder that has more of it than hex."""
        found = {name: self._confidence(name, message) for name in self._entries}
        return {name: sure for name, sure in found.items() if sure > self._hex.accepts(message)}

    def _confidence(self, name: str, message: ApplicationMessage) -> int:
        try:
            with self._faults_counted(name):
                return int(self._decoder(name).accepts(message))
        except NotDecodable:
            return 0

    def _can_decode(self, name: str, message: ApplicationMessage) -> bool:
        try:
            self._decode(name, message)
        except NotDecodable:
            return False
        return True

    def _decode(self, name: str, message: ApplicationMessage) -> Decoded:
        with self._faults_counted(name):
            decoded = self._decoder(name).decode(message)
            if not isinstance(decoded, Decoded):
                raise TypeError(f"it returned {type(decoded).__name__} in place of Decoded")
            return decoded

    def _decoder(self, name: str) -> PayloadDecoder:
        if name in self._unloadable:
            raise NotDecodable(self._unloadable[name])
        if name not in self._loaded:
            self._loaded[name] = self._entries[name].load()()
        return self._loaded[name]

    @contextmanager
    def _faults_counted(self, name: str) -> Iterator[None]:
        """Makes whatever goes wrong inside a counted ``NotDecodable``."""
        try:
            yield
        except NotDecodable:
            raise
        except (Exception, SystemExit) as error:  # a decoder is anybody's code, and must stop nothing
            reason = self.count_fault(name, error)
            if name not in self._loaded:
                self._unloadable[name] = reason
            raise NotDecodable(reason) from error

    def count_fault(self, name: str, error: BaseException) -> str:
        """Take note of what a decoder did that it must not; it in words, safe to show."""
        before = self._faults.get(name)
        self._faults[name] = DecoderFault(before.count + 1 if before else 1, _in_words(name, error))
        return self._faults[name].reason


def installed() -> "list[EntryPoint]":
    """All decoders of this Python, in the order of their names."""
    from importlib.metadata import entry_points

    return sorted(entry_points(group=GROUP), key=lambda entry: entry.name)


def _in_words(name: str, error: BaseException) -> str:
    what = f"{type(error).__name__}: {error}"[:_LONGEST_REASON].removesuffix(": ")
    return f"the decoder {display_text(name)} failed ({display_text(what)})"


def _labelled(decoded: Decoded, inside: _Inside) -> Decoded:
    """With what it was unpacked from."""
    remark = " ".join([*inside.remarks, decoded.remark]).strip()
    return replace(decoded, format=" → ".join([*inside.titles, decoded.format]), remark=remark)


def _explained(decoded: Decoded, declined: list[str]) -> Decoded:
    if not declined:
        return decoded
    why = f"Shown as {decoded.format}: {'; '.join(dict.fromkeys(declined))}."
    return replace(decoded, remark=f"{why} {decoded.remark}".rstrip())
