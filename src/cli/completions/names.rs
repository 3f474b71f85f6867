//! Names of the lists of a store in the completions of a shell: the script asks `basma list-names` while a user types.
//!
//! It is the default store that is asked. The engine of `clap_complete` that would do this is not stable.

use super::CompletedShell;

/// The script with the names of lists where a command takes one: `list`, `refresh`, and `--list` of `add` and `revoke`.
pub(super) fn with_names(script: String, shell: CompletedShell) -> String {
    match shell {
        CompletedShell::Bash => {
            script.replace("complete -F _basma ", "complete -F _basma_names ") + BASH
        }
        CompletedShell::Zsh => {
            let script = script.replace(":LIST:_default", ":LIST:_basma_names");
            let script = with_position(&script, "'*::lists -- ");
            let script = with_position(&script, "'::list -- ");
            // Behind the line that names the command.
            let (head, rest) = script.split_once('\n').unwrap_or((&script, ""));
            format!("{head}\n{ZSH}{rest}")
        }
        CompletedShell::Fish => {
            let of_option = |line: &str| {
                let is_of_list = ["add", "revoke"].iter().any(|command| {
                    line.contains(&format!(
                        "__fish_basma_using_subcommand {command}\" -s l -l list "
                    ))
                });
                let names = if is_of_list { FISH_NAMES } else { "" };
                format!("{line}{names}\n")
            };
            script.lines().map(of_option).collect::<String>() + FISH
        }
    }
}

/// The completion of zsh for positions that begin so, with names in place of any words. Positions of files stay.
fn with_position(script: &str, begins: &str) -> String {
    let named = |line: &str| {
        let line = if line.starts_with(begins) {
            line.replace(":_default'", ":_basma_names'")
        } else {
            line.to_owned()
        };
        line + "\n"
    };
    script.lines().map(named).collect()
}

const BASH: &str = r#"
_basma_names() {
    _basma "$@"
    local cur="${COMP_WORDS[COMP_CWORD]}" prev="${COMP_WORDS[COMP_CWORD-1]}" IFS=$'\n'
    case "${COMP_WORDS[1]}:${prev}" in
        add:-l|add:--list|revoke:-l|revoke:--list) COMPREPLY=() ;;
        list:list|refresh:*) [[ "${cur}" == -* ]] && return ;;
        *) return ;;
    esac
    COMPREPLY+=($(compgen -W "$(basma list-names 2>/dev/null)" -- "${cur}"))
}
"#;

const ZSH: &str = r#"
_basma_names() {
    local -a names
    names=("${(@f)$(basma list-names 2>/dev/null)}")
    compadd -a names
}
"#;

const FISH_NAMES: &str = " -f -a \"(basma list-names 2>/dev/null)\"";

const FISH: &str = r#"
complete -c basma -n "__fish_basma_using_subcommand list" -f -a "(basma list-names 2>/dev/null)"
complete -c basma -n "__fish_basma_using_subcommand refresh" -f -a "(basma list-names 2>/dev/null)"
"#;
