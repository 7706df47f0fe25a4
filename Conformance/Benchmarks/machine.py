"""Processes on cores of their own, and what the kernel says that they cost."""

import os
import re
import statistics
import subprocess
import time
from pathlib import Path

SERVER_CORE, CLIENT_CORE = 0, 1
TICKS = os.sysconf("SC_CLK_TCK")


def on_core(core, command):
    """The command on one core. A machine with a single core takes what it gets."""
    return ["taskset", "-c", str(core), *command] if core in os.sched_getaffinity(0) else list(command)


def move(pid, core):
    """Moves a process that runs already, with all its threads."""
    if core in os.sched_getaffinity(0):
        subprocess.run(["taskset", "-a", "-p", "-c", str(core), str(pid)], check=True, capture_output=True)


def cpu_seconds(*pids):
    """User and system time of whole processes since they started; resolution is a tick, 10 ms."""
    total = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def resident_megabytes(pid):
    """Resident memory, of which `VmHWM` would be the peak."""
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text()).group(1)) / 1024


def family(pid):
    """A process and its children: nginx's master and its worker."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(each for child in children for each in family(int(child)))]


class Load:
    """One run of wrk and what it cost the servers."""

    def __init__(self, requests, seconds, cpu, failed, latency):
        self.rate, self.requests, self.failed, self.latency = requests / seconds, requests, failed, latency
        self.microseconds = cpu / requests * 1e6 if requests else float("inf")


def wrk(url, headers, pids, seconds):
    """Sixteen connections from one thread, kept alive, on the client's core."""
    options = [part for name, value in headers.items() for part in ("-H", f"{name}: {value}")]
    before = cpu_seconds(*pids)
    result = subprocess.run(
        on_core(CLIENT_CORE, ["wrk", "-t1", "-c16", f"-d{seconds}s", "--latency", *options, url]),
        capture_output=True, text=True, check=True)
    cpu = cpu_seconds(*pids) - before
    requests, taken = re.search(r"(\d+) requests in ([\d.]+)s", result.stdout).groups()
    failed = sum(int(each) for each in re.findall(r"Non-2xx or 3xx responses: (\d+)", result.stdout))
    errors = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", result.stdout)
    failed += sum(int(each) for each in errors.groups()) if errors else 0
    return Load(int(requests), float(taken), cpu, failed, re.search(r"99%\s+(\S+)", result.stdout).group(1))


def race(runners, rounds, say):
    """Runs each runner in turn, several rounds, so that a busy minute hits them alike. Returns the median runs."""
    runs = {name: [] for name in runners}
    for _ in range(rounds):
        for name, run in runners.items():
            load = run()
            if load.failed:
                raise RuntimeError(f"{name}: {load.failed} of {load.requests} answers were not 200")
            runs[name].append(load)
    for name, loads in runs.items():
        rates = ", ".join(f"{each.rate:,.0f}" for each in loads)
        middle = sorted(loads, key=lambda each: each.rate)[len(loads) // 2]
        microseconds = statistics.median(each.microseconds for each in loads)
        say(f"{name:<44} {middle.rate:>7,.0f} req/s  {microseconds:5.1f} us CPU each  p99 {middle.latency}  ({rates})")
        runs[name] = middle
    return runs
