"""What is found, as the command says it: a class for each object of its JSON, with the same fields.

Made of the schema in ``docs/src/reference/report.schema.json`` by ``tests/report_classes.py``.
"""

from __future__ import annotations

import builtins
from dataclasses import dataclass, field
from typing import Dict, List, Optional

from basma._json import Report


@dataclass
class FileHash(Report):
    """One perceptual hash."""

    #: The type of hash.
    type: str = ""
    #: The hash, in hexadecimal.
    hash: str = ""
    #: The PDQ quality, 0 to 100.
    quality: int = 0
    #: The view that was hashed, if that is not `original`.
    view: Optional[str] = None

    _always = frozenset(["hash", "quality", "type"])
    _held = {}


@dataclass
class Frame(Report):
    """One frame of an animation, document or clip."""

    #: Its number, from 0.
    index: int = 0
    #: The time at which a player shows it, in milliseconds.
    ms: int = 0
    #: The PDQ quality, 0 to 100.
    quality: int = 0
    #: The PDQ hash of the stored pixels, in hexadecimal.
    hash: Optional[str] = None
    #: The hashes of other types and views.
    hashes: List[FileHash] = field(default_factory=builtins.list)

    _always = frozenset(["index", "ms", "quality"])
    _held = {"hashes": FileHash}


@dataclass
class Track(Report):
    """A further video track of a clip."""

    #: Its number, from 2.
    track: int = 0
    #: Its length in milliseconds.
    clip_ms: Optional[int] = None
    #: The time between its hashed frames in milliseconds, if they were taken at fixed intervals to make a list.
    every_ms: Optional[int] = None
    #: Its frames.
    frames: List[Frame] = field(default_factory=builtins.list)

    _always = frozenset(["frames", "track"])
    _held = {"frames": Frame}


@dataclass
class Segment(Report):
    """A part of a file that is a part of a listed clip."""

    #: Where it begins in the file, in milliseconds.
    start_ms: int = 0
    #: Where it ends in the file.
    end_ms: int = 0
    #: Where it begins in the listed clip, if the list says when its pictures are shown.
    listed_start_ms: Optional[int] = None
    #: Where it ends in the listed clip.
    listed_end_ms: Optional[int] = None
    #: The number of the file's pictures that are hits.
    hits: int = 0
    #: The smallest number of differing bits among them.
    distance: int = 0

    _always = frozenset(["distance", "end_ms", "hits", "start_ms"])
    _held = {}


@dataclass
class Clip(Report):
    """What a clip has in common with a listed clip."""

    #: What is the same in both, in the order of the file.
    segments: List[Segment] = field(default_factory=builtins.list)
    #: How much of the file is in the listed clip, in milliseconds.
    covered_ms: int = 0
    #: How much of the listed clip is in the file, in milliseconds.
    listed_covered_ms: int = 0
    #: The length of the listed clip in milliseconds; `null` if the list does not say.
    listed_clip_ms: Optional[int] = None
    #: The share of the file's pictures that are near to a listed one, in percent.
    query_percent: float = 0.0
    #: The share of the listed pictures that are near to one of the file, in percent. `null` if the list does not
    #: say.
    compared_percent: Optional[float] = None

    _always = frozenset(["compared_percent", "covered_ms", "listed_clip_ms", "listed_covered_ms", "query_percent", "segments"])
    _held = {"segments": Segment}


@dataclass
class MatchCalibration(Report):
    """What was counted for matches like one match: of its list, the kind of its picture, and its tier."""

    #: `calibrated`; or why there is no figure, as of the list, or `stratum-not-calibrated`.
    state: str = ""
    #: The kind of picture that was counted; `all` where that of the file is not known.
    stratum: Optional[str] = None
    #: The number of different lawful files of that kind.
    files: Optional[int] = None
    #: How many of them matched at best at the tier of the match.
    matched: Optional[int] = None
    #: The share of such wrong matches is not larger, in parts per billion, with a confidence of 95 %.
    high_ppb: Optional[int] = None

    _always = frozenset(["state"])
    _held = {}


