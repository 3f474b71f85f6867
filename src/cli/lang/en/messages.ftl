# Findings.
status-matched = MATCH
status-no_match = no match
status-low_quality = LOW QUALITY
status-unsupported = UNSUPPORTED
status-damaged = DAMAGED
status-unreadable = UNREADABLE
status-over_limit = OVER LIMIT
status-skipped = SKIPPED
status-suppressed = SUPPRESSED
status-authentic = AUTHENTIC
status-weak = WEAK
status-lead = LEAD
status-incomplete = INCOMPLETE
finding = { $path }: { $status }
finding-reason = { $path }: { $status } { $reason }
reason-between = {"; "}
reason-of-track = video track { $track }: { $reason }
reason-times = {" "}({ $times ->
    [one] { $times } time
   *[other] { $times } times
})
match-near = { $type } differs in { $distance ->
    [one] { $distance } bit
   *[other] { $distance } bits
}, up to { $radius } are allowed
match-exact = { $type } is equal
match-view = , { $view }
match-area = , { $area } (left, top, right, bottom: { $region } %)
match-details = , local features: { $features }, tiles: { $tiles } of 5
match-track = , video track { $track }
match-frame = , frame { $frame }
match-listed-at = , listed at { $time }
match-segment = , { $from } to { $to }
match-segment-listed = {" "}is { $from } to { $to } of it
match-segments-more = , …
match-covered = ; { $covered } of { $whole }
match-covered-listed = , { $covered } of the listed { $whole }
match-disputed = disputed: a person must decide
match-quarantined = quarantined: the entry suddenly matches very many files, so a person decides
match-suppressed = suppressed: the list says that this is not what it is about
match-allowed = suppressed: list { $list } allows it
line-allowed = list { $list } allows it
line-off-subject = its list says that this is not what it is about
match-authentic = authentic: it is very near to this notice; a changed number may not show in a hash
match-authentic-too = this authentic notice is shown, too; a person compares
match-weak = weak: something speaks for this clip, too little to call it a match; a person decides
match-lead = lead: it may be a copy, or another picture like it; a person decides
match-reason = not all of it was examined: { $reason }
match-more = { $count ->
    [one] { $count } more listed hash
   *[other] { $count } more listed hashes
} within the radius { $count ->
    [one] is
   *[other] are
} not shown
match-review = ; a person decides (review at most)
match-log = ; for the record only (log at most)

# A line for each file or hash.
line-match = { $what }: { $status } { $item }{ $labels }, { $how }{ $others }{ $at_most }
line-nothing = { $what }: { $status }
line-near = { $distance } of { $radius } bits
line-near-type = { $distance } of { $radius } bits of { $type }
line-exact = same { $type }
line-others = {" "}(and { $count } more)
line-span = { $from }-{ $to }
line-segment = , { $here } = { $there }
line-segment-here = , { $here }
line-segments-more = , and { $count } more { $count ->
    [one] part
   *[other] parts
}
line-of-file = { $percent } % of this file
line-of-file-all = all of this file
line-of-listed = , { $percent } % of the listed clip
line-of-listed-all = , all of the listed clip
line-shares = {" "}({ $here }{ $there })

# Matched files, by cluster.
group-head = { $cluster }, files: { $count }
group-item = listed: { $item }
group-items-more = listed: more items than are shown here
group-near = { $distance } { $bits ->
    [one] bit
   *[other] bits
} of { $type }, at most { $radius }
group-exact = equal by { $type }

# Progress.
progress-files = files: { $count }
progress-left = { $time } left
progress-matches = matches: { $count }
progress-video = video: { $time }

