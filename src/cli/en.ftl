# What the command says to people. Output for programs is not here: it is never translated.

status-matched = MATCH
status-clean = clean
status-low_quality = LOW QUALITY
status-unsupported = UNSUPPORTED
status-damaged = DAMAGED
status-unreadable = UNREADABLE
status-over_limit = OVER LIMIT
status-skipped = SKIPPED
status-suppressed = SUPPRESSED

match-near = { $type } differs in { $distance } bits, up to { $radius } are allowed
match-exact = { $type } is equal
match-view = , turned: { $view }
match-frame = , frame { $frame }
match-disputed = disputed: a person must decide
match-suppressed = suppressed: the list says that this is not what it is about
match-reason = not all of it was examined: { $reason }
match-more = { $count } more listed hashes within the radius are not shown
match-cluster = , cluster { $cluster }
nothing-found = no match: { $hash }

group-head = { $cluster }, files: { $count }
group-item = listed: { $item }
group-items-more = listed: more items than are shown here
group-near = { $distance } bits of { $type }, at most { $radius }
group-exact = equal by { $type }

progress-matches = matches: { $count }
progress-video = video: { $time }

summary-files = { $discovered } files, { $bytes } in { $seconds } s: { $files } files/s, { $throughput }/s
summary-memory = memory at most: { $bytes }
summary-memory-unknown = not told by the system
count-matched = matched
count-clean = clean
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
count-excluded = left out by --exclude
kind-empty = empty files
kind-unknown = of no known kind
summary-slowest = slowest files
summary-seconds = { $seconds } s
summary-interrupted = interrupted: not every file was examined
summary-lookup = { $looked_up } hashes looked up, { $matched } matched
explained = { $hash }: { $structure } search of { $hashes } hashes found { $hits } for { $cost } comparisons, estimated { $estimate }: compared { $compared }, nodes { $nodes }, buckets { $probes }, postings { $postings }, verified { $verified }
explained-gave-up = ; buckets were too full and given up

loaded-list = { $list }: { $imported } entries of { $lines } lines from { $path } ({ $format })
loaded-set-aside = { $list }: left out: { $rejected } bad, { $low_quality } of low quality, { $skipped } that are no media hashes
duplicates = { $count } duplicate entries collapsed
warnings-more = { $count } more warnings of this kind

built = { $path }: { $hashes } hashes in { $entries } entries, { $bytes }
verified = every byte was checked: the index is sound

error = error
warning = warning

log-known = { $file } remembers { $count } files
log-dropped = { $file }: { $count } bytes at its end were not whole, as a scan leaves them that was killed; what they told is examined again
log-left-out = { $count } files were not remembered: no room
rematch-summary = { $remembered } files remembered, { $matched } match
rematch-gap = { $type } is not remembered of { $missing } of { $all } files that could have it: scan them again to know

store-made = a store was made; say in { $path } where its lists come from, then run basma refresh
loaded-store = { $path }: generation { $generation }
store-stale = list { $list } is stale: its source is older than it may be
store-failing = list { $list } could not be refreshed: { $error }
store-trouble = { $path }: generation { $generation } answers, because what is in force cannot be opened: { $why }
store-types = { $path }: the lists have come to hold { $types } during the scan, which was not computed of files before: scan again
refresh-list-changed = { $list }: { $entries } entries: { $added } come, { $changed } change, { $removed } go; { $set_aside } records set aside
refresh-list-unchanged = { $list }: nothing new, { $entries } entries
refresh-list-kept = { $list }: what was in force stays in force ({ $added } would come, { $changed } change, { $removed } go)
refresh-overridden = { $list }: guard { $guard } was overridden: { $why }
refresh-held = { $list }: held back by guard { $guard }: { $why }; if it is right, basma refresh { $list } --override { $guard } --reason TEXT lets it pass once
refresh-held-all = { $list }: held back by guard { $guard }: { $why }; if it is right, basma refresh --override { $guard } --reason TEXT lets it pass once
refresh-dropped = { $list }: has no source any more, and is gone with all its entries
refresh-published = basma refresh: generation { $generation } is in force
refresh-would-publish = basma refresh: generation { $generation } would be published
refresh-nothing = basma refresh: nothing to publish
refresh-counts = ; lists: { $changed } changed, { $unchanged } unchanged, { $held } held back, { $failed } failed; { $set_aside } records set aside
refresh-in-trouble = ; not up to date: { $lists }
status-head = { $path }: generation { $generation } of { $created }, built by { $tool }
status-list = { $list }: { $entries } entries ({ $types }), { $kind }, a match leads to { $at_most } at most
status-source = source { $name }, version { $version }, sha256 { $sha256 }
status-age = of { $as_of }: { $age } old, may be { $most }
status-succeeded = refreshed { $time }
status-expiry = next entry expires { $time }
status-decided = by hand: { $added } added, { $revoked } withdrawn; { $unbuilt } decisions not yet built in
status-set-aside = { $count } malformed records are set aside
status-stale = STALE: the source is older than it may be
status-failing = FAILING, { $count } times: { $error }
rolled-back = the lists of generation { $to } are in force again, as generation { $generation }
diff-list = { $list }: { $before } entries, then { $after }: { $added } came, { $changed } changed, { $removed } went
audit-verified = { $records } records, none changed, removed or put in; head { $head }
audit-unwritten = { $count } deeds are still to be recorded: the next change to the store does it
revoked = withdrawn from { $list }: { $what } ({ $count } entries)
lifted = no longer withdrawn from { $list }: { $what }
added = added to { $list }: { $what } ({ $id })
add-flat = { $path }: too flat to be told from others (quality { $quality }): its perceptual hash is not listed
add-not-decoded = { $path }: could not be decoded: only its digest is listed, which finds exact copies alone
match-review = ; a person decides (review at most)
match-log = ; for the record only (log at most)
match-allowed = suppressed: list { $list } allows it
