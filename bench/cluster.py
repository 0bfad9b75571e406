"""Temporary PostgreSQL clusters and CPU times, for the measurements of this directory."""

import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys

TARGET = os.environ.get("CARGO_TARGET_DIR") or pathlib.Path(__file__).resolve().parents[1] / "target"
# Settings of the caller must not change the measurement.
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith(("SYLLABUS_", "PG"))}


def interrupt(number, _frame):
    """Ends the program. Further signals do not interrupt the cleanup."""
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    sys.exit(128 + number)


def run(folder, *command, output=None):
    """Runs a command, and ends the program with the command's messages if it fails."""
    with open(folder / "commands.log", "w+", errors="replace") as log:
        options = {"stdin": subprocess.DEVNULL, "stdout": output or log, "stderr": log, "env": ENVIRONMENT}
        code = subprocess.run(command, cwd=folder, **options).returncode
        log.seek(0)
        if code != 0:
            sys.exit(f"error: {' '.join(map(str, command))}: exit code {code}\n{log.read()}")


def cpu_seconds(pid):
    """Returns the CPU time of a process and of the children that it has waited for; 0 if it has ended."""
    try:
        with open(f"/proc/{pid}/stat", errors="replace") as stat:
            # utime, stime, cutime and cstime are fields 14 to 17. The name, field 2, can contain spaces.
            return sum(map(int, stat.read().rpartition(")")[2].split()[11:15])) / os.sysconf("SC_CLK_TCK")
    except (FileNotFoundError, ProcessLookupError):
        return 0


class Cluster:
    """A temporary PostgreSQL cluster: a primary, or a standby of another cluster."""

    def __init__(self, stack, folder, name, primary=None, settings=""):
        self.folder, self.data = folder, folder / name
        installed = pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb")
        newest = max(installed, key=lambda path: [int(part) for part in path.parts[-3].split(".")], default=None)
        initdb = shutil.which("initdb") or newest or sys.exit("error: initdb not found: install PostgreSQL")
        self.programs = pathlib.Path(initdb).resolve().parent
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.server = f"postgres://syllabus@127.0.0.1:{self.port}"
        self.url = f"{self.server}/postgres"
        if primary:
            self.run("pg_basebackup", "-D", self.data, "-R", "-X", "stream", "-c", "fast", "-d", primary.url)
        else:
            self.run("initdb", "-D", self.data, "-U", "syllabus", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        stack.callback(self.stop)
        options = f"-c port={self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' {settings}"
        self.run("pg_ctl", "start", "-w", "-D", self.data, "-l", folder / f"{name}.log", "-o", options)
        self.pid = int((self.data / "postmaster.pid").read_text().split()[0])

    def run(self, program, *arguments):
        """Runs a program of PostgreSQL, which does not accept root."""
        user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []
        run(self.folder, *user, self.programs / program, *arguments)

    def stop(self):
        if (self.data / "postmaster.pid").exists():
            self.run("pg_ctl", "stop", "-m", "immediate", "-D", self.data)

    def cpu_seconds(self, excluded=None):
        """Returns the CPU time of all processes of the cluster but one, including those that have ended."""
        while True:
            before = cpu_seconds(self.pid)
            children = pathlib.Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
            total = before + sum(cpu_seconds(pid) for pid in children if pid != excluded)
            # If a child ends meanwhile, it counts twice or not at all.
            if cpu_seconds(self.pid) == before:
                return total


def clean_up_when_interrupted():
    """Makes signals end the program, so that it cleans up."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupt)
