"""Linear algebra: NumPy's own functions, called as one operation, with their known derivatives.

Each derivative is written with operations that can be recorded and with these functions again, so
it can be differentiated, too. All take stacks of matrices, along the last two axes. Importing this
package registers them.

Source: Giles, An extended collection of matrix derivative results for forward and reverse mode
algorithmic differentiation, 2008; Golub & Pereyra, The differentiation of pseudo-inverses and
nonlinear least squares problems, 1973 (pinv); Murray, Differentiation of the Cholesky
decomposition, 2016; Walter & Lehmann, Algorithmic differentiation of linear algebra functions with
application in optimum experimental design, 2010 (qr).
"""

from . import decompositions, equations, least_squares

__all__ = ["decompositions", "equations", "least_squares"]
