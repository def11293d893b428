"""Certificates of a small certification authority that exists for one test."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme
from cryptography.hazmat.primitives import serialization


class Certificates:
    """An authority and the files that it issues into ``directory``.

    ``ca_file`` is what a client has to trust; the others give lines of a listener, or paths.
    """

    def __init__(self, directory: Path) -> None:
        self._authority = trustme.CA()
        self._directory = directory
        directory.mkdir(parents=True, exist_ok=True)
        self.ca_file = directory / "ca.pem"
        self._authority.cert_pem.write_to_path(str(self.ca_file))

    def listener(self, host: str = "127.0.0.1", *, expired: bool = False, name: str = "server") -> list[str]:
        """Lines of a TLS listener whose certificate is for ``host``; ``name``: of its files."""
        certificate, key = self.issue(name, host, expired=expired)
        return [f"certfile {certificate}", f"keyfile {key}"]

    def listener_with_client_certificates(self) -> list[str]:
        """Lines of a TLS listener that lets in only who shows a certificate of this authority."""
        return [*self.listener(), f"cafile {self.ca_file}", "require_certificate true"]

    def issue(self, name: str, identity: str, *, expired: bool = False) -> tuple[Path, Path]:
        """Certificate chain and private key, as files called after ``name``."""
        now = datetime.now(UTC)
        leaf = self._authority.issue_cert(
            identity,
            not_before=now - timedelta(days=3),
            not_after=now + timedelta(days=-1 if expired else 365),
        )
        certificate, key = self._directory / f"{name}.pem", self._directory / f"{name}.key"
        certificate.write_bytes(b"".join(blob.bytes() for blob in leaf.cert_chain_pems))
        leaf.private_key_pem.write_to_path(str(key))
        return certificate, key

    def locked_client(self) -> dict[str, str]:
        """TLS options of a client whose key is encrypted."""
        certificate, key = self.issue("client", "ops@example.org")
        private = serialization.load_pem_private_key(key.read_bytes(), password=None)
        lock = serialization.BestAvailableEncryption(b"op3n")
        form = serialization.PrivateFormat.PKCS8
        key.write_bytes(private.private_bytes(serialization.Encoding.PEM, form, lock))
        return {"certificate_file": str(certificate), "key_file": str(key)}
