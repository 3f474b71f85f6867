//! The changes that people make to pictures: ordinary ones, others, and some whose strength is drawn for each picture.

mod draw;
mod overlay;
mod screen;
mod shape;
mod tone;

use image::{RgbImage, imageops};

use crate::photographs::jpeg;
use draw::drawn;
pub(crate) use draw::{fill, words};
pub(crate) use tone::{fitted, resized};
use {overlay::*, screen::*, shape::*, tone::*};

/// A change of a picture; the number decides what is drawn.
pub(crate) type Change = fn(&RgbImage, u32) -> RgbImage;

/// Group, name and change.
pub(crate) type Edit = (&'static str, &'static str, Change);

/// The edits of the everyday. A crop by so many percent takes half of them at each side.
pub(crate) const ORDINARY: [Edit; 78] = [
    ("tone and size", "JPEG quality 90", |p, _| jpeg(p, 90)),
    ("tone and size", "JPEG quality 70", |p, _| jpeg(p, 70)),
    ("tone and size", "JPEG quality 50", |p, _| jpeg(p, 50)),
    ("tone and size", "JPEG quality 30", |p, _| jpeg(p, 30)),
    ("tone and size", "JPEG quality 10", |p, _| jpeg(p, 10)),
    ("tone and size", "half size", |p, _| resized(p, 0.5)),
    ("tone and size", "quarter size", |p, _| resized(p, 0.25)),
    ("tone and size", "800 pixels, quality 80", |p, _| {
        jpeg(&fitted(p, 800), 80)
    }),
    ("tone and size", "480 pixels, quality 70", |p, _| {
        jpeg(&fitted(p, 480), 70)
    }),
    ("tone and size", "320 pixels, quality 60", |p, _| {
        jpeg(&fitted(p, 320), 60)
    }),
    ("tone and size", "grey", |p, _| grey(p)),
    ("tone and size", "sepia", |p, _| sepia(p)),
    ("tone and size", "brighter by a quarter", |p, _| {
        toned(p, |c| c.map(|v| v * 1.25))
    }),
    ("tone and size", "darker by 30 %", |p, _| {
        toned(p, |c| c.map(|v| v * 0.7))
    }),
    ("tone and size", "contrast +40 %", |p, _| {
        toned(p, |c| c.map(|v| (v - 128.0) * 1.4 + 128.0))
    }),
    ("tone and size", "contrast -40 %", |p, _| {
        toned(p, |c| c.map(|v| (v - 128.0) * 0.6 + 128.0))
    }),
    ("tone and size", "gamma 0.6", |p, _| gamma(p, 0.6)),
    ("tone and size", "gamma 1.6", |p, _| gamma(p, 1.6)),
    ("tone and size", "colours twice as strong", |p, _| {
        saturated(p)
    }),
    ("tone and size", "stretched to all levels", |p, _| {
        levelled(p)
    }),
    ("tone and size", "inverted", |p, _| {
        toned(p, |c| c.map(|v| 255.0 - v))
    }),
    ("tone and size", "vignette", |p, _| vignette(p)),
    ("tone and size", "blur of 0.5 %", |p, _| blurred(p, 0.005)),
    ("tone and size", "blur of 1 %", |p, _| blurred(p, 0.01)),
    ("tone and size", "noise of 10 levels", |p, _| noisy(p, 10.0)),
    ("tone and size", "noise of 30 levels", |p, _| noisy(p, 30.0)),
    ("tone and size", "sharpened", |p, _| {
        imageops::unsharpen(p, 2.0, 0)
    }),
    ("overlays", "caption over 8 %", |p, _| captioned(p, 0.08)),
    ("overlays", "caption over 20 %", |p, _| captioned(p, 0.20)),
    ("overlays", "words at top and bottom", |p, _| meme(p)),
    ("overlays", "one sticker of 10 %", |p, _| {
        stickers(p, 1, 0.10)
    }),
    ("overlays", "one sticker of 25 %", |p, _| {
        stickers(p, 1, 0.25)
    }),
    ("overlays", "five stickers of 15 %", |p, _| {
        stickers(p, 5, 0.15)
    }),
    ("overlays", "a name in a corner", |p, _| signed(p)),
    ("overlays", "a name all over", |p, _| watermarked(p)),
    ("captions added", "caption of 15 % below", |p, _| {
        extended_below(p, 0.15)
    }),
    ("captions added", "caption of 30 % below", |p, _| {
        extended_below(p, 0.30)
    }),
    ("borders", "border of 5 %, black", |p, _| {
        bordered(p, [0.05; 2], 0)
    }),
    ("borders", "border of 10 %, black", |p, _| {
        bordered(p, [0.10; 2], 0)
    }),
    ("borders", "border of 10 %, white", |p, _| {
        bordered(p, [0.10; 2], 255)
    }),
    ("borders", "border of 20 %, black", |p, _| {
        bordered(p, [0.20; 2], 0)
    }),
    ("borders", "bars of 5 %", |p, _| bordered(p, [0.0, 0.05], 0)),
    ("borders", "bars of 15 %", |p, _| {
        bordered(p, [0.0, 0.15], 0)
    }),
    ("borders", "square with bars", |p, _| boxed(p, 1.0)),
    ("borders", "9:16 with bars", |p, _| boxed(p, 9.0 / 16.0)),
    ("borders", "9:16 with bars, quality 60", |p, _| {
        jpeg(&boxed(p, 9.0 / 16.0), 60)
    }),
    ("crops up to 5 %", "cropped by 2 %", |p, _| {
        cropped(p, [0.01; 4])
    }),
    ("crops up to 5 %", "cropped by 5 %", |p, _| {
        cropped(p, [0.025; 4])
    }),
    ("crops of 10 %", "cropped by 10 %", |p, _| {
        cropped(p, [0.05; 4])
    }),
    (
        "crops of 10 %",
        "cropped by 10 % right and below",
        |p, _| cropped(p, [0.0, 0.1, 0.0, 0.1]),
    ),
    ("larger crops", "cropped by 20 %", |p, _| {
        cropped(p, [0.10; 4])
    }),
    ("larger crops", "cropped by 30 %", |p, _| {
        cropped(p, [0.15; 4])
    }),
    ("larger crops", "cropped by 20 % right and below", |p, _| {
        cropped(p, [0.0, 0.2, 0.0, 0.2])
    }),
    ("larger crops", "cropped to a square", |p, _| shaped(p, 1.0)),
    ("aspect", "narrower by a fifth", |p, _| stretched(p, 0.8)),
    ("aspect", "narrower by a quarter", |p, _| stretched(p, 0.75)),
    ("turns", "mirrored", |p, _| imageops::flip_horizontal(p)),
    ("turns", "upside down in a mirror", |p, _| {
        imageops::flip_vertical(p)
    }),
    ("turns", "quarter turn", |p, _| imageops::rotate90(p)),
    ("turns", "half turn", |p, _| imageops::rotate180(p)),
    ("turns", "three quarters", |p, _| imageops::rotate270(p)),
    ("small rotations", "rotated by 1 degree", |p, _| {
        rotated(p, 1.0, 0.0)
    }),
    ("small rotations", "rotated by 2 degrees", |p, _| {
        rotated(p, 2.0, 0.0)
    }),
    ("small rotations", "rotated by 5 degrees", |p, _| {
        rotated(p, 5.0, 0.0)
    }),
    (
        "small rotations",
        "rotated by 2 degrees, cropped",
        |p, _| rotated(p, 2.0, 0.035),
    ),
    (
        "small rotations",
        "rotated by 5 degrees, cropped",
        |p, _| rotated(p, 5.0, 0.08),
    ),
    ("screenshots", "screenshot, dark", |p, _| screenshot(p, 18)),
    ("screenshots", "screenshot, light", |p, _| {
        screenshot(p, 250)
    }),
    ("screenshots", "screenshot, dark, quality 70", |p, _| {
        jpeg(&screenshot(p, 18), 70)
    }),
    ("screenshots", "full screen", |p, _| {
        on_ground(p, [1080, 2340], [0.0, 0.35], 1.0, [0; 3])
    }),
    ("screenshots", "chat bubble", |p, _| {
        bubble(p, [236, 229, 221])
    }),
    ("chains", "messenger twice", |p, _| {
        jpeg(&fitted(&jpeg(&fitted(p, 1280), 60), 900), 50)
    }),
    ("chains", "GIF", |p, _| gif(p)),
    ("chains", "GIF of 480 pixels", |p, _| gif(&fitted(p, 480))),
    ("chains", "32 levels of colour", |p, _| {
        toned(p, |c| c.map(|v| (v / 8.0).floor() * 8.0 + 4.0))
    }),
    ("chains", "mirrored, sent", |p, _| {
        jpeg(&fitted(&imageops::flip_horizontal(p), 480), 40)
    }),
    ("chains", "cropped, captioned, sent", |p, _| {
        jpeg(&captioned(&cropped(p, [0.025; 4]), 0.08), 60)
    }),
    ("chains", "bordered, mirrored, sent", |p, _| {
        jpeg(&imageops::flip_horizontal(&bordered(p, [0.1; 2], 0)), 60)
    }),
];

