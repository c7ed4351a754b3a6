# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Structs: elements of NumPy's structured arrays, dataclasses as arguments and as values."""

from __future__ import annotations

import dataclasses
import re

import granum as gr
import numpy as np
import pytest

PARTICLE = np.dtype([("x", "f8"), ("v", "f4"), ("id", "i2"), ("at", "f8", (3,)),
                     ("box", [("a", "u1"), ("b", "f8")]), ("big", "u8"), ("z", "c16")])


@dataclasses.dataclass(frozen=True)
class Settings:
    dt: float
    steps: int
    on: bool = True
    shift: complex = 0j
    small: gr.f32 = 0.5


@dataclasses.dataclass
class Vec:
    x: float
    y: float


@dataclasses.dataclass(frozen=True)
class Ball:
    at: Vec
    r: float


def particles(n=6, dtype=PARTICLE):
    rng = np.random.default_rng(n)
    p = np.zeros(n, dtype)
    p["x"], p["v"], p["id"] = rng.random(n), rng.random(n), np.arange(n) * 1000
    p["at"], p["box"]["a"], p["big"] = rng.random((n, 3)), np.arange(n) * 50, 2**63 + 5
    return p


def both(rest, kernel, *args):
    """A launch and the same by CPython, which must agree in every byte."""
    mine = [a.copy() if isinstance(a, np.ndarray) else a for a in args]
    again = [a.copy() if isinstance(a, np.ndarray) else a for a in args]
    results = gr.launch(rest[0], rest[1], kernel, *mine) if isinstance(rest, tuple) \
        else gr.parallel_for(rest, kernel, *mine)
    if isinstance(rest, tuple):
        getattr(gr, "parallel_" + rest[0])(rest[1], kernel, *again, space="python")
    else:
        gr.parallel_for(rest, kernel, *again, space="python")
    for a, b in zip(mine, again):
        if isinstance(a, np.ndarray):
            assert a.tobytes() == b.tobytes(), (a, b)
    return mine[0] if results is None else results


@gr.kernel
def move(i, p, s):
    p[i].x += p[i].v * s.dt
    p[i]["v"] = p["x"][i] * 2
    q = p[i]
    q.id = q.id * 40 + s.steps
    for k in range(3):
        q.at[k] = k * q.x + q["at"][2 - k]
    q.box.b = q.at[1] + p[i].at[-1]
    q["box"]["a"] += 250
    p["at"][i, 2] = 7
    p["at"][i][1] -= 1
    q.big = q.big * 3
    q.z = q.z + s.shift * 1j
    if s.on:
        q.z = q.z + s.small


def test_fields_of_elements():
    s = Settings(0.5, 3, shift=1 + 2j, small=0.1)
    p = both(6, move, particles(), s)
    before = particles()
    assert np.array_equal(p["x"], before["x"] + 0.5 * before["v"])
    assert p["id"].tolist() == ((np.arange(6) * 40000 + 3).astype(np.int16)).tolist()
    assert p["box"]["a"].tolist() == [(k * 50 + 250) % 256 for k in range(6)]
    assert p["big"][0] == (3 * (2**63 + 5)) % 2**64 and (p["at"][:, 2] == 7).all()
    assert move.effects == {"p": "read write"}


@pytest.mark.parametrize("make", [
    lambda p: p[::2], lambda p: p[::-1], lambda p: np.asfortranarray(p.reshape(2, 3)).T[:, 0],
    lambda p: p[2:2]])
def test_layouts(make):
    s = Settings(0.5, 3)
    p, want = particles(), particles()
    gr.parallel_for(len(make(p)), move, make(p), s)
    gr.parallel_for(len(make(want)), move, make(want), s, space="python")
    assert p.tobytes() == want.tobytes()


def test_what_numpy_lays_out_is_taken_as_it_is():
    for dtype in (np.dtype([("a", "i1"), ("x", "f8"), ("b", "u2")]),
                  np.dtype([("a", "i1"), ("x", "f8"), ("b", "u2")], align=True),
                  np.dtype({"names": ["x", "a", "b"], "formats": ["f8", "i1", "u2"],
                            "offsets": [9, 3, 30], "itemsize": 40})):
        p = np.frombuffer(b"\1" + bytes(range(dtype.itemsize * 3)), dtype, offset=1).copy()
        q = np.frombuffer(bytearray(1 + dtype.itemsize * 3), dtype, offset=1)

        @gr.kernel
        def move_fields(i, p, q):
            q[i].x = 2 * p[i].x
            q[i].a = p[i].a + p[i].b

        gr.parallel_for(3, move_fields, p, q)
        assert np.array_equal(q["x"], 2 * p["x"])
        assert np.array_equal(q["a"], (p["a"] + p["b"].astype(int)).astype(np.int8))


