//! `basma inspect`: what is inside a compiled index.

use basma::escape;
use basma::index::{Description, Index};
use basma::report;

use super::args::{InspectArgs, InspectFormat};
use super::output::{Output, Stopped};
use super::prose::{Prose, Value};
use super::stdin::Spooled;
use super::{Context, Verdict};

pub(super) fn run(args: &InspectArgs, context: &Context<'_>) -> Result<Verdict, Stopped> {
    let spooled = Spooled::named_in([args.index.as_path()])?;
    let index = match &spooled {
        Some(spooled) => Index::open(spooled.path()).map_err(|error| spooled.named(error)),
        None => Index::open(&args.index),
    }?;
    if args.verify {
        index.verify()?;
    }
    let description = index.describe()?;
    let mut out = Output::open(None)?;
    out.write(&match args.format {
        InspectFormat::Text => text(&context.output_prose(None), &description),
        InspectFormat::Jsonl => report::line(&report::Index::from(&description)),
    })?;
    out.finish()?;
    if args.verify {
        context.tell(&context.prose.word("verified"));
    }
    Ok(Verdict::Done)
}

fn text(prose: &Prose, d: &Description) -> String {
    let head = [
        ("version", d.version.into()),
        ("bytes", prose.bytes(d.bytes)),
    ];
    let mut lines = vec![prose.say("inspect-head", head)];
    for table in &d.tables {
        let values = [
            ("type", table.hash_type.name().into()),
            ("hashes", table.hashes.into()),
            ("entries", table.rows.into()),
        ];
        lines.push(format!("\n{}", prose.say("inspect-table", values)));
        for structure in &table.structures {
            let size = match structure.bytes {
                0 => String::new(),
                size => format!(" ({})", prose.language().bytes(size)),
            };
            let values = [
                ("name", structure.name.into()),
                ("size", Value::said(size)),
                ("why", Value::said(prose.message(&structure.why.message()))),
            ];
            lines.push(format!("  {}", prose.say("inspect-structure", values)));
        }
    }
    lines.push(format!("\n{}", prose.word("inspect-lists")));
    for list in &d.lists {
        let list = escape::escape(list.as_bytes());
        lines.push(format!("  {}", prose.value(&list)));
    }
    lines.push(format!("\n{}", prose.word("inspect-sources")));
    for source in &d.sources {
        let values = [
            ("path", source.path.as_str().into()),
            ("format", prose.list_format(&source.format)),
            ("bytes", prose.bytes(source.bytes)),
            ("list", escape::escape(source.list.as_bytes()).into()),
        ];
        lines.push(format!("  {}", prose.say("inspect-source", values)));
        lines.push(format!("    sha256 {}", hex(&source.sha256)));
        if !source.uses.is_empty() {
            let uses = escape::escape(source.uses.join(", ").as_bytes()).into_owned();
            let said = prose.value(&uses).into_owned();
            lines.push(format!("    {}: {said}", prose.word("page-uses")));
        }
        if let Some(protects) = source.protects {
            let said = crate::cli::html::words::protects(prose, protects.name());
            lines.push(format!("    {}: {said}", prose.word("page-protects")));
        }
    }
    lines.push(format!("\n{}", prose.word("inspect-sections")));
    for s in &d.sections {
        let of = s.hash_type.map(|t| t.name()).unwrap_or_default();
        // In columns: numbers that are padded choose no plural.
        let values = [
            ("role", format!("{:<18}", s.role).into()),
            ("type", format!("{of:<29}").into()),
            ("offset", format!("{:>10}", s.offset).into()),
            ("bytes", format!("{:>10}", s.bytes).into()),
            ("count", s.count.into()),
            ("padded", format!("{:>9}", s.count).into()),
        ];
        lines.push(format!("  {}", prose.say("inspect-section", values)));
    }
    lines.join("\n") + "\n"
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
