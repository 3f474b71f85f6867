//! Any bytes as one of the simple formats.
#![no_main]

mod within;

use basma::media::Format;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| within::limits(bytes, &[Format::Bmp, Format::Ico, Format::Tga, Format::Pnm, Format::Qoi]));
