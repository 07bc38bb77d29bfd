"""The style sheet of the page: quiet, for reading; light and dark; also on paper and telephones."""

SHEET = """
:root {
  color-scheme: light dark;
  --paper: #ffffff; --ink: #1b232d; --soft: #5d6875; --line: #d9dee4; --wash: #f5f7f9;
  --accent: #0a58a8; --result: #9a4300;
  --serif: "Iowan Old Style", "Source Serif 4", "Source Serif Pro", Georgia, "Noto Serif",
    "DejaVu Serif", serif;
  --sans: "Helvetica Neue", Helvetica, Arial, "Noto Sans", "DejaVu Sans", sans-serif;
  --mono: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #171b21; --ink: #e6ebf0; --soft: #a2adb9; --line: #343d47; --wash: #1e242c;
    --accent: #74b9ff; --result: #ffa45c;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 400 1.125rem/1.6 var(--serif); font-variant-numeric: oldstyle-nums;
  text-rendering: optimizeLegibility;
}
main, header, footer, nav { max-width: 41rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 5.5rem; }
h1 { font-size: 2.6rem; line-height: 1.12; font-weight: 500; letter-spacing: -.015em; margin: 0 0
.6rem; text-wrap: balance; } .subtitle { font-size: 1.25rem; line-height: 1.45; color: var(--soft);
margin: 0; text-wrap: pretty; } .made { font: .8rem/1.5 var(--sans); color: var(--soft); margin:
1.4rem 0 0; } nav { margin-top: 3rem; } nav ol { list-style: none; margin: 0; padding: 1.1rem 0;
border: solid var(--line); border-width: 1px 0;
  columns: 2; column-gap: 2.5rem; font-size: 1rem; line-height: 1.75; }
nav li { break-inside: avoid; display: flex; gap: .7em; }
nav li span { color: var(--soft); min-width: 1.2em; text-align: right; font-variant-numeric:
tabular-nums lining-nums; } a { color: inherit; text-decoration: none; } nav a:hover, p a:hover,
footer a:hover, figcaption a:hover { color: var(--accent); text-decoration: underline; } h2 {
font-size: 1.6rem; line-height: 1.25; font-weight: 500; margin: 4.5rem 0 1.1rem; letter-spacing:
-.008em;
  text-wrap: balance; scroll-margin-top: 2rem; }
h2 span { color: var(--soft); margin-right: .65em; font-variant-numeric: lining-nums; }
p { margin: 1.15rem 0; text-wrap: pretty; hanging-punctuation: first; }
var { font-style: italic; padding-right: .04em; }
strong { font-weight: 600; }
code { font: .86em/1.4 var(--mono); font-variant-numeric: normal; }
pre { margin: 1.5rem 0; padding: .95rem 1.15rem; background: var(--wash); border-radius: 6px;
overflow-x: auto;
  font: .79rem/1.65 var(--mono); font-variant-numeric: normal; tab-size: 4; }
pre code { font: inherit; }
pre .result { color: var(--result); }
pre .note { color: var(--soft); }
math { font-family: "STIX Two Math", "Cambria Math", "Latin Modern Math", math, var(--serif);
  font-size: 1.12em; margin: 1.4rem 0; }
math[display="block"] { overflow-x: auto; overflow-y: hidden; padding: .15rem 0; }
figure { margin: 2.2rem 0 2.4rem; }
figure.wide { width: min(80rem, calc(100vw - 2.5rem)); margin-left: 50%; transform:
translateX(-50%); } .picture { overflow-x: auto; } figure svg.drawing, figure .picture > svg, figure
img { display: block; margin: 0 auto; height: auto; max-width: 100%; } figure img { width: 36rem; }
figcaption { font-size: .95rem; line-height: 1.5; color: var(--soft); max-width: 36rem; margin:
.8rem auto 0;
  text-align: center; text-wrap: balance; }
figcaption b { font-weight: 600; color: var(--ink); font-variant-numeric: lining-nums; }
figcaption small { font: .75rem var(--sans); white-space: nowrap; margin-left: .45em; }
figcaption small a { border-bottom: 1px solid var(--line); }
.table { overflow-x: auto; }
table { border-collapse: collapse; margin: 0 auto; font-size: .95rem; line-height: 1.4;
  border: solid var(--ink); border-width: 1.5px 0; font-variant-numeric: tabular-nums lining-nums; }
th, td { padding: .26rem .8rem; text-align: right; white-space: nowrap; }
th:first-child, td:first-child, td.marks, th.marks { text-align: left; }
thead th { font-weight: 500; font-style: italic; border-bottom: 1px solid var(--ink); padding: .4rem
.8rem; } tbody tr:first-child td { padding-top: .5rem; } tbody tr:last-child td { padding-bottom:
.5rem; } td.exact { font: .8rem/1.6 var(--mono); } td.marks { letter-spacing: .06em; color:
var(--accent); font-size: .8rem; } .remark { font-style: italic; color: var(--soft); } footer {
margin: 5rem auto 4rem; font-size: .95rem; line-height: 1.55; color: var(--soft); } footer div {
border-top: 1px solid var(--line); padding-top: 1.2rem; } @media (max-width: 40rem) {
  body { font-size: 1.05rem; } header { padding-top: 3rem; } h1 { font-size: 2rem; } nav ol {
  columns: 1; } figure.wide svg { max-width: none !important; }
}
@media print {
  body { font-size: 10.5pt; } h2 { break-after: avoid; } figure, pre, tr { break-inside: avoid; }
  nav, small { display: none; }
}
"""
