"""Files, bytes and pictures to hashes."""

from __future__ import annotations

import builtins
import json
import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Iterable, Optional, Union

import numpy as np

from basma import _basma
from basma._errors import ArgumentError, BasmaError

if TYPE_CHECKING:
    import numpy.typing as npt

    Bits = npt.NDArray[np.uint8]
    Pixels = npt.NDArray[np.uint8]

Path = Union[str, "os.PathLike[str]"]
"""A file: a text or a ``pathlib.Path``."""

#: The names of the types of hash.
HASH_TYPES: "tuple[str, ...]" = tuple(name for name, _, _ in _basma.hash_types())

#: What clips are decoded by unless ``ffmpeg=`` says otherwise: the program of that name, where it is installed.
INSTALLED = "installed"


@dataclass(frozen=True)
class Hash:
    """One hash of a file, a picture or a frame of a clip.

    >>> import numpy, basma
    >>> picture = numpy.arange(300 * 200, dtype=numpy.uint32).reshape(300, 200).astype(numpy.uint8)
    >>> hash = basma.hash_image(picture).hashes[0]
    >>> hash.type, len(hash.bytes), int(hash) == int(hash.hex, 16)
    ('pdq', 32, True)
    """

    #: The type: ``pdq``, ``sha256`` and the others of :data:`basma.HASH_TYPES`.
    type: str
    #: The hash in hexadecimal.
    hex: str
    #: The PDQ quality, 0 to 100; of a digest there is none. Below 50 unlike pictures may have like hashes.
    quality: Optional[int] = None
    #: The view that was hashed: ``original``, or how the picture was turned, cut or rendered first.
    view: Optional[str] = None
    #: The frame, from 0, and the time at which it is shown, in milliseconds.
    frame: int = 0
    ms: int = 0
    #: The video track, from 1.
    track: int = 1

    @property
    def bytes(self) -> builtins.bytes:
        """The hash as bytes."""
        return builtins.bytes.fromhex(self.hex)

    @property
    def bits(self) -> "Bits":
        """The hash as an array of zeros and ones, the first bit of the hexadecimal text first."""
        return np.unpackbits(np.frombuffer(self.bytes, dtype=np.uint8))

    def __int__(self) -> int:
        return int(self.hex, 16)

    def __bytes__(self) -> builtins.bytes:
        return self.bytes

    def __str__(self) -> str:
        return self.hex

    def __sub__(self, other: "Hash") -> int:
        """The number of differing bits, as ``imagehash`` has it."""
        if not isinstance(other, Hash):
            return NotImplemented
        if self.type != other.type:
            raise ArgumentError(f"a {self.type} hash has no distance from a {other.type} hash", "argument")
        return bin(int(self) ^ int(other)).count("1")


@dataclass(frozen=True)
class Fingerprint:
    """Everything that was computed of one file or picture.

    ``pdq``, ``hex``, ``bits``, ``int(...)`` and ``quality`` are those of its first PDQ hash, the others are in ``hashes``.

    >>> import numpy, basma
    >>> picture = numpy.random.default_rng(1).integers(0, 256, (200, 300, 3), dtype=numpy.uint8)
    >>> fingerprint = basma.hash_image(picture)
    >>> fingerprint.quality, len(fingerprint.pdq), fingerprint.bits.shape, fingerprint.problem
    (100, 32, (256,), None)
    """

    #: Every hash: digests first, then by track, frame and view.
    hashes: "tuple[Hash, ...]"
    #: The media type, by content.
    media: Optional[str] = None
    #: The size in pixels, as stored.
    width: Optional[int] = None
    height: Optional[int] = None
    #: The number of decoded frames.
    decoded: Optional[int] = None
    #: The length of a clip in milliseconds.
    clip_ms: Optional[int] = None
    #: Why not all of the file was hashed, where that is so. What was not looked at is never "nothing found".
    problem: Optional[BasmaError] = None

    def of_type(self, type: str) -> "tuple[Hash, ...]":
        """The hashes of one type."""
        return tuple(hash for hash in self.hashes if hash.type == type)

    def _first(self) -> Hash:
        for hash in self.hashes:
            if hash.type == "pdq":
                return hash
        raise ArgumentError("there is no PDQ hash: ask for it with types=[\"pdq\"]", "argument")

    @property
    def pdq(self) -> bytes:
        """The PDQ hash as 32 bytes."""
        return self._first().bytes

    @property
    def hex(self) -> str:
        """The PDQ hash as 64 hexadecimal digits."""
        return self._first().hex

    @property
    def bits(self) -> "Bits":
        """The PDQ hash as an array of 256 zeros and ones."""
        return self._first().bits

    @property
    def quality(self) -> int:
        """The quality of the PDQ hash, 0 to 100."""
        return self._first().quality or 0

    def __int__(self) -> int:
        return int(self._first())

    def __sub__(self, other: "Fingerprint") -> int:
        """The number of differing bits of the PDQ hashes."""
        if not isinstance(other, Fingerprint):
            return NotImplemented
        return self._first() - other._first()


