//! The changes that people make to pictures, by group.

use image::imageops::{self, FilterType};
use image::{DynamicImage, Rgb, RgbImage};

use crate::photographs::jpeg;

type Edit = fn(&RgbImage) -> RgbImage;

/// Group, name and change.
pub(crate) const EDITS: [(&str, &str, Edit); 86] = [
    ("tone and size", "JPEG quality 90", |p| jpeg(p, 90)),
    ("tone and size", "JPEG quality 70", |p| jpeg(p, 70)),
    ("tone and size", "JPEG quality 50", |p| jpeg(p, 50)),
    ("tone and size", "JPEG quality 30", |p| jpeg(p, 30)),
    ("tone and size", "JPEG quality 10", |p| jpeg(p, 10)),
    ("tone and size", "half size", |p| resized(p, 0.5)),
    ("tone and size", "quarter size", |p| resized(p, 0.25)),
    ("tone and size", "320 pixels, quality 60", |p| {
        jpeg(&fitted(p, 320), 60)
    }),
    ("tone and size", "480 pixels, quality 70", |p| {
        jpeg(&fitted(p, 480), 70)
    }),
    ("tone and size", "grey", |p| {
        DynamicImage::from(imageops::grayscale(p)).into_rgb8()
    }),
    ("tone and size", "sepia", |p| {
        toned(p, |[r, g, b]| {
            let of = |w: [f32; 3]| r * w[0] + g * w[1] + b * w[2];
            [
                of([0.393, 0.769, 0.189]),
                of([0.349, 0.686, 0.168]),
                of([0.272, 0.534, 0.131]),
            ]
        })
    }),
    ("tone and size", "brighter by a quarter", |p| {
        toned(p, |c| c.map(|v| v * 1.25))
    }),
    ("tone and size", "darker by 30 %", |p| {
        toned(p, |c| c.map(|v| v * 0.7))
    }),
    ("tone and size", "contrast +40 %", |p| {
        toned(p, |c| c.map(|v| (v - 128.0) * 1.4 + 128.0))
    }),
    ("tone and size", "contrast -40 %", |p| {
        toned(p, |c| c.map(|v| (v - 128.0) * 0.6 + 128.0))
    }),
    ("tone and size", "gamma 0.6", |p| gamma(p, 0.6)),
    ("tone and size", "gamma 1.6", |p| gamma(p, 1.6)),
    ("tone and size", "inverted", |p| {
        toned(p, |c| c.map(|v| 255.0 - v))
    }),
    ("tone and size", "vignette", vignette),
    ("tone and size", "blur of 0.5 %", |p| blurred(p, 0.005)),
    ("tone and size", "blur of 1 %", |p| blurred(p, 0.01)),
    ("tone and size", "noise of 10 levels", |p| noisy(p, 10.0)),
    ("tone and size", "noise of 30 levels", |p| noisy(p, 30.0)),
    ("tone and size", "sharpened", |p| {
        imageops::unsharpen(p, 2.0, 0)
    }),
    ("tone and size", "32 levels of colour", |p| {
        toned(p, |c| c.map(|v| (v / 8.0).floor() * 8.0 + 4.0))
    }),
    ("overlays", "caption over 8 %", |p| captioned(p, 0.08)),
    ("overlays", "caption over 20 %", |p| captioned(p, 0.20)),
    ("overlays", "words at top and bottom", meme),
    ("overlays", "one sticker of 10 %", |p| stickers(p, 1, 0.10)),
    ("overlays", "one sticker of 25 %", |p| stickers(p, 1, 0.25)),
    ("overlays", "five stickers of 15 %", |p| {
        stickers(p, 5, 0.15)
    }),
    ("overlays", "lower third", |p| lower_third(p)),
    ("captions added", "caption of 15 % below", |p| {
        extended_below(p, 0.15)
    }),
    ("captions added", "caption of 30 % below", |p| {
        extended_below(p, 0.30)
    }),
    ("captions added", "caption of 20 % above", |p| {
        imageops::rotate180(&extended_below(&imageops::rotate180(p), 0.20))
    }),
    ("borders", "border of 5 %, black", |p| {
        bordered(p, [0.05; 2], 0)
    }),
    ("borders", "border of 10 %, black", |p| {
        bordered(p, [0.10; 2], 0)
    }),
    ("borders", "border of 10 %, white", |p| {
        bordered(p, [0.10; 2], 255)
    }),
    ("borders", "border of 20 %, black", |p| {
        bordered(p, [0.20; 2], 0)
    }),
    ("borders", "bars of 5 %", |p| bordered(p, [0.0, 0.05], 0)),
    ("borders", "bars of 15 %", |p| bordered(p, [0.0, 0.15], 0)),
    ("borders", "square with bars", |p| boxed(p, 1.0)),
    ("borders", "9:16 with bars", |p| boxed(p, 9.0 / 16.0)),
    ("crops up to 5 %", "cropped by 2 %", |p| {
        cropped(p, [0.02; 4])
    }),
    ("crops up to 5 %", "cropped by 5 %", |p| {
        cropped(p, [0.05; 4])
    }),
    ("crops of 10 %", "cropped by 10 %", |p| {
        cropped(p, [0.10; 4])
    }),
    ("crops of 10 %", "cropped by 10 % right and below", |p| {
        cropped(p, [0.0, 0.1, 0.0, 0.1])
    }),
    ("crops of 10 %", "cropped by 10 % on the left", |p| {
        cropped(p, [0.0, 0.0, 0.1, 0.0])
    }),
    ("larger crops", "cropped by 20 %", |p| cropped(p, [0.20; 4])),
    ("larger crops", "cropped by 30 %", |p| cropped(p, [0.30; 4])),
    ("larger crops", "cropped by 20 % right and below", |p| {
        cropped(p, [0.0, 0.2, 0.0, 0.2])
    }),
    ("larger crops", "cropped by 20 % on the left", |p| {
        cropped(p, [0.0, 0.0, 0.2, 0.0])
    }),
    ("larger crops", "cropped to a square", |p| shaped(p, 1.0)),
    ("larger crops", "cropped to 4:5", |p| shaped(p, 0.8)),
    ("larger crops", "cropped to 16:9", |p| shaped(p, 16.0 / 9.0)),
    ("larger crops", "cropped to 9:16", |p| shaped(p, 9.0 / 16.0)),
    ("aspect", "narrower by a fifth", |p| stretched(p, 0.8)),
    ("aspect", "narrower by a quarter", |p| stretched(p, 0.75)),
    ("turns", "mirrored", |p| imageops::flip_horizontal(p)),
    ("turns", "upside down in a mirror", |p| {
        imageops::flip_vertical(p)
    }),
    ("turns", "quarter turn", |p| imageops::rotate90(p)),
    ("turns", "half turn", |p| imageops::rotate180(p)),
    ("turns", "three quarters", |p| imageops::rotate270(p)),
    ("small rotations", "rotated by 1 degree", |p| {
        rotated(p, 1.0, 0.0)
    }),
    ("small rotations", "rotated by 2 degrees", |p| {
        rotated(p, 2.0, 0.0)
    }),
    ("small rotations", "rotated by 5 degrees", |p| {
        rotated(p, 5.0, 0.0)
    }),
    ("small rotations", "rotated by 2 degrees, cropped", |p| {
        rotated(p, 2.0, 0.035)
    }),
    ("small rotations", "rotated by 5 degrees, cropped", |p| {
        rotated(p, 5.0, 0.08)
    }),
    ("screenshots", "screenshot, dark", |p| screenshot(p, 18)),
    ("screenshots", "screenshot, light", |p| screenshot(p, 250)),
    ("screenshots", "screenshot, dark, quality 70", |p| {
        jpeg(&screenshot(p, 18), 70)
    }),
    ("screenshots", "full screen", |p| {
        on_ground(p, [1080, 2340], [0.0, 0.35], 1.0, [0; 3])
    }),
    ("screenshots", "chat bubble", |p| bubble(p, [236, 229, 221])),
    ("screenshots", "chat bubble, dark", |p| {
        bubble(p, [11, 20, 26])
    }),
    ("screenshots", "post on a light page", post),
    ("screenshots", "page of a browser", article),
    ("screenshots", "collage of two", |p| collage(p, 2, 0)),
    ("screenshots", "collage of four", |p| collage(p, 4, 0)),
    ("screenshots", "collage of four with gaps", |p| {
        collage(p, 4, 16)
    }),
    ("screenshots", "screen on a desk", desk),
    ("screenshots", "story over a blurred ground", story),
    ("chains", "messenger twice", |p| {
        jpeg(&fitted(&jpeg(&fitted(p, 1280), 60), 900), 50)
    }),
    ("chains", "mirrored, sent", |p| {
        jpeg(&fitted(&imageops::flip_horizontal(p), 480), 40)
    }),
    ("chains", "cropped, captioned, sent", |p| {
        jpeg(&captioned(&cropped(p, [0.05; 4]), 0.08), 60)
    }),
    ("chains", "bordered, mirrored, sent", |p| {
        jpeg(&imageops::flip_horizontal(&bordered(p, [0.1; 2], 0)), 60)
    }),
    ("chains", "screenshot of a captioned picture", |p| {
        screenshot(&captioned(p, 0.08), 18)
    }),
];

