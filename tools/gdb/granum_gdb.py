# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Views in gdb: label, element type, shape, layout and the first elements.

    (gdb) print a
    $1 = gr_view2_f64_right "a" (3, 4) {0, 1, 2, 3, 4, 5, 6, 7, ...}

gdb finds this file beside libgranum where its auto-load safe path allows (`add-auto-load-safe-path`), or by
`source granum_gdb.py`.
"""
import re

import gdb
import gdb.printing

FIRST = 8  # elements that are shown
LAYOUTS = {1: "right", 2: "left", 3: "strided"}


def length(type_):
    """Elements of an array type."""
    low, high = type_.range()
    return high - low + 1


class ViewPrinter:
    def __init__(self, view):
        self.view = view
        facts = view.type.strip_typedefs()["facts"].type.target()
        self.rank = length(facts["rank"].type) - 1

    def extents(self):
        return [int(self.view["extent"][d]) for d in range(self.rank)]

    def offset(self, number):
        """Of an element, counted as C counts: the last index runs fastest."""
        at = 0
        for d in reversed(range(self.rank)):
            number, index = divmod(number, int(self.view["extent"][d]))
            at += index * int(self.view["stride"][d])
        return at

    def label(self):
        # The third word of a buffer (gr_impl_record); without symbols of the library nobody else tells.
        word = gdb.lookup_type("char").pointer().pointer()
        return self.view["buffer"].cast(word)[2].string() if int(self.view["buffer"]) else ""

    def to_string(self):
        extents = self.extents()
        size = 1
        for extent in extents:
            size *= extent
        shape = "(" + ", ".join(map(str, extents)) + (",)" if self.rank == 1 else ")")
        text = f'{self.view.type.strip_typedefs().name} "{self.label()}" {shape}'
        if not int(self.view["data"]) or size <= 0:
            return text + " empty"
        try:
            shown = [str(self.view["data"][self.offset(k)]) for k in range(min(size, FIRST))]
        except gdb.MemoryError as error:
            return f"{text} {error}"
        return f"{text} {{{', '.join(shown)}{', ...' if size > FIRST else ''}}}"


class Views(gdb.printing.PrettyPrinter):
    def __init__(self):
        super().__init__("granum")
        self.name_of_view = re.compile(r"^gr_view[0-8]_\w+$")

    def __call__(self, value):
        type_ = value.type.strip_typedefs()
        if type_.code == gdb.TYPE_CODE_STRUCT and type_.name and self.name_of_view.match(type_.name):
            return ViewPrinter(value)
        return None


gdb.printing.register_pretty_printer(gdb.current_objfile(), Views(), replace=True)