@dataclass
class DetailsFound(Report):
    """Which details of a listed picture were found in a picture."""

    #: How many local features agree on the place.
    features: int = 0
    #: How many of the five tiles are there.
    tiles: int = 0

    _always = frozenset(["features", "tiles"])
    _held = {}


@dataclass
class Match(Report):
    """One listed item that a file or hash matches."""

    #: The list that holds it.
    list: str = ""
    #: The item, if the list names it.
    id: Optional[str] = None
    #: The type of hash.
    type: str = ""
    #: The listed hash, in hexadecimal.
    hash: str = ""
    #: The number of differing bits.
    distance: int = 0
    #: The largest number of differing bits that matches.
    radius: int = 0
    #: What the match is worth.
    tier: Optional[str] = None
    #: The view that was hashed, of a perceptual hash.
    view: Optional[str] = None
    #: The part of the picture that was hashed, if not all: left, top, right, bottom, in thousandths of its sides.
    region: List[int] = field(default_factory=builtins.list)
    #: The rotation of that part, in tenths of a degree.
    rotation: Optional[int] = None
    #: The number of the frame in the file, from 0.
    frame: Optional[int] = None
    #: The time at which that frame is shown, in milliseconds.
    ms: Optional[int] = None
    #: The video track, if it is not the first.
    track: Optional[int] = None
    #: The time in the listed clip, in milliseconds.
    listed_ms: Optional[int] = None
    #: Which details of the listed picture were found, if they decided.
    details: Optional[DetailsFound] = None
    #: What both clips have in common.
    clip: Optional[Clip] = None
    #: What the list says about the item.
    labels: List[str] = field(default_factory=builtins.list)
    #: The severity of the item.
    severity: Optional[str] = None
    #: The opinion of the list, if it is not positive.
    opinion: Optional[str] = None
    #: The generation of the store.
    generation: Optional[int] = None
    #: What a match may lead to.
    at_most: Optional[str] = None
    #: The list that allows it.
    allowed_by: Optional[str] = None
    #: Whether its entry is quarantined, because it suddenly matches very many files.
    quarantined: Optional[bool] = None
    #: How often such matches were wrong among lawful files, where a file of calibration was named.
    calibration: Optional[MatchCalibration] = None

    _always = frozenset(["distance", "hash", "labels", "list", "radius", "type"])
    _held = {"details": DetailsFound, "clip": Clip, "calibration": MatchCalibration}


@dataclass
class Quarantined(Report):
    """An entry that suddenly matched very many files."""

    #: The list that holds it.
    list: str = ""
    #: The item, if the list names it.
    id: Optional[str] = None
    #: The type of hash.
    type: str = ""
    #: A listed hash of it, in hexadecimal.
    hash: str = ""
    #: The number of files that it matched in quarantine.
    files: int = 0
    #: Whether it was released before the end.
    is_over: bool = False

    _always = frozenset(["files", "hash", "is_over", "list", "type"])
    _held = {}


