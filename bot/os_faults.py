"""Why the machine refused a file or an address, in the reader's words."""

import errno

from models.text import Part, text

_KEYS = {
    errno.ENOENT: "os-missing",
    errno.EACCES: "os-forbidden",
    errno.EPERM: "os-forbidden",
    errno.EEXIST: "os-there",
    errno.EISDIR: "os-folder",
    errno.ENOTDIR: "os-no-folder",
    errno.ENOSPC: "os-full",
    errno.EROFS: "os-read-only",
    errno.EADDRINUSE: "os-taken",
    errno.EADDRNOTAVAIL: "os-not-ours",
}


def os_reason(error: OSError) -> Part:
    """The reason by its text; one that has none in the machine's own words."""
    key = _KEYS.get(error.errno or 0)
    return text(key) if key else (error.strerror or type(error).__name__)
