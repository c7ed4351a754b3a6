def folded_cbrt_h0(u, v):
    if ((u == u) or (SCALE == v == v)):
        return int(u)
    return -((u | (u + max(9007199254740993, u))))


def folded_cbrt(i, x, q, y, p, n, k, a):
    i0 = LIMIT
    f0 = ((n << (i & 127)) * SCALE)
    t1 = gr.local((2, 3), gr.i64)
    f0 = a
    i2 = (((n - (k if (n >= k) else i0)) // (LIMIT | i0)) | max(int((SCALE != f0 < 1e+19)), q[i]))
    t3 = gr.local(4, gr.i64)
    i2, i0 = divmod(i0, i0)
    y[i] -= ((SCALE - float(math.cbrt((i2 / -2.5)))) - SCALE)
    y[i] += f0
    p[i] += i0
