# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""@gr.kernel and @gr.function: a Python function, what it can see, and its compiled forms.

A launch finds its plan in C (KernelBase). What is here runs when there is none yet: the cache is
asked by all that decides the code, and only where it has nothing do the compiler's stages run.
One file: what identifies a kernel walks over the functions and kernels that it sees.
"""

from __future__ import annotations

import builtins
import types as python_types

from ._granum import KernelBase, Library, Plan, _debug_modes, launch, on
from .compiler import stage1_source, stage2_syntax
from .compiler.errors import KernelError, KernelTypeError
from .compiler.options import Options

_MODULES = frozenset(["math", "numpy", "granum", "builtins"])


class Scope:
    """The names that a function sees besides its own: closure, module, builtins."""

    def __init__(self, namespace, cells=None):
        self.namespace = namespace
        self.cells = cells or {}

    @classmethod
    def of(cls, function):
        cells = dict(zip(function.__code__.co_freevars, function.__closure__ or ()))
        return cls(function.__globals__, cells)

    def find(self, name):
        """(found, value, guard): the guard is what KernelBase watches."""
        cell = self.cells.get(name)
        if cell is not None:
            try:
                value = cell.cell_contents
            except ValueError:
                return False, None, None
            return True, value, (cell, None, value)
        if name in self.namespace:
            value = self.namespace[name]
            return True, value, (self.namespace, name, value)
        if hasattr(builtins, name):
            return True, getattr(builtins, name), None
        return False, None, None

    def lookup(self, name, program):
        found, value, _ = self.find(name)
        return found, value

    def names(self):
        return list(self.cells) + list(self.namespace) + dir(builtins)


class _Source:
    """What a kernel and a function have in common: source, scope, and all that both stand for."""

    def _begin(self, function, source):
        self.function = function
        self.source_ = source or stage1_source.from_function(function)
        stage2_syntax.check(self.source_)
        self.scope = Scope.of(function)
        for name in ("__name__", "__qualname__", "__doc__", "__module__"):
            setattr(self, name, getattr(function, name))
        self.__wrapped__ = function

    def parameters(self):
        return [a.arg for a in stage1_source.parameters_of(self.source_.node)]

    def keyword_only(self):
        return [a.arg for a in self.source_.node.args.kwonlyargs]

    def defaults(self):
        return stage1_source.defaults_of(self.function)

    def _state(self):
        """How to build the same from its text, in another process."""
        source = self.source_
        names = {}
        for name in source.names:
            found, value, guard = self.scope.find(name)
            if found and guard is not None and value is not self:
                names[name] = _Module(value.__name__) \
                    if isinstance(value, python_types.ModuleType) else value
        return (source.text, source.filename, source.first_line, source.indent, self.__name__,
                self.__qualname__, self.__module__, self.function.__defaults__,
                self.function.__kwdefaults__, names)


class _Module:
    """A module, pickled by its name."""

    def __init__(self, name):
        self.name = name

    def load(self):
        import importlib
        return importlib.import_module(self.name)


def _rebuilt(state):
    """(function, Source) of a state."""
    import ast
    text, filename, first_line, indent, name, qualname, module, defaults, by_name, names = state
    source = stage1_source.Source(text, filename, first_line, name, indent)
    node = ast.parse(text).body[0]
    node.decorator_list, node.returns = [], None
    node.args.defaults = []
    node.args.kw_defaults = [None] * len(node.args.kwonlyargs)
    for arg in stage1_source.parameters_of(node):
        arg.annotation = None
    ast.increment_lineno(node, first_line - 1)
    namespace = {"__name__": module, "__builtins__": builtins}
    exec(compile(ast.Module([node], []), filename, "exec"), namespace)
    function = namespace.pop(name)
    function.__defaults__ = defaults
    function.__kwdefaults__ = by_name
    function.__qualname__ = qualname
    for key, value in names.items():
        function.__globals__[key] = value.load() if isinstance(value, _Module) else value
    return function, source


class Function(_Source):
    """A function that kernels call: @gr.function. In plain Python it is the function itself."""

    def __init__(self, function, source=None):
        self._begin(function, source)

    def __call__(self, *args, **kwargs):
        return self.function(*args, **kwargs)

    def __repr__(self):
        return "<gr.function %s>" % self.__qualname__

    def __reduce__(self):
        return _load_function, (self._state(),)

    def infer(self, program, params, place):
        """The typed function for these parameter types; once in a program."""
        from .compiler import stage3_infer
        key = (id(self), tuple(k.key() if hasattr(k, "key") else k for _, k in params))
        if key in program.helpers:
            return program.helpers[key]
        if self in program.stack:
            raise KernelTypeError("%s() calls itself" % self.__name__, place,
                                  "write a loop: functions of kernels do not recurse")
        program.stack.append(self)
        program.keep.append(self)
        try:
            made = stage3_infer.Infer(self.source_, self.scope, program, params).run()
        finally:
            program.stack.pop()
        program.helpers[key] = made
        return made


def _load_function(state):
    return Function(*_rebuilt(state))


def function(definition=None, *, source=None):
    """Decorate a function that kernels may call; it is compiled for each tuple of types.

    source is its text, where Python does not keep it (exec).
    """
    if definition is None:
        return lambda f: Function(f, stage1_source.from_text(source) if source else None)
    return Function(definition)


class Kernel(KernelBase, _Source):
    """What @gr.kernel makes of a function: launch it with parallel_for and its kin."""

    def __init__(self, function, options, source=None):
        self._begin(function, source)
        self.options = options
        from . import _config
        self._device = _config.VENDORS.index(options.space)
        self._twins = {}        # of launches over teams: (team size, scratch) -> _TeamKernel
        self._named = None      # the kernel for launches whose arguments were put into positions
        self._any_position = False
        self._others = {}       # of launches in other spaces: space -> Kernel

    def __repr__(self):
        return "<gr.kernel %s>" % self.__qualname__

    def __call__(self, *args, **kwargs):
        raise TypeError("the kernel %s is called like a function: launch it, as in "
                        "gr.parallel_for(n, %s, ...)" % (self.__name__, self.__name__))

    def __reduce__(self):
        return _load_kernel, (self._state(), self.options.key())

    # -- what the launch path asks ---------------------------------------------------------------

    def _specialise(self, pattern, rank, types):
        from . import cache
        self._check_positions(pattern, rank, len(types))
        parts, guards = fingerprint(self)
        self._watch(guards)
        options = self.options.under(_debug_modes())
        key, entry = cache.find([front_end(), repr((pattern, rank, types, self.team)),
                                 repr((*options.key(), options.modes)), *parts], options.space)
        if entry is None:
            entry = cache.build(key, lambda: self._compile(pattern, rank, types, options), space=options.space)
        import marshal
        record = marshal.loads(entry.meta)
        library = Library(entry.path)
        return Plan(library.address(record["entry"]), library, pattern, rank, types,
                    writes=record["writes"], results=tuple(record["results"]),
                    wrap=_grouping(record["groups"]), info=record, device=self._device)

    def _check_positions(self, pattern, rank, count):
        """Arguments that are given by name only: launches by position have none of them."""
        named = self.keyword_only()
        if not named or self._any_position:
            return
        names = self._arguments(pattern, rank)
        most = len(names) - len(named)
        if count > most:
            raise TypeError("%s() takes %d argument%s after the indices by position (%s), got %d" % (
                self.__name__, most, "" if most == 1 else "s", ", ".join(names[:most]) or "none",
                count))

    def _compile(self, pattern, rank, types, options):
        import marshal
        from .compiler import pipeline
        from .compiler.errors import KernelError
        try:
            specialisation = pipeline.compile_kernel(self, pattern, rank, types, options)
        except KernelError as error:
            # What a kernel got wrong stands in its file, not in the compiler's.
            raise error.with_traceback(None) from None
        sources = specialisation.sources
        if options.instrumented:
            from .toolchain import Instrumented
            sources = Instrumented(sources)
        return sources, marshal.dumps(specialisation.record())

    def _raise_fault(self, plan, code, line, values, args):
        from .compiler import pipeline
        raise pipeline.error_of(plan.info, code, line, values, self.scope)

    def _raise_found(self, plan, fault, args, found):
        from .compiler import pipeline
        code, line, *values = fault
        error = pipeline.finding_of(plan.info, code, *found)
        if error is not None:
            raise error
        self._raise_fault(plan, code, line, tuple(values), args)

    def _argument_name(self, pattern, rank, k):
        names = self._arguments(pattern, rank)
        return names[k] if k < len(names) else "argument %d" % (k + 1)

    def _arguments(self, pattern, rank):
        """Names of the arguments of a launch: without indices, accumulators and `final`."""
        from .compiler import language
        rest = self.parameters()[rank:]
        if pattern in ("reduce", "scan"):
            while rest and isinstance(self._annotation(rest[0]), language.Accumulator):
                rest = rest[1:]
        return rest[1:] if pattern == "scan" else rest

    def _annotation(self, name):
        for arg in stage1_source.parameters_of(self.source_.node):
            if arg.arg == name and arg.annotation is not None:
                return stage1_source.evaluate(arg.annotation, self.scope)
        return None

    def _call_with(self, pattern, policy, args, kwargs):
        names = self._arguments(pattern, _rank_of(policy))
        space = None if "space" in names else kwargs.pop("space", None)
        if "instance" in kwargs and "instance" not in names:
            policy = on(policy, kwargs.pop("instance"))
        if space not in (None, "python") and not kwargs and not self.keyword_only():
            self._launches_in(space, self._launched_in(space))
        args = self._bind(pattern, _rank_of(policy), args, kwargs)
        if space == "python":
            from .compiler import interpret
            return interpret.run(self, pattern, policy, args)
        return launch(pattern, policy, self._launched_in(space)._by_name(), *args)

    def _launched_in(self, space):
        """The kernel in a space that has a device, or an error that says why it has none."""
        kernel = self.in_space(space)
        if kernel is not self:
            from . import toolchain
            toolchain.check_device(kernel.options.space)
        return kernel

    def _by_name(self):
        """The kernel where all arguments of a launch have been put into positions."""
        if not self.keyword_only() or self._any_position:
            return self
        if self._named is None:
            self._named = Kernel(self.function, self.options, self.source_)
            self._named._any_position = True
        return self._named

    def in_space(self, space):
        """The kernel where launches run in a space, "host", "sim", "cuda" or "hip"; its own if space is None."""
        if space is None or space == self.options.space:
            return self
        if space not in self._others:
            from . import toolchain
            toolchain.check_space(space)
            self._others[space] = Kernel(self.function, self.options.on(space), self.source_)
        return self._others[space]

    def _bind(self, pattern, rank, args, kwargs):
        """Arguments by position, from those by name and the defaults."""
        names = self._arguments(pattern, rank)
        defaults = self.defaults()
        self._check_positions(pattern, rank, len(args))
        if len(args) > len(names):
            raise TypeError("%s() takes %d argument%s after the indices (%s), got %d" % (
                self.__name__, len(names), "" if len(names) == 1 else "s",
                ", ".join(names) or "none", len(args)))
        bound = dict(zip(names, args))
        for name, value in kwargs.items():
            if name not in names:
                raise TypeError("%s() has no argument %s, expected one of %s"
                                % (self.__name__, name, ", ".join(names) or "none"))
            if name in bound:
                raise TypeError("%s() got two values for %s" % (self.__name__, name))
            bound[name] = value
        for name in names:
            if name not in bound:
                if name not in defaults:
                    raise TypeError("%s() misses its argument %s" % (self.__name__, name))
                bound[name] = defaults[name]
        return [bound[name] for name in names]

    team = None

    def _twin(self, policy):
        """The kernel over leagues of such teams."""
        key = (policy.team_size, policy.scratch)
        twin = self._twins.get(key)
        return self._twins.setdefault(key, _TeamKernel(self, key)) if twin is None else twin

    def bind(self, policy, /, *args, pattern="for", **kwargs):
        """A launch with everything decided: call it to run it.

        Arguments may be given by name, or left to their defaults. It keeps them alive and sees
        what is written into the arrays; a later change of a constant that the kernel was compiled
        with it does not see.
        """
        from .compiler import language
        names = self._arguments(pattern, _rank_of(policy))
        if "space" in kwargs and "space" not in names:
            space = kwargs.pop("space")
            return self._launched_in(space).bind(policy, *args, pattern=pattern, **kwargs)
        if "instance" in kwargs and "instance" not in names:
            policy = on(policy, kwargs.pop("instance"))
        kernel = self
        if kwargs or len(args) < len(names):
            args = self._bind(pattern, _rank_of(policy), args, kwargs)
            kernel = self._by_name()
        if isinstance(policy, language.team):
            twin = kernel._twin(policy)
            return KernelBase.bind(twin, on(policy.league_size, policy.instance), *args,
                                   pattern=pattern)
        return KernelBase.bind(kernel, policy, *args, pattern=pattern)

    def _launch_other(self, pattern, policy, args):
        from .compiler import language
        if isinstance(policy, language.team):
            twin = self._twin(policy)
            return launch(pattern, on(policy.league_size, policy.instance), twin, *args)
        raise TypeError("policy = %r, expected an int, a tuple of ints, gr.range, gr.mdrange or gr.team"
                        % (policy,))

    # -- what users ask --------------------------------------------------------------------------

    @property
    def effects(self):
        """{array argument: "read", "write", "read write", "atomic", "unused"} of the last
        specialisation."""
        plans = self.plans() or [p for kernel in (*self._twins.values(), *self._others.values())
                                 for p in kernel.plans()]
        if not plans:
            raise ValueError("%s was not launched yet: its effects depend on the types, which "
                             "%s.explain(...) takes" % (self.__name__, self.__name__))
        return dict(plans[-1].info["effects"])

    def plans(self):
        """The compiled forms of launches in the kernel's own space, but those over teams."""
        return self._plans + (self._named._plans if self._named is not None else ())

    def specialise(self, *args, pattern=None, rank=None):
        """The compiler's view of a launch with these arguments: .c_source, .effects, .record().

        Arguments are values as a launch takes them, or words such as "f64", ("f64", 2, "C").
        """
        from .compiler import pipeline, inspection
        pattern = pattern or inspection.pattern_of(self)
        rank = rank or inspection.rank_of(self, pattern, len(args))
        return pipeline.compile_kernel(self, pattern, rank,
                                       tuple(inspection.code_of(a) for a in args))

    def source(self, what="c", *args, pattern=None, rank=None):
        """The C of the launches so far, or of a launch with these arguments; "python": its own."""
        from .compiler import inspection
        return inspection.source(self, what, args, pattern, rank)

    def explain(self, *args, pattern=None, rank=None):
        """Types, effects, checks of indices, errors, and whether the loop is vectorised: text."""
        from .compiler import inspection
        return inspection.explain(self, args, pattern, rank)

    def stats(self, *args, pattern=None, rank=None):
        """Work of one iteration: {"bytes read", "bytes written", "flops", "calls"}."""
        from .compiler import inspection
        return inspection.stats(self, args, pattern, rank)


