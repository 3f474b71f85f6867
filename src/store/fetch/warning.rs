//! What looks wrong in a source, and stops nothing: kinds with stable codes.

use crate::error::kinds;

kinds! {
    /// What looks wrong in a source. [`ListRefreshed::warnings`](crate::store::ListRefreshed::warnings) has the messages.
    ///
    /// ```
    /// use basma::store::SourceWarning;
    /// let warning = SourceWarning::More { count: 3 };
    /// assert_eq!(warning.message().id(), "source-more");
    /// assert_eq!(warning.to_string(), "and 3 more");
    /// ```
    SourceWarning in "source" {
        NoListByName { folder: String, files: u64 } "no-list-by-name" "{folder}: {files} files are there, and none is a list by its name";
        StillWritten { folder: String, name: String } "still-written" "{folder}: '{name}' is not taken: by its name it is still being written; rename it once it is whole";
        Orphan { folder: String, name: String } "orphan" "{folder}: '{name}' is not taken: by its name it holds checksums, and the list is not there; give a list another name";
        SeemsNewer { folder: String, other: String, taken: String } "seems-newer" "{folder}: '{other}' seems newer than '{taken}', and is not taken: files count in the byte order of their names, so number them with leading zeros";
        AppliedBefore { folder: String, before: String, name: String } "applied-before" "{folder}: '{before}' is applied before '{name}': files count in the byte order of their names, so number them with leading zeros";
        ChecksumMethod { name: String } "checksum-method" "'{name}' is not checked: its method is not known here";
        PageOwed { from: String, to: String } "page-owed" "the page of {from} to {to} cannot be read; its entries are missing, and it is asked for again at each refresh: tell the provider";
        PagesEnd { page: u64 } "pages-end" "page {page} cannot be read, and the pages after it are not reached; what came before it counts: tell the provider";
        PagesAnew "pages-anew" "the link to the next page no longer works; its window was begun anew";
        More { count: u64 } "more" "and {count} more";
    }
}
