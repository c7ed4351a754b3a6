# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Views of structs: granum's memory, NumPy's structured dtypes."""
import dataclasses
import gc
import pickle
import sys

import granum as gr
import numpy as np
import pytest
from granum import _config

PARTICLE = np.dtype([("x", "f8"), ("v", "f8", (3,)), ("k", "i4"), ("m", "i4"), ("in", [("a", "f4"), ("b", "u1")])],
                    align=True)
PACKED = np.dtype([("flag", "?"), ("x", "f8"), ("k", "u2")])


@dataclasses.dataclass
class Packed:
    flag: bool
    x: float
    k: int


@gr.kernel
def kicked(i, p, s):
    p[i].x += i * s
    p[i].v[1] = 2 * p[i].x
    q = p[i]
    q.k = i
    q.m = q.k + 1


@gr.kernel
def moved(i, j, p):
    p[i, j].x = p[i, j].k + 0.5
    p[i, j].flag = not p[i, j].flag


def particles():
    return gr.View(4, PARTICLE, label="particles")


@pytest.mark.parametrize("space", ["host", "python", "sim"])
def test_kernels_take_them(space):
    view, array = particles(), np.zeros(4, PARTICLE)
    if space == "sim":
        if "sim" not in _config.BACKENDS:
            pytest.skip("built without the simulated GPU")
        view = view.copy(space="device")
    gr.parallel_for(4, kicked, view, 3.0, space=space)
    gr.parallel_for(4, kicked, array, 3.0)
    assert np.array_equal(view.copy(space="host").numpy(), array)
    assert view[2]["x"] == 6 and view[-1]["v"].tolist() == [0, 18, 0] and view[1].dtype == PARTICLE


@pytest.mark.parametrize("layout", ["right", "left"])
def test_layouts_and_packed_structs(layout):
    view = gr.View((3, 5), PACKED, layout=layout)
    view.numpy()["k"] = np.arange(15).reshape(3, 5)
    gr.parallel_for((3, 5), moved, view)
    assert np.array_equal(view.numpy()["x"], np.arange(15).reshape(3, 5) + 0.5) and view.numpy()["flag"].all()
    gr.parallel_for((2, 2), moved, view[::2, 1:4:2])
    assert view.numpy()["flag"].sum() == 11
    assert view.itemsize == 11 and view.T.shape == (5, 3) and view.layout == layout and view.T[4, 2]["k"] == 14


def test_elements_and_parts():
    view = particles()
    view[0] = (1.0, (1, 2, 3), 4, 5, (6, 7))
    assert view[0]["v"].tolist() == [1, 2, 3] and view[0]["in"].item() == (6.0, 7)
    element = view[0]
    view[1:3] = element
    view[3] = view[1, ...]
    assert [e["k"] for e in view] == [4] * 4 and np.array_equal(view.numpy()["v"], [[1, 2, 3]] * 4)
    element["k"] = 100
    assert view[0]["k"] == 4, "an element is a copy"
    packed = gr.View(2, PACKED)
    packed[1] = Packed(True, 2.5, 7)
    assert packed[1].item() == (True, 2.5, 7) and packed[0].item() == (False, 0.0, 0)
    packed.fill((True, 1.0, 2))
    assert packed[0].item() == (True, 1.0, 2)
    packed[...] = np.zeros(2, PACKED)
    assert packed[0].item() == (False, 0.0, 0)


def test_fields_are_views_of_the_same_memory():
    view = particles()
    view["x"][:] = np.arange(4.0)
    view["k"] = 9
    assert view.numpy()["x"].tolist() == [0, 1, 2, 3] and view["k"].numpy().tolist() == [9] * 4
    assert view["in"]["b"].dtype == "u8" and view["in"].dtype == PARTICLE["in"]
    for name, message in (("v", "use view.numpy"), ("zz", "have no field 'zz'")):
        with pytest.raises((ValueError, KeyError), match=message):
            view[name]
    with pytest.raises(ValueError, match="a whole number of times"):
        gr.View(3, PACKED)["x"]


def test_others_see_their_memory():
    view = particles()
    array = view.numpy()
    array["m"] = 3
    assert array.dtype == PARTICLE and view[2]["m"] == 3 and np.asarray(view).dtype == PARTICLE
    assert np.asarray(memoryview(view)).dtype == PARTICLE and view.__array_interface__["typestr"] == "|V48"
    for holder in (array, memoryview(view), array[::2]):
        wrapped = gr.View.wrap(holder)
        wrapped[1] = (0, (0, 0, 0), 0, 8, (0, 0))
        assert wrapped.dtype == PARTICLE and array["m"].tolist().count(8) == 1
        array["m"] = 3
    with pytest.raises(BufferError, match="structs, which DLPack does not have"):
        view.__dlpack__()


def test_copies_files_and_pickles(tmp_path):
    view = particles()
    gr.parallel_for(4, kicked, view, 1.5)
    left = gr.View((2, 3), PACKED, layout="left")
    left.numpy()["k"] = [[1, 2, 3], [4, 5, 6]]
    for one in (view, left):
        other = one.copy()
        other.fill(np.zeros((), one.dtype))
        one.copy_to(other)
        assert np.array_equal(other.numpy(), one.numpy())
        for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
            again = pickle.loads(pickle.dumps(one, protocol))
            assert np.array_equal(again.numpy(), one.numpy()) and again.dtype == one.dtype and again.layout == one.layout
        one.save(tmp_path / "a.npy")
        assert np.array_equal(gr.View.load(tmp_path / "a.npy").numpy(), one.numpy())
        assert np.array_equal(np.load(tmp_path / "a.npy"), one.numpy())
        if "sim" in _config.BACKENDS:
            there = one.copy(space="device")
            there[..., 1] = one.numpy().ravel()[0]
            assert np.array_equal(there.copy(space="host").numpy()[..., 1].ravel()[0], one.numpy().ravel()[0])
    assert "dtype([('x', '<f8')" in repr(view) and "label='particles'" in repr(view)


def test_what_is_refused():
    with pytest.raises(TypeError, match="the dtype has a field a of dtype object, expected numbers"):
        gr.View(3, np.dtype([("a", "O")]))
    other = gr.View(4, np.dtype([("a", "f8", (6,))]))
    for target in (other, gr.View(4)):
        with pytest.raises(TypeError, match="the target has dtype .*, expected"):
            particles().copy_to(target)
    array = np.zeros(3, PACKED)
    array.flags.writeable = False
    view = gr.View.wrap(array)
    with pytest.raises(ValueError, match="read-only"):
        view[0] = (True, 1.0, 1)
    with pytest.raises(ValueError, match="argument 'p' is read-only"):
        gr.parallel_for((1, 3), moved, gr.View.wrap(array.reshape(1, 3)))


def test_nothing_is_kept():
    def once():
        view = gr.View(100, PACKED)
        view[3] = (True, 1.0, 2)
        assert view[3]["k"] == 2 and view["flag"][3]
        gr.View.wrap(view.numpy()).copy()
        pickle.loads(pickle.dumps(view))
        memoryview(view).release()
    once()
    gc.collect()
    before, kept = gr.memory_used(), sys.getrefcount(PACKED)
    for _ in range(50):
        once()
    gc.collect()
    assert gr.memory_used() == before and abs(sys.getrefcount(PACKED) - kept) < 5
