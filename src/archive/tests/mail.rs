//! Messages and mailboxes, and what is hidden in them.

use base64::Engine as _;
use mail_parser::{MessageParser, MimeHeaders as _};

use super::*;

pub(super) fn base64(bytes: &[u8]) -> String {
    let text = base64::engine::general_purpose::STANDARD.encode(bytes);
    let lines = text
        .as_bytes()
        .chunks(76)
        .map(|line| std::str::from_utf8(line).unwrap());
    lines.fold(String::new(), |all, line| all + line + "\r\n")
}

fn attachment(name: &str, content: &[u8]) -> String {
    let content = base64(content);
    format!(
        "Content-Type: application/octet-stream; name=\"{name}\"\r\n\
         Content-Transfer-Encoding: base64\r\n\r\n{content}"
    )
}

/// A message whose parts these are.
fn of_parts(boundary: &str, parts: &[String]) -> String {
    let begin = format!("--{boundary}\r\n");
    let parts: String = parts
        .iter()
        .map(|part| begin.clone() + part + "\r\n")
        .collect();
    format!(
        "From: a@example.org\r\nTo: b@example.org\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=\"{boundary}\"\r\n\r\npreamble\r\n{parts}--{boundary}--\r\n"
    )
}

/// A message with attachments.
pub(super) fn message(attachments: &[(&str, &[u8])]) -> Vec<u8> {
    let parts: Vec<String> = attachments
        .iter()
        .map(|(name, content)| attachment(name, content))
        .collect();
    of_parts("b1", &parts).into_bytes()
}

pub(super) fn png() -> Vec<u8> {
    let picture = image::RgbImage::from_fn(24, 24, |x, y| {
        image::Rgb([(x * 10) as u8, (y * 10) as u8, (x * y) as u8])
    });
    let mut bytes = Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, image::ImageFormat::Png)
        .unwrap();
    bytes.into_inner()
}

/// The paths of the members whose content is the picture.
fn pictures(members: &[Member]) -> Vec<String> {
    let png = png();
    let is_picture =
        |member: &&Member| matches!(&member.content, Content::Bytes(bytes) if *bytes == png);
    let found = members.iter().filter(is_picture);
    found
        .map(|member| String::from_utf8(member.path.clone()).unwrap())
        .collect()
}

#[test]
fn every_part_of_a_message_is_a_member_but_its_bodies() {
    let inner = of_parts("b2", &[attachment("in.txt", b"inner")]);
    let message = of_parts("b", &[
        "\r\nA body.\r\nbegin 644 uu.txt\r\n%:&5L;&\\\r\n`\r\nend\r\nmore".to_owned(),
        "Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>=C3=A9".to_owned(),
        attachment("a.txt", b"first"),
        attachment("a.txt", b"second"),
        attachment("a.tar.gz", b"third"),
        "Content-Type: image/jpeg\r\nContent-ID: <1>\r\n\r\nplain\r\ntext".to_owned(),
        "Content-Disposition: attachment; filename*=utf-8''%C3%A9.txt\r\n\r\n".to_owned(),
        format!("Content-Type: message/rfc822\r\n\r\n{inner}"),
        format!("Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n{}",
            base64(inner.as_bytes())),
        "Content-Type: application/pkcs7-mime; name=smime.p7m\r\n\r\nsealed".to_owned(),
    ]);
    assert_eq!(
        sound(message.as_bytes()),
        [
            "uu.txt=hello",
            "a.txt=first",
            "a-2.txt=second",
            "a.tar.gz=third",
            "part-6.jpeg=plain\\r\\ntext",
            "\\xc3\\xa9.txt=",
            "in.txt=inner",
            "part-9.rfc822!/in.txt=inner",
            "part-9.rfc822 Mail",
            "smime.p7m [Unsupported: the message is encrypted: its parts were not looked into]",
        ]
    );
}

#[test]
fn messages_of_a_digest_say_nothing_of_it() {
    let inner = String::from_utf8(message(&[("a.txt", b"1")])).unwrap();
    let digest = of_parts("b", &[format!("\r\n{inner}"), format!("\r\n{inner}")]);
    let digest = digest.replacen("multipart/mixed", "multipart/digest", 1);
    assert_eq!(sound(digest.as_bytes()), ["a.txt=1", "a-2.txt=1"]);
}

