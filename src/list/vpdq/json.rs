//! The two layouts in JSON. Frames are read one by one as they come, so that no other value is ever held.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::read::{NO_FRAMES, Order, frame_number, frame_quality, seconds, triple};
use super::{Frame, times};
use crate::hash::Pdq;
use crate::list::{Fault, Line, hash, quoted};

type Result<T> = std::result::Result<T, Fault>;

/// The frames of an array of strings; faults count bytes from the start of the text.
pub(crate) fn array(text: &str) -> Result<Vec<Frame>> {
    let mut frames = Frames::new(text);
    read(text, &mut frames)?;
    let Frames {
        mut all, coarse, ..
    } = frames;
    if coarse {
        times::restore(&mut all);
    }
    Ok(all)
}

/// The frames of an object by their numbers; faults count bytes from the start of the text.
pub(crate) fn object(text: &str) -> Result<Vec<Frame>> {
    let mut frames = Frames {
        by_number: true,
        ..Frames::new(text)
    };
    read(text, &mut frames)?;
    Ok(frames.all)
}

fn read(text: &str, frames: &mut Frames<'_>) -> Result<()> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = (&mut *frames)
        .deserialize(&mut reader)
        .and_then(|()| reader.end());
    if let Some(fault) = frames.fault.take() {
        return Err(fault);
    }
    read.map_err(|error| syntax(&error, text))?;
    if frames.all.is_empty() {
        Err(Fault::new(0, "E050", NO_FRAMES))
    } else {
        Ok(())
    }
}

/// What is read so far.
struct Frames<'a> {
    text: &'a str,
    by_number: bool,
    all: Vec<Frame>,
    order: Order,
    /// Whether all times have three digits at most.
    coarse: bool,
    /// What is wrong with a frame.
    fault: Option<Fault>,
}

impl<'a> Frames<'a> {
    fn new(text: &'a str) -> Frames<'a> {
        Frames {
            text,
            by_number: false,
            all: Vec::new(),
            order: Order::default(),
            coarse: true,
            fault: None,
        }
    }

    /// A string of an array.
    fn element(&mut self, raw: &RawValue) -> Result<Frame> {
        let Ok(text) = serde_json::from_str::<Cow<'_, str>>(raw.get()) else {
            let got = quoted(raw.get().as_bytes());
            let message = format!("a frame is a string of hash, quality and time; got {got}");
            return Err(Fault::new(0, "E060", message));
        };
        let line = Line {
            number: 1,
            text: text.as_bytes(),
        };
        // Behind the quotation mark.
        let (frame, coarse) = triple(&text, &line).map_err(|fault| fault.shifted(1))?;
        self.coarse &= coarse;
        self.order.counted(frame)
    }

    /// A value of an object.
    fn value(&mut self, number: &str, raw: &RawValue) -> Result<Frame> {
        let old: Old<'_> = serde_json::from_str(raw.get()).map_err(|e| syntax(&e, raw.get()))?;
        let digits = old.hash.as_ref();
        let place = raw.get().find(digits).unwrap_or(0);
        let hash = hash(crate::hash::HashType::Pdq, digits, place, false)?;
        self.order.numbered(Frame {
            number: frame_number(number, 0)?,
            quality: frame_quality(&old.quality.to_string(), 0)?,
            hash: hash.as_pdq().unwrap_or(Pdq([0; 32])),
            seconds: Some(seconds(old.timestamp.get(), 0)?),
        })
    }

    /// Keeps a frame, or what is wrong with it and where.
    fn keep<E: serde::de::Error>(
        &mut self,
        raw: &RawValue,
        read: Result<Frame>,
    ) -> std::result::Result<(), E> {
        match read {
            Ok(frame) => {
                self.all.push(frame);
                Ok(())
            }
            Err(fault) => {
                let place = raw.get().as_ptr() as usize - self.text.as_ptr() as usize;
                self.fault = Some(fault.shifted(place));
                Err(E::custom("a bad frame"))
            }
        }
    }
}

/// A frame of an object. What else it holds is left alone.
#[derive(Deserialize)]
struct Old<'a> {
    quality: serde_json::Number,
    #[serde(borrow)]
    hash: Cow<'a, str>,
    /// As it is written: the reader of JSON rounds numbers.
    #[serde(borrow)]
    timestamp: &'a RawValue,
}

impl<'de> DeserializeSeed<'de> for &mut Frames<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> std::result::Result<(), D::Error> {
        if self.by_number {
            reader.deserialize_map(self)
        } else {
            reader.deserialize_seq(self)
        }
    }
}

impl<'de> Visitor<'de> for &mut Frames<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.by_number {
            "an object of frames by number"
        } else {
            "an array of frames"
        })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut values: A) -> std::result::Result<(), A::Error> {
        while let Some(raw) = values.next_element::<&'de RawValue>()? {
            let read = self.element(raw);
            self.keep(raw, read)?;
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut pairs: A) -> std::result::Result<(), A::Error> {
        while let Some((key, raw)) = pairs.next_entry::<Cow<'de, str>, &'de RawValue>()? {
            let read = self.value(&key, raw);
            self.keep(raw, read)?;
        }
        Ok(())
    }
}

/// What the reader of JSON complains of, where it does.
fn syntax(error: &serde_json::Error, text: &str) -> Fault {
    let before = text
        .split_inclusive('\n')
        .take(error.line().saturating_sub(1));
    let at = before.map(str::len).sum::<usize>() + error.column().saturating_sub(1);
    // Python writes what JSON has no word for. The place may be that of the word, or of its second letter.
    let near = |back: usize| text.as_bytes().get(at.saturating_sub(back)..);
    let word = |rest: &[u8]| {
        let rest = rest.trim_ascii_start();
        rest.starts_with(b"NaN") || rest.starts_with(b"Infinity") || rest.starts_with(b"-Infinity")
    };
    if (0..=1).filter_map(near).any(word) {
        return Fault::new(at, "E052", "a time that is no number");
    }
    // The library's own text ends with a position.
    let said = error.to_string();
    let said = said.split(" at line ").next().unwrap_or_default();
    let said = crate::escape::escape(said.as_bytes()).into_owned();
    let said = format!("{said}; is the file whole? frames of a video (vPDQ) are expected");
    Fault::new(at, "E060", said)
}
