//! Pictures in screenshots, posts, pages and collages, and on photographed screens.

use image::imageops::{self, FilterType};
use image::{Rgb, RgbImage};

use super::draw::{fill, salt, share, words};
use super::tone::{resized, toned};

/// On a ground of this size: where its middle is, from the left and the top. Then how wide it is.
pub(crate) fn on_ground(
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

pub(crate) fn screenshot(p: &RgbImage, ground: u8) -> RgbImage {
    let mut page = on_ground(p, [1080, 2340], [0.0, 0.22], 1.0, [ground; 3]);
    let ink = [255 - ground; 3];
    words(&mut page, [40, 30], [300, 32], ink);
    words(&mut page, [160, 150], [500, 44], ink);
    for line in 0..4 {
        words(&mut page, [40, 2000 + line * 70], [900, 34], ink);
    }
    page
}

pub(crate) fn bubble(p: &RgbImage, ground: [u8; 3]) -> RgbImage {
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

pub(crate) fn post(p: &RgbImage) -> RgbImage {
    let mut page = on_ground(p, [1080, 1900], [0.04, 0.25], 0.92, [255; 3]);
    fill(&mut page, [40, 60], [90, 90], [90, 120, 200]);
    words(&mut page, [160, 70], [420, 40], [20; 3]);
    for line in 0..3 {
        words(&mut page, [44, 200 + line * 70], [960, 36], [30; 3]);
    }
    words(&mut page, [44, 1830], [700, 30], [120; 3]);
    page
}

pub(crate) fn article(p: &RgbImage) -> RgbImage {
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
pub(crate) fn other(width: u32, height: u32, seed: u32) -> RgbImage {
    let number = |place: u32| 2.0 + 9.0 * salt(seed * 31 + place);
    RgbImage::from_fn(width, height, |x, y| {
        let (u, v) = (x as f32 / width as f32, y as f32 / height as f32);
        let wave = (u * number(1) + (v * number(2)).sin() * 2.0).sin() * (v * number(3)).cos();
        let level = (128.0 + 110.0 * wave) as u8;
        Rgb([level, level / 2 + 60, 255 - level])
    })
}

pub(crate) fn collage(p: &RgbImage, count: u32, gap: u32) -> RgbImage {
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
pub(crate) fn desk(p: &RgbImage) -> RgbImage {
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

pub(crate) fn story(p: &RgbImage) -> RgbImage {
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

/// A chat whose lines stand at one side: the right where it is written in Arabic.
pub(crate) fn chat(p: &RgbImage, is_right: bool, ground: [u8; 3]) -> RgbImage {
    let [width, height] = [1080, 2200];
    let mut page = RgbImage::from_pixel(width, height, Rgb(ground));
    let is_dark = ground[0] < 100;
    let ink = if is_dark { [225; 3] } else { [25; 3] };
    let paper = if is_dark {
        [38, 45, 49]
    } else {
        [220, 248, 198]
    };
    fill(&mut page, [0, 0], [width, 150], paper);
    words(&mut page, [180, 60], [400, 40], ink);
    let at = |wide: u32| if is_right { width - 40 - wide } else { 40 };
    for (line, y) in [(0, 210), (1, 360), (2, 1750), (3, 1900)] {
        let wide = 420 + line * 90;
        fill(&mut page, [at(wide), y], [wide, 110], paper);
        words(&mut page, [at(wide) + 24, y + 36], [wide - 60, 36], ink);
    }
    let scale = (800.0 / p.width() as f32).min(1100.0 / p.height() as f32);
    let shown = resized(p, scale);
    let x = at(shown.width() + 16);
    fill(
        &mut page,
        [x, 520],
        [shown.width() + 16, shown.height() + 70],
        paper,
    );
    imageops::replace(&mut page, &shown, i64::from(x) + 8, 528);
    let time = [x + shown.width() - 130, 545 + shown.height()];
    words(&mut page, time, [120, 24], ink);
    page
}

/// A post on a dark page with words above and below.
pub(crate) fn dark_post(p: &RgbImage) -> RgbImage {
    let mut page = on_ground(p, [1080, 1920], [0.0, 0.3], 1.0, [16, 17, 20]);
    fill(&mut page, [40, 60], [90, 90], [200, 120, 60]);
    words(&mut page, [160, 70], [420, 40], [230; 3]);
    for line in 0..4 {
        words(
            &mut page,
            [44, 220 + line * 70],
            [900 - line * 120, 36],
            [220; 3],
        );
    }
    words(&mut page, [44, 1850], [500, 30], [140; 3]);
    page
}

/// Beside two others.
pub(crate) fn strip(p: &RgbImage) -> RgbImage {
    let (width, height) = (480, (480 * p.height() / p.width()).max(1));
    let mut page = RgbImage::from_pixel(3 * width, height, Rgb([255; 3]));
    for part in 0..3 {
        let shown = if part == 1 {
            imageops::resize(p, width, height, FilterType::Triangle)
        } else {
            other(width, height, part + p.height())
        };
        imageops::replace(&mut page, &shown, (part * width).into(), 0);
    }
    page
}

/// A small one over a large other picture.
pub(crate) fn inset(p: &RgbImage) -> RgbImage {
    let mut page = other(1200, 900, p.width());
    let shown = resized(p, 520.0 / p.width().max(p.height()) as f32);
    fill(
        &mut page,
        [600, 300],
        [shown.width() + 16, shown.height() + 16],
        [255; 3],
    );
    imageops::replace(&mut page, &shown, 608, 308);
    page
}

/// A page of a newspaper: a title, columns, and the picture across two of them.
pub(crate) fn newspaper(p: &RgbImage) -> RgbImage {
    let [width, height] = [1200, 1700];
    let mut page = RgbImage::from_pixel(width, height, Rgb([244, 241, 233]));
    words(&mut page, [80, 70], [1000, 90], [15; 3]);
    let shown = resized(p, 700.0 / p.width() as f32);
    imageops::replace(&mut page, &shown, 60, 260);
    for line in 0..44 {
        let y = 270 + line * 32;
        words(&mut page, [800, y], [340, 18], [40; 3]);
        if y > 290 + shown.height() {
            words(&mut page, [60, y], [340, 18], [40; 3]);
            words(&mut page, [430, y], [330, 18], [40; 3]);
        }
    }
    page
}

/// A page of a light browser.
pub(crate) fn viewer(p: &RgbImage) -> RgbImage {
    let mut page = on_ground(p, [1920, 1080], [0.1, 0.08], 0.8, [32, 33, 36]);
    fill(&mut page, [0, 0], [1920, 60], [53, 54, 58]);
    words(&mut page, [120, 18], [500, 24], [220; 3]);
    page
}

/// A photographed screen with more or less lean.
pub(crate) fn leaning(p: &RgbImage, tilt: f32, wide: f32) -> RgbImage {
    let [width, height] = [1200_u32, 900_u32];
    RgbImage::from_fn(width, height, |x, y| {
        let (u, v) = (x as f32 / width as f32, y as f32 / height as f32);
        let scale = 1.0 + tilt * (u - 0.5) - tilt * 0.7 * (v - 0.5);
        let across = ((u - 0.5) * scale - 0.04 * (v - 0.5)) / wide + 0.5;
        let down = ((v - 0.5) * scale + 0.05 * (u - 0.5)) / wide + 0.5;
        let grain = (salt(x * 7919 + y * 104_729) * 12.0) as u8;
        let inside = (0.0..1.0).contains(&across) && (0.0..1.0).contains(&down);
        let at = |share: f32, side: u32| share * (side - 1) as f32;
        let shown = inside
            .then(|| imageops::interpolate_bilinear(p, at(across, p.width()), at(down, p.height())))
            .flatten();
        shown.unwrap_or(Rgb([140 + grain, 120 + grain, 95 + grain]))
    })
}
