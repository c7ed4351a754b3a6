# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Stage 3: from Python's syntax tree and the types of the arguments to the typed tree.

A variable has one type in a function: the join of what it is assigned. The function is walked
again until the types of all variables stand. This file is the walk over statements and names;
ranges of teams are in stage3_teams.py, expressions in stage3_expressions.py. It is one class and long,
since every statement looks at and changes the same types of variables.
"""

from __future__ import annotations

import ast
import enum

from . import language, stage1_source, tree, types
from .errors import KernelSyntaxError, KernelTypeError
from .stage3_expressions import Expressions
from .stage3_known import Static
from .stage3_nested import Nested, own_nodes
from .stage3_teams import EVERYTHING, Teams
from .types import BOOL, FLOAT, INT, NONE


class Program:
    """One specialisation under way: its helpers, and the constants that went into it."""

    def __init__(self):
        self.helpers = {}      # (id(function), types) -> tree.Function
        self.keep = []         # the functions, so that ids stay theirs
        self.stack = []        # functions being inferred, to refuse recursion


class Infer(Expressions, Teams):
    """Infers one function for one tuple of parameter types."""

    def __init__(self, source, scope, program, params, pattern="helper", rank=0):
        self.source = source
        self.scope = scope
        self.program = program
        self.params = params              # [(name, type)]
        self.pattern = pattern
        self.rank = rank
        self.types = {}                   # local name -> type, joined over passes
        self.fixed = {}                   # name -> annotated type
        self.accumulators = {}            # name -> language.Accumulator
        self.constants = {}               # arguments left to their defaults
        self.around = {}                  # functions that are defined around this one
        self.nested = {}                  # functions that are defined in this one, and around it
        self.elements = {}                # name -> (array, names of indices): an element of structs
        self.final = None

    def run(self):
        """The typed Function."""
        param_types = dict(self.params)
        self.assigned = {n.id for n in own_nodes(self.source.node)
                         if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        for name, kind in self.params:
            if name in self.assigned and name not in self.accumulators:
                if isinstance(kind, (types.Array, types.NoneType)):
                    self.types[name] = kind
                else:
                    self.types[name] = kind
            elif name in self.accumulators:
                self.types[name] = kind
        for _ in range(20):
            before = dict(self.types)
            function = tree.Function(self.source.name, self.source)
            self.function = function
            self.result_types = []
            self.defined = set(param_types)
            self.nested = dict(self.around)
            self.loops = []
            self.hidden = 0
            self.team_depth = 0
            self.in_test = False     # in the condition of a while loop
            self.inner = set()       # names that are assigned in ranges of a team
            self.param_types = param_types
            function.body = self.block(self.source.node.body)
            if self.types == before:
                break
        else:
            raise KernelTypeError("the types of the variables of %s do not settle"
                                  % self.source.name, self.source.place(self.source.node))
        function.params = list(self.params)
        function.locals = dict(self.types)
        function.result = self.result_type()
        function.accumulators = self.accumulators
        function.inner = self.inner
        self.convert_returns(function)
        self.check_shared_structs(function)
        return function

    # -- results ---------------------------------------------------------------------------------

    def result_type(self):
        if not self.result_types:
            return NONE
        result = self.result_types[0][0]
        for kind, node in self.result_types[1:]:
            joined = types.join(result, kind)
            if joined is None:
                self.fail(node, "returns %r here and %r elsewhere" % (kind, result),
                          "return one type")
            result = joined
        if result is not NONE and self.defined is not EVERYTHING and self.pattern == "helper":
            self.fail(self.source.node, "%s returns a value on some paths only" % self.source.name,
                      "end it with a return")
        return result

    def convert_returns(self, function):
        for node in tree.walk(function.body):
            if isinstance(node, tree.Return) and node.value is not None:
                node.value = self.convert_any(node.value, function.result)

    def convert_any(self, x, kind):
        """x as kind, item by item for tuples."""
        if isinstance(kind, types.Tuple) and isinstance(x, tree.TupleOf):
            items = [self.convert_any(i, k) for i, k in zip(x.items, kind.items)]
            return tree.TupleOf(x.at, kind, items)
        if x.type == kind:
            return x
        if isinstance(kind, types.Tuple):
            items = [self.convert_any(tree.Item(x.at, x.type.items[k], x, k), t)
                     for k, t in enumerate(kind.items)]
            return tree.TupleOf(x.at, kind, items)
        return self.to(x, kind)

    # -- helpers ---------------------------------------------------------------------------------

    def fail(self, node, message, hint=None):
        raise KernelTypeError(message, self.source.place(node), hint)

    def fail_syntax(self, node, message, hint=None):
        raise KernelSyntaxError(message, self.source.place(node), hint)

    def fresh(self, kind):
        """A variable that the user did not write."""
        self.hidden += 1
        name = "gr_t%d" % self.hidden
        self.types[name] = kind
        return name

    def define(self, name):
        if self.defined is not EVERYTHING:
            self.defined = self.defined | {name}

    def assign_type(self, node, name, kind):
        """Join kind into the type of a variable; the variable's type now."""
        fixed = self.fixed.get(name)
        if fixed is not None:
            kind = fixed if types.join(fixed, kind) is not None else kind
            if types.join(fixed, kind) is None:
                self.fail(node, "%s is annotated as %r, assigned %r" % (name, fixed, kind))
        if name in self.accumulators:
            acc = self.accumulators[name]
            if acc.dtype is not None:
                kind = types.loaded(acc.dtype) if acc.dtype.kind in "iu" else acc.dtype
            elif kind.__class__ is types.Scalar and kind.kind == "f":
                kind = FLOAT
            elif kind.__class__ is types.Scalar and kind.kind == "b" and acc.op in ("sum", "prod"):
                kind = INT
        old = self.types.get(name)
        if old is None:
            self.types[name] = kind
            return kind
        joined = types.join(old, kind)
        if joined is None:
            self.fail(node, "%s is assigned %r here and %r elsewhere" % (name, kind, old),
                      "a variable of a kernel has one type: use another name")
        self.types[name] = joined
        return joined

    # -- statements ------------------------------------------------------------------------------

    def block(self, statements):
        result = []
        for statement in statements:
            self.pending = result
            method = getattr(self, "do_" + type(statement).__name__, None)
            if method is None:
                self.fail_syntax(statement, "%s is not part of the kernel language"
                                 % type(statement).__name__)
            made = method(statement)
            if made is not None:
                result.extend(made if isinstance(made, list) else [made])
        return result

    def do_FunctionDef(self, node):
        for decorator in node.decorator_list:
            found = stage1_source.evaluate(decorator, self.scope)
            if getattr(found, "__qualname__", None) != "function" \
                    or found.__module__ != "granum.kernels":
                self.fail(decorator, "the function %s has a decorator" % node.name,
                          "leave it out: a function inside of a kernel needs none")
        old = self.nested.get(node.name)
        if node.name in self.assigned or node.name in self.param_types or (
                old is not None and old.node is not node):
            self.fail(node, "%s is the name of a function and of something else" % node.name,
                      "use another name")
        made = Nested(node, self)
        names = made.parameters()
        names = names[:len(names) - len(node.args.kwonlyargs)]
        given = list(zip(names[len(names) - len(node.args.defaults):], node.args.defaults))
        given += [(arg.arg, value) for arg, value in zip(node.args.kwonlyargs,
                                                         node.args.kw_defaults) if value]
        for name, value in given:
            found = self.expr(value)
            if not isinstance(found, tree.Const) and not isinstance(found, Static):
                self.fail(value, "the default of %s is not constant" % name,
                          "give it at each call")
            made.default[name] = found.value if isinstance(found, Static) else found
        self.nested[node.name] = made
        made.outer = self.nested
        self.define(node.name)
        return None

    def do_Pass(self, node):
        return None

    def do_Expr(self, node):
        if isinstance(node.value, ast.Constant):
            return None               # a docstring
        if isinstance(node.value, ast.Call):
            special = self.statement_call(node.value)
            if special is not None:
                return special
        value = self.expr(node.value)
        if isinstance(value, Static):
            return None
        return tree.Evaluate(node, value)

    def do_Assign(self, node):
        if len(node.targets) > 1:
            value = self.expr(node.value)
            if isinstance(value, Static):
                value = self.value(value, node.value)
            name = self.fresh(value.type)
            self.define(name)
            made = [tree.Assign(node, name, value)]
            for target in node.targets:
                made += self.store(target, tree.Var(node.value, value.type, name))
            return made
        target = node.targets[0]
        if isinstance(target, ast.Name) and isinstance(node.value, ast.Call):
            scratch = self.scratch(node, target.id)
            if scratch is not None:
                return scratch
            declared = self.local_array(node.value)
            if declared is not None:
                return self.declare(node, target.id, declared)
        value = self.expr(node.value)
        if isinstance(target, (ast.Tuple, ast.List)):
            return self.unpack(node, target, value)
        return self.store(target, self.value(value, node.value))

    def declare(self, node, name, kind):
        if name in dict(self.params):
            self.fail(node, "%s is an argument, assigned a local array" % name,
                      "use another name")
        old = self.types.get(name)
        if old is not None and old != kind:
            self.fail(node, "%s is assigned %r here and %r elsewhere" % (name, kind, old),
                      "a variable of a kernel has one type: use another name")
        self.types[name] = kind
        self.define(name)
        return tree.Declare(node, name, kind)

    def unpack(self, node, target, value):
        if isinstance(value, Static) and isinstance(value.value, tuple):
            value = self.value(value, node.value)
        if isinstance(value, Static) or not isinstance(value.type, types.Tuple):
            self.fail(node.value, "%s is unpacked into %d variables, expected a tuple"
                      % (self.describe(value), len(target.elts)))
        kinds = value.type.items
        if len(kinds) != len(target.elts):
            self.fail(node, "%d values are unpacked into %d variables"
                      % (len(kinds), len(target.elts)))
        made = []
        parts = []
        if isinstance(value, tree.TupleOf):
            for item in value.items:
                if isinstance(item, tree.Const):
                    parts.append(item)
                    continue
                name = self.fresh(item.type)
                self.define(name)
                made.append(tree.Assign(item.at, name, item))
                parts.append(tree.Var(item.at, item.type, name))
        else:
            name = self.fresh(value.type)
            self.define(name)
            made.append(tree.Assign(node, name, value))
            whole = tree.Var(node.value, value.type, name)
            parts = [tree.Item(node.value, kind, whole, k) for k, kind in enumerate(kinds)]
        for sub, part in zip(target.elts, parts):
            if isinstance(sub, (ast.Tuple, ast.List)):
                made += self.unpack_inner(node, sub, part)
            else:
                made += self.store(sub, part)
        return made

    def unpack_inner(self, node, target, value):
        inner = ast.Assign(targets=[target], value=node.value)
        ast.copy_location(inner, node)
        return self.unpack(inner, target, value)

    def store(self, target, value):
        """Statements that give `value` to a target."""
        if isinstance(target, ast.Name):
            made = self.store_name(target, value)
            return made if isinstance(made, list) else [made]
        if isinstance(target, ast.Subscript):
            part = self.part_target(target)
            if part is not None:
                return [self.store_part(target, part, value)]
            array, index = self.subscript(target, store=True)
            return [self.store_element(target, array, index, value)]
        if isinstance(target, ast.Attribute):
            return [self.store_field(target, value)]
        if isinstance(target, (ast.Tuple, ast.List)):
            return self.unpack(ast.copy_location(ast.Assign(targets=[target], value=target),
                                                 target), target, value)
        self.fail_syntax(target, "this cannot be assigned to")

    def store_name(self, target, value):
        name = target.id
        if isinstance(value.type, types.Array):
            self.fail(target, "%s is assigned an array" % name,
                      "arrays have the names of the arguments; slices may be given to functions")
        if isinstance(value.type, types.Local):
            self.fail(target, "%s is assigned an array that has a name" % name,
                      "a field is indexed where it is, p.field[k], after p = x[i]"
                      if isinstance(value, tree.Field) else "use that name")
        if value.type is NONE:
            self.fail(target, "%s is assigned the result of a function that returns nothing" % name)
        if name in self.final_names():
            self.fail(target, "%s tells whether the pass is the last, and cannot be assigned" % name)
        param = dict(self.params).get(name)
        if isinstance(param, types.Array):
            self.fail(target, "%s is an array argument, assigned a number" % name,
                      "assign to an element, or use another name")
        if self.is_element(value) or name in self.elements:
            return self.keep_element(target, name, value)
        kind = self.assign_type(target, name, value.type)
        self.define(name)
        return tree.Assign(target, name, self.convert_any(value, kind))

    def final_names(self):
        return () if self.final is None else (self.final,)

    def store_element(self, target, array, index, value):
        dtype = array.type.dtype
        return tree.Store(target, array, index, self.to_element(value, dtype, target))

    def to_element(self, value, dtype, node):
        if isinstance(dtype, types.Struct) or isinstance(value.type, types.Struct):
            return self.to_struct(value, dtype, node)
        if not types.is_number(value.type):
            self.fail(node, "an element of %r is assigned %r, expected a number"
                      % (dtype, value.type))
        if value.type.kind == "c" and dtype.kind != "c":
            self.fail(node, "an element of %r is assigned %r" % (dtype, value.type),
                      "assign .real, or abs() of it")
        return self.to(value, dtype)

    def do_AnnAssign(self, node):
        kind = self.annotation(node.annotation)
        if not isinstance(node.target, ast.Name):
            self.fail_syntax(node.target, "only a variable can be annotated")
        if isinstance(kind, types.Struct):
            self.fixed[node.target.id] = kind
        if isinstance(kind, types.Scalar):
            self.fixed[node.target.id] = {"i64": INT}.get(kind.name, kind)
        if node.value is None:
            return None
        assign = ast.copy_location(ast.Assign(targets=[node.target], value=node.value), node)
        return self.do_Assign(assign)

    def do_AugAssign(self, node):
        target = node.target
        if isinstance(target, ast.Name):
            old = self.expr(ast.copy_location(ast.Name(target.id, ast.Load()), target))
            value = self.binary(node, node.op, self.value(old, target),
                                self.value(self.expr(node.value), node.value))
            return self.store_name(target, value)
        if isinstance(target, ast.Subscript):
            part = self.part_target(target)
            if part is not None:
                value = self.binary(node, node.op, self.loaded(part),
                                    self.value(self.expr(node.value), node.value))
                made = self.store_part(target, part, value)
                made.augmented = node.op
                return made
            array, index = self.subscript(target, store=True)
            old = self.load(target, array, index)
            value = self.binary(node, node.op, old, self.value(self.expr(node.value), node.value))
            made = self.store_element(target, array, index, value)
            made.augmented = node.op
            return made
        if isinstance(target, ast.Attribute):
            old = self.expr(ast.copy_location(
                ast.Attribute(target.value, target.attr, ast.Load()), target))
            value = self.binary(node, node.op, self.value(old, target),
                                self.value(self.expr(node.value), node.value))
            made = self.store_field(target, value)
            made.augmented = node.op
            return made
        self.fail_syntax(target, "this cannot be assigned to")

    def do_If(self, node):
        single = self.team_call(node.test, (language.team_single,))
        if single is not None:
            return self.team_single(node, single)
        test = self.truth(node.test)
        if isinstance(test, tree.Const):
            chosen = node.body if test.value else node.orelse
            return self.block(chosen)
        before = self.defined
        body = self.block(node.body)
        after = self.defined
        self.defined = before
        orelse = self.block(node.orelse)
        self.defined = _both(after, self.defined)
        return tree.If(node, test, body, orelse)

    def do_While(self, node):
        outer, self.in_test = self.in_test, True
        test = self.truth(node.test)
        self.in_test = outer
        forever = isinstance(test, tree.Const) and test.value
        before = self.defined
        self.loops.append([])
        body = self.block(node.body)
        breaks = self.loops.pop()
        self.defined = EVERYTHING if forever else before
        orelse = self.block(node.orelse)
        for at_break in breaks:
            self.defined = _both(self.defined, at_break)
        return tree.While(node, test, body, orelse)

    def do_For(self, node):
        call = self.team_call(node.iter, (language.team_range, language.thread_range,
                                          language.vector_range))
        if call is not None:
            return self.team_for(node, call)
        bounds = self.range_of(node)
        lo, hi, step = bounds
        name = node.target.id
        if isinstance(dict(self.params).get(name), types.Array):
            self.fail(node.target, "%s is an array argument, used as the variable of a loop" % name,
                      "use another name")
        before = self.defined
        kind = self.assign_type(node.target, name, INT)
        if kind is not INT:
            if not types.is_number(kind):
                self.fail(node.target, "%s is %r, used as the variable of a loop" % (name, kind))
        runs = all(isinstance(b, tree.Const) for b in bounds) and \
            len(range(lo.value, hi.value, step.value or 1)) > 0
        self.define(name)
        self.loops.append([])
        body = self.block(node.body)
        breaks = self.loops.pop()
        if not runs:
            self.defined = _both(before, self.defined) if before is not EVERYTHING else before
        elif self.defined is EVERYTHING:
            self.defined = before
        orelse = self.block(node.orelse)
        for at_break in breaks:
            self.defined = _both(self.defined, at_break)
        return tree.For(node, name, lo, hi, step, body, orelse)

    def range_of(self, node):
        """lo, hi, step of the range() that a for loop walks."""
        call = node.iter
        hint = "write: for k in range(...)"
        if not isinstance(call, ast.Call):
            self.fail_syntax(call, "a for loop of a kernel walks a range()", hint)
        function = self.expr(call.func)
        if not (isinstance(function, Static) and function.value is range):
            self.fail_syntax(call, "a for loop of a kernel walks a range()", hint)
        if call.keywords or not 1 <= len(call.args) <= 3:
            self.fail(call, "range() takes 1 to 3 arguments, got %d"
                      % (len(call.args) + len(call.keywords)))
        args = []
        for arg in call.args:
            x = self.value(self.expr(arg), arg)
            if not types.is_integer(x.type):
                self.fail(arg, "range() got %r, expected integers" % (x.type,),
                          "convert it: int(...)")
            args.append(self.to(x, INT))
        zero = tree.Const(call, INT, 0)
        one = tree.Const(call, INT, 1)
        if len(args) == 1:
            args = [zero, args[0]]
        if len(args) == 2:
            args.append(one)
        if isinstance(args[2], tree.Const) and args[2].value == 0:
            self.fail(call.args[2], "the step of range() is 0")
        return args

    def do_Break(self, node):
        if self.defined is not EVERYTHING:
            self.loops[-1].append(self.defined)
        self.defined = EVERYTHING
        return tree.Break(node)

    def do_Continue(self, node):
        self.defined = EVERYTHING
        return tree.Continue(node)

    def do_Return(self, node):
        value = None
        if node.value is not None and not (isinstance(node.value, ast.Constant)
                                           and node.value.value is None):
            if self.pattern not in ("helper", "reduce"):
                self.fail(node, "the kernel of a parallel_%s returns a value" % self.pattern,
                          "write results to arrays, or launch it by gr.parallel_reduce")
            if self.accumulators:
                self.fail(node, "the kernel returns a value beside its accumulators",
                          "combine it into an accumulator")
            value = self.value(self.expr(node.value), node.value)
            if isinstance(value.type, (types.Array, types.Local)):
                self.fail(node, "a function returns an array", "give it the array to write to")
            self.result_types.append((value.type, node))
        elif self.pattern == "helper":
            self.result_types.append((NONE, node))
        self.defined = EVERYTHING
        return tree.Return(node, value)

    def do_Assert(self, node):
        message = None
        if node.msg is not None:
            if not (isinstance(node.msg, ast.Constant) and isinstance(node.msg.value, str)):
                self.fail_syntax(node.msg, "the message of an assert is a literal string")
            message = node.msg.value
        return tree.Assert(node, self.truth(node.test), message)

    def do_Raise(self, node):
        error, message = node.exc, ""
        if isinstance(error, ast.Call):
            if len(error.args) > 1 or error.keywords or (error.args and not (
                    isinstance(error.args[0], ast.Constant)
                    and isinstance(error.args[0].value, str))):
                self.fail_syntax(error, "an error of a kernel has one literal string")
            message = error.args[0].value if error.args else ""
            error = error.func
        value = self.expr(error) if error is not None else None
        if not (isinstance(value, Static) and isinstance(value.value, type)
                and issubclass(value.value, Exception)):
            self.fail_syntax(node, "a kernel raises an exception class, as in "
                             "raise ValueError(\"what is wrong\")")
        self.defined = EVERYTHING
        return tree.Raise(node, value.value, message)

    # -- annotations -----------------------------------------------------------------------------

    def annotation(self, node):
        """What an annotation names: a type, a marker of granum, or None where it says nothing."""
        if node is None:
            return None
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            try:
                node = ast.copy_location(ast.parse(node.value, mode="eval").body, node)
            except SyntaxError:
                return None
        if isinstance(node, ast.Subscript):
            base = self.annotation(node.value)
            if isinstance(base, (language.Accumulator, language.ArrayOf)):
                key = [self.annotation(n) if not isinstance(n, ast.Constant) else n.value
                       for n in (node.slice.elts if isinstance(node.slice, ast.Tuple)
                                 else [node.slice])]
                try:
                    return base[tuple(key) if len(key) > 1 else key[0]]
                except TypeError as error:
                    self.fail(node, str(error))
            return None
        if isinstance(node, ast.Call):
            value = stage1_source.evaluate(node, self.scope)
            return value if isinstance(value, language.Accumulator) else None
        try:
            value = self.expr(node)
        except (KernelTypeError, KernelSyntaxError):
            return None
        if not isinstance(value, Static):
            return None
        value = value.value
        if isinstance(value, (language.Accumulator, language.ArrayOf)):
            return value
        if isinstance(value, type) and hasattr(value, "__dataclass_fields__"):
            return self.struct_of(value, node)
        if isinstance(value, type) and issubclass(value, enum.Enum) \
                and not issubclass(value, (int, float)):
            return self.enumeration(value, node)
        return {float: FLOAT, int: INT, bool: BOOL, complex: types.COMPLEX}.get(value) \
            if isinstance(value, type) and value in (float, int, bool, complex) \
            else language.as_element(value)


def _both(a, b):
    """Names assigned on both of two ways."""
    if a is EVERYTHING:
        return b
    if b is EVERYTHING:
        return a
    return a & b