/// Further edits: what surrounds copies, cuts them at one side, or hides a part of them.
pub(crate) const OTHERS: [Edit; 40] = [
    ("collages", "collage of two", |p, _| collage(p, 2, 0)),
    ("collages", "collage of four", |p, _| collage(p, 4, 0)),
    ("collages", "collage of four with gaps", |p, _| {
        collage(p, 4, 16)
    }),
    ("collages", "between two others", |p, _| strip(p)),
    ("collages", "small over another", |p, _| inset(p)),
    ("chats", "chat bubble, dark", |p, _| bubble(p, [11, 20, 26])),
    ("chats", "chat, left, light", |p, _| {
        chat(p, false, [239, 234, 226])
    }),
    ("chats", "chat, left, dark", |p, _| {
        chat(p, false, [12, 19, 24])
    }),
    ("chats", "chat, right, light", |p, _| {
        chat(p, true, [239, 234, 226])
    }),
    ("chats", "chat, right, dark", |p, _| {
        chat(p, true, [12, 19, 24])
    }),
    ("chats", "chat, right, sent", |p, _| {
        jpeg(&fitted(&chat(p, true, [239, 234, 226]), 1000), 60)
    }),
    ("posts and pages", "post on a light page", |p, _| post(p)),
    ("posts and pages", "post on a dark page", |p, _| {
        dark_post(p)
    }),
    ("posts and pages", "page of a browser", |p, _| article(p)),
    ("posts and pages", "page of a newspaper", |p, _| {
        newspaper(p)
    }),
    ("posts and pages", "viewer on a desk", |p, _| viewer(p)),
    ("posts and pages", "post, sent", |p, _| {
        jpeg(&fitted(&post(p), 900), 55)
    }),
    ("posts and pages", "story over a blurred ground", |p, _| {
        story(p)
    }),
    ("photographed screens", "screen on a dark desk", |p, _| {
        desk(p)
    }),
    (
        "photographed screens",
        "screen that leans a little",
        |p, _| leaning(p, 0.05, 0.8),
    ),
    ("photographed screens", "screen that leans much", |p, _| {
        leaning(p, 0.18, 0.66)
    }),
    ("photographed screens", "screen, mirrored, sent", |p, _| {
        jpeg(&imageops::flip_horizontal(&desk(p)), 55)
    }),
    (
        "crops of one side",
        "cropped by 10 % on the left",
        |p, _| cropped(p, [0.0, 0.0, 0.1, 0.0]),
    ),
    (
        "crops of one side",
        "cropped by 20 % on the left",
        |p, _| cropped(p, [0.0, 0.0, 0.2, 0.0]),
    ),
    ("crops of one side", "cropped by 10 % above", |p, _| {
        cropped(p, [0.1, 0.0, 0.0, 0.0])
    }),
    ("crops of one side", "cropped by 25 % below", |p, _| {
        cropped(p, [0.0, 0.25, 0.0, 0.0])
    }),
    ("crops of one side", "cropped to 4:5", |p, _| shaped(p, 0.8)),
    ("crops of one side", "cropped to 16:9", |p, _| {
        shaped(p, 16.0 / 9.0)
    }),
    ("crops of one side", "cropped to 9:16", |p, _| {
        shaped(p, 9.0 / 16.0)
    }),
    ("faces, arrows, bars", "a blurred face", |p, _| {
        blurred_face(p, 0.3)
    }),
    ("faces, arrows, bars", "a large blurred face", |p, _| {
        blurred_face(p, 0.5)
    }),
    ("faces, arrows, bars", "a red circle", |p, _| circled(p)),
    ("faces, arrows, bars", "arrows", |p, _| arrows(p)),
    ("faces, arrows, bars", "lower third", |p, _| lower_third(p)),
    ("faces, arrows, bars", "caption of 20 % above", |p, _| {
        extended_above(p, 0.20)
    }),
    (
        "longer chains",
        "screenshot of a captioned picture",
        |p, _| screenshot(&captioned(p, 0.08), 18),
    ),
    ("longer chains", "screenshot of a screenshot", |p, _| {
        screenshot(&screenshot(p, 250), 18)
    }),
    ("longer chains", "cropped, mirrored, grey", |p, _| {
        grey(&imageops::flip_horizontal(&cropped(p, [0.03; 4])))
    }),
    ("longer chains", "rotated, bordered, sent", |p, _| {
        jpeg(&bordered(&rotated(p, 1.5, 0.03), [0.08; 2], 255), 60)
    }),
    ("longer chains", "cropped, in a chat", |p, _| {
        bubble(&cropped(p, [0.04; 4]), [236, 229, 221])
    }),
];

