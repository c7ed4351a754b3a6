# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiled kernels on disk, by what decided their code.

One file an entry: the shared object, then what the compiler front end noted about it, then a
trailer with the digest of both. The loader of the system ignores what stands behind an ELF file, and
an entry that was truncated or altered does not match its digest: it is rebuilt.

    folder/v1/ab/<key>.so       entries
    folder/v1/lock/<2 digits>   locks: a compilation holds the one that its key begins with
    folder/v1/<space>.tools     what compiled the entries of a space, for machines that have no compiler
"""
import os

from . import toolchain

try:
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b

_FORMAT = "v1"
_MAGIC = b"granum-kernel-1\n"
_TRAILER = len(_MAGIC) + 8 + 32
_MAKERS = 8
DEFAULT_SIZE = 256 << 20
_private = None  # a folder of this process, where the cache cannot be written to
_fingerprints = {}


class CacheError(RuntimeError):
    """The cache's folder is not one that compiled code may be loaded from, or has no room for it."""


class Entry:
    """A compiled kernel: the path of its shared object, and the bytes stored with it."""

    __slots__ = ("path", "meta")

    def __init__(self, path, meta):
        self.path = path
        self.meta = meta

    def __repr__(self):
        return f"Entry({self.path!r}, {len(self.meta)} bytes)"


def folder():
    """The cache's folder: $GRANUM_CACHE_DIR, or granum in $XDG_CACHE_HOME, or ~/.cache/granum."""
    chosen = os.environ.get("GRANUM_CACHE_DIR")
    if chosen:
        return os.path.abspath(chosen)
    base = os.environ.get("XDG_CACHE_HOME")
    if not base or not os.path.isabs(base):
        base = os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(base, "granum")


def size_limit():
    """Most bytes that the cache may hold, $GRANUM_CACHE_SIZE (bytes, or with a suffix K, M, G)."""
    text = os.environ.get("GRANUM_CACHE_SIZE")
    if not text:
        return DEFAULT_SIZE
    shift = {"K": 10, "M": 20, "G": 30}.get(text[-1].upper(), 0)
    try:
        size = int(text[:-1] if shift else text) << shift
    except ValueError:
        size = -1
    if size < 0:
        raise ValueError(f"GRANUM_CACHE_SIZE = {text!r}, expected bytes, or a number with K, M or G")
    return size


def key(parts, space="host", made_by=None):
    """The key of a kernel from all that decides its code, strings or bytes; the toolchain of the space
    is added, or the tools that it was made_by."""
    digest = blake2b(digest_size=20)
    for part in (*(toolchain.fingerprint(space, made_by) if made_by else _toolchain_parts(space)), *parts):
        data = part.encode() if isinstance(part, str) else bytes(part)
        digest.update(b"%d:" % len(data))
        digest.update(data)
    return digest.hexdigest()


def _toolchain_parts(space):
    found = toolchain.compiler(space), space
    if found not in _fingerprints:
        _fingerprints[found] = toolchain.fingerprint(space)
    return _fingerprints[found]


def find(parts, space="host"):
    """(the key of a kernel, its entry or None). Where a compiler is missing, an entry of any that the
    cache was filled by will do."""
    parts = tuple(parts)
    wanted = key(parts, space)
    entry = lookup(wanted)
    if entry is None and None in toolchain.tools(space):
        for made_by in _makers(space):
            # What is here decides; only what is missing is taken from the cache's word.
            if all(here in (None, there) for here, there in zip(toolchain.tools(space), made_by)):
                other = key(parts, space, made_by)
                entry = lookup(other)
                if entry:
                    return other, entry
    return wanted, entry


def _makers_path(space):
    return os.path.join(folder(), _FORMAT, f"{space}.tools")


def _makers(space):
    """The tools that made the entries of a space, as toolchain.tools() names them, the newest first."""
    path = _makers_path(space)
    entry = _read(path) if _check_folders(path) else None
    if entry is None:
        return []
    return [tuple(maker.split("\0")) for maker in entry.meta.decode().split("\1")]


def _note_makers(space):
    """Keep the tools of an entry that was stored. Of two processes that do so at once with different
    tools one may be forgotten, until it stores again."""
    made_by = toolchain.tools(space)
    known = _makers(space)
    if known[:1] != [made_by] and None not in made_by:
        makers = [made_by, *(other for other in known if other != made_by)][:_MAKERS]
        try:
            _store(_makers_path(space), None, "\1".join(map("\0".join, makers)).encode())
        except OSError:
            pass  # full: the entry serves all the same where there is a compiler


