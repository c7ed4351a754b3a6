# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What Views do seldom, and so in Python: NumPy's side, pickling, text."""
from . import _granum


def numpy(view):
    import numpy

    if view.space == "device":
        raise ValueError("the View lies in device memory, which NumPy does not reach: "
                         "use view.copy(space='host').numpy()")

    # A memoryview keeps the View alive as long as the array lives, and leaves the type to the buffer.
    return numpy.asarray(memoryview(view))


def array(view, dtype, copy):
    import numpy as np

    result = numpy(view)
    if dtype is not None and np.dtype(dtype) != result.dtype:
        if copy is False:
            raise ValueError(f"dtype = {np.dtype(dtype)}, expected {result.dtype}: another dtype needs a copy, "
                             f"and copy=False forbids it")
        return result.astype(dtype)
    return result.copy() if copy else result


def reduce(view, protocol):
    import pickle

    if view.space != "host":
        view = view.copy(space="host")
    if view.layout == "strided":
        view = view.copy()
    # Out of band the receiver gets the memory itself; the transpose of a left View is a right one.
    data = view.T if view.layout == "left" else view
    payload = pickle.PickleBuffer(data) if protocol >= 5 else bytes(memoryview(data).cast("B"))
    return rebuild, (payload, view.dtype, view.shape, view.layout, view.label)


def rebuild(payload, dtype, shape, layout, label):
    view = _granum.View(shape, dtype, label=label, layout=layout, initialize=False)
    if view.nbytes:
        memoryview(view.T if layout == "left" else view).cast("B")[:] = memoryview(payload).cast("B")
    return view


def represent(view):
    text = f"View({view.shape}, {view.dtype!r}"
    if view.label:
        text += f", label={view.label!r}"
    if view.layout != "right":
        text += f", layout={view.layout!r}"
    if view.space != "host":
        text += f", space={view.space!r}"
    if view.readonly:
        text += ", readonly"
    return text + ")"
