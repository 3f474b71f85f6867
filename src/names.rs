//! Names of the values of an enum, as lists, options and output have them.

/// Writes `ALL`, `name`, `Display` and `FromStr` of an enum without data.
macro_rules! named {
    ($type:ident { $($variant:ident = $name:literal),+ $(,)? }) => {
        impl $type {
            /// Every value: `ALL[value as usize] == value`.
            pub const ALL: [$type; [$($name),+].len()] = [$($type::$variant),+];

            /// The name in lists, options and output.
            pub const fn name(self) -> &'static str {
                match self { $($type::$variant => $name),+ }
            }
        }

        const _: () = {
            let mut at = 0;
            while at < $type::ALL.len() {
                assert!($type::ALL[at] as usize == at);
                at += 1;
            }
        };

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.name())
            }
        }

        impl std::str::FromStr for $type {
            type Err = crate::Error;

            /// The value with exactly this name, in either case.
            fn from_str(text: &str) -> crate::Result<$type> {
                let is_named = |value: &$type| value.name().eq_ignore_ascii_case(text);
                $type::ALL.into_iter().find(is_named).ok_or_else(|| {
                    let text = crate::escape::escape(text.as_bytes()).into_owned();
                    let known = $type::ALL.map($type::name).join(", ");
                    crate::error::Problem::NameUnknown { text, known }.into()
                })
            }
        }
    };
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fmt::{Debug, Display};
    use std::str::FromStr;

    use crate::Error;
    use crate::hash::{AreaKind, Rendering, Turn};
    use crate::index::{OnConflict, Structure};
    use crate::list::vpdq::Layout;
    use crate::list::{Media, Mode, Opinion, Severity};
    use crate::matcher::{Tier, VpdqRule};
    use crate::store::{Kind, MaxAction};

    fn check<T>(all: &[T])
    where
        T: Copy + Debug + Display + FromStr<Err = Error> + PartialEq,
    {
        let mut names = BTreeSet::new();
        for value in all {
            let name = value.to_string();
            assert_eq!(name.parse::<T>().unwrap(), *value);
            assert_eq!(name.to_uppercase().parse::<T>().unwrap(), *value);
            assert!(names.insert(name), "{value:?}");
        }
        let Err(error) = "no\nsuch".parse::<T>() else {
            panic!("no value has this name")
        };
        let message = error.to_string();
        assert!(message.contains("'no\\nsuch'"), "{message}");
        assert!(names.iter().all(|name| message.contains(name)), "{message}");
    }

    #[test]
    fn every_name_is_read_as_its_value() {
        check(&Rendering::ALL);
        check(&Turn::ALL);
        check(&AreaKind::ALL);
        check(&Structure::ALL);
        check(&OnConflict::ALL);
        check(&Layout::ALL);
        check(&Media::ALL);
        check(&Mode::ALL);
        check(&Opinion::ALL);
        check(&Severity::ALL);
        check(&VpdqRule::ALL);
        check(&Tier::ALL);
        check(&Kind::ALL);
        check(&MaxAction::ALL);
        #[cfg(feature = "refresh")]
        check(&crate::store::Guard::ALL);
        #[cfg(feature = "evidence")]
        check(&crate::evidence::record::Choice::ALL);
        #[cfg(feature = "evidence")]
        check(&crate::evidence::record::Seen::ALL);
        #[cfg(feature = "evidence")]
        check(&crate::evidence::Standing::ALL);
        #[cfg(feature = "media")]
        check(&crate::hasher::Views::ALL);
        #[cfg(feature = "media")]
        check(&crate::scan::Status::ALL);
        #[cfg(feature = "media")]
        check(&crate::scan::Flag::ALL);
    }

    #[test]
    fn files_of_a_store_have_the_same_names() {
        for kind in Kind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
        }
        for action in MaxAction::ALL {
            assert_eq!(serde_json::to_value(action).unwrap(), action.name());
        }
    }
}