@dataclass
class Finding(Report):
    """What was found out about one file, or one member of an archive."""

    #: The version of the format.
    v: int = 1
    #: The file, escaped.
    path: str = ""
    #: The status; absent where nothing was looked up and the file was examined as a whole.
    status: Optional[str] = None
    #: Why the file was not examined as a whole, matched or not. The text can change.
    reason: Optional[str] = None
    #: The stable code of the reason; of several, the first.
    reason_code: Optional[str] = None
    #: The codes of all reasons, if there are several.
    reason_codes: List[str] = field(default_factory=builtins.list)
    #: The media type, by content.
    media: Optional[str] = None
    #: The size of the file.
    bytes: Optional[int] = None
    #: The MD5 of the file, in hexadecimal.
    md5: Optional[str] = None
    #: The SHA-1 of the file.
    sha1: Optional[str] = None
    #: The SHA-256 of the file.
    sha256: Optional[str] = None
    #: The width of the picture in pixels, as stored.
    width: Optional[int] = None
    #: Its height.
    height: Optional[int] = None
    #: The kind of picture by which errors are counted, where it was judged.
    stratum: Optional[str] = None
    #: The number of decoded frames.
    decoded: Optional[int] = None
    #: What decoded a clip.
    decoder: Optional[str] = None
    #: The length of a clip in milliseconds.
    clip_ms: Optional[int] = None
    #: The milliseconds between the hashed frames of a clip, if a list is made of frames at fixed intervals.
    every_ms: Optional[int] = None
    #: Flags.
    flags: List[str] = field(default_factory=builtins.list)
    #: The perceptual hashes of a picture.
    hashes: List[FileHash] = field(default_factory=builtins.list)
    #: The frames of an animation, document or clip, with their hashes.
    frames: List[Frame] = field(default_factory=builtins.list)
    #: The further video tracks of a clip.
    tracks: List[Track] = field(default_factory=builtins.list)
    #: The cluster, if anything matches: one decision.
    cluster: Optional[str] = None
    #: The matches, nearest first.
    matches: List[Match] = field(default_factory=builtins.list)
    #: What would match but for negative entries of the same list, or for a list of what is allowed.
    suppressed: List[Match] = field(default_factory=builtins.list)
    #: Listed clips with too little evidence for a match.
    weak: List[Match] = field(default_factory=builtins.list)
    #: The authentic notices that it shows.
    authentic: List[Match] = field(default_factory=builtins.list)
    #: The number of listed hashes within the radius beyond the limit on matches.
    more: int = 0

    _always = frozenset(["path", "v"])
    _held = {"hashes": FileHash, "frames": Frame, "tracks": Track, "matches": Match, "suppressed": Match, "weak": Match, "authentic": Match}


@dataclass
class Query(Report):
    """A hash that is looked up."""

    #: The type of hash.
    type: str = ""
    #: The hash, in hexadecimal.
    hash: str = ""
    #: The file or item that the hash is of, if the input says it.
    id: Optional[str] = None

    _always = frozenset(["hash", "type"])
    _held = {}


@dataclass
class Lookup(Report):
    """What was found for one hash."""

    #: The version of the format.
    v: int = 1
    #: The hash that was looked up.
    query: Query = field(default_factory=Query)
    #: The cluster, if anything matches.
    cluster: Optional[str] = None
    #: The matches, nearest first.
    matches: List[Match] = field(default_factory=builtins.list)
    #: What would match but for negative entries of the same list, or for a list of what is allowed.
    suppressed: List[Match] = field(default_factory=builtins.list)
    #: Listed clips with too little evidence for a match.
    weak: List[Match] = field(default_factory=builtins.list)
    #: The authentic notices that it is the hash of.
    authentic: List[Match] = field(default_factory=builtins.list)
    #: The number of listed hashes within the radius beyond the limit on matches.
    more: int = 0

    _always = frozenset(["matches", "query", "v"])
    _held = {"query": Query, "matches": Match, "suppressed": Match, "weak": Match, "authentic": Match}


@dataclass
class CalibratedShare(Report):
    """How many files matched, and the bound of their share."""

    #: The tier.
    tier: str = ""
    #: How many matched.
    matched: int = 0
    #: The share is not larger, in parts per billion, with a confidence of 95 %.
    high_ppb: int = 0

    _always = frozenset(["high_ppb", "matched", "tier"])
    _held = {}


@dataclass
class CalibratedStratum(Report):
    """How often a list matched lawful files of one kind."""

    #: The kind: `all`, a [`Stratum`](crate::hasher::Stratum), or `other` of files without a picture.
    stratum: str = ""
    #: The number of different lawful files of this kind.
    files: int = 0
    #: How many of them matched, by the tier of the best match.
    by_tier: List[CalibratedShare] = field(default_factory=builtins.list)

    _always = frozenset(["by_tier", "files", "stratum"])
    _held = {"by_tier": CalibratedShare}