class _TeamKernel(Kernel):
    """A kernel over leagues of teams of one size: the launch's range is the league."""

    def __init__(self, kernel, team):
        super().__init__(kernel.function, kernel.options, kernel.source_)
        self.team = team
        self._any_position = kernel._any_position


def _load_kernel(state, key):
    function, source = _rebuilt(state)
    return Kernel(function, Options.from_key(key), source)


def _rank_of(policy):
    rank = getattr(policy, "rank", None)
    if rank is not None:
        return rank
    return len(policy) if isinstance(policy, tuple) else 1


def _grouping(groups):
    """Results of several accumulators, some of more than one number."""
    if len(groups) == 1 or all(g == 1 for g in groups):
        return None

    def wrap(*values):
        values = list(values)
        made = []
        for count in groups:
            part, values = values[:count], values[count:]
            made.append(tuple(part) if count > 1 else part[0])
        return tuple(made)
    return wrap


_front_end = []


def front_end():
    """What identifies the compiler's stages: names, sizes and times of their files."""
    if not _front_end:
        import os
        from . import toolchain
        folder = os.path.join(os.path.dirname(__file__), "compiler")
        try:
            files = sorted((f.name, toolchain.stamp(f.stat()))
                           for f in os.scandir(folder) if f.name.endswith(".py"))
        except OSError:
            files = []       # imported from an archive: the version of granum has to do
        _front_end.append(repr(files))
    return _front_end[0]


