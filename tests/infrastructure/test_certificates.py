"""A laptop in a room serves encrypted pages under a certificate of its own."""

import os
import socket
import ssl
import stat
import subprocess
import sys
import time

from wiki import certificates


def test_a_certificate_is_made_once_and_again_when_the_address_changes(tmp_path):
    first = certificates.ensure(tmp_path, "10.1.2.3")
    assert certificates.ensure(tmp_path, "10.1.2.3") == first
    assert stat.S_IMODE(first.key.stat().st_mode) == 0o600
    second = certificates.ensure(tmp_path, "10.1.2.4")
    assert second.fingerprint != first.fingerprint
    second.certificate.write_text("broken")
    assert certificates.ensure(tmp_path, "10.1.2.4").fingerprint != second.fingerprint


def test_the_server_speaks_tls_and_its_links_too(tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", "from wiki.cli import essaim; essaim()", "serve", "--tls",
               "--port", str(port)]  # fmt: skip
    clean = {k: v for k, v in os.environ.items() if not k.startswith("ESSAIM_")}
    process = subprocess.Popen(command, env=clean | {"ESSAIM_DATA": str(tmp_path)},
                               stdout=subprocess.PIPE, text=True)  # fmt: skip
    try:
        said = [process.stdout.readline() for _ in range(3)]
        assert f"https://127.0.0.1:{port}" in said[0]
        known = ssl.create_default_context(cafile=str(tmp_path / "tls" / "certificate.pem"))
        limit = time.monotonic() + 30
        while True:
            try:
                raw = socket.create_connection(("127.0.0.1", port), timeout=5)
                break
            except OSError:
                assert time.monotonic() < limit
                time.sleep(0.1)
        with known.wrap_socket(raw, server_hostname="localhost") as line:
            shown = ssl.DER_cert_to_PEM_cert(line.getpeercert(binary_form=True))
            line.sendall(b"GET /login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            answer = line.recv(4096).decode()
        assert shown.strip() == (tmp_path / "tls" / "certificate.pem").read_text().strip()
        assert answer.startswith("HTTP/1.1 ")
        assert len(said[2].strip().split(":")) == 32, "what people compare"
    finally:
        process.terminate()
        process.wait(timeout=30)
        process.stdout.close()
