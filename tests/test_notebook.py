"""A notebook in a real Jupyter kernel shows drawings as SVG, and as text where there is none."""

import nbformat
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

CELLS = [
    "from value import Value, draw_dot",
    "a = Value(2, label='a'); L = a * a; L.label = 'L'; draw_dot(L)",
    "L.backward(); draw_dot(L)",
]


def test_drawings_in_a_kernel(tmp_path):
    notebook = new_notebook(cells=[new_code_cell(code) for code in CELLS])
    NotebookClient(notebook, timeout=60, resources={"metadata": {"path": str(tmp_path)}}).execute()
    nbformat.validate(notebook)
    before, after = (cell.outputs[0].data for cell in notebook.cells[1:])
    assert before["image/svg+xml"].startswith("<svg") and after["image/svg+xml"].startswith("<svg")
    assert "grad –" in before["text/plain"]
    assert "data 2.0000  grad 4.0000" in after["text/plain"]
