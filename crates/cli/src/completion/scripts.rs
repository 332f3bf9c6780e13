//! The scripts that tie the shells' completion to the program.
//!
//! Each completes `signback`, and `aws` where that is a link to the same program.

/// The script for a shell.
pub(crate) fn script(shell: &str) -> Option<&'static str> {
    Some(match shell {
        "bash" => BASH,
        "zsh" => ZSH,
        "fish" => FISH,
        _ => return None,
    })
}

const BASH: &str = r#"# bash completion for signback: source <(signback completion bash)
_signback() {
    local word
    COMPREPLY=()
    while IFS= read -r word; do
        COMPREPLY+=("$word")
    done < <(COMP_LINE=$COMP_LINE COMP_POINT=$COMP_POINT signback completion words bash "$1" "$2" 2>/dev/null)
    if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *[/=\{\[] ]]; then
        compopt -o nospace 2>/dev/null
    fi
}
complete -F _signback signback
if [[ $(readlink -f "$(type -P aws)") == "$(readlink -f "$(type -P signback)")" ]]; then
    complete -F _signback aws
fi
"#;

const ZSH: &str = r#"#compdef signback
# zsh completion for signback: source <(signback completion zsh)
_signback() {
    local word meaning
    local -a whole open whole_shown open_shown
    local line="${(j: :)words[1,CURRENT-1]} $PREFIX"
    while IFS=$'\t' read -r word meaning; do
        if [[ $word == *[/={\[] ]]; then
            open+=("$word")
            open_shown+=("$word${meaning:+  -- $meaning}")
        else
            whole+=("$word")
            whole_shown+=("$word${meaning:+  -- $meaning}")
        fi
    done < <(COMP_LINE=$line COMP_POINT=${#line} signback completion words zsh "$words[1]" 2>/dev/null)
    (( $#whole )) && compadd -l -d whole_shown -a whole
    (( $#open )) && compadd -S '' -l -d open_shown -a open
}
compdef _signback signback
[[ ${${:-aws}:c:A} == ${${:-signback}:c:A} ]] && compdef _signback aws
"#;

const FISH: &str = r"# fish completion for signback: signback completion fish | source
function __signback_words
    set -l line (commandline -cp)
    set -l program (commandline -opc)[1]
    COMP_LINE=$line COMP_POINT=(string length -- $line) signback completion words fish $program 2>/dev/null
end
complete -c signback -f -a '(__signback_words)'
if test (realpath (command -s aws) 2>/dev/null)'' = (realpath (command -s signback) 2>/dev/null)''
    complete -c aws -f -a '(__signback_words)'
end
";
