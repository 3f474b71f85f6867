//! Small pictures of matched files within a page, made only if they are asked for.

use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use basma::escape;
use basma::scan::{Origin, Originals, Passwords};
use clap::ValueEnum;

use super::html;
use super::picture::{self, Missing};
use crate::cli::prose::Prose;

/// How small pictures look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Thumbnails {
    /// So few pixels that shapes are blurred
    Blurred,
    /// Small and without colours
    Grey,
}

impl Thumbnails {
    /// Its name, in options and records.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Thumbnails::Blurred => "blurred",
            Thumbnails::Grey => "grey",
        }
    }

    /// The longer side in pixels. A blurred picture has no more pixels than these: nothing sharper can be made of it.
    fn side(self) -> u32 {
        match self {
            Thumbnails::Blurred => 10,
            Thumbnails::Grey => 96,
        }
    }

    fn png(self, content: &[u8]) -> Result<Vec<u8>, Missing> {
        picture::small(content, self.side(), self == Thumbnails::Grey)
    }
}

/// What a picture is of: the path and the SHA-256 of a finding, as it states them.
pub(crate) type Wanted = (String, String);

/// The small pictures of a page. Each archive is read once, however many pictures are of it.
pub(crate) struct Pictures {
    style: Thumbnails,
    made: HashMap<Wanted, Result<Vec<u8>, Missing>>,
}

impl Pictures {
    /// Makes the pictures of these findings. The passwords are tried on what is encrypted.
    pub(crate) fn make(
        style: Thumbnails,
        passwords: &Passwords,
        wanted: impl IntoIterator<Item = Wanted>,
    ) -> Pictures {
        let mut pictures = Pictures {
            style,
            made: HashMap::new(),
        };
        let Ok(originals) = picture::originals(passwords) else {
            let absent = |wanted| (wanted, Err(picture::NOT_DECODED));
            pictures.made = wanted.into_iter().map(absent).collect();
            return pictures;
        };
        let mut archives: BTreeMap<PathBuf, Vec<(PathBuf, Wanted)>> = BTreeMap::new();
        for wanted in wanted {
            if pictures.made.contains_key(&wanted) {
                continue;
            }
            let path = escape::unescape_path(&wanted.0);
            let origin = path.as_deref().map(Origin::of);
            match (path, origin) {
                (Some(path), Some(Ok(origin))) if origin.is_member => {
                    archives
                        .entry(origin.file)
                        .or_default()
                        .push((path, wanted));
                }
                (Some(path), Some(Ok(_))) => {
                    let content = originals.read(&path, &wanted.1);
                    let png = content.map_err(picture::missing);
                    let png = png.and_then(|content| style.png(&content));
                    pictures.made.insert(wanted, png);
                }
                _ => {
                    pictures.made.insert(wanted, Err(picture::NOT_THERE));
                }
            }
        }
        for (archive, members) in archives {
            pictures.add_members(&originals, archive, members);
        }
        pictures
    }

    fn add_members(
        &mut self,
        originals: &Originals,
        archive: PathBuf,
        members: Vec<(PathBuf, Wanted)>,
    ) {
        let paths = members.iter();
        let paths: Vec<(PathBuf, String)> = paths
            .map(|(path, wanted)| (path.clone(), wanted.1.clone()))
            .collect();
        let style = self.style;
        let mut made: Vec<Option<Result<Vec<u8>, Missing>>> = vec![None; members.len()];
        let absent = originals.members(&archive, &paths, &mut |place, content| {
            made[place] = Some(style.png(content));
            Ok(())
        });
        let absent = absent.unwrap_or_default();
        for (place, (_, wanted)) in members.into_iter().enumerate() {
            let why = absent.get(place).copied().flatten();
            let why = why.map_or(picture::NOT_THERE, picture::missing);
            let png = made[place].take().unwrap_or(Err(why));
            self.made.insert(wanted, png);
        }
    }

    /// How they look.
    pub(crate) fn style(&self) -> Thumbnails {
        self.style
    }

    /// Whether there is a picture of it.
    pub(crate) fn has(&self, wanted: &Wanted) -> bool {
        self.made.get(wanted).is_some_and(Result::is_ok)
    }

    /// A picture as HTML that is well-formed in XML too, or why there is none.
    pub(crate) fn shown(&self, prose: &Prose, wanted: &Wanted) -> String {
        match self.made.get(wanted) {
            Some(Ok(png)) => {
                let data = BASE64_STANDARD.encode(png);
                let class = self.style.name();
                format!("<img class=\"{class}\" alt=\"\" src=\"data:image/png;base64,{data}\"/>\n")
            }
            Some(Err(why)) => without(prose, why),
            None => without(prose, picture::NOT_THERE),
        }
    }
}

/// Why there is no picture, as HTML.
pub(crate) fn without(prose: &Prose, why: Missing) -> String {
    format!("<p class=\"image\">{}</p>\n", html(&prose.word(why)))
}
