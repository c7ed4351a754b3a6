# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Views: creation, parts, protocols both ways. The oracle is NumPy on the same memory."""
import array
import copy
import gc
import os
import pickle
import sys
import weakref

import granum as gr
import numpy as np
import pytest

DTYPES = {"i8": "i1", "i16": "i2", "i32": "i4", "i64": "i8", "u8": "u1", "u16": "u2", "u32": "u4", "u64": "u8",
          "f32": "f4", "f64": "f8", "c64": "c8", "c128": "c16", "bool": "?"}


def address(a):
    return a.__array_interface__["data"][0]


@pytest.mark.parametrize("name, typestr", DTYPES.items())
def test_creation(name, typestr):
    for dtype in (name, np.dtype(typestr), np.dtype(typestr).type, np.dtype(typestr).name):
        view = gr.View((3, 4), dtype, label="v")
        assert (view.dtype, view.shape, view.ndim, view.size) == (name, (3, 4), 2, 12)
        assert view.itemsize == np.dtype(typestr).itemsize and view.nbytes == 12 * view.itemsize
        assert (view.label, view.space, view.layout, view.readonly, view.base) == ("v", "host", "right", False, None)
        a = np.asarray(view)
        assert a.dtype == np.dtype(typestr) and not a.any() and address(a) % 64 == 0


def test_python_types_are_dtypes():
    assert [gr.View(1, t).dtype for t in (float, int, bool, complex)] == ["f64", "i64", "bool", "c128"]
    assert gr.View(3).dtype == "f64" and gr.View(()).shape == () and gr.View(0).size == 0


@pytest.mark.parametrize("layout, order", [("right", "C"), ("left", "F"), ("C", "C"), ("F", "F")])
def test_layouts(layout, order):
    view = gr.View((3, 4, 5), layout=layout)
    assert view.strides == np.zeros((3, 4, 5), order=order).strides
    assert view.layout == {"C": "right", "F": "left"}[order]


@pytest.mark.parametrize("make, error, message", [
    (lambda: gr.View((1,) * 9), ValueError, r"shape of rank 9, expected 0\.\.8"),
    (lambda: gr.View(-1), ValueError, "extent 0 = -1|extent.* = -1"),
    (lambda: gr.View("ab"), TypeError, "integer"),
    (lambda: gr.View(3, "f16"), TypeError, "dtype = 'f16', expected one of i8, i16"),
    (lambda: gr.View(3, "f8"), TypeError, "dtype = 'f8', expected one of"),
    (lambda: gr.View(3, layout="up"), ValueError, r"layout = 'up', expected 'right' \(C order\) or 'left'"),
    (lambda: gr.View(2**50, label="huge"), MemoryError, 'huge'),
    (lambda: gr.View(2**62), (ValueError, MemoryError), "4611686018427387904|bytes"),
])
def test_creation_that_is_refused(make, error, message):
    with pytest.raises(error, match=message):
        make()


SUBSCRIPTS = [0, -1, (1, 2), (slice(None), 2), (slice(1, None), slice(None, None, 2)), (slice(None, None, -1), -1),
              (Ellipsis, 1), (1, Ellipsis), Ellipsis, (), slice(2, 2), (0, slice(5, 100)), (slice(None), slice(None), 0),
              (1, Ellipsis, 0), (slice(-2, None), 0, slice(None, None, -3))]


@pytest.mark.parametrize("key", SUBSCRIPTS, ids=repr)
def test_parts_are_what_numpy_says(key):
    view = gr.View((3, 4, 6), "i32")
    a = view.numpy()
    a[:] = np.arange(72).reshape(3, 4, 6)
    part, expected = view[key], a[key]
    assert np.array_equal(np.asarray(part), expected)
    if isinstance(part, gr.View):
        assert part.shape == expected.shape and part.strides == expected.strides
        if expected.size:
            assert address(part.numpy()) == address(expected)
        view[key] = -5
        assert (expected == -5).all() and (a == -5).sum() == expected.size


def test_elements_are_numbers():
    view = gr.View((2, 2), "u64")
    view[1, -1] = 2**64 - 1
    assert view[1, 1] == 2**64 - 1 and type(view[0, 0]) is int
    for dtype, value in (("f32", 0.5), ("c64", 1 + 2j), ("bool", True), ("i8", -128), ("u16", 65535), ("c128", 3j)):
        view = gr.View(2, dtype)
        view[1] = value
        assert view[1] == value and type(view[1]) is type(value) and not view[0]


