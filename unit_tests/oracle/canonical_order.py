# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The canonical order of docs/design/002-canonical-order.md as a NumPy program, and a comparison with granum, bit for bit.

usage: canonical_order.py PROGRAM      PROGRAM prints the bits of its results (canonical_order.c)

Written from the page alone; it shares no code with the library. The data are hashes of an element's number, so that both
sides make them without a file.
"""
import subprocess
import sys

import numpy as np

LANES = 32


# ---- reductions ----

def ceil_div(a, b):
    return -(-a // b)


def chunk_of_elements(n, least=2048, most=4096):
    """Elements of a chunk in one dimension."""
    c = least
    while ceil_div(n, c) > most:
        c *= 2
    return c


def piece_of_columns(rows, width):
    """Columns of a piece of a row in two to six dimensions."""
    if width <= 8192:
        return width
    p = 4096
    while p < width and ceil_div(width, p) > 4096 // rows:
        p *= 2
    return min(p, width)


def chunking(shape):
    """The number of chunks, and a function (first, last) that says which element a lane takes at which step.

    It gives an array (last - first, steps, 32) of flat indices for these chunks, -1 where there is no element.
    """
    width = shape[-1]
    if len(shape) == 1:
        in_chunk = chunk_of_elements(width)

        def of_elements(first, last):
            at = np.arange(first * in_chunk, last * in_chunk)
            return np.where(at < width, at, -1).reshape(-1, in_chunk // LANES, LANES)

        return ceil_div(width, in_chunk), of_elements
    rows = int(np.prod(shape[:-1]))
    length = piece_of_columns(rows, width)
    pieces = ceil_div(width, length)
    in_chunk = 1
    while in_chunk * length < 2048:
        in_chunk *= 2
    while ceil_div(rows * pieces, in_chunk) > 4096:
        in_chunk *= 2
    steps = ceil_div(length, LANES)

    def of_pieces(first, last):
        piece = np.arange(first * in_chunk, last * in_chunk)[:, None]
        offset = np.arange(steps * LANES)[None, :]
        column = piece % pieces * length + offset
        there = (piece < rows * pieces) & (offset < length) & (column < width)
        at = np.where(there, piece // pieces * width + column, -1)
        return at.reshape(last - first, in_chunk * steps, LANES)

    return ceil_div(rows * pieces, in_chunk), of_pieces


def tree(lanes, join):
    """Join 32 lanes, the last axis, by halves."""
    half = LANES // 2
    while half:
        lanes = join(lanes[..., :half], lanes[..., half:2 * half])
        half //= 2
    return lanes[..., 0]


def in_lanes(values, at, identity, join):
    """Lanes that start at the identity and take values[at[..., step, lane]] in the order of the steps."""
    lanes = np.full(at.shape[:-2] + (LANES,), identity, dtype=values.dtype)
    for step in range(at.shape[-2]):
        now = at[..., step, :]
        lanes = np.where(now >= 0, join(lanes, values[now]), lanes)
    return lanes


def chunk_results(values, shape, identity, join):
    chunks, positions = chunking(shape)
    values = values.ravel()
    block = max(1, 2**18 * chunks // values.size)  # chunks at a time: indices of all elements are many bytes
    return np.concatenate([
        tree(in_lanes(values, positions(first, min(first + block, chunks)), identity, join), join)
        for first in range(0, chunks, block)
    ])


def reduce(values, shape, identity, join):
    """The result of a reducer over an array of this shape; join works on arrays."""
    identity = np.asarray(identity, dtype=values.dtype)
    if values.size == 0:
        return identity
    parts = chunk_results(values, shape, identity, join)
    if len(parts) == 1:
        return parts[0]
    at = np.arange(ceil_div(len(parts), LANES) * LANES)
    at = np.where(at < len(parts), at, -1).reshape(-1, LANES)
    return tree(in_lanes(parts, at, identity, join), join)


def reduce_minmax(values, shape, low, high):
    """MINMAX: its chunk results are joined from the first to the last."""
    both = []
    for identity, join in ((low, minimum), (high, maximum)):
        identity = np.asarray(identity, dtype=values.dtype)
        result = identity
        if values.size:
            parts = chunk_results(values, shape, identity, join)
            result = parts[0]
            for part in parts[1:]:
                result = join(result, part)
        both.append(result)
    return both


def reduce_location(values, identity, better):
    """MINLOC and MAXLOC: the best value and the lowest location that has it; NaN is never better."""
    at = np.flatnonzero(better(values, np.asarray(identity, dtype=values.dtype)))
    if at.size == 0:
        return np.asarray(identity, dtype=values.dtype), -1
    best = values[at].min() if better is np.less else values[at].max()
    first = at[np.flatnonzero(values[at] == best)[0]]
    return values[first], int(first)


def minimum(a, b):
    return np.where(b < a, b, a)


def maximum(a, b):
    return np.where(b > a, b, a)


# ---- reductions in teams and over leagues: values are tuples of arrays, so that a value may be a struct ----

def reduce_columns(columns, chunk, identity, join):
    """The result over one dimension in chunks of this length; 0: one lane, from the left."""
    identity = tuple(np.asarray(one, dtype=c.dtype) for one, c in zip(identity, columns))
    n = len(columns[0])
    if n == 0:
        return identity
    if chunk == 0:
        result = identity
        for k in range(n):
            result = join(result, tuple(c[k] for c in columns))
        return result
    while True:
        chunks = ceil_div(n, chunk)
        at = np.arange(chunks * chunk).reshape(chunks, chunk // LANES, LANES)
        lanes = tuple(np.full((chunks, LANES), one) for one in identity)
        for step in range(chunk // LANES):
            there = at[:, step] < n
            new = join(lanes, tuple(c[np.where(there, at[:, step], 0)] for c in columns))
            lanes = tuple(np.where(there, a, b) for a, b in zip(new, lanes))
        while lanes[0].shape[1] > 1:
            half = lanes[0].shape[1] // 2
            lanes = join(tuple(v[:, :half] for v in lanes), tuple(v[:, half:] for v in lanes))
        if chunks == 1:
            return tuple(v[0, 0] for v in lanes)
        columns, n = tuple(v[:, 0] for v in lanes), chunks
        chunk = ceil_div(n, LANES) * LANES  # the chunk results are joined as one chunk


# ---- scans: values are tuples of arrays as well ----

SEGMENT, SEGMENTS, TILES = 8, 32, 16


def scan(columns, identity, join):
    """What comes before each element and what comes after it, as tuples of arrays, and the total."""
    n = len(columns[0])
    chunks = ceil_div(n, SEGMENT * SEGMENTS * TILES)
    shape = (chunks, TILES, SEGMENTS, SEGMENT)
    size = int(np.prod(shape))
    there = (np.arange(size) < n).reshape(shape)
    data = tuple(np.concatenate([c, np.zeros(size - n, dtype=c.dtype)]).reshape(shape) for c in columns)

    def start(of):
        return tuple(np.full(of, one, dtype=c.dtype) for one, c in zip(identity, columns))

    def join_where(condition, a, b):
        return tuple(np.where(condition, new, old) for new, old in zip(join(a, b), a))

    def pick(values, where):
        return tuple(v[where] for v in values)

    def put(values, where, new):
        for v, x in zip(values, new):
            v[where] = x

    totals = start(shape[:3])
    for e in range(SEGMENT):
        totals = join_where(there[..., e], totals, pick(data, (..., e)))
    used = there[..., 0]
    in_tile, left = start(shape[:3]), start(shape[:2])
    for s in range(SEGMENTS):
        put(in_tile, (..., s), left)
        left = join_where(used[..., s], left, pick(totals, (..., s)))
    in_chunk, left_of_tile = start(shape[:2]), start(shape[:1])
    for t in range(TILES):
        put(in_chunk, (..., t), left_of_tile)
        left_of_tile = join_where(used[:, t, 0], left_of_tile, pick(left, (slice(None), t)))

    def one():
        return tuple(np.asarray(v, dtype=c.dtype) for v, c in zip(identity, columns))

    before, s0, s1, s2 = start((chunks,)), one(), one(), one()
    for k in range(chunks):
        put(before, k, join(join(s2, s1), s0))
        s0 = join(s0, pick(left_of_tile, k))
        if (k + 1) % 32 == 0:
            s1, s0 = join(s1, s0), one()
            if (k + 1) % 1024 == 0:
                s2, s1 = join(s2, s1), one()
    total = join(join(s2, s1), s0)

    def spread(values, to):
        return tuple(np.broadcast_to(v.reshape(v.shape + (1,) * (to - v.ndim)), shape[:to]) for v in values)

    run = join(spread(before, 3), join(spread(in_chunk, 3), in_tile))
    exclusive, inclusive = start(shape), start(shape)
    for e in range(SEGMENT):
        put(exclusive, (..., e), run)
        run = join(run, pick(data, (..., e)))
        put(inclusive, (..., e), run)
    flat = lambda values: tuple(v.ravel()[:n] for v in values)
    return flat(exclusive), flat(inclusive), total


# ---- the data, as canonical_order_kernels.c makes them ----

def in_blocks(function, x):
    return np.concatenate([function(part) for part in np.array_split(x, max(1, x.size >> 18))])


def mix(x):
    return in_blocks(mix_block, x) if x.size >> 19 else mix_block(x)


def mix_block(x):
    x = x + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return x ^ (x >> np.uint64(31))


def value(h, real):
    """-128 <= value < 128 with all bits of the mantissa in use."""
    bits, shift = (53, 11) if real == np.float64 else (24, 40)
    whole = (h >> np.uint64(shift)).astype(np.int64) - (1 << (bits - 1))
    scale = (np.int64(1) << (h & np.uint64(7)).astype(np.int64)).astype(real)
    return whole.astype(real) * real(2.0 ** (1 - bits)) * scale


def near_one(h, real):
    return real(1) + value(h, real) * real(2.0 ** -14)


def coarse(h, real):
    """Ties, zeros of both signs and NaN: what minimum and maximum have to choose among."""
    quarter = ((h >> np.uint64(20)) & np.uint64(3)).astype(real)
    signed = np.where(h & np.uint64(1) != 0, -quarter, quarter)
    return np.where(h % np.uint64(61) == 0, real(np.nan), signed)


# ---- one line of the program's output each ----

def bits(x):
    x = np.asarray(x)
    if x.dtype.kind == "f" and np.isnan(x):
        return "nan"
    return x.tobytes()[::-1].hex()


def group_float(shape, h, real):
    inf = real(np.inf)
    v, c = value(h, real), coarse(h, real)
    zero, often = c * real(0), h & np.uint64(4) != 0  # of two zeros the earlier one stays, so signs show the order
    words = [
        reduce(v, shape, 0, lambda a, b: a + b),
        reduce(near_one(h, real), shape, 1, lambda a, b: a * b),
        reduce(np.where(often, zero, np.abs(c)), shape, inf, minimum),
        reduce(np.where(often, zero, -np.abs(c)), shape, -inf, maximum),
        *reduce_minmax(np.where(often, zero, np.abs(c)), shape, inf, -inf),
        *reduce_location(c, inf, np.less),
        *reduce_location(zero, -inf, np.greater),
    ]
    return [bits(w) if isinstance(w, np.ndarray) or isinstance(w, np.generic) else str(w) for w in words]


def group_sum(shape, h, real):
    return [bits(reduce(in_blocks(lambda hashes: value(hashes, real), h), shape, 0, lambda a, b: a + b))]


def group_integer(shape, h, _):
    rare = h % np.uint64(997) == 0
    mask = np.uint64(1) << (h >> np.uint64(58))
    words = [
        reduce((h >> np.uint64(32)).astype(np.int64) - (1 << 31), shape, 0, lambda a, b: a + b),
        reduce((h | np.uint64(1)).astype(np.uint32), shape, 1, lambda a, b: a * b),
        reduce(np.where(rare, (h >> np.uint64(9)).astype(np.int8), np.int8(7)), shape, 127, minimum),
        reduce((h >> np.uint64(48)).astype(np.uint16), shape, 0, maximum),
        reduce(np.where(rare, ~mask, ~np.uint64(0)), shape, ~np.uint64(0), lambda a, b: a & b),
        reduce(np.where(rare, mask, np.uint64(0)).astype(np.uint8), shape, 0, lambda a, b: a | b),
        reduce((h % np.uint64(100003) != 0).astype(np.int32), shape, 1, lambda a, b: ((a != 0) & (b != 0)).astype(np.int32)),
        reduce((h % np.uint64(5003) == 0).astype(np.uint8), shape, 0, lambda a, b: ((a != 0) | (b != 0)).astype(np.uint8)),
    ]
    return [bits(w) for w in words]


def digest(arrays):
    """One number for the bits of arrays of results."""
    sum_ = np.uint64(0)
    for k, array in enumerate(arrays):
        raw = array.view({4: np.uint32, 8: np.uint64}[array.dtype.itemsize]).astype(np.uint64)
        place = np.arange(len(array), dtype=np.uint64) * np.uint64(8) + np.uint64(k)
        sum_ = sum_ + mix(raw ^ mix(place)).sum(dtype=np.uint64)
    return bits(sum_)


def compose(a, b):
    """The line x -> a.m x + a.c, then b: not commutative."""
    return a[0] * b[0], b[0] * a[1] + b[1]


def add(a, b):
    return (a[0] + b[0],)


def multiply(a, b):
    return (a[0] * b[0],)


def group_scan(shape, h, _):
    whole = (h >> np.uint64(32)).astype(np.int64) - (1 << 31)
    f64, f32 = value(h, np.float64), near_one(h, np.float32)
    line = (near_one(h, np.float64), f64)
    before_sum, after_sum, sum_ = scan((f64,), (0,), add)
    _, after_product, product = scan((f32,), (1,), multiply)
    before_whole, _, whole_sum = scan((whole,), (0,), add)
    before_line, after_line, line_total = scan(line, (1, 0), compose)
    return [
        digest(before_sum), digest(after_sum), bits(sum_[0]), digest(after_product), bits(product[0]),
        digest(before_whole), bits(whole_sum[0]),
        digest(before_line), digest(after_line), bits(line_total[0]), bits(line_total[1]),
    ]


def group_segmented(shape, h, _):
    """Sums of f64 in segments that start where a hash says so: a scan of pairs of flag and value."""
    starts, v = h % np.uint64(37) == 0, value(h, np.float64)

    def join_pairs(a, b):
        return (a[0] | b[0], np.where(b[0], b[1], a[1] + b[1]))

    before, after, _ = scan((starts, v), (False, 0.0), join_pairs)
    return [digest((np.where(starts, 0.0, before[1]),)), digest((after[1],))]


def group_teams(chunk, h):
    """As group_float, in chunks of a length of their own, and lines one after the other."""
    v, c = value(h, np.float64), coarse(h, np.float64)
    zero, often = c * 0.0, h & np.uint64(4) != 0
    low, high = np.where(often, zero, np.abs(c)), np.where(often, zero, -np.abs(c))

    def least(a, b):
        return (minimum(a[0], b[0]),)

    def most(a, b):
        return (maximum(a[0], b[0]),)

    words = [
        *reduce_columns((v,), chunk, (0,), add),
        *reduce_columns((near_one(h, np.float64),), chunk, (1,), multiply),
        *reduce_columns((low,), chunk, (np.inf,), least),
        *reduce_columns((high,), chunk, (-np.inf,), most),
        *reduce_columns((low,), chunk, (np.inf,), least),
        *reduce_columns((low,), chunk, (-np.inf,), most),
        *reduce_location(c, np.inf, np.less),
        *reduce_location(zero, -np.inf, np.greater),
        *reduce_columns((near_one(h, np.float64), v), chunk, (1, 0), compose),
    ]
    return [str(w) if isinstance(w, int) else bits(w) for w in words]


def group_nested(shape, h, _):
    return group_teams(0 if shape[0] <= 8 else chunk_of_elements(shape[0], 1024, 32), h)


def group_league(shape, h, _):
    return group_teams(chunk_of_elements(shape[0], 32, 4096), h)


# ---- reductions into arrays ----

def chunk_of_each_element(shape, length, item=8):
    """The chunk that each element belongs to, in a reduction into an array of this length."""
    size, n = length * item, int(np.prod(shape))
    least, most = 2048, max(32, min(4096, (4 << 20) // max(size, 1)))
    while least < size // 8:
        least *= 2
    if len(shape) == 1:
        chunk = least
        while ceil_div(n, chunk) > most:
            chunk *= 2
        return np.arange(n) // chunk
    rows, width = n // max(shape[-1], 1), shape[-1]
    columns = piece_of_columns(max(rows, 1), width)
    pieces = ceil_div(width, max(columns, 1))
    in_chunk = 1
    while in_chunk * columns < least and in_chunk < rows * pieces:
        in_chunk *= 2
    while ceil_div(rows * pieces, in_chunk) > most:
        in_chunk *= 2
    row, column = np.divmod(np.arange(n), max(width, 1))
    return (row * pieces + column // max(columns, 1)) // in_chunk


def group_array(shape, h, length):
    chunk = chunk_of_each_element(shape, length)
    chunks = int(chunk[-1]) + 1 if chunk.size else 1
    copies = np.zeros((chunks, length))
    np.add.at(copies, (chunk, ((h >> np.uint64(40)) % np.uint64(length)).astype(np.int64)), value(h, np.float64))
    if chunks == 1:
        return [digest((copies[0],))]
    lanes = np.zeros((length, LANES))
    for k in range(chunks):
        lanes[:, k % LANES] += copies[k]
    return [digest((tree(lanes, lambda a, b: a + b),))]


GROUPS = {
    "f64": (group_float, np.float64),
    "f32": (group_float, np.float32),
    "sum64": (group_sum, np.float64),
    "sum32": (group_sum, np.float32),
    "integer": (group_integer, None),
    "scan": (group_scan, None),
    "segmented": (group_segmented, None),
    "nested": (group_nested, None),
    "league": (group_league, None),
    "array1": (group_array, 1),
    "array3": (group_array, 3),
    "array1000": (group_array, 1000),
    "array20000": (group_array, 20000),
}


def expected_of(line):
    group, shape = line.split(":")[0].split()[:2]
    shape = tuple(int(n) for n in shape.split("x"))
    function, real = GROUPS[group]
    h = mix(np.arange(int(np.prod(shape)), dtype=np.uint64))
    return function(shape, h, real)


def run(program, *arguments):
    return subprocess.run([program, *arguments], stdout=subprocess.PIPE, check=True, text=True).stdout.splitlines()


def main(program):
    np.seterr(all="ignore")
    lines = run(program)
    wrong, known = 0, {}
    for line in lines:
        case, got = line.split(":")
        key = tuple(case.split()[:2])  # lower bounds, the third word, do not count
        if key not in known:
            known[key] = expected_of(line)
        if got.split() != known[key]:
            wrong += 1
            print(f"{case}:\n  granum {' '.join(got.split())}\n  oracle {' '.join(known[key])}")
    for threads, schedule in (("1", "static"), ("3", "dynamic"), ("4", "static")):
        if run(program, threads, schedule) != lines:
            wrong += 1
            print(f"threads = {threads}, {schedule}: the output differs from that of an adaptive run")
    print(f"{len(lines)} lines compared, {wrong} wrong")
    return 1 if wrong or len(lines) < 50 else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
