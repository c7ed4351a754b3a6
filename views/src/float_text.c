/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file float_text.c
 * @brief Digits, widths and padding of floats in a printed View.
 *
 * Digits are the fewest that read back as the same number; in columns they are cut to 8 behind the
 * point. All of it works on the digits of printf's "%e", whose radix character depends on the
 * locale.
 *
 * Source: numpy/_core/arrayprint.py and scalartypes.c.src (NumPy 2) for the rules; the code is
 * ours.
 */
#include "float_text.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Digits behind the point in a column. */
enum { PRECISION = 8 };

/* ---- decimal digits of a float ---- */

/* d.ddd x 10^exponent, digits without the point. */
typedef struct decimal {
    bool negative;
    int count;
    int exponent;
    char digits[ELEMENT_TEXT];
} decimal;

/* Read what printf made of "%e": the radix character depends on the locale, so only digits count.
 */
static decimal decimal_from_scientific(const char *text) {
    decimal x = {.negative = text[0] == '-'};

    for (; *text != '\0' && *text != 'e'; text++) {
        if (*text >= '0' && *text <= '9') {
            x.digits[x.count++] = *text;
        }
    }
    x.exponent = *text == 'e' ? (int)strtol(text + 1, NULL, 10) : 0;
    return x;
}

static void decimal_trim(decimal *x) {
    while (x->count > 1 && x->digits[x->count - 1] == '0') {
        x->count--;
    }
}

static decimal decimal_shortest(double value, bool single) {
    char text[ELEMENT_TEXT];

    for (int digits = 0; digits < 17; digits++) {
        snprintf(text, sizeof text, "%.*e", digits, value);
        if (single ? strtof(text, NULL) == (float)value : strtod(text, NULL) == value) {
            break;
        }
    }
    return decimal_from_scientific(text);
}

static decimal decimal_rounded(double value, int fraction) {
    char text[ELEMENT_TEXT];

    snprintf(text, sizeof text, "%.*e", fraction, value);
    return decimal_from_scientific(text);
}

/* The shortest digits, or the value rounded to PRECISION of them behind the point. */
static decimal decimal_scientific(double value, bool single) {
    decimal x = decimal_shortest(value, single);

    if (x.count > PRECISION + 1) {
        x = decimal_rounded(value, PRECISION);
    }
    decimal_trim(&x);
    return x;
}

static decimal decimal_positional(double value, bool single) {
    decimal x = decimal_shortest(value, single);
    const int kept = x.exponent + 1 + PRECISION; /* digits before and behind the point */

    if (x.count > kept && kept > 0) {
        x = decimal_rounded(value, kept - 1);
    }
    decimal_trim(&x);
    return x;
}

/* ---- columns of floats ---- */

static int digits_of(int n) {
    return abs(n) >= 100 ? 3 : 2; /* at least two, as printf */
}

static bool signed_text(const float_column *c, bool negative) {
    return negative || c->plus;
}

void float_column_range(float_column *c, double value) {
    const double size = fabs(value);

    if (isnan(value)) {
        c->any_nan = true;
    } else if (isinf(value)) {
        c->any_infinite = true;
        c->any_negative_infinity = c->any_negative_infinity || value < 0;
    } else {
        if (size > 0) {
            c->largest = fmax(c->largest, size);
            c->smallest = fmin(c->smallest, size);
        }
    }
}

void float_column_choose(float_column *c) {
    double ratio;

    if (!(c->largest > 0)) {
        return;
    }
    /* NumPy divides in the type of the elements. */
    ratio = c->single ? (double)((float)c->largest / (float)c->smallest) : c->largest / c->smallest;
    c->scientific = c->largest >= (c->single ? 1e6 : 1e8) || c->smallest < 1e-4 || ratio > 1000;
}