# The summary of a job.
summary-files = { $discovered ->
    [one] { $discovered } file
   *[other] { $discovered } files
}, { $bytes } in { $seconds } s: { $files } { $files ->
    [one] file
   *[other] files
}/s, { $throughput }/s
summary-uncovered = { $files ->
    [one] { $files } file was not looked into, or not wholly
   *[other] { $files } files were not looked into, or not wholly
}: -v says why
summary-memory = memory at most: { $bytes }
summary-memory-unknown = not told by the system
count-matched = matched
count-no_match = no match
count-hashed = hashed
count-low_quality = low quality
count-unsupported = unsupported
count-damaged = damaged
count-unreadable = unreadable
count-over_limit = over limit
count-skipped = skipped
count-clusters = clusters: decisions to take
count-list = list { $name }
count-label = label { $name }
count-others = (others)
count-members = of all these in archives
count-suppressed = suppressed by negative entries
count-authentic = authentic notices
count-derived = by a view that undoes a change
count-weak = weak: too little for a match
count-quarantined = quarantined entries: they suddenly matched very many files
count-quarantined-files = files of { $item }
count-excluded = left out by --exclude
count-walked = files of all shards
kind-empty = empty files
kind-unknown = of no known kind
not-searched = not looked for
not-searched-option = { $what }: { $option }
not-searched-turned = mirrored and turned copies
not-searched-edited = cropped, framed or captioned copies, screenshots
not-searched-harder = copies that were changed in several ways
not-searched-frames = scenes of clips between keyframes
not-searched-archives = what is in archives: leave out --no-archives
summary-slowest = slowest files
summary-seconds = { $seconds } s
summary-interrupted = interrupted: not every file was examined
summary-lookup = { $looked_up ->
    [one] { $looked_up } hash looked up
   *[other] { $looked_up } hashes looked up
}, { $matched } matched
summary-lookup-files = { $files ->
    [one] { $files } file looked up
   *[other] { $files } files looked up
}, { $matched } matched
lookup-upright = mirrored, turned and cropped copies were not looked for: --views standard
lookup-low-quality = { $count ->
    [one] { $count } hash of low quality was
   *[other] { $count } hashes of low quality were
} not looked up: --min-quality
lookup-skipped = { $count ->
    [one] { $count } hash that stands for nothing was
   *[other] { $count } hashes that stand for nothing were
} not looked up, such as those of empty files
lookup-not-listed = { $count ->
    [one] { $count } hash of type { $type } was
   *[other] { $count } hashes of type { $type } were
} not looked up: no list holds that type
explained = { $hash }: { $structure } search of { $hashes ->
    [one] { $hashes } hash
   *[other] { $hashes } hashes
} found { $hits } for { $cost ->
    [one] { $cost } comparison
   *[other] { $cost } comparisons
}, estimated { $estimate }: compared { $compared }, nodes { $nodes }, buckets { $probes }, postings { $postings }, verified { $verified }
explained-gave-up = ; buckets were too full and given up

