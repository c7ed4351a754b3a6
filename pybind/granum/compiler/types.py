# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The types of kernels: numbers, arrays, tuples, structs; what operations make of them.

Python's int is 64 bits and wraps, Python's float is a double. Both are *weak*: beside a number of
an explicit kind they take its kind, as in NumPy (f32 * 0.5 is f32). Elements of integer arrays are
Python ints once read, except u64, which keeps its range.
"""

from __future__ import annotations


class Type:
    pass


class Scalar(Type):
    """A number: kind b(ool) i u f c, width in bits, its C type and its word in signatures."""

    __slots__ = ("name", "kind", "bits", "c", "weak")

    def __init__(self, name, kind, bits, c, weak=False):
        self.name = name
        self.kind = kind
        self.bits = bits
        self.c = c
        self.weak = weak

    def __repr__(self):
        return self.name

    def __reduce__(self):
        return _by_name, (self.name,)

    def __call__(self, value):
        """gr.i32(v) outside of kernels: the value, of this type's range, as a Python number."""
        if self.kind == "b":
            return bool(value)
        if self.kind in "iu":
            value = int(value) & ((1 << self.bits) - 1)
            return value - (1 << self.bits) if self.kind == "i" and value >> (self.bits - 1) \
                else value
        if self.kind == "c":
            return complex(value)
        if self.bits == 32:
            import struct
            return struct.unpack("f", struct.pack("f", value))[0]
        return float(value)


BOOL = Scalar("bool", "b", 8, "bool")
INT = Scalar("int", "i", 64, "int64_t", weak=True)
FLOAT = Scalar("float", "f", 64, "double", weak=True)
COMPLEX = Scalar("complex", "c", 128, "gr_c128", weak=True)
I8 = Scalar("i8", "i", 8, "int8_t")
I16 = Scalar("i16", "i", 16, "int16_t")
I32 = Scalar("i32", "i", 32, "int32_t")
I64 = Scalar("i64", "i", 64, "int64_t")
U8 = Scalar("u8", "u", 8, "uint8_t")
U16 = Scalar("u16", "u", 16, "uint16_t")
U32 = Scalar("u32", "u", 32, "uint32_t")
U64 = Scalar("u64", "u", 64, "uint64_t")
F32 = Scalar("f32", "f", 32, "float")
F64 = Scalar("f64", "f", 64, "double")
C64 = Scalar("c64", "c", 64, "gr_c64")
C128 = Scalar("c128", "c", 128, "gr_c128")
DTYPES = {t.name: t for t in (BOOL, I8, I16, I32, I64, U8, U16, U32, U64, F32, F64, C64, C128)}
_NAMED = dict(DTYPES, int=INT, float=FLOAT, complex=COMPLEX)
# NumPy's and Python's names of the same.
ALIASES = {"bool_": BOOL, "bool8": BOOL, "int8": I8, "int16": I16, "int32": I32, "int64": I64,
           "uint8": U8, "uint16": U16, "uint32": U32, "uint64": U64, "float32": F32,
           "float64": F64, "complex64": C64, "complex128": C128, "intp": I64, "double": F64,
           "single": F32, "int_": I64, "float_": F64}


def _by_name(name):
    return _NAMED[name]


class Enumeration(Scalar):
    """The members of an enum.Enum that are no numbers themselves: each is its position."""

    __slots__ = ("members",)

    def __init__(self, name, members):
        super().__init__(name, "e", 64, "int64_t")
        self.members = tuple(members)     # (name, value), value None unless it is a number

    def key(self):
        return (self.name, self.members)

    def __eq__(self, other):
        return isinstance(other, Enumeration) and self.key() == other.key()

    def __hash__(self):
        return hash(self.key())

    def __reduce__(self):
        return Enumeration, self.key()

    def __repr__(self):
        return "enum " + self.name.rpartition(".")[2]


class Array(Type):
    """An array argument or a slice of one: element type, rank, layout C, F or S(trided)."""

    __slots__ = ("dtype", "ndim", "layout", "readonly")

    def __init__(self, dtype, ndim, layout="C", readonly=False):
        self.dtype = dtype
        self.ndim = ndim
        self.layout = layout
        self.readonly = readonly

    def key(self):
        return (repr(self.dtype), self.ndim, self.layout, self.readonly)

    def __eq__(self, other):
        return isinstance(other, Array) and self.key() == other.key()

    def __hash__(self):
        return hash(self.key())

    def __repr__(self):
        return "%dD array of %r" % (self.ndim, self.dtype)


class Local(Type):
    """A fixed-size array of one iteration: gr.local(shape, dtype)."""

    __slots__ = ("dtype", "shape")

    def __init__(self, dtype, shape):
        self.dtype = dtype
        self.shape = tuple(shape)

    @property
    def ndim(self):
        return len(self.shape)

    def __eq__(self, other):
        return isinstance(other, Local) and (self.dtype, self.shape) == (other.dtype, other.shape)

    def __hash__(self):
        return hash((self.dtype, self.shape))

    def __repr__(self):
        return "local array of %s %r" % (" x ".join(map(str, self.shape)), self.dtype)


