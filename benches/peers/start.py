"""Starts one command and prints its exit status, CPU seconds, wall seconds and peak memory in MiB.

    python -I -S start.py OUTPUT COMMAND…

The kernel counts the memory of the starting process as the peak of the started one until that grows beyond it.
So this process imports next to nothing.
"""

import posix
import sys
import time


def main(output: str, command: list[str]) -> None:
    """Runs the command with its output in a file, and what it says on errors beside it."""
    flags = posix.O_WRONLY | posix.O_CREAT | posix.O_TRUNC
    streams = [(posix.POSIX_SPAWN_OPEN, 1, output, flags, 0o644)]
    streams += [(posix.POSIX_SPAWN_OPEN, 2, output + ".err", flags, 0o644)]
    begin = time.perf_counter()
    child = posix.posix_spawn(command[0], command, posix.environ, file_actions=streams)
    _, status, usage = posix.wait4(child, 0)
    wall = time.perf_counter() - begin
    print(posix.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024)


main(sys.argv[1], sys.argv[2:])