@gr.kernel
def names(i, p):
    p[i]["my field"] = p[i]["class"] + p[i]["gr_x"]
    p[i]["größe"] = 1


def test_fields_of_any_name():
    p = np.zeros(2, [("my field", "f8"), ("class", "i4"), ("gr_x", "f4"), ("größe", "i8")])
    p["class"], p["gr_x"] = 3, 0.5
    assert both(2, names, p)["my field"].tolist() == [3.5, 3.5]


@gr.kernel
def nearest(i, p, out):
    best = p[0]
    for k in range(1, len(p)):
        if abs(p[k].x - i) < abs(best.x - i):
            best = p[k]
    other = p[0] if i % 2 == 0 else p[1]
    out[i] = best.id + other.v
    best = p[i]
    best.v = 3


def test_a_variable_is_the_element():
    p = particles()
    mine, out, want = p.copy(), np.zeros(6), np.zeros(6)
    gr.parallel_for(1, nearest, mine, out)
    gr.parallel_for(1, nearest, p, want, space="python")
    assert mine.tobytes() == p.tobytes() and np.array_equal(out, want) and mine["v"][0] == 3


@gr.kernel
def swap(i, p, q, two):
    q[i] = p[i]
    two[i] = (p[i].x, i)
    two[i].y += 1


@gr.function
def length(v):
    return abs(v.x) + abs(v.y)


@gr.kernel
def lengths(i, two, out):
    w = two[i]
    out[i] = length(two[i]) + length(w)
    two[i] = Vec(1, 2)


def test_whole_elements():
    two = np.zeros(6, [("x", "f4"), ("y", "f8")])
    p = particles()
    q = np.zeros_like(p)
    gr.parallel_for(6, swap, p, q, two)
    assert p.tobytes() == q.tobytes() and two["y"].tolist() == [1, 2, 3, 4, 5, 6]
    again, out, want = two.copy(), np.zeros(6), np.zeros(6)
    gr.parallel_for(6, lengths, two, out)
    gr.parallel_for(6, lengths, again, want, space="python")
    assert np.array_equal(out, want) and two.tolist() == [(1, 2)] * 6 == again.tolist()


@gr.kernel
def total(i, acc: gr.Acc, p):
    acc += p[i].x


@gr.kernel
def by_value(i, out, one, s, b):
    out[i] = one.x + one.at[i % 3] + one.box.b + s.dt * s.steps + b.at.x + b.r * b.at.y


def test_reductions_and_arguments_by_value():
    p = particles()
    assert gr.parallel_reduce(6, total, p) == pytest.approx(p["x"].sum(), rel=1e-15)
    b = Ball(Vec(1, 2), 3)
    out, want = np.zeros(3), np.zeros(3)
    for one in (p[2], np.array(p[2])):
        gr.parallel_for(3, by_value, out, one, Settings(0.25, 4), b)
        gr.parallel_for(3, by_value, want, one, Settings(0.25, 4), b, space="python")
        assert np.array_equal(out, want) and out[0] == p["x"][2] + p["at"][2, 0] + 1 + 1 + 6
    bound = by_value.bind(3, out, p[1], Settings(1.0, 1), b)
    bound()
    assert out[1] == p["x"][1] + p["at"][1, 1] + 1 + 1 + 6
    plans = len(by_value._plans)
    gr.parallel_for(3, by_value, out, p[2], Settings(9.0, 1), b)
    assert len(by_value._plans) == plans


def test_a_dataclass_of_the_same_name_is_another_type():
    @dataclasses.dataclass
    class Settings:
        dt: float
        steps: float

    @gr.kernel
    def halved(i, out, s):
        out[i] = s.steps / 2

    out = np.zeros(1)
    gr.parallel_for(1, halved, out, Settings(1.0, 2.5))
    assert out[0] == 1.25
    gr.parallel_for(1, halved, out, globals()["Settings"](1.0, 3))
    assert out[0] == 1.5 and len(halved._plans) == 2


