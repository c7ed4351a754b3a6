# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Rows of launches on devices: beside the vendor's own launch of the same kernel, from C.

The spaces are those that granum was built with and that have a device here.
"""
import ctypes
import os
import statistics
import tempfile
import timeit

import granum as gr
import kernels
from granum import _config, rtc, toolchain
from granum.compiler import pipeline
from processes import empty_line, numbers_of

HERE = os.path.dirname(os.path.abspath(__file__))
F1 = ("f64", 1, "C", False)
# Of a launch whose end is waited for: 1.3 times the vendor's, and the path of a launch on the host.
FACTOR, HOST_PATH = 1.3, 0.15e-6
COLD = 1.0

# Launches of the first kernel of the file, one after the other, each of them waited for: seconds of one.
TWIN = r"""
#include <dlfcn.h>
#include <time.h>
GR_API double vendors_launches(const char *library, int64_t device, int64_t count) {
    void *const plugin = dlopen(library, RTLD_NOW | RTLD_LOCAL);
    gr_impl_device_plugin_function *const find = plugin
        ? (gr_impl_device_plugin_function *)dlsym(plugin, "gr_impl_device_plugin") : NULL;
    static gr_site site = {"axpy", __FILE__, __LINE__, 1, 0, 0, 0};
    static void *module, *kernel, *stream, *memory;
    struct { gr_impl_rtc_for range; int64_t words[COUNT]; void *fault; } all = {
        {{0}, {1}, {1}, {0}, {0}, {0}}, {0, 1, 0, 0, 1, 1, 0, 1, 1}, NULL};
    const gr_impl_device_table *const table = find ? find() : NULL;
    gr_impl_gpu_launch launch = {.site = &site, .table = table, .device = (int)device};
    struct timespec begin, end;
    const char *failure = table ? NULL : "no library";

    if (!failure && !stream) failure = table->stream_create((int)device, &stream);
    if (!failure && !module) failure = table->module_load((int)device, gr_py_image, &module);
    if (!failure && !kernel) failure = table->module_kernel((int)device, module, "twin_k0", &kernel);
    if (!failure && !memory) failure = table->allocate((int)device, GR_DEVICE, stream, 64, &memory);
    if (!failure) failure = table->set((int)device, stream, memory, 0, 64);
    if (!failure) failure = table->stream_wait((int)device, stream);
    all.words[3] = all.words[6] = (int64_t)(intptr_t)memory;
    launch.stream = stream;
    clock_gettime(CLOCK_MONOTONIC, &begin);
    for (int64_t k = 0; k < count && !failure; k++) {
        failure = table->module_run(&launch, kernel, 1, 256, 0, &all, sizeof all);
        if (!failure) failure = launch.failure;
        if (!failure) failure = table->stream_wait((int)device, stream);
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    if (failure) fprintf(stderr, "%s\n", failure);
    return failure ? -1 : ((double)(end.tv_sec - begin.tv_sec) + 1e-9 * (double)(end.tv_nsec - begin.tv_nsec))
                              / (double)count;
}
"""

_FRESH = """
import sys, time
sys.path.insert(0, {here!r})
import granum as gr, kernels
made = [gr.View(3 if {name!r} == "axpy" else (3, 3, 3), space="device") for _ in range({arrays})]
first = time.perf_counter()
gr.parallel_for({policy}, kernels.{name}, {numbers}*made{more}, space={space!r})
print(time.perf_counter() - first)
"""
_COMPILED = {"axpy": ("1", 2, "2.0, ", ""),
             "stencil": ("gr.mdrange((1, 2), (1, 2), (1, 2))", 5, "", ", 1.0, 0.1, 0.1, 0.1")}


def spaces():
    """Spaces of this build that have a device."""
    found = []
    for space in toolchain.DEVICES:
        if space in _config.BACKENDS:
            try:
                toolchain.check_device(space)
                found.append(space)
            except gr.Error as error:
                print(f"absent: {space} ({error})")
    return found


def names():
    built = [space for space in toolchain.DEVICES if space in _config.BACKENDS]
    return [f"python.{space}.{row}" for space in built
            for row in ("launch.empty", "launch.axpy", *(f"compile.{name}.{cache}" for name in _COMPILED
                                                         for cache in ("cold", "warm")))] + [
        f"python.{space}.compiler.{target}" for space, target in (("cuda", "sm_80"), ("cuda", "sm_90"))]


def vendors_launches(space):
    """A function of a number of launches: seconds of one."""
    unit = pipeline.Unit(pipeline.Options(space=space))
    pipeline.compile_source(kernels.axpy.source_, kernels.axpy.scope, "for", 1, ("f64", F1, F1), unit.options,
                            entry="twin", unit=unit)
    c, device, fast = unit.sources()
    folder = tempfile.mkdtemp()
    path = os.path.join(folder, "twin.so")
    text = "#define _GNU_SOURCE\n#include <stdio.h>\n" + c + TWIN.replace("COUNT", str(unit.emitted[0].result_word))
    toolchain.compile(toolchain.Sources(text, device, fast), path, rpath=True, space=space)
    call = ctypes.CDLL(path).vendors_launches
    call.restype = ctypes.c_double
    plugin = os.path.join(os.path.dirname(_config.LIBRARY), f"libgranum_{space}.so").encode()

    def run(count):
        seconds = call(plugin, ctypes.c_int64(0), ctypes.c_int64(count))
        if seconds < 0:
            raise RuntimeError("the vendor's own launch failed")
        return seconds
    return run


def launches(space, quick):
    x, y = gr.View(1, space="device"), gr.View(1, space="device")
    x.fill(1.0)
    y.fill(1.0)
    number, rounds = (500, 5) if quick else (2000, 15)
    scope = {"launch": gr.parallel_for, "axpy": kernels.axpy, "x": x, "y": y}

    def of(n):
        return timeit.timeit(f"launch({n}, axpy, 2.0, x, y, space={space!r})", globals=scope, number=number) / number
    of(1)
    empty = statistics.median(of(0) for _ in range(rounds))
    yield {**empty_line(f"python.{space}.launch.empty", 0), "t_granum_s": empty,
           "verdict": "met" if empty <= HOST_PATH else f"over {HOST_PATH:g} s"}
    raw = vendors_launches(space)
    raw(10)
    pairs = [(of(1), raw(number)) for _ in range(rounds)]
    mine, vendors = (statistics.median(side) for side in zip(*pairs))
    line = {**empty_line(f"python.{space}.launch.axpy", 1), "t_granum_s": mine, "t_twin_s": vendors,
            "ratio": statistics.median(a / b for a, b in pairs)}
    limit = FACTOR * vendors + HOST_PATH
    yield {**line, "verdict": "met" if mine <= limit else f"over {limit:.3g} s"}


def first_launches(space, quick):
    """Cold: nothing is cached; warm: the kernel is, and no compiler is opened."""
    for name, (policy, arrays, before, after) in _COMPILED.items():
        program = _FRESH.format(here=HERE, name=name, arrays=arrays, policy=policy, numbers=before, more=after,
                                space=space)
        cold, warm = [], []
        for _ in range(2 if quick else 5):
            with tempfile.TemporaryDirectory() as folder:
                for times in (cold, warm, warm):
                    ((seconds,),) = numbers_of(program, GRANUM_CACHE_DIR=folder)
                    times.append(seconds)
        for cache, times in (("cold", cold), ("warm", warm)):
            middle = statistics.median(times)
            line = {**empty_line(f"python.{space}.compile.{name}.{cache}", 1), "t_granum_s": middle}
            # What loading a kernel takes is the driver's; the host's path has a target of its own.
            yield {**line, "verdict": ("met" if middle <= COLD else f"over {COLD:g} s") if cache == "cold" else "-"}


def compilers(quick):
    """What the run-time compiler takes for a kernel, which needs no device."""
    if rtc.library("cuda") is None:
        print(f"absent: cuda's compiler ({rtc.missing('cuda')})")
        return
    unit = pipeline.Unit(pipeline.Options(space="cuda"))
    types = tuple([("f64", 3, "C", False)] * 5 + ["f64"] * 4)
    pipeline.compile_source(kernels.stencil.source_, kernels.stencil.scope, "for", 3, types, unit.options, entry="e",
                            unit=unit)
    for target in ("sm_80", "sm_90"):
        times = [timeit.timeit(lambda: rtc.compile(unit.device_text(), "cuda", target), number=1)
                 for _ in range(3 if quick else 9)]
        middle = statistics.median(times)
        yield {**empty_line(f"python.cuda.compiler.{target}", 1), "t_granum_s": middle,
               "verdict": "met" if middle <= COLD else f"over {COLD:g} s"}


def lines(wanted, quick):
    chosen = [name for name in names() if wanted(name)]
    if any(".compiler." in name for name in chosen):
        yield from (line for line in compilers(quick) if wanted(line["name"]))
    for space in spaces() if any(".compiler." not in name for name in chosen) else ():
        for part, rows in (("launch", launches), ("compile", first_launches)):
            if any(name.startswith(f"python.{space}.{part}.") for name in chosen):
                yield from (line for line in rows(space, quick) if wanted(line["name"]))
