//! What is found damaged in files of this program: parts of a [`Problem`](super::Problem).

use super::kinds::kinds;

kinds! {
    /// What is damaged in an index.
    ///
    /// ```
    /// use basma::error::IndexDamage;
    /// assert_eq!(IndexDamage::HeaderChanged.code(), "header-changed");
    /// ```
    IndexDamage in "damage" {
        // Header and section table.
        HeaderChanged "header-changed" "the header or the section table has changed";
        VersionZero "version-zero" "index version 0 does not exist";
        BytesFollow { extra: u64, bytes: u64 } "bytes-follow" "{extra} bytes follow the {bytes} of the index";
        SectionsTooMany { sections: u64 } "sections-too-many" "{sections} sections are more than fit";
        BodyOutside "body-outside" "the body ends outside the file";
        DigestsUnfit "digests-unfit" "the digests do not fill the end of the file";
        SectionMissing { section: String } "section-missing" "there is no {section} section";
        MihTooEarly "mih-too-early" "version 1 has no multi-index hashing";
        DetailsTooEarly "details-too-early" "versions before 3 have no details of pictures";
        SectionRole { ordinal: u64 } "section-role" "section {ordinal} has no known role";
        SectionTypeUnknown { ordinal: u64 } "section-type-unknown" "section {ordinal} has no known type";
        SectionTypeWrong { ordinal: u64 } "section-type-wrong" "section {ordinal} is of the wrong hash type";
        SectionReserved { ordinal: u64 } "section-reserved" "section {ordinal} has reserved bytes that are not zero";
        SectionOrder { ordinal: u64 } "section-order" "section {ordinal} is out of order";
        SectionPlace { ordinal: u64 } "section-place" "section {ordinal} does not follow the one before it inside the body";
        SectionCount { ordinal: u64 } "section-count" "section {ordinal} has a count that is not its length";
        SectionTrailing "section-trailing" "bytes follow the last section";
        TableMissing { hash_type: String } "table-missing" "{hash_type}: hashes, row starts or rows are missing";
        TableDisagrees { hash_type: String } "table-disagrees" "{hash_type}: hashes, row starts and rows do not agree";
        TreeImpossible { hash_type: String } "tree-impossible" "{hash_type}: the BK-tree cannot be one of these hashes";
        MihImpossible { hash_type: String } "mih-impossible" "{hash_type}: the multi-index hashing cannot be one of these hashes";

        DetailsImpossible { hash_type: String } "details-impossible" "{hash_type}: the details of pictures cannot be of these rows";

        // Bytes and elements.
        BytesChanged { start: u64, end: u64 } "bytes-changed" "bytes {start} to {end} have changed since they were written";
        BytesOutside { start: u64, end: u64 } "bytes-outside" "bytes {start} to {end} lie outside its body";
        SectionRange { bytes: u64, start: u64, end: u64 } "section-range" "a section of {bytes} bytes has none from {start} to {end}";
        Elements { section: String, count: u64, start: u64, end: u64 } "elements" "{section} holds {count} elements, {start} to {end} were referred to";
        Padding { section: String } "padding" "bytes before {section} are not zero";

        // Hashes, rows and records.
        HashOrder { ordinal: u64, hash_type: String } "hash-order" "hash {ordinal} of type {hash_type} is out of order";
        HashWithoutRows { ordinal: u64, hash_type: String, rows: u64 } "hash-without-rows" "hash {ordinal} of type {hash_type} has no rows among the {rows}";
        HashNotFound { hash: String, structure: String } "hash-not-found" "{hash} is not found by {structure} search";
        RowsTooLarge { hash: String } "rows-too-large" "the rows of {hash} need over 1 GiB";
        RowWithoutHash { ordinal: u64, hash_type: String } "row-without-hash" "row {ordinal} of type {hash_type} is of no hash";
        RowWithoutList { ordinal: u64, hash_type: String } "row-without-list" "row {ordinal} of type {hash_type} is of no list";
        RowWithoutSource { ordinal: u64, hash_type: String } "row-without-source" "row {ordinal} of type {hash_type} is of no source";
        RowWithoutMetadata { ordinal: u64, hash_type: String } "row-without-metadata" "row {ordinal} of type {hash_type} is of no metadata";
        SourceMissing { source: u64 } "source-missing" "there is no source {source}";
        RecordUnreadable { offset: u64 } "record-unreadable" "there is no readable record at {offset}";
        RecordCount { found: u64, expected: u64 } "record-count" "there are {found} records, not {expected}";

        // BK-trees.
        TreeChildren { hash_type: String } "tree-children" "the BK-tree of {hash_type}: children are out of order";
        TreeDistances { hash_type: String } "tree-distances" "the BK-tree of {hash_type}: a hash is not within its node's distances";
        TreeRepeats { hash_type: String } "tree-repeats" "the BK-tree of {hash_type}: a hash occurs twice";
        TreeStrays { hash_type: String } "tree-strays" "the BK-tree of {hash_type}: some hashes belong to no node";
        TreeNode { hash_type: String } "tree-node" "the BK-tree of {hash_type}: a node does not fit in its parent";
        TreeRoot { hash_type: String } "tree-root" "the BK-tree of {hash_type}: the first node is not the root";
        TreeDepth { hash_type: String } "tree-depth" "the BK-tree of {hash_type}: it is too deep";

        // Multi-index hashing.
        MihBucket { chunk: u64, bucket: u64, start: u64, end: u64, postings: u64 } "mih-bucket" "mih, chunk {chunk}: bucket {bucket} is from {start} to {end} of {postings} postings";
        MihBuckets { chunk: u64 } "mih-buckets" "mih, chunk {chunk}: buckets are out of order";
        MihPostingOrder { chunk: u64 } "mih-posting-order" "mih, chunk {chunk}: postings are out of order";
        MihPostings { chunk: u64 } "mih-postings" "mih, chunk {chunk}: postings are not those of the hashes";
        MihPadding { chunk: u64 } "mih-padding" "mih, chunk {chunk}: bytes between its parts are not zero";
        MihHash { ordinal: u64, count: u64 } "mih-hash" "mih: there is no hash {ordinal} of {count}";

        // Details of pictures.
        DetailsPicture { ordinal: u64 } "details-picture" "details: picture {ordinal} is of no row, or has no features of its own";
        DetailsOrder "details-order" "details: buckets or postings are not those of the features";
    }
}

