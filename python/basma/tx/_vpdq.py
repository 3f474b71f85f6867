"""vPDQ, the hashes of a clip's frames, for ``tx`` and HMA, without the package ``vpdq``."""

from __future__ import annotations

import json
import pathlib
from dataclasses import dataclass
from typing import Any, Dict, Iterable, List, NamedTuple, Sequence, Set, Tuple, Type, TypeVar

from threatexchange.content_type.video import VideoContent
from threatexchange.signal_type import signal_base
from threatexchange.signal_type.index import IndexMatchUntyped, SignalSimilarityInfo, SignalTypeIndex

from basma import _hashes
from basma._errors import HashError
from basma._index import RADIUS
from basma.tx._growing import GrowingIndex, pack

T = TypeVar("T")
Self = TypeVar("Self", bound="VpdqBasmaIndex[Any]")

#: Frames below this quality are left out.
QUALITY = 50
#: How much of a query, and of what is listed, must be near, in percent.
QUERY_PERCENT = 80.0
LISTED_PERCENT = 0.0


class Frame(NamedTuple):
    """A frame of a vPDQ signal."""

    hash: str
    quality: int
    seconds: float


def frames_of(signal: str) -> List[Frame]:
    """Reads a signal: a JSON list of ``hash,quality,seconds``. ``ValueError`` for anything else."""
    try:
        texts = json.loads(signal or "[]")
        frames = []
        for text in texts:
            hash, quality, seconds = text.split(",")
            pack([hash])
            frames.append(Frame(hash, int(quality), float(seconds)))
        if all(0 <= frame.quality <= 100 and 0 <= frame.seconds < float("inf") for frame in frames):
            return frames
    except (ValueError, AttributeError, TypeError, RecursionError) as error:
        raise HashError(f"not a vPDQ signal: {error}", "hash-text") from error
    raise HashError("not a vPDQ signal: a quality is 0 to 100, a time is not negative", "hash-text")


def distinct(signal: str) -> List[str]:
    """The different hashes of the frames that are worth comparing, in their order."""
    return list(dict.fromkeys(frame.hash for frame in frames_of(signal) if frame.quality >= QUALITY))


@dataclass
class VpdqSimilarity(SignalSimilarityInfo):
    """How much of the query, and of the listed clip, is near."""

    query_match_percent: float
    compared_match_percent: float

    def pretty_str(self) -> str:
        """Both, as ``tx`` prints them."""
        return f"{self.query_match_percent:.0f}%[{self.compared_match_percent:.0f}%]"


class VpdqBasmaIndex(SignalTypeIndex[T]):
    """Clips of which at least 80 % of the query's frames are near to a listed frame."""

    def __init__(self, entries: Iterable[Tuple[str, T]] = ()) -> None:
        super().__init__()
        self._hashes = GrowingIndex()
        self._clips: List[Tuple[int, T]] = []
        self._clip_of: List[int] = []
        self.add_all(entries)

    def __len__(self) -> int:
        return len(self._clips)

    @classmethod
    def build(cls: Type[Self], entries: Iterable[Tuple[str, Any]]) -> Self:
        """An index of these entries."""
        return cls(entries)

    def add(self, signal_str: str, entry: T) -> None:
        """Adds one clip."""
        self.add_all([(signal_str, entry)])

    def add_all(self, entries: Iterable[Tuple[str, T]]) -> None:
        """Adds clips: all, or none where one is malformed or has no frame that is worth comparing."""
        hashes: List[str] = []
        clips: List[Tuple[int, T]] = []
        clip_of: List[int] = []
        for signal_str, entry in entries:
            frames = distinct(signal_str)
            if not frames:
                raise HashError("the clip has no frame of quality 50 or more: it cannot be listed", "hash-text")
            clip_of += [len(self._clips) + len(clips)] * len(frames)
            clips.append((len(frames), entry))
            hashes += frames
        if not hashes:
            return
        # A query may see a number before this is over: its clip is there first.
        known, frames_known = len(self._clips), len(self._clip_of)
        self._clips += clips
        self._clip_of += clip_of
        try:
            first = self._hashes.add(hashes)
        except BaseException:
            del self._clips[known:], self._clip_of[frames_known:]
            raise
        if first != frames_known:
            raise RuntimeError("an index was added to by two threads: add from one at a time")

    def query(self, query: str) -> "Sequence[IndexMatchUntyped[VpdqSimilarity, T]]":
        """The clips near a signal, in the order in which they were added."""
        frames = distinct(query)
        query_frames: Dict[int, Set[int]] = {}
        listed_frames: Dict[int, Set[int]] = {}
        for place, frame in enumerate(frames):
            for number, _ in self._hashes.near(frame, RADIUS):
                clip = self._clip_of[number]
                query_frames.setdefault(clip, set()).add(place)
                listed_frames.setdefault(clip, set()).add(number)
        matches = []
        for clip in sorted(query_frames):
            count, entry = self._clips[clip]
            similarity = VpdqSimilarity(
                len(query_frames[clip]) * 100 / len(frames), len(listed_frames[clip]) * 100 / count
            )
            if (
                similarity.query_match_percent >= QUERY_PERCENT
                and similarity.compared_match_percent >= LISTED_PERCENT
            ):
                matches.append(IndexMatchUntyped(similarity, entry))
        return matches


class VpdqBasmaSignal(signal_base.SimpleSignalType, signal_base.FileHasher):
    """vPDQ, read and matched as ``tx`` does. Clips are decoded by ffmpeg, where it is installed."""

    @classmethod
    def get_name(cls) -> str:
        return "vpdq_basma"

    @classmethod
    def get_content_types(cls) -> Any:
        return [VideoContent]

    @classmethod
    def get_index_cls(cls) -> Any:
        return VpdqBasmaIndex

    @classmethod
    def validate_signal_str(cls, signal_str: str) -> str:
        """The signal, if it is one of at least one frame."""
        if not frames_of(signal_str):
            raise HashError("a vPDQ signal has at least one frame", "hash-text")
        return signal_str

    @classmethod
    def compare_hash(cls, hash1: str, hash2: str) -> signal_base.SignalComparisonResult:
        """Whether the first matches the second, listed."""
        index = VpdqBasmaIndex([(hash2, None)] if distinct(hash2) else [])
        for match in index.query(hash1):
            return signal_base.SignalComparisonResult(True, match.similarity_info)
        return signal_base.SignalComparisonResult(False, VpdqSimilarity(0.0, 0.0))

    @classmethod
    def hash_from_file(cls, file: pathlib.Path) -> str:
        """A frame a second, as a signal; ``""`` where there is none."""
        fingerprint = _hashes.hash_file(file, sampling="vpdq=1")
        if fingerprint.problem is not None:
            raise fingerprint.problem
        frames = [f"{hash.hex},{hash.quality},{hash.ms / 1000:.3f}" for hash in fingerprint.of_type("pdq") if hash.track == 1]
        return json.dumps(frames) if frames else ""

    @staticmethod
    def get_examples() -> List[str]:
        hash = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22"
        return [json.dumps([f"{hash},100,0.000", f"{hash[::-1]},100,1.000"])]
