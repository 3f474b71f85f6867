//! What a list may be used for, and where: its own terms, and the rules of the institution.

use serde::{Deserialize, Serialize};

use super::terms::Terms;
use crate::error::Problem;
use crate::list::{List, Manifest, Protected, Source};
use crate::{Result, escape};

/// What lists are looked up for. Names of purposes and regions have small letters, digits and hyphens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Use {
    /// The name of the purpose.
    pub purpose: Option<String>,
    /// The name of the region whose law counts.
    pub region: Option<String>,
    /// The law or decision that allows it, in the words of the institution.
    pub legal_basis: Option<String>,
}

setters!(Use {
    with_purpose purpose?: String;
    with_region region?: String;
    with_legal_basis legal_basis?: String;
});

/// A rule of the institution: lists may, or may not, be used for a purpose in a region. Of the rules that apply the last
/// counts. Without any, a use is allowed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct UseRule {
    /// The region; all, if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The purpose; all, if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// Whether it is allowed.
    pub allow: bool,
    /// Why, in the words of the institution.
    pub reason: String,
}

impl UseRule {
    /// Checks what a person wrote.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) names what is wrong.
    pub fn check(&self) -> Result<()> {
        let names = self.region.iter().chain(&self.purpose);
        names.into_iter().try_for_each(|name| check_name(name))?;
        if self.reason.trim().is_empty() {
            return Err(Problem::UseRuleReason.into());
        }
        Ok(())
    }

    fn shown_reason(&self) -> String {
        escape::escape(self.reason.as_bytes()).into_owned()
    }
}

/// Checks the name of a purpose or a region.
pub(in crate::store) fn check_name(name: &str) -> Result<()> {
    let is_known = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let is_name = (1..=64).contains(&name.len()) && name.chars().all(is_known);
    if is_name && !name.starts_with('-') {
        return Ok(());
    }
    let text = escape::escape(name.as_bytes()).into_owned();
    Err(Problem::UseName { text }.into())
}

impl Use {
    /// Checks the names.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) names what is no name.
    pub fn check(&self) -> Result<()> {
        let mut names = self.purpose.iter().chain(&self.region);
        names.try_for_each(|name| check_name(name))
    }

    /// Refuses what a list is not for.
    pub(in crate::store) fn check_terms(&self, terms: &Terms) -> Result<()> {
        self.check_uses(&terms.list, &terms.uses)
    }

    /// Refuses what a list that was read is not for, as its manifest states it.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) names the list.
    pub fn check_list(&self, list: &List) -> Result<()> {
        let (_, uses) = list.stated_uses();
        self.check_uses(&list.source.list, uses)
    }

    /// Refuses what a list in a compiled index is not for, as the text stated it that it was made of.
    ///
    /// # Errors
    /// [`Error::Argument`](crate::Error::Argument) names the list.
    pub fn check_source(&self, source: &Source) -> Result<()> {
        self.check_uses(&source.list, &source.uses)
    }

    fn check_uses(&self, list: &str, uses: &[String]) -> Result<()> {
        let shown = |text: &str| escape::escape(text.as_bytes()).into_owned();
        let (list, named) = (shown(list), shown(&uses.join(", ")));
        match &self.purpose {
            _ if uses.is_empty() => Ok(()),
            None => Err(Problem::UseUnstated { list, uses: named }.into()),
            Some(purpose) if !uses.contains(purpose) => {
                let purpose = purpose.clone();
                let uses = named;
                Err(Problem::UseForeign {
                    list,
                    uses,
                    purpose,
                }
                .into())
            }
            Some(_) => Ok(()),
        }
    }

    /// Refuses what the rules forbid.
    pub(in crate::store) fn check_rules(&self, rules: &[UseRule]) -> Result<()> {
        let is_for = |rule: &&UseRule| rule.purpose.is_none() || rule.purpose == self.purpose;
        let of_region = |rule: &&UseRule| rule.region.is_none() || rule.region == self.region;
        // Where no region is stated, it may be one of those that a rule forbids.
        if self.region.is_none()
            && let Some(rule) = rules
                .iter()
                .filter(is_for)
                .find(|r| !r.allow && r.region.is_some())
        {
            let reason = rule.shown_reason();
            let region = rule.region.clone().unwrap_or_default();
            return Err(Problem::UseRegionUnstated { region, reason }.into());
        }
        match rules.iter().filter(is_for).rfind(of_region) {
            Some(rule) if !rule.allow => {
                let reason = rule.shown_reason();
                Err(Problem::UseForbidden { reason }.into())
            }
            _ => Ok(()),
        }
    }
}

/// Refuses an edition whose publisher states another use than the terms of the list.
pub(in crate::store) fn check_published(manifest: &Manifest, terms: &Terms) -> Result<()> {
    let is_allowed = |name: &String| manifest.uses.contains(name);
    let is_for_more =
        !manifest.uses.is_empty() && (terms.uses.is_empty() || !terms.uses.iter().all(is_allowed));
    if !is_for_more && (manifest.protects.is_none() || manifest.protects == terms.protects) {
        return Ok(());
    }
    let list = escape::escape(terms.list.as_bytes()).into_owned();
    let stated = manifest.protects.iter().map(|protects| protects.name());
    let stated = manifest.uses.iter().map(String::as_str).chain(stated);
    let stated = stated.collect::<Vec<_>>().join(", ");
    let stated = escape::escape(stated.as_bytes()).into_owned();
    Err(Problem::UseNotPublished { list, stated }.into())
}

