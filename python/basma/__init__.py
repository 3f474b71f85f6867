"""Recognises known abuse and deepfake imagery when it reappears.

basma hashes pictures and clips perceptually and looks the hashes up in lists of known material. A match is a lead for a
person, never a verdict.

>>> import basma
>>> matcher = basma.Matcher("hashsets/demo.csv")
>>> found = matcher.match("fixtures/dump/chat/IMG-WA0003.jpg")
>>> found.matches[0].id, found.matches[0].distance <= 31
('figure-1', True)

==================  ==========================================================================
``hash_file`` ...   files, bytes and pictures to hashes: :class:`Fingerprint`
``Index``           hashes to hashes near them: arrays of numpy and tables of Arrow
``Matcher``         lists, indexes and stores to matches, folders to findings
``Store``           lists that live: entries added and withdrawn, refreshed from their sources
``basma.pdqhash``   what the package ``pdqhash`` has
``basma.tx``        the extension of ``threatexchange`` and HMA
``basma.spark``     tables of Spark, by ``mapInArrow``; ``basma.ray`` likewise
==================  ==========================================================================
"""

from __future__ import annotations

import sysconfig as _sysconfig

if _sysconfig.get_config_var("Py_GIL_DISABLED"):
    raise ImportError("basma needs an interpreter with the global lock: this build of Python is free-threaded, take the other one")

_ONE_INTERPRETER = "basma works in the first interpreter of a process alone: use processes or threads in place of interpreters"

try:
    # Python 3.9 gives the compiled half of the first interpreter to another one and asks nobody.
    import _xxsubinterpreters as _interpreters

    _is_first = _interpreters.get_current() == _interpreters.get_main()
except ImportError:
    # Newer ones ask, and the compiled half refuses.
    _is_first = True
if not _is_first:
    raise ImportError(_ONE_INTERPRETER)

try:
    import numpy as _numpy  # noqa: F401

    from basma import _basma
except ImportError as error:
    # numpy, PyO3 and Python say it in words of their own.
    if "more than once" in str(error) or "subinterpreter" in str(error):
        raise ImportError(_ONE_INTERPRETER) from error
    raise

from basma import pdqhash
from basma._errors import (
    ArgumentError,
    BasmaError,
    HashError,
    IndexFileError,
    InternalError,
    ListError,
    MediaError,
    RefreshError,
    StoreBusyError,
    StoreError,
)
from basma._findings import (
    CalibratedShare,
    CalibratedStratum,
    Calibration,
    Clip,
    Conditions,
    DetailsFound,
    FileHash,
    Finding,
    Frame,
    ListState,
    Lookup,
    Match,
    MatchCalibration,
    Query,
    Refreshed,
    RefreshedList,
    Refusal,
    Refused,
    Segment,
    Shard,
    StoreState,
    Summary,
    Track,
    UsedList,
    Violation,
)
from basma._hashes import HASH_TYPES, Fingerprint, Hash, hash_bytes, hash_file, hash_image
from basma._index import MAX_HITS, RADIUS, Entry, Hit, Hits, Index
from basma._matcher import Found, Matcher, Scan, merge
from basma._store import Refresh, Status, Store

#: The version of the package: that of the crate.
__version__: str = _basma.__version__

__all__ = [
    "ArgumentError",
    "BasmaError",
    "CalibratedShare",
    "CalibratedStratum",
    "Calibration",
    "Clip",
    "Conditions",
    "DetailsFound",
    "Entry",
    "FileHash",
    "Finding",
    "Fingerprint",
    "Found",
    "Frame",
    "HASH_TYPES",
    "Hash",
    "HashError",
    "Hit",
    "Hits",
    "Index",
    "IndexFileError",
    "InternalError",
    "ListError",
    "ListState",
    "Lookup",
    "MAX_HITS",
    "Match",
    "MatchCalibration",
    "Matcher",
    "MediaError",
    "Query",
    "RADIUS",
    "Refresh",
    "RefreshError",
    "Refreshed",
    "RefreshedList",
    "Refusal",
    "Refused",
    "Scan",
    "Segment",
    "Shard",
    "Status",
    "Store",
    "StoreBusyError",
    "StoreError",
    "StoreState",
    "Summary",
    "Track",
    "UsedList",
    "Violation",
    "__version__",
    "hash_bytes",
    "hash_file",
    "hash_image",
    "merge",
    "pdqhash",
]
