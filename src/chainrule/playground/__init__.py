"""The playground: type an expression, drag its inputs, watch values and gradients follow.

    program.py   reads the few lines of Python that somebody types; nothing is evaluated
    limits.py    how much may be typed
    answer.py    their graph, laid out, and their code, as the page takes it
    code.py      the same lines for Python, PyTorch and LaTeX
    examples.py  programs to begin with
    page.py      the page, as one file that needs no other
    words.py     its words, from strings/, one file a language
    server.py    `chainrule play`: the page on 127.0.0.1, and the layout of what is typed
    guard.py     which requests the server takes
    runtime.py   Python for an exported page, where worker.js runs it
    js/ *.css    the page's own script and look; play.js is the script, bundled

The graph, its steps and the practice are those of `drawing/view`, and so are the kernels that
recompute it: while a slider moves, nothing is asked of the server.
"""
