# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Launches on a device with arrays and Views of the host, for tests: they go there, and what was written comes back.

With GRANUM_TEST_SPACE=sim every launch of the tests takes this way (conftest.py), as in

    GRANUM_TEST_SPACE=sim pytest test_kernels.py test_constructs.py test_teams.py test_counting.py \\
        test_structs.py test_bounds.py test_operators.py test_language.py test_terrain.py
"""

from __future__ import annotations

import functools

import granum as gr
import numpy as np
import pytest
from granum import _granum

HOST = {"for": _granum.parallel_for, "reduce": _granum.parallel_reduce, "scan": _granum.parallel_scan}

# Tests that look at plans, effects or generated C of the host's launches, or at which iteration fails first.
HOST_ONLY = frozenset([
    "test_jumps_and_loops", "test_a_part_of_the_range_and_names_of_ones_own", "test_errors_name_the_index",
    "test_a_dataclass_of_the_same_name_is_another_type", "test_effects_follow_the_code",
    "test_errors_may_be_left_out", "test_arguments_that_are_refused", "test_each_error_is_told"])


def moved(values):
    """(arguments on the device, pairs of Views and the arrays that they came from)."""
    made = {}
    for value in values:
        is_array = isinstance(value, np.ndarray) or (isinstance(value, gr.View) and value.space == "host")
        if is_array and value.ndim > 0 and id(value) not in made:
            if any(np.shares_memory(np.asarray(value), np.asarray(other)) for _, other in made.values()):
                pytest.skip("arrays that share memory do not on a device")
            made[id(value)] = gr.View.wrap(value).copy(space="device"), value
    return made


def launch(pattern, policy, kernel, *args, space="sim", **kwargs):
    """A launch of the pattern in a space of a device."""
    values = [*args, *kwargs.values()]
    made = moved(values)

    def there(value):
        return made[id(value)][0] if id(value) in made else value
    try:
        return HOST[pattern](policy, kernel, *map(there, args), space=space,
                             **{name: there(value) for name, value in kwargs.items()})
    finally:
        for view, array in made.values():
            if not (array.readonly if isinstance(array, gr.View) else not array.flags.writeable):
                view.copy_to(array)


def everywhere(monkeypatch, space):
    """Have gr.parallel_for and its kin launch there."""
    for pattern in HOST:
        def with_space(policy, kernel, *args, _pattern=pattern, **kwargs):
            if not isinstance(kernel, gr.Kernel) or kwargs.get("space"):
                return HOST[_pattern](policy, kernel, *args, **kwargs)
            return launch(_pattern, policy, kernel, *args, space=space, **kwargs)
        monkeypatch.setattr(gr, "parallel_" + pattern, functools.wraps(HOST[pattern])(with_space))
