//! What a dictionary says of a picture: its size, samples and colours (ISO 32000-1, 8.6 and 8.9).

use std::io;

use super::file::File;
use super::filter::{number, undo};
use super::object::{Dictionary, Object};
use super::picture::{Colors, Picture};
use crate::archive::gap::GapKind;
use crate::error::Reason;

/// How deep colours may be made of others.
const DEPTH_MAX: u32 = 4;

/// What is left to decode a stream when its bytes are unpacked.
pub(super) enum Codec {
    None,
    Jpeg,
    Fax(Dictionary),
    /// One that is not decoded here.
    Foreign(String),
}

impl Codec {
    pub(super) fn of(name: &[u8], parameters: Dictionary) -> Codec {
        match name {
            b"DCTDecode" | b"DCT" => Codec::Jpeg,
            b"CCITTFaxDecode" | b"CCF" => Codec::Fax(parameters),
            name => {
                Codec::Foreign(crate::escape::escape(&name[..name.len().min(100)]).into_owned())
            }
        }
    }
}

/// Whether a stream is a picture: thumbnails of pages do not say that they are.
pub(super) fn is_picture(about: &Dictionary) -> bool {
    let has = |names: &[&[u8]]| about.get(names).is_some();
    has(&[b"Width", b"W"]) && has(&[b"Height", b"H"])
}

/// The picture that a dictionary describes, or why it is not read.
///
/// # Errors
/// Those of the file.
pub(super) fn picture(
    file: &mut File,
    about: &Dictionary,
) -> io::Result<Result<Picture, (GapKind, Reason)>> {
    let mut value = |names: &[&[u8]]| -> io::Result<Object> {
        match about.get(names) {
            Some(object) => file.resolve(object),
            None => Ok(Object::Other),
        }
    };
    let side = |object: Object| match object {
        Object::Number(number) => u32::try_from(number).ok().filter(|side| *side > 0),
        _ => None,
    };
    let (width, height) = (
        side(value(&[b"Width", b"W"])?),
        side(value(&[b"Height", b"H"])?),
    );
    let (Some(width), Some(height)) = (width, height) else {
        return Ok(Err((GapKind::Damaged, Reason::PdfPictureSize)));
    };
    let is_mask = value(&[b"ImageMask", b"IM"])? == Object::Bool(true);
    let bits = match value(&[b"BitsPerComponent", b"BPC"])? {
        _ if is_mask => 1,
        Object::Number(bits @ (1 | 2 | 4 | 8 | 16)) => bits as u16,
        // Codes of fax have one bit, and say so nowhere.
        Object::Other => 1,
        _ => return Ok(Err((GapKind::Damaged, Reason::PdfPictureSize))),
    };
    let decode = value(&[b"Decode", b"D"])?;
    let is_inverted = matches!(&decode, Object::Array(ends)
        if ends.len() >= 2 && ends[0] == Object::Number(1) && ends[1] == Object::Number(0));
    let space = value(&[b"ColorSpace", b"CS"])?;
    let colors = if is_mask || space == Object::Other {
        Ok(Colors::Grey {
            white_is_zero: false,
        })
    } else {
        colors(file, space, 0)?
    };
    let colors = match colors {
        Ok(Colors::Grey { white_is_zero }) => Colors::Grey {
            white_is_zero: white_is_zero != is_inverted,
        },
        Ok(colors) => colors,
        Err(name) => return Ok(Err((GapKind::Unsupported, Reason::PdfColors { name }))),
    };
    Ok(Ok(Picture {
        width,
        height,
        bits,
        colors,
        compression: 1,
        fax_options: 0,
    }))
}

/// The colours of a space, or the name of one that is not read.
fn colors(file: &mut File, space: Object, depth: u32) -> io::Result<Result<Colors, String>> {
    let grey = |white_is_zero: bool| Ok(Ok(Colors::Grey { white_is_zero }));
    let (name, rest) = match file.resolve(&space)? {
        Object::Name(name) => (name, Vec::new()),
        Object::Array(mut values) if !values.is_empty() => match file.resolve(&values.remove(0))? {
            Object::Name(name) => (name, values),
            _ => return Ok(Err("?".to_owned())),
        },
        _ => return Ok(Err("?".to_owned())),
    };
    let text = || crate::escape::escape(&name[..name.len().min(100)]).into_owned();
    let rest = match rest.first() {
        _ if depth >= DEPTH_MAX => return Ok(Err(text())),
        Some(_) => rest,
        None => vec![Object::Other],
    };
    match name.as_slice() {
        b"DeviceGray" | b"G" | b"CalGray" => grey(false),
        b"DeviceRGB" | b"RGB" | b"CalRGB" => Ok(Ok(Colors::Rgb)),
        b"DeviceCMYK" | b"CMYK" => Ok(Ok(Colors::Cmyk)),
        b"ICCBased" => {
            let profile = super::dictionary(file.resolve(&rest[0])?).unwrap_or_default();
            match number(&profile, b"N", 3) {
                1 => grey(false),
                3 => Ok(Ok(Colors::Rgb)),
                4 => Ok(Ok(Colors::Cmyk)),
                _ => Ok(Err(text())),
            }
        }
        // Full ink is dark.
        b"Separation" => grey(true),
        b"Indexed" | b"I" => {
            let base = colors(file, rest[0].clone(), depth + 1)?;
            let table = match rest.get(2) {
                Some(Object::Text(table)) => table.clone(),
                Some(table) => file.text(table)?,
                None => Vec::new(),
            };
            Ok(base.map(|base| base.palette(&table)))
        }
        _ => Ok(Err(text())),
    }
}

impl File {
    /// A table of bytes: a text, or the content of a stream.
    fn text(&mut self, object: &Object) -> io::Result<Vec<u8>> {
        /// 256 colours of four inks have 1024 bytes.
        const TABLE_BYTES_MAX: usize = 4096;
        if let Object::Text(text) = self.resolve(object)? {
            return Ok(text);
        }
        let Object::Reference(number) = object else {
            return Ok(Vec::new());
        };
        let Some((about, mut data)) = self.content_of(*number)? else {
            return Ok(Vec::new());
        };
        for (name, parameters) in self.filters(&about)? {
            match undo(&name, &parameters, &data, TABLE_BYTES_MAX) {
                Some(unpacked) => data = unpacked.bytes,
                None => return Ok(Vec::new()),
            }
        }
        Ok(data)
    }
}
