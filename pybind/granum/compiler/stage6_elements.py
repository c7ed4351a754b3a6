# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Stage 6, elements: arrays, slices, tuples and structs, and what is in them."""

from __future__ import annotations

from . import tree, types
from .c_text import c_string, strip
from .stage6_shared import ALL, Site, field_name
from .types import INT


class Elements:
    """The part of Body that emits arrays, and what is taken out of them."""

    def ex_Load(self, x):
        return self.element(x, x.array, x.index, x.at)

    def ex_Extent(self, x):
        return self.extent(x.array.name, x.dim)

    def extent(self, array, dim):
        if not self.is_kernel:
            return "%s.n[%d]" % (self.name(array), dim)
        self.extents.add((array, dim))
        return self.extra("%s_n%d" % (self.name(array), dim))

    def stride(self, array, dim, kind):
        if kind.layout == "C" and dim == kind.ndim - 1 or kind.layout == "F" and dim == 0:
            return None
        if not self.is_kernel:
            return "%s.s[%d]" % (self.name(array), dim)
        self.strides.add((array, dim))
        return self.extra("%s_s%d" % (self.name(array), dim))

    def data(self, array):
        return self.name(array) if self.is_kernel else self.name(array) + ".data"

    def offset(self, array, index):
        """Where an element stands [elements from the first]."""
        kind = array.type
        if isinstance(kind, types.Local):
            text = None
            for d, i in enumerate(index):
                part = self.expr(i)
                text = part if text is None else "(%s * %d + %s)" % (text, kind.shape[d], part)
            return strip(text)
        parts = []
        for d, i in enumerate(index):
            if isinstance(i, tree.Const) and i.value == 0:
                continue
            stride = self.stride(array.name, d, kind)
            parts.append(self.expr(i) if stride is None
                         else "%s * %s" % (self.expr(i), stride))
        if len(parts) == 1:
            return strip(parts[0])
        return " + ".join(parts) if parts else "0"

    def element(self, node, array, index, at):
        kind = array.type
        if isinstance(kind, types.Local):
            self.check_local(array, index, at)
        what = getattr(node, "bounds", "gather")
        if (self.checked and getattr(node, "guarded", False)) \
                or (self.checked == ALL and what == "gather"):
            return self.checked_element(array, index, at)
        if isinstance(kind, types.Local):
            return "%s[%s]" % (self.name(array.name), self.offset(array, index))
        return "%s[%s]" % (self.data(array.name), self.offset(array, index))

    def check_local(self, array, index, at):
        for d, i in enumerate(index):
            if isinstance(i, tree.Const) and not 0 <= i.value < array.type.shape[d]:
                from .errors import KernelTypeError
                raise KernelTypeError(
                    "index %d of %s = %d, expected 0..%d" % (d, array.name, i.value,
                                                             array.type.shape[d] - 1),
                    self.source.place(at))

    def checked_element(self, array, index, at):
        """An element whose indices are looked at; a spare one where they are wrong."""
        kind = array.type
        self.vector = False
        tests, lines, names = [], [], []
        for d, i in enumerate(index):
            name = self.fresh("i%d" % d)
            names.append(name)
            lines.append("const int64_t %s = %s;" % (name, self.top(i)))
            site = Site(None, "", self.source.place(at), kind="bounds",
                        array=array.name, dim=d, expression=self.text(getattr(i, "at", at)))
            code = self.shared.site_code(site)
            self.shared.need("gr_py_inside")
            tests.append(self.inside(site, code, name, [
                str(kind.shape[k]) if isinstance(kind, types.Local) else self.extent(array.name, k)
                for k in range(len(index))]))
        shown = [tree.Var(at, INT, n) for n in names]
        for n in names:
            self.names[n] = n
        data = self.name(array.name) if isinstance(kind, types.Local) else self.data(array.name)
        element = "%s[%s]" % (data, self.offset(array, shown))
        spare = self.shared.spare(self.shared.c_type(kind.dtype))
        self.uses_fault = True
        return "(*({ %s %s ? &%s : (%s *)%s; }))" % (
            " ".join(lines), " && ".join(tests), element, self.shared.c_type(kind.dtype), spare)

    def inside(self, site, code, index, shape):
        """Whether an index is inside; with the debug word "each" it is printed if not."""
        test = "gr_py_inside(gr_fault, %d, %s, %s)" % (code, index, shape[site.dim])
        if not self.shared.tells:
            return test
        what = "%s: %s(): index %d of %s" % (site.place.at(), self.source.name, site.dim, site.array)
        if self.shared.options.on_device:
            self.shared.need("gr_py_notes")
            site.told = what, site.expression, site.array
            return "(%s || (gr_py_note_outside(gr_fault, %d, %s, %d, %d, %s), false))" % (
                test, code, index, len(shape), site.dim, ", ".join([*shape, *["0"] * (6 - len(shape))]))
        self.shared.need("gr_py_outside_each")
        return "(%s || (gr_py_outside_each(%s, %s, %s, %s, %s, (const int64_t[]){%s}, %d), false))" % (
            test, c_string(what), c_string(site.expression), c_string(site.array), index,
            shape[site.dim], ", ".join(shape), len(shape))

    def ex_ArrayRef(self, x):
        """A whole array as an argument of a helper."""
        kind = x.type
        if isinstance(kind, types.Local):
            return self.name(x.name)
        if not self.is_kernel:
            return self.name(x.name)
        n = [self.extent(x.name, d) for d in range(kind.ndim)]
        s = [self.stride(x.name, d, kind) or "1" for d in range(kind.ndim)]
        c = self.shared.c_type(kind)
        return "(%s){(%s *)%s, {%s}, {%s}}" % (c, self.shared.c_type(kind.dtype),
                                               self.data(x.name), ", ".join(n), ", ".join(s))

    def ex_Slice(self, x):
        base, kind = x.array, x.type
        start, n, s = [], [], []
        for d, part in enumerate(x.index):
            first = part[0] if isinstance(part, tuple) else part
            start.append(first)
            if isinstance(part, tuple):
                lo, hi = part
                end = self.extent(base.name, d) if hi is None else self.expr(hi)
                step = tree.step_of(part)
                if step != 1:
                    n.append(self.helper("gr_py_stepped_length", self.top(lo), strip(end),
                                         str(step)))
                    stride = self.stride(base.name, d, base.type)
                    s.append(str(step) if stride is None else "%s * %d" % (stride, step))
                    continue
                if isinstance(lo, tree.Const) and lo.value == 0:
                    n.append(strip(end))
                else:
                    n.append("gr_py_length(%s, %s)" % (self.top(lo), strip(end)))
                    self.shared.need("gr_py_length")
                s.append(self.stride(base.name, d, base.type) or "1")
        c = self.shared.c_type(kind)
        return "(%s){(%s *)%s + (%s), {%s}, {%s}}" % (
            c, self.shared.c_type(kind.dtype), self.data(base.name),
            self.offset(base, start), ", ".join(n), ", ".join(s))

    def ex_TupleOf(self, x):
        return "(%s){%s}" % (self.shared.c_type(x.type), ", ".join(self.top(i) for i in x.items))

    def ex_Item(self, x):
        return "%s.v%d" % (self.expr(x.x), x.k)

    def ex_Field(self, x):
        return "%s.%s" % (self.expr(x.x), field_name(x.x.type, x.name))

    def ex_Part(self, x):
        """An element of a field that is an array, checked where its index is not known."""
        shape, c = x.x.type.shape, self.shared.c_type(x.type)
        base = self.expr(x.x)
        what = getattr(x, "bounds", "gather")
        if not (self.checked and getattr(x, "guarded", False)) \
                and not (self.checked == ALL and what == "gather"):
            return base + "".join("[%s]" % self.top(i) for i in x.index)
        self.vector = False
        self.uses_fault = True
        self.shared.need("gr_py_inside")
        lines, tests, names = [], [], []
        for d, i in enumerate(x.index):
            names.append(self.fresh("i%d" % d))
            lines.append("const int64_t %s = %s;" % (names[-1], self.top(i)))
            site = Site(None, "", self.source.place(x.at), kind="bounds", array=x.x.name, dim=d,
                        expression=self.text(getattr(i, "at", x.at)))
            code = self.shared.site_code(site)
            tests.append(self.inside(site, code, names[-1], [str(n) for n in shape]))
        item = base + "".join("[%s]" % n for n in names)
        # the address of a packed struct's field: by way of the array, whose items lie anywhere
        spare = self.shared.spare(c)
        return "(((%s *)({ %s %s ? (void *)&%s : (void *)%s; }))->one)" % (
            self.shared.packed_name(c), " ".join(lines), " && ".join(tests), item, spare)

    def ex_Make(self, x):
        if x.type.name.startswith("gr_loc_"):
            return "(%s){%s}" % (self.shared.c_type(x.type),
                                 ", ".join(self.top(i) for i in x.items))
        return "(%s){%s}" % (self.shared.c_type(x.type), ", ".join(
            ".%s = %s" % (field_name(x.type, n), self.top(i))
            for (n, _), i in zip(x.type.fields, x.items)))

    def ex_Atomic(self, x):
        self.vector = False
        self.shared.includes.add("atomic")
        place = "&%s" % self.element(x, x.array, x.index, x.at)
        if x.field is not None:
            # the field of a packed struct, which lies at a multiple of its size
            place = "(%s *)(void *)((char *)%s + %d)" % (
                self.shared.c_type(x.type), place, x.array.type.dtype.offsets[
                    [n for n, _ in x.array.type.dtype.fields].index(x.field)])
        values = [self.top(v) for v in x.value]
        if x.array.name in self.copied:
            return "%s %s= %s" % (place[1:], "+" if x.op == "ADD" else "-", values[0])
        if x.op == "EXCHANGE":
            return "GR_ATOMIC_EXCHANGE(%s, %s)" % (place, values[0])
        if x.op == "COMPARE_EXCHANGE":
            name = self.fresh("old")
            return "({ %s %s = %s; GR_ATOMIC_COMPARE_EXCHANGE(%s, &%s, %s); %s; })" % (
                self.shared.c_type(x.type), name, values[0], place, name, values[1], name)
        form = "GR_ATOMIC_%s" if x.result == "NONE" else "GR_ATOMIC_FETCH_%s"
        return "%s(%s, %s)" % (form % x.op, place, values[0])