pub(crate) fn fitted(p: &RgbImage, side: u32) -> RgbImage {
    let longest = p.width().max(p.height());
    if longest <= side {
        return p.clone();
    }
    resized(p, side as f32 / longest as f32)
}

fn share(of: u32, by: f32) -> u32 {
    (of as f32 * by) as u32
}

fn resized(p: &RgbImage, by: f32) -> RgbImage {
    let side = |of: u32| share(of, by).max(1);
    imageops::resize(p, side(p.width()), side(p.height()), FilterType::CatmullRom)
}

fn toned(p: &RgbImage, tone: impl Fn([f32; 3]) -> [f32; 3]) -> RgbImage {
    let mut changed = p.clone();
    for pixel in changed.pixels_mut() {
        pixel.0 = tone(pixel.0.map(f32::from)).map(|v| v.round().clamp(0.0, 255.0) as u8);
    }
    changed
}

fn gamma(p: &RgbImage, gamma: f32) -> RgbImage {
    toned(p, |c| c.map(|v| 255.0 * (v / 255.0).powf(gamma)))
}

fn vignette(p: &RgbImage) -> RgbImage {
    let (width, height) = (p.width() as f32, p.height() as f32);
    RgbImage::from_fn(p.width(), p.height(), |x, y| {
        let (dx, dy) = (x as f32 / width - 0.5, y as f32 / height - 0.5);
        let light = 1.0 - 1.2 * (dx * dx + dy * dy);
        Rgb(p.get_pixel(x, y).0.map(|v| (f32::from(v) * light) as u8))
    })
}

