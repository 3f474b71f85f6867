//! The limits that a file, a list or an index can exceed.

use super::reason::{Reason, ReasonCode};

macro_rules! limits {
    ($( $limit:ident => $reason:ident, $unit:literal, $doc:literal; )+) => {
        /// What an [`Error::OverLimit`](super::Error::OverLimit) counts.
        ///
        /// ```
        /// use basma::error::Limit;
        /// assert_eq!(Limit::DecodingTime.code().name(), "limit-decoding-time");
        /// assert_eq!(Limit::DecodingTime.unit(), "milliseconds");
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Limit {
            $( #[doc = $doc] $limit, )+
        }

        impl Limit {
            /// Every limit.
            pub const ALL: &'static [Limit] = &[$( Limit::$limit ),+];

            /// Its code.
            pub const fn code(self) -> ReasonCode {
                match self { $( Limit::$limit => ReasonCode::$reason, )+ }
            }

            /// What is counted, in one word.
            pub const fn unit(self) -> &'static str {
                match self { $( Limit::$limit => $unit, )+ }
            }

            /// Why something over the limit was not examined.
            pub const fn reason(self, found: u64, limit: u64) -> Reason {
                match self { $( Limit::$limit => Reason::$reason { found, limit }, )+ }
            }
        }
    };
}

limits! {
    Pixels => TooManyPixels, "pixels", "The pixels of one picture.";
    PixelsASide => TooManyPixelsASide, "pixels", "The pixels along one side of a picture.";
    DecodedBytes => TooManyDecodedBytes, "bytes", "The memory that a decode takes.";
    FileBytes => TooManyFileBytes, "bytes", "The size of a file.";
    DecodingTime => TooMuchTime, "milliseconds", "The time of the processor that a decode takes.";
    ConvertedBytes => TooManyConvertedBytes, "bytes", "The size of a picture that a converter wrote.";
    Boxes => TooManyBoxes, "boxes", "The boxes of an MP4 file.";
    Elements => TooManyElements, "elements", "The elements of a Matroska file.";
    DescriptionBytes => TooManyDescriptionBytes, "bytes", "The size of the description of a HEIF file.";
    Descriptions => TooManyDescriptions, "descriptions", "The descriptions in a HEIF file.";
    CodedBytes => TooManyCodedBytes, "bytes", "The size of one coded picture of a HEIF file.";
    CodedUnits => TooManyCodedUnits, "units", "The units of one coded picture of a HEIF file.";
    MetadataBytes => TooManyMetadataBytes, "bytes", "The metadata of one row of a list.";
    Sources => TooManySources, "sources", "The sources of an index.";
    Lists => TooManyLists, "lists", "The lists of an index.";
    Lines => TooManyLines, "lines", "The lines of a list.";
    Rows => TooManyRows, "rows", "The rows of one hash type in an index.";
    Hashes => TooManyHashes, "hashes", "The hashes of one hash type in an index.";
    Features => TooManyFeatures, "features", "The local features in an index.";
    Withdrawals => TooManyWithdrawals, "withdrawals", "The withdrawals of one list.";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_of_a_limit_says_what_was_found_and_what_is_allowed() {
        for limit in Limit::ALL {
            let code = limit.code();
            assert!(code.name().starts_with("limit-"), "{code}");
            assert_eq!(code.arguments(), ["found", "limit"]);
            let reason = limit.reason(7, 5);
            assert_eq!(reason.code(), code);
            let text = reason.to_string();
            assert!(text.starts_with("7 ") && text.ends_with(" 5"), "{text}");
            assert!(text.contains(limit.unit()), "{text}");
        }
    }
}