# Lists and indexes.
loaded-list = { $list }: { $imported ->
    [one] { $imported } entry
   *[other] { $imported } entries
} of { $lines ->
    [one] { $lines } line
   *[other] { $lines } lines
} from { $path } ({ $format })
media-list-file = { $path } is used as a list
media-list-pictures = { $pictures ->
    [one] { $pictures } picture of { $path } is
   *[other] { $pictures } pictures of { $path } are
} used as a list
media-list-clips = { $clips ->
    [one] { $clips } clip of { $path } is
   *[other] { $clips } clips of { $path } are
} used as a list
media-list-both = { $pictures ->
    [one] { $pictures } picture
   *[other] { $pictures } pictures
} and { $clips ->
    [one] { $clips } clip
   *[other] { $clips } clips
} of { $path } are used as a list
loaded-set-aside = { $list }: left out: { $rejected } bad, { $low_quality } of low quality, { $skipped } that are no media hashes
duplicates = { $count ->
    [one] { $count } duplicate entry
   *[other] { $count } duplicate entries
} collapsed
warnings-more = { $count ->
    [one] { $count } more warning
   *[other] { $count } more warnings
} of this kind
built = { $path }: { $hashes ->
    [one] { $hashes } hash
   *[other] { $hashes } hashes
} in { $entries ->
    [one] { $entries } entry
   *[other] { $entries } entries
}, { $bytes }
converted = { $count ->
    [one] { $count } entry
   *[other] { $count } entries
} converted to { $format }
convert-left-out = { $count ->
    [one] { $count } entry is
   *[other] { $count } entries are
} not written to { $format }: { $why }
convert-lost = { $format } has no place for { $field }: { $count ->
    [one] { $count } entry loses it
   *[other] { $count } entries lose it
}
left-out-type = it has no hashes of type { $type }
left-out-still = it has { $type } of clips alone
left-out-frame = it has no frames of clips
left-out-removal = it has no removals
left-out-negative = it cannot say that something is not listed
left-out-expired = the entry no longer counts
left-out-nameless = it needs the name of a file, and the entry has no id
left-out-incomplete = its rows need every digest, the size and the name of a file
left-out-line-end = the name of the file has a line end
left-out-too-flat = the picture is too flat to be told from others (its quality is below 50)
left-out-no-clip = it has no pictures, only frames of clips
left-out-second-clip = it holds one clip, and vpdq-json holds several
left-out-same-frame = each frame has one hash, and this one another already
left-out-timeless = it needs the time of each frame
left-out-member = a member of an archive is not a file
left-out-flat = it needs a quality
verified = every byte was checked: the index is sound
list-place = { $place }: { $code } { $problem }
inspect-head = basma index, version { $version }, { $bytes }
inspect-table = { $type }: { $hashes ->
    [one] { $hashes } hash
   *[other] { $hashes } hashes
} in { $entries ->
    [one] { $entries } entry
   *[other] { $entries } entries
}
inspect-structure = { $name }{ $size }: { $why }
inspect-lists = lists
inspect-sources = sources
inspect-source = { $path } ({ $format }, { $bytes }) of list { $list }
inspect-sections = sections
inspect-section = { $role } { $type } at { $offset }, { $bytes } bytes, { $padded } { $count ->
    [one] element
   *[other] elements
}

# Words before messages.
error = error
warning = warning
hint = hint
hint-E006 = `basma hash FILE` makes a list of pictures and clips, and `basma help formats` shows the formats of lists
hint-E010 = --skip-unsupported leaves out what is no media hash, --max-reject N tolerates N bad lines, and `basma help lists` names the types
hint-E014 = `--type pdq` or `--type sha256` says which type it is; in sources.toml, `type = "pdq"` does
hint-E023 = --max-reject N leaves out N bad lines, and --rejects FILE keeps them; `basma convert FIRST SECOND --to csv` joins tables
hint-not-found = nothing of this name is there: check its spelling, and put a name with spaces between quotes
hint-no-store = --list LIST names the lists; `basma store init` makes a store, which is asked where none is named
hint-not-readable = your user may not read it: ask its owner, or run the command as a user who may
hint-store-owner = the store belongs to another user: run the command as that user, or with --shared-store in a store that a group shares
hint-no-folder = its folder is not there; `mkdir -p { $folder }` makes it
hint-not-writable = your user may not write there: name a place in a folder of your own
hint-full = the disk is full: free some space, then run the command again
hint-read-only = the store can be read here and not changed: change it as its owner, on a disk that can be written
hint-listen = `--listen 127.0.0.1:5100` names an address of this machine and a free port
hint-lists-empty = `basma add PICTURE --store DIR` adds to a store, and `basma refresh --store DIR` takes lists from their sources
hint-list-folder-empty = `basma hash PICTURES --format csv --output own.csv` makes a list; a folder of pictures is a list too
complaint = basma: { $kind }: { $text }

# What is remembered.
log-known = { $file } remembers { $count ->
    [one] { $count } file
   *[other] { $count } files
}
log-dropped = { $file }: { $count ->
    [one] { $count } byte
   *[other] { $count } bytes
} at its end { $count ->
    [one] was
   *[other] were
} not whole, as a scan leaves them that was killed; what they told is examined again
log-left-out = { $count ->
    [one] { $count } file was
   *[other] { $count } files were
} not remembered: no room
rematch-summary = { $remembered ->
    [one] { $remembered } file
   *[other] { $remembered } files
} remembered, { $matched } { $matched ->
    [one] matches
   *[other] match
}
rematch-gap = { $type } is not remembered of { $missing } of { $all ->
    [one] { $all } file
   *[other] { $all } files
} that could have it: scan them again to know

