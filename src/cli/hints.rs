//! Hints: what to type next after an error of the system, or after lists that are empty. The error itself says what is wrong.

use std::ffi::OsStr;
use std::io;
use std::path::Path;

use basma::Error;
use basma::error::{Action, Problem};

use super::prose::Prose;
use super::{Context, lists};

/// The messages of [`of`].
#[cfg(test)]
pub(super) const IDS: [&str; 11] = [
    "hint-not-found",
    "hint-no-store",
    "hint-not-readable",
    "hint-store-owner",
    "hint-no-folder",
    "hint-not-writable",
    "hint-full",
    "hint-read-only",
    "hint-listen",
    "hint-lists-empty",
    "hint-list-folder-empty",
];

/// Says what to type about an error, where the error does not.
pub(super) fn tell(error: &Error, context: &Context<'_>) {
    if let Error::List(rejection) = error {
        lists::hint(rejection, context);
    }
    let words: Vec<_> = std::env::args_os().skip(1).collect();
    if let Some(hint) = of(error, &words, context.prose) {
        context.complain("hint", &hint);
    }
}

fn of(error: &Error, words: &[impl AsRef<OsStr>], prose: &Prose) -> Option<String> {
    let id = match error {
        Error::Argument(Problem::ListsEmpty) => "hint-lists-empty",
        Error::Argument(Problem::ListFolderEmpty { .. }) => "hint-list-folder-empty",
        Error::Io {
            action,
            path,
            source,
        } => {
            let is_typed = words.iter().any(|word| names(word.as_ref(), path));
            return of_system(*action, path, source, is_typed, prose);
        }
        _ => return None,
    };
    Some(prose.word(id))
}

fn of_system(
    action: Action,
    path: &Path,
    source: &io::Error,
    is_typed: bool,
    prose: &Prose,
) -> Option<String> {
    use io::ErrorKind::{
        NotADirectory, NotFound, PermissionDenied, ReadOnlyFilesystem, StorageFull,
    };
    let is_read = matches!(
        action,
        Action::Find
            | Action::List
            | Action::Open
            | Action::OpenList
            | Action::Read
            | Action::ReadList
    );
    let is_made = matches!(
        action,
        Action::Create | Action::MakeStore | Action::Write | Action::WriteTemporary
    );
    let id = match source.kind() {
        // What stands in the default place was not typed.
        NotFound if action == Action::OpenList && !is_typed => "hint-no-store",
        NotFound if is_read && is_typed => "hint-not-found",
        NotFound | NotADirectory if is_made => {
            let folder = path
                .parent()
                .filter(|parent| !parent.as_os_str().is_empty())?;
            if source.kind() == NotADirectory || folder.is_dir() {
                return None;
            }
            // What cannot be pasted is not offered for it.
            let quoted = shlex::try_quote(folder.to_str()?).ok()?;
            return Some(prose.say("hint-no-folder", [("folder", quoted.as_ref().into())]));
        }
        _ if action == Action::Listen => "hint-listen",
        PermissionDenied | ReadOnlyFilesystem if action == Action::Lock => "hint-read-only",
        PermissionDenied if action == Action::OpenStore => "hint-store-owner",
        PermissionDenied if is_made => "hint-not-writable",
        PermissionDenied if is_read => "hint-not-readable",
        StorageFull => "hint-full",
        _ => return None,
    };
    Some(prose.word(id))
}

/// Whether a word of the command line names this path, by itself or behind its option.
fn names(word: &OsStr, path: &Path) -> bool {
    let behind = word.to_str().and_then(|word| word.split_once('='));
    Path::new(word) == path || behind.is_some_and(|(_, value)| Path::new(value) == path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::args::Language;

    #[test]
    fn a_refusal_of_the_system_names_the_next_step() {
        use io::ErrorKind::{NotFound, PermissionDenied, StorageFull};
        let prose = Prose::new(Language::En);
        let hint = |action, path: &str, kind: io::ErrorKind| {
            let path = path.into();
            let source = kind.into();
            let error = Error::Io {
                action,
                path,
                source,
            };
            of(&error, &["scan", "two", "--list=l.csv"], &prose)
        };
        let said = |id: &str| Some(prose.word(id));
        assert_eq!(hint(Action::Find, "two", NotFound), said("hint-not-found"));
        assert_eq!(
            hint(Action::OpenList, "l.csv", NotFound),
            said("hint-not-found")
        );
        assert_eq!(
            hint(Action::OpenList, "/a/basma", NotFound),
            said("hint-no-store")
        );
        // A file of ours that nobody typed.
        assert_eq!(hint(Action::Open, "/store/index", NotFound), None);
        let made = hint(Action::Create, "/nowhere/a b/out", NotFound).unwrap();
        assert!(made.contains("mkdir -p '/nowhere/a b'"), "{made}");
        assert_eq!(hint(Action::Create, "out", NotFound), None);
        for (action, id) in [
            (Action::Open, "hint-not-readable"),
            (Action::Create, "hint-not-writable"),
            (Action::OpenStore, "hint-store-owner"),
            (Action::Lock, "hint-read-only"),
            (Action::Listen, "hint-listen"),
        ] {
            assert_eq!(hint(action, "two", PermissionDenied), said(id));
        }
        assert_eq!(hint(Action::Write, "out", StorageFull), said("hint-full"));
    }
}
