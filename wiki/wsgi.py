"""A request as Flask takes it, made from one as the server's async side gives it."""

import sys

CHUNK = 256 * 1024


def environ_of(scope, body) -> dict:
    """The WSGI environment of a request."""
    server, client = scope.get("server") or ("localhost", 80), scope.get("client") or ("", 0)
    environ = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": scope.get("root_path", "").encode().decode("latin-1"),
        "PATH_INFO": scope["path"].encode().decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1]),
        "SERVER_PROTOCOL": "HTTP/" + scope["http_version"],
        "REMOTE_ADDR": client[0],
        "REMOTE_PORT": str(client[1]),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": body,
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": File,
    }
    for told in ("essaim.full", "essaim.cut"):
        if scope.get(told):
            environ[told] = True
    for name, value in scope["headers"]:
        if b"_" in name:
            continue  # X_Forwarded_For would pass for X-Forwarded-For
        key = "HTTP_" + name.decode("latin-1").upper().replace("-", "_")
        if key in environ:
            environ[key] += ("; " if key == "HTTP_COOKIE" else ",") + value.decode("latin-1")
        else:
            environ[key] = value.decode("latin-1")
    environ.pop("HTTP_CONTENT_LENGTH", None)
    environ.pop("HTTP_TRANSFER_ENCODING", None)
    if "HTTP_CONTENT_TYPE" in environ:
        environ["CONTENT_TYPE"] = environ.pop("HTTP_CONTENT_TYPE")
    if scope["essaim.length"]:
        environ["CONTENT_LENGTH"] = str(scope["essaim.length"])
    return environ


class File:
    """What Flask's send_file wraps a file in (`wsgi.file_wrapper`): big pieces, and seekable."""

    def __init__(self, file, _size=None):
        self.file = file

    def __iter__(self):
        return self

    def __next__(self):
        if chunk := self.file.read(CHUNK):
            return chunk
        raise StopIteration

    def close(self):
        self.file.close()

    def seekable(self):
        return self.file.seekable()

    def seek(self, *args):
        return self.file.seek(*args)

    def tell(self):
        return self.file.tell()
