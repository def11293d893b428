"""Lines of decoders, measured and cut in terminal cells."""

from rich.cells import cell_len, set_cell_size, split_graphemes

from mqtt_tui.decoders.base import Line, Span, Token


def clipped(text: str, cells: int) -> str:
    """``text`` in at most ``cells`` cells, an ellipsis where something is left out."""
    if cell_len(text) <= cells:
        return text
    return set_cell_size(text, cells - 1).rstrip() + "…" if cells > 0 else ""


def padded(text: str, cells: int) -> str:
    """``text`` in exactly ``cells`` cells."""
    return set_cell_size(clipped(text, cells), cells)


def line_cells(line: Line) -> int:
    """How wide ``line`` is."""
    return sum(cell_len(text) for _, text in line)


def chopped(line: Line, width: int) -> list[Line]:
    """``line`` in pieces of at most ``width`` cells, at least one; no character is cut in two.

    What follows the first piece is indented a little further than the line is, and begins with a word where one
    began lately.
    """
    pieces: list[Line] = []
    piece: list[Span] = []
    indent = hanging_indent(line, width)
    room = width
    for token, text in line:
        at = 0
        while at < len(text):
            taken, cells = _fitting(text, at, room)
            if not taken and not piece:  # a wide character in a column of one cell
                taken, cells = 1, room
            if at + taken < len(text):
                taken = _to_word(text, at, taken)
            if taken:
                piece.append((token, text[at : at + taken]))
                at, room = at + taken, room - cells
            if at < len(text):
                pieces.append(tuple(piece))
                piece, room = ([(Token.PLAIN, " " * indent)] if indent else []), width - indent
    if piece or not pieces:
        pieces.append(tuple(piece))
    return pieces


def hanging_indent(line: Line, width: int) -> int:
    """Blanks in front of what follows the first piece of ``line``: none where they would leave too little room."""
    first = line[0][1] if line else ""
    indent = len(first) - len(first.lstrip(" ")) + 2
    return indent if len(line) > 1 and indent * 3 <= width else 0


def _to_word(text: str, at: int, taken: int) -> int:
    """``taken``, or a little less so that the next piece begins with a word."""
    blank = text.rfind(" ", at + taken - taken // 4, at + taken)
    return taken if blank < 0 else blank + 1 - at


def chopped_text(text: str, width: int) -> list[str]:
    """The same for a text without tokens."""
    if len(text) <= width and text.isascii():
        return [text]
    rows: list[str] = []
    at = 0
    while at < len(text):
        taken = _fitting(text, at, width)[0] or 1
        if at + taken < len(text):
            taken = _to_word(text, at, taken)
        rows.append(text[at : at + taken])
        at += taken
    return rows


def flowed(parts: list[str], width: int) -> list[str]:
    """``parts`` side by side with three blanks between, on as many rows as it takes."""
    rows: list[str] = []
    for part in parts:
        if rows and cell_len(rows[-1]) + 3 + cell_len(part) <= width:
            rows[-1] += f"   {part}"
        else:
            rows += chopped_text(part, width) or [""]
    return rows


def _fitting(text: str, at: int, room: int) -> tuple[int, int]:
    """How many characters of ``text`` from ``at`` on fit into ``room`` cells, and how many cells they take."""
    # Twice the room: combining marks take none, and what does not fit is looked at again for the next piece.
    head = text[at : at + room]
    if head.isascii():
        return len(head), len(head)
    taken = cells = 0
    for _, end, width in split_graphemes(text[at : at + 2 * room + 8])[0]:
        if cells + width > room:
            break
        taken, cells = end, cells + width
    return taken, cells
