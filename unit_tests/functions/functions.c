/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file functions.c
 * @brief functions_<backend>: errors of elementary functions in kernels, in units in the last
 * place, beside what is documented; and where they differ from the host's.
 *
 * Oracle: the C library's next larger type, whose own errors are a thousandth of what is measured.
 * Exits with 1 where an error is beyond what is documented and half a unit for the rounding.
 */
#include "functions.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { POINTS = 20000 };

typedef struct function {
    const char *name;
    double lo, hi;
    int documented[3][2]; /* glibc, CUDA, HIP: f32, f64 */
} function;

#define ENTRY(name, f64, f32, exact, lo, hi, g32, g64, c32, c64, h32, h64) \
    {#name, lo, hi, {{g32, g64}, {c32, c64}, {h32, h64}}},
static const function functions[] = {FUNCTIONS(ENTRY)};

#define AS_F64(name, f64, ...) \
    case FUNCTION_##name:      \
        return f64;
#define AS_F32(name, f64, f32, ...) \
    case FUNCTION_##name:           \
        return f32;
#define AS_LONG(name, f64, f32, exact, ...) \
    case FUNCTION_##name:                   \
        return exact;

static double in_f64(int which, double x) {
    switch (which) { FUNCTIONS(AS_F64) }
    return NAN;
}
static float in_f32(int which, float x) {
    switch (which) { FUNCTIONS(AS_F32) }
    return NAN;
}
static long double in_long(int which, long double x) {
    switch (which) { FUNCTIONS(AS_LONG) }
    return NAN;
}

/* Distance in units of the last of so many binary digits of the second. */
static double units(long double got, long double exact, int digits, int least) {
    int exponent;

    if (isnan(got) || isnan(exact)) {
        return isnan(got) && isnan(exact) ? 0 : INFINITY;
    }
    (void)frexpl(exact, &exponent);
    exponent = exact == 0 || exponent < least ? least : exponent;
    return (double)(fabsl(got - exact) / ldexpl(1.0L, exponent - digits));
}

static double larger(double a, double b) {
    return b > a ? b : a;
}

typedef struct measured {
    double error, host_error, distance; /* of kernels, of the host, between them */
    int differ;
} measured;

/* Prints a line; false: beyond what is documented. */
static bool tell(const char *name, const char *type, const measured *m, int documented) {
    const bool holds = m->error <= documented + 0.5;

    printf(
        "%-7s %s  %6.3f ulp, documented %2d   host %6.3f   differs at %5d of %d, by up to %.0f%s\n",
        name, type, m->error, documented, m->host_error, m->differ, POINTS, m->distance,
        holds ? "" : "   BEYOND");
    return holds;
}

static bool look_at(int which, int library) {
    static double x[POINTS], large[POINTS];
    static float small[POINTS];
    const function *f = &functions[which];
    measured f64 = {0, 0, 0, 0}, f32 = {0, 0, 0, 0};
    uint64_t state = 88172645463325252u + (uint64_t)which;

    for (int i = 0; i < POINTS; i++) { /* Marsaglia 2003, doi:10.18637/jss.v008.i14 */
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        x[i] = f->lo + (f->hi - f->lo) * (double)(int64_t)(state >> 11) * 0x1p-53;
    }
    if (functions_values(which, POINTS, x, large, small)) {
        printf("%s: %s\n", f->name, gr_last_error()->message);
        return false;
    }
    for (int i = 0; i < POINTS; i++) {
        const float point = (float)x[i];
        const long double exact = in_long(which, x[i]);
        const double host = in_f64(which, x[i]), exact_small = in_f64(which, point);
        const float host_small = in_f32(which, point);

        f64.error = larger(f64.error, units(large[i], exact, DBL_MANT_DIG, DBL_MIN_EXP));
        f64.host_error = larger(f64.host_error, units(host, exact, DBL_MANT_DIG, DBL_MIN_EXP));
        f64.distance = larger(f64.distance, units(large[i], host, DBL_MANT_DIG, DBL_MIN_EXP));
        f64.differ += memcmp(&large[i], &host, sizeof host) != 0;
        f32.error = larger(f32.error, units(small[i], exact_small, FLT_MANT_DIG, FLT_MIN_EXP));
        f32.host_error =
            larger(f32.host_error, units(host_small, exact_small, FLT_MANT_DIG, FLT_MIN_EXP));
        f32.distance = larger(f32.distance, units(small[i], host_small, FLT_MANT_DIG, FLT_MIN_EXP));
        f32.differ += memcmp(&small[i], &host_small, sizeof host_small) != 0;
    }
    const bool is_good = tell(f->name, "f64", &f64, f->documented[library][1]);
    return tell(f->name, "f32", &f32, f->documented[library][0]) && is_good;
}

int main(int argc, char **argv) {
    const int library = strcmp(FUNCTIONS_BACKEND, "cuda") == 0  ? 1
                        : strcmp(FUNCTIONS_BACKEND, "hip") == 0 ? 2
                                                                : 0;
    bool are_good = true;

    if (gr_initialize_args(&argc, argv, NULL)) {
        printf("%s\n", gr_last_error()->message);
        return 1;
    }
    for (int which = 0; which < FUNCTION_COUNT; which++) {
        are_good = look_at(which, library) && are_good;
    }
    printf("%s\n", are_good ? "as documented" : "beyond what is documented");
    return gr_finalize() == GR_SUCCESS && are_good ? 0 : 1;
}
