//! What can be wrong with a source.

use super::SecretProblem;
use super::kinds::kinds;
use super::message::Decimal;

kinds! {
    /// Why a list could not be fetched, and what to do.
    ///
    /// Texts of servers are not repeated, except the target of a redirect, which is escaped and without its query.
    FetchProblem in "fetch" {
        // Files and folders.
        NotAFile "not-a-file" "is not a file";
        Changing "changing" "changes while it is read; have it written under another name and renamed";
        Written "written" "is open for writing; have it written under another name and renamed, or closed";
        Checksum { by: String, method: &'static str, said: String, found: String } "checksum" "does not match '{by}': its {method} is {found}, and {said} is expected; replace both files";
        NoChecksum { list: String } "no-checksum" "holds no checksum that is clearly of '{list}'; put a right one there, or remove it";
        TooLarge { limit: u64 } "too-large" "has more than {limit} bytes; raise size_max if a list may be so large";
        NoSignature { location: String } "no-signature" "there is no signature at {location}; ask the publisher for it";
        Empty "empty" "holds no list, or only files that are still being written or stand beside lists by their names; put one there";
        Link { name: String } "link" "'{name}' is a link out of the folder, or to nothing; put the file itself there";
        Altered { name: String } "altered" "'{name}' was applied and has other content now; put the new content there under a new name";
        Late { name: String, last: String } "late" "'{name}' comes before '{last}', which was taken already; put it there under a later name, or remove it";
        Back { name: String, last: String } "back" "'{last}', which was taken last, is gone, and '{name}' is older; put the newest list there";
        Crowded { limit: u64 } "crowded" "holds more than {limit} files; move the old ones away";

        // The configuration.
        Url { fault: UrlFault } "url" "{fault}";
        Insecure "insecure" "is not encrypted; use https, or set insecure_http if the network is safe";
        Proxy "proxy" "proxy is no URL; http://HOST:PORT is one, without a name or password";
        Secret { problem: SecretProblem } "secret" "{problem}";
        Authority { path: String, fault: AuthorityFault } "authority" "ca: {path}: {fault}";

        // Servers.
        Connection { fault: ConnectionFault } "connection" "no connection: {fault}";
        Tls { message: String } "tls" "no trust in the server: {message}; a private authority is named by ca";
        Timeout { what: Awaited, seconds: Decimal, setting: &'static str } "timeout" "time is over: {what} takes at most {seconds} s ({setting})";
        Protocol { fault: ProtocolFault } "protocol" "the answer is not valid HTTP: {fault}";
        Status { status: u16, meaning: StatusMeaning } "status" "the server answers {status}: {meaning}";
        Later { status: u16, seconds: u64 } "later" "the server answers {status} and asks for a pause of {seconds} s; run the job then";
        Redirect { to: String, why: RedirectFault } "redirect" "redirected to {to}, {why}; if that is right, make it the url";
        Redirects { limit: u32 } "redirects" "redirected more than {limit} times";
        Length { fault: LengthFault } "length" "the length of the answer is not clear: {fault}";
        Encoding { encoding: String } "encoding" "the answer is encoded ({encoding}), which was not asked for";
        Range { fault: RangeFault } "range" "another part was sent than the one that was asked for: {fault}";
        Cut { found: u64 } "cut" "cut after {found} bytes";
        Page { page: u64, fault: PageFault } "page" "page {page} cannot be read: {fault}";
        SignIn "sign-in" "signs in with a name and password; configure auth = {{ basic = ... }}";
        Incomplete { found: u64, counted: u64, gap: u64 } "incomplete" "the HMA counts {counted} signals, and {found} were found before {gap} numbers in a row without a content; raise gap_max, or run the job when nobody changes its banks";
        BankUnknown { bank: String } "bank-unknown" "has no bank '{bank}'; correct banks";
        TokenMissing "token-missing" "the answer to the sign-in holds no token; tell the provider";
        Surplus { announced: u64 } "surplus" "the answer is longer than the {announced} bytes that it announces";
    }
}

kinds! {
    /// Why a URL cannot be fetched.
    UrlFault in "url" {
        NotAUrl "not-a-url" "is no URL; https://HOST/PATH is one, with what is not ASCII written as %XX";
        Credentials "credentials" "has a name or password in it; configure them under auth";
        Scheme "scheme" "is neither http nor https; of this machine name a file or folder";
        Target "target" "leads to an invalid URL";
    }
}

kinds! {
    /// Why a file of certificate authorities cannot be used.
    AuthorityFault in "authority" {
        Unreadable { message: String } "unreadable" "{message}";
        TooLong "too-long" "is too long for certificates";
        NotPem "not-pem" "is not in PEM format";
        Empty "empty" "holds no certificate in PEM format";
    }
}

kinds! {
    /// Why there is no connection to a server.
    ConnectionFault in "connection" {
        HostUnknown "host-unknown" "the host is not known";
        Proxy "proxy" "the proxy makes none";
        Failed { message: String } "failed" "{message}";
    }
}

kinds! {
    /// What a server can be awaited for.
    Awaited in "awaited" {
        Connection "connection" "connecting";
        Byte "byte" "a wait for the next byte";
        All "all" "the whole transfer";
    }
}

kinds! {
    /// Why an answer is not valid HTTP.
    ProtocolFault in "protocol" {
        Head "head" "its head is too long";
        PartWithoutEnd "part-without-end" "a part of it has no end";
        Request "request" "such a request is not possible";
        Answer { message: String } "answer" "{message}";
    }
}

kinds! {
    /// What the status of an answer means for a source.
    StatusMeaning in "status-meaning" {
        Denied "denied" "access is denied; check auth";
        Absent "absent" "there is nothing; check the url";
        NotNow "not-now" "not now; try again later";
        OutOfOrder "out-of-order" "it is out of order; try again later";
        Unchanged "unchanged" "unchanged, which was not asked";
        Elsewhere "elsewhere" "the list is elsewhere, and no address is given";
        NoList "no-list" "that is no list";
    }
}

kinds! {
    /// Why a redirect is not followed.
    RedirectFault in "redirect" {
        NotAUrl "not-a-url" "which is no URL";
        Unencrypted "unencrypted" "where nothing is encrypted";
        OtherServer "other-server" "which is another server";
        Url { fault: UrlFault } "url" "which {fault}";
    }
}

kinds! {
    /// Why the length of an answer is not clear.
    LengthFault in "length" {
        NotANumber "not-a-number" "Content-Length is no number";
        OldChunks "old-chunks" "chunks in HTTP/1.0";
        Missing "missing" "no Content-Length, and not in chunks";
        Transfer "transfer" "Transfer-Encoding is more than chunks";
        Twice "twice" "Content-Length is there twice";
        Both "both" "Content-Length and Transfer-Encoding";
    }
}

kinds! {
    /// Why an answer is not the part of a file that was asked for.
    RangeFault in "range" {
        OtherVersion "other-version" "of another version, or of an unnamed one";
        Unclear "unclear" "Content-Range is not clear";
        Place "place" "it does not begin or end where it should";
        Length "length" "Content-Length is not that of the range";
        NotAsked "not-asked" "none was asked for";
        NoMore "no-more" "it has no more, and not what was fetched";
    }
}

kinds! {
    /// Why a page of an interface cannot be read.
    PageFault in "page-fault" {
        Cut "cut" "it ends in the middle; run the job again, and tell the provider if it stays so";
        Broken "broken" "it is not valid; run the job again, and tell the provider if it stays so";
        Loop "loop" "it leads to itself; tell the provider";
        Link "link" "it leads to another server or another window; tell the provider";
    }
}

impl From<SecretProblem> for FetchProblem {
    fn from(problem: SecretProblem) -> FetchProblem {
        FetchProblem::Secret { problem }
    }
}
