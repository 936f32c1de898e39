"""medapp: images, record and genome of one patient on one screen, and models that work on them.

Not for diagnostic use.
"""

__version__ = "0.1.0"
