//! A JSON document, walked without keeping it.
//!
//! Values are passed over by their brackets and quotes alone, so that one bad record does not hide the next. What a
//! record holds is read by `serde_json`, record by record.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Range;

use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};

use super::super::line::Fault;
use crate::escape;

/// A document that cannot be walked on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Broken {
    /// Where, in bytes from the start.
    pub(crate) at: usize,
    /// Whether the text ends there.
    pub(crate) ends: bool,
}

impl Broken {
    /// As the fault of a list: `whole` names what is cut.
    pub(in crate::list) fn fault(self, whole: &str) -> Fault {
        let message = if self.ends {
            format!("the {whole} ends in the middle: it was cut short; fetch it again")
        } else {
            format!("the {whole} is not valid JSON from here on; fetch or export it again")
        };
        Fault::fatal(0, "E071", message)
    }
}

/// A place in a document.
#[derive(Clone, Debug)]
pub(crate) struct Walk<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Walk<'a> {
        Walk { bytes, at: 0 }
    }

    /// The next byte that is not blank, and where it stands.
    pub(crate) fn peek(&mut self) -> Option<u8> {
        while let Some(byte) = self.bytes.get(self.at) {
            if !matches!(byte, b' ' | b'\t' | b'\r' | b'\n') {
                return Some(*byte);
            }
            self.at += 1;
        }
        None
    }

    /// Goes on from a place.
    pub(in crate::list) fn skip_to(&mut self, at: usize) {
        self.at = at;
    }

    pub(crate) fn at(&self) -> usize {
        self.at
    }

    fn broken(&self) -> Broken {
        Broken {
            at: self.at,
            ends: self.at >= self.bytes.len(),
        }
    }

    /// Passes one byte, as an opening bracket.
    pub(crate) fn expect(&mut self, byte: u8) -> Result<(), Broken> {
        if self.peek() == Some(byte) {
            self.at += 1;
            Ok(())
        } else {
            Err(self.broken())
        }
    }

    /// Whether another member or item comes before the closing bracket, which is passed.
    pub(crate) fn more(&mut self, close: u8, is_first: &mut bool) -> Result<bool, Broken> {
        match self.peek() {
            Some(byte) if byte == close => {
                self.at += 1;
                Ok(false)
            }
            Some(b',') if !*is_first => {
                self.at += 1;
                // A comma before the bracket is no JSON.
                match self.peek() {
                    Some(byte) if byte != close => Ok(true),
                    _ => Err(self.broken()),
                }
            }
            Some(_) if *is_first => {
                *is_first = false;
                Ok(true)
            }
            _ => Err(self.broken()),
        }
    }

    /// The key of a member, with its colon passed.
    pub(crate) fn key(&mut self) -> Result<Cow<'a, str>, Broken> {
        if self.peek() != Some(b'"') {
            return Err(self.broken());
        }
        let at = self.value()?;
        let key = serde_json::from_slice::<Text<'a>>(&self.bytes[at.clone()]);
        let Text(key) = key.map_err(|_| Broken {
            at: at.start,
            ends: false,
        })?;
        self.expect(b':')?;
        Ok(key)
    }

    /// Reads a record, and tells where it stands. A record that is as it should be is passed once, by its own reader.
    /// Any other is passed by its brackets, so that the next one is found.
    pub(in crate::list) fn record<T: Deserialize<'a>>(&mut self) -> Result<Placed<T>, Broken> {
        if matches!(self.peek(), Some(b'{' | b'[')) {
            let start = self.at;
            let mut records =
                serde_json::Deserializer::from_slice(&self.bytes[start..]).into_iter();
            if let Some(Ok(read)) = records.next() {
                self.at = start + records.byte_offset();
                return Ok((start..self.at, Ok(read)));
            }
        }
        let at = self.value()?;
        let read = record(self.bytes(&at));
        Ok((at, read))
    }

    /// Passes a value of any kind, and tells where it stands.
    pub(crate) fn value(&mut self) -> Result<Range<usize>, Broken> {
        let first = self.peek().ok_or_else(|| self.broken())?;
        let start = self.at;
        match first {
            b'"' => self.string()?,
            b'{' | b'[' => self.nested()?,
            b',' | b':' | b'}' | b']' => return Err(self.broken()),
            _ => {
                let rest = &self.bytes[self.at..];
                let is_end = |byte: &u8| {
                    matches!(
                        byte,
                        b',' | b'}' | b']' | b':' | b' ' | b'\t' | b'\r' | b'\n'
                    )
                };
                self.at += rest.iter().position(is_end).unwrap_or(rest.len());
            }
        }
        Ok(start..self.at)
    }

    /// The bytes of a value that was passed.
    pub(crate) fn bytes(&self, at: &Range<usize>) -> &'a [u8] {
        &self.bytes[at.clone()]
    }

    fn string(&mut self) -> Result<(), Broken> {
        self.at += 1;
        loop {
            let rest = &self.bytes[self.at..];
            match memchr::memchr2(b'"', b'\\', rest) {
                Some(found) if rest[found] == b'"' => {
                    self.at += found + 1;
                    return Ok(());
                }
                Some(found) if found + 1 < rest.len() => self.at += found + 2,
                _ => {
                    self.at = self.bytes.len();
                    return Err(self.broken());
                }
            }
        }
    }

    /// Brackets are counted, not kept: depth costs no memory.
    fn nested(&mut self) -> Result<(), Broken> {
        let mut depth = 0_u64;
        while let Some(byte) = self.bytes.get(self.at) {
            match byte {
                b'"' => {
                    self.string()?;
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return Ok(());
            }
        }
        Err(self.broken())
    }
}