# Stores.
store-made = a store was made; say in { $path } where its lists come from, then run basma refresh
serve-clamd = clients of clamd connect at { $place }
serve-ready = listening at { $url }; Ctrl-C ends it
key-made = key { $name } is in { $path }; it is shown this once
store-ready = { $path } is a store, and its list own is in force: add to it with `basma add PICTURE{ $store }`; name sources of lists in { $sources }, then run `basma refresh{ $store }`
sources-checked = { $path }: well-formed; lists: { $count } ({ $lists })
already-listed = already listed in { $list }: { $what }
already-listed-list = already listed in { $list }: { $count ->
    [one] { $count } entry
   *[other] { $count } entries
} of { $path }
add-left-out = { $path }: { $count ->
    [one] { $count } file is
   *[other] { $count } files are
} neither picture nor clip, and not listed
store-meant = in the store { $path }
list-entries = { $count ->
    [one] { $count } entry
   *[other] { $count } entries
}
loaded-store = { $path }: generation { $generation }
store-expired = list { $list } expired on { $time }: it matches nothing
store-stale = list { $list } is stale: its source is older than it may be
store-failing = list { $list } could not be refreshed: { $error }
store-error = { $path }: generation { $generation } answers, because what is in force cannot be opened: { $why }
store-types = { $path }: the lists have come to hold { $types } during the scan, which was not computed of files before: scan again
refresh-list-changed = { $list }: { $entries ->
    [one] { $entries } entry
   *[other] { $entries } entries
}: { $added } come, { $changed } change, { $removed } go; { $set_aside ->
    [one] { $set_aside } record
   *[other] { $set_aside } records
} set aside
refresh-list-unchanged = { $list }: nothing new, { $entries ->
    [one] { $entries } entry
   *[other] { $entries } entries
}
refresh-list-kept = { $list }: what was in force stays in force ({ $added } would come, { $changed } change, { $removed } go)
refresh-overridden = { $list }: guard { $guard } was overridden: { $why }
refresh-held = { $list }: held back by guard { $guard }: { $why }
refresh-way-out = ; if it is right, `basma refresh{ $name }{ $store } --override { $guards } --reason TEXT` lets it pass once
refresh-failed = { $list }: { $error }
refresh-dropped = { $list }: has no source any more, and is gone with all its entries
refresh-published = basma refresh: generation { $generation } is in force
refresh-would-publish = basma refresh: generation { $generation } would be published
refresh-nothing = basma refresh: nothing to publish
refresh-counts = ; lists: { $changed } changed, { $unchanged } unchanged, { $held } held back, { $failed } failed; { $set_aside ->
    [one] { $set_aside } record
   *[other] { $set_aside } records
} set aside
refresh-not-current = ; not up to date: { $lists }
status-head = { $path }: generation { $generation } of { $created }, built by { $tool }
status-new = { $path }: new, nothing was published yet; name its sources, then run basma refresh
status-list = { $list }: { $entries ->
    [one] { $entries } entry
   *[other] { $entries } entries
}{ $types }, { $kind }, a match leads to { $at_most } at most
list-kind-snapshot = snapshot
list-kind-delta = delta
list-kind-local = local
act-log = log
act-review = review
act-block = block
status-fail = a file that could not be checked: { $fail ->
    [closed] does not pass
   *[open] passes, and is said to be unchecked
}
status-types = {" "}({ $types })
status-source = source { $name }, version { $version }, sha256 { $sha256 }
status-source-unversioned = source { $name }, sha256 { $sha256 }
status-age = of { $as_of }: { $age } old, may be { $most }
status-age-unlimited = of { $as_of }: { $age } old, may be of any age
status-succeeded = refreshed { $time }
status-expiry = next entry expires { $time }
status-decided = by hand: { $added } added, { $revoked } withdrawn; { $unbuilt ->
    [one] { $unbuilt } decision
   *[other] { $unbuilt } decisions
} not yet built in
status-set-aside = { $count ->
    [one] { $count } malformed record is
   *[other] { $count } malformed records are
} set aside
status-expires = may be used until { $time }
status-expired = EXPIRED on { $time }: it matches nothing
status-stale = STALE: the source is older than it may be
status-failing = FAILING, { $count ->
    [one] { $count } time
   *[other] { $count } times
}: { $error }
rolled-back = the lists of generation { $to } are in force again, as generation { $generation }
diff-list = { $list }: { $before ->
    [one] { $before } entry
   *[other] { $before } entries
}, then { $after }: { $added } came, { $changed } changed, { $removed } went
audit-record = { $at } { $by }: { $did }{ $reason }
audit-reason = {" "}(reason: { $reason })
audit-add = added to { $list }: { $what }
audit-revoke = withdrew from { $list }: { $what }
audit-lift = lifted a withdrawal from { $list }: { $what }
audit-publish = published generation { $generation }
audit-rollback = rolled back, as generation { $generation }
audit-hold = published nothing
audit-held = ; { $list }: held back by { $guards }
audit-failed = ; { $list }: failed: { $error }
audit-change = ; { $list }: { $added } came, { $changed } changed, { $removed } went
ask-server = { $server } learns each of these hashes: { $purpose }
ask-known = { $what }: known to { $checker } ({ $details })
ask-not_known = { $what }: not known to { $checker }
ask-not_checked = { $what }: not checked by { $checker }: { $why }
ask-exact = the very file
ask-near = one like it
ask-distance = { $distance ->
    [one] differs in { $distance } bit
   *[other] differs in { $distance } bits
}
ask-not-taken = { $count ->
    [one] { $count } hash of type { $type } was
   *[other] { $count } hashes of type { $type } were
} not sent: { $checker } does not take that type
summary-ask = { $asked ->
    [one] { $asked } hash asked
   *[other] { $asked } hashes asked
}, { $known } known, { $not_checked } not checked
feedback-written = { $count ->
    [one] { $count } decision
   *[other] { $count } decisions
} written
feedback-without = { $count ->
    [one] { $count } decision has
   *[other] { $count } decisions have
} no form in the provider’s interface, for lack of an id or of a type that it takes
audit-verified = { $records ->
    [one] { $records } record
   *[other] { $records } records
}, none changed, removed or put in; head { $head }
audit-unwritten = { $count ->
    [one] { $count } action is
   *[other] { $count } actions are
} still to be recorded: the next change to the store does it
revoked-before = was withdrawn before from { $list }: { $what }
revoked = withdrawn from { $list }: { $what } ({ $count ->
    [one] { $count } entry
   *[other] { $count } entries
})
lifted = no longer withdrawn from { $list }: { $what } ({ $count ->
    [one] { $count } entry
   *[other] { $count } entries
})
lifted-without-entry = no longer withdrawn from { $list }: { $what }; the list holds no entry that counts of it
lift-nothing = nothing to lift: { $what } is not withdrawn from { $list }
history-publish = generation { $generation } of { $created }: published by { $by }
history-rollback = generation { $generation } of { $created }: { $by } rolled back to the lists of generation { $of }
history-in-force = in force
history-rolled-back = rolled back from, by generation { $by }
history-reason = reason: { $reason }
history-list = { $list }: { $entries ->
    [one] { $entries } entry
   *[other] { $entries } entries
} from its source; by hand: { $added } added, { $revoked } withdrawn
added = added to { $list }: { $what } ({ $id })
added-list = added to { $list }: { $count ->
    [one] { $count } entry
   *[other] { $count } entries
} of { $path }
added-clip = added to { $list }: { $count ->
    [one] { $count } picture
   *[other] { $count } pictures
} of a clip ({ $id })
add-flat = { $path }: too flat to be told from others (quality { $quality }): its perceptual hash is not listed
add-not-decoded = { $path }: could not be decoded: only its digest is listed, which finds exact copies alone
add-partial = { $path }: not all of it is listed: { $reason }