@dataclass
class Calibration(Report):
    """How often a list matched lawful files, or why there is no figure for it."""

    #: `calibrated`; or `list-not-calibrated`, `list-differs` or `rules-differ`, and nothing else is said.
    state: str = ""
    #: The number of different lawful pictures and clips.
    files: Optional[int] = None
    #: How many of them matched.
    matched: Optional[int] = None
    #: The share of wrong matches is not smaller, in parts per billion, with a confidence of 95 %.
    low_ppb: Optional[int] = None
    #: The share of wrong matches is not larger.
    high_ppb: Optional[int] = None
    #: What these files are, in the words of the institution that counted.
    population: Optional[str] = None
    #: When it was counted.
    made: Optional[str] = None
    #: The SHA-256 of the file of calibration.
    sha256: Optional[str] = None
    #: The id of the key whose signature was checked; absent where none was.
    signed_by: Optional[str] = None
    #: The same by the kind of picture: all pictures and clips first, then each kind that there is.
    strata: List[CalibratedStratum] = field(default_factory=builtins.list)

    _always = frozenset(["state"])
    _held = {"strata": CalibratedStratum}


@dataclass
class UsedList(Report):
    """A list that a scan looked up in. Times are RFC 3339, in UTC."""

    #: The list.
    list: str = ""
    #: The file that it was read from, or the folder of its store, escaped.
    path: str = ""
    #: Its format; `store` for a list of a store.
    format: str = ""
    #: The number of entries, if it is known without reading all of it.
    entries: Optional[int] = None
    #: The SHA-256 of the file, in hexadecimal.
    sha256: Optional[str] = None
    #: The id of the key whose signature of the file was checked.
    signed_by: Optional[str] = None
    #: The edition that the list names.
    version: Optional[int] = None
    #: The generation of the store when the scan began.
    generation: Optional[int] = None
    #: The time at which that generation was published.
    published: Optional[str] = None
    #: The time of the source.
    as_of: Optional[str] = None
    #: The age from which it counts as stale.
    max_age_seconds: Optional[int] = None
    #: What a match may lead to at most.
    at_most: Optional[str] = None
    #: What the institution may use it for.
    purpose: Optional[str] = None
    #: The names of the purposes that it may be used for; any, if there is none.
    uses: List[str] = field(default_factory=builtins.list)
    #: The law or decision that allows its use.
    legal_basis: Optional[str] = None
    #: The time from which it may not be used.
    expires: Optional[str] = None
    #: Whether that had come when the scan began: the list matched nothing.
    expired: Optional[bool] = None
    #: Whom it protects.
    protects: Optional[str] = None
    #: The radius by type of hash, where the list has its own.
    radii: Optional[Dict[str, int]] = None
    #: The PDQ quality below which hashes were not looked up in it, where the list has its own.
    min_quality: Optional[int] = None
    #: The SHA-256 of the entries of a list of a store that no single file holds, where it was computed.
    entries_sha256: Optional[str] = None
    #: How often it matched lawful files, where a file of calibration was named.
    calibration: Optional[Calibration] = None

    _always = frozenset(["format", "list", "path"])
    _held = {"calibration": Calibration}


