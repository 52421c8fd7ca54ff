"""The peak resident set of this process."""

import resource
import sys


def peak_mb():
    """MB of 2**20 bytes; macOS counts in bytes, Linux in kB."""
    units = 2**20 if sys.platform == "darwin" else 2**10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / units
