"""Theme files as Textual themes."""

from textual.theme import Theme

from mqtt_tui.config.theme_file import ThemeFile


def textual_theme(file: ThemeFile) -> Theme:
    """The same colours in Textual's words, its own widgets' among them."""
    colors, roles = file.colors, file.variables
    return Theme(
        name=file.name,
        dark=file.dark,
        primary=colors["primary"],
        secondary=colors["secondary"],
        accent=colors["accent"],
        foreground=colors["foreground"],
        background=colors["background"],
        surface=colors["surface"],
        panel=colors["panel"],
        success=colors["success"],
        warning=colors["warning"],
        error=colors["error"],
        variables={
            **roles,
            "border": roles["line-focus"],
            "border-blurred": roles["line"],
            "block-cursor-background": roles["selection"],
            "block-cursor-foreground": colors["foreground"],
            "block-cursor-blurred-background": roles["selection"],
            "block-cursor-blurred-foreground": colors["foreground"],
            "block-hover-background": roles["lift"],
            "input-cursor-background": colors["primary"],
            "input-selection-background": roles["selection"],
            "scrollbar": roles["line"],
            "scrollbar-hover": roles["text-faint"],
            "scrollbar-active": colors["primary"],
            "scrollbar-background": colors["background"],
            "scrollbar-background-hover": colors["background"],
            "scrollbar-background-active": colors["background"],
            "scrollbar-corner-color": colors["background"],
        },
    )
