//! What is wrong with an argument, a list, an index or a store: kinds with stable codes.
//!
//! This table is the only place that holds their English. Codes are stable, and translations are found by them.

use super::Message;
use super::damage::{AuditDamage, DecisionsDamage, IndexDamage};
use super::kinds::kinds;

kinds! {
    /// What is wrong with an argument, a list, an index or a store.
    ///
    /// ```
    /// use basma::error::Problem;
    /// let problem = Problem::GenerationNotKept { generation: 7, kept: "8, 9".to_owned() };
    /// assert_eq!(problem.code(), "generation-not-kept");
    /// assert_eq!(problem.to_string(), "generation 7 is not kept; kept are: 8, 9");
    /// ```
    Problem in "problem" {
        // The command line.
        ScriptOneFile "script-one-file" "--script examines one file; name one";
        FailOnNothingAlone "fail-on-nothing-alone" "--fail-on nothing stands alone";
        ComparedWithItself { reference: String, path: String } "compared-with-itself" "{reference}: lies in {path}, or the other way about, and would match itself; `basma duplicates` finds copies within a folder";
        ReferenceEmpty { path: String } "reference-empty" "{path}: holds no picture or clip to compare with; name a picture, a clip, or a folder of them";
        CsvOnly "csv-only" "--csv-separator and --bom are for --format csv";
        StdinTwice "stdin-twice" "standard input (-) is named twice; it can be read but once: write one of them to a file";
        StdinTooLong { limit: u64 } "stdin-too-long" "standard input (-) holds more than {limit} bytes: write it to a file, and name the file";
        StdinRecorded "stdin-recorded" "standard input (-) is another file each time, which --journal and --cache cannot remember: write it to a file, and name the file";
        ConvertLoses { format: String } "convert-loses" "{format} has no place for all of it: leave --strict out to write the rest, or choose jsonl, which holds everything";
        NamedTwice { path: String } "named-twice" "{path}: is named for two purposes";
        OutputOverList { output: String, list: String } "output-over-list" "{output}: would be written over {list}; choose another place";
        OutputInCase { output: String, case: String } "output-in-case" "{output}: would be written into the case {case}; choose another place, or leave --output out";
        OutputInStore { output: String, store: String } "output-in-store" "{output}: would be written into the store {store}; choose another place";
        OutputAmongLists { output: String, folder: String } "output-among-lists" "{output}: would be written among the lists in {folder}; choose another place";
        OutputInScanned { output: String, folder: String } "output-in-scanned" "{output}: would be written into what is scanned: {folder}; choose another place";
        ExportOccupied { path: String } "export-occupied" "{path}: exists with another content than its name says; choose another folder";
        OutputNotAFile { path: String } "output-not-a-file" "{path}: exists but is not a regular file; move it away";
        NotRegularFile { path: String } "not-regular-file" "{path}: not a regular file; name a file, or scan the folder";
        PictureWithoutPixels "picture-without-pixels" "a picture has at least one pixel; give a width and a height above 0";
        NotAResultLine { message: String } "not-a-result-line" "not a line of results ({message}); `basma scan --format jsonl` prints lines that can be read";
        ReportLine { file: String, line: u64, message: String } "report-line" "{file}:{line}: not a line of findings ({message}); `basma scan --format jsonl` writes them";
        ReportSecond { file: String, line: u64 } "report-second" "{file}:{line}: follows the summary of a scan; make a report of each scan by itself";
        ReportOfHashes { file: String, line: u64 } "report-of-hashes" "{file}:{line}: written by `basma hash`, which looks nothing up; report on the output of `basma scan --format jsonl`";
        ReportOfLookup { file: String, line: u64 } "report-of-lookup" "{file}:{line}: written by `basma lookup`, which examines no files; report on the output of `basma scan --format jsonl`";
        ReportEmpty { file: String } "report-empty" "{file}: holds no findings; `basma scan --format jsonl` writes them";
        ReportTime { text: String } "report-time" "SOURCE_DATE_EPOCH is '{text}', not a number of seconds since 1970; unset it, or set one";
        PaperText { name: String, found: u64, most: u64 } "paper-text" "--{name} has {found} characters; the database takes 1 to {most}: give a text of that length";
        PaperUnfinished "paper-unfinished" "an earlier part of the archive could not be written; export again";
        PaperOption { option: String, paper: String } "paper-option" "--{option} is not for {paper}; leave it out, or choose another paper";
        PaperBrowserMissing "paper-browser-missing" "no browser of the Chromium family is installed, which prints the PDF; install chromium, name one with --browser, or export html and print that";
        PaperBrowserFailed { browser: String, message: String } "paper-browser-failed" "{browser} did not print the PDF ({message}); name another one with --browser, or export html and print that";
        PaperTooLarge { name: String } "paper-too-large" "{name} in the archive is larger than it was when it was measured; do not change the case while a paper is made";
        ThreadNotStarted { message: String } "thread-not-started" "a thread cannot be started: {message}";
        NotAFileName { path: String } "not-a-file-name" "{path}: not the name of a file";
        OutputBroken { message: String } "output-broken" "the output cannot be written: {message}";
        TemporaryBroken { message: String } "temporary-broken" "a temporary file is not as it was written: {message}";
        PathTooLong { file: String, place: u64 } "path-too-long" "{file}: path {place} is longer than any system allows";
        PathZeroByte { file: String, place: u64 } "path-zero-byte" "{file}: path {place} holds a zero byte: are they ended by zero bytes (--null)?";
        PathNotUtf8 { file: String, place: u64 } "path-not-utf8" "{file}: path {place} is not UTF-8";
        MaxReject { text: String } "max-reject" "'{text}' is neither a number of lines nor a percentage from 0% to 100%";
        Sampling { text: String } "sampling" "'{text}' is none of keyframes, distinct, interval=SECONDS (0.001 to 86400), all, vpdq=SECONDS (0 to 86400)";
        Pattern { pattern: String, message: String } "pattern" "{pattern} is no pattern of names or paths: {message}";
        ConverterUnknown { path: String } "converter-unknown" "{path} is not avifdec, heif-dec, heif-convert or ffmpeg";
        ThreadsNotStarted { message: String } "threads-not-started" "cannot start the threads of the scan: {message}";
        SandboxPartial { wall: String } "sandbox-partial" "the wall around the processes that open files is not whole ({wall}); --sandbox best goes on behind what there is";
        RadiusNotANumber "radius-not-a-number" "a number of bits is needed";
        RadiusOfDigest { hash_type: String } "radius-of-digest" "{hash_type} is a digest: equal or nothing";
        RadiusTooLarge { most: u64 } "radius-too-large" "at most {most} bits can differ";
        Separator "separator" "one of , ; tab is needed";
        NumberNeeded "number-needed" "a whole number is needed";
        NumberBetween { least: u64, most: u64 } "number-between" "a whole number from {least} to {most} is needed";
        AddressNeeded "address-needed" "an address and a port are needed, such as 127.0.0.1:5100";
        SizeNotANumber "size-not-a-number" "a number is needed, with K, M or G behind it or nothing";
        SizeTooLarge "size-too-large" "too large";
        TimeUnreadable "time-unreadable" "a time such as 2027-01-31T00:00:00Z";
        NameUnknown { text: String, known: String } "name-unknown" "'{text}' is unknown; known: {known}";

        // Hashes.
        HashLength { needed: u64, found: u64 } "hash-length" "{needed} hexadecimal digits are needed, {found} were found";
        HashDigit { digit: String, place: u64 } "hash-digit" "'{digit}' at character {place} is not a hexadecimal digit";
        LookupLineTooLong { place: String } "lookup-line-too-long" "{place}: a line too long to be a hash";
        LookupTypeNotListed { place: String, hash_type: String } "lookup-type-not-listed" "{place}: no list holds hashes of type {hash_type}";
        LookupNoTypeFits { place: String, digits: u64, held: String } "lookup-no-type-fits" "{place}: no file of this name is there, and the lists hold no hashes of {digits} digits; theirs have {held}";
        LookupMixed "lookup-mixed" "hashes and files are looked up apart; run the command once for each kind";

        // Clips of vPDQ.
        VpdqNothing "vpdq-nothing" "no clip was hashed, and none of the layouts of vPDQ holds nothing";
        VpdqOneClip { path: String } "vpdq-one-clip" "{path}: this layout holds one video track, and another was written; --vpdq json holds several";
        VpdqWithoutTime { frame: u64 } "vpdq-without-time" "frame {frame} has no time, which this layout asks for";
        VpdqWithoutFrames "vpdq-without-frames" "a video without frames";

        // Scans and what they remember.
        ListsEmpty "lists-empty" "the lists hold no entries: nothing could match";
        TypesNotListed { types: String, listed: String } "types-not-listed" "no list holds hashes of type {types}; the lists hold: {listed}";
        LogKey { path: String } "log-key" "{path}: is no key: a key has 32 bytes";
        LogInUse { path: String } "log-in-use" "{path}: is in use by another scan";
        LogForeign { path: String } "log-foreign" "{path}: is no journal and no cache of a scan";
        LogOtherVersion { path: String } "log-other-version" "{path}: was written by another version of basma; name another file";
        LogHeaderDamaged { path: String } "log-header-damaged" "{path}: has a damaged header; name another file";
        LogInUseByScan { path: String } "log-in-use-by-scan" "{path}: is in use by a scan";
        PasswordsTooMany { path: String, limit: u64 } "passwords-too-many" "{path}: more than {limit} passwords, or 64 MiB of them; split the file";
        PasswordsMissing { path: String } "passwords-missing" "{path}: no password in it; write one a line";
        LogNotAFile { path: String } "log-not-a-file" "{path}: is no file";
        LogForeignKept { path: String } "log-foreign-kept" "{path}: is no journal and no cache of a scan, and is left alone";
        LogIsCache { path: String } "log-is-cache" "{path}: is a cache, not a journal; name another file";
        LogIsJournal { path: String } "log-is-journal" "{path}: is a journal, not a cache; name another file";
        LogOfOtherSettings { path: String } "log-of-other-settings" "{path}: is the journal of a scan with other types, limits or options; name another file";
        LogKeyNeeded { path: String } "log-key-needed" "{path}: keeps no paths: its key is needed";
        LogKeepsPaths { path: String } "log-keeps-paths" "{path}: keeps paths; name another file";
        ClusterText { text: String } "cluster-text" "{text}: no cluster; one is c and 16 hexadecimal digits";
        WholePicturesOnly "whole-pictures-only" "64-bit hashes are made of whole pictures";

        // Lists and indexes.
        ListCompiled { path: String } "list-compiled" "{path}: is compiled already; build from the text lists it was made of";
        ListNotAFile { path: String } "list-not-a-file" "{path}: in a folder of lists, and no file; name what is meant, or move it away";
        ListsAmongMedia { folder: String, media: String, list: String } "lists-among-media" "{folder}: holds both pictures or clips ({media}) and lists ({list}); keep lists in a folder of their own, or name each by itself";
        MediaWithoutHashes { path: String } "media-without-hashes" "{path}: no picture or clip in it could be hashed, so it is no list; name others, or hash other types";
        ListFolderEmpty { path: String } "list-folder-empty" "{path}: the folder holds no list";
        IndexNotRegular "index-not-regular" "not a regular file, so not an index";
        IndexEmpty "index-empty" "not a basma index: the file is empty; a text list is read as it is, or compiled with `basma build`";
        IndexForeign "index-foreign" "not a basma index: it does not begin as one; a text list is read as it is, or compiled with `basma build`";
        IndexTruncated { needed: u64, found: u64 } "index-truncated" "truncated: {needed} bytes are needed, {found} are there; copy it again or rebuild it from its lists";
        IndexNewer { version: u64, known: u64 } "index-newer" "index version {version} is newer than {known}: rebuild it with `basma build` or upgrade basma";
        IndexDamaged { damage: IndexDamage } "index-damaged" "{damage}; the file is damaged: restore it from a copy or rebuild it from its lists";
        IndexMissingStructure { structure: String, hash_type: String } "index-missing-structure" "the index has no {structure} for {hash_type} hashes; rebuild it with one or search without";
        HitOfAnotherIndex { hash: String } "hit-of-another-index" "{hash} is a hit of another index";
        Shard { text: String } "shard" "'{text}' is no shard; shards count from 0, as 0/8 to 7/8";
        ShardUnnamed "shard-unnamed" "a summary names no shard: merge those of `basma scan --shard`";
        ShardInterrupted { shard: String } "shard-interrupted" "the scan of shard {shard} was interrupted: run it again";
        ShardTwice { shard: String } "shard-twice" "shard {shard} is there twice: name each once";
        ShardMissing { shard: String } "shard-missing" "shard {shard} is missing: name the summaries of all shards";
        ShardDiffers { shard: String } "shard-differs" "shard {shard} saw other files than the first, or had other lists or rules: scan all shards again";
        ShardsIncomplete { files: u64, walked: u64 } "shards-incomplete" "files in the shards: {files}, files there are: {walked}; scan all shards again";
        EntryNumber { number: u64, count: u64 } "entry-number" "there is no entry {number}: the index has {count} of the type, counted from 0";

        // Stores.
        StoreWithoutLists { store: String } "store-without-lists" "holds no lists yet; `basma refresh --store {store}` takes them from its sources.toml";
        StoreMissing { path: String } "store-missing" "{path}: there is no store; `basma store init` makes one there, --store or BASMA_STORE names another";
        ServeClamdReachable { address: String } "serve-clamd-reachable" "{address}: other machines reach it, and the protocol of clamd has no authentication; name a loopback address or a socket";
        ServeClamdPlace { text: String } "serve-clamd-place" "'{text}' is neither a loopback address with a port nor the path of a socket";
        ServeNotBuiltIn "serve-not-built-in" "this basma cannot serve: built without feature `serve`";
        ServiceRuns "service-runs" "a service has the contents of this store open and does not answer; end that service first";
        ServiceUndone "service-undone" "the running service could not erase what it holds: its log says why; mend that or end the service, and withdraw again";
        ServiceBehind "service-behind" "a running service may still hold what was erased, or answer from older lists: its log says why; end that service";
        ReviewInUse "review-in-use" "another process has the queue of the review open; end that service first";
        ReviewFull "review-full" "the queue of the review holds its most; decide, end the service and move this file away";
        ReviewDamaged { line: u64 } "review-damaged" "line {line} is no record of the review; move this file away to begin another queue";
        KeysDamaged { path: String, message: String } "keys-damaged" "{path}: not a file of keys ({message}); `basma key` writes keys";
        KeysWritable { path: String } "keys-writable" "{path}: others may write to this file of keys; `chmod go-w` it";
        KeyName { name: String } "key-name" "'{name}' cannot name a key: a name has 1 to 64 letters, digits or . _ @ -";
        KeyTaken { name: String } "key-taken" "there is a key '{name}' already; choose another name, or take the old one out of the file";
        ListenNeedsKeys { address: String } "listen-needs-keys" "other machines reach {address}: name a file of keys with --keys, which `basma key` makes, or listen at 127.0.0.1";
        TlsBroken { path: String, message: String } "tls-broken" "{path}: cannot be used for TLS ({message}); name a PEM file";
        FetchFrom { text: String } "fetch-from" "'{text}' names no server: give a name, a name with a port, .example.org for all names below it, or *";
        StoreUnnamed "store-unnamed" "no store is named, and this system names no folder for data of programs; name one with --store or BASMA_STORE";
        StoreForeign "store-foreign" "is no store; `basma store init DIR` makes one in a new folder";
        StoreNewer "store-newer" "was made by a later release of basma";
        StoreMarkDamaged { file: String } "store-mark-damaged" "its file {file} is damaged";
        StoreNotEmpty "store-not-empty" "exists and is not empty; a store needs a folder of its own";
        StoreWritable { mode: String } "store-writable" "others may write to it (mode {mode}): `chmod go= DIR`, or allow it with --shared-store";
        StoreReadable { mode: String } "store-readable" "others may read it (mode {mode}): `chmod go= DIR`, or allow it with --shared-store";
        StoreOfAnother { owner: u64, user: u64 } "store-of-another" "belongs to user {owner}, and this is user {user}: do it as its owner (`sudo -u '#{owner}'`), or allow it with --shared-store";
        StoreFileDamaged { message: String } "store-file-damaged" "is damaged ({message}): restore it from a copy";
        StoreFileNewer { version: u64 } "store-file-newer" "is of version {version}: a later release reads it";
        ManifestForeign "manifest-foreign" "is not the manifest that was published: restore it, or `basma rollback` to another generation";
        ManifestOfAnother { generation: u64 } "manifest-of-another" "is the manifest of generation {generation}";
        StoreIndexOutside "store-index-outside" "is named by a manifest and lies outside the store";
        StoreIndexForeign "store-index-foreign" "is another index than the one that was published: restore it, or `basma rollback` to another generation";
        BuiltCounts { rows: u64, rows_expected: u64, hashes: u64, hashes_expected: u64 } "built-counts" "was built and holds {rows} entries of {rows_expected} and {hashes} hashes of {hashes_expected}: nothing is published; please report it";
        BuiltNotFound { hash: String } "built-not-found" "was built and does not find its own {hash}: nothing is published; please report it";
        SourceStateUnreadable { message: String } "source-state-unreadable" "what is known of the source cannot be read ({message}): roll back, or begin a new store";
        SourceStateUnwritable { message: String } "source-state-unwritable" "what is known of the source cannot be written ({message})";
        DeltaBroken { error: Box<Message>, list: String } "delta-broken" "{error}; list '{list}' is made of changes to it: `basma rollback` to a generation that is whole";
        AuditDamaged { damage: AuditDamage } "audit-damaged" "{damage}; what is in force does not depend on it, what was done is no longer proven";
        DecisionsDamaged { damage: DecisionsDamage } "decisions-damaged" "{damage}; restore the file from a copy: `basma audit` shows what was decided";
        StoreNotFollowed "store-not-followed" "the lists cannot be read again because of a defect of this program; please report it";
        StoreDecisionsFull "store-decisions-full" "holds its most decisions: run `basma refresh`, which builds them in";
        StoreListUnknown { name: String, known: String } "store-list-unknown" "the store holds no list '{name}'; it holds: {known}";
        GenerationNotKept { generation: u64, kept: String } "generation-not-kept" "generation {generation} is not kept; kept are: {kept}";
        GenerationBeforeMissing { kept: String } "generation-before-missing" "no generation is kept that comes before this one and was not rolled back from; name one, kept are: {kept}";
        GenerationsTooFew "generations-too-few" "there are no two generations to compare";
        WithdrawalWithoutReason "withdrawal-without-reason" "a withdrawal needs a reason; give one";
        NotWithdrawn { text: String, list: String } "not-withdrawn" "'{text}' is not withdrawn from list '{list}', or not by that name: `basma audit` shows the withdrawals";
        NotListed { text: String, list: String } "not-listed" "list '{list}' holds nothing that matches '{text}': is it mistyped? --force withdraws it in advance";
        DecisionImpossible { act: String } "decision-impossible" "{act}: cannot be decided: the hash stands for nothing, such as an empty file, or a text is beyond what an entry may say";
        ItemUnknown { item: String } "item-unknown" "'{item}': is neither a file nor a hash; a hash is HASH or TYPE:HASH";
        ItemUnclear { item: String } "item-unclear" "'{item}': may be of several types; give it as TYPE:HASH";
        ItemEmpty { path: String } "item-empty" "{path}: is empty, and would match every empty file";
        ItemCompiled { path: String } "item-compiled" "{path}: is compiled from lists: add those lists, or what `basma convert {path} --to jsonl` writes";
        ItemOfSource { path: String, limit: u64 } "item-of-source" "{path}: holds more than {limit} entries, or withdraws some: name it as a source in sources.toml, and run `basma refresh`";
        ItemWithoutHashes { path: String } "item-without-hashes" "{path}: nothing can be listed of it";

        // What lists are for.
        UseName { text: String } "use-name" "'{text}' names no purpose and no region: write small letters, digits and hyphens, as child-abuse or eu";
        UseUnstated { list: String, uses: String } "use-unstated" "list '{list}' may be used for {uses} alone; state the purpose with --purpose";
        UseForeign { list: String, uses: String, purpose: String } "use-foreign" "list '{list}' may be used for {uses}, not for {purpose}; leave it out, or have its publisher allow it";
        UseRegionUnstated { region: String, reason: String } "use-region-unstated" "a rule forbids this use in region {region} ({reason}); state the region with --region";
        UseForbidden { reason: String } "use-forbidden" "a rule of the store forbids this use: {reason}; who keeps sources.toml decides";
        UseNotPublished { list: String, stated: String } "use-not-published" "list '{list}': its publisher allows {stated} alone; write the same uses and protects in sources.toml";
        UseRuleReason "use-rule-reason" "rule: reason is empty; write why the use is allowed or not";
        ListsApart { one: String, other: String } "lists-apart" "lists '{one}' and '{other}' protect other people or are for other purposes, and are never merged; write an output for each";

        WithdrawalToken "withdrawal-token" "a withdrawal token has 64 hexadecimal digits; take it from what `basma add --withdrawable` printed";
        WithdrawalUnknown "withdrawal-unknown" "no entry carries this token: it is withdrawn already, or the token is of another store";
        WithdrawalElsewhere "withdrawal-elsewhere" "only entries of local lists can be withdrawn by a token; add it to a list of kind local";

        AgeUnreadable "age-unreadable" "a number of hours or days, such as 36h or 90d";
        MonthUnreadable "month-unreadable" "a month, such as 2026-11";

        // Calibration.
        CalibrationWithoutDigest "calibration-without-digest" "a file of the corpus has no SHA-256; compute it with the other hashes";
        CalibrationOfTiers "calibration-of-tiers" "errors are counted for every tier; leave --tier out";
        CalibrationWithoutPictures "calibration-without-pictures" "no picture or clip of the corpus was examined, so nothing can be said; name a folder of lawful pictures";
        StatementDamaged { message: String } "statement-damaged" "not as basma wrote it ({message}); take the file from its source again";
        StatementForeign { expected: String } "statement-foreign" "no file of the format {expected}; name another, or have a later release read it";
        StatementSignature "statement-signature" "its signature is not of these bytes; take the file from its source again";
        StatementOtherKey "statement-other-key" "not signed by the key that is trusted; ask for a file that is";

        // Refresh and its configuration.
        SourceUnknown { name: String, known: String } "source-unknown" "list '{name}' has no source; lists with a source: {known}";
        SourcesNone "sources-none" "sources.toml names no source: there is nothing to refresh";
        OverrideWithoutReason "override-without-reason" "an override of a guard needs a reason; give one";
        OverrideWithoutList "override-without-list" "an override of a guard applies to named lists; name them before --override";
        SourceNeverFetched { list: String } "source-never-fetched" "list '{list}': its source reports no change, and nothing was ever fetched";
        SnapshotRemovals { location: String, list: String } "snapshot-removals" "{location}: holds removals, and list '{list}' is declared a snapshot, which withdraws by omission: is it a delta?";
        SourcesNotUtf8 "sources-not-utf8" "is not UTF-8";
        SourcesSyntax { line: u64, column: u64, message: String } "sources-syntax" "line {line}, column {column}: {message}";
        SourcesKeep "sources-keep" "keep: a rollback needs at least 2 generations";
        SourcesListTwice { list: String } "sources-list-twice" "list '{list}' has two sources";
        SourcesSuppressesUnknown { list: String, name: String } "sources-suppresses-unknown" "list '{list}' suppresses '{name}', which is no list here";
        SourcesSuppressesItself { list: String } "sources-suppresses-itself" "list '{list}': it cannot suppress itself";
        SourcesNameLength { list: String } "sources-name-length" "list '{list}': a name has 1 to 200 bytes";
        SourcesNameSlash { list: String } "sources-name-slash" "list '{list}': a name holds no / and no \\";
        SourcesNamePattern { list: String } "sources-name-pattern" "list '{list}': a name holds no *, ?, [, ], {{ or }}, which stand for other names";
        SourcesNameUnseen { list: String } "sources-name-unseen" "list '{list}': a name holds no character that is invisible or changes the direction of text";
        SourcesNameEdges { list: String } "sources-name-edges" "list '{list}': a name begins with no dot, dash or blank, and ends with no dot or blank";
        SourcesNameDevice { list: String } "sources-name-device" "list '{list}': a system keeps this name for a device";
        SourcesPurpose { list: String } "sources-purpose" "list '{list}': purpose is empty; write what the list may be used for";
        SourcesRadiusName { list: String, found: String, name: String } "sources-radius-name" "list '{list}': radius: write {name} for {found}";
        SourcesRadiusRange { list: String, name: String, most: u64, found: u64 } "sources-radius-range" "list '{list}': a radius for {name} is 0 to {most} bits, not {found}";
        SourcesQuality { list: String } "sources-quality" "list '{list}': min_quality is 0 to 100";
        SourcesLocalOrigin { list: String } "sources-local-origin" "list '{list}': local lists have no source; remove `from`, or write snapshot or delta";
        SourcesOriginMissing { list: String } "sources-origin-missing" "list '{list}': write its source: [source.from.file], .folder or .http";
        SourcesLocalKeys { list: String } "sources-local-keys" "list '{list}': local lists cannot set keys or max_age";
        SourcesInterfaceKind { list: String } "sources-interface-kind" "list '{list}': an interface sends what has changed; write kind = \"delta\"";
        SourcesInterfaceKeys { list: String } "sources-interface-keys" "list '{list}': the answers of an interface are not signed; remove keys";
        SourcesNeverAllows { list: String, format: String } "sources-never-allows" "list '{list}': a list in the format {format} holds abuse imagery or what is merely known, and cannot allow anything; remove suppresses";
        Mapping { message: String } "mapping" "a mapping of fields is not as it should be: {message}";
        SourcesAuthenticAllowsNothing { list: String } "sources-authentic-allows-nothing" "list '{list}': authentic notices allow what other lists hold; name these lists in suppresses, or write suppresses = [\"*\"]";
        SourcesUnreviewedBlocks { list: String } "sources-unreviewed-blocks" "list '{list}': what nobody has reviewed must not block; write at_most = \"review\", or remove unreviewed";
        SourcesShares { list: String } "sources-shares" "list '{list}': guards are percentages from 0 on";
        SourcesMaxAge { text: String } "sources-max-age" "max_age: '{text}' is no time such as 90s, 30m, 36h or 7d";
        SourcesExpires { text: String } "sources-expires" "expires: '{text}' is no time such as 2026-01-31T18:00:00Z or 2026-01-31";
        CheckerName { name: String } "checker-name" "checker '{name}': a name has 1 to 200 letters, digits, dots, dashes and underscores";
        CheckerPurpose { name: String } "checker-purpose" "checker '{name}': purpose is empty; write what it may be asked for";
        CheckerType { place: String, hash_type: String, name: String } "checker-type" "{place}: checker '{name}' takes no hashes of type {hash_type}";
        CheckerTwice { name: String } "checker-twice" "two checkers are named '{name}'";
        CheckerUnknown { name: String, known: String } "checker-unknown" "sources.toml has no checker '{name}', but: {known}";
        CheckerNone { name: String } "checker-none" "sources.toml has no checker '{name}', nor any other; name its service in a [[checker]]";
        SourcesSecret { place: String } "sources-secret" "{place}: a secret is named here, never written: auth = {{ bearer = {{ env = \"NAME\" }} }} or {{ file = \"/PATH\" }}; replace the secret if it was written here";
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_code_is_unique_and_in_small_letters_with_hyphens() {
        let codes: BTreeSet<&str> = Problem::CODES.iter().map(|(code, _)| *code).collect();
        assert_eq!(codes.len(), Problem::CODES.len());
        let is_letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(codes.iter().all(|code| code.chars().all(is_letter)));
    }
}
