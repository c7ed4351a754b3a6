# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Arrays of other libraries in the memory of devices, as arguments: __cuda_array_interface__ and DLPack.

Stand-ins speak the protocols over the simulated device's memory (foreign_memory.py).
"""

from __future__ import annotations

import ctypes
import gc
import os
import subprocess
import sys
import weakref

import granum as gr
import numpy as np
import pytest
from granum import _config

import foreign_memory

pytestmark = pytest.mark.skipif("sim" not in _config.BACKENDS, reason="built without the simulated GPU")


@gr.kernel
def axpy(i, a, x, y):
    y[i] += a * x[i]


@gr.kernel
def shift(i, j, a, b):
    b[i, j] = a[i, j] + 100 * i + j


@gr.kernel
def dot(i, acc: gr.Acc, x, y):
    acc += x[i] * y[i]


def test_arguments_of_launches():
    x, y = foreign_memory.Array(np.arange(1000.0)), foreign_memory.Array(np.ones(1000))
    gr.parallel_for(1000, axpy, 2.0, x, y, space="sim")
    assert np.array_equal(y.get(), 1 + 2 * np.arange(1000.0))
    assert gr.parallel_reduce(1000, dot, x, x, space="sim") == gr.parallel_reduce(
        1000, dot, np.arange(1000.0), np.arange(1000.0))
    own = gr.View(1000, space="device")
    gr.parallel_for(1000, axpy, 1.0, y, own, space="sim")
    assert np.array_equal(own.copy(space="host").numpy(), y.get())


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", ["<i2", "<f4", "<c16", "|b1", "|u1"])
def test_views_of_them(order, dtype):
    a = np.asarray(np.arange(12).reshape(3, 4) % 5, dtype, order)
    there = foreign_memory.Array(a)
    assert (there.__cuda_array_interface__["strides"] is None) == (order == "C")
    view = gr.View.wrap(there)
    assert (view.space, view.shape, view.layout) == ("device", (3, 4), "right" if order == "C" else "left")
    assert view.base is there and not view.readonly and view[1, 2] == a[1, 2] and view[-1][-1] == a[-1, -1]
    assert np.array_equal(view.copy(space="host").numpy(), a) and np.array_equal(view.T.copy(space="host").numpy(), a.T)
    part = view[1:, ::2]
    assert part.space == "device" and np.array_equal(part.copy(space="host").numpy(), a[1:, ::2])
    with pytest.raises(ValueError, match="lies in device memory"):
        part.numpy()


def test_parts_of_them_in_launches():
    a = np.asarray(np.arange(12.0).reshape(3, 4), order="F")
    x, y = foreign_memory.Array(a), foreign_memory.Array(np.zeros((3, 4)))
    gr.parallel_for((3, 2), shift, gr.View.wrap(x)[:, ::2], gr.View.wrap(y)[:, 1::2], space="sim")
    expected = np.zeros((3, 4))
    expected[:, 1::2] = a[:, ::2] + np.array([[100 * i + j for j in range(2)] for i in range(3)])
    assert np.array_equal(y.get(), expected)
    with pytest.raises(TypeError, match="axpy: argument 'x' is a View in device memory, expected one that the host"):
        gr.parallel_for(3, axpy, 1.0, gr.View.wrap(x)[:, 0], np.zeros(3))
    with pytest.raises(TypeError, match="shift: argument 'a' is a View in device memory, expected one that the host"):
        gr.parallel_for((3, 4), shift, x, np.zeros((3, 4)))


def test_empty_and_read_only_arrays():
    empty = foreign_memory.Array(np.zeros((0, 4)), data=(0, False))
    assert gr.View.wrap(empty).size == 0
    gr.parallel_for((0, 4), shift, empty, empty, space="sim")
    kept = foreign_memory.Array(np.ones(4))
    kept.__cuda_array_interface__["data"] = (kept.memory.address.value, True)
    out = foreign_memory.Array(np.zeros(4))
    gr.parallel_for(4, axpy, 1.0, kept, out, space="sim")
    assert gr.View.wrap(kept).readonly and np.array_equal(out.get(), np.ones(4))
    with pytest.raises((TypeError, ValueError), match="axpy: argument 'y' .*read-only"):
        gr.parallel_for(4, axpy, 1.0, out, kept, space="sim")


@pytest.mark.parametrize(("changes", "message"), [
    ({"mask": object()}, "'x' has a mask, which kernels do not see, expected a plain array"),
    ({"typestr": ">f8"}, "'x' has the type string '>f8', expected a number's in this machine's byte order"),
    ({"shape": [4]}, "'x' has a __cuda_array_interface__ that cannot be read, expected tuples shape, data and strides"),
    ({"strides": (12,)}, "'x' has a stride of 12 bytes in dimension 0, expected a multiple of its items' 8"),
    ({"stream": 0}, "'x' has stream 0, which may mean two streams, expected None, 1, 2 or a stream's address"),
    ({"stream": "s"}, "'x' has the stream 's', expected None, 1, 2 or a stream's address"),
    ({"data": (1 << 44, False)}, "'x' is a Array in a GPU's memory at 0x100000000000, expected memory of a device that"),
])
def test_what_is_refused(changes, message):
    x, y = foreign_memory.Array(np.ones(4), **changes), foreign_memory.Array(np.zeros(4))
    with pytest.raises((TypeError, ValueError)) as refused:
        gr.parallel_for(4, axpy, 1.0, x, y, space="sim")
    assert message in str(refused.value)
    assert y.get().sum() == 0


def test_an_interface_that_is_no_dict():
    class Odd:
        __cuda_array_interface__ = 3

    with pytest.raises(TypeError, match="the array has a __cuda_array_interface__ that is no dict"):
        gr.View.wrap(Odd())


@pytest.mark.parametrize("stream", [None, 1, 2])
def test_default_streams(stream):
    x = foreign_memory.Array(np.ones(4), stream=stream)
    x.memory.wait()
    assert gr.View.wrap(x).copy(space="host").numpy().sum() == 4


def test_memory_lives_as_long_as_its_views():
    x = foreign_memory.Array(np.ones(4))
    gone = weakref.ref(x)
    part = gr.View.wrap(x)[1:][1:]
    del x
    gc.collect()
    assert gone() is not None and part.copy(space="host").numpy().sum() == 2
    del part
    gc.collect()
    assert gone() is None


class Tensor:
    """A tensor of the simulated device in DLPack, as torch has them: of an array that NumPy exports."""

    class Struct(ctypes.Structure):
        _fields_ = [("data", ctypes.c_void_p), ("type", ctypes.c_int32), ("id", ctypes.c_int32)]

    def __init__(self, array, kind=12):
        self.memory = foreign_memory.Memory(array.nbytes)
        self.memory.write(array.tobytes())
        self.memory.wait()
        self.array, self.kind, self.asked = array, kind, []

    def __dlpack_device__(self):
        return self.kind, 0

    def __dlpack__(self, **options):
        self.asked.append(options)
        capsule = self.array.__dlpack__()
        pointer = ctypes.pythonapi.PyCapsule_GetPointer
        pointer.restype, pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
        tensor = self.Struct.from_address(pointer(capsule, b"dltensor"))
        tensor.data, tensor.type = self.memory.address.value, self.kind
        return capsule


def test_tensors_by_dlpack():
    x, y = Tensor(np.arange(50.0)), gr.View(50, space="device")
    gr.parallel_for(50, axpy, 3.0, x, y, space="sim")
    assert np.array_equal(y.copy(space="host").numpy(), 3 * np.arange(50.0))
    assert x.asked == [{"max_version": (1, 0)}]
    assert gr.View.wrap(x).space == "device"


@pytest.mark.parametrize(("kind", "stream"), [(2, 1), (10, 0)])
def test_a_vendors_tensors_are_asked_for_in_its_default_stream(kind, stream):
    x = Tensor(np.arange(50.0), kind)
    with pytest.raises(TypeError, match="'x' is a Tensor in a GPU's memory at 0x.*, expected memory of a device"):
        gr.parallel_for(50, axpy, 3.0, x, gr.View(50, space="device"), space="sim")
    assert x.asked == [{"stream": stream, "max_version": (1, 0)}]
    with pytest.raises(TypeError, match=r"lies on a device of DLPack type 4, expected .* CUDA \(2\) or of ROCm \(10\)"):
        gr.View.wrap(Tensor(np.arange(50.0), 4))


def test_what_simulated_views_offer():
    view = gr.View(3, space="device")
    with pytest.raises(AttributeError, match="device memory that is simulated, which no other library reaches"):
        _ = view.__cuda_array_interface__
    with pytest.raises(AttributeError, match="lies in the host's memory: use __array_interface__"):
        _ = gr.View(3).__cuda_array_interface__
    with pytest.raises(BufferError, match=r"dl_device = \(2, 0\), expected \(12, 0\) or \(1, 0\), where the View lies"):
        view.__dlpack__(dl_device=(2, 0))
    if np.lib.NumpyVersion(np.__version__) >= "2.1.0":      # older ones do not ask for a device
        assert np.array_equal(np.from_dlpack(view, device="cpu"), np.zeros(3))


OTHER_DEVICE = """
import granum as gr, numpy as np, foreign_memory, test_device_arrays as here
x, y = foreign_memory.Array(np.ones(4), device=1), foreign_memory.Array(np.ones(4))
assert gr.View.wrap(x).copy(space="host").numpy().sum() == 4
for args in ((x, y), (y, x)):
    try:
        gr.parallel_for(4, here.axpy, 1.0, *args, space="sim")
        raise SystemExit("launched")
    except TypeError as error:
        print(error)
