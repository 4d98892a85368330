#!/usr/bin/env python3
"""Prints the tables of Polynomials.h for erfinv, constant term first.

Interpolation at Chebyshev nodes with mpmath: `python3 coefficients.py`.
"""

from mpmath import binomial, cos, erfc, erfinv, exp, expm1, log, mp, mpf, pi, sqrt

mp.dps = 60


def interpolate(f, low, high, degree):
    """Coefficients in powers of x - centre of the interpolant, and the centre."""
    centre, half = (low + high) / 2, (high - low) / 2
    n = degree + 1
    nodes = [cos(pi * (2 * k + 1) / (2 * n)) for k in range(n)]
    values = [f(centre + half * x) for x in nodes]
    chebyshev = [2 * sum(values[k] * cos(pi * j * (2 * k + 1) / (2 * n)) for k in range(n)) / n for j in range(n)]
    chebyshev[0] /= 2
    previous, current = [mpf(1)], [mpf(0), mpf(1)]
    result = [mpf(0)] * n
    for j, c in enumerate(chebyshev):
        for i, v in enumerate(previous):
            result[i] += c * v
        following = [mpf(0)] + [2 * v for v in current]
        for i, v in enumerate(previous):
            following[i] -= v
        previous, current = current, following
    return [c / half**i for i, c in enumerate(result)], centre


def recentre(coefficients, centre):
    """The same polynomial in powers of x."""
    result = [mpf(0)] * len(coefficients)
    for k, c in enumerate(coefficients):
        for i in range(k + 1):
            result[i] += c * binomial(k, i) * (-centre) ** (k - i)
    return result


def show(name, coefficients, note=""):
    print("//", name, note)
    for c in coefficients:
        print("   ", float(c).hex(), ",", flush=True)


def rounding(x):
    return x - mpf(float(x))


def erfinv_over_x(w):
    """erfinv(x) / x where w = -log(1 - x^2)."""
    if w < mpf(10) ** -30:
        return sqrt(pi) / 2
    e = exp(-w)
    x = sqrt(-expm1(-w))
    complement = e / (1 + sqrt(1 - e))  # 1 - x
    y = erfinv(mpf(float(x))) if w < 8 else sqrt(w - log(sqrt(pi * w)))
    for _ in range(60):
        step = (erfc(y) - complement) / (-2 / sqrt(pi) * exp(-y * y))
        following = y - step / (1 + y * step)
        if abs(following - y) < mpf(10) ** -50:
            break
        y = following
    return following / x


def show_erfinv(name, f, low, high, degree, split):
    """With `split`, the constant term is what a double keeps of it less."""
    coefficients, centre = interpolate(f, mpf(low), mpf(high), degree)
    note = f"centre {float(centre).hex()}"
    if split:
        note += f", constant {float(coefficients[0]).hex()}"
        coefficients[0] = rounding(coefficients[0])
    show(name, coefficients, note)


def main():
    of_root = lambda s: erfinv_over_x(s * s)
    show_erfinv("erfinvCentralWide", erfinv_over_x, 0, 5, 12, False)
    show_erfinv("erfinvTailWide", of_root, sqrt(mpf(5)), 4.0625, 10, False)
    first = sqrt(pi) / 2
    quotient, centre = interpolate(lambda w: (erfinv_over_x(w) - first) / w, mpf(0), mpf(2.25), 15)
    show("erfinvSmallF64", [rounding(first)] + recentre(quotient, centre), f"constant {float(first).hex()}")
    show_erfinv("erfinvCentralF64", erfinv_over_x, 2.25, 6.25, 20, True)
    show_erfinv("erfinvMiddleF64", of_root, 2.5, 4, 24, True)
    show_erfinv("erfinvTailF64", of_root, 4, 6.25, 25, True)


if __name__ == "__main__":
    main()
