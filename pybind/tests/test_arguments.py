# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Arrays that are not plain: each is taken as it is, or refused with the argument's name and what to do."""
import array
import enum

import granum as gr
import numpy as np
import pytest


def launch(axpy, x, y, n=4):
    gr.parallel_for(n, axpy, 1.0, x, y)


def read_only(a):
    a = a.copy()
    a.flags.writeable = False
    return a


def unaligned():
    return np.zeros(41, "u1")[1:].view("f8")


def test_read_only_arrays_may_be_read(axpy):
    y = np.zeros(4)
    launch(axpy, read_only(np.ones(4)), y)
    launch(axpy, np.ones(4), y)
    assert y.sum() == 8 and len(axpy.made) == 1


@pytest.mark.parametrize("y, error, message", [
    (lambda: read_only(np.ones(4)), ValueError,
     "axpy: argument 'y' is read-only, expected a writable array: the kernel writes to it"),
    (lambda: np.lib.stride_tricks.as_strided(np.ones(1), (4,), (0,)), ValueError,
     r"axpy: argument 'y' has a stride of 0 \(it was broadcast\), expected elements of their own: .* pass a.copy\(\)"),
    (lambda: np.broadcast_to(np.ones(1), (4,)), ValueError, "axpy: argument 'y' is read-only"),
    (unaligned, ValueError, "axpy: argument 'y' is not aligned to its items of 8 bytes, expected an aligned array: pass"),
    (lambda: np.ones(4, ">f8"), TypeError,
     r"axpy: argument 'y' has dtype >f8 in the other byte order, expected this machine's: pass a.astype"),
    (lambda: np.ones(4, "f2"), TypeError, "axpy: argument 'y' has dtype float16, expected one of int8..int64"),
    (lambda: np.ones(4, "O"), TypeError, "axpy: argument 'y' has dtype object, expected one of"),
    (lambda: np.zeros(4, "M8[s]"), TypeError, r"axpy: argument 'y' has dtype datetime64\[s\], expected one of"),
    (lambda: np.ma.ones(4), TypeError, "axpy: argument 'y' is a masked array, whose mask kernels do not see"),
    (lambda: np.zeros(4, [("a", "f8"), ("b", "i4")])["a"], ValueError,
     "axpy: argument 'y' (has a stride of 12 bytes in dimension 0, expected a multiple|is not aligned)"),
    (lambda: "y", TypeError, "axpy: argument 'y' is a str, expected an array, a View or a number"),
    (lambda: b"y", TypeError, "axpy: argument 'y' is a bytes, expected an array, a View or a number"),
    (lambda: [1.0], TypeError, r"axpy: argument 'y' is a list, expected .* pass numpy.asarray\(...\)"),
    (lambda: {}, TypeError, "axpy: argument 'y' is a dict, expected a number, a View, or an array with the buffer"),
    (lambda: memoryview(b"12345678"), ValueError, "axpy: argument 'y' is read-only"),
])
def test_what_is_refused(axpy, y, error, message):
    for _ in range(2):
        with pytest.raises(error, match=message):
            launch(axpy, np.ones(4), y())
        try:
            launch(axpy, np.ones(4), np.ones(4))  # and the same with a plan that is there
        except Exception:
            raise AssertionError("plain arrays work")


def test_broadcast_arrays_may_be_read(axpy):
    y = np.zeros(4)
    launch(axpy, np.broadcast_to(np.array([3.0]), (4,)), y)
    assert (y == 3).all()


def test_empty_arrays(axpy, dot):
    launch(axpy, np.ones(0), np.zeros(0), n=0)
    assert gr.parallel_reduce(0, dot, np.ones(0), np.ones(0)) == 0.0


def test_overlapping_arguments_are_allowed(axpy):
    x = np.ones(5)
    launch(axpy, x[:4], x[:4])
    assert list(x) == [2, 2, 2, 2, 1]


def test_other_dtype_objects_of_the_same_meaning(axpy):
    import pickle

    y = np.zeros(4, np.dtype("f8").newbyteorder("="))
    y2 = np.zeros(4).view(np.dtype(np.float64, metadata={"unit": "m"}))
    launch(axpy, pickle.loads(pickle.dumps(np.ones(4))), y)
    launch(axpy, np.ones(4), y2)
    assert len(axpy.made) == 1 and y2.sum() == 4


