# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""gr.Graph: launches, copies and calls with their dependencies, recorded once, submitted often."""

from __future__ import annotations

from ._granum import GraphBase


class Node:
    """A node of a graph: give it to `after=` and `same_index=` of later ones."""

    __slots__ = ("graph", "label", "number", "_touched", "_before")

    def __init__(self, graph, label, number, touched):
        self.graph = graph
        self.label = label
        self.number = number
        self._touched = touched      # (low, high, written) of memory; None: everything
        self._before = set()         # numbers of the nodes that have ended when it begins

    @property
    def result(self):
        """What a reduction or a scan gave in the last submit; None of other nodes."""
        return self.graph._result(self.number)

    def __repr__(self):
        return "<node %d of %r: %s>" % (self.number, self.graph.label, self.label)


class Graph(GraphBase):
    """Launches, copies and calls of functions, recorded once and submitted many times.

    A node is recorded by the method that is called as the launch would be, with its arguments
    bound: the arrays are looked at again in each submit, numbers are not. It begins when the nodes
    have ended that it depends on: without `after`, those before it that write memory which it
    reads or writes, or read memory which it writes; with it, the nodes that are named. Nodes
    without a dependency may run at the same time; launches on a device run one by one.
    """

    def __init__(self, label="graph"):
        self.label = label
        self.nodes = []

    # -- recording -------------------------------------------------------------------------------

    def parallel_for(self, policy, kernel, /, *args, after=None, same_index=(), label=None, **kwargs):
        """Record a launch over a range. A node of same_index is waited for index by index of the
        outermost dimension, not as a whole: this one reads of its results only what has its own
        index, and writes nothing that it reads at another one."""
        return self._record("for", policy, kernel, args, after, same_index, label, kwargs)

    def parallel_reduce(self, policy, kernel, /, *args, after=None, label=None, **kwargs):
        """Record a reduction; node.result is what it gave in the last submit."""
        return self._record("reduce", policy, kernel, args, after, (), label, kwargs)

    def parallel_scan(self, policy, kernel, /, *args, after=None, label=None, **kwargs):
        """Record a scan; node.result is its total."""
        return self._record("scan", policy, kernel, args, after, (), label, kwargs)

    def copy(self, target, source, *, after=None, label="copy"):
        """Record a copy of an array or View into another of the same shape."""
        number = self._copy(target, source, label)
        return self._add(label, number, [(*self._memory(target), True), (*self._memory(source), False)],
                         after, ())

    def call(self, function, *args, after=None, label=None, **kwargs):
        """Record a call of a Python function, by the thread that submits. What it touches is not
        known: without `after` it comes after all nodes so far, and those that follow after it."""
        label = label or getattr(function, "__name__", "call")
        number = self._call(lambda: function(*args, **kwargs), label)
        return self._add(label, number, None, after, ())

    def join(self, *nodes, label="join"):
        """Record a node that does nothing and comes after others; without any, after all."""
        number = self._join(label)
        return self._add(label, number, None if not nodes else [], nodes or None, ())

    def repeat_while(self, again):
        """Submit again, within one submit, as long as again() is true after each time."""
        self._repeat(again)

    # -- running ---------------------------------------------------------------------------------

    def instantiate(self):
        """Check the dependencies and choose how to run; nothing can be recorded afterwards. The
        first submit does it too."""
        self._instantiate()

    def submit(self, instance=None):
        """Run all nodes; it has ended when this returns, and raises what a node raised first."""
        if not self._instantiated:
            self._instantiate()
        self._submit(instance)

    def __repr__(self):
        return "<granum.Graph %r, %d nodes>" % (self.label, len(self.nodes))

    # -- how -------------------------------------------------------------------------------------

    def _record(self, pattern, policy, kernel, args, after, same_index, label, kwargs):
        from .compiler import language
        bound = kernel.bind(policy, *args, pattern=pattern, **kwargs)
        label = label or kernel.__name__
        names = kernel._arguments(pattern, getattr(policy, "rank", None) or (
            len(policy) if isinstance(policy, tuple) else 1))
        effects = bound.plan.info["effects"]
        touched = []
        for name, argument in zip(names, bound.args):
            what = effects.get(name, "unused")
            if what != "unused":
                touched.append((*self._memory(argument), what != "read"))
        number = self._launch(bound, label, isinstance(policy, language.team))
        return self._add(label, number, touched, after, _nodes(same_index))

    def _add(self, label, number, touched, after, same_index):
        node = Node(self, label, number, touched)
        earlier = self._needed(node, same_index) if after is None else _nodes(after)
        for other in earlier:
            self._wait(node, other, False)
        for other in same_index:
            self._wait(node, other, True)
        self.nodes.append(node)
        return node

    def _wait(self, node, other, same_index):
        if not isinstance(other, Node) or other.graph is not self:
            raise ValueError("%r is no node of %r" % (other, self))
        self._after(node.number, other.number, same_index)
        if not same_index:
            node._before |= other._before | {other.number}

    def _needed(self, node, same_index):
        """The nodes that a node must wait for by what both touch, without those that these wait
        for."""
        found, before = [], set()
        for other in reversed(self.nodes):
            if other.number in before or other in same_index:
                continue
            if _conflict(node._touched, other._touched):
                found.append(other)
                before |= other._before | {other.number}
        return found


def _nodes(given):
    return tuple(given or ()) if isinstance(given, (tuple, list)) or given is None else (given,)


def _conflict(a, b):
    if a is None or b is None:
        return True
    return any((written or wrote) and low < end and start < high
               for low, high, written in a for start, end, wrote in b)
