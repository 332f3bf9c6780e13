//! `signback serve` as a process: settings, log lines, signals, exit status.

use std::io::{IsTerminal as _, Write as _};

use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

use super::{Inputs, start};
use crate::config::{self, LogFormat, Serve};
use signback_platform::listener;

/// The file that settings are read from, in the current folder.
const SETTINGS_FILE: &str = "signback.toml";

/// Exit status: everything was done.
const DONE: i32 = 0;
/// Exit status: it failed.
const FAILED: i32 = 1;
/// Exit status: it was not asked rightly.
const USAGE: i32 = 2;

/// Runs `signback serve` until a signal ends it; gives the exit status.
#[must_use]
pub fn run(args: &[String]) -> i32 {
    if args
        .iter()
        .any(|arg| matches!(arg.as_str(), "--help" | "-h" | "help"))
    {
        print(&config::usage());
        return DONE;
    }
    let file = match std::fs::read_to_string(SETTINGS_FILE) {
        Ok(text) => Some(text),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
        Err(error) => return failed(USAGE, &format!("{SETTINGS_FILE} cannot be read: {error}")),
    };
    let environment = |name: &str| std::env::var(name).ok();
    let mut settings = match config::parse(args, &environment, file.as_deref()) {
        Ok(settings) => settings,
        Err(problems) => {
            return failed(
                USAGE,
                &format!(
                    "{}\nsignback serve --help lists the options",
                    problems.join("\n")
                ),
            );
        }
    };
    init_logs(&settings);
    settings.descriptors = listener::raise_descriptors();
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return failed(FAILED, &format!("cannot start threads: {error}")),
    };
    match runtime.block_on(serve(settings)) {
        Ok(()) => DONE,
        Err(error) => failed(FAILED, &format!("{error:#}")),
    }
}

async fn serve(settings: Serve) -> anyhow::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    // A write beyond the limit of a file's size is then an error, and does not end the process.
    let file_size = SignalKind::from_raw(rustix::process::Signal::XFSZ.as_raw());
    let _heard = signal(file_size)?;
    let running = start(settings, Inputs::system()).await?;
    if std::io::stdout().is_terminal() {
        print(&running.banner());
    }
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    tracing::info!("stopping");
    running.stop().await;
    Ok(())
}

fn init_logs(settings: &Serve) {
    // Statements of the libraries below are of no use to operators unless they fail.
    let filter = EnvFilter::try_new(&settings.log_level).unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    let ready = match settings.log_format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
    drop(ready);
}

fn failed(status: i32, message: &str) -> i32 {
    // Nothing is left to do when even stderr is gone.
    drop(writeln!(std::io::stderr(), "signback serve: {message}"));
    status
}

fn print(text: &str) {
    drop(std::io::stdout().write_all(text.as_bytes()));
}