def test_longlong_is_int64(make):
    kernel = make("words", "ao", writes=2)
    gr.parallel_for(3, kernel, np.zeros(3, np.longlong), np.zeros(3, "i8"))
    gr.parallel_for(3, kernel, np.zeros(3, np.int64), np.zeros(3, "i8"))
    assert len(kernel.made) == 1 and kernel.made[0][2][0] == ("i64", 1, "C", False)


def test_memmap_and_other_subclasses(axpy, tmp_path):
    y = np.memmap(tmp_path / "y", "f8", "w+", shape=(4,))
    launch(axpy, np.matrix([1.0, 2.0, 3.0, 4.0]).A1, y)
    assert list(y) == [1, 2, 3, 4]


def test_buffers_of_others(axpy):
    y = array.array("d", [0.0] * 4)
    launch(axpy, memoryview(np.ones(4)), y)
    launch(axpy, array.array("d", [1.0] * 4), y)
    assert list(y) == [2.0] * 4
    y.append(1.0)  # no export is left behind


def test_array_interface_of_others(axpy):
    class Holder:
        def __init__(self, array):
            self.__array_interface__ = array.__array_interface__
            self.array = array

    y = np.zeros(4)
    launch(axpy, Holder(np.ones(4)), Holder(y))
    assert y.sum() == 4
    holder = Holder(np.ones(4, ">f8"))
    with pytest.raises(TypeError, match="axpy: argument 'x' has the type string '>f8', expected a number's"):
        launch(axpy, holder, y)


def test_arrays_on_a_gpu_are_refused(axpy):
    class OnDevice:
        __cuda_array_interface__ = {"shape": (4,), "typestr": "<f8", "data": (0, False), "version": 3}

    class Tensor:
        def __dlpack__(self, **options):
            raise BufferError("lies on cuda:0")

    with pytest.raises(TypeError, match="axpy: argument 'x' is a OnDevice in a GPU's memory"):
        launch(axpy, OnDevice(), np.zeros(4))
    with pytest.raises(BufferError, match="axpy: argument 'x' lies on cuda:0"):
        launch(axpy, Tensor(), np.zeros(4))


def test_views(axpy):
    x, y = gr.View(4), gr.View((4,), np.float64, label="y")
    x.fill(3)
    launch(axpy, x, y)
    launch(axpy, x[::-1], y)
    assert list(y) == [6.0] * 4
    frozen = gr.View.wrap(read_only(np.ones(4)))
    launch(axpy, frozen, y)
    with pytest.raises(ValueError, match="axpy: argument 'y' is read-only"):
        launch(axpy, x, frozen)
    with pytest.raises(ValueError, match="axpy: argument 'y' has a stride of 0"):
        launch(axpy, x, gr.View.wrap(np.lib.stride_tricks.as_strided(np.ones(1), (4,), (0,))))


def test_none_has_no_words(make):
    kernel, out = make("words", "nao", writes=4), np.zeros(3, "i8")
    for _ in range(2):
        gr.parallel_for(3, kernel, None, np.zeros(2), out)
    assert kernel.made[0][2][0] == "none" and list(out[1:]) == [2, 1] and kernel._plans[0].types[0] == "none"


def test_members_of_enumerations_are_integers(make):
    class Colour(enum.IntEnum):
        RED = 7

    kernel, out = make("words", "so", writes=2), np.zeros(1, "i8")
    gr.parallel_for(1, kernel, Colour.RED, out)
    assert out[0] == 7 and kernel.made[0][2][0] == "i64"


def test_ranks_above_eight_are_refused(make):
    a = np.zeros((1,) * 9)
    with pytest.raises(ValueError, match=r"words: argument 'a' has rank 9, expected 0\.\.8"):
        gr.parallel_for(1, make("words", "ao"), a, np.zeros(1, "i8"))


def test_many_arguments(make):
    kernel = make("words", [f"a{k}" for k in range(70)], writes=0)
    with pytest.raises(TypeError, match="65 arguments, expected at most 64"):
        gr.parallel_for(1, kernel, *range(65))
    with pytest.raises(TypeError, match="arguments of .* words, expected at most 376"):
        gr.parallel_for(1, kernel, *([np.zeros((1,) * 8)] * 30))