def _path(key):
    return os.path.join(folder(), _FORMAT, key[:2], f"{key}.so")


def _refuse(path, what):
    raise CacheError(f"{path} {what}: compiled kernels are not loaded from there; "
                     f"remove it, or name another folder in GRANUM_CACHE_DIR")


def _check_owner(path, status):
    """Refuse what another user could have written."""
    import stat

    if stat.S_ISLNK(status.st_mode):
        _refuse(path, "is a symbolic link, expected a folder or file of its own")
    if status.st_uid not in (os.geteuid(), 0):
        _refuse(path, f"belongs to user {status.st_uid}, expected {os.geteuid()}")
    if status.st_mode & 0o022:
        _refuse(path, f"has mode {stat.S_IMODE(status.st_mode):o}, expected one that others cannot write to (700)")


def _check_folders(path):
    """Whether the folders of an entry are there; refuses those of others."""
    top = folder()
    # The folder that was chosen may be reached by a link of the user's own; what is inside may not.
    real = os.path.realpath(top)
    for part in (real, os.path.join(real, _FORMAT), os.path.dirname(os.path.join(real, os.path.relpath(path, top)))):
        try:
            _check_owner(part, os.lstat(part))
        except (FileNotFoundError, NotADirectoryError):
            return False
    return True


def _digest(data):
    return blake2b(data, digest_size=32).digest()


