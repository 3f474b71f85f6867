//! Frames to text.

use std::fmt::Write as _;

use super::{Frame, Layout};
use crate::Result;
use crate::error::Problem;

/// The frames as a file holds them, with a line end: lines, or one line of JSON. What is read of it is what was written, but
/// for numbers in layouts without.
///
/// # Errors
/// [`Error::Argument`](crate::Error::Argument) for a frame that lacks the time which every layout but [`Layout::Cpp`]
/// has. The same error for no frames, which none of the programs reads.
pub fn write(layout: Layout, frames: &[Frame]) -> Result<String> {
    if frames.is_empty() {
        return Err(Problem::VpdqWithoutFrames.into());
    }
    let mut text = String::new();
    for (place, frame) in frames.iter().enumerate() {
        let Frame {
            number,
            quality,
            hash,
            seconds,
        } = frame;
        let time = match seconds {
            Some(seconds) => Some(decimal(*seconds)),
            None if layout == Layout::Cpp => None,
            None => {
                let frame = u64::from(*number);
                return Err(Problem::VpdqWithoutTime { frame }.into());
            }
        };
        let time = time.unwrap_or_default();
        let comma = if place == 0 { "" } else { ", " };
        let written = match layout {
            Layout::Cpp if time.is_empty() => writeln!(text, "{number},{quality},{hash}"),
            Layout::Cpp => writeln!(text, "{number},{quality},{hash},{time}"),
            Layout::Py => writeln!(text, "{hash},{quality},{time}"),
            Layout::Json => write!(text, "{comma}\"{hash},{quality},{time}\""),
            Layout::Old => write!(
                text,
                "{comma}\"{number}\": {{\"quality\": {quality}, \"hash\": \"{hash}\", \"timestamp\": {time}}}"
            ),
        };
        written.expect("memory is written to");
    }
    Ok(match layout {
        Layout::Cpp | Layout::Py => text,
        Layout::Json => format!("[{text}]\n"),
        Layout::Old => format!("{{{text}}}\n"),
    })
}

/// Three decimals as the reference writes them, and more where a number has more.
fn decimal(seconds: f64) -> String {
    let short = format!("{seconds:.3}");
    if short.parse() == Ok(seconds) {
        short
    } else {
        seconds.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;
    use crate::hash::Pdq;

    fn frame(number: u32, seconds: Option<f64>) -> Frame {
        Frame {
            number,
            quality: 97,
            hash: Pdq([0xa5; 32]),
            seconds,
        }
    }

    #[test]
    fn layouts_are_those_of_the_programs() {
        let hash = "a5".repeat(32);
        let frames = [frame(0, Some(0.0)), frame(29, Some(1234.5))];
        for (layout, text) in [
            (
                Layout::Cpp,
                format!("0,97,{hash},0.000\n29,97,{hash},1234.500\n"),
            ),
            (Layout::Py, format!("{hash},97,0.000\n{hash},97,1234.500\n")),
            (
                Layout::Json,
                format!("[\"{hash},97,0.000\", \"{hash},97,1234.500\"]\n"),
            ),
            (
                Layout::Old,
                format!(
                    "{{\"0\": {{\"quality\": 97, \"hash\": \"{hash}\", \"timestamp\": 0.000}}, \
                     \"29\": {{\"quality\": 97, \"hash\": \"{hash}\", \"timestamp\": 1234.500}}}}\n"
                ),
            ),
        ] {
            assert_eq!(write(layout, &frames).unwrap(), text);
        }
    }

    #[test]
    fn times_are_written_as_exactly_as_they_are_known() {
        assert_eq!(decimal(0.1), "0.100");
        assert_eq!(decimal(1.0 / 3.0), "0.3333333333333333");
        let timeless = [frame(3, None)];
        let text = format!("3,97,{}\n", "a5".repeat(32));
        assert_eq!(write(Layout::Cpp, &timeless).unwrap(), text);
        for layout in [Layout::Py, Layout::Json, Layout::Old] {
            assert!(matches!(write(layout, &timeless), Err(Error::Argument(_))));
        }
        assert!(matches!(write(Layout::Json, &[]), Err(Error::Argument(_))));
    }
}
