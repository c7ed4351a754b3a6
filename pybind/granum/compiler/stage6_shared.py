# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Stage 6, what the functions of one generated file have in common: the errors that they may meet,
and the C types that stand for tuples, structs and arrays."""

from __future__ import annotations

from . import types

# Which accesses a body looks at: none, those that the launch could not prove, gathers too.
NONE, GUARDED, ALL = 0, 1, 2


class Site:
    """An error that code may meet: what is raised, and where."""

    def __init__(self, error, message, place, kind="error", **more):
        self.error = error
        self.message = message
        self.place = place
        self.kind = kind
        self.__dict__.update(more)

    def key(self):
        return (self.error.__name__, self.message, self.place.filename, self.place.line,
                self.place.col)


class Shared:
    """What the functions of one file have in common."""

    def __init__(self, options):
        self.options = options
        self.helpers = []          # names of c_runtime
        self.typedefs = []
        self.type_names = {}
        self.begin()
        self.tables = {}
        self.includes = set()
        self.names = set()

    def spare(self, c):
        """A pointer to a zero of a type that nobody else looks at."""
        return ("&(%s){0}" if self.options.space == "host" else "gr_py_spare<%s>()") % c

    def sink(self):
        """A pointer to a word that nobody looks at, until the end of the expression."""
        return "gr_py_sink()" if self.options.on_device else self.spare("uint64_t")

    def need(self, name):
        if name not in self.helpers:
            self.helpers.append(name)

    def site(self, site):
        """The bit of an error; more than 63 share the last."""
        key = site.key()
        if key not in self.site_bits:
            self.sites.append(site)
            self.site_bits[key] = min(len(self.sites) - 1, 62)
        return self.site_bits[key]

    def site_code(self, site):
        """The number of an error that is recorded by itself."""
        self.coded.append(site)
        return 100 + len(self.coded) - 1

    @property
    def tells(self):
        """Whether errors are printed as they happen."""
        return "each" in self.options.debug

    def begin(self):
        """A kernel of the file begins: its errors are its own."""
        self.sites, self.site_bits, self.coded = [], {}, []
        self.functions = {}        # (tree.Function, checked) -> C name
        self.facts = {}            # the same -> (fails, uses_fault, vector)
        self.texts = []            # of helper functions
        self.checked = NONE

    def tuple_name(self, kind):
        if kind not in self.type_names:
            name = "gr_py_tuple%d" % (len(self.type_names) + 1)
            fields = " ".join("%s v%d;" % (self.c_type(t), k) for k, t in enumerate(kind.items))
            self.typedefs.append("typedef struct %s {\n    %s\n} %s;\n" % (name, fields, name))
            self.type_names[kind] = name
        return self.type_names[kind]

    def struct_name(self, kind):
        if kind.name in ("gr_loc_f64", "gr_loc_i64", "gr_loc_f32", "gr_loc_u64"):
            self.includes.add("reduce")
            return kind.name
        if kind not in self.type_names:
            for _, inner in kind.fields:
                self.c_type(inner)           # structs inside come first
            name = "gr_struct_" + (kind.name if kind.name.isascii() else "of")
            if name in self.type_names.values():
                name += str(len(self.type_names))
            self.typedefs.append(self.struct_text(kind, name))
            self.type_names[kind] = name
        return self.type_names[kind]

    def struct_text(self, kind, name):
        """The typedef; of an element of a structured array, with the offsets that NumPy chose."""
        members = []
        for field, t in kind.fields:
            count = "".join("[%d]" % n for n in t.shape) if isinstance(t, types.Local) else ""
            members.append("%s %s%s;" % (self.c_type(t), field_name(kind, field), count))
        if kind.offsets is None:
            return "typedef struct %s {\n    %s\n} %s;\n" % (name, " ".join(members), name)
        lines, end = [], 0
        for k, offset in sorted(enumerate(kind.offsets), key=lambda pair: pair[1]):
            if offset > end:
                lines.append("char gr_gap%d[%d];" % (len(lines), offset - end))
            lines.append(members[k])
            end = offset + types.bytes_of(kind.fields[k][1])
        if kind.size > end:
            lines.append("char gr_gap%d[%d];" % (len(lines), kind.size - end))
        return ("typedef struct __attribute__((packed)) %s {\n    %s\n} %s;\n"
                "%s(sizeof(%s) == %d, \"as in NumPy\");\n"
                % (name, " ".join(lines), name,
                   "_Static_assert" if self.options.space == "host" else "static_assert", name,
                   kind.size))

    def packed_name(self, c):
        """A struct of one member that may lie anywhere."""
        key = ("packed", c)
        if key not in self.type_names:
            name = "gr_py_packed%d" % (len(self.type_names) + 1)
            self.typedefs.append("typedef struct __attribute__((packed)) %s {\n    %s one;\n} %s;\n"
                                 % (name, c, name))
            self.type_names[key] = name
        return self.type_names[key]

    def array_name(self, kind):
        key = ("array", kind.dtype, kind.ndim)
        if key not in self.type_names:
            name = "gr_py_array%d" % (len(self.type_names) + 1)
            self.typedefs.append("typedef struct %s {\n    %s *data;\n    int64_t n[%d], s[%d];\n"
                                 "} %s;\n" % (name, self.c_type(kind.dtype), kind.ndim,
                                              kind.ndim, name))
            self.type_names[key] = name
        return self.type_names[key]

    def c_type(self, kind):
        if isinstance(kind, types.Scalar):
            return kind.c
        if isinstance(kind, types.Tuple):
            return self.tuple_name(kind)
        if isinstance(kind, types.Struct):
            return self.struct_name(kind)
        if isinstance(kind, types.Array):
            return self.array_name(kind)
        if isinstance(kind, types.Local):
            return self.c_type(kind.dtype)
        return "void"


def field_name(kind, name):
    """What C calls a field, whatever NumPy lets it be called."""
    if kind.name.startswith("gr_loc_"):
        return name
    if name.isascii() and name.isidentifier() and not name.startswith("gr_"):
        return name + "_"
    return "gr_field%d" % [n for n, _ in kind.fields].index(name)