gr.parallel_for(4, here.axpy, 1.0, gr.View.wrap(x).copy(space="host").copy(space="device"), y, space="sim")
print(y.get().sum())
"""

FIRST_DEVICE = """
import granum as gr, numpy as np, foreign_memory, test_device_arrays as here
x, y = gr.View(4, space="device"), foreign_memory.Array(np.ones(4), device=1)
for _ in range(3):
    gr.parallel_for(4, here.axpy, 1.0, y, x, space="sim")
print(x.copy(space="host").numpy().sum())
try:
    gr.parallel_for(4, here.axpy, 1.0, foreign_memory.Array(np.ones(4)), x, space="sim")
except TypeError as error:
    print(error)
"""

LATE = """
import granum as gr, numpy as np, foreign_memory
for n in range(50):
    x = foreign_memory.Array(np.full(1000, float(n)))
    assert (gr.View.wrap(x).copy(space="host").numpy() == n).all(), n
print("waited")
"""


def in_a_process(text, **settings):
    done = subprocess.run([sys.executable, "-c", text], env={**os.environ, **settings}, capture_output=True, text=True,
                          cwd=os.path.dirname(__file__), timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_arrays_on_another_device_are_refused():
    said = in_a_process(OTHER_DEVICE, GRANUM_SIM_DEVICES="2")
    for name in "xy":
        assert (f"axpy: argument '{name}' is a View on device 1 of sim, expected one on device 0 of sim, where the kernel "
                "runs: pass view.copy(space='host').copy(space='device')") in said
    assert said.endswith("8.0\n")


def test_launches_go_to_the_device_that_threads_begin_with():
    said = in_a_process(FIRST_DEVICE, GRANUM_SIM_DEVICES="2", GRANUM_DEVICE="1")
    assert said.startswith("12.0\naxpy: argument 'x' is a View on device 0 of sim, expected one on device 1 of sim")


def test_the_stream_of_an_array_is_waited_for():
    """With streams that run late, what was written in the array's own is there when it changes hands."""
    assert in_a_process(LATE, GRANUM_SIM_LATE="1", GRANUM_SIM_SEED="5") == "waited\n"
