# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Run-time compilers for devices: NVRTC for space "cuda", hipRTC for "hip".

They are libraries, opened when a kernel must be compiled. What they make is code for one
architecture, which the device's driver loads; no device is needed to make it.
"""
import os

from . import _config, _granum, toolchain

# Where each vendor's library is looked for, after the variable that names it: its names, folders, folders of
# Python packages. Last is where the system's loader looks.
_PLACES = {
    "cuda": ("GRANUM_NVRTC", ("libnvrtc.so", "libnvrtc.so.13", "libnvrtc.so.12"),
             ("$CUDA_HOME/lib64", "$CUDA_PATH/lib64", "/usr/local/cuda/lib64"),
             ("nvidia/cu13/lib", "nvidia/cuda_nvrtc/lib")),
    "hip": ("GRANUM_HIPRTC", ("libhiprtc.so", "libhiprtc.so.7", "libhiprtc.so.6", "libamdhip64.so", "libamdhip64.so.7",
                              "libamdhip64.so.6", "libamdhip64.so.5"),
            ("$ROCM_PATH/lib", "/opt/rocm/lib"), ()),
}
_WHAT = {"cuda": "NVRTC (part of the CUDA toolkit; pip install nvidia-cuda-nvrtc)",
         "hip": "hipRTC (part of ROCm; Debian: libamdhip64-dev)"}
_VENDOR = {"cuda": "nvrtc", "hip": "hiprtc"}
_found = {}


class Library:
    """An open run-time compiler: its file and version."""

    def __init__(self, space, path):
        import ctypes
        self.space = space
        self.library = ctypes.CDLL(path)
        major, minor = ctypes.c_int(), ctypes.c_int()
        self.call("Version", ctypes.byref(major), ctypes.byref(minor))
        self.version = (major.value, minor.value)
        self.path = _file_of(getattr(self.library, _VENDOR[space] + "Version")) or path
        self.name = f"{self.path} {major.value}.{minor.value}"

    def call(self, name, *arguments):
        """Call a function; its failure is an error of the compiler's own."""
        import ctypes
        answer = getattr(self.library, _VENDOR[self.space] + name)(*arguments)
        if answer and name != "CompileProgram":
            text = getattr(self.library, _VENDOR[self.space] + "GetErrorString")
            text.restype = ctypes.c_char_p
            raise _error(f"{_VENDOR[self.space]}{name} answered {text(answer).decode()}")
        return answer

    def _bytes(self, program, what):
        import ctypes
        size = ctypes.c_size_t()
        self.call(f"Get{what}Size", program, ctypes.byref(size))
        data = ctypes.create_string_buffer(max(size.value, 1))
        self.call(f"Get{what}", program, data)
        return data.raw[:size.value]

    def target(self, architecture):
        """What to compile for: the architecture, or, of one that is newer than NVRTC, the newest that it
        knows, as a text that the driver translates."""
        import ctypes
        if self.space != "cuda":
            return architecture
        count = ctypes.c_int()
        self.call("GetNumSupportedArchs", ctypes.byref(count))
        known = (ctypes.c_int * count.value)()
        self.call("GetSupportedArchs", known)
        wanted = int(architecture[3:])
        return architecture if wanted <= max(known) else f"compute_{max(known)}"

    def compile(self, source, architecture, fast=False):
        """(the code for an architecture such as "sm_90" or "gfx90a", what the compiler said)."""
        import ctypes
        architecture = self.target(architecture)
        words = [word.encode() for word in flags(self.space, architecture, fast)]
        program = ctypes.c_void_p()
        self.call("CreateProgram", ctypes.byref(program), source.encode(), b"kernels.cu", 0, None, None)
        try:
            failed = self.call("CompileProgram", program, len(words), (ctypes.c_char_p * len(words))(*words))
            said = self._bytes(program, "ProgramLog").rstrip(b"\0").decode(errors="replace").strip()
            if failed:
                raise _error(f"{_VENDOR[self.space]} {self.version[0]}.{self.version[1]} answered {failed} on "
                             f"generated C++ for {architecture}:\n{said}")
            kind = "Code" if self.space != "cuda" else "PTX" if architecture.startswith("compute_") else "CUBIN"
            return self._bytes(program, kind), said
        finally:
            self.call("DestroyProgram", ctypes.byref(program))


