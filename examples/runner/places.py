"""Where things are, and free ports."""
import os
import socket

EXAMPLES = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ROOT = os.path.dirname(EXAMPLES)
BUILD = os.path.join(ROOT, "build", "examples")
BINARY = os.environ.get("SLEIPNIR_BINARY", os.path.join(ROOT, "build", "release", "sleipnir"))

handed_out = set()


def free_port():
    """A port of 127.0.0.1 that nobody listens on, never the same twice; EXAMPLE_PORTS=first-last keeps it in a range."""
    ports = os.environ.get("EXAMPLE_PORTS")
    first, last = map(int, ports.split("-")) if ports else (0, 1000)
    for candidate in range(first, last + 1):
        with socket.socket() as s:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                s.bind(("127.0.0.1", candidate if ports else 0))
            except OSError:
                continue
            port = s.getsockname()[1]
            if port not in handed_out:
                handed_out.add(port)
                return port
    raise RuntimeError("no free port in %s" % ports)
