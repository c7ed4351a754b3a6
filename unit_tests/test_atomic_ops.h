/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/**
 * @file test_atomic_ops.h
 * @brief Every atomic operation on every type, each on cells of its own.
 */
#ifndef GRANUM_TEST_ATOMIC_OPS_H
#define GRANUM_TEST_ATOMIC_OPS_H

#include <granum/granum.h>

/** Types by what they can do: X(suffix, T). */
#define INTEGER_LIST(X) \
    X(i8, int8_t)       \
    X(i16, int16_t)     \
    X(i32, int32_t)     \
    X(i64, int64_t)     \
    X(u8, uint8_t)      \
    X(u16, uint16_t)    \
    X(u32, uint32_t)    \
    X(u64, uint64_t)    \
    X(truth, bool)
#define REAL_LIST(X) X(f32, float) X(f64, double)
#define COMPLEX_LIST(X) X(c64, gr_c64) X(c128, gr_c128)

/** Operations by the types that have them: X(word). */
#define COMPLEX_OPS(X) X(ADD) X(SUB) X(MUL) X(DIV)
#define REAL_OPS(X) COMPLEX_OPS(X) X(MIN) X(MAX)
#define INTEGER_OPS(X) \
    REAL_OPS(X) X(MOD) X(AND) X(OR) X(XOR) X(NAND) X(LSHIFT) X(RSHIFT) X(INC) X(DEC)

#define OP_WORD(word) OP_##word,
typedef enum op { INTEGER_OPS(OP_WORD) OPS } op;
#undef OP_WORD

typedef struct byte3 {
    unsigned char b[3];
} byte3;

typedef char *text;

GR_EXTERN_C_BEGIN

/**
 * The operation without a result on cell[i], with the value before on cell[n + i], with the value
 * after on cell[2 n + i]; results at [i] and [n + i].
 */
#define OPS_FUNCTION(suffix, T) \
    void ops_##suffix(op which, T *cell, const T *v, T *result, gr_index n);
INTEGER_LIST(OPS_FUNCTION)
REAL_LIST(OPS_FUNCTION)
COMPLEX_LIST(OPS_FUNCTION)

/**
 * out[i] = load, store v[i], then exchange for w[i] (into out[n + i]), then compare-exchange with
 * the right and with a wrong value; the number of steps that did not do as they should.
 */
#define WHOLE_FUNCTION(suffix, T) \
    gr_index whole_##suffix(T *cell, const T *v, const T *w, T *out, gr_index n);
INTEGER_LIST(WHOLE_FUNCTION)
REAL_LIST(WHOLE_FUNCTION)
COMPLEX_LIST(WHOLE_FUNCTION)
WHOLE_FUNCTION(byte3, byte3)
WHOLE_FUNCTION(text, text)

/** Adds 1 under every memory order to each of n cells; afterwards each holds what this returns. */
int64_t orders(int64_t *cell, gr_index n);

/** Atomics on elements of Views, members of structs, enumerations, and in arguments of atomics. */
void places(gr_view2_f64 v, gr_view1_i32 hits);

GR_EXTERN_C_END

#endif
