//! Pages of a file: what one hides, leads to, or needs.

use super::*;

#[test]
fn a_page_that_cannot_be_decoded_hides_no_other() {
    let foreign = Page::new((9, 9), &[(262, 32_845), (258, 16)], vec![vec![0; 400]]);
    let broken = Page::new(
        (20, 10),
        &[(258, 8), (259, 8), (262, 1)],
        vec![vec![1, 2, 3]],
    );
    for (page, cause) in [
        (foreign, PartialCause::Unsupported),
        (broken, PartialCause::Damaged),
    ] {
        for place in 0..3 {
            let mut pages = vec![Page::grey(50), Page::grey(90)];
            pages.insert(place, page.clone());
            let (found, decoded) = pictures(&file(&pages, true));
            let decoded = decoded.unwrap();
            assert_eq!(found.iter().map(|p| p[0]).collect::<Vec<_>>(), [50, 90]);
            assert_eq!(
                (decoded.partial.is_some(), decoded.partial_cause),
                (true, cause)
            );
            assert_eq!((decoded.width, decoded.height), (20, 10));
        }
    }
}

#[test]
fn pages_below_pages_and_their_chains_are_looked_at() {
    let mut first = Page::grey(10);
    let mut below = Page::grey(20);
    below.below = vec![vec![Page::grey(30)]];
    first.below = vec![vec![below, Page::grey(40)], vec![Page::grey(50)]];
    let (found, decoded) = pictures(&file(&[first, Page::grey(60)], false));
    assert_eq!(
        found.iter().map(|p| p[0]).collect::<Vec<_>>(),
        [10, 20, 30, 40, 50, 60]
    );
    assert_eq!(decoded.unwrap().partial, None);
}

#[test]
fn pages_that_lead_in_a_circle_end_and_are_counted() {
    let mut circle = file(&[Page::grey(10)], false);
    let first = circle[4..8].to_vec();
    let end = circle.len() - 4;
    circle[end..].copy_from_slice(&first);
    assert_eq!(pictures(&circle).0.len(), 1);
    let many: Vec<Page> = (0..30).map(Page::grey).collect();
    let limits = Limits {
        frames: 7,
        ..Limits::default()
    };
    let decoded = decode(&file(&many, false), &limits, |_| {}).unwrap();
    assert_eq!((decoded.frames, decoded.capped), (7, true));
    // A directory of nothing.
    let nothing = b"II\x2a\x00\x08\x00\x00\x00\x00\x00\x08\x00\x00\x00";
    assert!(matches!(pictures(nothing).1, Err(Error::Damaged(_))));
}

#[test]
fn the_orientation_of_the_first_page_goes_for_those_below_it() {
    let mut first = Page::grey(10).with(274, 4, &[6]);
    first.below = vec![
        vec![Page::grey(20)],
        vec![Page::grey(30).with(274, 3, &[3])],
    ];
    let mut turned = Vec::new();
    let each = |frame: Frame| turned.push(frame.orientation);
    let decoded = decode(&file(&[first], false), &Limits::default(), each).unwrap();
    assert_eq!((turned, decoded.orientation), (vec![6, 6, 3], 6));
}

fn jpeg(width: u32, height: u32) -> Vec<u8> {
    let shade = |x, y| Luma([(x / 3 + y / 2) as u8]);
    let picture = image::GrayImage::from_fn(width, height, shade);
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
    bytes.into_inner()
}

/// Raw as cameras write it: a thumbnail, a preview in JPEG below it, and the samples of the sensor.
fn raw(preview: Option<Vec<u8>>, hidden: &[u8]) -> Vec<u8> {
    let sensor = Page::new(
        (3000, 2000),
        &[(258, 14), (259, 34_713), (262, 32_803)],
        vec![vec![7; 900]],
    );
    let mut first = Page::grey(80);
    first.below.push(vec![sensor]);
    if let Some(preview) = preview {
        let mut page = Page::new((0, 0), &[(259, 6)], vec![preview]);
        page.chunk_tags = (513, 514);
        first.below.push(vec![page]);
    }
    [file(&[first], true), hidden.to_vec()].concat()
}

