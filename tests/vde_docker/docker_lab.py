"""A Docker daemon of its own for the tests here: its data, its socket and its cgroups go with it."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time

import lab

CONTROLLERS = pathlib.Path("/sys/fs/cgroup")


def enter():
    # A client of the daemon's own version, where another one comes first.
    os.environ["PATH"] = f"/usr/sbin:/usr/bin:{os.environ['PATH']}"
    lab.enter("dockerd", "docker", "busybox", "iperf3", as_root=True)


class Docker:
    def __init__(self, work, bridge="none"):
        self.work = work / "docker"
        self.work.mkdir()
        self.bridge = bridge
        self.group = f"vde_docker_test_{os.getpid():x}_{time.monotonic_ns():x}"
        self.host = f"unix://{self.work}/socket"
        self.log = open(self.work / "log", "w+b")
        self.daemon = None
        self.pids = {}  # of containers, as long as they run
        self.start()
        self.import_image()

    def start(self):
        options = ["--data-root", self.work / "data", "--exec-root", self.work / "exec", "--host", self.host,
                   "--pidfile", self.work / "pid", "--iptables=false", "--ip6tables=false", f"--bridge={self.bridge}",
                   "--exec-opt", "native.cgroupdriver=cgroupfs", "--cgroup-parent", f"/{self.group}",
                   "--live-restore", "--config-file", self.work / "none.json"]
        (self.work / "none.json").write_text("{}")
        self.daemon = subprocess.Popen(["dockerd", *options], stdout=self.log, stderr=self.log)
        lab.wait_until(self.answers, "a dockerd that answers", 30)

    def answers(self):
        assert self.daemon.poll() is None, (self.work / "log").read_text()[-2000:]
        return self.run("version", check=False).returncode == 0

    def kill(self):
        self.daemon.kill()
        self.daemon.wait()
        # Its containerd goes with it; its socket must be free before another comes.
        pid = self.work / "exec" / "containerd" / "containerd.pid"
        lab.wait_until(lambda: not pathlib.Path(f"/proc/{pid.read_text()}").exists() if pid.exists() else True,
                       "an end of containerd")

    def close(self):
        if self.daemon.poll() is not None:
            self.start()
        self.clear()
        self.daemon.send_signal(signal.SIGTERM)
        self.daemon.wait()
        self.log.close()
        subprocess.run(["sh", "-c", f"grep {self.work} /proc/mounts | cut -d' ' -f2 | xargs -r umount --lazy"], check=False)
        subprocess.run(["find", CONTROLLERS, "-depth", "-type", "d", "-path", f"*/{self.group}*", "-exec", "rmdir", "{}", ";"],
                       stderr=subprocess.DEVNULL, check=False)
        left = list(CONTROLLERS.glob(f"*/{self.group}"))
        assert not left, left

    def clear(self):
        self.pids = {}
        containers = self.run("ps", "-aq", check=False).stdout.split()
        if containers:
            self.run("rm", "-f", *containers, check=False)
        self.run("network", "prune", "--force", check=False)

    def run(self, *words, check=True):
        result = subprocess.run(["docker", "--host", self.host, *map(str, words)], capture_output=True, text=True,
                                check=False, env={**os.environ, "HOME": str(self.work), "DOCKER_CONFIG": str(self.work)})
        assert not check or result.returncode == 0, f"docker {words}: {result.stderr}"
        return result

    def import_image(self):
        root = self.work / "image"
        (root / "bin").mkdir(parents=True)
        shutil.copy(shutil.which("busybox"), root / "bin" / "busybox")
        for name in ("sh", "sleep", "ping", "ip", "nc"):
            (root / "bin" / name).symlink_to("busybox")
        with subprocess.Popen(["tar", "-C", root, "-c", "."], stdout=subprocess.PIPE) as tar:
            subprocess.run(["docker", "--host", self.host, "import", "-", "box"], stdin=tar.stdout, check=True,
                           capture_output=True)

    def network(self, name, url, *options):
        self.run("network", "create", "--driver", "vde", "-o", f"sock={url}", *options, name)

    def container(self, name, network, *options):
        self.run("run", "--detach", "--init", "--name", name, "--network", network, *options, "box", "sleep", "1000")

    def inspect(self, name):
        return json.loads(self.run("inspect", name).stdout)[0]

    def inside(self, name, *command, check=True):
        """By nsenter, which needs no daemon that runs."""
        if name not in self.pids:
            self.pids[name] = self.inspect(name)["State"]["Pid"]
        return subprocess.run(["nsenter", "--net", "--target", str(self.pids[name]), *command], capture_output=True,
                              text=True, check=check)

    def pings(self, name, address, count=1):
        return self.inside(name, "ping", "-q", "-c", str(count), "-i", "0.05", "-W", "1", address,
                           check=False).returncode == 0
