//! `basma completions`: what a shell needs to finish a command line.

mod names;

use clap::{Command, CommandFactory as _, ValueEnum};
use clap_complete::{Shell, generate};

use super::Verdict;
use super::args::{Cli, CompletionsArgs};
use super::output::{Output, Stopped};

/// A shell that completions are made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CompletedShell {
    Bash,
    Zsh,
    Fish,
}

pub(super) fn run(args: &CompletionsArgs) -> Result<Verdict, Stopped> {
    let mut out = Output::open(None)?;
    out.write(&completions(args.shell))?;
    out.finish()?;
    Ok(Verdict::Done)
}

fn completions(shell: CompletedShell) -> String {
    let generator = match shell {
        CompletedShell::Bash => Shell::Bash,
        CompletedShell::Zsh => Shell::Zsh,
        CompletedShell::Fish => Shell::Fish,
    };
    let mut script = Vec::new();
    generate(
        generator,
        &mut command(Cli::command()),
        "basma",
        &mut script,
    );
    let script = String::from_utf8(script).expect("help is UTF-8");
    names::with_names(script, shell)
}

/// The command without what only programs call.
fn command(command: Command) -> Command {
    let shown = command.get_subcommands().filter(|c| !c.is_hide_set());
    let bare = Command::new("basma").disable_help_subcommand(true);
    let bare = bare.subcommands(shown.cloned().collect::<Vec<_>>());
    bare.args(command.get_arguments().cloned().collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use basma::hash::HashType;

    use super::*;
    use crate::cli::help::TOPICS;

    #[test]
    fn each_shell_is_given_the_commands_their_options_and_their_values() {
        for shell in CompletedShell::value_variants() {
            let script = completions(*shell);
            for command in Cli::command().get_subcommands() {
                let name = command.get_name();
                if !command.is_hide_set() {
                    assert!(script.contains(name), "{shell:?}: {name}");
                }
            }
            for hash_type in HashType::ALL {
                assert!(script.contains(hash_type.name()), "{shell:?}: {hash_type}");
            }
            // Topics of help, and the names of lists where one is named: an option of two commands, and two positions.
            for topic in TOPICS {
                assert!(script.contains(topic), "{shell:?}: {topic}");
            }
            assert!(script.contains("basma list-names"), "{shell:?}");
            let named = match shell {
                CompletedShell::Bash => script.matches("complete -F _basma_names").count(),
                CompletedShell::Zsh => {
                    let is_named = |line: &&str| line.contains(":_basma_names'");
                    let named: Vec<&str> = script.lines().filter(is_named).collect();
                    let of_option = |line: &&&str| line.contains(":LIST:_basma_names'");
                    let options = named.iter().filter(of_option).count();
                    assert!(options >= 4 && !script.contains(":LIST:_default"));
                    named.len() - options
                }
                CompletedShell::Fish => script.matches("(basma list-names").count() / 2,
            };
            assert_eq!(named, 2, "{shell:?}: {script}");
            for part in ["views", "thorough", "thumbnails", "blurred", "lang"] {
                assert!(script.contains(part), "{shell:?}: {part}");
            }
            assert!(!script.contains("decode-worker"), "{shell:?}");
        }
    }
}
