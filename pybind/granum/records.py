# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Structs and enumerations as launches and the compiler name them.

A structured dtype is ("struct", fields, size): fields of (name, number or struct, offset, shape),
offsets and size in bytes, shape () unless the field is an array. A dataclass is ("dataclass",
name, fields): fields of (name, number or dataclass). Numbers are words such as "f32"; Python's own
are "int", "float", "complex" and "bool". An enumeration whose members are no numbers themselves is
("enum", name, members): members of (name, value), value None unless it is a number; by value a
member is its position.
"""

from __future__ import annotations

_NUMBERS = {"|b1": "bool", "|i1": "i8", "<i2": "i16", "<i4": "i32", "<i8": "i64", "|u1": "u8",
            "<u2": "u16", "<u4": "u32", "<u8": "u64", "<f4": "f32", "<f8": "f64", "<c8": "c64",
            "<c16": "c128"}


def describe(thing):
    """The description of a structured dtype, a dataclass or an enumeration; TypeError says what a
    kernel cannot take (it begins with "has": the caller puts the argument's name in front)."""
    if not isinstance(thing, type):
        return _dtype(thing)
    return _enumeration(thing) if hasattr(thing, "__members__") else _dataclass(thing)


def _enumeration(cls):
    members = tuple((m.name, m.value if type(m.value) in (bool, int, float, complex) else None)
                    for m in cls)
    if not members:
        raise TypeError("has no members, expected some")
    return ("enum", "%s.%s" % (cls.__module__, cls.__qualname__), members)


def _dtype(dtype):
    if not dtype.names:
        raise TypeError("has dtype %s, expected fields" % (dtype,))
    fields, end = [], 0
    for name in dtype.names:
        inner, offset = dtype.fields[name][:2]
        shape = inner.shape
        inner = inner.base
        if inner.names:
            kind = _dtype(inner)
        else:
            kind = _NUMBERS.get(inner.str)
            if kind is None:
                raise TypeError("has a field %s of dtype %s%s, expected numbers" % (
                    name, inner, "" if inner.isnative else " in the other byte order"))
        fields.append((name, kind, offset, shape))
    for name, _, offset, _ in sorted(fields, key=lambda field: field[2]):
        if offset < end:
            raise TypeError("has a field %s that shares memory with another one" % name)
        end = offset + dtype.fields[name][0].itemsize
    return ("struct", tuple(fields), dtype.itemsize)


def _dataclass(cls):
    import dataclasses
    import typing
    from .compiler import language
    try:
        hints = typing.get_type_hints(cls)
    except Exception:      # a name that is not defined (yet): what is a type already counts
        hints = {}
    fields = []
    for field in dataclasses.fields(cls):
        hint = hints.get(field.name, field.type)
        weak = {int: "int", float: "float", complex: "complex", bool: "bool"}
        if isinstance(hint, type) and dataclasses.is_dataclass(hint):
            kind = _dataclass(hint)
        elif isinstance(hint, str):
            kind = {c.__name__: word for c, word in weak.items()}.get(hint)
        else:
            number = language.as_dtype(hint)
            kind = weak.get(hint) if isinstance(hint, type) and hint in weak \
                else number.name if number is not None else None
        if kind is None:
            raise TypeError("has a field %s of type %s, expected a number"
                            % (field.name, getattr(hint, "__name__", hint)))
        fields.append((field.name, kind))
    if not fields:
        raise TypeError("has no fields, expected numbers")
    return ("dataclass", cls.__name__, tuple(fields))