# Nothing found, and what it is worth.
nothing-below = { $path }: no file below it was examined: it is empty, not mounted, or holds only links, devices or what --exclude leaves out
nothing-examined = nothing was examined: finding nothing says nothing; check the paths
nothing-looked-up = no hash was looked up: finding nothing says nothing; check the input
nothing-remembered = no file is remembered: finding nothing says nothing; scan with --cache first
output-partial = not to its end: what was found until then is in { $path }, and { $whole } is as it was; run the command again, with --journal FILE for a scan that can be continued
output-partial-recorded = not to its end: what was found until then is in { $path }, and { $whole } is as it was; run the same command again to go on where it stopped

# What this machine decodes.
doctor-yes = yes  { $what }
doctor-no = no   { $what }
decodes-pictures = JPEG, PNG, GIF, WebP, BMP, TIFF, icons, TGA, Netpbm, QOI
decodes-heic = HEIC
decodes-jxl = JPEG XL
decodes-avif = AVIF
decodes-containers = MP4, MOV, 3GP, Matroska, WebM: what is in them
decodes-h264 = H.264, keyframes
decodes-hevc = HEVC, keyframes
decodes-vp8 = VP8, keyframes
decodes-mjpeg = Motion JPEG
decodes-codecs = VP9, AV1, MPEG-4 and other codecs
decodes-other-containers = AVI, FLV, MPEG-TS, MPEG-PS, ASF, Ogg
decodes-every-frame = every frame of a clip: --frames distinct, interval=SECONDS, all; clips with few keyframes
decoder-built-in = built in
decoder-built-in-by = built in ({ $name })
decoder-in-process = built in (openh264, in processes of its own)
decoder-ffmpeg = ffmpeg { $version } ({ $path })
way-out-feature = build with the feature `{ $feature }`
way-out-feature-or-ffmpeg = build with the feature `{ $feature }`, or install ffmpeg
way-out-converter = install avifdec or ffmpeg and name it: --avif-converter PROGRAM
way-out-ffmpeg = install ffmpeg, or name it: --ffmpeg PROGRAM