@dataclass
class Conditions(Report):
    """The conditions of a scan. What a scan found means nothing without them."""

    #: The program and its version.
    tool: str = ""
    #: The files and folders that were scanned, escaped.
    roots: List[str] = field(default_factory=builtins.list)
    #: The file that names what was scanned, escaped; `-` is standard input.
    roots_from: Optional[str] = None
    #: The patterns of names that were left out.
    exclude: List[str] = field(default_factory=builtins.list)
    #: Whether archives were opened.
    archives: Optional[bool] = None
    #: At which places files of unknown content were searched by signatures, if they were.
    carve: Optional[str] = None
    #: The types of hash that were looked up.
    types: List[str] = field(default_factory=builtins.list)
    #: The radius by type of perceptual hash. A list of a store can have its own; each match states the one that
    #: counted.
    radii: Dict[str, int] = field(default_factory=builtins.dict)
    #: The PDQ quality below which pictures were not looked up.
    min_quality: int = 0
    #: The largest number of matches of one file that are named.
    limit: int = 0
    #: The rule of vPDQ, if it decided whether clips match.
    vpdq_rule: Optional[str] = None
    #: What was hashed of a picture.
    views: Optional[str] = None
    #: Which pictures of a clip were hashed.
    frames: Optional[str] = None
    #: Whether PDQ was computed from every pixel.
    exact: Optional[bool] = None
    #: The name of the purpose, if one was stated.
    purpose: Optional[str] = None
    #: The name of the region, if one was stated.
    region: Optional[str] = None
    #: The law or decision that allows the scan, if one was stated.
    legal_basis: Optional[str] = None
    #: The lists that were looked up in.
    lists: List[UsedList] = field(default_factory=builtins.list)
    #: The number of further lists.
    lists_more: int = 0

    _always = frozenset(["limit", "lists", "min_quality", "radii", "tool", "types"])
    _held = {"lists": UsedList}


@dataclass
class Shard(Report):
    """The shard that a scan examined, and what it saw of all files."""

    #: Its number, from 0.
    index: int = 0
    #: The number of shards.
    of: int = 0
    #: The number of files that were walked, those of other shards included.
    walked: int = 0
    #: A digest of their paths, in hexadecimal; equal where shards saw the same files.
    digest: str = ""

    _always = frozenset(["digest", "index", "of", "walked"])
    _held = {}


@dataclass
class Summary(Report):
    """The counts of a scan, or of a job that only hashes."""

    #: The number of files and members of archives.
    discovered: int = 0
    #: The number of files that match.
    matched: int = 0
    #: The number of files that were examined as a whole and match nothing.
    no_match: Optional[int] = None
    #: The number of files that were hashed, where nothing was looked up.
    hashed: Optional[int] = None
    #: The number of pictures that are too flat for their hash.
    low_quality: int = 0
    #: The number of files in no format that is decoded.
    unsupported: int = 0
    #: The number of broken files.
    damaged: int = 0
    #: The number of files that could not be read.
    unreadable: int = 0
    #: The number of files that exceed a limit.
    over_limit: int = 0
    #: The number of links, pipes, sockets and devices.
    skipped: int = 0
    #: The size of all files, in bytes.
    bytes: int = 0
    #: The number of files and members that hashes were made of.
    examined: int = 0
    #: The number of roots below which there is no file to examine.
    bare_roots: int = 0
    #: The first of these roots, escaped.
    bare_roots_shown: List[str] = field(default_factory=builtins.list)
    #: The number of members of archives.
    members: int = 0
    #: The number of files and folders that a pattern left out.
    excluded: int = 0
    #: The number of files that would match but for negative entries.
    suppressed: Optional[int] = None
    #: The number of files with too little evidence for a match.
    weak: Optional[int] = None
    #: The number of files that show an authentic notice.
    authentic: Optional[int] = None
    #: The entries that were quarantined, because they suddenly matched very many files: the first hundred.
    quarantined: List[Quarantined] = field(default_factory=builtins.list)
    #: The number of further entries that were quarantined.
    quarantined_others: int = 0
    #: The number of clusters.
    clusters: Optional[int] = None
    #: Matched files by the tier of their best match.
    tiers: Optional[Dict[str, int]] = None
    #: Matched files by list.
    lists: Optional[Dict[str, int]] = None
    #: The matches of further lists together.
    lists_others: int = 0
    #: Matched files by label.
    labels: Optional[Dict[str, int]] = None
    #: The matches with further labels together.
    labels_others: int = 0
    #: Unsupported files by media type; `empty` and `unknown` where there is none.
    unsupported_kinds: Dict[str, int] = field(default_factory=builtins.dict)
    #: The unsupported files of further media types together.
    unsupported_kinds_others: int = 0
    #: Files and members by how they were looked into: `pictures`, `clips`, `containers`, `carved`, `digests`,
    #: `nothing`.
    looked_into: Optional[Dict[str, int]] = None
    #: The sizes of these together, in bytes. Members count beside the archive that they are in.
    looked_into_bytes: Optional[Dict[str, int]] = None
    #: Files and members that were not, or not wholly, examined, by the code of each reason.
    reasons: Optional[Dict[str, int]] = None
    #: The files of further reasons together.
    reasons_others: int = 0
    #: Whether the job was interrupted.
    interrupted: bool = False
    #: The shard, of a scan that several machines share.
    shard: Optional[Shard] = None
    #: The wall behind which files were opened, such as `landlock-v7+seccomp`; `none` where they were opened in the
    #: process that holds the lists.
    sandbox: Optional[str] = None
    #: Why there was no wall, where one was wanted, in English.
    sandbox_reason: Optional[str] = None
    #: The stable code of this reason.
    sandbox_reason_code: Optional[str] = None
    #: The conditions of a scan.
    conditions: Optional[Conditions] = None

    _always = frozenset(["bytes", "damaged", "discovered", "examined", "interrupted", "low_quality", "matched", "over_limit", "skipped", "unreadable", "unsupported", "unsupported_kinds"])
    _held = {"quarantined": Quarantined, "shard": Shard, "conditions": Conditions}


