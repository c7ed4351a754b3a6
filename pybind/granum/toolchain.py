# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The machine's C compiler: where it is, with which flags, and what identifies it; C++ for devices.

Nothing here starts a process until something must be compiled: a compiler is known by the file that
it is (path, size, time of change), so a program whose kernels are in the cache never runs it.
"""
import os

from . import _config, _granum

ABI = "granum-py-1"
_NAMES = ("gcc", "clang", "cc", "gcc-14", "gcc-13", "gcc-12", "clang-18", "clang-16", "clang-15")
_CXX_NAMES = ("g++", "clang++", "c++", "g++-14", "g++-13", "g++-12", "clang++-18", "clang++-16", "clang++-15")
_found = {}

# Spaces of devices, whose kernels are a file of their own; those of them that have a run-time compiler (rtc.py).
DEVICES = ("sim", "cuda", "hip")
RUN_TIME = ("cuda", "hip")

# Of a long kernel's compilation a third is the register allocator's regions, which bring its loops nothing.
# The last scheduling puts copies into chains of operations that wait for each other (gcc 12, x86: 9 % of a
# Mandelbrot set), and processors that run out of order need none.
_GCC_FLAGS = ("-fira-region=one", *(("-fno-schedule-insns2",) if os.uname().machine == "x86_64" else ()))


class Compiler:
    """A compiler: path, whether it is clang, what identifies it, the flags for kernels of a space."""

    __slots__ = ("path", "is_clang", "identity", "flags", "c_flags")

    def __init__(self, path, space="host"):
        real = os.path.realpath(path)
        status = os.stat(real)
        self.path = path
        self.is_clang = "clang" in os.path.basename(real)
        self.identity = f"{real} {stamp(status)}"
        self.c_flags = ("-std=gnu11",)
        language = self.c_flags
        if space not in ("host", *RUN_TIME):
            language = ("-std=gnu++17", f"-DGR_IMPL_BACKEND_HEADER=<granum/backends/{space}.h>",
                        f"-DGR_IMPL_FILE_VENDOR={_config.VENDORS.index(space)}")
        rest = ("-O3", "-march=native", "-fPIC", "-fvisibility=hidden", "-fwrapv",
                *_config.FLAGS, *(_config.CLANG_FLAGS if self.is_clang else _GCC_FLAGS))
        self.flags, self.c_flags = (*language, *rest), (*self.c_flags, *rest)

    def __repr__(self):
        return f"Compiler({self.path!r})"


def compiler(space="host"):
    """The compiler that kernels of a space are compiled with, or None where there is none.

    The first of: $GRANUM_CC ($GRANUM_CXX for the simulated device), the one that built granum, and what
    PATH has under the usual names.
    """
    space = "host" if space in RUN_TIME else space
    wanted = os.environ.get("GRANUM_CC" if space == "host" else "GRANUM_CXX", "")
    key = wanted, os.environ.get("PATH", ""), space
    if key not in _found:
        _found[key] = _find(wanted, space)
    return _found[key]


def _find(wanted, space):
    usual = (_config.COMPILER, *_NAMES) if space == "host" else (_config.CXX_COMPILER, *_CXX_NAMES)
    for name in (wanted,) if wanted else usual:
        path = _which(name) if name else None
        if path:
            return Compiler(path, space)
    return None


def check_space(space):
    """Refuse a space that this build of granum does not run kernels in."""
    known = ("host", "python", *(name for name in DEVICES if name in _config.BACKENDS))
    if space in known:
        return
    how = f": build granum with -DGRANUM_BACKENDS=\"openmp;{space}\"" if space in DEVICES else ""
    raise ValueError(f"space = {space!r}, expected one of {', '.join(known)}{how}")


def check_device(space):
    """Raise granum.Error, which says why, where a launch in a space would find no device."""
    if space in RUN_TIME:
        from . import rtc
        rtc.architecture(space)


def _which(name):
    # shutil.which does the same, for an import that costs more than all of this.
    for folder in ("",) if "/" in name else os.environ.get("PATH", os.defpath).split(":"):
        path = os.path.join(folder, name)
        if os.path.isfile(path) and os.access(path, os.X_OK):
            return path
    return None


def no_compiler_message(space="host"):
    """What to say where a kernel must be compiled and nothing can do it."""
    if space not in ("host", *RUN_TIME):
        wanted = os.environ.get("GRANUM_CXX")
        if wanted:
            return f"GRANUM_CXX = {wanted!r}, expected the name or path of a C++ compiler"
        return (f"no C++ compiler found, expected g++ or clang++ for kernels in space {space!r}: install one "
                "(Debian, Ubuntu: apt install g++; Fedora: dnf install gcc-c++; conda: conda install "
                "cxx-compiler) or name it in GRANUM_CXX")
    wanted = os.environ.get("GRANUM_CC")
    if wanted:
        return f"GRANUM_CC = {wanted!r}, expected the name or path of a C compiler"
    return ("no C compiler found, expected gcc or clang: install one (Debian, Ubuntu: apt install gcc libc6-dev; "
            "Fedora: dnf install gcc; conda: conda install c-compiler) or name it in GRANUM_CC; "
            "kernels that are in the cache run without")


def stamp(status):
    """Size and time of a file, in words. Images of containers keep whole seconds of a time."""
    return f"{status.st_size} {int(status.st_mtime)}"


def tools(space="host"):
    """What identifies the tools that make a space's kernels, a text for each; None for one that is missing."""
    found = compiler(space)
    made_by = "\n".join((found.identity, *found.flags)) if found else None
    if space not in RUN_TIME:
        return (made_by,)
    from . import rtc
    return made_by, rtc.identity(space)