# Times that last.
lasting-between = {" "}
lasting-seconds = { $count } s
lasting-minutes = { $count } min
lasting-hours = { $count } h
lasting-days = { $count } d

# How a picture was turned or shown.
turn-original = original
turn-rotate90 = turned by 90°
turn-rotate180 = turned by 180°
turn-rotate270 = turned by 270°
turn-flip-horizontal = mirrored
turn-flip-vertical = mirrored top to bottom
turn-transpose = mirrored at the diagonal
turn-transverse = mirrored at the other diagonal
rendering-stored = as stored
rendering-over-white = over white
rendering-over-black = over black
rendering-managed = in managed colours
rendering-managed-over-white = in managed colours over white
rendering-managed-over-black = in managed colours over black
rendering-raw-samples = by its raw samples
area-resampled = the whole picture, sampled anew
area-inverted = dark and bright exchanged
area-extended = the picture as part of a larger one
area-cut = the picture without a strip at its side
area-half = half of the picture
area-quarter = a quarter of the picture
area-erased = the picture without its lowest or highest part
area-rotated = the picture rotated
area-trimmed = the picture without its border
area-inset = the picture inside a screenshot or page
area-framed = a part between lines
area-screen = a tilted picture or a photographed screen
area-located = the listed picture inside this one
area-uncovered = the picture without what was put over it

# The parts of a match.
match = { $place }: { $how }{ $labels }{ $at_most }
match-place = { $list }: { $item }

# Copies among files.
duplicate = { $path }: { $how }
duplicate-same = the same bytes
duplicate-same-as = the same bytes as { $path }
duplicates-summary = { $discovered ->
    [one] { $discovered } file
   *[other] { $discovered } files
} in { $seconds } s: { $groups ->
    [one] { $groups } group
   *[other] { $groups } groups
} of copies; { $same } with the same bytes, { $near } near
duplicates-gaps = not wholly examined: { $count }

