"""Products and quotients that don't overflow or become 0 / 0, as code."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator

from .algebra import Algebra, Exponentials, Power
from .code import fill, literal
from .linear import Linear, shared
from .rewriting import Rewriting


def _logarithm_of(algebra: Algebra, power: Power) -> Linear | None:
    """The logarithm of a factor that is an exponential or a gamma function, without its power."""
    if algebra.op(power.at) == "exp":
        return algebra.linear(algebra.operands(power.at)[0])
    if algebra.op(power.at) == "gamma" and algebra.graph.numbers[algebra.operands(power.at)[0]] > 0:
        x = algebra.writer.text(algebra.operands(power.at)[0])
        return Linear.of(fill("lgamma(x)", x=x))
    return None


def _collected(algebra: Algebra, powers: list[Power]) -> tuple[Linear, list[Power]]:
    """The exponents of the exponentials in a product, added up, and each other base once."""
    exponent, exponents = Linear(), dict[tuple[int, bool], float]()
    for power in powers:
        if logarithm := _logarithm_of(algebra, power):
            exponent = exponent + logarithm.times(power.exponent)
        else:
            base = power.at, power.is_size
            exponents[base] = exponents.get(base, 0.0) + power.exponent
    rest = [
        Power(at, is_size and bool(k % 2), k) for (at, is_size), k in exponents.items() if k != 0
    ]
    return exponent, rest


def quotient_of_exponentials(algebra: Algebra, index: int) -> Iterator[Rewriting]:
    """Softmax, sigmoid and tanh that are written out."""
    coefficient, powers = algebra.factors(index)
    exponent, rest = _collected(algebra, powers)
    for below in rest:
        total = algebra.exponentials(below.at) if below.exponent == -1 else None
        if total is None:
            continue
        others = [factor for factor in rest if factor is not below]
        for above in others:
            if tanh := _tanh(algebra, above, total):
                others = [factor for factor in others if factor is not above]
                words = "this quotient of exponentials is tanh, which doesn't overflow"
                yield Rewriting(words, _product_code(algebra, coefficient, [tanh], others))
                return
        words, share = _share(algebra, exponent, total)
        yield Rewriting(words, _product_code(algebra, coefficient / total.scale, [share], others))


def _share(algebra: Algebra, exponent: Linear, total: Exponentials) -> tuple[str, str]:
    """Code for one exponential divided by a sum of them."""
    exponents = [algebra.opened(x) for x in total.exponents]
    above = algebra.opened(exponent)
    common = shared([*exponents, above])
    if common.terms:
        exponents = [x + common.times(-1) for x in exponents]
        above = above + common.times(-1)
    else:
        exponents, above = total.exponents, exponent
    if above in exponents:
        at = exponents.index(above)
        if len(exponents) == 2 and any(x.is_constant for x in exponents):
            x = above + exponents[1 - at].times(-1)
            return "this is a sigmoid, which doesn't overflow", fill("sigmoid(x)", x=x.code())
        codes = ", ".join(x.code() for x in exponents)
        return "this is a softmax; softmax doesn't overflow", f"softmax([{codes}])[{at}]"
    whole = above + algebra.log_of_exponentials(Exponentials(1.0, exponents)).times(-1)
    words = "subtract the logarithms, so that no exponential overflows"
    return words, fill("exp(x)", x=whole.code())


def _tanh(algebra: Algebra, above: Power, total: Exponentials) -> str:
    """Code for (exp(a) - exp(b)) / (exp(a) + exp(b)), or nothing."""
    if above.exponent != 1 or above.is_size or len(total.exponents) != 2:
        return ""
    if algebra.op(above.at) == "sinh":
        x = algebra.linear(algebra.operands(above.at)[0])
        is_cosh = total.scale == 0.5 and total.exponents in ([x, x.times(-1)], [x.times(-1), x])
        return fill("tanh(x)", x=x.code()) if is_cosh else ""
    terms = algebra.terms(above.at)
    exponents = [algebra.exponent(at) for _, at in terms]
    if sorted(sign for sign, _ in terms) != [-1, 1]:
        return ""
    first, second = exponents if terms[0][0] > 0 else exponents[::-1]
    if first not in total.exponents or second not in total.exponents or first is None:
        return ""
    assert second is not None
    return fill("tanh(x)", x=(first + second.times(-1)).times(0.5).code())


def product(algebra: Algebra, index: int) -> Iterator[Rewriting]:
    """The product with each base once: x for x * x / x, and abs(x) for sqrt(x * x)."""
    coefficient, powers = algebra.factors(index)
    if any(power.exponent % 1 and algebra.graph.numbers[power.at] < 0 for power in powers):
        return
    exponent, rest = _collected(algebra, powers)
    above = [] if exponent == Linear() else [fill("exp(x)", x=exponent.code())]
    for words, quotient, others in _quotients(algebra, rest):
        yield Rewriting(words, _product_code(algebra, coefficient, [quotient, *above], others))
    if words := _what_is_saved(algebra, index, powers, rest):
        yield Rewriting(words, _product_code(algebra, coefficient, above, rest))


def _what_is_saved(algebra: Algebra, index: int, powers: list[Power], rest: list[Power]) -> str:
    """Why a product with each base once is better; empty where it isn't."""
    exponentials = [power for power in powers if _logarithm_of(algebra, power)]
    if len(exponentials) > 1 and any(algebra.op(power.at) == "gamma" for power in exponentials):
        return "gamma overflows early; its logarithm, lgamma, doesn't"
    if len(exponentials) > 1:
        return "combine the exponents first, so that no exponential overflows"
    bases: dict[int, list[float]] = {}
    for at, _, exponent in powers:
        bases.setdefault(at, []).append(exponent)
    for at, exponents in bases.items():
        x = algebra.graph.numbers[at]
        is_lost = x == 0 or not math.isfinite(algebra.graph.numbers[index])
        if min(exponents) < 0 < max(exponents) and is_lost:
            name = algebra.writer.text(at)
            return f"cancel {name}" + (", which is 0 here" if x == 0 else "")
        is_root = any(x % 1 for x in exponents) and not sum(exponents) % 1
        if is_root and not any(power.is_size for power in powers if power.at == at):
            return "squaring a root gives back what is under it"
    if algebra.op(index) != "abs" and any(x.is_size and not x.exponent % 1 for x in rest):
        return "the root of a square is the absolute value, whose slope stays finite"
    return ""


