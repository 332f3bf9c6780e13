//! The scripts that tie the shells' completion to the program.

/// The shells that there is a script for.
pub const SHELLS: &[&str] = &["bash", "zsh", "fish"];

/// The script for a shell.
#[must_use]
pub fn script(shell: &str) -> Option<&'static str> {
    Some(match shell {
        "bash" => BASH,
        "zsh" => ZSH,
        "fish" => FISH,
        _ => return None,
    })
}

const BASH: &str = r#"# bash completion for signback: source <(signback completion bash)
_signback() {
    local IFS=$'\n'
    COMPREPLY=($(signback completion suggest "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f1))
    [[ ${COMPREPLY[0]} == */ || ${COMPREPLY[0]} == *// ]] && compopt -o nospace 2>/dev/null
    if [[ $COMP_WORDBREAKS == *:* && ${COMP_WORDS[COMP_CWORD]} == *:* ]]; then
        local colon=${COMP_WORDS[COMP_CWORD]%"${COMP_WORDS[COMP_CWORD]##*:}"}
        COMPREPLY=("${COMPREPLY[@]#"$colon"}")
    fi
}
complete -F _signback signback
"#;

const ZSH: &str = r#"#compdef signback
# zsh completion for signback: source <(signback completion zsh)
_signback() {
    local -a found
    local word meaning
    while IFS=$'\t' read -r word meaning; do
        found+=("${word//:/\\:}:$meaning")
    done < <(signback completion suggest "${(@)words[2,CURRENT]}" 2>/dev/null)
    _describe signback found -S ''
}
compdef _signback signback
"#;

const FISH: &str = r" fish completion for signback: signback completion fish | source
function __signback_suggest
    set -l words (commandline -opc) (commandline -ct)
    signback completion suggest $words[2..-1] 2>/dev/null
end
complete -c signback -f -a '(__signback_suggest)'
";
