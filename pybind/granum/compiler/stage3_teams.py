# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Stage 3, teams: ranges that a team walks together, what one thread of it does, its scratch memory."""

from __future__ import annotations

import ast

from . import language, tree, types
from .stage3_known import Static
from .stage3_nested import own_nodes
from .types import INT

EVERYTHING = None    # the set of assigned names after a statement that control does not leave


class Teams:
    """The part of Infer that handles teams."""

    def team_call(self, node, functions):
        """(function, team, the other arguments) of a call of one of granum's functions of teams."""
        if not isinstance(node, ast.Call):
            return None
        callee = self.expr(node.func)
        if not isinstance(callee, Static) or not any(callee.value is f for f in functions):
            return None
        team = self.expr(node.args[0]) if node.args else None
        if not isinstance(team, tree.Var) or team.type is not types.TEAM:
            self.fail(node, "%s() is not given a team first" % callee.value.__name__,
                      "the team is the first argument of a kernel that is launched over gr.team()")
        return callee.value, self.team_name(team), node.args[1:]

    def team_name(self, team):
        if self.pattern == "helper":
            self.fail(team.at, "a team is used in a function", "use it in the kernel")
        return team.name

    def team_single(self, node, call):
        if node.orelse:
            self.fail_syntax(node, "if gr.team_single(t) has an else")
        before = self.defined
        stored = self.stored(node.body)
        for name in stored:
            if before is not EVERYTHING and name in before:
                self.fail(node, "%s is assigned on one thread of the team" % name,
                          "write to an array or to gr.team_scratch, then gr.team_barrier(t)")
        self.inner |= stored
        self.team_depth += 1
        body = self.block(node.body)
        self.team_depth -= 1
        self.defined = before
        return tree.TeamSingle(node, body, team=call[1], private=self.private(stored))

    def private(self, names):
        return sorted(n for n in names if n in self.types)

    def stored(self, statements):
        return {n.id for s in statements for n in own_nodes(s)
                if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}

    def team_for(self, node, call):
        function, team, bounds = call
        if not 1 <= len(bounds) <= 2:
            self.fail(node.iter, "%s() takes a team and 1 or 2 bounds, got %d"
                      % (function.__name__, len(bounds)))
        if node.orelse:
            self.fail_syntax(node, "a range of a team has an else")
        for inner in self.leaving(node.body):
            self.fail_syntax(inner, "%s leaves a range of a team" % type(inner).__name__.lower(),
                             "put the statements under an if")
        values = [self.to(self.number(self.expr(b), b), INT) for b in bounds]
        lo, hi = values if len(values) == 2 else (tree.Const(node, INT, 0), values[0])
        name = node.target.id
        before = self.defined
        stored = self.stored(node.body)
        if name in stored:
            self.fail(node, "%s is the variable of a range of a team, and assigned" % name,
                      "use another name")
        outer = {n for n in stored if before is not EVERYTHING and n in before}
        kinds = {n: self.reduction(node, n) for n in sorted(outer)}
        self.assign_type(node.target, name, INT)
        self.inner |= (stored - outer) | {name}
        self.define(name)
        self.team_depth += 1
        body = self.block(node.body)
        self.team_depth -= 1
        self.defined = before
        reductions = {n: (op, self.types[n]) for n, op in kinds.items()}
        for n, (op, kind) in reductions.items():
            if not types.is_real(kind):
                self.fail(node, "%s is %r, combined in a range of a team" % (n, kind))
        return tree.TeamFor(node, name, lo, hi, body, kind=function.__name__, team=team,
                            private=self.private(stored - outer), reductions=reductions)

    def leaving(self, statements):
        """break and return of a range of a team, and its continue."""
        for s in statements:
            if isinstance(s, (ast.Break, ast.Return)):
                yield s
            elif isinstance(s, ast.If):
                yield from self.leaving(s.body + s.orelse)
            elif isinstance(s, (ast.For, ast.While)):
                for inner in ast.walk(s):
                    if isinstance(inner, ast.Return):
                        yield inner

    def reduction(self, node, name):
        """How the body of a range of a team combines into a variable from outside."""
        found = set()
        for s in ast.walk(ast.Module(node.body, [])):
            if isinstance(s, ast.AugAssign) and isinstance(s.target, ast.Name) \
                    and s.target.id == name:
                found.add({"Add": "sum", "Sub": "sum", "Mult": "prod"}.get(
                    type(s.op).__name__, "other"))
            elif isinstance(s, (ast.Assign, ast.AnnAssign, ast.NamedExpr, ast.For)):
                targets = s.targets if isinstance(s, ast.Assign) else [s.target]
                if not any(isinstance(n, ast.Name) and n.id == name
                           for t in targets for n in ast.walk(t)):
                    continue
                value = getattr(s, "value", None)
                called = value.func.id if isinstance(value, ast.Call) \
                    and isinstance(value.func, ast.Name) else None
                mine = called in ("min", "max") and any(
                    isinstance(a, ast.Name) and a.id == name for a in value.args)
                found.add(called if mine else "other")
        if len(found) != 1 or "other" in found:
            self.fail(node, "%s is assigned in a range of a team" % name,
                      "combine into it by +=, -=, *=, min() or max(), one of them")
        return found.pop()

    def scratch(self, node, name):
        """name = gr.team_scratch(t, shape, dtype)."""
        call = self.team_call(node.value, (language.team_scratch,))
        if call is None:
            return None
        args = dict(zip(("shape", "dtype"), call[2]))
        args.update({k.arg: k.value for k in node.value.keywords})
        if "shape" not in args:
            self.fail(node.value, "gr.team_scratch() misses its shape")
        if self.team_depth:
            self.fail(node, "gr.team_scratch() stands in a range of the team",
                      "make it before")
        shape = self.value(self.expr(args["shape"]), args["shape"])
        extents = shape.items if isinstance(shape, tree.TupleOf) else [shape]
        extents = [self.to(self.number(e, args["shape"]), INT) for e in extents]
        dtype = types.F64
        if "dtype" in args:
            named = self.expr(args["dtype"])
            dtype = language.as_dtype(named.value) if isinstance(named, Static) else None
            if dtype is None:
                self.fail(args["dtype"], "the dtype of scratch memory is not a type",
                          "write gr.f64, gr.i32, float, int")
        kind = types.Array(dtype, len(extents), "C")
        self.types[name] = kind
        self.define(name)
        return tree.Scratch(node, name, extents, type=kind, team=call[1])
