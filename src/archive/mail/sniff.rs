//! What a message, and a mailbox of several, begins with. Mail has no signature: it begins with fields of its header.

use super::fields::is_field;
use super::lines::is_blank;

/// Fields that little else has.
const STRONG: [&str; 14] = [
    "received",
    "return-path",
    "delivered-to",
    "from",
    "message-id",
    "mime-version",
    "x-mozilla-status",
    "x-unsent",
    "dkim-signature",
    "arc-seal",
    "authentication-results",
    "x-originating-ip",
    "snapshot-content-location",
    "newsgroups",
];

/// Fields that other texts have too.
const WEAK: [&str; 12] = [
    "to",
    "cc",
    "bcc",
    "date",
    "subject",
    "sender",
    "reply-to",
    "in-reply-to",
    "references",
    "content-type",
    "content-transfer-encoding",
    "content-disposition",
];

/// Whether a mailbox begins with these bytes: a postmark, and a field behind it.
pub(in crate::archive) fn begins_mailbox(head: &[u8]) -> bool {
    let mut lines = head.split_inclusive(|byte| *byte == b'\n');
    let is_marked = lines.next().is_some_and(is_postmark);
    is_marked && lines.next().is_some_and(follows_postmark)
}

/// Whether a message begins with these bytes: with fields only, two of which mail has.
pub(in crate::archive) fn begins_message(head: &[u8]) -> bool {
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let mut known: Vec<&str> = Vec::new();
    let lines = text.split_inclusive(|byte| *byte == b'\n').enumerate();
    for (place, line) in lines {
        let is_cut = !line.ends_with(b"\n");
        let goes_on = place > 0 && matches!(line.first(), Some(b' ' | b'\t'));
        // Apple Mail writes the length of the message before it.
        let is_length = place == 0 && line.trim_ascii().iter().all(u8::is_ascii_digit);
        if is_length || goes_on && !is_blank(line) {
            continue;
        }
        if is_blank(line) || is_cut {
            break;
        }
        if !is_field(line) {
            return false;
        }
        let end = line.iter().position(|byte| *byte == b':').unwrap_or(0);
        let name = line[..end].trim_ascii_end().to_ascii_lowercase();
        let all = STRONG.iter().chain(&WEAK);
        let found = all.copied().find(|field| field.as_bytes() == name);
        known.extend(found.filter(|field| !known.contains(field)));
        let has_parts = name == b"content-type"
            && line
                .to_ascii_lowercase()
                .windows(10)
                .any(|part| part == b"multipart/");
        if known.len() >= 2 && (has_parts || known.iter().any(|field| STRONG.contains(field))) {
            return true;
        }
    }
    false
}

/// Whether a line separates the messages of a mailbox (RFC 4155): `From`, an address, and a day and time.
pub(super) fn is_postmark(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"From ") else {
        return false;
    };
    let rest = &rest[..rest.len().min(512)];
    let is_time = |part: &[u8]| {
        let [a, b, b':', c, d] = part else {
            return false;
        };
        [a, b, c, d].iter().all(|digit| digit.is_ascii_digit())
    };
    rest.windows(5).any(is_time)
}

/// Whether a line can follow a postmark.
pub(super) fn follows_postmark(line: &[u8]) -> bool {
    is_field(line) || line.starts_with(b">From ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_is_told_from_other_texts() {
        for mail in [
            "Return-Path: <a@b>\r\nReceived: from a\r\n by b\r\nSubject: c\r\n\r\ntext",
            "\u{feff}From: a\nTo: b\n\n",
            "MIME-Version: 1.0\nContent-Type: text/html\n\n",
            "Subject: a\nContent-Type: multipart/related;\n boundary=b\n\n",
            "1234\nFrom: a\nDate: b\n\n",
            "From: <Saved by Blink>\r\nSnapshot-Content-Location: file:///a\r\n\r\n",
        ] {
            assert!(begins_message(mail.as_bytes()), "{mail:?}");
            assert!(!begins_mailbox(mail.as_bytes()));
        }
        for text in [
            "",
            "From: a\n\nTo: b\n",
            "HTTP/1.1 200 OK\r\nDate: a\r\nContent-Type: b\r\n\r\n",
            "Date: a\nContent-Type: text/html\n\n",
            "name: a\nfrom: b\nto: c d\n- e\n",
            "BEGIN:VCARD\r\nFN:a\r\nEND:VCARD\r\n",
            "# a script\nFrom: a\nTo: b\n",
            "From a to b it is not far\nFrom: c\n",
            "From a@b Mon Jan 1 10:00:00 2024\nThis is a sentence.\n",
        ] {
            let head = text.as_bytes();
            assert!(!begins_mailbox(head), "{text:?}");
            // The last line of a text may be a field still to come.
            let is_yaml = text.starts_with("name");
            assert!(is_yaml || !begins_message(head), "{text:?}");
        }
        let mailbox = "From a@b Mon Jan 1 10:00:00 2024\nReceived: c\n";
        assert!(begins_mailbox(mailbox.as_bytes()) && !begins_message(mailbox.as_bytes()));
    }
}