@pytest.mark.parametrize("key, error, message", [
    ((0, 0, 0), IndexError, "3 indices, expected at most 2"),
    ((Ellipsis, Ellipsis), IndexError, "several ..., expected at most 2"),
    (3, IndexError, r"index 3 of dimension 0, expected -3\.\.2"),
    ((0, -5), IndexError, r"index -5 of dimension 1, expected -4\.\.3"),
    ("a", TypeError, r"index = 'a', expected an integer, a slice or \.\.\."),
    (1.0, TypeError, "index = 1.0, expected"),
    (True, TypeError, "index = True, expected"),
    (None, TypeError, "index = None, expected"),
    (slice(None, None, 0), ValueError, "zero"),
])
def test_subscripts_that_are_refused(key, error, message):
    with pytest.raises(error, match=message):
        gr.View((3, 4))[key]


def test_values_that_are_refused():
    for dtype, value, error, message in (
            ("i8", 128, OverflowError, r"value = 128, expected -128\.\.127 for i8"),
            ("u32", -1, OverflowError, r"value = -1, expected 0\.\.4294967295 for u32"),
            ("u64", -1, OverflowError, ""), ("i64", 2**63, OverflowError, ""), ("i32", 1.5, TypeError, ""),
            ("f64", 1j, TypeError, ""), ("f64", None, TypeError, "None"), ("f64", "x", TypeError, "str")):
        with pytest.raises(error, match=message):
            gr.View(3, dtype)[1] = value
    with pytest.raises(TypeError, match="cannot be deleted"):
        del gr.View(3)[1]
    with pytest.raises(ValueError, match="extent|shape"):
        gr.View(3)[:] = np.zeros(4)


def test_sequences():
    view = gr.View(3)
    view[:] = np.array([1.0, 2.0, 3.0])
    assert len(view) == 3 and list(view) == [1.0, 2.0, 3.0] and 2.0 in view
    assert [list(row) for row in gr.View((2, 2))] == [[0, 0], [0, 0]]
    with pytest.raises(TypeError, match="rank 0"):
        len(gr.View(()))


@pytest.mark.parametrize("order", ["C", "F"])
def test_copies(order):
    a = np.asarray(np.random.default_rng(1).random((30, 40)), order=order)
    view, target = gr.View.wrap(a), np.zeros((30, 40))
    view.copy_to(target)
    assert np.array_equal(target, a)
    other = view[::3, ::-2].copy()
    assert np.array_equal(other, a[::3, ::-2]) and other.layout == "right"
    assert view.copy().layout == ("right" if order == "C" else "left")
    assert view.copy(layout="left").layout == "left" and np.array_equal(view.copy(layout="left"), a)
    other.fill(2)
    assert (np.asarray(other) == 2).all() and not (a == 2).any()
    with pytest.raises(ValueError):
        view.copy_to(np.zeros((30, 41)))


def test_wrap_shares_memory():
    a = np.zeros((3, 4))
    view = gr.View.wrap(a[:, ::2])
    view[1, 1] = -1
    assert a[1, 2] == -1 and view.base is not None and view.layout == "strided" and view.label == ""
    assert gr.View.wrap(view) is view
    kept = weakref.ref(a)
    part = view[1:]
    del a, view
    gc.collect()
    assert part[0, 1] == -1 and kept() is not None
    del part
    gc.collect()
    assert kept() is None


@pytest.mark.parametrize("typestr", [*DTYPES.values(), "q", "Q", "l", "L"])
def test_wrap_takes_every_dtype(typestr):
    a = np.zeros(3, typestr)
    assert np.asarray(gr.View.wrap(a)).dtype == a.dtype


@pytest.mark.parametrize("make, error, message", [
    (lambda: np.zeros(3, "f2"), TypeError, "has items of format 'e', expected numbers of 1, 2, 4, 8 or 16 bytes"),
    (lambda: np.zeros(3, ">i4"), TypeError, "in the other byte order"),
    (lambda: np.zeros(25, "u1")[1:].view("f8"), ValueError, "is not aligned to its items of 8 bytes"),
    (lambda: np.zeros(3, "f8,i4")["f0"], ValueError, "has a stride of 12 bytes|is not aligned"),
    (lambda: np.zeros((1,) * 9), ValueError, r"has rank 9, expected 0\.\.8"),
    (lambda: 3, TypeError, "is a int, expected an array with the buffer protocol"),
])
def test_wrap_refuses(make, error, message):
    with pytest.raises(error, match=message):
        gr.View.wrap(make())


