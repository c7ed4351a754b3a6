# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Stage 3, functions inside of kernels: what they read of the kernel's variables becomes arguments.

A closure reads a variable when it is called, so each call hands over what the variables hold then.
"""

from __future__ import annotations

import ast
import copy

from .errors import KernelTypeError
from .stage1_source import parameters_of


def own_nodes(node):
    """The nodes of a function without those of the functions inside of it, whose heads count."""
    stack = list(reversed(node.body if isinstance(node, ast.FunctionDef) else [node]))
    while stack:
        inner = stack.pop()
        yield inner
        if isinstance(inner, ast.FunctionDef):
            stack.extend(d for d in inner.args.defaults + inner.args.kw_defaults if d)
        else:
            stack.extend(reversed(list(ast.iter_child_nodes(inner))))


def names_of(node):
    """(names that a function assigns, arguments included; names that it takes from outside)."""
    own = {a.arg for a in parameters_of(node)}
    read = {}
    inside = []
    for inner in own_nodes(node):
        if isinstance(inner, ast.FunctionDef):
            own.add(inner.name)
            inside.append(inner)
        elif isinstance(inner, ast.Name):
            if isinstance(inner.ctx, ast.Store):
                own.add(inner.id)
            else:
                read[inner.id] = None
    for function in inside:
        read.update(dict.fromkeys(names_of(function)[1]))
    return own, [n for n in read if n not in own]


class Nested:
    """A def inside of a kernel or of a function, called by its name."""

    def __init__(self, node, outer):
        self.node = node
        self.__name__ = node.name
        self.scope = outer.scope
        self.outer = outer.nested          # the functions that it may call, itself among them
        self.source_ = copy.copy(outer.source)
        self.source_.node, self.source_.name = node, node.name
        self.own, self.outside = names_of(node)
        self.default = {}
        self.variables = ()                # of the enclosing function

    def parameters(self):
        return [a.arg for a in parameters_of(self.node)]

    def keyword_only(self):
        return [a.arg for a in self.node.args.kwonlyargs]

    def defaults(self):
        return self.default

    def captured(self, variables, seen=()):
        """Variables of the enclosing function that a call reads, through other functions too."""
        found = {n: None for n in self.outside if n in variables}
        for name in self.outside:
            other = self.outer.get(name)
            if other is not None and other not in seen and other is not self:
                found.update(dict.fromkeys(other.captured(variables, (*seen, self))))
        return list(found)

    def infer(self, program, params, place):
        """The typed function for these parameter types; once in a program."""
        from . import stage3_infer
        key = (id(self.node), tuple(k.key() if hasattr(k, "key") else k for _, k in params))
        if key in program.helpers:
            return program.helpers[key]
        if self.node in program.stack:
            raise KernelTypeError("%s() calls itself" % self.__name__, place,
                                  "write a loop: functions of kernels do not recurse")
        program.stack.append(self.node)
        program.keep.append(self.node)
        try:
            infer = stage3_infer.Infer(self.source_, self.scope, program, params)
            infer.around = self.outer
            made = infer.run()
        finally:
            program.stack.pop()
        program.helpers[key] = made
        return made