#[test]
fn messages_of_a_mailbox_are_told_apart_and_sentences_are_not_postmarks() {
    let postmark = "From a@example.org Mon Jan  1 10:00:00 2024\n";
    let message = String::from_utf8(message(&[("a.txt", b"1")]))
        .unwrap()
        .replace("\r\n", "\n");
    let text = "Subject: a\nFrom: b\n\nA body.\n\nFrom here at 10:00 it is not far.\n\nbegin 644 b\n!,\n`\nend\n\n";
    let mailbox = [postmark, &message, "\n", postmark, text, postmark, &message].concat();
    assert_eq!(Kind::sniff(mailbox.as_bytes()), Some(Kind::Mailbox));
    assert_eq!(
        sound(mailbox.as_bytes()),
        ["1/a.txt=1", "2/b=0", "3/a.txt=1"]
    );
    // A message within the mailbox that is cut does not swallow the next.
    let cut = message.trim_end().strip_suffix("--b1--").unwrap();
    let mailbox = [postmark, cut, "\n", postmark, &message].concat();
    let (members, end) = unsound(mailbox.as_bytes());
    assert_eq!(members, ["1/a.txt=1", "2/a.txt=1"]);
    assert_eq!(end, "Damaged: a message ends before its last part does");
}

#[test]
fn pictures_hide_in_no_place_of_a_message() {
    let png = png();
    let digits = base64(&png);
    let uri = format!(
        "<img src=\"data:image/png;base64,{}\">",
        digits.replace("\r\n", "")
    );
    let html = |encoding: &str, body: &str| {
        format!("Content-Type: text/html\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{body}")
    };
    let quoted = uri
        .replace('=', "=3D")
        .as_bytes()
        .chunks(60)
        .fold(String::new(), |all, line| {
            all + std::str::from_utf8(line).unwrap() + "=\r\n"
        });
    let head = "From: a\r\nTo: b\r\nContent-Type: multipart/mixed; boundary=b\r\n";
    let plain = of_parts("b", &["\r\nbody".to_owned()]);
    for (place, message) in [
        ("html", of_parts("b", &[html("7bit", &uri)])),
        (
            "quoted",
            of_parts("b", &[html("quoted-printable", &quoted)]),
        ),
        (
            "base64",
            of_parts("b", &[html("base64", &base64(uri.as_bytes()))]),
        ),
        ("preamble", plain.replace("preamble", &digits)),
        ("epilogue", plain.clone() + &digits),
        (
            "no boundary",
            plain.replace("boundary=", "border=") + &digits,
        ),
        (
            "field",
            format!("X-Face: {}\r\n{plain}", digits.replace("\r\n", "\r\n ")),
        ),
        (
            "not said",
            format!("{head}\r\n--b\r\n\r\n{digits}\r\n--b--\r\n"),
        ),
        (
            "lies",
            format!(
                "{head}\r\n--b\r\nContent-Type: text/plain\r\n\
            Content-Transfer-Encoding: base64\r\n\r\n{digits}\r\n--b--\r\n"
            ),
        ),
        (
            "second type",
            format!(
                "Content-Type: text/plain\r\n{head}\r\n--b\r\nContent-Type: image/png\r\n\
            Content-Transfer-Encoding: base64\r\n\r\n{digits}\r\n--b--\r\n"
            ),
        ),
        (
            "headers without an end",
            format!(
                "{head}\r\n--b\r\nContent-Type: image/png\r\n\
            Content-Transfer-Encoding: base64\r\n{digits}\r\n--b--\r\n"
            ),
        ),
        (
            "encrypted",
            format!(
                "{}\r\n--b\r\n\r\n{digits}\r\n--b--\r\n",
                head.replace("mixed", "encrypted")
            ),
        ),
    ] {
        let (members, _) = walk(message.as_bytes());
        let found = pictures(&members);
        assert_eq!(found.len(), 1, "{place}: {:?}", told(&members));
    }
}

#[test]
fn content_that_is_not_encoded_keeps_its_bytes() {
    let content = [
        b"BM\r\n".as_slice(),
        &[0, 1, 2, b'\r', b'\n', 255, b'\n', b'\n'],
        &[7; 200_000],
    ]
    .concat();
    let head = b"From: a\r\nTo: b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\
        Content-Type: image/bmp; name=a\r\nContent-Transfer-Encoding: binary\r\n\r\n";
    let message = [head.as_slice(), &content, b"\r\n--b--\r\n"].concat();
    let (members, gap) = walk(&message);
    assert_eq!(gap, None);
    assert!(
        matches!(&members[..], [Member { content: Content::Bytes(bytes), .. }] if *bytes == content)
    );
}