@dataclass
class Refusal(Report):
    """What was asked for, and why it was refused."""

    #: The code of the reason: `use-unstated`, `use-foreign`, `use-region-unstated` or `use-forbidden`.
    code: str = ""
    #: The reason in English.
    message: str = ""
    #: The list, if it is its own terms that refuse.
    list: Optional[str] = None
    #: The names of the purposes that the list is for.
    list_uses: Optional[str] = None
    #: The region that the rule is about, if it is a rule of the institution that refuses.
    rule_region: Optional[str] = None
    #: Why the institution made the rule.
    rule_reason: Optional[str] = None
    #: The purpose that was stated.
    purpose: Optional[str] = None
    #: The region that was stated.
    region: Optional[str] = None
    #: The law or decision that was stated.
    legal_basis: Optional[str] = None

    _always = frozenset(["code", "message"])
    _held = {}


@dataclass
class Refused(Report):
    """The only line of a job whose use of the lists was refused. Where the use was refused while files were examined, it"""

    #: The version of the format.
    v: int = 1
    #: What was refused.
    refused: Refusal = field(default_factory=Refusal)

    _always = frozenset(["refused", "v"])
    _held = {"refused": Refusal}


@dataclass
class ListState(Report):
    """How one list of a store is. Times are RFC 3339, in UTC."""

    #: The version of the format.
    v: int = 1
    #: The list.
    list: str = ""
    #: What the institution may use it for.
    purpose: str = ""
    #: How its source says what is withdrawn: `snapshot`, `delta` or `local`.
    kind: str = ""
    #: What a match may lead to at most.
    at_most: str = ""
    #: What a program does with a file that the list was not asked about: `open` lets it pass, `closed` keeps it out.
    fail: str = ""
    #: The number of entries.
    entries: int = 0
    #: The same by type of hash.
    types: Dict[str, int] = field(default_factory=builtins.dict)
    #: The number of entries that were added by hand.
    added: int = 0
    #: The number of hashes and items that were withdrawn by hand.
    revoked: int = 0
    #: The number of decisions in force that are not built in yet.
    unbuilt: int = 0
    #: The number of malformed records that were set aside.
    set_aside: int = 0
    #: How often the refresh failed since it last succeeded.
    failures: int = 0
    #: The name of the file where it came from.
    name: Optional[str] = None
    #: The edition that the source names.
    version: Optional[int] = None
    #: The SHA-256 of what is in force, in hexadecimal.
    sha256: Optional[str] = None
    #: The id of the key whose signature of it was checked.
    signed_by: Optional[str] = None
    #: The time of the source.
    as_of: Optional[str] = None
    #: Its age.
    age_seconds: Optional[int] = None
    #: The age from which it counts as stale.
    max_age_seconds: Optional[int] = None
    #: The time of the last attempt to refresh it.
    tried: Optional[str] = None
    #: The time of the last attempt that succeeded.
    succeeded: Optional[str] = None
    #: The time from which it may not be used.
    expires: Optional[str] = None
    #: The time at which the next entry expires.
    next_expiry: Optional[str] = None
    #: Why the last attempt failed. The text can change.
    error: Optional[str] = None
    #: Whether the source is older than it may be.
    stale: bool = False
    #: Whether the last attempt failed.
    failing: bool = False
    #: Whether it may not be used any more, so that it matches nothing.
    expired: bool = False

    _always = frozenset(["added", "at_most", "entries", "expired", "fail", "failing", "failures", "kind", "list", "purpose", "revoked", "set_aside", "stale", "types", "unbuilt", "v"])
    _held = {}