fn blurred(p: &RgbImage, by: f32) -> RgbImage {
    imageops::fast_blur(p, (p.width().max(p.height()) as f32 * by).max(0.5))
}

/// Numbers without an order, 0 to 1.
fn salt(place: u32) -> f32 {
    let mixed = (place ^ place >> 15).wrapping_mul(0x85eb_ca6b);
    let mixed = (mixed ^ mixed >> 13).wrapping_mul(0xc2b2_ae35);
    (mixed >> 8) as f32 / (1 << 24) as f32
}

fn noisy(p: &RgbImage, levels: f32) -> RgbImage {
    let mut changed = p.clone();
    for (place, sample) in (0..).zip(changed.iter_mut()) {
        // Three numbers together are nearly a normal one, of a deviation of a half.
        let normal = salt(place * 3) + salt(place * 3 + 1) + salt(place * 3 + 2) - 1.5;
        *sample = (f32::from(*sample) + normal * 2.0 * levels).clamp(0.0, 255.0) as u8;
    }
    changed
}

fn fill(p: &mut RgbImage, [x, y]: [u32; 2], [width, height]: [u32; 2], colour: [u8; 3]) {
    for y in y..(y + height).min(p.height()) {
        for x in x..(x + width).min(p.width()) {
            p.put_pixel(x, y, Rgb(colour));
        }
    }
}

/// Words of a line, as bars of the size of letters.
fn words(p: &mut RgbImage, [x, y]: [u32; 2], [width, height]: [u32; 2], colour: [u8; 3]) {
    let stroke = (height / 6).max(1);
    let mut at = x;
    let mut letter = x ^ y << 4;
    while at + height / 2 < x + width {
        letter += 1;
        let number = salt(letter);
        if number > 0.16 {
            fill(p, [at, y], [stroke, height], colour);
            let bar = if number > 0.55 { 0 } else { height / 2 };
            fill(p, [at, y + bar], [height / 2, stroke], colour);
            if number > 0.7 {
                fill(p, [at + height / 2 - stroke, y], [stroke, height], colour);
            }
        }
        at += height * 2 / 3;
    }
}