/// Refuses to put lists together that protect different people, or that are for different purposes. `lists` are names,
/// whom each protects and what it is for.
///
/// # Errors
/// [`Error::Argument`](crate::Error::Argument) names two lists that differ.
pub fn keep_apart<'l>(
    lists: impl IntoIterator<Item = (&'l str, Option<Protected>, &'l [String])>,
) -> Result<()> {
    let mut lists = lists.into_iter();
    let Some((first, protects, uses)) = lists.next() else {
        return Ok(());
    };
    let sorted = |uses: &[String]| {
        let mut uses = uses.to_vec();
        uses.sort();
        uses.dedup();
        uses
    };
    let uses = sorted(uses);
    for (list, other_protects, other_uses) in lists {
        if other_protects != protects || sorted(other_uses) != uses {
            let shown = |name: &str| escape::escape(name.as_bytes()).into_owned();
            let (one, other) = (shown(first), shown(list));
            return Err(Problem::ListsApart { one, other }.into());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Kind, MaxAction};

    fn rule(region: Option<&str>, purpose: Option<&str>, allow: bool) -> UseRule {
        UseRule {
            region: region.map(str::to_owned),
            purpose: purpose.map(str::to_owned),
            allow,
            reason: "the law says so".to_owned(),
        }
    }

    fn of(purpose: Option<&str>, region: Option<&str>) -> Use {
        Use {
            purpose: purpose.map(str::to_owned),
            region: region.map(str::to_owned),
            legal_basis: None,
        }
    }

    #[test]
    fn a_list_that_names_its_uses_is_for_no_other() {
        let mut terms = Terms::new("demo", "tests", Kind::Local, MaxAction::Log);
        assert!(of(None, None).check_terms(&terms).is_ok());
        assert!(of(Some("anything"), None).check_terms(&terms).is_ok());
        terms.uses = vec!["child-abuse".to_owned(), "research".to_owned()];
        assert!(of(Some("research"), None).check_terms(&terms).is_ok());
        assert!(of(Some("copyright"), None).check_terms(&terms).is_err());
        assert!(of(None, None).check_terms(&terms).is_err());
    }

    #[test]
    fn of_the_rules_that_apply_the_last_counts() {
        let rules = [
            rule(Some("eu"), Some("child-abuse"), false),
            rule(Some("eu"), Some("ncii"), true),
            rule(None, Some("research"), false),
            rule(Some("uk"), Some("research"), true),
        ];
        let is_allowed = |purpose, region| of(purpose, region).check_rules(&rules).is_ok();
        assert!(!is_allowed(Some("child-abuse"), Some("eu")));
        assert!(is_allowed(Some("child-abuse"), Some("uk")));
        assert!(is_allowed(Some("ncii"), Some("eu")));
        assert!(!is_allowed(Some("research"), Some("eu")));
        assert!(is_allowed(Some("research"), Some("uk")));
        // The region decides, and is not stated.
        assert!(!is_allowed(Some("child-abuse"), None));
        assert!(is_allowed(Some("ncii"), None));
        assert!(!is_allowed(Some("research"), None));
        // No purpose is forbidden here by itself.
        assert!(is_allowed(None, Some("eu")));
        let closed = [rule(Some("eu"), None, false)];
        assert!(of(None, Some("eu")).check_rules(&closed).is_err());
        assert!(of(None, None).check_rules(&closed).is_err());
        assert!(of(None, Some("uk")).check_rules(&closed).is_ok());
    }

    #[test]
    fn lists_for_children_and_adults_stay_apart() {
        let research = ["research".to_owned()];
        let both = ["a".to_owned(), "b".to_owned()];
        let turned = ["b".to_owned(), "a".to_owned()];
        let none: &[String] = &[];
        use Protected::{Adults, Children};
        assert!(keep_apart([]).is_ok());
        assert!(keep_apart([("a", None, none), ("b", None, none)]).is_ok());
        assert!(keep_apart([("a", Some(Adults), none), ("b", Some(Adults), none)]).is_ok());
        assert!(keep_apart([("a", None, &both[..]), ("b", None, &turned[..])]).is_ok());
        assert!(keep_apart([("a", Some(Children), none), ("b", Some(Adults), none)]).is_err());
        // What says nothing may be for anybody.
        assert!(keep_apart([("a", Some(Children), none), ("b", None, none)]).is_err());
        assert!(keep_apart([("a", None, &research[..]), ("b", None, none)]).is_err());
    }

    #[test]
    fn an_edition_is_not_taken_for_more_than_its_publisher_states() {
        let mut terms = Terms::new("demo", "tests", Kind::Snapshot, MaxAction::Log);
        let mut manifest = Manifest::default();
        assert!(check_published(&manifest, &terms).is_ok());
        manifest.uses = vec!["child-abuse".to_owned()];
        manifest.protects = Some(Protected::Children);
        assert!(check_published(&manifest, &terms).is_err());
        terms.uses = vec!["child-abuse".to_owned()];
        assert!(check_published(&manifest, &terms).is_err());
        terms.protects = Some(Protected::Adults);
        assert!(check_published(&manifest, &terms).is_err());
        terms.protects = Some(Protected::Children);
        assert!(check_published(&manifest, &terms).is_ok());
        terms.uses.push("research".to_owned());
        assert!(check_published(&manifest, &terms).is_err());
    }

    #[test]
    fn names_are_read_alike_everywhere() {
        for name in ["eu", "child-abuse", "a1", &"x".repeat(64)] {
            assert!(check_name(name).is_ok(), "{name}");
        }
        for name in ["", "EU", "a b", "-a", "é", "a_b", &"x".repeat(65)] {
            assert!(check_name(name).is_err(), "{name}");
        }
        assert!(rule(None, None, true).check().is_ok());
        let without = UseRule {
            reason: " ".to_owned(),
            ..rule(None, None, true)
        };
        assert!(without.check().is_err());
        assert!(rule(Some("E U"), None, true).check().is_err());
    }
}
