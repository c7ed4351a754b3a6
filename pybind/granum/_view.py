# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What Views do seldom, and so in Python: NumPy's side, pickling, text."""
import os

from . import _granum


def numpy(view):
    import numpy

    if view.space == "device":
        raise ValueError("the View lies in device memory, which NumPy does not reach: "
                         "use view.copy(space='host').numpy()")

    if not isinstance(view.dtype, str):
        return numpy.asarray(_Structs(view)).view(view.dtype)
    # A memoryview keeps the View alive as long as the array lives, and leaves the type to the buffer.
    return numpy.asarray(memoryview(view))


class _Structs:
    """What NumPy makes an array of structs of: not every dtype has a buffer's format."""

    def __init__(self, view):
        self.view = view
        self.__array_interface__ = view.__array_interface__


def dtype_of(holder):
    """NumPy's dtype of what holds an array of structs."""
    import numpy

    dtype = getattr(holder, "dtype", None)
    return dtype if isinstance(dtype, numpy.dtype) else numpy.asarray(holder).dtype


def format_of(dtype):
    """What a buffer says of a structured dtype."""
    import numpy

    return memoryview(numpy.empty(0, dtype)).format


def element(view):
    """The struct that a View of rank 0 is, a copy."""
    return numpy(view.copy(space="host") if view.space == "device" else view)[()].copy()


def assign(view, value):
    """Give structs to all elements: one, a tuple, a dataclass, or an array of them."""
    if isinstance(value, _granum.View):
        if value.shape == view.shape:
            return value.copy_to(view)
        value = numpy(value.copy(space="host"))
    if view.space == "device":
        host = view.copy(space="host")
        assign(host, value)
        return host.copy_to(view)
    numpy(view)[...] = _fields(value)


def _fields(value):
    names = getattr(type(value), "__dataclass_fields__", None)
    return value if names is None else tuple(_fields(getattr(value, name)) for name in names)


def save(view, path):
    import numpy as np

    with open(path, "wb") as file:
        np.save(file, numpy(view.copy(space="host") if view.space == "device" else view))


def load(path, said):
    """A View of the structs of a .npy file; None where what the library said of it is about something else."""
    if "no record" not in said:
        return None
    import numpy as np

    try:
        structs = np.lib.format.open_memmap(path, mode="r")
    except ValueError as error:
        raise ValueError(f"structs in {os.fsdecode(path)!r}: {error}, expected all that the header promises") from None
    try:
        return _granum.View.wrap(structs).copy()
    except (TypeError, ValueError) as error:
        raise type(error)(f"structs in {os.fsdecode(path)!r}: {error}") from None


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
    payload = pickle.PickleBuffer(data)
    if protocol < 5:
        payload = bytes(payload.raw())
    return rebuild, (payload, view.dtype, view.shape, view.layout, view.label)


def rebuild(payload, dtype, shape, layout, label):
    import pickle

    view = _granum.View(shape, dtype, label=label, layout=layout, initialize=False)
    if view.nbytes:
        target = pickle.PickleBuffer(view.T if layout == "left" else view)
        target.raw()[:] = pickle.PickleBuffer(payload).raw()
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