/// A black bar over the bottom with white words.
fn captioned(p: &RgbImage, by: f32) -> RgbImage {
    let mut changed = p.clone();
    let bar = share(p.height(), by);
    fill(
        &mut changed,
        [0, p.height() - bar],
        [p.width(), bar],
        [0; 3],
    );
    let text = [share(p.width(), 0.9), bar / 2];
    words(
        &mut changed,
        [share(p.width(), 0.05), p.height() - bar * 3 / 4],
        text,
        [255; 3],
    );
    changed
}

fn meme(p: &RgbImage) -> RgbImage {
    let mut changed = p.clone();
    let (width, height) = p.dimensions();
    let line = [share(width, 0.8), share(height, 0.09)];
    for y in [share(height, 0.03), share(height, 0.87)] {
        let (x, edge) = (share(width, 0.1), share(height, 0.006).max(1));
        words(&mut changed, [x + edge, y + edge], line, [0; 3]);
        words(&mut changed, [x, y], line, [255; 3]);
    }
    changed
}

fn stickers(p: &RgbImage, count: u32, by: f32) -> RgbImage {
    let mut changed = p.clone();
    let (width, height) = (p.width() as f32, p.height() as f32);
    let radius = width.min(height) * by / 2.0;
    for sticker in 0..count {
        let seed = p.width() + p.height() * 3 + sticker * 11;
        let x = radius + salt(seed) * (width - 2.0 * radius);
        let y = radius + salt(seed + 5) * (height - 2.0 * radius);
        for (px, py, pixel) in changed.enumerate_pixels_mut() {
            let (dx, dy) = ((px as f32 - x) / radius, (py as f32 - y) / radius);
            if dx * dx + dy * dy < 1.0 {
                let is_eye = (dx.abs() - 0.35).powi(2) + (dy + 0.25).powi(2) < 0.03;
                let is_mouth = (0.25..0.45).contains(&dy) && dx.abs() < 0.5;
                *pixel = if is_eye || is_mouth {
                    Rgb([60, 40, 10])
                } else {
                    Rgb([255, 204, 50])
                };
            }
        }
    }
    changed
}

/// The bar of a television channel over the picture.
fn lower_third(p: &RgbImage) -> RgbImage {
    let mut changed = p.clone();
    let (width, height) = p.dimensions();
    let (y, bar) = (share(height, 0.72), share(height, 0.18));
    fill(&mut changed, [0, y], [width, bar], [180, 20, 30]);
    words(
        &mut changed,
        [width / 20, y + bar / 5],
        [share(width, 0.8), bar / 3],
        [255; 3],
    );
    fill(
        &mut changed,
        [share(width, 0.85), height / 20],
        [width / 8, height / 14],
        [255; 3],
    );
    changed
}

fn extended_below(p: &RgbImage, by: f32) -> RgbImage {
    let bar = share(p.height(), by);
    let mut page = RgbImage::from_pixel(p.width(), p.height() + bar, Rgb([255; 3]));
    imageops::replace(&mut page, p, 0, 0);
    let line = (bar / 6).max(2);
    for y in [p.height() + bar / 6, p.height() + bar / 2] {
        words(
            &mut page,
            [p.width() / 20, y],
            [share(p.width(), 0.85), line],
            [20; 3],
        );
    }
    page
}

fn bordered(p: &RgbImage, [x, y]: [f32; 2], level: u8) -> RgbImage {
    let (x, y) = (share(p.width(), x), share(p.height(), y));
    let ground = Rgb([level; 3]);
    let mut framed = RgbImage::from_pixel(p.width() + 2 * x, p.height() + 2 * y, ground);
    imageops::replace(&mut framed, p, x.into(), y.into());
    framed
}

/// With bars to a shape, of width by height.
fn boxed(p: &RgbImage, shape: f32) -> RgbImage {
    let (width, height) = (p.width() as f32, p.height() as f32);
    let wanted = [(height * shape).max(width), (width / shape).max(height)];
    let out = [
        (wanted[0] / width - 1.0) / 2.0,
        (wanted[1] / height - 1.0) / 2.0,
    ];
    bordered(p, out, 0)
}