#[test]
fn a_raw_file_is_its_previews_and_says_what_is_missing() {
    let widths = |bytes: &[u8]| {
        let mut widths = Vec::new();
        let each = |frame: Frame| widths.push(frame.picture.width());
        (decode(bytes, &Limits::default(), each).unwrap(), widths)
    };
    // The preview is of the sensor's shape, and large enough.
    let (decoded, found) = widths(&raw(Some(jpeg(600, 400)), b""));
    assert_eq!((decoded.partial, found), (None, vec![20, 600]));
    // It stands where no field leads to.
    let (decoded, found) = widths(&raw(None, &jpeg(600, 400)));
    assert_eq!((decoded.partial, found), (None, vec![20, 600]));
    for preview in [None, Some(jpeg(150, 100)), Some(jpeg(400, 400))] {
        let (decoded, found) = widths(&raw(preview.clone(), b""));
        assert_eq!(decoded.partial_cause, PartialCause::Unsupported);
        assert!(decoded.partial.is_some());
        assert_eq!(found.len(), 1 + usize::from(preview.is_some()));
    }
}

#[test]
fn a_page_of_one_stream_of_jpeg_is_read_as_such() {
    for compression in [6, 7] {
        let fields = [(258, 8), (259, compression), (262, 1)];
        let page = Page::new((60, 40), &fields, vec![jpeg(60, 40)]);
        assert_eq!(picture(&file(&[page], false)).len(), 60 * 40);
        // In strips, each is a stream; the old layout has no rule for them.
        let strips = vec![jpeg(60, 16), jpeg(60, 16), jpeg(60, 8)];
        let page = Page::new((60, 40), &fields, strips).with(278, 3, &[16]);
        let (found, decoded) = pictures(&file(&[page], false));
        if compression == 7 {
            assert_eq!((found[0].len(), decoded.unwrap().partial), (60 * 40, None));
        } else {
            assert!(matches!(decoded, Err(Error::Unsupported(_))), "{decoded:?}");
        }
    }
}

#[test]
fn every_cut_and_every_flipped_byte_is_an_answer() {
    let limits = Limits {
        pixels: 10_000,
        ..Limits::default()
    };
    let mut first = Page::grey(10);
    first.below = vec![vec![Page::grey(20)]];
    let palette = Page::new(
        (4, 1),
        &[(258, 2), (259, 5), (262, 3)],
        vec![compressed(5, vec![0x1B])],
    )
    .with(320, 3, &[9; 12]);
    for whole in [file(&[first, palette], false), raw(Some(jpeg(40, 30)), b"")] {
        for at in 0..whole.len() {
            let (found, decoded) = pictures(&whole[..at]);
            assert_eq!(decoded.is_ok(), !found.is_empty(), "cut at {at}");
            for bit in [1, 0x80] {
                let mut damaged = whole.clone();
                damaged[at] ^= bit;
                let _ = decode(&damaged, &limits, |_| {});
            }
        }
    }
}

#[test]
fn what_a_page_would_need_is_asked_for_first() {
    for fields in [
        [(322, u32::MAX), (323, u32::MAX)],
        [(322, 60_000), (323, 60_000)],
    ] {
        let mut page = Page::new((10, 10), &[(258, 8), (262, 1)], vec![vec![0; 100]]);
        for (tag, value) in fields {
            page = page.with(tag, 4, &[value]);
        }
        page.chunk_tags = (324, 325);
        let decoded = pictures(&file(&[page], false)).1;
        assert!(
            matches!(decoded, Err(Error::OverLimit { .. })),
            "{decoded:?}"
        );
    }
    let page = Page::new(
        (u32::MAX, u32::MAX),
        &[(258, 8), (262, 1)],
        vec![vec![0; 100]],
    );
    let decoded = pictures(&file(&[page], false)).1;
    assert!(
        matches!(decoded, Err(Error::OverLimit { .. })),
        "{decoded:?}"
    );
}
