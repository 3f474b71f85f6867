//! The objects of PDF (ISO 32000-1, 7.3), as far as pictures need them.

/// How deep arrays and dictionaries may lie one within the other.
const DEPTH_MAX: u32 = 32;

/// The most values in one object.
const VALUES_MAX: u32 = 200_000;

/// A value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Object {
    /// What says nothing here: null, fractions, keywords.
    Other,
    Bool(bool),
    Number(i64),
    Name(Vec<u8>),
    Text(Vec<u8>),
    Array(Vec<Object>),
    Dictionary(Dictionary),
    /// The number of another object.
    Reference(u32),
}

impl Object {
    /// Changes each text in it.
    pub(super) fn change_texts(&mut self, change: &mut dyn FnMut(Vec<u8>) -> Vec<u8>) {
        match self {
            Object::Text(text) => *text = change(std::mem::take(text)),
            Object::Array(values) => values
                .iter_mut()
                .for_each(|value| value.change_texts(change)),
            Object::Dictionary(Dictionary(entries)) => {
                let values = entries.iter_mut().map(|(_, value)| value);
                values.for_each(|value| value.change_texts(change));
            }
            _ => {}
        }
    }
}

/// Names with values.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Dictionary(Vec<(Vec<u8>, Object)>);

impl Dictionary {
    /// The value of the first of these names that is there. Pictures within pages have short ones.
    pub(super) fn get(&self, names: &[&[u8]]) -> Option<&Object> {
        names.iter().find_map(|name| {
            let mut entries = self.0.iter();
            entries
                .find(|(known, _)| known == name)
                .map(|(_, value)| value)
        })
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&Vec<u8>, &Object)> {
        self.0.iter().map(|(name, value)| (name, value))
    }

    pub(super) fn push(&mut self, name: Vec<u8>, value: Object) {
        self.0.push((name, value));
    }
}

/// Whether what was read ends before the object does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    Cut,
    Broken,
}

/// Reads objects from some bytes.
pub(super) struct Parser<'b> {
    bytes: &'b [u8],
    pub(super) at: usize,
    values: u32,
}

