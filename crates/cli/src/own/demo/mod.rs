//! `signback demo`: the whole journey in the terminal, against a private service in this process.

mod client;
mod journey;
mod screen;
mod sign_in;

use std::io::{IsTerminal as _, Write as _};

use anyhow::{Context as _, bail};
use signback_server::config::{self, Bootstrap, settings};
use signback_server::serve::{self, Inputs, Running, Url};

use crate::commands::own::DEMO;
use crate::failure::complain;
use crate::own::status;
use crate::session::environment::Environment;
use client::Client;
use screen::Screen;

struct Options {
    keep: bool,
    listen: String,
}

/// Runs the demo; gives the exit status.
pub(super) fn run(environment: &Environment, words: &[String]) -> i32 {
    if words
        .iter()
        .any(|word| matches!(word.as_str(), "--help" | "-h" | "help"))
    {
        drop(std::io::stdout().write_all(usage().as_bytes()));
        return status::DONE;
    }
    let options = match options(words) {
        Ok(options) => options,
        Err(problem) => {
            complain(&format!("signback demo: {problem}\n{}", usage()));
            return status::USAGE;
        }
    };
    let shown = show(environment, &options);
    match shown {
        Ok(()) => status::DONE,
        Err(error) => {
            complain(&format!("signback demo: {error:#}\n"));
            status::FAILED
        }
    }
}

fn usage() -> String {
    let head = "usage: signback demo [--keep] [--listen ADDR]\n\n\
        Runs a chat customer's sign-in from the first message to the profile, and shows each step.\n\n";
    format!("{head}{}", settings::lines(DEMO, 14))
}

fn options(words: &[String]) -> anyhow::Result<Options> {
    let mut options = Options {
        keep: false,
        listen: "127.0.0.1:0".to_owned(),
    };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--keep" => options.keep = true,
            "--listen" => options
                .listen
                .clone_from(words.next().context("--listen needs a value")?),
            other => bail!("unknown argument {other}"),
        }
    }
    Ok(options)
}

fn show(environment: &Environment, options: &Options) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let colour = std::io::stdout().is_terminal() && environment.get("NO_COLOR").is_none();
    let mut screen = Screen::new(colour);
    runtime.block_on(async {
        let running = start(&options.listen).await?;
        let client = Client::new(&running)?;
        let shown = journey::run(&client, &mut screen).await;
        if shown.is_ok() && options.keep {
            say_where(&running, &mut screen)?;
            tokio::signal::ctrl_c().await?;
        }
        running.stop().await;
        shown
    })
}

async fn start(listen: &str) -> anyhow::Result<Running> {
    let args = ["--listen".to_owned(), listen.to_owned()];
    let mut settings = config::parse(&args, &|_| None, None)
        .map_err(|problems| anyhow::anyhow!(problems.join("\n")))?;
    settings.database = Url::Temporary;
    settings.bootstrap = Some(Bootstrap::Demo);
    serve::start(settings, Inputs::system()).await
}

/// Where to look while the service is kept, and a command to try by hand.
fn say_where(running: &Running, screen: &mut Screen) -> anyhow::Result<()> {
    let ready = |name: &str| running.ready.text(name).unwrap_or_default();
    screen.heading("The service keeps running; Ctrl-C ends it")?;
    screen.fact("chat page", &format!("{}/demo", ready("url")))?;
    screen.fact(
        "sign in as",
        &format!("{} with password {}", ready("username"), ready("password")),
    )?;
    screen.plain(&format!("\n{}", running.ready.exports()))?;
    screen.plain(&format!(
        "signback connect update-participant-authentication --instance-id {} --state STATE --code CODE\n",
        ready("instance_id"),
    ))
}
