# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""@gr.kernel and @gr.function: a Python function with what it can see."""

from __future__ import annotations

import builtins

from .compiler import stage1_source, stage2_syntax, stage3_infer
from .compiler.errors import KernelTypeError
from .compiler.pipeline import Options


class Scope:
    """The names that a function sees besides its own: closure, module, builtins."""

    def __init__(self, namespace, cells=None):
        self.namespace = namespace
        self.cells = cells or {}

    @classmethod
    def of(cls, function):
        cells = dict(zip(function.__code__.co_freevars, function.__closure__ or ()))
        return cls(function.__globals__, cells)

    def lookup(self, name, program):
        """(found, value); what is found is frozen and guarded."""
        if name in self.cells:
            try:
                value = self.cells[name].cell_contents
            except ValueError:
                return False, None
            program.guard(self.cells[name], name, value)
            return True, value
        if name in self.namespace:
            value = self.namespace[name]
            program.guard(self.namespace, name, value)
            return True, value
        if hasattr(builtins, name):
            return True, getattr(builtins, name)
        return False, None

    def names(self):
        return list(self.cells) + list(self.namespace) + dir(builtins)


class Function:
    """A function that kernels call: @gr.function. In plain Python it is the function itself."""

    def __init__(self, function, source=None):
        self.function = function
        self.source_ = source or stage1_source.from_function(function)
        stage2_syntax.check(self.source_)
        self.scope = Scope.of(function)
        self.__name__ = function.__name__
        self.__qualname__ = function.__qualname__
        self.__doc__ = function.__doc__
        self.__module__ = function.__module__
        self.__wrapped__ = function

    def __call__(self, *args, **kwargs):
        return self.function(*args, **kwargs)

    def __repr__(self):
        return "<gr.function %s>" % self.__qualname__

    def parameters(self):
        args = self.source_.node.args
        return [a.arg for a in getattr(args, "posonlyargs", []) + args.args]

    def defaults(self):
        names = self.parameters()
        values = self.function.__defaults__ or ()
        return dict(zip(names[len(names) - len(values):], values))

    def infer(self, program, params, place):
        """The typed function for these parameter types; once in a program."""
        key = (id(self), tuple(k.key() if hasattr(k, "key") else k for _, k in params))
        if key in program.helpers:
            return program.helpers[key]
        if self in program.stack:
            raise KernelTypeError("%s() calls itself" % self.__name__, place,
                                  "write a loop: functions of kernels do not recurse")
        program.stack.append(self)
        program.keep.append(self)
        try:
            infer = stage3_infer.Infer(self.source_, self.scope, program, params)
            made = infer.run()
        finally:
            program.stack.pop()
        program.helpers[key] = made
        program.order.append(made)
        return made


def function(definition=None, *, source=None):
    """Decorate a function that kernels may call; it is compiled for each tuple of types."""
    if definition is None:
        return lambda f: Function(f, stage1_source.from_text(source) if source else None)
    return Function(definition)


class Kernel:
    """What @gr.kernel makes of a function."""

    def __init__(self, function, options, source=None):
        self.function = function
        self.options = options
        self.source_ = source or stage1_source.from_function(function)
        stage2_syntax.check(self.source_)
        self.scope = Scope.of(function)
        self.__name__ = function.__name__
        self.__qualname__ = function.__qualname__
        self.__doc__ = function.__doc__
        self.__module__ = function.__module__
        self.__wrapped__ = function

    def __repr__(self):
        return "<gr.kernel %s>" % self.__qualname__

    def __call__(self, *args, **kwargs):
        raise TypeError("the kernel %s is called like a function: launch it, as in "
                        "gr.parallel_for(n, %s, ...)" % (self.__name__, self.__name__))


def kernel(definition=None, *, fast=False, checked=False, errors=None, source=None):
    """Decorate a function that launches run for each index of a range."""
    def make(f):
        text = stage1_source.from_text(source, f.__code__.co_filename) if source else None
        return Kernel(f, Options(fast, checked, errors), text)
    return make if definition is None else make(definition)