/// A record, or what is wrong with it, and where it stands.
pub(in crate::list) type Placed<T> = (Range<usize>, Result<T, Fault>);

/// Reads a record, or says what is wrong with it.
pub(in crate::list) fn record<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Result<T, Fault> {
    serde_json::from_slice(bytes).map_err(|error| {
        let text = error.to_string();
        let text = text.split(" at line ").next().unwrap_or_default();
        let text = escape::escape(text.as_bytes()).into_owned();
        Fault::new(
            0,
            "E060",
            format!("the record is not as it should be: {text}"),
        )
    })
}

/// A text, or a number as its text. Some interfaces write ids in either way. It is borrowed from the document where it
/// stands there as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Text<'a>(pub(crate) Cow<'a, str>);

impl Text<'_> {
    pub(in crate::list) fn into_owned(self) -> String {
        self.0.into_owned()
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Text<'a>, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or a number")
            }

            fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }

            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(number.to_string())))
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(number.to_string())))
            }

            fn visit_f64<E: de::Error>(self, number: f64) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(number.to_string())))
            }

            fn visit_bool<E: de::Error>(self, value: bool) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(if value { "true" } else { "false" })))
            }

            fn visit_unit<E: de::Error>(self) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed("")))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

/// A collection that stands as `{"data": [..]}` or `[..]`, or is absent. An empty one may be an object or an array.
#[derive(Clone, Debug)]
pub(in crate::list) struct Data<T>(pub(in crate::list) Vec<T>);

impl<T> Default for Data<T> {
    fn default() -> Data<T> {
        Data(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Data<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Data<T>, D::Error> {
        struct Any<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Any<T> {
            type Value = Data<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array, or an object with one under \"data\"")
            }

            fn visit_unit<E: de::Error>(self) -> Result<Data<T>, E> {
                Ok(Data::default())
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Data<T>, A::Error> {
                let mut all = Vec::new();
                while let Some(item) = items.next_element()? {
                    all.push(item);
                }
                Ok(Data(all))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Data<T>, A::Error> {
                let mut all = Data::default();
                while let Some(Text(key)) = map.next_key::<Text<'de>>()? {
                    if key == "data" {
                        all = map.next_value()?;
                    } else {
                        map.next_value::<de::IgnoredAny>()?;
                    }
                }
                Ok(all)
            }
        }
        deserializer.deserialize_any(Any(PhantomData))
    }
}

/// An object of texts. An empty one may stand as `[]`, as some languages write it.
#[derive(Clone, Debug, Default)]
pub(in crate::list) struct Pairs(pub(in crate::list) Vec<(String, String)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Pairs, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Pairs;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of texts")
            }

            fn visit_unit<E: de::Error>(self) -> Result<Pairs, E> {
                Ok(Pairs::default())
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Pairs, A::Error> {
                match items.next_element::<de::IgnoredAny>()? {
                    None => Ok(Pairs::default()),
                    Some(_) => Err(de::Error::custom("an array with items, not an object")),
                }
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                let mut pairs = Vec::new();
                while let Some((key, value)) = map.next_entry::<String, Text<'_>>()? {
                    pairs.push((key, value.into_owned()));
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    /// What a walk finds in an array.
    fn items(text: &[u8]) -> Result<Vec<Range<usize>>, Broken> {
        let mut walk = Walk::new(text);
        walk.expect(b'[')?;
        let (mut first, mut items) = (true, Vec::new());
        while walk.more(b']', &mut first)? {
            items.push(walk.value()?);
        }
        Ok(items)
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            "(?s).{0,6}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec(("(?s).{0,4}", inner), 0..4)
                    .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_walk_finds_the_items_that_serde_json_finds(all in prop::collection::vec(any_json(), 0..6), pretty in any::<bool>()) {
            let value = Value::from(all.clone());
            let text = if pretty { serde_json::to_vec_pretty(&value) } else { serde_json::to_vec(&value) }.unwrap();
            let found: Vec<Value> = items(&text).unwrap().into_iter()
                .map(|at| serde_json::from_slice(&text[at]).unwrap()).collect();
            prop_assert_eq!(found, all);
            for end in 0..text.len() {
                prop_assert!(items(&text[..end]).is_err(), "cut at {}", end);
            }
        }

        #[test]
        fn any_bytes_end_a_walk(text in prop::collection::vec(any::<u8>(), 0..60)) {
            let _ = items(&text);
        }
    }

    #[test]
    fn depth_costs_no_stack() {
        let deep = "[".repeat(3_000_000) + &"]".repeat(3_000_000);
        assert_eq!(items(deep.as_bytes()).unwrap().len(), 1);
        assert!(record::<Value>(deep.as_bytes()).is_err());
    }

    #[test]
    fn an_empty_object_may_be_an_empty_array() {
        assert!(record::<Pairs>(b"[]").unwrap().0.is_empty());
        assert!(record::<Pairs>(b"{}").unwrap().0.is_empty());
        assert!(record::<Pairs>(b"[1]").is_err());
        assert_eq!(
            record::<Data<u8>>(b"{\"data\":[1],\"x\":2}").unwrap().0,
            [1]
        );
        assert_eq!(record::<Data<u8>>(b"[1]").unwrap().0, [1]);
        assert_eq!(record::<Text<'_>>(b"17").unwrap().0, "17");
    }
}