@dataclass
class StoreState(Report):
    """How a store is."""

    #: The generation in force; 0 before the first.
    generation: int = 0
    #: The time at which it was published.
    created: str = ""
    #: The version of basma that built it.
    tool: str = ""
    #: The number of stale lists.
    stale: int = 0
    #: The number of lists whose last refresh failed.
    failing: int = 0

    _always = frozenset(["created", "failing", "generation", "stale", "tool"])
    _held = {}


@dataclass
class Violation(Report):
    """A guard that holds an edition back."""

    #: The guard.
    guard: str = ""
    #: What it found, as a code.
    why_code: str = ""
    #: What it found. The text can change.
    why: str = ""

    _always = frozenset(["guard", "why", "why_code"])
    _held = {}


@dataclass
class RefreshedList(Report):
    """What became of one list in a refresh."""

    #: The version of the format.
    v: int = 1
    #: The list.
    list: str = ""
    #: `changed`, `unchanged`, `held` or `failed`.
    outcome: str = ""
    #: The number of entries before.
    before: int = 0
    #: The number of entries after.
    after: int = 0
    #: The number of added entries.
    added: int = 0
    #: The number of entries whose metadata changed.
    changed: int = 0
    #: The number of removed entries.
    removed: int = 0
    #: The number of malformed records that were set aside.
    set_aside: int = 0
    #: The guards that were overridden.
    overridden: List[Violation] = field(default_factory=builtins.list)
    #: The guards that hold the list back.
    held: List[Violation] = field(default_factory=builtins.list)
    #: Why it failed, as a code: that of the [`Error`](crate::Error).
    error_code: Optional[str] = None
    #: Why it failed. The text can change.
    error: Optional[str] = None

    _always = frozenset(["added", "after", "before", "changed", "list", "outcome", "removed", "set_aside", "v"])
    _held = {"overridden": Violation, "held": Violation}


@dataclass
class Refreshed(Report):
    """What became of a store in a refresh."""

    #: The generation that the refresh makes; `null` if nothing changes.
    generation: Optional[int] = None
    #: Whether it was published.
    published: bool = False
    #: Whether the refresh was a trial.
    dry_run: bool = False
    #: Whether every list is what its source says.
    good: bool = False
    #: The lists that were dropped.
    dropped: List[str] = field(default_factory=builtins.list)

    _always = frozenset(["dropped", "dry_run", "generation", "good", "published"])
    _held = {}
