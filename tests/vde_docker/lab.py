"""The lab of the tests here: namespaces that go with it, switches, the driver, and containers' network namespaces.

A program calls enter() first, which starts it again inside. Whatever it starts ends with it.
"""
import http.client
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

INSIDE = "VDE_DOCKER_LAB"
LIMIT_S = 10


def skip(missing):
    print(f"SKIPPED missing: {missing}")
    sys.exit(77)


def enter(*programs, as_root=False):
    """As root, or in a user namespace unless `as_root`: dockerd does not run in one."""
    if not os.environ.get(INSIDE):
        for program in ("ip", "ping", "unshare", "nsenter", "vde_switch", *programs):
            if not shutil.which(program):
                skip(program)
        if not os.access("/dev/net/tun", os.W_OK):
            skip("/dev/net/tun that this user may open")
        is_root = os.getuid() == 0
        if as_root and not is_root:
            skip("root, whom dockerd wants")
        namespaces = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
        namespaces += [] if is_root else ["--map-root-user"]
        if subprocess.run(namespaces + ["true"], stderr=subprocess.DEVNULL, check=False).returncode != 0:
            skip("namespaces")
        os.environ[INSIDE] = "1"
        os.execvp(namespaces[0], namespaces + [sys.executable] + sys.argv)
    if os.getpid() == 1:
        be_init()
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/run"], check=True)


def be_init():
    """Reaps orphans, which pumps are; returns in the child that does the work."""
    child = os.fork()
    if child == 0:
        return
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        pid, status = os.wait()
        if pid == child:
            os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def wait_until(condition, what, limit_s=LIMIT_S):
    """Seconds until it held."""
    started = time.monotonic()
    while not condition():
        if time.monotonic() - started > limit_s:
            raise AssertionError(f"after {limit_s} s: not {what}")
        time.sleep(0.005)
    return time.monotonic() - started


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path, timeout):
        super().__init__("plugin.moby.localhost", timeout=timeout)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self.path))


class Sandbox:
    """A network namespace as Docker makes one for a container, and what Docker does in it."""

    def __init__(self):
        self.holder = subprocess.Popen(["unshare", "--net", "sleep", "1000"])
        own = os.readlink("/proc/self/ns/net")
        wait_until(lambda: os.readlink(f"/proc/{self.holder.pid}/ns/net") != own, "a namespace of its own")
        self.key = f"/proc/{self.holder.pid}/ns/net"
        self.run("ip", "link", "set", "lo", "up")

    def run(self, *command, check=True):
        return subprocess.run(["nsenter", f"--net={self.key}", *command], check=check, capture_output=True, text=True)

    def take(self, joined, address, index=0):
        name = joined["InterfaceName"]
        there = f"{name['DstPrefix']}{index}"
        subprocess.run(["ip", "link", "set", name["SrcName"], "netns", str(self.holder.pid), "name", there], check=True)
        self.run("ip", "addr", "add", address, "dev", there, *(["nodad"] if ":" in address else []))
        self.run("ip", "link", "set", there, "up")
        return there

    def pings(self, address, count=1):
        return self.run("ping", "-q", "-c", str(count), "-i", "0.05", "-W", "1", address, check=False).returncode == 0

    def end(self):
        self.holder.kill()
        self.holder.wait()


