"""The one error of the evaluation."""


class EvaluationError(ValueError):
    """A file of judged questions, floors or a saved run that can't be used; the message names the place."""
