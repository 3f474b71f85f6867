//! Files that are two things at once: neither hides the other.

use std::fs;
use std::io::Cursor;
use std::ops::ControlFlow;

use super::super::Kind;
use super::write::{self, stored};
use crate::Matcher;
use crate::hash::HashType;
use crate::hasher::Hasher;
use crate::scan::{Finding, Scan, Status};

fn picture() -> Vec<u8> {
    let picture = image::RgbImage::from_fn(64, 64, |x, y| {
        image::Rgb([(x * 4) as u8, (y * 4) as u8, (x * y / 16) as u8])
    });
    let mut bytes = Cursor::new(Vec::new());
    picture
        .write_to(&mut bytes, image::ImageFormat::Bmp)
        .unwrap();
    bytes.into_inner()
}

fn scanned(name: &str, bytes: &[u8]) -> Vec<Finding> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join(name), bytes).unwrap();
    let mut findings = Vec::new();
    Scan::new(Matcher::new([]))
        .with_hasher(Hasher::new([HashType::Pdq]))
        .run([folder.path()], |finding| {
            findings.push(finding);
            ControlFlow::Continue(())
        })
        .unwrap();
    findings
}

fn sniff_end(bytes: &[u8]) -> Option<Kind> {
    Kind::sniff_end(Cursor::new(bytes.to_vec()), bytes.len() as u64)
}

#[test]
fn a_zip_file_behind_a_picture_is_recognised_and_nothing_else() {
    let zip = write::zip(&[stored("a", b"b")]);
    let behind = [b"\xFF\xD8\xFF picture", zip.as_slice()].concat();
    assert_eq!(sniff_end(&behind), Some(Kind::Zip));
    let with_comment = [&behind[..], b"comment"].concat();
    assert_eq!(sniff_end(&with_comment), Some(Kind::Zip));
    assert_eq!(sniff_end(b""), None);
    assert_eq!(sniff_end(b"PK\x05\x06"), None);
    let empty = [b"PK\x05\x06".as_slice(), &[0; 18]].concat();
    assert_eq!(sniff_end(&empty), None);
    for cut in 0..behind.len() {
        assert_eq!(sniff_end(&behind[..cut]), None, "cut at {cut}");
    }
}

#[test]
fn both_halves_of_a_picture_with_an_archive_behind_it_are_examined() {
    let zip = write::zip(&[stored("hidden.bmp", &picture())]);
    let findings = scanned("a.bmp", &[picture(), zip].concat());
    let [hidden, whole] = findings.as_slice() else {
        panic!("{findings:?}");
    };
    assert!(hidden.is_member && hidden.path.ends_with("a.bmp!/hidden.bmp"));
    assert_eq!(hidden.prints, whole.prints);
    assert_eq!(whole.mime.as_deref(), Some("image/bmp"));
    assert!(!whole.prints.is_empty());
}

/// The same within an archive, and where no picture is asked for.
#[test]
fn an_archive_behind_a_picture_is_looked_into_wherever_it_is() {
    let hidden = write::zip(&[stored("hidden.bmp", &picture())]);
    let both = [picture(), hidden].concat();
    let outer = write::zip(&[stored("first", b"1"), stored("both.bmp", &both)]);
    let findings = scanned("outer.zip", &outer);
    let paths: Vec<_> = findings.iter().map(|f| f.path.to_str().unwrap()).collect();
    assert!(
        paths[1].ends_with("outer.zip!/both.bmp!/hidden.bmp"),
        "{paths:?}"
    );
    assert!(paths[2].ends_with("outer.zip!/both.bmp"), "{paths:?}");
    assert_eq!(findings[1].prints, findings[2].prints);
    assert_eq!(findings.len(), 4);
    let installer = [b"MZ a program", write::zip(&[stored("a", b"b")]).as_slice()].concat();
    let findings = scanned("setup.exe", &installer);
    assert!(findings[0].path.ends_with("setup.exe!/a"), "{findings:?}");
    let outer = write::zip(&[stored("setup.exe", &installer)]);
    let findings = scanned("outer.zip", &outer);
    assert!(findings[0].path.ends_with("setup.exe!/a"), "{findings:?}");
}

#[test]
fn a_picture_that_begins_as_an_archive_does_is_examined_too() {
    // The name of a tar member may be the header of a picture: BMP has its pixels where it says.
    let mut bmp = picture();
    let mut tar = write::tar(&[write::tar_member("inside.txt", b'0', b"text")]);
    tar[..54].copy_from_slice(&bmp[..54]);
    let pixels = u32::try_from(tar.len()).unwrap();
    tar[10..14].copy_from_slice(&pixels.to_le_bytes());
    let header: &mut [u8; 512] = (&mut tar[..512]).try_into().unwrap();
    write::seal(header);
    tar.extend(bmp.drain(54..));
    assert_eq!(Kind::sniff(&tar), Some(Kind::Tar));
    let findings = scanned("both", &tar);
    let whole = findings.last().unwrap();
    assert_eq!(whole.mime.as_deref(), Some("image/bmp"), "{findings:?}");
    assert!(!whole.prints.is_empty());
    assert!(findings.iter().any(|finding| finding.is_member));
    assert_ne!(
        whole.status,
        Status::NoMatch,
        "there is more behind the archive"
    );
}
