"""What processes cost, as the kernel counts it."""

import os
from dataclasses import dataclass
from pathlib import Path

import psutil

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds so far, and memory now (proportional set size: shared pages are counted once), in bytes."""

    cpu: float
    memory: int


def cost(pid: int) -> Cost:
    """The cost of one process."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return Cost((int(fields[11]) + int(fields[12])) / _TICKS, int(psutil.Process(pid).memory_full_info().pss))


def family_cpu(pid: int) -> float:
    """CPU seconds so far of a process and its children, those that have ended among them."""
    parent = psutil.Process(pid)
    told = parent.cpu_times()
    own = told.user + told.system + told.children_user + told.children_system
    return own + sum(sum(child.cpu_times()[:2]) for child in parent.children())


def size(*files: Path) -> int:
    """Bytes of these files with their write-ahead logs."""
    return sum(
        path.stat().st_size for file in files for path in (file, file.with_name(file.name + "-wal")) if path.exists()
    )


def machine() -> str:
    """The machine in a line."""
    model = "unknown processor"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.split(":", 1)[1].strip()
            break
    memory = psutil.virtual_memory().total / 2**30
    return f"{os.cpu_count()} cores of {model}, {memory:.0f} GB, Linux {os.uname().release}"
