//! An XML document, walked element by element without keeping it.
//!
//! Records are elements of known names. Each becomes a small tree, and what stands outside them is passed over. Entities
//! that a document declares are not known here, so that a small document stays small.

use std::ops::Range;

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use super::super::line::Fault;

/// How deep elements may lie in a record.
const DEPTH_MAX: usize = 32;

/// How many elements a record may have.
const ELEMENTS_MAX: usize = 4096;

/// How many bytes the texts and attributes of a record may have.
const TEXT_BYTES_MAX: usize = 1 << 20;

/// An element of a record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Element {
    /// Its name without a prefix.
    pub(crate) name: String,
    /// Names without prefixes, and values.
    pub(crate) attributes: Vec<(String, String)>,
    /// Its own text, without blanks at its ends.
    pub(crate) text: String,
    pub(crate) children: Vec<Element>,
}

impl Element {
    /// The first child of a name.
    pub(crate) fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }

    pub(crate) fn children_of<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text of the first child of a name, unless it is empty.
    pub(crate) fn text_of(&self, name: &str) -> Option<&str> {
        let text = self.child(name)?.text.as_str();
        (!text.is_empty()).then_some(text)
    }

    pub(crate) fn attribute(&self, name: &str) -> Option<&str> {
        let mut attributes = self.attributes.iter();
        let (_, value) = attributes.find(|(other, _)| other == name)?;
        Some(value)
    }
}

/// A document that cannot be walked on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Broken {
    /// Where, in bytes from the start.
    pub(crate) at: usize,
    /// Whether the text ends there.
    pub(crate) ends: bool,
    /// What a record has too much of.
    pub(crate) limit: Option<&'static str>,
}

impl Broken {
    /// As the fault of a list: `whole` names what is cut.
    pub(in crate::list) fn fault(&self, whole: &str) -> Fault {
        let message = match (self.limit, self.ends) {
            (Some(limit), _) => format!("a record of the {whole} has too many {limit}"),
            (None, true) => {
                format!("the {whole} ends in the middle: it was cut short; fetch it again")
            }
            (None, false) => {
                format!("the {whole} is not valid XML from here on; fetch or export it again")
            }
        };
        Fault::fatal(0, "E071", message)
    }
}

/// A document, or several one after the other.
pub(crate) struct Walk<'a> {
    reader: Reader<&'a [u8]>,
    /// Where the walk began in the text.
    start: usize,
    /// How many elements are open outside records.
    depth: usize,
    bytes: usize,
}

impl<'a> Walk<'a> {
    /// Walks a text from a place on.
    pub(crate) fn new(text: &'a [u8], start: usize) -> Walk<'a> {
        Walk {
            reader: Reader::from_reader(&text[start..]),
            start,
            depth: 0,
            bytes: text.len(),
        }
    }

    fn at(&self) -> usize {
        self.start + usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX)
    }

    fn broken(&self) -> Broken {
        let at = self.at().min(self.bytes);
        Broken {
            at,
            ends: at >= self.bytes,
            limit: None,
        }
    }

    /// The next element of one of these names, and where it stands. `None` at the end of the text.
    pub(crate) fn next(
        &mut self,
        is_record: impl Fn(&str) -> bool,
    ) -> Result<Option<(Element, Range<usize>)>, Broken> {
        loop {
            let from = self.at();
            let event = self.reader.read_event().map_err(|_| self.broken())?;
            match event {
                Event::Start(start) if is_record(start.local_name().as_ref()) => {
                    let element = self.record(&start)?;
                    return Ok(Some((element, from..self.at())));
                }
                Event::Empty(start) if is_record(start.local_name().as_ref()) => {
                    let element = self.element(&start)?;
                    return Ok(Some((element, from..self.at())));
                }
                Event::Start(_) => self.depth += 1,
                Event::End(_) => self.depth = self.depth.saturating_sub(1),
                Event::Eof if self.depth > 0 => return Err(self.broken()),
                Event::Eof => return Ok(None),
                _ => {}
            }
        }
    }

