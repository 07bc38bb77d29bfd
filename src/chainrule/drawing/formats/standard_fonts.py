"""The fonts that every PDF reader has, and which of their characters a picture may use.

Widths are in thousandths of an em. Source: Adobe Core 14 AFM files.
"""

from __future__ import annotations

from dataclasses import dataclass

MINUS_CODE = 1
"""WinAnsi has no minus sign; the pictures' encoding has it here, where no other character is."""

_HELVETICA = (
    "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 "
    "556 556 556 556 278 278 584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 "
    "556 833 722 778 667 778 722 667 611 722 667 944 667 667 611 278 278 278 469 556 333 556 "
    "556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 278 556 500 722 "
    "500 500 500 334 260 334 584 0 556 0 222 556 333 1000 556 556 333 1000 667 333 1000 0 611 "
    "0 0 222 222 333 333 350 556 1000 333 1000 500 333 944 0 500 667 278 333 556 556 556 556 "
    "260 556 333 737 370 556 584 333 737 333 400 584 0 0 333 556 537 278 333 0 365 556 834 "
    "834 834 611 667 667 667 667 667 667 1000 722 667 667 667 667 278 278 278 278 722 722 778 "
    "778 778 778 778 584 778 722 722 722 722 667 667 611 556 556 556 556 556 556 889 500 556 "
    "556 556 556 278 278 278 278 556 556 556 556 556 556 556 584 611 556 556 556 556 500 556 "
    "500"
)
_HELVETICA_BOLD = (
    "278 333 474 556 556 889 722 238 333 333 389 584 278 333 278 278 556 556 556 556 556 556 "
    "556 556 556 556 333 333 584 584 584 611 975 722 722 722 722 667 611 778 722 278 556 722 "
    "611 833 722 778 667 778 722 667 611 722 667 944 667 667 611 333 278 333 584 556 333 556 "
    "611 556 611 556 333 611 611 278 278 556 278 889 611 611 611 611 389 556 333 611 556 778 "
    "556 556 500 389 280 389 584 0 556 0 278 556 500 1000 556 556 333 1000 667 333 1000 0 611 "
    "0 0 278 278 500 500 350 556 1000 333 1000 556 333 944 0 500 667 278 333 556 556 556 556 "
    "280 556 333 737 370 556 584 333 737 333 400 584 0 0 333 611 556 278 333 0 365 556 834 "
    "834 834 611 722 722 722 722 722 722 1000 722 667 667 667 667 278 278 278 278 722 722 778 "
    "778 778 778 778 584 778 722 722 722 722 667 667 611 556 556 556 556 556 556 889 556 556 "
    "556 556 556 278 278 278 278 611 611 611 611 611 611 611 584 611 611 611 611 611 556 611 "
    "556"
)
_SYMBOLS = "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩαβγδεζηθικλμνξοπρςστυφχψωϕ∞√≤≥≠≈∂∇∑∏∫→←↑↓⋅∈∉±∝∀∃∅≡⊗⊕"
_SYMBOL_CODES = (
    "65 66 71 68 69 90 72 81 73 75 76 77 78 88 79 80 82 83 84 85 70 67 89 87 97 98 103 100 "
    "101 122 104 113 105 107 108 109 110 120 111 112 114 86 115 116 117 102 99 121 119 106 "
    "165 214 163 179 185 187 182 209 229 213 242 174 172 173 175 215 206 207 177 181 34 36 "
    "198 186 196 197"
)
_SYMBOL_WIDTHS = (
    "722 667 603 612 611 611 722 741 333 722 686 889 722 645 722 768 556 592 611 690 763 722 "
    "795 768 631 549 411 494 439 494 603 521 329 549 549 576 521 493 549 549 549 439 603 439 "
    "576 521 549 686 686 603 713 549 549 549 549 549 494 713 713 823 274 987 987 603 603 250 "
    "713 713 549 713 713 549 823 549 768 768"
)


@dataclass(frozen=True)
class Font:
    """A standard font.

    Attributes:
        name: Its name in the file's resources.
        base: Its name in the PDF standard.
        codes: The code of each character it has.
        widths: The width of each character.
    """

    name: str
    base: str
    codes: dict[str, int]
    widths: dict[str, int]


def _latin(name: str, base: str, row: str) -> Font:
    codes, widths = {"\N{MINUS SIGN}": MINUS_CODE}, {"\N{MINUS SIGN}": 584}
    for code, width in enumerate(map(int, row.split()), 32):
        if width:
            letter = bytes([code]).decode("cp1252")
            codes[letter], widths[letter] = code, width
    return Font(name, base, codes, widths)


def _symbols() -> Font:
    codes = dict(zip(_SYMBOLS, map(int, _SYMBOL_CODES.split()), strict=True))
    widths = dict(zip(_SYMBOLS, map(int, _SYMBOL_WIDTHS.split()), strict=True))
    return Font("F3", "Symbol", codes, widths)


PLAIN = _latin("F1", "Helvetica", _HELVETICA)
BOLD = _latin("F2", "Helvetica-Bold", _HELVETICA_BOLD)
SYMBOL = _symbols()
