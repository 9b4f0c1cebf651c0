"""The Debian package: built, installed, started, removed. Needs root and dpkg; where they are missing only what can be checked is."""
import glob
import os
import shutil
import subprocess
import tempfile
import time

from server import BINARY, Server, equal

BUILD = os.path.dirname(BINARY)


def run(*command, **options):
    p = subprocess.run(command, capture_output=True, text=True, timeout=300, **options)
    assert p.returncode == 0, "%s: %s%s" % (" ".join(command), p.stdout, p.stderr)
    return p.stdout


def test_cmake_install():
    with tempfile.TemporaryDirectory() as d:
        run("cmake", "--install", BUILD, "--prefix", d)
        for path in ("bin/sleipnir", "lib/systemd/system/sleipnir.service", "share/doc/sleipnir/README.md"):
            assert os.path.exists(os.path.join(d, path)), path
        assert "sleipnir" in run(os.path.join(d, "bin/sleipnir"), "--version")


def test_the_debian_package():
    if not shutil.which("dpkg-shlibdeps") or not shutil.which("dpkg-deb"):
        return
    with tempfile.TemporaryDirectory() as d:
        run("cpack", "-G", "DEB", "-B", d, "--config", os.path.join(BUILD, "CPackConfig.cmake"))
        (package,) = glob.glob(os.path.join(d, "sleipnir_*.deb"))
        contents, control = run("dpkg-deb", "-c", package), run("dpkg-deb", "-I", package)
        for path in ("./usr/bin/sleipnir", "./usr/lib/systemd/system/sleipnir.service", "./usr/share/doc/sleipnir/README.md"):
            assert path + "\n" in contents, contents
        assert os.path.getsize(package) < 20 * 10**6
        for word in ("libre2", "libssl", "libzstd", "libcpp-httplib"):
            assert word in control, control
        if os.geteuid() != 0 or shutil.which("sleipnir"):
            return
        run("dpkg", "-i", package)
        try:
            equal(shutil.which("sleipnir"), "/usr/bin/sleipnir")
            if shutil.which("systemd-analyze"):
                equal(run("systemd-analyze", "verify", "/usr/lib/systemd/system/sleipnir.service"), "")
            with Installed() as server:
                equal(server.push({"app": "deb"}, [(time.time_ns(), "from the package")]).status, 204)
                equal(server.lines('{app="deb"}'), ["from the package"])
                equal(server.stop(), 0)
        finally:
            run("dpkg", "-P", "sleipnir")
        equal(shutil.which("sleipnir"), None)


class Installed(Server):
    """The installed binary instead of the built one."""

    def start(self):
        import server
        built, server.BINARY = server.BINARY, "/usr/bin/sleipnir"
        try:
            return super().start()
        finally:
            server.BINARY = built