def flags(space, architecture, fast=False):
    """The words that decide what a run-time compiler makes of a file."""
    words = ["-DGR_IMPL_RTC=1", f"-DGR_IMPL_BACKEND_HEADER=<granum/backends/{space}.h>",
             f"-DGR_IMPL_FILE_VENDOR={_config.VENDORS.index(space)}",
             *(f"-I{include}" for include in _config.INCLUDES)]
    if space == "cuda":
        # Names of arguments that only the entry on the host uses (177), or that are only set (550);
        # integers that wrap (61).
        return [f"--gpu-architecture={architecture}", "--std=c++20", "--device-as-default-execution-space",
                "--device-int128", f"--fmad={'true' if fast else 'false'}", "--diag-suppress=61,177,550", *words]
    return [f"--offload-arch={architecture}", "-std=c++20", "-O3", "-fwrapv", "-Wall", "-Wno-unused",
            "-Wno-bitwise-conditional-parentheses",
            f"-ffp-contract={'fast' if fast else 'off'}", *words]


def _file_of(function):
    """The file that a function was loaded from, by whatever name it was asked for."""
    import ctypes

    class Info(ctypes.Structure):
        _fields_ = [("file", ctypes.c_char_p), ("base", ctypes.c_void_p), ("name", ctypes.c_char_p), ("at", ctypes.c_void_p)]
    info = Info()
    found = ctypes.CDLL(None).dladdr(function, ctypes.byref(info))
    return os.fsdecode(info.file) if found and info.file else None


def library(space):
    """The run-time compiler of a space, or None where there is none."""
    wanted = os.environ.get(_PLACES[space][0], "")
    key = space, wanted
    if key not in _found:
        _found[key] = _open(space, wanted)
    return _found[key]


def _files(space, wanted):
    """Paths that may be the library, those first that are tried first."""
    import sys
    _, names, folders, packages = _PLACES[space]
    if wanted:
        return [wanted]
    folders = [folder for folder in map(os.path.expandvars, folders) if "$" not in folder] + [
        os.path.join(folder, package) for folder in sys.path for package in packages]
    return [path for folder in folders for name in names if os.path.exists(path := os.path.join(folder, name))]


def _open(space, wanted):
    for path in [*_files(space, wanted), *(() if wanted else _PLACES[space][1])]:
        try:
            return Library(space, path)
        except (OSError, AttributeError):
            continue
    return None


def identity(space):
    """What identifies the run-time compiler of a space; None where there is none.

    A file that is found without the loader's help is not opened: so kernels that are in the cache cost no
    compiler.
    """
    wanted = os.environ.get(_PLACES[space][0], "")
    path = next(iter(_files(space, wanted)), None) if (space, wanted) not in _found else None
    if path is None or not os.path.isfile(path):
        found = library(space)
        path = found.path if found else None
    if path is None:
        return None
    real = os.path.realpath(path)
    return f"{real} {toolchain.stamp(os.stat(real))}"


def architecture(space):
    """The architecture of the device that launches in a space go to; raises granum.Error, which says why there
    is none."""
    if space not in _architectures:
        _architectures[space] = _granum._device_architecture(_config.VENDORS.index(space))
    return _architectures[space]


_architectures = {}


def fingerprint(space):
    """What decides a kernel's code besides the compilers."""
    target = architecture(space)
    return [target, *flags(space, target)]


def missing(space):
    """What to say where a space has no run-time compiler."""
    variable = _PLACES[space][0]
    wanted = os.environ.get(variable)
    if wanted:
        return f"{variable} = {wanted!r}, expected the path of {_WHAT[space]}"
    return f"no run-time compiler for space {space!r} found, expected {_WHAT[space]}, or its path in {variable}"


def compile(source, space, architecture, fast=False):
    """The code of a generated file for an architecture; raises KernelCompileError."""
    found = library(space)
    if found is None:
        raise _error(missing(space))
    return found.compile(source, architecture, fast)[0]


def _error(message):
    from .compiler.errors import KernelCompileError

    return KernelCompileError(message)
