# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Stage 2: refuse what the language does not have, with the place and what to write instead."""

from __future__ import annotations

import ast

from .errors import KernelSyntaxError

# What a refused construct is called, and what to write instead.
_REFUSED = {
    "AsyncFor": ("async for", None),
    "AsyncWith": ("async with", None),
    "Await": ("await", None),
    "ClassDef": ("a class", "define it outside of the kernel, as a dataclass"),
    "AsyncFunctionDef": ("async def", None),
    "FunctionDef": ("a function inside of a kernel",
                    "define it outside, decorated with @gr.function"),
    "Lambda": ("lambda", "define a function outside, decorated with @gr.function"),
    "Delete": ("del", "variables of a kernel live as long as one iteration"),
    "With": ("with", None),
    "Try": ("try", "errors surface at the launch: catch them there"),
    "TryStar": ("try", "errors surface at the launch: catch them there"),
    "Global": ("global", "write results to arrays; constants of the module may be read"),
    "Nonlocal": ("nonlocal", "write results to arrays"),
    "Import": ("import", "import modules outside of the kernel"),
    "ImportFrom": ("import", "import modules outside of the kernel"),
    "Match": ("match", "use if and elif"),
    "List": ("a list", "use gr.local((n,), gr.f64) for a local array"),
    "Dict": ("a dict", None),
    "Set": ("a set", None),
    "ListComp": ("a comprehension", "write a for loop over range()"),
    "SetComp": ("a comprehension", "write a for loop over range()"),
    "DictComp": ("a comprehension", "write a for loop over range()"),
    "GeneratorExp": ("a generator", "write a for loop over range()"),
    "Yield": ("yield", None),
    "YieldFrom": ("yield", None),
    "Starred": ("a starred expression", None),
}
_OPERATORS = {"MatMult": ("the operator @", "write the loops"),
              "Is": ("is", "compare with =="), "IsNot": ("is not", "compare with !="),
              "In": ("in", "compare with ==, or chain comparisons: lo <= x < hi"),
              "NotIn": ("not in", "compare with !=")}


def check(source):
    """Raise KernelSyntaxError for the first construct that is not of the language."""
    _Checker(source).check()


class _Checker(ast.NodeVisitor):
    def __init__(self, source):
        self.source = source
        self.loops = 0

    def check(self):
        node = self.source.node
        self.parameters(node.args)
        for statement in node.body:
            self.visit(statement)

    def fail(self, node, message, hint=None):
        raise KernelSyntaxError(message, self.source.place(node), hint)

    def parameters(self, args):
        if args.vararg or args.kwarg:
            self.fail(args.vararg or args.kwarg, "a kernel does not take *args or **kwargs",
                      "name each argument")
        if args.kwonlyargs:
            self.fail(args.kwonlyargs[0], "a kernel does not take keyword-only arguments",
                      "any argument may be given by keyword")

    def generic_visit(self, node):
        name = type(node).__name__
        refused = _REFUSED.get(name)
        if refused:
            self.fail(node, "%s is not part of the kernel language" % refused[0], refused[1])
        super().generic_visit(node)

    def visit_BinOp(self, node):
        self.operator(node, node.op)
        self.generic_visit(node)

    def visit_AugAssign(self, node):
        self.operator(node, node.op)
        self.generic_visit(node)

    def visit_Compare(self, node):
        for op in node.ops:
            self.operator(node, op)
        self.generic_visit(node)

    def operator(self, node, op):
        refused = _OPERATORS.get(type(op).__name__)
        if refused:
            self.fail(node, "%s is not part of the kernel language" % refused[0], refused[1])

    def visit_For(self, node):
        if isinstance(node.target, (ast.Tuple, ast.List)):
            self.fail(node.target, "a for loop of a kernel has one variable",
                      "write a loop for each index")
        if not isinstance(node.target, ast.Name):
            self.fail(node.target, "the variable of a for loop is a name")
        self.visit(node.iter)
        self.loops += 1
        for statement in node.body:
            self.visit(statement)
        self.loops -= 1
        for statement in node.orelse:
            self.visit(statement)

    def visit_While(self, node):
        self.visit(node.test)
        self.loops += 1
        for statement in node.body:
            self.visit(statement)
        self.loops -= 1
        for statement in node.orelse:
            self.visit(statement)

    def visit_Assign(self, node):
        self.generic_visit(node)

    def visit_Constant(self, node):
        if node.value is Ellipsis or isinstance(node.value, bytes):
            self.fail(node, "%r is not part of the kernel language" % (node.value,))