# Topics of help.
usage-list = a LIST is a file of hashes, a picture, or a folder of either; `basma compare REFERENCE PATH` and `basma duplicates PATH` need none
usage-radius = -r is --radius, a number of bits; folders are walked without any option
usage-walked = folders are walked to any depth without any option; --exclude leaves folders out
usage-file = { $file } is a file here: write it as ./{ $file }
waiting-for-pipe = { $path } is a named pipe: waiting for the program that writes into it
help-like = `basma help { $name }` is a name like it
help-unknown = { $name } is neither a command nor a topic; the topics are { $topics }
topic-formats =
    Pictures: JPEG, PNG, GIF, WebP, BMP, TIFF, icons, TGA, Netpbm, QOI, HEIC, JPEG XL;
    AVIF by a program that is named (`--avif-converter`).
    Clips: MP4, MOV, 3GP, Matroska, WebM; other containers and codecs by ffmpeg, where it is installed.
    Archives: zip and what is made of it (office documents, books), 7z, tar, gzip, bzip2, xz, zstd,
    cabinets, cpio, packages of Debian and rpm.
    Images of discs (ISO 9660) and of disks (FAT, exFAT, ext2 to ext4, NTFS).
    Documents: PDF, mail (eml, mbox, msg), old office documents, stores of thumbnails.
    Not opened: rar, PST. They are counted, and a scan names them.

    Formats are recognised by content, never by name. `basma doctor` tells what this machine decodes.
topic-exit-codes =
    0  nothing matched, and every file was examined
    1  something matched
    2  the job could not be done, or was interrupted
    3  nothing matched, but some files could not be examined, or there is a lead
    4  another process is changing the store or the case

    `scan --fail-on` says otherwise: `--fail-on matched` gives 0 or 1, `--fail-on nothing` always 0.
topic-lists =
    A list holds hashes of known pictures, clips and files. Wherever a LIST is taken, it is one of these:
      a text list: CSV with a header, JSON Lines, typed lines (`pdq f8f8...`), md5sum, hashdeep, vPDQ
      a compiled index, made by `basma build`: as large as memory allows, opened at once
      a folder of lists; a picture, a clip or a folder of them
      a store, whose lists `basma refresh` brings up to date

    `basma hash PICTURES --format csv --output own.csv`    makes a list
    `basma build own.csv --output own.basma`               compiles it
    `basma scan PATH --list own.basma`                     looks files up in it
topic-store =
    A store is a folder that holds the lists that you follow, and your own additions and withdrawals.
    BASMA_STORE or `--store` names it.

    `basma store init DIR`                 makes it
    `basma refresh --store DIR`            fetches its lists from the sources that sources.toml names
    `basma status --store DIR`             tells how old and how complete the lists are
    `basma add PICTURE --list NAME`        adds to a list, at once; `basma revoke` withdraws
    `basma rollback --reason TEXT`         puts the lists of an earlier generation in force again
    `basma scan PATH --list DIR`           looks files up in all lists of the store

# The wall around the processes that open files.
doctor-sandbox = sandbox  { $wall }
summary-sandbox = files were opened without a whole wall: { $wall }
summary-sandbox-missing = files were opened without a wall: { $reason }

# Copies of matched files.
export-matches-done = Files copied: { $count }. { $path } says of which findings they are.
export-matches-absent = Matched files that were not copied: { $count }. { $path } says why.

# How files were looked into.
looked-pictures = looked into as pictures ({ $bytes })
looked-clips = looked into as clips ({ $bytes })
looked-containers = archives, mail and documents that were opened ({ $bytes })
looked-carved = searched by signatures alone ({ $bytes })
looked-digests = digests alone ({ $bytes })
looked-nothing = not looked into ({ $bytes })
count-reason = not, or not wholly, examined: { $code }
