"""torchkata: automatically graded exercises for deep learning in PyTorch."""

__version__ = "0.1.0"
