//! `logout` and `sso logout`.

use crate::arguments::parser::{Argument, Choices, Count, Parsed};
use crate::arguments::row::OptionRow;
use crate::commands::{Fixed, LOGOUT, SSO};
use crate::configure::{all_known, parse};
use crate::credentials::sign_out;
use crate::failure::{Failure, complain};
use crate::help;
use crate::session::Session;
use crate::terminal::streams::write_stdout;

/// What `sso` has in the original; the others are not built.
const SSO_COMMANDS: &[&str] = &[
    "get-role-credentials",
    "help",
    "list-account-roles",
    "list-accounts",
    "login",
    "logout",
];

/// What is said after the keys of several sessions went.
const STILL_IN_USE_SOMEWHERE: &str = "Note, any local developer tools that have already loaded access tokens may continue to use them until their expiration. Access tokens expire in 15 minutes.\n";

/// Runs `logout`: the cached keys of console sessions go.
///
/// # Errors
/// Words that make no sense, or a file that cannot be removed.
pub(crate) fn logout(session: &Session, words: &[String]) -> Result<i32, Failure> {
    let Some(parsed) = parsed(session, &LOGOUT, words)? else {
        return help::fixed(session, &LOGOUT);
    };
    if parsed.flag("all").is_some() {
        let said = match sign_out::of_every_profile(session)? {
            0 => "No cached login session tokens found.\n".to_owned(),
            1 => format!("Removed 1 cached login credential. {STILL_IN_USE_SOMEWHERE}"),
            count => format!("Removed {count} cached login credentials. {STILL_IN_USE_SOMEWHERE}"),
        };
        write_stdout(said.as_bytes());
        return Ok(0);
    }
    let profile = session.profile_name();
    if sign_out::of_profile(session)? {
        let said = format!(
            "Removed cached login credentials for profile '{profile}'. Note, any local developer tools that have already loaded the access token may continue to use it until its expiration. Access tokens expire in 15 minutes.\n"
        );
        write_stdout(said.as_bytes());
    } else {
        complain(&format!(
            "warning: no login session found for profile '{profile}'\n"
        ));
    }
    Ok(0)
}

/// Runs `sso`: sign-ins end, and what they left goes.
///
/// # Errors
/// Words that make no sense, a portal that cannot be asked, or a file that cannot be removed.
pub(crate) fn sso(session: &Session, words: &[String]) -> Result<i32, Failure> {
    let operand = Argument::operand("operation", Count::One).among(Choices::List(SSO_COMMANDS));
    let (found, rest) = parse(session, &[operand], words)?;
    match found.word("operation") {
        Some("help") => help::fixed(session, &SSO),
        Some("logout") => match parsed(session, &SSO, &rest)? {
            Some(_) => sign_out::of_sign_ins(session).map(|()| 0),
            None => help::fixed(session, &SSO),
        },
        name => {
            let name = name.unwrap_or_default();
            Err(Failure::general(format!("sso {name} is not built.")))
        }
    }
}

/// The options of a command; nothing if help is asked for.
fn parsed(session: &Session, fixed: &Fixed, words: &[String]) -> Result<Option<Parsed>, Failure> {
    if words == ["help"] {
        return Ok(None);
    }
    let options = fixed.options.iter().map(OptionRow::argument);
    let (parsed, rest) = parse(session, &options.collect::<Vec<_>>(), words)?;
    all_known(&rest)?;
    Ok(Some(parsed))
}