@gr.kernel
def annotated(i, s: Settings, p: gr.Array[PARTICLE, 1]):
    p[i].x = s.dt


def test_annotations():
    p = particles()
    gr.parallel_for(6, annotated, Settings(2.0, 1), p)
    assert (p["x"] == 2).all()
    with pytest.raises(gr.KernelTypeError, match="s is struct Vec, annotated as struct Settings"):
        gr.parallel_for(6, annotated, Vec(1, 2), p)
    with pytest.raises(gr.KernelTypeError, match="p is an array of f64, annotated as struct {x"):
        gr.parallel_for(6, annotated, Settings(2.0, 1), np.zeros(6))


LIMITS = Settings(0.5, 7)


@gr.kernel
def from_outside(i, out):
    s = LIMITS
    out[i] = LIMITS.dt * s.steps + length(Vec(LIMITS.steps, y=-1))


def test_instances_of_the_module_are_constants():
    global LIMITS
    out = np.zeros(1)
    gr.parallel_for(1, from_outside, out)
    assert out[0] == 11.5
    LIMITS = Settings(1.0, 2)
    gr.parallel_for(1, from_outside, out)
    assert out[0] == 5
    gr.parallel_for(1, from_outside, out, space="python")
    assert out[0] == 5


@dataclasses.dataclass
class Open:
    n: int


OPEN = Open(3)


@gr.kernel
def from_open(i, out):
    out[i] = OPEN.n


def test_a_field_of_a_constant_that_changes_is_noticed():
    out = np.zeros(1)
    gr.parallel_for(1, from_open, out)
    OPEN.n = 4
    gr.parallel_for(1, from_open, out)
    assert out[0] == 4


def refused(message, kernel, *args, n=2):
    with pytest.raises((gr.KernelTypeError, gr.KernelSyntaxError, TypeError, ValueError),
                       match=re.escape(message)):
        gr.parallel_for(n, kernel, *args)


def test_arguments_that_are_refused():
    @gr.kernel
    def k(i, p):
        p[i].x = 1

    two = np.dtype([("x", "f8"), ("y", "f8")])
    refused("k: argument 'p' has a field x of dtype >f8 in the other byte order, expected numbers",
            k, np.zeros(3, [("x", ">f8")]))
    refused("has a field o of dtype object, expected numbers", k, np.zeros(3, [("o", "O")]))
    refused("has a field y that shares memory with another one", k, np.zeros(3, {
        "names": ["x", "y"], "formats": ["f8", "f8"], "offsets": [0, 4]}))
    frozen = np.zeros(3, two)
    frozen.flags.writeable = False
    refused("is read-only, expected a writable array", k, frozen)
    refused("has a stride of 0", k,
            np.lib.stride_tricks.as_strided(np.zeros(1, two), (3,), (0,)))

    @dataclasses.dataclass
    class Named:
        name: str

    refused("argument 'p' has a field name of type str, expected a number", k, Named("a"))
    with pytest.raises(TypeError, match=r"has a field steps = 2.5, expected an integer"):
        gr.parallel_for(1, by_value, np.zeros(1), particles()[0], Settings(1, 2.5), Ball(Vec(1, 2), 3))
    with pytest.raises(gr.BoundsError, match="index of p: i runs from 0 to 3, expected 0..2"):
        gr.parallel_for(4, k, np.zeros(3, two))


def test_what_structs_do_not_do():
    p = particles()

    @gr.kernel
    def unknown(i, p):
        p[i].y = 1
    refused("struct {x f64, v f32, id i16, at local array of 3 f64, box struct {a u8, b f64}, "
            "big u64, z c128} has no field y", unknown, p)

    @gr.kernel
    def outside(i, p):
        p[i].at[3] = 1
    refused("index 0 of the field at = 3, expected 0..2", outside, p)

    @gr.kernel
    def whole(i, p):
        x = p["x"]
        p[i].x = x[i]
    refused("a field of all elements of p is used as a value", whole, p)

    @gr.kernel
    def other(i, p, q):
        a = p[i]
        a = q[i]
        a.x = 1
    refused("a is assigned elements of p and of q", other, p, p)

    @gr.kernel
    def pair(i, p):
        a, b = p[0], p[1]
        a.x = b.x
    refused("an element of an array of structs is part of a tuple", pair, p)

    @gr.kernel
    def argument(i, p, s):
        s.x = 1
    refused("a field of Settings is assigned, which is frozen", _frozen, p)
    refused("a field of the argument s is assigned", argument, p, Vec(1, 2))

    @gr.kernel
    def shared(i, p):
        a = Vec(1, 2)
        b = a
        b.x = 3
        p[i].x = a.x
    refused("a field of b is assigned, which may be the same object as a", shared, p)

    @gr.kernel
    def updates(i, p):
        p[0].x += 1
    refused("iterations of different i may update the same element p[0].x at once", updates, p)


