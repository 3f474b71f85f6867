//! `basma lookup`: hashes in, matches out.

use std::io::{self, BufRead as _, Read as _};

use basma::error::{Action, Problem};
use basma::hash::{Hash, HashType};
use basma::index::Explanation;
use basma::{Error, Result};

use super::args::LookupArgs;
use super::output::{Output, Stopped};
use super::pictures::Pictures;
use super::print::Printer;
use super::{Context, Verdict, lists, vpdq};

/// Longer than any line that holds a type and a hash.
const LINE_BYTES_MAX: u64 = 4096;

pub(super) fn run(args: &LookupArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    lists::keep_apart(args.output.output.as_deref(), &args.lists, &args.vpdq)?;
    lists::keep_apart(args.import.rejects.as_deref(), &args.lists, &args.vpdq)?;
    let min_quality = args.matching.min_quality;
    // Any digest may be looked up, and they cost little beside the decoding.
    let types = [HashType::Md5, HashType::Sha1]
        .into_iter()
        .chain(Pictures::TYPES);
    let pictures = Pictures::new(
        types.chain(args.hash_type),
        &args.media,
        min_quality,
        context,
    );
    let opened = lists::open(
        &args.lists,
        &args.import,
        min_quality,
        args.hash_type,
        &pictures,
        context,
    )?;
    let matcher = opened
        .into_matcher()
        .with_policy(lists::policy(&args.matching));
    if !args.vpdq.is_empty() {
        return vpdq::look_up(args, &matcher, context);
    }
    let reader = Reader {
        hash_type: args.hash_type,
        listed: matcher.hash_types(),
        is_followed: !matcher.stores().is_empty(),
    };
    let printer = Printer::new(&args.output, context)?;
    // Arguments are all there: none is looked up unless all can be read.
    let arguments: Vec<Hash> = args
        .hashes
        .iter()
        .map(|text| reader.read(text, text))
        .collect::<Result<_>>()?;

    let mut out = Output::open(args.output.output.as_deref())?;
    out.write(&printer.lookup_head())?;
    let (mut looked_up, mut matched) = (0_u64, 0_u64);
    let mut look_up = |hash: Hash, out: &mut Output| -> Result<(), Stopped> {
        let found = matcher.lookup(&hash)?;
        looked_up += 1;
        matched += u64::from(!found.matches.is_empty());
        out.write(&printer.lookup(&hash, &found))?;
        if args.explain {
            for how in matcher.explain(&hash)? {
                context.tell(&explained(&hash, &how, context));
            }
        }
        Ok(())
    };
    for hash in arguments {
        look_up(hash, &mut out)?;
    }
    if args.hashes.is_empty() {
        reader.each_line(|hash| look_up(hash, &mut out))?;
    }
    out.write(&printer.lookup_tail(looked_up, matched))?;
    out.finish()?;
    let counts = [("looked_up", looked_up.into()), ("matched", matched.into())];
    context.tell(&context.prose.say("summary-lookup", counts));
    Ok(if matched > 0 {
        Verdict::Matched
    } else if looked_up == 0 {
        context.complain("warning", &context.prose.word("nothing-looked-up"));
        Verdict::Gaps
    } else {
        Verdict::Done
    })
}

fn explained(hash: &Hash, how: &Explanation, context: &Context<'_>) -> String {
    let mut said = context.prose.say(
        "explained",
        [
            ("hash", hash.to_string().into()),
            ("structure", how.structure.to_string().into()),
            ("hashes", how.hashes.into()),
            ("hits", how.hits.into()),
            ("cost", how.cost.into()),
            ("estimate", how.estimate.into()),
            ("compared", how.compared.into()),
            ("nodes", how.nodes.into()),
            ("probes", how.probes.into()),
            ("postings", how.postings.into()),
            ("verified", how.verified.into()),
        ],
    );
    if how.gave_up {
        said += &context.prose.word("explained-gave-up");
    }
    said
}

/// Reads hashes as people give them.
struct Reader {
    /// The type of those given without one.
    hash_type: Option<HashType>,
    /// The types that the lists hold.
    listed: Vec<HashType>,
    /// Whether the hashes of any list can change.
    is_followed: bool,
}

impl Reader {
    /// Reads standard input, line by line; blank lines and comments are passed over.
    fn each_line(&self, mut each: impl FnMut(Hash) -> Result<(), Stopped>) -> Result<(), Stopped> {
        let mut input = io::stdin().lock();
        let mut line = Vec::new();
        for number in 1_u64.. {
            line.clear();
            // No line with a hash is longer; the rest of one that is would be read as another.
            let read = input
                .by_ref()
                .take(LINE_BYTES_MAX)
                .read_until(b'\n', &mut line);
            if read.map_err(unreadable)? == 0 {
                break;
            }
            let place = format!("standard input:{number}");
            if line.len() as u64 == LINE_BYTES_MAX {
                return Err(Error::from(Problem::LookupLineTooLong { place }).into());
            }
            let text = std::str::from_utf8(&line).map_err(|_| {
                let place = place.clone();
                Error::from(Problem::LookupNotUtf8 { place })
            })?;
            // Editors put a byte-order mark in front of a text.
            let bom = if number == 1 { "\u{feff}" } else { "" };
            let text = text.strip_prefix(bom).unwrap_or(text).trim();
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            each(self.read(text, &place)?)?;
        }
        Ok(())
    }

    /// Reads `HASH`, `TYPE:HASH` or `TYPE HASH`; `place` stands for it in errors.
    fn read(&self, text: &str, place: &str) -> Result<Hash> {
        let (hash_type, hex) = match text.split_once(|c: char| c == ':' || c.is_whitespace()) {
            Some((name, hex)) => (
                name.parse::<HashType>().map_err(|e| bad(place, e))?,
                hex.trim(),
            ),
            None => (self.guess(text, place)?, text),
        };
        // What a store holds comes and goes: a hash of a type that it holds none of matches nothing now.
        if !self.is_followed && !self.listed.contains(&hash_type) {
            let problem = Problem::LookupTypeNotListed {
                place: shown(place),
                hash_type: hash_type.to_string(),
            };
            return Err(problem.into());
        }
        Hash::parse(hash_type, hex).map_err(|e| bad(place, e))
    }

    /// The type of a hash without one: the one that was named, or the only one of its length that the lists hold.
    fn guess(&self, hex: &str, place: &str) -> Result<HashType> {
        if let Some(hash_type) = self.hash_type {
            return Ok(hash_type);
        }
        let fits: Vec<HashType> = self
            .listed
            .iter()
            .copied()
            .filter(|t| t.bytes() * 2 == hex.len())
            .collect();
        match fits.as_slice() {
            [only] => Ok(*only),
            [] => {
                let (place, digits) = (shown(place), hex.len() as u64);
                Err(Problem::LookupNoTypeFits { place, digits }.into())
            }
            many => {
                let names: Vec<&str> = many.iter().map(|t| t.name()).collect();
                let (place, types) = (shown(place), names.join(" or "));
                Err(Problem::LookupTypesFit { place, types }.into())
            }
        }
    }
}

fn unreadable(source: io::Error) -> Error {
    Error::Io {
        action: Action::Read,
        path: "standard input".into(),
        source,
    }
}

fn bad(place: &str, error: Error) -> Error {
    Error::At {
        place: shown(place),
        error: Box::new(error),
    }
}

fn shown(place: &str) -> String {
    basma::escape::escape(place.as_bytes()).into_owned()
}