    fn element(&self, start: &BytesStart<'_>) -> Result<Element, Broken> {
        let mut element = Element {
            name: start.local_name().as_ref().to_owned(),
            ..Element::default()
        };
        for attribute in start.attributes() {
            let attribute = attribute.map_err(|_| self.broken())?;
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|_| self.broken())?;
            let name = attribute.key.local_name().as_ref().to_owned();
            element.attributes.push((name, value.into_owned()));
        }
        Ok(element)
    }

    /// Reads a record up to its end.
    fn record(&mut self, start: &BytesStart<'_>) -> Result<Element, Broken> {
        let mut open = vec![self.element(start)?];
        let (mut elements, mut bytes) = (1, 0);
        loop {
            let event = self.reader.read_event().map_err(|_| self.broken())?;
            match event {
                Event::Start(start) => {
                    elements += 1;
                    open.push(self.element(&start)?);
                }
                Event::Empty(start) => {
                    elements += 1;
                    let child = self.element(&start)?;
                    open.last_mut()
                        .expect("a record is open")
                        .children
                        .push(child);
                }
                Event::End(_) => {
                    let mut closed = open.pop().expect("a record is open");
                    closed.text = closed.text.trim().to_owned();
                    match open.last_mut() {
                        None => return Ok(closed),
                        Some(parent) => parent.children.push(closed),
                    }
                }
                Event::Text(text) => add(&mut open, &mut bytes, &text.xml10_content()),
                Event::CData(text) => add(&mut open, &mut bytes, &text.xml10_content()),
                Event::GeneralRef(entity) => {
                    let named = match &*entity {
                        "lt" => Some('<'),
                        "gt" => Some('>'),
                        "amp" => Some('&'),
                        "quot" => Some('"'),
                        "apos" => Some('\''),
                        _ => entity.resolve_char_ref().map_err(|_| self.broken())?,
                    };
                    let named = named.ok_or_else(|| self.broken())?;
                    add(&mut open, &mut bytes, named.encode_utf8(&mut [0; 4]));
                }
                Event::Eof => return Err(self.broken()),
                _ => {}
            }
            let limit = match () {
                () if open.len() > DEPTH_MAX => "levels",
                () if elements > ELEMENTS_MAX => "elements",
                () if bytes > TEXT_BYTES_MAX => "bytes",
                () => continue,
            };
            return Err(Broken {
                limit: Some(limit),
                ..self.broken()
            });
        }
    }
}

fn add(open: &mut [Element], bytes: &mut usize, text: &str) {
    *bytes += text.len();
    open.last_mut()
        .expect("a record is open")
        .text
        .push_str(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn records(text: &str) -> Result<Vec<Element>, Broken> {
        let mut walk = Walk::new(text.as_bytes(), 0);
        let mut all = Vec::new();
        while let Some((element, at)) = walk.next(|name| name == "r")? {
            assert!(text[at].starts_with('<'));
            all.push(element);
        }
        Ok(all)
    }

    #[test]
    fn records_are_trees_whatever_their_prefixes() {
        let text = "<?xml version=\"1.0\"?><q xmlns:n=\"u\"><n:r a=\"1 &lt; 2\"><b> x &amp;&#x41;<![CDATA[<y>]]> </b><c/></n:r></q>\n<?xml version=\"1.0\"?><q><r/></q>";
        let all = records(text).unwrap();
        assert_eq!(all.len(), 2);
        assert_eq!(all[0].attribute("a"), Some("1 < 2"));
        assert_eq!(all[0].text_of("b"), Some("x &A<y>"));
        assert_eq!(all[0].text_of("c"), None);
    }

    #[test]
    fn a_text_that_is_cut_anywhere_is_broken() {
        let text = "<q><r a=\"1\"><b>x</b></r><r/></q>";
        assert_eq!(records(text).unwrap().len(), 2);
        for end in 1..text.len() {
            assert!(records(&text[..end]).is_err(), "{}", &text[..end]);
        }
    }

    #[test]
    fn entities_of_the_document_are_not_known() {
        let text = "<!DOCTYPE q [<!ENTITY a \"xxxxxxxx\">]><q><r>&a;</r></q>";
        assert!(records(text).is_err());
    }

    #[test]
    fn a_record_has_limits() {
        let deep = format!("<r>{}{}</r>", "<a>".repeat(40), "</a>".repeat(40));
        assert_eq!(records(&deep).unwrap_err().limit, Some("levels"));
        let wide = format!("<r>{}</r>", "<a/>".repeat(5000));
        assert_eq!(records(&wide).unwrap_err().limit, Some("elements"));
        let long = format!("<r>{}</r>", "x".repeat(2 << 20));
        assert_eq!(records(&long).unwrap_err().limit, Some("bytes"));
    }
}
