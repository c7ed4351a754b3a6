# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Stand-ins for CuPy and torch, for tests: memory of the simulated device that granum did not make.

The vendor's own table is asked for it, by the names of its functions in granum/impl/device.h.
"""

from __future__ import annotations

import ctypes
import os
import pathlib
import re

import granum as gr
from granum import _config

_P = ctypes.c_void_p


class Table:
    """The functions of a vendor's library; a failure is an assertion."""

    def __init__(self, vendor):
        folder, _, name = _config.LIBRARY.rpartition("/")
        self.library = ctypes.CDLL(os.path.join(folder, f"libgranum_{vendor}.so"))
        plugin = self.library.gr_impl_device_plugin
        plugin.restype = _P
        header = next(path for include in _config.INCLUDES
                      if (path := pathlib.Path(include, "granum/impl/device.h")).exists()).read_text(encoding="utf-8")
        names = re.findall(r"\(\*(\w+)\)\(", header.split("struct gr_impl_device_table {")[1])
        # version, name, tool_type and four names of spaces stand before the functions
        self.place = {name: 7 + k for k, name in enumerate(names)}
        self.words = (ctypes.c_void_p * 64).from_address(plugin())

    def call(self, name, *types_and_values):
        function = ctypes.CFUNCTYPE(ctypes.c_char_p, *types_and_values[::2])(self.words[self.place[name]])
        failure = function(*types_and_values[1::2])
        assert failure is None, failure


class Memory:
    """Bytes in the memory of a device, and a stream of their own."""

    def __init__(self, size, device=0, vendor="sim"):
        gr.View(1, space="device")          # which starts the vendor
        self.table, self.device, self.size = Table(vendor), device, size
        self.stream, self.address = _P(), _P()
        self.table.call("stream_create", ctypes.c_int, device, _P, ctypes.addressof(self.stream))
        self.table.call("allocate", ctypes.c_int, device, ctypes.c_int, 1, _P, self.stream.value, ctypes.c_size_t, size,
                        _P, ctypes.addressof(self.address))
        self.wait()

    def wait(self):
        self.table.call("stream_wait", ctypes.c_int, self.device, _P, self.stream.value)

    def write(self, data):
        """Copy bytes there, in the order of the stream."""
        self.table.call("copy", ctypes.c_int, self.device, _P, self.stream.value, _P, self.address.value, ctypes.c_char_p,
                        data, ctypes.c_size_t, len(data))

    def read(self):
        data = ctypes.create_string_buffer(self.size)
        self.table.call("copy", ctypes.c_int, self.device, _P, self.stream.value, _P, ctypes.addressof(data), _P,
                        self.address.value, ctypes.c_size_t, self.size)
        self.wait()
        return data.raw


class Array:
    """An array that speaks __cuda_array_interface__, as CuPy's do."""

    def __init__(self, array, device=0, **changes):
        self.memory = Memory(max(array.nbytes, 1), device)
        self.memory.write(array.tobytes("A"))
        strides = None if array.flags.c_contiguous else array.strides
        self.__cuda_array_interface__ = {
            "shape": array.shape, "typestr": array.dtype.str, "strides": strides, "version": 3,
            "data": (self.memory.address.value, False), "stream": self.memory.stream.value, **changes}
        self.like = array

    def get(self):
        import numpy as np
        made = np.empty_like(self.like)
        flat = np.frombuffer(self.memory.read(), self.like.dtype)[:self.like.size]
        made.ravel(order="K")[...] = flat
        return made if made.flags.c_contiguous else np.ndarray(made.shape, made.dtype, flat, 0, made.strides)
