"""Puts what an example needs into build/examples, once: Debian packages, a Python environment, programs in C++ and Go."""
import hashlib
import os
import shutil
import subprocess
import sys

from runner.places import BINARY, BUILD, EXAMPLES, ROOT

REQUIREMENTS = os.path.join(EXAMPLES, "requirements.txt")
LONGEST = 900  # seconds for one step


def say(what):
    """What takes a while, on standard error."""
    print("… " + what, file=sys.stderr, flush=True)


def command(*words, cwd=None, env=None):
    """Runs it; its output goes to the error text if it fails."""
    done = subprocess.run(words, cwd=cwd, env=dict(os.environ, **(env or {})), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, timeout=LONGEST)
    if done.returncode:
        raise RuntimeError("%s ended with %d\n%s" % (" ".join(words), done.returncode, done.stdout.decode(errors="replace")[-4000:]))
    return done.stdout.decode(errors="replace")


def packages(*names):
    """Debian packages, if any of them is missing."""
    state = subprocess.run(["dpkg-query", "-W", "-f=${db:Status-Status}\n", *names], capture_output=True, text=True)
    if state.returncode == 0 and set(state.stdout.split()) == {"installed"}:
        return
    say("installing " + " ".join(names))
    root = [] if os.geteuid() == 0 else ["sudo"]
    command(*root, "apt-get", "-q", "update")
    command(*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", "install", "-y", "--no-install-recommends", *names)


def sleipnir():
    """The server's binary, built if there is none."""
    if not os.access(BINARY, os.X_OK):
        say("building Sleipnir")
        command(os.path.join(ROOT, "scripts", "install"))
        command("cmake", "--preset", "release", cwd=ROOT)
        command("cmake", "--build", "--preset", "release", "--target", "sleipnir", cwd=ROOT)
    return BINARY


def python():
    """The interpreter of an environment with the packages of requirements.txt."""
    home = os.path.join(BUILD, "python")
    stamp, wanted = os.path.join(home, "installed"), hashlib.sha256(open(REQUIREMENTS, "rb").read()).hexdigest()
    interpreter = os.path.join(home, "bin", "python")
    if not (os.path.exists(stamp) and open(stamp).read() == wanted):
        if not shutil.which("python3") or subprocess.run([sys.executable, "-c", "import ensurepip"], stderr=subprocess.DEVNULL).returncode:
            packages("python3-venv")
        say("installing the Python packages of requirements.txt")
        shutil.rmtree(home, ignore_errors=True)
        command(sys.executable, "-m", "venv", home)
        command(interpreter, "-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", REQUIREMENTS)
        with open(stamp, "w") as f:
            f.write(wanted)
    return interpreter


def cmake(folder, *needed):
    """Builds the one program of a CMake project, called like its folder."""
    packages("cmake", "ninja-build", "g++", *needed)
    name = os.path.basename(folder)
    build = os.path.join(BUILD, name)
    if not os.path.exists(build):
        say("building " + name)
    launcher = ["-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"] if shutil.which("ccache") else []
    command("cmake", "-S", os.path.join(EXAMPLES, folder), "-B", build, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release", *launcher)
    command("cmake", "--build", build)
    return os.path.join(build, name)


def go(folder):
    """Builds the program of a Go module that needs nothing but the standard library."""
    if not shutil.which("go"):
        packages("golang-go")
    name = os.path.basename(folder)
    program = os.path.join(BUILD, name, name)
    command("go", "build", "-o", program, ".", cwd=os.path.join(EXAMPLES, folder), env={"CGO_ENABLED": "0"})
    return program
