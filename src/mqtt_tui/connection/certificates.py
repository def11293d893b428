"""Certificates in words (RFC 5280)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from mqtt_tui.connection.steps import Fact
from mqtt_tui.errors import LocalError
from mqtt_tui.text.display_text import display_text

SOON = timedelta(days=30)
"""A certificate that expires within it is warned of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """What one certificate says. Its names are untrusted text."""

    subject: str
    issuer: str
    names: tuple[str, ...]
    """The names and addresses that it is for."""
    not_before: datetime
    not_after: datetime
    fingerprint: str
    """SHA-256, in hexadecimal with colons."""
    pem: bytes

    def facts(self, now: datetime) -> list[Fact]:
        """In rows, safe to show."""
        rows = [("subject", self.subject), ("issuer", self.issuer), ("names", ", ".join(self.names))]
        dates = f"{self.not_before:%Y-%m-%d %H:%M} to {self.not_after:%Y-%m-%d %H:%M} UTC, {self._left(now)}"
        rows += [("valid", dates), ("SHA-256", self.fingerprint)]
        return [(label, display_text(text)) for label, text in rows if text]

    def _left(self, now: datetime) -> str:
        if now < self.not_before:
            return f"not for another {_days(self.not_before - now)}"
        if now > self.not_after:
            return f"expired {_days(now - self.not_after)} ago"
        return f"{_days(self.not_after - now)} left"


def read_certificates(chain: Sequence[bytes]) -> list[Certificate]:
    """The certificates of ``chain``, which are DER; what cannot be read is left out."""
    from cryptography import x509  # 40 ms, and seldom needed
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import Encoding

    found = []
    for data in chain:
        try:
            one = x509.load_der_x509_certificate(data)
            found.append(
                Certificate(
                    subject=one.subject.rfc4514_string(),
                    issuer=one.issuer.rfc4514_string(),
                    names=_names(one),
                    not_before=one.not_valid_before_utc,
                    not_after=one.not_valid_after_utc,
                    fingerprint=one.fingerprint(SHA256()).hex(":").upper(),
                    pem=one.public_bytes(Encoding.PEM),
                )
            )
        except Exception:  # noqa: BLE001, S112  a stranger's: x509 has errors of many kinds for what is odd in it
            continue
    return found


def save_chain(chain: Sequence[Certificate], file: Path) -> None:
    """Write ``chain`` into a new file, as PEM.

    Raises:
        LocalError: there is nothing to write, the file exists, or it cannot be written.
    """
    if not chain:
        raise LocalError("The broker showed no certificate, so that none was written.", hint="Is it reached by TLS?")
    shown = display_text(str(file))
    try:
        with file.open("xb") as out:
            out.write(b"".join(one.pem for one in chain))
    except FileExistsError:
        raise LocalError(f"{shown} exists already; nothing was written.", hint="Move it away first.") from None
    except OSError as error:
        raise LocalError(f"{shown} cannot be written: {display_text(error.strerror or str(error))}.") from None


def worry(chain: Sequence[Certificate], now: datetime) -> str:
    """What is to be said of the dates of a chain that was accepted; empty where nothing is."""
    for one in chain:
        if now + SOON > one.not_after:
            return f"The certificate of {display_text(one.subject)} expires in {_days(one.not_after - now)}."
    return ""


def clock_doubt(chain: Sequence[Certificate], now: datetime) -> str:
    """Whether this machine's clock may be what is wrong; empty where it is between the dates."""
    if not chain or chain[0].not_before <= now <= chain[0].not_after:
        return ""
    return f"This machine's clock says {now:%Y-%m-%d %H:%M} UTC, which the certificate is not valid for: is it right?"


def now() -> datetime:
    """By this machine's clock."""
    return datetime.now(UTC)


def _names(certificate: object) -> tuple[str, ...]:
    from cryptography import x509

    assert isinstance(certificate, x509.Certificate)  # noqa: S101  for mypy: the import is late
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except Exception:  # noqa: BLE001  none, or of a kind that x509 does not read; the rest is worth showing
        return ()
    return tuple(str(getattr(name, "value", name)) for name in names)


def _days(span: timedelta) -> str:
    days = span.days
    if days >= 2:
        return f"{days:,} days"
    hours = int(span.total_seconds() // 3600)
    return f"{hours} hours" if hours >= 2 else f"{int(span.total_seconds() // 60)} minutes"
