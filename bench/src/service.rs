//! A service of the benchmark's own, in a folder that is gone afterwards.

use std::fmt::Write as _;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use serde_json::Value;

use crate::table::{Table, spread};

const DECLARED_USERS: usize = 1_000;
/// A first start hashes a password for each declared user.
const START_MAX: Duration = Duration::from_mins(5);

/// A running `signback serve`.
pub(crate) struct Service {
    child: Child,
    folder: PathBuf,
    pub(crate) ready: Value,
    pub(crate) started_in: Duration,
}

impl Service {
    /// Starts one on a fresh SQLite database.
    pub(crate) fn start(program: &Path, options: &[&str]) -> anyhow::Result<Self> {
        Self::start_on(program, None, options)
    }

    /// Starts one on a database, a fresh SQLite one without a URL.
    pub(crate) fn start_on(
        program: &Path,
        database: Option<&str>,
        options: &[&str],
    ) -> anyhow::Result<Self> {
        let folder = std::env::temp_dir().join(format!(
            "signback-bench-{}-{}",
            std::process::id(),
            now().elapsed().as_nanos()
        ));
        std::fs::create_dir(&folder).or_else(|_| std::fs::create_dir_all(&folder))?;
        let ready_file = folder.join("ready.json");
        let _ = std::fs::remove_file(&ready_file);
        let sqlite = format!("sqlite:{}", folder.join("data/signback.db").display());
        let key_file = folder.join("key");
        std::fs::write(&key_file, "5b".repeat(32))?;
        std::fs::set_permissions(&key_file, Permissions::from_mode(0o600))?;
        let begun = now();
        let child = Command::new(program)
            .args([
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--log-level",
                "error",
                "--ready-file",
            ])
            .arg(&ready_file)
            .arg("--database")
            .arg(database.unwrap_or(&sqlite))
            .arg("--master-key-file")
            .arg(&key_file)
            .args(options)
            .current_dir(&folder)
            .stdin(Stdio::null())
            .spawn()
            .context("cannot start the service")?;
        let mut service = Self {
            child,
            folder,
            ready: Value::Null,
            started_in: Duration::ZERO,
        };
        while !ready_file.exists() {
            if service.child.try_wait()?.is_some() || begun.elapsed() > START_MAX {
                bail!("the service did not start");
            }
            std::thread::sleep(Duration::from_micros(200));
        }
        service.started_in = begun.elapsed();
        service.ready = serde_json::from_slice(&std::fs::read(&ready_file)?)?;
        Ok(service)
    }

    /// An entry of the ready file.
    pub(crate) fn text(&self, name: &str) -> anyhow::Result<String> {
        let text = self.ready[name]
            .as_str()
            .with_context(|| format!("no {name} in the ready file"))?;
        Ok(text.to_owned())
    }

    /// Resident memory in MiB.
    pub(crate) fn memory(&self) -> anyhow::Result<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .context("no VmRSS")?;
        let kib: f64 = line.trim().trim_end_matches(" kB").parse()?;
        Ok(kib / 1024.0)
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a benchmark measures the time that passes"
)]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// A start with 1,000 declared users on a fresh database, and restarts on that one.
pub(crate) fn measure_restart(program: &Path, table: &mut Table) -> anyhow::Result<()> {
    let folder = std::env::temp_dir().join(format!("signback-bench-users-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let measured = measure_restart_in(program, &folder, table);
    std::fs::remove_dir_all(&folder)?;
    measured
}

fn measure_restart_in(program: &Path, folder: &Path, table: &mut Table) -> anyhow::Result<()> {
    let mut data = "[[user_pool]]\nname = \"people\"\ndomain = \"people\"\n".to_owned();
    for number in 0..DECLARED_USERS {
        write!(
            data,
            "[[user_pool.user]]\nusername = \"user{number}\"\npassword = \"Right-1-password{number}\"\n"
        )?;
    }
    let file = folder.join("start.toml");
    std::fs::write(&file, data)?;
    let file = file.to_str().context("a path of plain text")?;
    let database = format!("sqlite:{}", folder.join("signback.db").display());
    let start = || -> anyhow::Result<f64> {
        let service = Service::start_on(program, Some(&database), &["--bootstrap", file])?;
        Ok(service.started_in.as_secs_f64() * 1000.0)
    };
    let first = start()?;
    let again = (0..5)
        .map(|_| start())
        .collect::<anyhow::Result<Vec<_>>>()?;
    table.row(
        &format!("first start with {DECLARED_USERS} users"),
        format!("{first:.0} ms"),
        "-",
    );
    table.row(
        &format!("restart with {DECLARED_USERS} users (min / median / max)"),
        spread(again, "ms"),
        "200 ms",
    );
    Ok(())
}

/// Start-up on a fresh database and idle memory.
pub(crate) fn measure_startup(program: &Path, table: &mut Table) -> anyhow::Result<()> {
    for (what, options) in [
        ("without start data", &[][..]),
        ("with the demo's", &["--bootstrap", "demo"]),
    ] {
        let mut times = Vec::new();
        let mut memory = Vec::new();
        for _ in 0..5 {
            let service = Service::start(program, options)?;
            times.push(service.started_in.as_secs_f64() * 1000.0);
            std::thread::sleep(Duration::from_millis(300));
            memory.push(service.memory()?);
        }
        table.row(
            &format!("serve ready, {what} (min / median / max)"),
            spread(times, "ms"),
            "100 ms",
        );
        table.row(
            &format!("serve idle memory, {what}"),
            spread(memory, "MiB"),
            "40 MiB",
        );
    }
    Ok(())
}