def fingerprint(kernel):
    """(strings that decide the code besides the types, guards): the kernel's text and place, its
    constants, and those of the functions that it calls."""
    parts, guards, seen = [], [], set()

    def add(item):
        if id(item) in seen:
            return
        seen.add(id(item))
        source = item.source_
        parts.append("%s:%d:%d\n%s" % (source.filename, source.first_line, source.indent,
                                       source.text))
        parts.append(repr(stage1_source.defaults_of(item.function)))
        for name in source.names:
            found, value, guard = item.scope.find(name)
            if not found or guard is None:
                continue
            guards.append(guard)
            parts.append("%s = %s" % (name, describe(value)))
            if isinstance(value, Function):
                add(value)
            elif has_parts(value):
                for chain in source.attributes.get(name, ()):
                    follow(name, value, chain)

    def has_parts(value):
        """Whether what a kernel reads of an object is not in its description."""
        if isinstance(value, python_types.ModuleType):
            return value.__name__ not in _MODULES
        if isinstance(value, type):
            return value.__module__.partition(".")[0] not in _MODULES
        return type(value).__module__ not in ("builtins", "numpy") and not isinstance(
            value, (Function, Kernel)) and type(value).__name__ != "Accumulator"

    def follow(name, value, chain):
        """Note the attributes that are looked up one in the other, as far as they are there."""
        for attribute in chain:
            try:
                inner = getattr(value, attribute)
            except AttributeError:
                return
            name = "%s.%s" % (name, attribute)
            parts.append("%s = %s" % (name, describe(inner)))
            if not isinstance(value, python_types.ModuleType):
                guards.append((value, attribute, inner))
            elif attribute in vars(value):
                guards.append((vars(value), attribute, inner))
            if isinstance(inner, Function):
                add(inner)
            if not has_parts(inner):
                return
            value = inner

    def describe(value):
        if isinstance(value, (bool, int, float, complex, str)) or value is None:
            return "%s %r" % (type(value).__name__, value)
        if isinstance(value, tuple):
            return "(%s)" % ", ".join(describe(v) for v in value)
        if isinstance(value, (Function, Kernel)):
            return "%s %s" % (type(value).__name__, value.__qualname__)
        if isinstance(value, type):
            fields = getattr(value, "__dataclass_fields__", None)
            if fields:
                return "dataclass %s %s" % (value.__qualname__, [
                    (f.name, str(f.type), repr(f.default)) for f in fields.values()])
            members = getattr(value, "__members__", None)
            if members:
                return "enum %s %s" % (value.__qualname__, [
                    (n, repr(m.value)) for n, m in members.items()])
            return "type %s.%s" % (value.__module__, value.__qualname__)
        if type(value).__name__ == "Accumulator":
            if isinstance(value.join, Function):
                add(value.join)
            return "%r %r" % (value, value.identity)
        if hasattr(value, "dtype") and getattr(value, "shape", None) == ():
            return "%s %r" % (value.dtype, value.item())
        if isinstance(value, python_types.ModuleType):
            return "module " + value.__name__
        fields = getattr(type(value), "__dataclass_fields__", None)
        if fields:
            if not type(value).__dataclass_params__.frozen:
                guards.extend((value, f, getattr(value, f)) for f in fields if hasattr(value, f))
            return "%s(%s)" % (describe(type(value)), ", ".join(
                "%s=%s" % (f, describe(getattr(value, f, None))) for f in fields))
        return "%s %s" % (type(value).__qualname__, getattr(value, "__qualname__", ""))

    add(kernel)
    return parts, guards


def kernel(definition=None, *, fast=False, checked=False, errors=None, debug=(), source=None,
           space="host"):
    """Decorate a function that launches run for each index of a range.

    fast     C's arithmetic: no errors are looked for, x ** 2 is x * x, a * b + c may be fused
    checked  every index is checked when it is used, also those that are read from arrays
    errors   False: no ZeroDivisionError and the like (results stay as they are defined)
    debug    "bounds", "nan", "overflow", several with commas: raise where an index leaves its
             array, a NaN is assigned, an integer wraps; "each": print the first ten as they
             happen; $GRANUM_DEBUG does so for all kernels
    source   the text, where Python does not keep it (exec)
    space    where launches run that do not say it: "host", a GPU of NVIDIA's ("cuda") or of AMD's
             ("hip"), or "sim", a simulated one
    """
    if space != "host":
        from . import toolchain
        toolchain.check_space(space)

    def make(f):
        text = stage1_source.from_text(source, f.__code__.co_filename) if source else None
        return Kernel(f, Options(fast, checked, errors, debug, space), text)
    return make if definition is None else make(definition)


__all__ = ["Function", "Kernel", "KernelError", "function", "kernel"]