/// Without these shares at the top, the bottom, the left and the right.
fn cropped(p: &RgbImage, [top, bottom, left, right]: [f32; 4]) -> RgbImage {
    let (x, y) = (share(p.width(), left), share(p.height(), top));
    let width = share(p.width(), 1.0 - left - right).max(1);
    let height = share(p.height(), 1.0 - top - bottom).max(1);
    imageops::crop_imm(p, x, y, width, height).to_image()
}

fn shaped(p: &RgbImage, shape: f32) -> RgbImage {
    let (width, height) = (p.width() as f32, p.height() as f32);
    let x = (1.0 - height * shape / width).max(0.0) / 2.0;
    let y = (1.0 - width / shape / height).max(0.0) / 2.0;
    cropped(p, [y, y, x, x])
}

fn stretched(p: &RgbImage, by: f32) -> RgbImage {
    imageops::resize(p, share(p.width(), by), p.height(), FilterType::Triangle)
}

/// Rotated about its centre, white outside, and cropped by a share of each side.
fn rotated(p: &RgbImage, degrees: f32, crop: f32) -> RgbImage {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (x, y) = (p.width() as f32 / 2.0, p.height() as f32 / 2.0);
    let turned = RgbImage::from_fn(p.width(), p.height(), |px, py| {
        let (dx, dy) = (px as f32 - x, py as f32 - y);
        let (sx, sy) = (x + cos * dx - sin * dy, y + sin * dx + cos * dy);
        imageops::interpolate_bilinear(p, sx, sy).unwrap_or(Rgb([255; 3]))
    });
    cropped(&turned, [crop; 4])
}

/// On a ground of this size: where its middle is, from the left and the top, and how wide it is.
fn on_ground(
    p: &RgbImage,
    [width, height]: [u32; 2],
    [x, y]: [f32; 2],
    wide: f32,
    ground: [u8; 3],
) -> RgbImage {
    let mut page = RgbImage::from_pixel(width, height, Rgb(ground));
    let room = share(height, 0.95 - y).min(share(height, 0.6));
    let scale = (width as f32 * wide / p.width() as f32).min(room as f32 / p.height() as f32);
    let shown = resized(p, scale);
    imageops::replace(
        &mut page,
        &shown,
        share(width, x).into(),
        share(height, y).into(),
    );
    page
}

fn screenshot(p: &RgbImage, ground: u8) -> RgbImage {
    let mut page = on_ground(p, [1080, 2340], [0.0, 0.22], 1.0, [ground; 3]);
    let ink = [255 - ground; 3];
    words(&mut page, [40, 30], [300, 32], ink);
    words(&mut page, [160, 150], [500, 44], ink);
    for line in 0..4 {
        words(&mut page, [40, 2000 + line * 70], [900, 34], ink);
    }
    page
}

fn bubble(p: &RgbImage, ground: [u8; 3]) -> RgbImage {
    let [width, height] = [1080, 2100];
    let mut page = RgbImage::from_pixel(width, height, Rgb(ground));
    let is_dark = ground[0] < 100;
    let ink = if is_dark { [220; 3] } else { [30; 3] };
    let paper = if is_dark { [31, 44, 52] } else { [255; 3] };
    for (line, y) in [(0, 180), (1, 330)] {
        fill(&mut page, [40, y], [520 + line * 160, 110], paper);
        words(&mut page, [64, y + 36], [460 + line * 160, 36], ink);
    }
    let scale = (720.0 / p.width() as f32).min(1100.0 / p.height() as f32);
    let shown = resized(p, scale);
    let size = [shown.width() + 20, shown.height() + 80];
    fill(&mut page, [300, 520], size, paper);
    imageops::replace(&mut page, &shown, 310, 530);
    words(
        &mut page,
        [310 + shown.width() / 2, 540 + shown.height()],
        [200, 26],
        ink,
    );
    fill(&mut page, [40, 1900], [900, 110], paper);
    words(&mut page, [64, 1936], [600, 36], ink);
    page
}

