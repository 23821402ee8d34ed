"""What goes wrong with the cluster, said so that a person can mend it."""


class ClusterError(Exception):
    """The cluster can't be installed, doesn't start, or isn't in the state that was waited for."""
