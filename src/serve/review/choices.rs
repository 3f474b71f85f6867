//! What can be done about a case: its forms.

use basma::store::Terms;

use super::card::{Desk, name};
use super::case::{Case, State};
use super::page::{note, token_field};
use super::plan::{allow_list, is_own, matched_lists};
use crate::cli::html::{html, paragraph, plain, value};

impl Desk<'_> {
    /// The forms of a case, as it stands.
    pub(super) fn form(&self, case: &Case) -> String {
        let prose = self.prose;
        let id = html(&case.id);
        let mut text = format!(
            "<form class=\"decide\" method=\"post\" action=\"/review/case/{id}\">\n{}\
             <input type=\"hidden\" name=\"revision\" value=\"{}\"><input type=\"hidden\" name=\"show\" value=\"{}\">\n",
            token_field(&self.visitor.token),
            case.revision,
            html(self.show)
        );
        match case.state {
            State::Open | State::Escalated => text += &self.choices(case),
            State::Proposed => text += &self.proposed(case),
            _ => {}
        }
        let mine = |by: &str| by == self.visitor.name() || self.visitor.is_admin();
        if case.last().is_some_and(|step| mine(&step.by)) && case.state != State::Open {
            text += &format!(
                "<p class=\"acts\">{}</p>\n",
                self.button("undo", "u", false)
            );
        }
        text += "</form>\n";
        let is_shown = case.sightings.iter().any(|seen| (self.has_picture)(seen));
        if self.is_whole && is_shown {
            let (grey, colours) = (
                prose.word("review-view-grey"),
                prose.word("review-view-colours"),
            );
            text += &format!(
                "<form class=\"plain\" method=\"post\" action=\"/review/case/{id}/view\">{}\n\
                 <p class=\"note\">{}</p><p class=\"acts\"><button name=\"look\" value=\"grey\">{}</button> \
                 <button name=\"look\" value=\"colours\">{}</button></p></form>\n",
                token_field(&self.visitor.token),
                html(&prose.word("review-view-note")),
                html(&grey),
                html(&colours)
            );
        }
        text
    }

    /// What can be done about a case that nobody decided.
    fn choices(&self, case: &Case) -> String {
        let prose = self.prose;
        let id = html(&case.id);
        let mut text = format!(
            "<p><label for=\"reason-{id}\">{}</label> <input id=\"reason-{id}\" name=\"reason\" maxlength=\"2000\" \
             autocomplete=\"off\" dir=\"auto\" required data-missing=\"{}\"></p>\n",
            html(&prose.word("review-reason")),
            html(&prose.word("review-fault-reason"))
        );
        let entries = case.entries();
        if entries.len() > 1 {
            text += &format!(
                "<p><label for=\"entry-{id}\">{}</label> <select id=\"entry-{id}\" name=\"entry\" dir=\"ltr\">\n",
                html(&prose.word("review-wrong-entry"))
            );
            for (place, entry) in entries.iter().enumerate() {
                let name = html(&plain(&name(entry)));
                text += &format!("<option value=\"{place}\">{name}</option>\n");
            }
            text += "</select></p>\n";
        }
        let own: Vec<&Terms> = self.lists.iter().filter(|terms| is_own(terms)).collect();
        if !own.is_empty() {
            text += &format!(
                "<p><label for=\"add-{id}\">{}</label> <select id=\"add-{id}\" name=\"add_to\">\n<option value=\"\">{}</option>\n",
                html(&prose.word("review-add-to")),
                html(&prose.word("review-add-to-none"))
            );
            for terms in own {
                let name = html(&plain(&terms.list));
                text += &format!("<option value=\"{}\">{name}</option>\n", html(&terms.list));
            }
            text += "</select></p>\n";
        }
        let lists = matched_lists(case);
        let uncovered = lists
            .iter()
            .find(|list| allow_list(self.lists, list).is_none());
        text += "<div class=\"acts\">";
        text += &self.button("confirm", "c", false);
        if uncovered.is_none() {
            text += &self.button("reject", "r", true);
        }
        text += &self.button("withdraw", "w", true);
        if case.state == State::Open {
            text += &self.button("escalate", "e", true);
        }
        text += &self.button("skip", "s", false);
        text += "</div>\n";
        if let Some(list) = uncovered {
            let said = prose.say("review-no-allow-list", [("list", value(list))]);
            text += &note("note", &said);
        }
        text
    }

    fn proposed(&self, case: &Case) -> String {
        let Some(step) = case.proposal() else {
            return String::new();
        };
        let prose = self.prose;
        let mut text = String::new();
        if let Some(entry) = &step.entry {
            let id = format!("review-proposed-{}", step.act.name());
            let values = [("by", value(&step.by)), ("entry", value(&name(entry)))];
            text += &paragraph("alert", &prose.say(&id, values));
        }
        text += "<div class=\"acts\">";
        if step.by == self.visitor.name() {
            text += &paragraph("note", &prose.word("review-fault-same-person"));
        } else {
            text += &self.button("approve", "c", false);
        }
        text += &self.button("decline", "r", false);
        text + "</div>\n"
    }

    fn button(&self, act: &str, key: &str, needs_reason: bool) -> String {
        let said = html(&self.prose.word(&format!("review-act-{act}")));
        let free = if needs_reason { "" } else { " formnovalidate" };
        format!(
            "<button name=\"act\" value=\"{act}\" class=\"{act}\" data-key=\"{key}\" aria-keyshortcuts=\"{key}\"{free}>{said} \
             <kbd aria-hidden=\"true\">{key}</kbd></button>\n"
        )
    }
}
