# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""python -m granum: what is in the cache, what this machine offers, kernels as C libraries."""
import argparse
import os
import sys


def cache_list(options):
    from . import cache

    total = 0
    for path, size, used in cache.entries():
        import time

        total += size
        print(f"{time.strftime('%Y-%m-%d %H:%M', time.localtime(used))} {size:>9}  {path}")
    print(f"{total} bytes in {cache.folder()}")


def cache_size(options):
    from . import cache

    found = cache.entries()
    print(f"{sum(size for _, size, _ in found)} bytes in {len(found)} kernels, at most {cache.size_limit()}: "
          f"{cache.folder()}")


def cache_clear(options):
    from . import cache

    print(f"removed {cache.clear()} kernels from {cache.folder()}")


def doctor(options):
    from . import doctor

    return doctor.report()


def export(options):
    from . import export
    from .compiler.errors import KernelError

    try:
        for path in export.export(options.file, options.output, options.kernel or ()):
            print(path)
    except (export.ExportError, KernelError) as error:
        print(f"export: {error}", file=sys.stderr)
        return 1
    return 0


def parser():
    top = argparse.ArgumentParser(prog="python -m granum", description=__doc__.partition(": ")[2])
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    cache = commands.add_parser("cache", help="what is compiled already")
    actions = cache.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("list", help="each compiled kernel, the one used longest ago first").set_defaults(run=cache_list)
    actions.add_parser("size", help="bytes in use").set_defaults(run=cache_size)
    actions.add_parser("clear", help="remove all of it").set_defaults(run=cache_clear)
    commands.add_parser("doctor", help="compiler, cache, threads, and what is odd").set_defaults(run=doctor)
    command = commands.add_parser("export", help="kernels as a C library: .c, .h and .so")
    command.add_argument("file", metavar="KERNELS.py")
    command.add_argument("-o", "--output", metavar="LIBRARY", help="path of the library, without an ending")
    command.add_argument("-k", "--kernel", action="append", metavar="NAME", help="only this kernel; may be repeated")
    command.set_defaults(run=export)
    return top


def main(arguments=None):
    options = parser().parse_args(arguments)
    try:
        return options.run(options) or 0
    except BrokenPipeError:
        # Somebody closed the pipe, as head does: no more to say, and nothing went wrong.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


if __name__ == "__main__":
    sys.exit(main())
