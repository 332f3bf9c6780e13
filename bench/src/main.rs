//! Benchmarks: load over loopback against a service of its own, and the cost of one command.
//!
//! `cargo build --release && cargo run --release -p signback-bench [-- NAME …]` prints a table;
//! nothing is asserted. The load runs on the same cores as the service, so the figures are lower
//! bounds. Names: `startup`, `command`, `acceptances`, `journeys`, `passwords`; all of them without one.

mod accept;
mod answers;
mod client;
mod command;
mod journey;
mod once;
mod passwords;
mod service;
mod table;

use std::path::PathBuf;

use anyhow::{Context as _, bail};

use table::Table;

const NAMES: [&str; 5] = ["startup", "command", "acceptances", "journeys", "passwords"];

fn main() -> anyhow::Result<()> {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    if let [word, run @ ..] = &asked[..]
        && word == once::WORD
    {
        return once::measure(run);
    }
    if let Some(unknown) = asked.iter().find(|name| !NAMES.contains(&name.as_str())) {
        bail!(
            "unknown benchmark {unknown}; there are {}",
            NAMES.join(", ")
        );
    }
    let wanted = |name: &str| asked.is_empty() || asked.iter().any(|asked| asked == name);
    let program = program()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    let mut table = Table::default();
    if wanted("startup") {
        service::measure_startup(&program, &mut table)?;
        service::measure_restart(&program, &mut table)?;
    }
    let calls = if wanted("command") {
        runtime.block_on(command::measure(&program))?
    } else {
        String::new()
    };
    if wanted("acceptances") {
        runtime.block_on(accept::measure(&program, &mut table))?;
    }
    if wanted("journeys") {
        runtime.block_on(journey::measure(&program, &mut table))?;
    }
    if wanted("passwords") {
        runtime.block_on(passwords::measure(&program, &mut table))?;
    }
    print!("{table}{calls}");
    Ok(())
}

/// The release build beside this program, or the one that `SIGNBACK_PROGRAM` names.
fn program() -> anyhow::Result<PathBuf> {
    let beside = std::env::current_exe()?.with_file_name("signback");
    let program = std::env::var_os("SIGNBACK_PROGRAM").map_or(beside, PathBuf::from);
    let found = program.canonicalize();
    found.with_context(|| {
        format!(
            "{}: build it first, cargo build --release",
            program.display()
        )
    })
}
