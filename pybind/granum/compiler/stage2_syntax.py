# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Stage 2: refuse what the language does not have, with the place and what to write instead."""

from __future__ import annotations

import ast

from . import stage1_source
from .errors import KernelSyntaxError

# What a refused construct is called, and what to write instead.
_REFUSED = {
    "AsyncFor": ("async for", None),
    "AsyncWith": ("async with", None),
    "Await": ("await", None),
    "ClassDef": ("a class", "define it outside of the kernel, as a dataclass"),
    "AsyncFunctionDef": ("async def", None),
    "Lambda": ("lambda", "write a def"),
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
_OPERATORS = {"MatMult": ("the operator @", "write the loops")}


_BAD_OPERATOR = {getattr(ast, name): words for name, words in _OPERATORS.items()}
_REFUSED_NODE = {getattr(ast, name): words for name, words in _REFUSED.items()
                 if hasattr(ast, name)}
# Fields whose nodes say nothing more: whether a name is read, which operator.
_SHARED = frozenset(["ctx", "op"])


def check(source):
    """Raise KernelSyntaxError for the first construct that is not of the language.

    The same walk notes what the function looks up outside of itself (source.names: names, and
    source.attributes: those of each name), so that a launch whose code is cached walks no tree.
    """
    if source.names is None:
        source.names, source.attributes = _walk(source, source.node)


def _fail(source, node, words):
    raise KernelSyntaxError(words[0], source.place(node), words[1])


def _parameters(source, args):
    if args.vararg or args.kwarg:
        _fail(source, args.vararg or args.kwarg,
              ("a kernel does not take *args or **kwargs", "name each argument"))


def _walk(source, function):
    """Every statement of the body, depth first in the order of the text."""
    _parameters(source, function.args)
    names, stored, attributes = stage1_source.outside_of_body(function)
    rest = function.body[::-1]
    while rest:
        node = rest.pop()
        kind = node.__class__
        if kind is ast.Name:
            (names if node.ctx.__class__ is ast.Load else stored)[node.id] = None
            continue
        if kind is ast.Constant:
            if node.value is Ellipsis or isinstance(node.value, bytes):
                _fail(source, node, ("%r is not part of the kernel language" % (node.value,), None))
            continue
        if kind is ast.BinOp or kind is ast.AugAssign:
            _operator(source, node, node.op)
        elif kind is ast.Attribute:
            stage1_source.note_attribute(node, attributes)
        elif kind is ast.FunctionDef:
            stored[node.name] = None
            inner_names, inner_attributes = _walk(source, node)
            names.update(dict.fromkeys(inner_names))
            for name, chains in inner_attributes.items():
                attributes.setdefault(name, []).extend(chains)
            continue
        elif kind is ast.For:
            _target(source, node.target)
        elif kind in _REFUSED_NODE:
            what, hint = _REFUSED_NODE[kind]
            _fail(source, node, ("%s is not part of the kernel language" % what, hint))
        inner = []
        for field in node._fields:
            value = getattr(node, field)
            if value.__class__ is list:
                inner += value
            elif isinstance(value, ast.AST) and field not in _SHARED:
                inner.append(value)
        rest += inner[::-1]
    return [n for n in names if n not in stored], attributes


def _operator(source, node, op):
    refused = _BAD_OPERATOR.get(op.__class__)
    if refused:
        _fail(source, node, ("%s is not part of the kernel language" % refused[0], refused[1]))


def _target(source, target):
    if isinstance(target, (ast.Tuple, ast.List)):
        _fail(source, target, ("a for loop of a kernel has one variable",
                               "write a loop for each index"))
    if not isinstance(target, ast.Name):
        _fail(source, target, ("the variable of a for loop is a name", None))