void float_column_widen(float_column *c, double value) {
    decimal x;

    if (!isfinite(value)) {
        return;
    }
    if (c->scientific) {
        x = decimal_scientific(value, c->single);
        c->left = text_maximum(c->left, 1 + signed_text(c, x.negative));
        c->fraction = text_maximum(c->fraction, x.count - 1);
        c->exponent_digits = text_maximum(c->exponent_digits, digits_of(x.exponent));
    } else {
        x = decimal_positional(value, c->single);
        c->left =
            text_maximum(c->left, text_maximum(x.exponent + 1, 1) + signed_text(c, x.negative));
        c->right = text_maximum(c->right, x.count - 1 - x.exponent);
    }
}

void float_column_close(float_column *c) {
    if (c->scientific) {
        c->right = c->exponent_digits + 2 + c->fraction;
    }
    if (c->any_nan) {
        c->left = text_maximum(c->left, 3 - (c->right + 1));
    }
    if (c->any_nan || c->any_infinite) {
        const int infinite = 3 + (c->plus || c->any_negative_infinity);

        c->left = text_maximum(c->left, infinite - (c->right + 1));
    }
}

void text_append(char text[ELEMENT_TEXT], const char *format, ...) {
    const size_t at = strlen(text);
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text + at, ELEMENT_TEXT - at, format, arguments);
    va_end(arguments);
}

/* The digits from `first` on, zeros where the number has none. */
static void append_digits(char text[ELEMENT_TEXT], const decimal *x, int first, int count) {
    for (int k = first; k < first + count; k++) {
        text_append(text, "%c", k >= 0 && k < x->count ? x->digits[k] : '0');
    }
}

void float_column_text(char text[ELEMENT_TEXT], const float_column *c, double value) {
    const char *sign = signbit(value) ? "-" : c->plus ? "+" : "";
    decimal x;
    int whole;

    if (!isfinite(value)) {
        const char *name = isnan(value) ? (c->plus ? "+nan" : "nan")
                           : value < 0  ? "-inf"
                           : c->plus    ? "+inf"
                                        : "inf";

        text_append(text, "%*s", c->left + c->right + 1, name);
        return;
    }
    x = c->scientific ? decimal_rounded(value, c->fraction) : decimal_positional(value, c->single);
    whole = c->scientific ? 1 : text_maximum(x.exponent + 1, 1);
    text_append(text, "%*s%s", text_maximum(c->left - whole - (int)strlen(sign), 0), "", sign);
    if (c->scientific) {
        append_digits(text, &x, 0, 1);
        text_append(text, ".");
        append_digits(text, &x, 1, c->fraction);
        text_append(text, "e%c%0*d", x.exponent < 0 ? '-' : '+', c->exponent_digits,
                    abs(x.exponent));
    } else {
        const int fraction = text_maximum(x.count - 1 - x.exponent, 0);

        append_digits(text, &x, x.exponent < 0 ? x.exponent : 0, whole);
        text_append(text, ".");
        append_digits(text, &x, x.exponent + 1, fraction);
        text_append(text, "%*s", c->right - fraction, "");
    }
}

/* A single float by itself, as str() shows it. */
void float_scalar_text(char text[ELEMENT_TEXT], double value, bool single, bool plus, bool point) {
    const double size = fabs(value);
    decimal x;

    if (plus && !signbit(value)) {
        text_append(text, "+");
    }
    if (!isfinite(value)) {
        text_append(text, "%s", isnan(value) ? "nan" : value < 0 ? "-inf" : "inf");
        return;
    }
    x = decimal_shortest(value, single);
    decimal_trim(&x);
    text_append(text, "%s", x.negative ? "-" : "");
    if (size > 0 && (size >= (single ? 1e6 : 1e16) || size < 1e-4)) {
        append_digits(text, &x, 0, 1);
        text_append(text, "%s", x.count > 1 ? "." : "");
        append_digits(text, &x, 1, x.count - 1);
        text_append(text, "e%c%02d", x.exponent < 0 ? '-' : '+', abs(x.exponent));
    } else {
        const int fraction = text_maximum(x.count - 1 - x.exponent, point ? 1 : 0);

        append_digits(text, &x, x.exponent < 0 ? x.exponent : 0, text_maximum(x.exponent + 1, 1));
        text_append(text, "%s", fraction > 0 ? "." : "");
        append_digits(text, &x, x.exponent + 1, fraction);
    }
}
