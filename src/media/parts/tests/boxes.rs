//! What is hidden in files of boxes.

use super::write::{film, part, picture};
use super::*;
use crate::error::Reason;

fn full(kind: &[u8; 4], version: u8, content: &[u8]) -> Vec<u8> {
    part(kind, &[&[version, 0, 0, 0], content].concat())
}

/// A film whose video track has samples of these sizes at these places.
fn movie(handler: &[u8; 4], places: &[u32], sizes: &[u32]) -> Vec<u8> {
    let words = |words: &[u32]| {
        words
            .iter()
            .flat_map(|word| word.to_be_bytes())
            .collect::<Vec<u8>>()
    };
    let count = u32::try_from(sizes.len()).unwrap();
    let tables = [
        full(b"stsc", 0, &words(&[1, 1, 1, 1])),
        full(b"stsz", 0, &words(&[&[0, count], sizes].concat())),
        full(b"stco", 0, &words(&[&[count], places].concat())),
    ];
    let handler = full(b"hdlr", 0, &[&[0; 4], &handler[..], &[0; 13]].concat());
    let media = [handler, part(b"minf", &part(b"stbl", &tables.concat()))].concat();
    let track = part(b"trak", &part(b"mdia", &media));
    part(b"moov", &[part(b"mvhd", &[0; 100]), track].concat())
}

fn file_type(brand: &[u8; 4]) -> Vec<u8> {
    part(b"ftyp", &[&brand[..], &[0; 4], brand].concat())
}

#[test]
fn a_picture_in_any_box_is_found() {
    let hidden = picture(Format::Jpeg, 2);
    for kind in [
        b"free", b"skip", b"uuid", b"mpvd", b"wide", b"sefd", b"XXXX",
    ] {
        for file in [
            [film(), part(kind, &hidden)].concat(),
            [file_type(b"heic"), part(kind, &hidden), part(b"mdat", b"")].concat(),
        ] {
            assert_eq!(parts(&file).len(), 1, "{kind:?}");
            assert_eq!(parts(&file)[0].1, hidden, "{kind:?}");
        }
        let mut deep = film();
        let within = part(b"udta", &part(kind, &hidden));
        deep.truncate(24);
        deep.extend(part(b"moov", &[part(b"mvhd", &[0; 100]), within].concat()));
        assert!(has(&parts(&deep), &hidden), "{kind:?}");
    }
}

#[test]
fn cover_art_is_found() {
    let hidden = picture(Format::Jpeg, 2);
    let data = part(b"data", &[&[0, 0, 0, 13, 0, 0, 0, 0], &hidden[..]].concat());
    let items = part(b"ilst", &part(b"covr", &data));
    for meta in [
        full(b"meta", 0, &items),
        part(
            b"meta",
            &[full(b"hdlr", 0, &[0; 20]), items.clone()].concat(),
        ),
    ] {
        let movie = part(
            b"moov",
            &[part(b"mvhd", &[0; 100]), part(b"udta", &meta)].concat(),
        );
        let found = parts(&[file_type(b"isom"), movie].concat());
        assert_eq!(found, [("cover.jpg".to_owned(), hidden.clone())]);
    }
}

#[test]
fn media_data_that_no_sample_takes_is_searched() {
    let hidden = picture(Format::Jpeg, 2);
    // Two samples, a picture between them, one behind them, one in media data of its own.
    let head = file_type(b"isom");
    let start = u32::try_from(head.len() + 8).unwrap();
    let second = start + 100 + u32::try_from(hidden.len()).unwrap();
    let data = [&[1; 100][..], &hidden, &[2; 100], &hidden].concat();
    let movie_of = |handler| movie(handler, &[start, second], &[100, 100]);
    let file = [
        head.clone(),
        part(b"mdat", &data),
        movie_of(b"vide"),
        part(b"mdat", &hidden),
    ]
    .concat();
    let expected = ["mdat.jpg", "mdat-2.jpg", "mdat-3.jpg"];
    assert_eq!(
        parts(&file),
        expected.map(|name| (name.to_owned(), hidden.clone()))
    );
    // A sample that is seen by the decoder of the clip is no part.
    let sample = u32::try_from(hidden.len()).unwrap();
    let file = |handler| {
        [
            head.clone(),
            part(b"mdat", &hidden),
            movie(handler, &[start], &[sample]),
        ]
        .concat()
    };
    assert_eq!(parts(&file(b"vide")), []);
    // One that nobody sees is.
    assert_eq!(parts(&file(b"text")), [("mdat.jpg".to_owned(), hidden)]);
}

#[test]
fn a_film_in_a_file_of_pictures_is_a_part_that_shares_its_data() {
    let film = movie(b"vide", &[], &[]);
    let meta = full(b"meta", 0, &full(b"hdlr", 0, &[0; 20]));
    let file = [
        file_type(b"heic"),
        meta.clone(),
        film.clone(),
        part(b"mdat", b"data"),
    ]
    .concat();
    let found = parts(&file);
    assert_eq!(found.len(), 1);
    let (name, content) = &found[0];
    assert_eq!((name.as_str(), content.len()), ("film.mp4", file.len()));
    assert_eq!(Format::sniff(content), Some(Format::Mp4));
    // It holds no further part: nothing goes round in circles.
    assert_eq!(parts(content), []);
}

