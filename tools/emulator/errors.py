"""The one exception of this package."""


class EmulatorError(ValueError):
    """A project cannot be built or run.

    The message is one line; `details` is all that the failing tool said.
    """

    details: str

    def __init__(self, message: str, details: str = ""):
        super().__init__(message)
        self.details = details