def test_problems_have_a_subject():
    with pytest.raises(TypeError, match="^the array is a int, expected an array"):
        gr.View.wrap(3)
    with pytest.raises(TypeError, match="^the value is a list, expected an array, a View or a number: pass numpy.asarray"):
        gr.View(3)[:] = [1, 2, 3]
    with pytest.raises(TypeError, match="^the target is a str, expected"):
        gr.View(3).copy_to("x")


def test_read_only_views():
    view = gr.View.wrap(b"abcd")
    assert view.readonly and view.dtype == "u8" and bytes(view) == b"abcd"
    for write in (lambda: view.fill(1), lambda: view.__setitem__(0, 1), lambda: gr.View(4, "u8").copy_to(view),
                  lambda: view[1:].fill(0)):
        with pytest.raises(ValueError, match="the View is read-only, expected a writable one"):
            write()
    assert not np.asarray(view).flags.writeable


def test_buffers():
    view = gr.View((3, 4), "i16")
    memory = memoryview(view)
    assert (memory.format, memory.itemsize, memory.shape, memory.strides) == ("h", 2, (3, 4), (8, 2))
    assert memory.c_contiguous and not memory.f_contiguous and not memory.readonly
    memory[1, 2] = 7
    assert view[1, 2] == 7 and len(bytes(view)) == 24
    assert memoryview(view.T).f_contiguous
    with pytest.raises(BufferError, match="not C-contiguous"):
        array.array("h").frombytes(view[:, ::2])
    kept = weakref.ref(view)
    del view
    gc.collect()
    assert kept() is not None and memory[1, 2] == 7
    memory.release()
    gc.collect()
    assert kept() is None


def test_array_interface():
    view = gr.View((3, 4), "f32")[:, 1:]

    class Only:
        __array_interface__ = view.__array_interface__
        keep = view

    a = np.asarray(Only())
    a[2, 2] = 5
    assert view[2, 2] == 5 and a.shape == (3, 3) and a.strides == (16, 4)
    for name, typestr in DTYPES.items():
        assert np.dtype(gr.View(1, name).__array_interface__["typestr"]) == np.dtype(typestr)


def test_array_method():
    view = gr.View(3)
    view.fill(1.5)
    assert view.__array__().base is not None and address(view.__array__()) == address(view.numpy())
    assert view.__array__(np.float32).dtype == np.float32
    assert address(view.__array__(copy=True)) != address(view.numpy())
    with pytest.raises(ValueError, match="dtype = float32, expected float64: another dtype needs a copy, and copy=False"):
        view.__array__(np.float32, copy=False)


@pytest.mark.parametrize("name", DTYPES)
def test_dlpack_to_numpy(name):
    if not hasattr(np, "from_dlpack"):
        pytest.skip("this NumPy has no from_dlpack")
    view = gr.View((3, 4), name)[1:, ::2]
    view[1, 1] = 1
    if name == "bool" and np.lib.NumpyVersion(np.__version__) < "1.25.0":
        pytest.skip("this NumPy knows no bool in DLPack")
    a = np.from_dlpack(view)
    assert a.shape == (2, 2) and a.strides == view.strides and a[1, 1] == 1 and address(a) == address(view.numpy())
    kept = weakref.ref(view)
    del view
    gc.collect()
    assert kept() is not None
    del a
    gc.collect()
    assert kept() is None


class OnlyDLPack:
    """What a library is that has DLPack and nothing else."""

    def __init__(self, array, old=False):
        self.array, self.old = array, old

    def __dlpack__(self, **options):
        if self.old and options:
            raise TypeError("unexpected keyword argument 'max_version'")
        return self.array.__dlpack__(**options)

    def __dlpack_device__(self):
        return self.array.__dlpack_device__()


