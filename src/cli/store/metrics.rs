//! Figures of a store in the text format of Prometheus.

use std::fmt::Write as _;

use basma::store::{ListStatus, Status};

/// Every family of figures, for each list that has it.
pub(super) fn text(status: &Status) -> String {
    let mut text = String::new();
    let mut family = |name: &str, help: &str, figures: &[(String, String)]| {
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge");
        for (labels, figure) in figures {
            let _ = writeln!(text, "{name}{labels} {figure}");
        }
    };
    let whole = |figure: String| vec![(String::new(), figure)];
    family(
        "basma_store_generation",
        "The generation in force.",
        &whole(status.generation.to_string()),
    );
    family(
        "basma_store_generation_timestamp_seconds",
        "When it was published.",
        &whole(status.created.to_string()),
    );
    let entries: Vec<(String, String)> = status
        .lists
        .iter()
        .flat_map(|list| {
            let name = label(&list.terms.list);
            let of_type = move |(of, count): &(String, u64)| {
                (
                    format!("{{list=\"{name}\",type=\"{of}\"}}"),
                    count.to_string(),
                )
            };
            list.by_type.iter().map(of_type)
        })
        .collect();
    family(
        "basma_list_entries",
        "Entries of a list by type of hash.",
        &entries,
    );
    let each = |figure: &dyn Fn(&ListStatus) -> Option<String>| -> Vec<(String, String)> {
        let lists = status.lists.iter();
        let with_label = |list: &ListStatus| {
            let labels = format!("{{list=\"{}\"}}", label(&list.terms.list));
            figure(list).map(|figure| (labels, figure))
        };
        lists.filter_map(with_label).collect()
    };
    let flag = |holds: bool| Some(u8::from(holds).to_string());
    family(
        "basma_list_age_seconds",
        "How old the source is.",
        &each(&|l| l.age.map(|age| age.to_string())),
    );
    family(
        "basma_list_as_of_timestamp_seconds",
        "Of when the source says that it is.",
        &each(&|l| l.as_of.map(|t| t.to_string())),
    );
    family(
        "basma_list_max_age_seconds",
        "How old it may be.",
        &each(&|l| l.terms.max_age.map(|age| age.to_string())),
    );
    family(
        "basma_list_success_timestamp_seconds",
        "When the last refresh went well.",
        &each(&|l| l.succeeded.map(|t| t.to_string())),
    );
    family(
        "basma_list_failures",
        "How often it failed since.",
        &each(&|l| Some(l.failures.to_string())),
    );
    family(
        "basma_list_stale",
        "Whether the source is older than it may be.",
        &each(&|l| flag(l.is_stale())),
    );
    family(
        "basma_list_failing",
        "Whether the last refresh failed.",
        &each(&|l| flag(l.is_failing())),
    );
    family(
        "basma_list_set_aside",
        "Malformed records that were set aside.",
        &each(&|l| Some(l.set_aside.to_string())),
    );
    family(
        "basma_list_added",
        "Entries added by hand.",
        &each(&|l| Some(l.added.to_string())),
    );
    family(
        "basma_list_revoked",
        "Hashes and items withdrawn by hand.",
        &each(&|l| Some(l.revoked.to_string())),
    );
    family(
        "basma_list_next_expiry_timestamp_seconds",
        "When the next entry expires.",
        &each(&|l| l.next_expiry.map(|t| t.to_string())),
    );
    text
}

/// A value of a label, as the format wants it.
fn label(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}