class Lab:
    def __init__(self, build):
        self.build = pathlib.Path(build).resolve()
        self.bin = self.build / "bin"
        self.work = pathlib.Path(tempfile.mkdtemp())
        self.state = self.work / "state"
        self.socket = pathlib.Path("/run/docker/plugins/vde.sock")
        self.log = open(self.work / "driver.log", "w+b")
        os.environ["VDEPLUGIN_PATH"] = f"{self.build}/lib/vdeplug:/usr/lib/x86_64-linux-gnu/vdeplug:/usr/lib/vdeplug"
        self.switches = []
        self.driver = None
        self.count = 0

    def close(self):
        if self.driver:
            self.stop_driver(signal.SIGTERM)
        for pid in self.pumps():
            os.kill(pid, signal.SIGTERM)
        for switch in self.switches:
            switch.kill()
            switch.stdin.close()
            switch.wait()
        self.log.close()
        shutil.rmtree(self.work)

    def name(self, prefix):
        self.count += 1
        return f"{prefix}{os.getpid():x}x{self.count:x}"

    def start_switch(self, program, path):
        command = {"shm": [self.bin / "shm_switch", "--nostdin", "--numports", "64", "-s", path], "vde": ["vde_switch", "-n", "256", "-s", path]}[program]
        switch = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.switches.append(switch)
        wait_until((path / "ctl").exists, f"{path}/ctl")
        time.sleep(0.05)  # vde_switch listens a moment later
        return switch

    def switch(self, program):
        path = self.work / self.name(program)
        self.start_switch(program, path)
        return f"{program}://{path}"

    def start_driver(self, *options):
        self.driver = subprocess.Popen([self.bin / "vde_docker", "--socket", self.socket, "--state", self.state,
                                        "--debug", *options], stderr=self.log)
        wait_until(self.answers, "a driver that answers")

    def answers(self):
        try:
            return self.request("/Plugin.Activate", b"")[0] == 200
        except (ConnectionError, FileNotFoundError):
            assert self.driver.poll() is None, (self.work / "driver.log").read_text()
            return False

    def stop_driver(self, number=signal.SIGKILL):
        self.driver.send_signal(number)
        self.driver.wait()
        self.driver = None

    def restart_driver(self):
        self.stop_driver()
        self.start_driver()

    def request(self, path, body, method="POST", timeout=LIMIT_S):
        """Status and document."""
        connection = UnixConnection(self.socket, timeout)
        try:
            connection.request(method, path, body if isinstance(body, bytes) else json.dumps(body).encode(),
                               {"Accept": "application/vnd.docker.plugins.v1.2+json"})
            response = connection.getresponse()
            text = response.read()
        finally:
            connection.close()
        return response.status, json.loads(text) if text else {}

    def call(self, name, **request):
        status, document = self.request(f"/NetworkDriver.{name}", request)
        assert status == 200, f"{name}: {status} {document}"
        return document

    def refusal(self, name, status=400, **request):
        given, document = self.request(f"/NetworkDriver.{name}", request)
        assert given == status, f"{name}: {given} {document}"
        return document["Err"]

    def network(self, url, **options):
        network = self.name("n")
        self.call("CreateNetwork", NetworkID=network, Options={"com.docker.network.generic": {"sock": url, **options}},
                  IPv4Data=[{"AddressSpace": "LocalDefault", "Pool": "10.0.0.0/16", "Gateway": "10.0.0.1/16"}],
                  IPv6Data=[{"AddressSpace": "LocalDefault", "Pool": "fd00::/64", "Gateway": "fd00::1/64"}])
        return network

    def endpoint(self, network, **interface):
        endpoint = self.name("e")
        self.call("CreateEndpoint", NetworkID=network, EndpointID=endpoint, Interface=interface)
        return endpoint

    def join(self, network, endpoint, sandbox):
        return self.call("Join", NetworkID=network, EndpointID=endpoint, SandboxKey=sandbox.key)

    def container(self, network, address):
        """An endpoint in a sandbox of its own, as `docker run` makes it."""
        endpoint = self.endpoint(network, Address=address)
        sandbox = Sandbox()
        sandbox.take(self.join(network, endpoint, sandbox), address)
        return endpoint, sandbox

    def end(self, network, endpoint):
        self.call("Leave", NetworkID=network, EndpointID=endpoint)
        self.call("DeleteEndpoint", NetworkID=network, EndpointID=endpoint)

    def status(self):
        command = [self.bin / "vde_docker", "--status", "--json", "--state", self.state]
        return json.loads(subprocess.check_output(command))["networks"]

    def pumps(self):
        """Those that run, by number; not the driver's child that they are copies of."""
        driver = self.driver.pid if self.driver else None
        found = []
        for entry in pathlib.Path("/proc").iterdir():
            try:
                if not entry.name.isdigit() or b"vde_docker_pump" not in (entry / "cmdline").read_bytes().split(b"\0")[0]:
                    continue
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                if parent != driver:
                    found.append(int(entry.name))
            except OSError:
                pass
        return found

    def taps(self):
        links = json.loads(subprocess.check_output(["ip", "-json", "link"]))
        return [link["ifname"] for link in links if link["ifname"].startswith("vde")]

    def left_over(self):
        files = [str(path) for folder in ("networks", "endpoints", "pumps") for path in (self.state / folder).iterdir()]
        return files + self.taps() + self.pumps()

    def expect_nothing_left(self):
        try:
            wait_until(lambda: not self.left_over(), "nothing left", 5)
        except AssertionError:
            raise AssertionError(f"left over: {self.left_over()}") from None