@gr.kernel
def _frozen(i, p):
    s = Settings(1.0, 2)
    s.dt = 3.0
    p[i].x = s.dt


@gr.kernel
def tallies(i, keys, bins, old):
    gr.atomic_add(bins["count"], keys[i], 1)
    gr.atomic_max(bins["last"], (keys[i],), i * 0.5)
    old[i] = gr.atomic_add(bins["sum"], keys[i], 2)


def test_atomic_updates_of_fields():
    dtype = np.dtype([("count", "i4"), ("flag", "u1"), ("sum", "i8"), ("last", "f8")], align=True)
    bins, keys, old = np.zeros(3, dtype), np.arange(3000) % 3, np.zeros(3000, int)
    gr.parallel_for(3000, tallies, keys, bins, old)
    assert bins["count"].tolist() == [1000] * 3 and bins["last"].tolist() == [1498.5, 1499, 1499.5]
    assert bins["sum"].tolist() == [2000] * 3 and sorted(old[keys == 1]) == list(range(0, 2000, 2))
    assert not bins["flag"].any() and tallies.effects["bins"] == "atomic"
    again = np.zeros(3, dtype)
    gr.parallel_for(3000, tallies, keys, again, old, space="python")
    assert again.tobytes() == bins.tobytes()
    refused("the field count of 4 bytes lies at offset 0 of structs of 21 bytes", tallies, keys,
            np.zeros(3, [("count", "i4"), ("flag", "u1"), ("sum", "i8"), ("last", "f8")]), old)

    @gr.kernel
    def races(i, bins):
        bins[0].count += 1

    refused('hint: write gr.atomic_add(bins["count"], index, value)', races, bins)


@gr.function
def changed(v):
    v.x = 5.0
    return v.x


@gr.kernel
def hands_over(i, p):
    v = Vec(1, 2)
    p[i].x = changed(v) + v.x


def test_functions_do_not_change_their_arguments():
    refused("a field of the argument v is assigned", hands_over, particles())


@gr.kernel(checked=True)
def gathers(i, p, k):
    p[k[i]].at[k[i]] = 1


def test_checked_indices_of_fields():
    p = particles()
    gr.parallel_for(1, gathers, p, np.array([2]))
    assert p["at"][2, 2] == 1
    with pytest.raises(gr.BoundsError, match=r"index 0 of at = 4 in k\[i\], expected 0..2"):
        gr.parallel_for(1, gathers, p, np.array([4]))


def test_stats_count_fields():
    @gr.kernel
    def shifted(i, p):
        p[i].x = p[i].v + 1.0

    assert shifted.stats(particles()) == {"bytes read": 4, "bytes written": 8, "flops": 1,
                                          "calls": 0, "loops": 0}


def test_many_launches_keep_nothing():
    import sys
    p, s = particles(), Settings(0.0, 0)
    gr.parallel_for(6, move, p, s)
    before = sys.getrefcount(s), sys.getrefcount(PARTICLE), sys.getrefcount(p)
    for _ in range(2000):
        gr.parallel_for(6, move, p, s)
    assert (sys.getrefcount(s), sys.getrefcount(PARTICLE), sys.getrefcount(p)) == before


@dataclasses.dataclass
class Slotted:
    __slots__ = ("n",)
    n: int


class Plain:
    rate = 2.0


SLOTTED, PLAIN = Slotted(1), Plain()
PLAIN.inner = Plain()


@gr.kernel
def from_others(i, out):
    out[i] = SLOTTED.n * 100 + PLAIN.inner.rate


def test_attributes_of_any_object_are_noticed_when_they_change():
    out, seen = np.zeros(1), []
    for change in (lambda: None, lambda: setattr(SLOTTED, "n", 2), lambda: setattr(PLAIN.inner, "rate", 7.0),
                   lambda: setattr(PLAIN, "inner", Plain())):
        change()
        gr.parallel_for(1, from_others, out)
        seen.append(out[0])
    assert seen == [102, 202, 207, 202]
