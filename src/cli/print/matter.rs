//! Which files that are not decoded a person has to know of.

use basma::error::ReasonCode;
use basma::scan::{Finding, Status};

/// Media types that hold no picture. Documents, databases and archives do hold some.
const WITHOUT_PICTURES: [&str; 9] = [
    "application/java",
    "application/javascript",
    "application/llvm",
    "application/vnd.microsoft.portable-executable",
    "application/wasm",
    "application/x-executable",
    "application/x-mach-binary",
    "application/x-sharedlib",
    "application/x-x509-ca-cert",
];

/// The ends of names by which people and programs call pictures, clips and archives. A file of such a name that is nothing
/// known may be broken, encrypted or of a new format.
const NAMES: [&str; 62] = [
    "3fr", "3g2", "3gp", "7z", "ai", "arw", "asf", "avi", "avif", "bmp", "bz2", "cr2", "cr3",
    "dng", "eps", "flv", "gif", "gz", "heic", "heif", "ico", "j2k", "jfif", "jp2", "jpe", "jpeg",
    "jpg", "jxl", "jxr", "m2ts", "m4v", "mkv", "mov", "mp4", "mpeg", "mpg", "mts", "nef", "ogv",
    "orf", "pbm", "pdf", "pgm", "png", "ppm", "psd", "qoi", "raf", "rar", "raw", "rw2", "svg",
    "tar", "tga", "tif", "tiff", "ts", "webm", "webp", "wmv", "xz", "zip",
];

/// Whether a file of which not all was examined may hold pictures or clips, by what is known of it. What holds none, as
/// texts and programs, is counted and not named.
pub(in crate::cli) fn may_hold_media(finding: &Finding) -> bool {
    let is_of_no_format = finding.status == Status::Unsupported
        && finding.reason.as_ref().is_some_and(|reasons| {
            let mut codes = reasons.iter().map(|o| o.reason.code());
            codes.all(|code| {
                matches!(
                    code,
                    ReasonCode::FormatUnknown
                        | ReasonCode::FormatNotDecoded
                        | ReasonCode::FileEmpty
                )
            })
        });
    if !is_of_no_format {
        return true;
    }
    match finding.mime.as_deref() {
        Some(mime) => {
            let (kind, _) = mime.split_once('/').unwrap_or((mime, ""));
            !matches!(kind, "text" | "audio" | "font") && !WITHOUT_PICTURES.contains(&mime)
        }
        None => finding.path.extension().is_some_and(|end| {
            let end = end.to_string_lossy().to_ascii_lowercase();
            NAMES.contains(&end.as_str())
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use basma::error::Reason;

    #[test]
    fn what_may_hold_pictures_is_named() {
        let of = |path: &str, mime: Option<&'static str>, reason: Reason| {
            let mut finding = Finding::new(path, Status::Unsupported);
            finding.mime = mime.map(Into::into);
            finding.reason = Some(reason.into());
            may_hold_media(&finding)
        };
        let unknown = || Reason::FormatUnknown;
        assert!(of("a/notes.jpg", None, unknown()));
        assert!(of("a/NOTES.HEIC", None, unknown()));
        assert!(of("empty.png", None, Reason::FileEmpty));
        assert!(!of("empty", None, Reason::FileEmpty));
        assert!(!of("a.jpg/readme.txt", None, unknown()));
        let not_decoded = |mime: &str| Reason::FormatNotDecoded {
            mime: mime.to_owned(),
        };
        for (mime, named) in [
            ("text/html", false),
            ("application/x-executable", false),
            ("audio/mpeg", false),
            ("application/pdf", true),
            ("application/vnd.sqlite3", true),
            ("image/vnd.adobe.photoshop", true),
        ] {
            assert_eq!(of("a", Some(mime), not_decoded(mime)), named, "{mime}");
        }
        // A feature or a program that is missing is a gap whatever the file is.
        let mut damaged = Finding::new("a.txt", Status::Damaged);
        damaged.reason = Some(unknown().into());
        assert!(may_hold_media(&damaged));
    }

    #[test]
    fn the_names_are_in_order() {
        assert!(NAMES.is_sorted());
        assert!(WITHOUT_PICTURES.is_sorted());
    }
}