#[test]
fn deep_mail_ends_and_says_so() {
    let header = "From: a\r\nTo: b\r\nContent-Type: message/rfc822\r\n\r\n";
    let deep = header.repeat(1000) + "From: a\r\n\r\nend";
    let (members, _) = unsound_or_not(deep.as_bytes());
    assert_eq!(
        members,
        ["part-1.rfc822 [OverLimit: parts and messages are nested more than 100 deep]"]
    );
    let mut deep = String::from("From: a\r\nTo: b\r\n");
    for n in 0..1000 {
        deep += &format!("Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n");
    }
    deep += &format!("\r\n{}", base64(&png()));
    let (members, gap) = walk(deep.as_bytes());
    assert_eq!(
        end(gap),
        "Damaged: a message ends before its last part does"
    );
    assert_eq!(
        told(&members[..1]),
        ["part-1.mixed [OverLimit: parts and messages are nested more than 100 deep]"]
    );
    assert_eq!(
        pictures(&members).len(),
        1,
        "what is too deep is searched nevertheless"
    );
}

fn unsound_or_not(bytes: &[u8]) -> (Vec<String>, String) {
    let (members, gap) = walk(bytes);
    (told(&members), end(gap))
}

#[test]
fn very_many_parts_and_endless_lines_are_read() {
    let parts = vec!["Content-Type: image/x; name=a\r\n\r\n1".to_owned(); 100_000];
    let message = of_parts("b", &parts);
    let limits = ArchiveLimits::default();
    let (members, gap) = walk_within(message.as_bytes(), &limits, &|n| n > 10);
    assert_eq!((members.len(), gap), (100_000, None));
    let names: std::collections::HashSet<_> = members.iter().map(|member| &member.path).collect();
    assert_eq!(names.len(), 100_000);
    let field = format!(
        "From: a\r\nTo: b\r\nContent-Type: image/x; name={}\r\n\r\n1",
        "a".repeat(3 << 20)
    );
    let (members, gap) = walk_within(field.as_bytes(), &limits, &|_| false);
    assert!(
        matches!(&members[..], [Member { content: Content::Bytes(bytes), .. }] if bytes == b"1")
    );
    assert!(end(gap).contains("a field of a header is longer than 1048576 bytes"));
    let line = format!("From: a\r\nTo: b\r\n\r\n{}", "--b ".repeat(5 << 20));
    let (_, gap) = walk_within(line.as_bytes(), &limits, &|_| false);
    assert!(end(gap).contains("more than 16777216 bytes of it are outside its structure"));
}

/// Names are compared elsewhere, and empty parts nowhere: programs differ on what nobody writes.
fn attachments_of_oracle(message: &[u8]) -> Vec<Vec<u8>> {
    let message = MessageParser::default()
        .parse(message)
        .expect("it is a message");
    let parts = message
        .parts
        .iter()
        .filter(|part| part.attachment_name().is_some());
    parts.map(|part| part.contents().to_vec()).collect()
}

mod against_the_oracle {
    use proptest::prelude::*;

    use super::*;

    fn part() -> impl Strategy<Value = (bool, Vec<u8>)> {
        (any::<bool>(), prop::collection::vec(any::<u8>(), 1..300))
    }

    fn quoted(bytes: &[u8]) -> String {
        let of = |line: &[u8]| {
            let digits = line.iter().map(|byte| format!("={byte:02X}"));
            digits.collect::<String>() + "=\r\n"
        };
        bytes.chunks(20).map(of).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(100))]

        /// `mail-parser` reads messages that are sound as we do.
        #[test]
        fn attachments_are_the_same(
            groups in prop::collection::vec(prop::collection::vec(part(), 1..4), 1..4),
        ) {
            let mut parts = Vec::new();
            for (n, group) in groups.iter().enumerate() {
                let group: Vec<String> = group.iter().map(|(is_base64, content)| {
                    let (encoding, text) = if *is_base64 {
                        ("base64", base64(content))
                    } else {
                        ("quoted-printable", quoted(content))
                    };
                    format!("Content-Type: application/x; name=a\r\nContent-Transfer-Encoding: \
                        {encoding}\r\n\r\n{text}")
                }).collect();
                let group = of_parts(&format!("group{n}"), &group);
                parts.push(group);
            }
            let message = of_parts("outer", &parts);
            let (members, gap) = walk(message.as_bytes());
            prop_assert_eq!(gap, None);
            let found: Vec<Vec<u8>> = members.into_iter().filter_map(|member| match member.content {
                Content::Bytes(bytes) | Content::Archive { bytes, .. } => Some(bytes),
                Content::Refused(..) => None,
                Content::Known => None,
            }).collect();
            let expected: Vec<Vec<u8>> = attachments_of_oracle(message.as_bytes());
            prop_assert_eq!(found, expected);
        }
    }
}
