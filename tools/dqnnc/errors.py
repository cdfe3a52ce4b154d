"""What a command says when it cannot do its work."""


class UserError(Exception):
    """Something that the user can change: a file, an option, a tool that is missing.

    Its text names the file, the layer or the option and says what to do; the command prints it as one line
    `error: <text>` on standard error and exits with status 1.
    """


def one_line(text: str) -> str:
    """The text with line breaks and runs of blanks made single blanks."""
    return " ".join(text.split())