/// Edits whose strength is drawn for each picture: fixed ones flatter any set of views.
pub(crate) const DRAWN: [Edit; 15] = [
    ("drawn", "each side cropped by up to 5 %", |p, s| {
        cropped(
            p,
            [
                drawn(s, 0, [0.0, 0.05]),
                drawn(s, 1, [0.0, 0.05]),
                drawn(s, 2, [0.0, 0.05]),
                drawn(s, 3, [0.0, 0.05]),
            ],
        )
    }),
    ("drawn", "each side cropped by up to 10 %", |p, s| {
        cropped(
            p,
            [
                drawn(s, 4, [0.0, 0.1]),
                drawn(s, 5, [0.0, 0.1]),
                drawn(s, 6, [0.0, 0.1]),
                drawn(s, 7, [0.0, 0.1]),
            ],
        )
    }),
    ("drawn", "each side cropped by up to 15 %", |p, s| {
        cropped(
            p,
            [
                drawn(s, 8, [0.0, 0.15]),
                drawn(s, 9, [0.0, 0.15]),
                drawn(s, 10, [0.0, 0.15]),
                drawn(s, 11, [0.0, 0.15]),
            ],
        )
    }),
    ("drawn", "cropped to a shape", |p, s| {
        shaped(p, drawn(s, 12, [0.7, 1.6]))
    }),
    ("drawn", "rotated by up to 5 degrees", |p, s| {
        rotated(p, drawn(s, 13, [-5.0, 5.0]), 0.0)
    }),
    ("drawn", "rotated by up to 4 degrees, cropped", |p, s| {
        rotated(p, drawn(s, 14, [-4.0, 4.0]), 0.07)
    }),
    ("drawn", "stretched", |p, s| {
        stretched(p, drawn(s, 15, [0.6, 1.5]))
    }),
    ("drawn", "a caption over 5 to 25 %", |p, s| {
        captioned(p, drawn(s, 16, [0.05, 0.25]))
    }),
    ("drawn", "a caption of 8 to 40 % below", |p, s| {
        extended_below(p, drawn(s, 17, [0.08, 0.4]))
    }),
    ("drawn", "a border of 2 to 25 %", |p, s| {
        bordered(
            p,
            [drawn(s, 18, [0.02, 0.25]), drawn(s, 19, [0.02, 0.25])],
            drawn(s, 20, [0.0, 255.0]) as u8,
        )
    }),
    ("drawn", "up to six stickers", |p, s| {
        stickers(
            p,
            drawn(s, 21, [1.0, 6.99]) as u32,
            drawn(s, 22, [0.06, 0.18]),
        )
    }),
    ("drawn", "a blurred face", |p, s| {
        blurred_face(p, drawn(s, 23, [0.15, 0.5]))
    }),
    ("drawn", "on a screen at any place", |p, s| {
        on_ground(
            p,
            [1080, 2200],
            [0.0, drawn(s, 24, [0.05, 0.45])],
            1.0,
            [drawn(s, 25, [0.0, 255.0]) as u8; 3],
        )
    }),
    ("drawn", "screen that leans", |p, s| {
        leaning(p, drawn(s, 26, [0.0, 0.2]), drawn(s, 27, [0.6, 0.9]))
    }),
    ("drawn", "tone, size and quality", |p, s| {
        jpeg(
            &fitted(
                &gamma(p, drawn(s, 28, [0.6, 1.7])),
                drawn(s, 29, [240.0, 900.0]) as u32,
            ),
            drawn(s, 30, [30.0, 90.0]) as u8,
        )
    }),
];
