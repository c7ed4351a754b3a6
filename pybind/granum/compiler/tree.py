# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The typed tree that stage 3 makes of a kernel and the later stages read.

Every node has `at`, the node of Python's syntax tree that it comes from; expressions have `type`.
Types are explicit: operands of an operation have the type that it is done in.
"""

from __future__ import annotations


class Node:
    fields = ()

    def __init__(self, at, *values, **more):
        self.at = at
        for name, value in zip(self.fields, values):
            setattr(self, name, value)
        for name, value in more.items():
            setattr(self, name, value)

    def __repr__(self):
        return "%s(%s)" % (type(self).__name__,
                           ", ".join(repr(getattr(self, f, None)) for f in self.fields))


def _node(name, fields, doc, base=Node):
    return type(name, (base,), {"fields": tuple(fields.split()), "__doc__": doc,
                                "__module__": __name__})


class Expression(Node):
    pass


def _expression(name, fields, doc):
    return _node(name, "type " + fields, doc, Expression)


Const = _expression("Const", "value", "A number.")
Var = _expression("Var", "name", "A local variable, an index or a scalar argument.")
Convert = _expression("Convert", "x", "x as another type of number.")
Unary = _expression("Unary", "op x", "op is - ~ + not.")
Binary = _expression("Binary", "op a b", "Arithmetic of two operands of one type.")
Compare = _expression("Compare", "op a b", "a op b, of one type, or of int and float (exact).")
Logic = _expression("Logic", "op items", "and, or: the value that decided, as Python does.")
Select = _expression("Select", "test a b", "a if test else b.")
Call = _expression("Call", "name args", "A function of the C side (stage 6), by name.")
Invoke = _expression("Invoke", "function args", "A helper: function is a Function.")
Load = _expression("Load", "array index", "An element.")
Extent = _expression("Extent", "array dim", "x.shape[dim].")
Slice = _expression("Slice", "array index", "Part of an array: items are Expressions or (lo, hi).")
ArrayRef = _expression("ArrayRef", "name", "A whole array.")
TupleOf = _expression("TupleOf", "items", "Several values.")
Item = _expression("Item", "x k", "Value k of a tuple.")
Field = _expression("Field", "x name", "A field of a struct.")
Part = _expression("Part", "x index", "An element of a field that is an array.")
Make = _expression("Make", "items", "A struct of its fields.")
Atomic = _expression("Atomic", "op array index value result", "An atomic update; result: none, "
                     "old, new.")

Assign = _node("Assign", "name value", "A local variable gets a value.")
Unpack = _node("Unpack", "names value", "Several variables get the values of a tuple.")
Store = _node("Store", "array index value", "An element gets a value.")
SetField = _node("SetField", "target value", "A Field, or a Part of one, gets a value.")
If = _node("If", "test body orelse", "")
For = _node("For", "name lo hi step body orelse", "for name in range(lo, hi, step).")
TeamFor = _node("TeamFor", "name lo hi body", "for name in gr.team_range(t, lo, hi); more: kind, "
                "team, private (names), reductions {name: (operation, type)}.")
TeamSingle = _node("TeamSingle", "body", "if gr.team_single(t); more: team.")
Scratch = _node("Scratch", "name extents", "name = gr.team_scratch(t, extents, dtype); more: "
                "type, team.")
While = _node("While", "test body orelse", "")
Break = _node("Break", "", "")
Continue = _node("Continue", "", "")
Return = _node("Return", "value", "End of the function or the iteration; value may be None.")
Evaluate = _node("Evaluate", "value", "An expression for its effect.")
Raise = _node("Raise", "error message", "End the iteration with an error.")
Assert = _node("Assert", "test message", "")
Declare = _node("Declare", "name type", "A local array, its elements zero.")
Print = _node("Print", "parts", "Parts are strings and (expression, format).")


class Span(tuple):
    """lo:hi:step of a Slice, as (lo, hi); hi is None for all that follows lo (step > 0). step is a
    number."""

    def __new__(cls, lo, hi, step=1):
        self = tuple.__new__(cls, (lo, hi))
        self.step = step
        return self


def step_of(part):
    return getattr(part, "step", 1)


class Function:
    """A typed function: the kernel itself or a helper."""

    def __init__(self, name, source):
        self.name = name
        self.source = source
        self.params = []      # (name, type)
        self.locals = {}      # name -> type, parameters that are assigned included
        self.body = []
        self.result = None    # type, of helpers
        self.helpers = []     # Functions that it calls, in order of first use
        self.writes = set()   # names of array parameters
        self.reads = set()
        self.atomics = set()


def children(node):
    """Nodes right below a node, in order."""
    for name in node.fields:
        value = getattr(node, name, None)
        if isinstance(value, Node):
            yield value
        elif isinstance(value, (list, tuple)):
            for item in value:
                if isinstance(item, Node):
                    yield item
                elif isinstance(item, (list, tuple)):
                    for part in item:
                        if isinstance(part, Node):
                            yield part


def walk(nodes):
    """All nodes of a statement list, from outside to inside."""
    stack = list(reversed(nodes if isinstance(nodes, list) else [nodes]))
    while stack:
        node = stack.pop()
        yield node
        stack.extend(reversed(list(children(node))))
