"""A certificate of one's own, for the laptop that serves a room: nobody vouches for it, it is said.

Browsers give the microphone, and what keeps texts without network, to encrypted pages only.
"""

import ipaddress
import os
import socket
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

LASTS = timedelta(days=397)  # the longest that browsers accept
EARLY = timedelta(days=30)


class Pair(NamedTuple):
    """Where the certificate and its key lie, and what people compare: SHA-256, in pairs."""

    certificate: Path
    key: Path
    fingerprint: str


def ensure(folder: Path, host: str) -> Pair:
    """The certificate of this machine, made anew when it soon ends or its addresses changed."""
    folder.mkdir(parents=True, exist_ok=True)
    pair = folder / "certificate.pem", folder / "key.pem"
    names = names_of(host)
    print_ = _known(*pair, names)
    if print_ is None:
        print_ = _make(*pair, names)
    return Pair(*pair, print_)


def names_of(host: str) -> list[str]:
    """What this machine is called from the room: names first, then addresses."""
    own = socket.gethostname().split(".")[0] or "essaim"
    found = ["localhost", own.lower(), f"{own.lower()}.local", "127.0.0.1", "::1"]
    for one in (host, near_address()):
        if one and one not in ("0.0.0.0", "::"):
            found.append(one)
    return sorted(set(found))


def near_address() -> str:
    """The address of this machine on the network of the room; nothing without one."""
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # sends nothing: asks which way it would leave
        return probe.getsockname()[0]
    return ""


def _known(certificate: Path, key: Path, names: list[str]) -> str | None:
    """The fingerprint of the certificate there is, when it still serves."""
    from cryptography import x509

    try:
        found = x509.load_pem_x509_certificate(certificate.read_bytes())
        if not key.exists() or found.not_valid_after_utc < datetime.now(UTC) + EARLY:
            return None
        known = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (OSError, ValueError, x509.ExtensionNotFound):
        return None
    told = set(known.get_values_for_type(x509.DNSName))
    told |= {str(one) for one in known.get_values_for_type(x509.IPAddress)}
    return _fingerprint(found) if told >= set(names) else None


def _make(certificate: Path, key: Path, names: list[str]) -> str:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    secret = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Essaim, this room")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(secret.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))  # clocks of old computers are late
        .not_valid_after(now + LASTS)
        .add_extension(x509.SubjectAlternativeName([_general(one) for one in names]), False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), True)
        .sign(secret, hashes.SHA256())
    )
    private = secret.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    key.unlink(missing_ok=True)
    with os.fdopen(os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(private)
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return _fingerprint(made)


def _general(name: str):
    from cryptography import x509

    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _fingerprint(certificate) -> str:
    from cryptography.hazmat.primitives import hashes

    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()
