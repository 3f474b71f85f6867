//! Tables of kinds: for each its name, the values in its text, its stable code, its text in English.
//!
//! A text takes values alone: numbers, times, names, paths, other kinds, and quotations of other programs. So a
//! translation needs the code and the values, and no other sentence.

macro_rules! kinds {
    (
        $( #[$attribute:meta] )*
        $name:ident in $family:literal {
            $( $variant:ident $( { $( $value:ident: $kind:ty ),+ } )? $code:literal $text:literal; )+
        }
    ) => {
        $( #[$attribute] )*
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum $name {
            $(
                #[doc = concat!("`", $code, "`: `` ", $text, " ``")]
                $variant $( { $(
                    #[doc = concat!("The value `", stringify!($value), "` of the text.")]
                    $value: $kind,
                )+ } )?,
            )+
        }

        impl $name {
            /// The family of these codes: the first part of [`Message::id`](crate::error::Message::id).
            pub const FAMILY: &'static str = $family;

            /// Each code, with the names of the values in its text.
            pub const CODES: &'static [(&'static str, &'static [&'static str])] =
                &[$( ($code, &[$( $( stringify!($value) ),+ )?]) ),+];

            /// Its code, in small letters with hyphens.
            pub const fn code(&self) -> &'static str {
                match self { $( $name::$variant { .. } => $code, )+ }
            }

            /// Its text as a message for any language.
            pub fn message(&self) -> crate::error::Message {
                let text = self.to_string();
                match self {
                    $( $name::$variant $( { $( $value ),+ } )? => crate::error::Message::new(
                        concat!($family, "-", $code),
                        text,
                        [$( $( (stringify!($value), crate::error::MessageValue::from($value)) ),+ )?],
                    ), )+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                match self {
                    $( $name::$variant $( { $( $value ),+ } )? =>
                        write!(f, $text $( $( , $value = $value )+ )?), )+
                }
            }
        }

        impl std::error::Error for $name {}

        impl From<&$name> for crate::error::MessageValue {
            fn from(kind: &$name) -> crate::error::MessageValue {
                kind.message().into()
            }
        }
    };
}

pub(crate) use kinds;
