//! Small pictures of matched files within a page, made only if they are asked for.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use basma::escape;
use basma::report::Finding;
use clap::ValueEnum;

use crate::cli::html::html;
use crate::cli::html::picture::{self, Missing};
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
    /// The longer side in pixels. A blurred picture has no more pixels than these: nothing sharper can be made of it.
    fn side(self) -> u32 {
        match self {
            Thumbnails::Blurred => 10,
            Thumbnails::Grey => 96,
        }
    }

    /// The picture of a file as HTML, or why there is none.
    pub(super) fn of(self, prose: &Prose, finding: &Finding) -> String {
        match self.png(finding) {
            Ok(png) => {
                let data = BASE64_STANDARD.encode(png);
                let class = match self {
                    Thumbnails::Blurred => "blurred",
                    Thumbnails::Grey => "grey",
                };
                format!("<img class=\"{class}\" alt=\"\" src=\"data:image/png;base64,{data}\">\n")
            }
            Err(why) => format!("<p class=\"image\">{}</p>\n", html(&prose.word(why))),
        }
    }

    fn png(self, finding: &Finding) -> Result<Vec<u8>, Missing> {
        let missing = "page-thumbnail-missing";
        let sha256 = finding.sha256.as_deref().ok_or(missing)?;
        let path = escape::unescape_path(&finding.path).ok_or(missing)?;
        picture::png(&path, sha256, self.side(), self == Thumbnails::Grey)
    }
}
