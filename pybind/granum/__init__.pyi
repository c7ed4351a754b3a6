# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Names of the package for type checkers, which do not see what is imported when it is first used."""
from collections.abc import Callable, Iterable
from typing import Any as _Any
from typing import overload

from ._granum import (
    Error as Error,
    Instance as Instance,
    View as View,
    configuration as configuration,
    fence as fence,
    finalize as finalize,
    initialize as initialize,
    is_initialized as is_initialized,
    mdrange as mdrange,
    memory as memory,
    memory_peak as memory_peak,
    memory_used as memory_used,
    num_threads as num_threads,
    on as on,
    parallel_for as parallel_for,
    parallel_reduce as parallel_reduce,
    parallel_scan as parallel_scan,
    partition as partition,
    print_configuration as print_configuration,
    range as range,
)
from .graphs import Graph as Graph
from .graphs import Node as Node
from .kernels import Function as Function
from .kernels import Kernel as Kernel
from .compiler.errors import (
    BoundsError as BoundsError,
    KernelCompileError as KernelCompileError,
    KernelError as KernelError,
    KernelSyntaxError as KernelSyntaxError,
    KernelTypeError as KernelTypeError,
)
from .compiler.language import (
    Array as Array,
    Reducer as Reducer,
    atomic_add as atomic_add,
    atomic_and as atomic_and,
    atomic_compare_exchange as atomic_compare_exchange,
    atomic_exchange as atomic_exchange,
    atomic_max as atomic_max,
    atomic_min as atomic_min,
    atomic_mul as atomic_mul,
    atomic_or as atomic_or,
    atomic_sub as atomic_sub,
    atomic_xor as atomic_xor,
    bool_ as bool_,
    c128 as c128,
    c64 as c64,
    f32 as f32,
    f64 as f64,
    fma as fma,
    i16 as i16,
    i32 as i32,
    i64 as i64,
    i8 as i8,
    local as local,
    team as team,
    team_barrier as team_barrier,
    team_range as team_range,
    team_scratch as team_scratch,
    team_single as team_single,
    thread_range as thread_range,
    u16 as u16,
    u32 as u32,
    u64 as u64,
    u8 as u8,
    vector_range as vector_range,
)

__version__: str

# Annotations of accumulators: in a kernel they are numbers, or have .value and .location.
Acc = _Any
All = _Any
Any = _Any
BitAnd = _Any
BitOr = _Any
Max = _Any
MaxLoc = _Any
Min = _Any
MinLoc = _Any
Prod = _Any
Sum = _Any

_Function = Callable[..., _Any]

@overload
def kernel(definition: _Function, /) -> Kernel: ...
@overload
def kernel(definition: None = None, *, fast: bool = False, checked: bool = False, errors: bool | None = None,
           debug: str | Iterable[str] = (), source: str | None = None,
           space: str = "host") -> Callable[[_Function], Kernel]: ...
@overload
def function(definition: _Function, /) -> Function: ...
@overload
def function(definition: None = None, *, source: str | None = None) -> Callable[[_Function], Function]: ...
