"""Worksheets for a class: the questions of a lesson with other numbers, and their answers.

questions.py   what is asked, with numbers that a seed draws
markdown.py    page.py notebook.py pdf.py: a sheet as Markdown, HTML, a notebook, or PDF
writing.py     which of them a file's name asks for
"""
