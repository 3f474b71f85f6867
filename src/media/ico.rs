//! Which picture of an icon is its largest, where that is a PNG.
//!
//! The library's icon decoder takes PNG with alpha alone; icons hold every kind. Layout: a count, then a directory of 16
//! bytes a picture: width, height (0 for 256), colours, two words, size, offset.

/// The bytes of the largest picture, of those the one with the most bits a pixel, if they are a PNG.
pub(super) fn largest_png(bytes: &[u8]) -> Option<&[u8]> {
    let count = usize::from(u16::from_le_bytes([*bytes.get(4)?, *bytes.get(5)?]));
    let entries = bytes.get(6..)?.as_chunks::<16>().0.iter().take(count);
    let side = |length: u8| if length == 0 { 256 } else { u32::from(length) };
    let largest = entries.max_by_key(|entry| {
        let bits = u16::from_le_bytes([entry[6], entry[7]]);
        (side(entry[0]) * side(entry[1]), bits)
    })?;
    let number = |at: usize| {
        let field = [
            largest[at],
            largest[at + 1],
            largest[at + 2],
            largest[at + 3],
        ];
        usize::try_from(u32::from_le_bytes(field)).ok()
    };
    let (size, offset) = (number(8)?, number(12)?);
    let picture = bytes.get(offset..)?;
    let picture = &picture[..picture.len().min(size)];
    picture.starts_with(b"\x89PNG").then_some(picture)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn icon(entries: &[(u8, u8, u32)], rest: &[u8]) -> Vec<u8> {
        let mut icon = vec![0, 0, 1, 0, entries.len() as u8, 0];
        for &(side, bits, offset) in entries {
            icon.extend([side, side, 0, 0, 1, 0, bits, 0, 7, 0, 0, 0]);
            icon.extend(offset.to_le_bytes());
        }
        icon.extend(rest);
        icon
    }

    #[test]
    fn the_largest_counts() {
        let two = |a, b| icon(&[a, b], b"\x89PNG..!\x28\0\0\0..!");
        assert_eq!(
            largest_png(&two((16, 32, 45), (0, 8, 38))),
            Some(&b"\x89PNG..!"[..])
        );
        assert_eq!(largest_png(&two((0, 32, 45), (255, 32, 38))), None);
        assert_eq!(
            largest_png(&two((16, 24, 45), (16, 32, 38))),
            Some(&b"\x89PNG..!"[..])
        );
        assert_eq!(largest_png(&icon(&[(16, 32, u32::MAX)], b"")), None);
        assert_eq!(largest_png(b"\0\0\x01\0\x05\0"), None);
        assert_eq!(largest_png(b""), None);
    }
}