class Struct(Type):
    """A dataclass, or an element of a structured array: fields are (name, type), a type is a
    Scalar, a Struct or (of a structured array) a Local. What has offsets lies in memory so."""

    __slots__ = ("name", "fields", "offsets", "size", "frozen")

    def __init__(self, name, fields, offsets=None, size=None, frozen=False):
        self.name = name
        self.fields = tuple(fields)
        self.offsets = offsets
        self.size = size
        self.frozen = frozen

    def field(self, name):
        for field, kind in self.fields:
            if field == name:
                return kind
        return None

    def __eq__(self, other):
        return isinstance(other, Struct) and self.key() == other.key()

    def __hash__(self):
        return hash(self.key())

    def key(self):
        return (self.name, self.fields, self.offsets, self.size)

    def __repr__(self):
        if self.offsets is None:
            return "struct " + self.name
        return "struct {%s}" % ", ".join("%s %r" % field for field in self.fields)


class Tuple(Type):
    """Several values at once: a function's result, the right side of an assignment."""

    __slots__ = ("items",)

    def __init__(self, items):
        self.items = tuple(items)

    def __eq__(self, other):
        return isinstance(other, Tuple) and self.items == other.items

    def __hash__(self):
        return hash(self.items)

    def __repr__(self):
        return "tuple (%s)" % ", ".join(map(repr, self.items))


class NoneType(Type):
    def __repr__(self):
        return "None"


class TeamType(Type):
    """The index of a kernel over a league of teams."""

    def __repr__(self):
        return "team"


TEAM = TeamType()
NONE = NoneType()
TEXT = Scalar("str", "s", 0, "const char *")


def is_number(t):
    return isinstance(t, Scalar) and t.kind in "biufc"


def is_integer(t):
    return isinstance(t, Scalar) and t.kind in "biu"


def is_real(t):
    return isinstance(t, Scalar) and t.kind in "biuf"


def bytes_of(kind):
    """The size of a number, of an element of a structured array or of a field of one [B]."""
    if isinstance(kind, Scalar):
        return kind.bits // 8
    if isinstance(kind, Local):
        size = bytes_of(kind.dtype)
        for extent in kind.shape:
            size *= extent
        return size
    return kind.size if kind.size is not None else sum(bytes_of(k) for _, k in kind.fields)


def loaded(dtype):
    """The type of an element once it is read."""
    if isinstance(dtype, Scalar) and dtype.kind in "iu" and dtype is not U64:
        return INT
    return dtype


def from_code(code):
    """The type of an argument from its word in a signature: 'f64', or (dtype, ndim, layout,
    readonly)."""
    if isinstance(code, tuple) and code[0] in ("struct", "dataclass"):
        return struct_of(code)
    if isinstance(code, tuple) and code[0] == "enum":
        return Enumeration(*code[1:])
    if isinstance(code, tuple):
        dtype, ndim, layout, readonly = code
        if isinstance(dtype, tuple):
            dtype = struct_of(dtype)
        return Array(DTYPES[dtype] if isinstance(dtype, str) else dtype, ndim, layout, readonly)
    if isinstance(code, Type):
        return code
    if code == "none":
        return NONE
    return {"i64": INT, "f64": FLOAT, "c128": COMPLEX}.get(code) or DTYPES[code]


def struct_of(description, frozen=False):
    """The Struct of what granum.records.describe() says."""
    def kind_of(word):
        return struct_of(word) if isinstance(word, tuple) else _NAMED[word]
    if description[0] == "dataclass":
        _, name, fields = description
        return Struct(name, [(n, kind_of(word)) for n, word in fields], frozen=frozen)
    _, fields, size = description
    kinds = [(n, Local(kind_of(word), shape) if shape else kind_of(word))
             for n, word, _, shape in fields]
    return Struct("record", kinds, tuple(f[2] for f in fields), size)


_ORDER = {"b": 0, "i": 1, "u": 1, "f": 2, "c": 3}


def promote(a, b, literal_a=False, literal_b=False):
    """The common type of two numbers in arithmetic."""
    if a is b:
        return INT if a is BOOL else a
    if _ORDER[a.kind] < _ORDER[b.kind]:
        a, b, literal_a, literal_b = b, a, literal_b, literal_a
    if a.kind == "c":
        if b.kind == "c":
            if a.weak or b.weak:
                return b if a.weak else a
            return C128 if C128 in (a, b) else C64
        if b.kind == "f" and b is F64:
            return C128
        return a if not (a.weak and b is F32) else C64
    if a.kind == "f":
        if b.kind == "f":
            if a.weak or b.weak:
                return b if a.weak else a
            return F64
        return a
    if a.kind == "b":
        return INT
    if b.kind == "b":
        return a
    # two integers: a Python int that is a literal takes the other's width, any other is 64 bits
    if U64 in (a, b):
        return U64
    if a.weak or b.weak:
        weak_literal = literal_a if a.weak else literal_b
        other = b if a.weak else a
        return other if weak_literal else INT
    if a.kind == b.kind:
        return a if a.bits >= b.bits else b
    unsigned, signed = (a, b) if a.kind == "u" else (b, a)
    if signed.bits > unsigned.bits:
        return signed
    return {8: I16, 16: I32, 32: INT}.get(unsigned.bits, INT)


def join(a, b):
    """The type of a variable that is assigned both, or None."""
    if a == b:
        return a
    if is_number(a) and is_number(b):
        if BOOL in (a, b) and not (is_integer(a) and is_integer(b)):
            return promote(a, b)
        return promote(a, b)
    if isinstance(a, Tuple) and isinstance(b, Tuple) and len(a.items) == len(b.items):
        items = [join(x, y) for x, y in zip(a.items, b.items)]
        return None if None in items else Tuple(items)
    return None