def fingerprint_of(described: "dict[str, Any]") -> Fingerprint:
    """A fingerprint as the compiled half describes it."""
    hashes = tuple(Hash(hex=hash.pop("hash"), **hash) for hash in described.pop("hashes"))
    problem = described.pop("problem")
    if problem is not None:
        code, text = problem
        problem = BasmaError(text, code)
    return Fingerprint(hashes, problem=problem, **described)


def program(ffmpeg: Optional[Path]) -> Optional[str]:
    """Where the program that decodes clips is, if there is one."""
    if ffmpeg is None:
        return None
    if ffmpeg == INSTALLED:
        return shutil.which("ffmpeg")
    return os.fspath(ffmpeg)


def names(types: "Union[str, Iterable[str]]") -> "list[str]":
    """Types of hash, one or several."""
    return [types] if isinstance(types, str) else list(types)


def as_pixels(image: Any) -> "Pixels":
    """Pixels as they are hashed: grey or RGB, one byte a sample, row by row. An array that is so already is not copied."""
    if hasattr(image, "mode") and hasattr(image, "convert"):
        image = np.asarray(image if image.mode in ("L", "RGB") else image.convert("RGB"))
    if not isinstance(image, np.ndarray):
        raise ArgumentError(f"a picture is an image of PIL or an array of numpy, not {type(image).__name__}", "argument")
    if isinstance(image, np.ma.MaskedArray):
        raise ArgumentError("the picture has pixels behind a mask: pass its .data, or fill them first", "argument")
    if image.dtype != np.uint8:
        raise ArgumentError(
            f"a picture has samples of dtype uint8, not {image.dtype}: scale it and call .astype('uint8')", "argument"
        )
    if image.ndim == 3 and image.shape[2] == 4:
        raise ArgumentError("the picture has four channels: drop the alpha, image[..., :3]", "argument")
    return np.ascontiguousarray(image)


def hash_file(
    path: Path,
    *,
    types: "Union[str, Iterable[str]]" = "pdq",
    views: str = "stored",
    exact: bool = False,
    sampling: str = "keyframes",
    ffmpeg: Optional[Path] = INSTALLED,
) -> Fingerprint:
    """The hashes of a file: a picture, an animation, a document or a clip.

    ``views`` is one of ``stored``, ``upright``, ``all``, ``fast``, ``standard`` and ``thorough``, as ``--views`` of the command.
    ``exact`` never decodes at a reduced scale. ``sampling`` says which pictures of a clip are hashed.

    >>> import basma
    >>> basma.hash_file("fixtures/dump/chat/IMG-WA0003.jpg").quality
    100
    >>> basma.hash_file("fixtures/dump/chat/IMG-WA0003.jpg", types=["pdq", "md5"]).of_type("md5")[0].hex
    '427f7e793ea4297e05e712c3d74e3e99'

    Raises ``MediaError`` for a file of which nothing could be hashed, and ``OSError`` for one that cannot be read.
    """
    found = _basma.hash_file(path, names(types), views, exact, sampling, program(ffmpeg))
    return fingerprint_of(json.loads(found))


def hash_bytes(
    data: "Union[bytes, bytearray, memoryview]",
    *,
    types: "Union[str, Iterable[str]]" = "pdq",
    views: str = "stored",
    exact: bool = False,
    sampling: str = "keyframes",
    ffmpeg: Optional[Path] = INSTALLED,
) -> Fingerprint:
    """The hashes of a file that is in memory.

    >>> import basma
    >>> data = open("fixtures/dump/chat/IMG-WA0003.jpg", "rb").read()
    >>> basma.hash_bytes(data) == basma.hash_file("fixtures/dump/chat/IMG-WA0003.jpg")
    True
    """
    found = _basma.hash_bytes(as_bytes(data), names(types), views, exact, sampling, program(ffmpeg))
    return fingerprint_of(json.loads(found))


def as_bytes(data: Any) -> bytes:
    """The bytes of whatever holds bytes."""
    if isinstance(data, bytes):
        return data
    if isinstance(data, (bytearray, memoryview)):
        return bytes(data)
    raise ArgumentError(f"a file in memory is bytes, not {type(data).__name__}", "argument")


def hash_image(image: Any, *, types: "Union[str, Iterable[str]]" = "pdq", views: str = "stored") -> Fingerprint:
    """The hashes of a decoded picture: an image of PIL, or an array ``uint8[height, width]`` or ``uint8[height, width, 3]``.

    An array is read where it stands: nothing is copied for PDQ of the stored view.

    >>> import numpy, basma
    >>> basma.hash_image(numpy.zeros((64, 64), dtype=numpy.uint8)).quality
    0
    """
    pixels = as_pixels(image)
    wanted = names(types)
    if wanted == ["pdq"] and views == "stored":
        hash, quality = _basma.pdq_of_pixels(pixels)
        hashes = (Hash("pdq", hash.hex(), quality, "original"),)
        return Fingerprint(hashes, width=pixels.shape[1], height=pixels.shape[0], decoded=1)
    described = json.loads(_basma.hash_pixels(pixels, wanted, views))
    described.update(width=pixels.shape[1], height=pixels.shape[0], decoded=1)
    return fingerprint_of(described)