fn post(p: &RgbImage) -> RgbImage {
    let mut page = on_ground(p, [1080, 1900], [0.04, 0.25], 0.92, [255; 3]);
    fill(&mut page, [40, 60], [90, 90], [90, 120, 200]);
    words(&mut page, [160, 70], [420, 40], [20; 3]);
    for line in 0..3 {
        words(&mut page, [44, 200 + line * 70], [960, 36], [30; 3]);
    }
    words(&mut page, [44, 1830], [700, 30], [120; 3]);
    page
}

fn article(p: &RgbImage) -> RgbImage {
    let mut page = on_ground(p, [1600, 1200], [0.1, 0.28], 0.45, [250; 3]);
    fill(&mut page, [0, 0], [1600, 70], [222; 3]);
    words(&mut page, [300, 20], [700, 28], [60; 3]);
    words(&mut page, [160, 130], [1100, 64], [10; 3]);
    for line in 0..20 {
        words(&mut page, [1000, 330 + line * 40], [430, 22], [40; 3]);
    }
    page
}

/// A picture of no photograph: shaded waves.
fn other(width: u32, height: u32, seed: u32) -> RgbImage {
    let number = |place: u32| 2.0 + 9.0 * salt(seed * 31 + place);
    RgbImage::from_fn(width, height, |x, y| {
        let (u, v) = (x as f32 / width as f32, y as f32 / height as f32);
        let wave = (u * number(1) + (v * number(2)).sin() * 2.0).sin() * (v * number(3)).cos();
        let level = (128.0 + 110.0 * wave) as u8;
        Rgb([level, level / 2 + 60, 255 - level])
    })
}

fn collage(p: &RgbImage, count: u32, gap: u32) -> RgbImage {
    let (width, height) = (640, 640 * p.height() / p.width());
    let rows = count / 2;
    let [wide, high] = [2 * width + gap, rows * height + (rows - 1) * gap];
    let mut page = RgbImage::from_pixel(wide, high.max(1), Rgb([255; 3]));
    for part in 0..count {
        let (x, y) = (part % 2 * (width + gap), part / 2 * (height + gap));
        let shown = if part == 0 {
            imageops::resize(p, width, height.max(1), FilterType::Triangle)
        } else {
            other(width, height.max(1), part + p.width())
        };
        imageops::replace(&mut page, &shown, x.into(), y.into());
    }
    page
}

/// A photographed screen: the picture in a quadrilateral on a dark desk.
fn desk(p: &RgbImage) -> RgbImage {
    let [width, height] = [1200_u32, 900_u32];
    let (tilt, lean) = (0.06_f32, 0.05_f32);
    RgbImage::from_fn(width, height, |x, y| {
        let (u, v) = (x as f32 / width as f32, y as f32 / height as f32);
        let scale = 1.0 + tilt * (u - 0.5) + lean * (v - 0.5);
        let across = ((u - 0.5) * scale + 0.05 * (v - 0.5)) / 0.74 + 0.5;
        let down = ((v - 0.5) * scale - 0.04 * (u - 0.5)) / 0.74 + 0.5;
        let grain = (salt(x * 7919 + y * 104_729) * 10.0) as u8;
        if (0.0..1.0).contains(&across) && (0.0..1.0).contains(&down) {
            let at = |share: f32, side: u32| share * (side - 1) as f32;
            let pixel =
                imageops::interpolate_bilinear(p, at(across, p.width()), at(down, p.height()));
            pixel.unwrap_or(Rgb([0; 3]))
        } else {
            Rgb([22 + grain, 20 + grain, 19 + grain])
        }
    })
}

fn story(p: &RgbImage) -> RgbImage {
    let [width, height] = [720, 1280];
    let scale = height as f32 / p.height() as f32;
    let ground = imageops::resize(
        p,
        share(p.width(), scale).max(width),
        height,
        FilterType::Triangle,
    );
    let x = (ground.width() - width) / 2;
    let ground = imageops::crop_imm(&ground, x, 0, width, height).to_image();
    let mut page = toned(&imageops::fast_blur(&ground, 30.0), |c| c.map(|v| v * 0.7));
    let shown = resized(p, (width as f32 * 0.9 / p.width() as f32).min(1.4));
    let y = height.saturating_sub(shown.height()) / 2;
    imageops::replace(&mut page, &shown, (width / 20).into(), y.into());
    page
}