def _read(path):
    """The entry in a file, or None if it is not there or not whole."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as error:
        import errno

        if error.errno == errno.ELOOP:
            _refuse(path, "is a symbolic link, expected a file of its own")
        return None
    with open(handle, "rb") as file:
        _check_owner(path, os.fstat(handle))
        data = file.read()
    if len(data) < _TRAILER or data[-_TRAILER:-_TRAILER + len(_MAGIC)] != _MAGIC:
        return None
    meta_size = int.from_bytes(data[-40:-32], "little")
    if data[-32:] != _digest(data[:-32]) or meta_size > len(data) - _TRAILER:
        return None
    return Entry(path, data[len(data) - _TRAILER - meta_size:-_TRAILER])


def lookup(key):
    """The entry of a key, or None. An entry that is not whole counts as none."""
    if _private:
        entry = _read(os.path.join(_private, f"{key}.so"))
        if entry:
            return entry
    path = _path(key)
    return _read(path) if _check_folders(path) else None


def build(key, make, flags=(), space="host"):
    """The entry of a key; if there is none, make() -> (C source, bytes to keep) is compiled for a space.

    The flags come behind the toolchain's; they belong among the parts of the key.

    Of many processes that ask at once one compiles and the others wait for it.
    """
    path = _path(key)
    lock = _lock(key)
    try:
        # While this process waited, another may have built it.
        entry = lookup(key)
        if entry:
            return entry
        c_source, meta = make()
        if lock is not None:
            try:
                entry = _store(path, c_source, meta, flags, space)
                _note_makers(space)
                _trim(keep=path)
                return entry
            except OSError as error:
                _warn(error.strerror)  # full, or read-only after all
            except Exception:
                if not _is_full():
                    raise
                _warn("No space left on device")
        return _store_privately(key, c_source, meta, flags, space)
    finally:
        if lock is not None:
            os.close(lock)


def _store_privately(key, *what):
    try:
        return _store(os.path.join(_private_folder(), f"{key}.so"), *what)
    except OSError as error:
        raise CacheError(f"a compiled kernel can be written neither to {folder()} nor to {_private or 'a temporary folder'} "
                         f"({error.strerror}), expected room for it: name others in GRANUM_CACHE_DIR and TMPDIR") from error


def _warn(why):
    import sys
    import warnings

    # Said of the caller's line, once for each as Python does it.
    level, frame = 2, sys._getframe(1)
    while frame.f_back and os.path.dirname(frame.f_code.co_filename) == os.path.dirname(__file__):
        level, frame = level + 1, frame.f_back
    warnings.warn(f"compiled kernels cannot be kept in {folder()} ({why}): they live as long as this process",
                  RuntimeWarning, stacklevel=level)


def _is_full():
    """Whether the compiler may have failed for want of space."""
    try:
        status = os.statvfs(folder())
    except OSError:
        return True
    return status.f_bavail * status.f_frsize < 1 << 20


def recall(key):
    """The bytes that remember() kept for a key, or None."""
    path = _path(key)[:-3] + ".note"
    entry = _read(path) if _check_folders(path) else None
    return entry.meta if entry else None


def remember(key, data):
    """Keep a few bytes for a key, where the cache can be written to."""
    path = _path(key)[:-3] + ".note"
    lock = _lock(key)
    if lock is None:
        return
    try:
        _store(path, None, data)
    except OSError:
        pass
    finally:
        os.close(lock)


def _lock(key):
    """Take the lock that a key's compilation holds; None where the cache cannot be written to."""
    import fcntl

    path = _path(key)
    place = os.path.join(folder(), _FORMAT, "lock")
    try:
        os.makedirs(folder(), mode=0o700, exist_ok=True)
        os.makedirs(place, mode=0o700, exist_ok=True)
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        _check_folders(path)
        _check_owner(place, os.lstat(place))
        lock = os.open(os.path.join(place, key[:2]), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
    except OSError:
        os.close(lock)  # a file system without locks: two processes may compile the same
        return None
    return lock


def _store(path, c_source, meta, flags=(), space="host"):
    """Compile into a file beside `path`, seal it, and give it its name; without source, the bytes alone."""
    temporary = f"{path}.{os.getpid()}.{os.urandom(4).hex()}.tmp"
    try:
        if c_source is None:
            os.close(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        else:
            toolchain.compile(c_source, temporary, extra_flags=flags, space=space)
        with open(temporary, "r+b") as file:
            data = file.read()
            sealed = data + meta + _MAGIC + len(meta).to_bytes(8, "little")
            file.write(sealed[len(data):] + _digest(sealed))
            file.flush()
            os.fchmod(file.fileno(), 0o700)
        os.rename(temporary, path)
    except BaseException:
        try:
            os.unlink(temporary)
        except OSError:
            pass
        raise
    return Entry(path, bytes(meta))


def _private_folder():
    """A folder that only this process uses, removed when it ends."""
    global _private
    if _private is None or _private_owner != os.getpid():
        _make_private()
    return _private


_private_owner = None


def _make_private():
    global _private, _private_owner
    import atexit
    import shutil
    import tempfile

    _private = tempfile.mkdtemp(prefix="granum-")
    _private_owner = owner = os.getpid()
    made = _private

    def remove():
        # A child of a fork runs this too, and must leave the parent's folder alone.
        if os.getpid() == owner:
            shutil.rmtree(made, ignore_errors=True)

    atexit.register(remove)


def entries():
    """All entries: (path, bytes, time of last use) of each, the least recently used first."""
    top = os.path.join(folder(), _FORMAT)
    found = []
    try:
        inside = list(os.scandir(top))
    except OSError:
        return found
    for part in inside:
        if len(part.name) != 2 or not part.is_dir(follow_symlinks=False):
            continue
        for file in os.scandir(part.path):
            if not file.name.endswith((".so", ".note")):
                continue
            try:
                status = file.stat(follow_symlinks=False)
            except OSError:
                continue
            found.append((file.path, status.st_size, max(status.st_atime, status.st_mtime)))
    return sorted(found, key=lambda entry: entry[2])


def _trim(keep=None):
    """Remove what was used longest ago until the cache is no larger than it may be."""
    limit = size_limit()
    found = entries()
    total = sum(size for _, size, _ in found)
    for path, size, _ in found:
        if total <= limit:
            break
        if path != keep:
            try:
                os.unlink(path)
            except OSError:
                continue
            total -= size
    _sweep()


def _sweep(older_than=3600):
    """Remove what compilations left behind that were killed."""
    import time

    top = os.path.join(folder(), _FORMAT)
    for root, _, files in os.walk(top):
        for name in files:
            path = os.path.join(root, name)
            try:
                if name.endswith(".tmp") and time.time() - os.lstat(path).st_mtime > older_than:
                    os.unlink(path)
            except OSError:
                pass


def clear():
    """Remove every entry; how many there were. Programs that run keep what they have loaded."""
    removed = 0
    for path, _, _ in entries():
        try:
            os.unlink(path)
            removed += 1
        except OSError:
            pass
    for space in ("host", *toolchain.DEVICES):
        try:
            os.unlink(_makers_path(space))
        except OSError:
            pass
    _sweep(older_than=0)
    return removed
