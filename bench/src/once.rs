//! One run of a program, measured by a process that does nothing else.
//!
//! The kernel counts the memory of whoever starts a process into that process's peak, so a program
//! must be started by something smaller than itself: this benchmark calls itself as
//! `signback-bench run-once PROGRAM …` for every run.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, ensure};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeVal;

use crate::service::now;

/// The hidden first word by which the benchmark calls itself.
pub(crate) const WORD: &str = "run-once";

/// What one run cost.
#[derive(Clone, Copy)]
pub(crate) struct Run {
    /// User and system time, in milliseconds.
    pub(crate) cpu: f64,
    /// From start to end, in milliseconds.
    pub(crate) wall: f64,
    /// The largest resident set, in MiB.
    pub(crate) memory: f64,
}

/// Runs a program in a new process of this benchmark, with nothing in its environment but `environment`.
pub(crate) fn run(
    program: &Path,
    arguments: &[String],
    environment: &[(&str, String)],
) -> anyhow::Result<Run> {
    let output = Command::new(std::env::current_exe()?)
        .arg(WORD)
        .arg(program)
        .args(arguments)
        .env_clear()
        .envs(environment.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()?;
    ensure!(output.status.success(), "{} failed", program.display());
    let text = String::from_utf8(output.stdout)?;
    let mut figures = text.split_whitespace().map(str::parse::<f64>);
    let mut next = || figures.next().context("three figures")?.context("a figure");
    Ok(Run {
        cpu: next()?,
        wall: next()?,
        memory: next()?,
    })
}

/// The child's side: runs the program once and prints milliseconds, milliseconds and MiB.
pub(crate) fn measure(words: &[String]) -> anyhow::Result<()> {
    let (program, arguments) = words.split_first().context("a program")?;
    let begun = now();
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .output()?;
    let wall = begun.elapsed().as_secs_f64() * 1000.0;
    ensure!(
        output.status.success(),
        "{program}: {}: {}",
        output.status,
        String::from_utf8_lossy(&output.stderr).trim()
    );
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let cpu = milliseconds(usage.user_time()) + milliseconds(usage.system_time());
    #[expect(clippy::cast_precision_loss, reason = "kibibytes of a process")]
    let memory = usage.max_rss() as f64 / 1024.0;
    println!("{cpu} {wall} {memory}");
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "the time of a short process")]
fn milliseconds(time: TimeVal) -> f64 {
    time.tv_sec() as f64 * 1000.0 + time.tv_usec() as f64 / 1000.0
}
