//! What the system says when it refuses something, as people read it.

use std::fmt::Display;

/// The text of an error of the system without its number, which tells a reader nothing.
///
/// The number stands anywhere in a text that quotes another error.
pub(crate) fn system_text(error: &dyn Display) -> String {
    let mut text = error.to_string();
    while let Some(start) = text.find(" (os error ") {
        let Some(length) = text[start..].find(')') else {
            break;
        };
        text.replace_range(start..=start + length, "");
    }
    text
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::path::Path;

    use super::*;
    use crate::Error;
    use crate::error::Action;

    #[test]
    fn no_number_of_the_system_is_told() {
        for number in 1..200 {
            let source = || io::Error::from_raw_os_error(number);
            assert!(source().to_string().contains("os error"));
            let text = system_text(&source());
            assert!(!text.contains("os error") && !text.is_empty(), "{text}");
            let error = Error::io(Action::Open, Path::new("a"))(source());
            for text in [
                error.to_string(),
                error.message().to_string(),
                #[cfg(feature = "media")]
                crate::error::Reason::of_io(source()).to_string(),
                system_text(&io::Error::other(format!("x: {}; y", source()))),
            ] {
                assert!(!text.contains("os error"), "{text}");
            }
            // The kind is kept for programs.
            let Error::Io { source: kept, .. } = error else {
                panic!("it is an error of the system");
            };
            assert_eq!(kept.raw_os_error(), Some(number));
        }
        assert_eq!(system_text(&"cut (os error 2"), "cut (os error 2");
    }
}
