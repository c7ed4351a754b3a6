# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Stage 6, calls: what each function that kernels may call is in C."""

from __future__ import annotations

from . import functions, tree, types
from .c_text import constant
from .types import F32, FLOAT, U64

# Functions whose results are exact, or rounded correctly: all implementations agree.
_EXACT = {"sqrt", "fabs", "floor", "ceil", "trunc", "rint", "copysign", "fmax", "fmin", "fmod",
          "remainder"}


class Calls:
    """The part of Body that emits calls."""

    def libm(self, x, args):
        name = functions.C_NAMES.get(x.name, x.name)
        single = x.type is F32
        function = name + ("f" if single else "")
        if name not in _EXACT and not self.shared.options.fast:
            # compilers compute functions of constants themselves, with another last bit
            function = "gr_libm_" + function
        builtin = name in ("sqrt", "fabs", "floor", "ceil", "trunc", "rint", "copysign", "fmax",
                           "fmin")
        if builtin:
            function = "__builtin_" + function
        else:
            self.shared.need("libm %s %d" % (function, len(args)))
        call = "%s(%s)" % (function, ", ".join(args))
        if not (self.strict and getattr(x, "strict", False)) or x.name in functions.NEVER_FAIL:
            return call
        text = self.text(x.at)
        if x.name == "sqrt" and self.assured(x.args[0], positive=False):
            return call
        if x.name == "sqrt":
            return self.checks("gr_py_sqrt_or", args, [(ValueError, "math domain error in " + text,
                                                         x.at)])
        if x.name in functions.LIBM1:
            over = functions.LIBM1[x.name]
            range_error = (OverflowError, "math range error in " + text) \
                if over == "OverflowError" else (ValueError, "math domain error in " + text)
            return self.checked_call(x, function, args, range_error, text)
        if x.name in ("fmod", "remainder", "pow"):
            if x.name == "pow":
                sites = [(ValueError, "math domain error in " + text, x.at)] * 2 + [
                    (OverflowError, "math range error in " + text, x.at)]
                return self.checks("gr_py_pow_or", args, sites)
            return self.checked_call(x, function, args,
                                     (ValueError, "math domain error in " + text), text)
        return call

    def checked_call(self, x, function, args, over, text):
        names = [self.fresh("t") for _ in args]
        lines = " ".join("const double %s = %s;" % (n, a) for n, a in zip(names, args))
        call = "%s(%s)" % (function, ", ".join(names))
        probe = names[0]
        if x.name in ("fmod", "remainder"):
            # of two numbers a NaN is an error: x infinite, or y zero
            probe = "%s == %s && %s == %s ? 0 : __builtin_nan(\"\")" % (
                names[0], names[0], names[1], names[1])
        return "({ %s %s; })" % (lines, self.checks(
            "gr_py_result", (call, probe),
            [(ValueError, "math domain error in " + text, x.at), (over[0], over[1], x.at)]))

    def call_keep(self, x, args):
        return "(%s = %s)" % (self.name(x.variable), args[0])

    def call_int_truediv(self, x, args):
        b = x.args[1]
        small = all(self.small(a) for a in x.args)
        if isinstance(b, tree.Const) and b.value != 0 and small:
            return "((double)%s / %s)" % (self.expr(x.args[0]), constant(float(b.value), FLOAT,
                                                                         self.shared))
        return self.checks("gr_py_truediv", args, [(ZeroDivisionError, "division by zero", x.at)])

    def small(self, x):
        """Whether an int surely has at most 53 bits."""
        if isinstance(x, tree.Const):
            return abs(x.value) <= 1 << 53
        if isinstance(x, tree.Convert):
            return isinstance(x.x.type, types.Scalar) and x.x.type.bits <= 32
        return isinstance(x, tree.Extent)

    def call_float_to_int(self, x, args):
        text = self.text(x.at)
        return self.checks("gr_py_to_int", args, [
            (ValueError, "cannot convert float NaN to integer in " + text, x.at),
            (OverflowError, "cannot convert float infinity to integer in " + text, x.at)])

    def _rounded(self, x, args, function):
        text = self.text(x.at)
        return self.checks("gr_py_to_int", ["__builtin_%s(%s)" % (function, args[0])], [
            (ValueError, "cannot convert float NaN to integer in " + text, x.at),
            (OverflowError, "cannot convert float infinity to integer in " + text, x.at)])

    def call_floor_to_int(self, x, args):
        return self._rounded(x, args, "floor")

    def call_ceil_to_int(self, x, args):
        return self._rounded(x, args, "ceil")

    def call_trunc_to_int(self, x, args):
        return self._rounded(x, args, "trunc")

    def call_round_to_int(self, x, args):
        return self._rounded(x, args, "rint")

    def call_round_digits(self, x, args):
        text = self.helper("gr_py_round_digits", args[0], args[1])
        return "(float)%s" % text if x.type is F32 else text

    def call_abs(self, x, args):
        if x.type.kind == "f":
            return "__builtin_fabs%s(%s)" % ("f" if x.type is F32 else "", args[0])
        return self.narrow(self.helper("gr_py_abs", args[0]), x.type)

    def call_complex_abs(self, x, args):
        name = self.fresh("z")
        function = "gr_libm_hypotf" if x.type is F32 else "gr_libm_hypot"
        self.shared.need("libm %s 2" % function)
        return "({ const %s %s = %s; %s(%s.re, %s.im); })" % (
            x.args[0].type.c, name, args[0], function, name, name)

    def _choose(self, x, args, sign):
        a, b = x.args
        if _simple(a) and _simple(b):
            return "(%s %s %s ? %s : %s)" % (args[1], sign, args[0], args[1], args[0])
        first, second = self.fresh("a"), self.fresh("b")
        return "({ const %s %s = %s, %s = %s; %s %s %s ? %s : %s; })" % (
            x.type.c, first, args[0], second, args[1], second, sign, first, second, first)

    def call_min(self, x, args):
        return self._choose(x, args, "<")

    def call_max(self, x, args):
        return self._choose(x, args, ">")

    def _ieee(self, x, args, name, sign):
        if x.type.kind == "f":
            return self.helper("gr_py_%s%s" % (name, "_f32" if x.type is F32 else ""), *args)
        return self._choose(x, args, sign)

    def call_minimum(self, x, args):
        return self._ieee(x, args, "minimum", "<")

    def call_maximum(self, x, args):
        return self._ieee(x, args, "maximum", ">")

    def call_sign(self, x, args):
        name = self.fresh("t")
        kind = x.type
        nan = "%s != %s ? %s : " % (name, name, name) if kind.kind == "f" else ""
        return "({ const %s %s = %s; %s(%s)((%s > 0) - (%s < 0)); })" % (
            kind.c, name, args[0], nan, kind.c, name, name)

    def call_isnan(self, x, args):
        return "(__builtin_isnan(%s) != 0)" % args[0]

    def call_isinf(self, x, args):
        return "(__builtin_isinf(%s) != 0)" % args[0]

    def call_isfinite(self, x, args):
        return "(__builtin_isfinite(%s) != 0)" % args[0]

    def call_real(self, x, args):
        return "%s.re" % self.expr(x.args[0])

    def call_imag(self, x, args):
        return "%s.im" % self.expr(x.args[0])

    def call_conjugate(self, x, args):
        return self.helper(x.type.c + "_py_conjugate", *args)

    def call_make_complex(self, x, args):
        return self.helper(x.type.c + "_of", *args)

    def call_lcm(self, x, args):
        return self.helper("gr_py_lcm", *args)

    def call_isqrt(self, x, args):
        return self.checks("gr_py_isqrt", args, [
            (ValueError, "isqrt() argument must be nonnegative", x.at)])

    def call_factorial(self, x, args):
        return self.checks("gr_py_factorial", args, [
            (ValueError, "factorial() not defined for negative values", x.at)])

    def call_comb(self, x, args):
        return self.checks("gr_py_" + x.name, args, [
            (ValueError, "n must be a non-negative integer", x.at),
            (ValueError, "k must be a non-negative integer", x.at)])

    call_perm = call_comb

    def call_bit_length(self, x, args):
        magnitude = args[0] if x.args[0].type is U64 else "gr_py_magnitude(%s)" % args[0]
        self.shared.need("gr_py_magnitude")
        return self.helper("gr_py_bit_length", magnitude)

    def call_bit_count(self, x, args):
        magnitude = args[0] if x.args[0].type is U64 else "gr_py_magnitude(%s)" % args[0]
        self.shared.need("gr_py_magnitude")
        return "(int64_t)__builtin_popcountll(%s)" % magnitude

    def call_is_integer(self, x, args):
        return self.helper("gr_py_is_integer", *args)

    def call_signbit(self, x, args):
        return "(__builtin_signbit(%s) != 0)" % args[0]

    def call_ulp(self, x, args):
        self.shared.need("libm nextafter 2")
        return self.helper("gr_py_ulp", *args)

    def call_isclose(self, x, args):
        return self.checks("gr_py_isclose", args, [
            (ValueError, "tolerances must be non-negative", x.at)])

    def call_frexp(self, x, args):
        name, power = self.fresh("t"), self.fresh("e")
        c = self.shared.c_type(x.type)
        return ("({ const double %s = %s; int %s = 0; const double %s_m = __builtin_isfinite(%s) ? "
                "__builtin_frexp(%s, &%s) : %s; (%s){%s_m, %s}; })" % (
                    name, args[0], power, name, name, name, power, name, c, name, power))

    def call_modf(self, x, args):
        name, whole = self.fresh("t"), self.fresh("w")
        c = self.shared.c_type(x.type)
        return ("({ const double %s = %s; double %s; const double %s_f = __builtin_modf(%s, &%s); "
                "(%s){%s_f, %s}; })" % (name, args[0], whole, name, name, whole, c, name, whole))

    def call_gcd(self, x, args):
        return self.helper("gr_py_gcd", *args)

    def call_ldexp(self, x, args):
        before, self.quiet = self.quiet, getattr(x, "quiet", False)
        text = self.checks("gr_py_ldexp", args, [
            (OverflowError, "math range error in " + self.text(x.at), x.at)])
        self.quiet = before
        return text

    def call_heaviside(self, x, args):
        return self.helper("gr_py_" + x.name, *args)

    call_logaddexp = call_logaddexp2 = call_heaviside

    def call_spacing(self, x, args):
        return self.helper("gr_py_spacing" + ("_f32" if x.type is F32 else ""), *args)

    def call_fma(self, x, args):
        return "__builtin_fma(%s)" % ", ".join(args)

    def call_stepped_length(self, x, args):
        return self.helper("gr_py_stepped_length", *args)

    def call_slice_length(self, x, args):
        self.shared.need("gr_py_length")
        return "gr_py_length(%s, %s)" % tuple(args)

    def call_table(self, x, args):
        key = (x.type, tuple(v.value for v in x.values), tuple(map(repr, x.values)))
        if key not in self.shared.tables:
            name = "gr_table%d" % (len(self.shared.tables) + 1)
            values = ", ".join(constant(v.value, v.type, self.shared) for v in x.values)
            self.shared.tables[key] = name
            self.shared.typedefs.append(
                "static inline __attribute__((always_inline, unused)) %s %s(int64_t k, uint64_t "
                "*bad, uint64_t bit) {\n    static const %s table[] = {%s};\n\n"
                "    *bad |= k < -%d || k >= %d ? bit : 0;\n"
                "    return k < -%d || k >= %d ? table[0] : table[k < 0 ? k + %d : k];\n}\n"
                % ((x.type.c, name, x.type.c, values) + (len(x.values),) * 5))
        return "%s(%s, %s, %s)" % (self.shared.tables[key], args[0], self.bad, self.bit(
            IndexError, "tuple index out of range in " + self.text(x.at), x.at))


def _simple(x):
    return isinstance(x, (tree.Const, tree.Var)) or (
        isinstance(x, tree.Convert) and _simple(x.x)) or (
        isinstance(x, tree.Load) and all(_simple(i) for i in x.index))