impl<'b> Parser<'b> {
    pub(super) fn new(bytes: &'b [u8], at: usize) -> Parser<'b> {
        let values = 0;
        Parser { bytes, at, values }
    }

    /// The next object.
    ///
    /// # Errors
    /// Where there is none, or it is cut.
    pub(super) fn object(&mut self) -> Result<Object, Failure> {
        self.nested(0)
    }

    fn nested(&mut self, depth: u32) -> Result<Object, Failure> {
        self.values += 1;
        if depth > DEPTH_MAX || self.values > VALUES_MAX {
            return Err(Failure::Broken);
        }
        self.pass_blanks();
        let rest = self.rest();
        match rest {
            [] => Err(Failure::Cut),
            [b'/', ..] => {
                self.at += 1;
                self.name().map(Object::Name)
            }
            [b'<', b'<', ..] => {
                self.at += 2;
                self.dictionary(depth)
            }
            [b'<', ..] => self.hexadecimal(),
            [b'(', ..] => self.literal(),
            [b'[', ..] => {
                self.at += 1;
                let mut values = Vec::new();
                loop {
                    self.pass_blanks();
                    if self.rest().first() == Some(&b']') {
                        self.at += 1;
                        return Ok(Object::Array(values));
                    }
                    values.push(self.nested(depth + 1)?);
                }
            }
            [b'+' | b'-' | b'.' | b'0'..=b'9', ..] => self.number(),
            _ => {
                let word = self.word()?;
                match word {
                    b"true" => Ok(Object::Bool(true)),
                    b"false" => Ok(Object::Bool(false)),
                    b"" => Err(Failure::Broken),
                    _ => Ok(Object::Other),
                }
            }
        }
    }

    fn dictionary(&mut self, depth: u32) -> Result<Object, Failure> {
        let mut entries = Dictionary::default();
        loop {
            self.pass_blanks();
            match self.rest() {
                [b'>', b'>', ..] => {
                    self.at += 2;
                    return Ok(Object::Dictionary(entries));
                }
                [b'/', ..] => {
                    self.at += 1;
                    let name = self.name()?;
                    self.pass_blanks();
                    // A name without a value, before the end.
                    if self.rest().starts_with(b">>") {
                        continue;
                    }
                    let value = self.nested(depth + 1)?;
                    entries.push(name, value);
                }
                [] | [b'>'] => return Err(Failure::Cut),
                // What is no name is passed over.
                _ => drop(self.nested(depth + 1)?),
            }
        }
    }

    /// A number, or a reference: `12 0 R`.
    fn number(&mut self) -> Result<Object, Failure> {
        let word = self.word()?;
        let Some(number) = integer(word) else {
            return Ok(Object::Other);
        };
        let Ok(object) = u32::try_from(number) else {
            return Ok(Object::Number(number));
        };
        let back = self.at;
        self.pass_blanks();
        let is_generation = self.word().ok().and_then(integer).is_some();
        self.pass_blanks();
        if is_generation && self.word() == Ok(b"R".as_slice()) {
            return Ok(Object::Reference(object));
        }
        self.at = back;
        Ok(Object::Number(number))
    }

    fn name(&mut self) -> Result<Vec<u8>, Failure> {
        let word = self.word()?;
        let (mut name, mut at) = (Vec::new(), 0);
        while let Some(&byte) = word.get(at) {
            let digits = word.get(at + 1..at + 3).and_then(|digits| {
                let digit = |at: usize| char::from(digits[at]).to_digit(16);
                Some((digit(0)? << 4 | digit(1)?) as u8)
            });
            match digits {
                Some(escaped) if byte == b'#' => {
                    name.push(escaped);
                    at += 3;
                }
                _ => {
                    name.push(byte);
                    at += 1;
                }
            }
        }
        Ok(name)
    }

    fn hexadecimal(&mut self) -> Result<Object, Failure> {
        let rest = &self.rest()[1..];
        let end = memchr::memchr(b'>', rest).ok_or(Failure::Cut)?;
        self.at += end + 2;
        let digits = rest[..end].iter();
        let digits = digits.filter_map(|digit| char::from(*digit).to_digit(16));
        let digits: Vec<u32> = digits.collect();
        let byte = |pair: &[u32]| (pair[0] << 4 | pair.get(1).copied().unwrap_or(0)) as u8;
        Ok(Object::Text(digits.chunks(2).map(byte).collect()))
    }

    fn literal(&mut self) -> Result<Object, Failure> {
        self.at += 1;
        let (mut text, mut open) = (Vec::new(), 1);
        loop {
            let &byte = self.rest().first().ok_or(Failure::Cut)?;
            self.at += 1;
            match byte {
                b'(' => open += 1,
                b')' => {
                    open -= 1;
                    if open == 0 {
                        return Ok(Object::Text(text));
                    }
                }
                b'\\' => {
                    text.extend(self.escaped()?);
                    continue;
                }
                _ => {}
            }
            text.push(byte);
        }
    }

    fn escaped(&mut self) -> Result<Option<u8>, Failure> {
        let &byte = self.rest().first().ok_or(Failure::Cut)?;
        self.at += 1;
        Ok(match byte {
            b'n' => Some(b'\n'),
            b'r' => Some(b'\r'),
            b't' => Some(b'\t'),
            b'b' => Some(8),
            b'f' => Some(12),
            b'\n' => None,
            b'\r' => {
                self.at += usize::from(self.rest().first() == Some(&b'\n'));
                None
            }
            b'0'..=b'7' => {
                let more = self.rest().iter().take(2);
                let more = more.take_while(|digit| matches!(digit, b'0'..=b'7'));
                let digits: Vec<u8> = std::iter::once(byte).chain(more.copied()).collect();
                self.at += digits.len() - 1;
                let number = digits
                    .iter()
                    .fold(0u32, |all, digit| all << 3 | u32::from(digit - b'0'));
                Some(number as u8)
            }
            byte => Some(byte),
        })
    }

    /// The next word, up to a delimiter.
    ///
    /// # Errors
    /// Where the bytes end with it: there may be more of it.
    pub(super) fn word(&mut self) -> Result<&'b [u8], Failure> {
        let rest = self.rest();
        let end = rest
            .iter()
            .position(|byte| is_blank(*byte) || is_delimiter(*byte));
        let Some(end) = end else {
            return Err(Failure::Cut);
        };
        self.at += end;
        Ok(&rest[..end])
    }

    /// Passes over blanks and comments.
    pub(super) fn pass_blanks(&mut self) {
        loop {
            let rest = self.rest();
            let blanks = rest.iter().take_while(|byte| is_blank(**byte)).count();
            self.at += blanks;
            let rest = &rest[blanks..];
            if rest.first() != Some(&b'%') {
                return;
            }
            let line = rest.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
            self.at += line.unwrap_or(rest.len());
        }
    }

    pub(super) fn rest(&self) -> &'b [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }
}

fn integer(word: &[u8]) -> Option<i64> {
    std::str::from_utf8(word).ok()?.parse().ok()
}

pub(super) fn is_blank(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)
}

fn is_delimiter(byte: u8) -> bool {
    matches!(
        byte,
        b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_read_as_iso_32000_says() {
        let text = b"<< /A#42 12 0 R /B [ true -3 4.5 null (a\\(\\051\\n(b)) <4a4B5> ] % c\n /C<</D/E>>/F >> ";
        let object = Parser::new(text, 0).object().unwrap();
        let Object::Dictionary(all) = object else {
            panic!()
        };
        assert_eq!(all.get(&[b"AB"]), Some(&Object::Reference(12)));
        let values = vec![
            Object::Bool(true),
            Object::Number(-3),
            Object::Other,
            Object::Other,
            Object::Text(b"a()\n(b)".to_vec()),
            Object::Text(b"JKP".to_vec()),
        ];
        assert_eq!(all.get(&[b"X", b"B"]), Some(&Object::Array(values)));
        assert!(matches!(all.get(&[b"C"]), Some(Object::Dictionary(_))));
        for end in 0..text.len() - 3 {
            assert!(
                Parser::new(&text[..end], 0).object().is_err(),
                "cut at {end}"
            );
        }
        assert!(Parser::new(&b"[".repeat(1000), 0).object().is_err());
        assert!(Parser::new(b"] ", 0).object().is_err());
    }
}
