//! Volumes of archives that only their names tell: a piece of a file that was split begins as nothing known.

use std::path::Path;

/// Whether a file has the name of a volume: `.001` and further numbers, `.z01`, `.r00`, `.part2.rar`.
pub(super) fn is_named_volume(path: &Path) -> bool {
    let Some(name) = path.file_name().map(|name| name.as_encoded_bytes()) else {
        return false;
    };
    let name = name.to_ascii_lowercase();
    let mut parts = name.rsplit(|byte| *byte == b'.');
    let (Some(end), Some(before)) = (parts.next(), parts.next()) else {
        return false;
    };
    let digits = |bytes: &[u8]| bytes.iter().all(u8::is_ascii_digit);
    match end {
        b"rar" => before
            .strip_prefix(b"part")
            .is_some_and(|number| !number.is_empty() && digits(number)),
        [b'z' | b'r' | b's', number @ ..] => number.len() == 2 && digits(number),
        number => number.len() == 3 && digits(number) && number != b"000",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn volumes_are_told_by_their_names() {
        let of = |name: &str| is_named_volume(Path::new(name));
        for name in [
            "a.7z.001",
            "a.zip.999",
            "b/a.z01",
            "a.Z12",
            "a.r00",
            "a.s01",
            "a.part02.rar",
        ] {
            assert!(of(name), "{name}");
        }
        for name in [
            "a.000",
            "a.12",
            "a.0001",
            "a.z1",
            "a.zip",
            "001",
            "a.part.rar",
            "a.rar",
            "a.jpg",
        ] {
            assert!(!of(name), "{name}");
        }
    }
}
