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
