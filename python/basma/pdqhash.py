"""What the package ``pdqhash`` of PyPI has, by basma: ``from basma import pdqhash`` is all that changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from basma import _basma
from basma._hashes import as_pixels

if TYPE_CHECKING:
    import numpy.typing as npt

__all__ = ["compute"]


def compute(image: Any) -> "tuple[npt.NDArray[np.int64], int]":
    """The 256 bits of the PDQ hash of a picture, and its quality.

    >>> import numpy
    >>> from basma import pdqhash
    >>> picture = numpy.random.default_rng(1).integers(0, 256, (200, 300, 3), dtype=numpy.uint8)
    >>> vector, quality = pdqhash.compute(picture)
    >>> vector.shape, vector.dtype, quality
    ((256,), dtype('int64'), 100)
    """
    hash, quality = _basma.pdq_of_pixels(as_pixels(image))
    return np.unpackbits(np.frombuffer(hash, dtype=np.uint8)).astype(np.int64), quality