#[test]
fn pictures_in_a_file_of_a_film_are_a_part() {
    let entry = full(b"infe", 2, b"\0\x01\0\0hvc1\0");
    let meta = full(
        b"meta",
        0,
        &full(b"iinf", 0, &[&[0, 1], &entry[..]].concat()),
    );
    let file = [file_type(b"isom"), movie(b"vide", &[], &[]), meta].concat();
    let found = parts(&file);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].0, "picture.heic");
    assert_eq!(Format::sniff(&found[0].1), Some(Format::Heif));
    assert_eq!(parts(&found[0].1), []);
}

#[test]
fn a_second_film_is_a_part_wherever_it_stands() {
    let two = [film(), film()].concat();
    assert_eq!(parts(&two), [("behind.mp4".to_owned(), film())]);
    // Two indexes over the same data.
    let file = [film(), movie(b"vide", &[], &[])].concat();
    let found = parts(&file);
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].0.as_str(), found[0].1.len()),
        ("film.mp4", file.len())
    );
    assert_eq!(&found[0].1[28..32], b"free");
}

#[test]
fn more_films_than_are_taken_are_said() {
    let file = [film(), movie(b"vide", &[], &[]).repeat(100)].concat();
    let found = Parts::of_bytes(Format::Mp4, &file);
    assert_eq!(found.over_limit, Some(Reason::PartsIndexes { limit: 64 }));
    let pieces = found.parts.iter().map(|part| part.pieces.len());
    assert!(pieces.sum::<usize>() < 1000);
}

/// A fragment with a run of samples of these sizes behind it, so many bytes further on than its end.
fn fragment(track: u32, sizes: &[u32], further: u32) -> Vec<u8> {
    let words = |words: &[u32]| -> Vec<u8> {
        let bytes = words.iter().flat_map(|word| word.to_be_bytes());
        bytes.collect()
    };
    let fragment = |offset: u32| {
        let count = u32::try_from(sizes.len()).unwrap();
        // The offset of the data and the size of each sample are there.
        let run = words(&[&[0x201, count, offset], sizes].concat());
        let header = words(&[0x02_0000, track]);
        let track = [part(b"tfhd", &header), part(b"trun", &run)].concat();
        part(b"moof", &part(b"traf", &track))
    };
    let len = u32::try_from(fragment(0).len()).unwrap();
    fragment(len + 8 + further)
}

/// A film whose samples are listed in fragments.
fn fragmented_movie() -> Vec<u8> {
    let header = full(
        b"tkhd",
        0,
        &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0],
    );
    let handler = full(b"hdlr", 0, &[&[0; 4], &b"vide"[..], &[0; 13]].concat());
    let tables = part(b"minf", &part(b"stbl", &full(b"stco", 0, &[0; 4])));
    let media = part(b"mdia", &[handler, tables].concat());
    let track = part(b"trak", &[header, media].concat());
    part(b"moov", &[part(b"mvhd", &[0; 100]), track].concat())
}

#[test]
fn media_data_of_fragments_that_no_sample_takes_is_searched() {
    let hidden = picture(Format::Jpeg, 2);
    let bytes = u32::try_from(hidden.len()).unwrap();
    let head = [file_type(b"isom"), fragmented_movie()].concat();
    let expected = [("mdat.jpg".to_owned(), hidden.clone())];
    let samples = [&[1; 100][..], &[2; 50]].concat();
    for (data, further) in [
        ([&samples[..], &hidden].concat(), 0),
        ([&hidden[..], &samples].concat(), bytes),
    ] {
        let fragment = fragment(1, &[100, 50], further);
        let file = [head.clone(), fragment, part(b"mdat", &data)].concat();
        assert_eq!(parts(&file), expected, "{further}");
    }
    // A sample that the decoder of the clip sees is no part. One of a track that is not there is a part.
    for (track, expected) in [(1, &[][..]), (2, &expected)] {
        let fragment = fragment(track, &[bytes], 0);
        let file = [head.clone(), fragment, part(b"mdat", &hidden)].concat();
        assert_eq!(parts(&file), expected, "{track}");
    }
}

#[cfg(feature = "jxl")]
#[test]
fn compressed_boxes_of_jpeg_xl_are_looked_into() {
    let hidden = picture(Format::Jpeg, 2);
    // A window of 16 bits, and one block that is stored as it is (RFC 7932, 9.2).
    let brotli = |bytes: &[u8]| {
        let head = 1 << 20 | (u32::try_from(bytes.len()).unwrap() - 1) << 4;
        [&head.to_le_bytes()[..3], bytes, &[3]].concat()
    };
    let exif = [b"\0\0\0\0MM\0*\0\0\0\x08\0\0\0\0\0\0", &hidden[..]].concat();
    let head = [
        part(b"JXL ", b"\r\n\x87\n"),
        part(b"ftyp", b"jxl \0\0\0\0jxl "),
    ]
    .concat();
    for (kind, content) in [(b"xml ", &hidden), (b"Exif", &exif), (b"priv", &hidden)] {
        let packed = [&kind[..], &brotli(content)].concat();
        let file = [
            &head[..],
            &part(b"jxlc", b"\xFF\x0A"),
            &part(b"brob", &packed),
        ]
        .concat();
        assert!(has(&parts(&file), &hidden), "{kind:?}");
    }
}