@pytest.mark.parametrize("old", [False, True])
@pytest.mark.parametrize("make", [lambda: np.arange(12.0).reshape(3, 4)[:, ::2], lambda: gr.View((3, 2))])
def test_dlpack_from_others(make, old):
    source = make()
    if isinstance(source, np.ndarray) and not old and np.lib.NumpyVersion(np.__version__) < "2.1.0":
        pytest.skip("this NumPy has no versions in DLPack")
    view = gr.View.wrap(OnlyDLPack(source, old))
    view[1, 1] = -3
    assert source[1, 1] == -3 and view.shape == (3, 2) and view.strides == source.strides
    base = sys.getrefcount(source)
    more = [gr.View.wrap(OnlyDLPack(source, old)) for _ in range(10)]
    del more, view
    gc.collect()
    assert sys.getrefcount(source) <= base


def test_devices_that_cannot_be_told():
    class Odd(OnlyDLPack):
        def __dlpack_device__(self):
            return self.array()

    def lost():
        raise OSError("the device is lost")

    def absent():
        return {}["device"]

    for answer, error, message in ((lost, OSError, "the device is lost"), (absent, KeyError, "device"),
                                   (lambda: 3, TypeError, r"__dlpack_device__ that answers 3, expected \(type, id\)"),
                                   (lambda: (1,), TypeError, "2 arguments"), (lambda: ("a", 0), TypeError, "integer")):
        with pytest.raises(error, match=message):
            gr.View.wrap(Odd(answer))


def test_dlpack_of_read_only_views():
    view = gr.View.wrap(b"abcd")
    with pytest.raises(BufferError, match="the View is read-only, which tensors before DLPack 1.0 cannot say"):
        view.__dlpack__()
    assert gr.View.wrap(OnlyDLPack(view)).readonly
    copied = gr.View.wrap(OnlyDLPack(view, old=False).array.__dlpack__ and view.copy())
    assert not copied.readonly and bytes(copied) == b"abcd"


def test_dlpack_arguments():
    view = gr.View(3)
    assert view.__dlpack_device__() == (1, 0)
    assert '"dltensor"' in repr(view.__dlpack__()) and '"dltensor_versioned"' in repr(view.__dlpack__(max_version=(1, 0)))
    assert '"dltensor"' in repr(view.__dlpack__(max_version=(0, 8), stream=None, copy=True, dl_device=(1, 0)))
    with pytest.raises(BufferError, match=r"dl_device = \(2, 0\), expected \(1, 0\)"):
        view.__dlpack__(dl_device=(2, 0))
    assert '"dltensor"' in repr(view.__dlpack__(copy=False, dl_device=None, max_version=None))
    with pytest.raises(TypeError, match=r"dl_device = 2, expected \(type, id\)"):
        view.__dlpack__(dl_device=2)
    with pytest.raises(TypeError, match=r"max_version = 1, expected \(major, minor\)"):
        view.__dlpack__(max_version=1)
    with pytest.raises(TypeError, match="__dlpack__ has no argument 'device'"):
        view.__dlpack__(device=1)
    with pytest.raises(TypeError, match="takes its arguments by name"):
        view.__dlpack__(None)


@pytest.mark.parametrize("protocol", range(2, 6))
@pytest.mark.parametrize("layout", ["right", "left", "strided"])
def test_pickles(protocol, layout):
    view = gr.View((4, 6), "i32", label="kept", layout="left" if layout == "left" else "right")
    view.numpy()[:] = np.arange(24).reshape(4, 6)
    view = view[:, ::2] if layout == "strided" else view
    again = pickle.loads(pickle.dumps(view, protocol))
    assert np.array_equal(again, view) and again.dtype == "i32"
    assert again.layout == ("right" if layout == "strided" else layout) and again.label == "kept"
    again[0, 0] = 99
    assert view[0, 0] == 0
    assert np.array_equal(copy.deepcopy(view), view)


def test_pickles_out_of_band():
    view = gr.View((100, 100))
    view.fill(3)
    buffers = []
    data = pickle.dumps(view, 5, buffer_callback=buffers.append)
    assert len(data) < 500 and len(buffers) == 1
    assert np.array_equal(pickle.loads(data, buffers=buffers), view)


def test_files(tmp_path):
    view = gr.View((3, 4), "f32", layout="left")
    view[1, 2] = 5
    view.save(tmp_path / "a.npy")
    assert np.array_equal(np.load(tmp_path / "a.npy"), view)
    again = gr.View.load(str(tmp_path / "a.npy"))
    assert np.array_equal(again, view) and again.layout == "left" and again.label.endswith("a.npy")
    with pytest.raises(OSError, match="nowhere"):
        gr.View.load(tmp_path / "nowhere.npy")
    (tmp_path / "b.npy").write_bytes(b"no such file")
    with pytest.raises(gr.Error) as caught:
        gr.View.load(tmp_path / "b.npy")
    assert caught.value.status