kinds! {
    /// What is damaged in the audit of a store.
    AuditDamage in "audit" {
        EndNotARecord "end-not-a-record" "its end holds a line that is no record";
        EndWithoutNumber "end-without-number" "its end has no number";
        LineTooLong { line: u64 } "line-too-long" "line {line}: is too long";
        NotARecord { line: u64 } "not-a-record" "line {line}: is no record";
        Chain { line: u64 } "chain" "line {line}: does not follow the line before it: a record was changed, removed or put in";
        Order { line: u64 } "order" "line {line}: is out of order";
        RecordMissing { generation: u64, record: String } "record-missing" "generation {generation} was built after record {record}, which is not there: records were removed";
    }
}

kinds! {
    /// What is damaged in the decisions of a store.
    DecisionsDamage in "decisions" {
        Cut { from: u64, to: u64 } "cut" "was cut from {from} bytes to {to}";
        TooLarge { bytes: u64, limit: u64 } "too-large" "has {bytes} bytes, over the limit of {limit}";
        NotADecision { line: u64 } "not-a-decision" "line {line} is no decision";
        Chain { line: u64 } "chain" "line {line} does not follow the line before it, or was changed";
        Unknown { line: u64 } "unknown" "line {line} is no decision known here";
        Newer { line: u64 } "newer" "line {line} is of a later version";
    }
}