def fingerprint(space="host", made_by=None):
    """Everything outside of a kernel that decides what its compilation gives, as a list of strings: with
    the tools that are here, or with others that tools() named on a machine that has them."""
    made_by = made_by or tools(space)
    # Headers and library of a build tree change without a new version.
    library = stamp(os.stat(_config.LIBRARY))
    return [ABI, _config.VERSION, _granum._processor(), os.uname().machine, str(_config.CHECKED), library,
            *(tool or "no compiler" for tool in made_by), *_run_time(space)]


def _run_time(space):
    if space not in RUN_TIME:
        return ()
    from . import rtc
    return rtc.fingerprint(space)


class Sources(tuple):
    """C, the file of the kernels that it launches on a device, and whether arithmetic may be fused there."""

    __slots__ = ()

    def __new__(cls, c, device, fast=False):
        return super().__new__(cls, (c, device, fast))


class Instrumented(str):
    """C that is compiled so that kernels say what they read and write: for debug modes race and uninit."""

    __slots__ = ()


def command(source, output, *, extra_flags=(), rpath=False, space="host"):
    """The command that compiles a C file into a shared object with kernels."""
    found = compiler(space)
    if found is None:
        raise _error(no_compiler_message(space))
    folder, _, library = _config.LIBRARY.rpartition("/")
    return [found.path, *found.c_flags, *extra_flags, *_search(), "-shared", source, "-o", output, _config.LIBRARY,
            "-lm", *((f"-Wl,-rpath,{folder}",) if rpath else ())]


def _search():
    return [*(("-DGRANUM_CHECKED=1",) if _config.CHECKED else ()), *(f"-I{include}" for include in _config.INCLUDES)]


def compile(source, output, *, extra_flags=(), rpath=False, keep_source=None, space="host"):
    """Compile C source with kernels, or the Sources of a device, into the shared object `output`.

    The source is compiled from standard input, so that nothing is left behind when the process is
    killed. Raises KernelCompileError with the compiler's own words.
    """
    if isinstance(source, Sources):
        _compile_both(source, output, extra_flags, rpath, space)
        return
    if isinstance(source, Instrumented):
        _compile_instrumented(source, output, extra_flags)
        return
    language = ("-x", "c") if not keep_source else ()
    words = command(keep_source or "-", output, extra_flags=(*extra_flags, *language), rpath=rpath, space=space)
    if not keep_source:
        # Behind the source, so that the library is no C file.
        words[words.index("-") + 1:words.index("-") + 1] = ["-x", "none"]
    _run(words, None if keep_source else source)


# Optimisation would remove accesses before they are seen.
_INSTRUMENT = ("-fsanitize=thread", "-O0", "-w", "-DGR_IMPL_LOGGED")


def _compile_instrumented(source, output, extra_flags):
    found = compiler()
    if found is None:
        raise _error(no_compiler_message())
    kernels = output + ".kernels.tmp"
    try:
        # Apart from the link, which would take the compiler's own runtime.
        compiled = [found.path, *found.c_flags, *extra_flags, *_INSTRUMENT, *_search(), "-x", "c", "-c", "-", "-o", kernels]
        try:
            _run(compiled, source)
        except Exception as error:
            _check_instruments(found, error)
            raise
        _run([found.path, *_config.FLAGS, "-shared", kernels, _config.RACE, "-o", output, _config.LIBRARY, "-lm"], None)
    finally:
        if os.path.exists(kernels):
            os.unlink(kernels)


def _check_instruments(found, error):
    """Say so where a compiler cannot instrument any code."""
    try:
        _run([found.path, *_INSTRUMENT, "-x", "c", "-c", "-", "-o", "/dev/null"], "int granum;")
    except Exception as refusal:
        raise _error(f"GRANUM_DEBUG has race or uninit, expected a compiler that knows -fsanitize=thread: {refusal}") from error


def _compile_both(sources, output, extra_flags, rpath, space):
    c, device, fast = sources
    if space in RUN_TIME:
        from . import rtc
        image = rtc.compile(device, space, rtc.architecture(space), fast)
        compile(f'#define GR_PY_IMAGE "{"".join(map(_OCTAL.__getitem__, image))}"\n{c}', output, extra_flags=extra_flags,
                rpath=rpath, space=space)
        return
    found = compiler(space)
    if found is None:
        raise _error(no_compiler_message(space))
    kernels = output + ".kernels.tmp"
    try:
        _run([found.path, *found.flags, *extra_flags, *_search(), "-x", "c++", "-c", "-", "-o", kernels], device)
        compile(c, output, extra_flags=(kernels, *extra_flags), rpath=rpath, space=space)
    finally:
        if os.path.exists(kernels):
            os.unlink(kernels)


_OCTAL = [f"\\{byte:03o}" for byte in range(256)]


def _run(words, source):
    import subprocess

    try:
        process = subprocess.run(words, input=None if source is None else source.encode(), capture_output=True, check=False)
    except RuntimeError as error:
        raise _error(f"{words[0]} cannot be started ({error}): launch the kernel in the main interpreter first, "
                     "the cache keeps it for all others") from error
    if process.returncode != 0:
        said = process.stderr.decode(errors="replace").strip()
        raise _error(f"{words[0]} answered {process.returncode} on generated C:\n{said}")


def _error(message):
    from .compiler.errors import KernelCompileError

    return KernelCompileError(message)
