"""The course: twelve short lessons, seven tasks and a gallery of mistakes, on one page.

lessons/ gallery/ tasks/   their texts, as data; docs/lessons.md says how to write one
lesson.py                  reads a lesson and finds its faults; fields.py, toml_lines.py help
expression.py              what a lesson asks for, computed from its graph; numbers.py
markdown.py                its texts as data, so that no HTML gets onto the page
data.py                    the points on which networks train
grading.py, trial.py       the judge of tasks; sandbox.py is the one in an exported page
worksheet/                 its questions on paper, with other numbers
export.py                  the pages as a folder for any web server
"""
