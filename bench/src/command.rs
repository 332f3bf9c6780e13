//! CPU and memory of one command: `connect update-participant-authentication` over loopback http.

use std::path::Path;
use std::process::{Command, Stdio};

use nix::sys::resource::{UsageWho, getrusage};

use crate::service::{Service, now};
use crate::table::{Table, spread};

const RUNS: usize = 60;

/// Runs the command again and again against a service that refuses its state: the whole path of a
/// call, without a sign-in for each.
pub(crate) fn measure(program: &Path, table: &mut Table) -> anyhow::Result<()> {
    let service = Service::start(program, &["--bootstrap", "demo"])?;
    let home = std::env::temp_dir().join("signback-bench-no-home");
    let (mut cpu, mut wall, mut memory) = (Vec::new(), Vec::new(), 0.0_f64);
    for _ in 0..RUNS {
        let before = children_seconds()?;
        let begun = now();
        let mut child = Command::new(program)
            .args([
                "connect",
                "update-participant-authentication",
                "--state",
                "s",
                "--code",
                "c",
            ])
            .args(["--instance-id", &service.text("instance_id")?])
            .env_clear()
            .env("HOME", &home)
            .env("AWS_ENDPOINT_URL", service.text("url")?)
            .env("AWS_REGION", service.text("region")?)
            .env("AWS_ACCESS_KEY_ID", service.text("access_key_id")?)
            .env("AWS_SECRET_ACCESS_KEY", service.text("secret_access_key")?)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        child.wait()?;
        wall.push(begun.elapsed().as_secs_f64() * 1000.0);
        cpu.push((children_seconds()? - before) * 1000.0);
    }
    // The largest child so far: only the command has ended yet.
    #[expect(clippy::cast_precision_loss, reason = "kibibytes of a process")]
    {
        memory = memory.max(getrusage(UsageWho::RUSAGE_CHILDREN)?.max_rss() as f64 / 1024.0);
    }
    table.row(
        "command over http, CPU (min / median / max)",
        spread(cpu, "ms"),
        "2 ms",
    );
    table.row("command over http, wall", spread(wall, "ms"), "-");
    table.row(
        "largest child process so far, peak memory",
        format!("{memory:.1} MiB"),
        "6 MiB",
    );
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "seconds of a benchmark")]
fn children_seconds() -> anyhow::Result<f64> {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN)?;
    let seconds =
        |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    Ok(seconds(usage.user_time()) + seconds(usage.system_time()))
}
