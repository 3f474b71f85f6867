//! `basma inspect`: what is inside a compiled index.

use basma::escape;
use basma::index::{Description, Index};
use basma::report;

use super::args::{InspectArgs, InspectFormat};
use super::output::{Output, Stopped};
use super::prose::bytes;
use super::{Context, Verdict};

pub(super) fn run(args: &InspectArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    let index = Index::open(&args.index)?;
    if args.verify {
        index.verify()?;
    }
    let description = index.describe()?;
    let mut out = Output::open(None)?;
    out.write(&match args.format {
        InspectFormat::Text => text(&description),
        InspectFormat::Jsonl => report::line(&report::Index::from(&description)),
    })?;
    out.finish()?;
    if args.verify {
        context.tell(&context.prose.word("verified"));
    }
    Ok(Verdict::Done)
}

fn text(d: &Description) -> String {
    let mut lines = vec![format!(
        "basma index, version {}, {}",
        d.version,
        bytes(d.bytes)
    )];
    for table in &d.tables {
        lines.push(format!(
            "\n{}: {} hashes in {} entries",
            table.hash_type, table.hashes, table.rows
        ));
        for structure in &table.structures {
            let size = match structure.bytes {
                0 => String::new(),
                size => format!(" ({})", bytes(size)),
            };
            lines.push(format!("  {}{size}: {}", structure.name, structure.why));
        }
    }
    lines.push("\nlists".to_owned());
    lines.extend(
        d.lists
            .iter()
            .map(|list| format!("  {}", escape::escape(list.as_bytes()))),
    );
    lines.push("\nsources".to_owned());
    for source in &d.sources {
        let name = escape::escape(source.list.as_bytes());
        lines.push(format!(
            "  {} ({}, {}) of list {name}",
            source.path,
            source.format,
            bytes(source.bytes)
        ));
        lines.push(format!("    sha256 {}", hex(&source.sha256)));
    }
    lines.push("\nsections".to_owned());
    for s in &d.sections {
        let of = s.hash_type.map(|t| t.name()).unwrap_or_default();
        let (role, offset, size, count) = (s.role, s.offset, s.bytes, s.count);
        lines.push(format!(
            "  {role:<18} {of:<29} at {offset:>10}, {size:>10} bytes, {count:>9} elements"
        ));
    }
    lines.join("\n") + "\n"
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