@pytest.mark.parametrize(("name", "said"), [
    ("archive.npz", r"first bytes of \".*archive.npz\" = \"PK.*expected .*NUMPY"),
    ("empty.npy", r"first bytes of \".*empty.npy\" = \"\" \(0 bytes\), expected .*NUMPY"),
    ("objects.npy", r"descr of \".*objects.npy\" = .O, expected bool, an integer"),
    ("short.npy", r"elements of \".*short.npy\" = 20 bytes, expected 24 for shape \(3,\) of f64"),
    ("structs.npy", r"structs in '.*structs.npy': mmap length is greater than file size, expected all that the header"),
    ("letters.npy", r"structs in '.*letters.npy': the array has a field a of dtype <U3, expected numbers"),
    ("deep.npy", r"structs in '.*deep.npy': .* expected .* at most 8 dimensions"),
])
def test_files_that_are_refused(tmp_path, name, said):
    """Each message names the file and what was expected; none leaves a file open."""
    def shortened(array):
        np.save(path, array)
        path.write_bytes(path.read_bytes()[:-4])

    path = tmp_path / name
    {"archive.npz": lambda: np.savez(path, x=np.ones(3)),
     "empty.npy": path.touch,
     "objects.npy": lambda: np.save(path, np.array([None])),
     "short.npy": lambda: shortened(np.ones(3)),
     "structs.npy": lambda: shortened(np.zeros(3, [("a", "f8"), ("b", "i4")])),
     "letters.npy": lambda: np.save(path, np.zeros(3, [("a", "U3")])),
     "deep.npy": lambda: np.save(path, np.zeros((1,) * 9, [("a", "f8")]))}[name]()
    with pytest.raises((gr.Error, TypeError, ValueError), match=said):
        gr.View.load(path)
    gc.collect()
    opened = [os.readlink(f"/proc/self/fd/{number}") for number in os.listdir("/proc/self/fd")
              if os.path.exists(f"/proc/self/fd/{number}")]
    assert str(path) not in opened


def test_text():
    assert repr(gr.View((2, 3), "i8", label="x")) == "View((2, 3), 'i8', label='x')"
    assert repr(gr.View((2, 3), layout="left")) == "View((2, 3), 'f64', layout='left')"
    assert repr(gr.View.wrap(b"ab")) == "View((2,), 'u8', readonly)"


def test_transpose():
    view = gr.View((2, 3, 4))
    assert view.T.shape == (4, 3, 2) and view.T.strides == view.strides[::-1] and view.T.layout == "left"


def test_memory_is_counted_and_given_back():
    gc.collect()
    before = gr.memory()["used"]
    view = gr.View(10**6)
    part = view[10:]
    assert gr.memory()["used"] - before >= 8 * 10**6 and gr.memory()["peak"] >= gr.memory()["used"]
    del view
    assert gr.memory()["used"] - before >= 8 * 10**6
    del part
    gc.collect()
    assert gr.memory()["used"] == before


def test_nothing_is_lost():
    a = np.zeros((4, 4))
    base = gr.View((4, 4))

    def everything():
        for _ in range(50):
            view = gr.View.wrap(a)
            view[1:, ::2].fill(1), view.copy(), view.T, np.asarray(base[1:]), memoryview(base), base.strides
            gr.View.wrap(OnlyDLPack(base)), base.__dlpack__(), base.__array_interface__, pickle.dumps(base), repr(base)
            for wrong in ((9, 9), "x"):
                try:
                    view[wrong]
                except (IndexError, TypeError):
                    pass

    everything()
    gc.collect()
    before, memory = (sys.getrefcount(a), sys.getrefcount(base)), gr.memory()["used"]
    everything()
    gc.collect()
    assert (sys.getrefcount(a), sys.getrefcount(base)) == before and gr.memory()["used"] == memory


def test_settings():
    assert gr.num_threads() >= 1 and gr.is_initialized()
    gr.initialize()
    gr.finalize()
    assert gr.fence() is None
    with pytest.raises(ValueError, match="num_threads = -1"):
        gr.initialize(num_threads=-1)