def _quotients(algebra: Algebra, rest: list[Power]) -> Iterator[tuple[str, str, list[Power]]]:
    """The quotients x / abs(x) and sin(x) / x in a product: why and how to write them in another
    way, and the other factors."""
    for above, below in itertools.permutations(rest, 2):
        if {above.exponent, below.exponent} != {1, -1}:
            continue
        others = [factor for factor in rest if factor not in (above, below)]
        x = algebra.writer.text(below.at)
        if above.at == below.at and below.is_size:
            yield "a number divided by its absolute value is its sign", fill("sign(x)", x=x), others
        is_sine = algebra.op(above.at) == "sin" and algebra.operands(above.at) == (below.at,)
        if is_sine and below == (below.at, False, -1):
            words = "sin(x) / x goes to 1 as x goes to 0, and sinc is 1 there"
            yield words, fill("sinc(x / y)", x=x, y=repr(math.pi)), others


def _product_code(algebra: Algebra, k: float, above: list[str], rest: list[Power]) -> str:
    """A product as code: `2 * x / y`."""
    below: list[str] = []
    for index, is_size, exponent in rest:
        base = algebra.writer.text(index)
        base = fill("abs(x)", x=base) if is_size else base
        code, size = base, abs(exponent)
        if size == 0.5:
            code = fill("sqrt(x)", x=base)
        elif size != 1:
            code = fill("x ** y", x=base, y=literal(size))
        (above if exponent > 0 else below).append(code)
    parts = [literal(k)] if not math.isclose(k, 1) or not above else []
    code, *others = [*parts, *above]
    for other in others:
        code = fill("x * y", x=code, y=other)
    for other in below:
        code = fill("x / y", x=code, y=other)
    return code
