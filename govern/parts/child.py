"""Become the program of a part: die with the process that started it, and drop root where the program refuses it.

    python -I child.py PARENT_PID SIGNAL USER_ID PROGRAM ARGUMENT…

Runs as a script of its own between fork and exec, because neither can be asked of `subprocess` safely. USER_ID -1 keeps
the user.
"""

import ctypes
import os
import struct
import sys

PR_SET_PDEATHSIG = 1
PR_SET_SECUREBITS = 28
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
SECBIT_NO_SETUID_FIXUP = 1 << 2
CAPABILITY_VERSION_3 = 0x20080522
# Read, write and traverse what root may: an installation below a folder that only root can enter works without opening
# that folder.
CAP_DAC_OVERRIDE = 1
CAP_DAC_READ_SEARCH = 2


def become_user(user_id: int) -> None:
    """Drop root for `user_id`, keeping only root's access to files. Raises `OSError` where the kernel refuses."""
    _prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP)
    os.setgroups([])
    os.setresgid(user_id, user_id, user_id)
    os.setresuid(user_id, user_id, user_id)
    kept = _permitted_capabilities() & (1 << CAP_DAC_OVERRIDE | 1 << CAP_DAC_READ_SEARCH)
    header = struct.pack("=Ii", CAPABILITY_VERSION_3, 0)
    if _libc().capset(header, struct.pack("=6I", kept, kept, kept, 0, 0, 0)) != 0:
        raise OSError(ctypes.get_errno(), "capset")
    for capability in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
        if kept & 1 << capability:
            _prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability)


def die_with(parent_id: int, signal_number: int) -> None:
    """Have the kernel send `signal_number` to this process when its parent dies, however that happens; Linux only."""
    if sys.platform == "linux":
        _prctl(PR_SET_PDEATHSIG, signal_number)
        if os.getppid() != parent_id:  # it died before the line above
            sys.exit(1)


def _permitted_capabilities() -> int:
    with open("/proc/self/status") as status:
        return next(int(line.split()[1], 16) for line in status if line.startswith("CapPrm"))


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _prctl(option: int, *arguments: int) -> None:
    words = [ctypes.c_ulong(word) for word in (*arguments, 0, 0, 0, 0)[:4]]
    if _libc().prctl(option, *words) != 0:
        raise OSError(ctypes.get_errno(), f"prctl {option}")


def main() -> None:
    parent_id, signal_number, user_id = map(int, sys.argv[1:4])
    program = sys.argv[4:]
    os.umask(0o077)
    try:
        if user_id >= 0:
            become_user(user_id)
        die_with(parent_id, signal_number)  # after the change of user, which would clear it
        os.execv(program[0], program)  # noqa: S606 (the point of this script)
    except OSError as error:
        sys.exit(f"{program[0]} cannot be started: {error}")


if __name__ == "__main__":
    main()
