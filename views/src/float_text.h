/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file float_text.h
 * @brief Floats as text, alone or in columns of one width, as NumPy writes them.
 */
#ifndef GRANUM_VIEWS_FLOAT_TEXT_H
#define GRANUM_VIEWS_FLOAT_TEXT_H

#include <stdbool.h>

/** Room for the text of an element: more than the longest, a c128 with three-digit exponents. */
enum { ELEMENT_TEXT = 128 };

/** A column of floats; set single, plus and smallest = INFINITY, the rest zero. */
typedef struct float_column {
    bool single; /**< the numbers are f32: fewer digits tell them apart */
    bool plus;   /**< write the sign of positive numbers too */
    bool scientific;
    int left;            /**< width before the point */
    int right;           /**< width behind the point */
    int fraction;        /**< digits behind the point, where scientific */
    int exponent_digits; /**< where scientific */
    double largest;      /**< of the finite sizes that are not 0 */
    double smallest;
    bool any_nan, any_infinite, any_negative_infinity;
} float_column;

/** First pass over the numbers: their range. */
void float_column_range(float_column *c, double value);

/** Between the passes: choose scientific or positional. */
void float_column_choose(float_column *c);

/** Second pass: widen the column until the number fits. */
void float_column_widen(float_column *c, double value);

/** After the second pass. */
void float_column_close(float_column *c);

/** Append a number of the column to text, padded to its width. */
void float_column_text(char text[ELEMENT_TEXT], const float_column *c, double value);

/**
 * Append a number by itself, as str() shows it.
 *
 * @param[in] plus   write the sign of a positive number too
 * @param[in] point  write 1 as 1.0
 */
void float_scalar_text(char text[ELEMENT_TEXT], double value, bool single, bool plus, bool point);

/** Append to text as printf does. */
void text_append(char text[ELEMENT_TEXT], const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/** The larger of two. */
static inline int text_maximum(int a, int b) {
    return a > b ? a : b;
}

#endif
