//! What one call of the command costs, beside the programs that it is measured against.
//!
//! `connect update-participant-authentication` over loopback http and https, to a server that
//! answers `200 {}`. The programs take turns, so that a change of the machine's pace meets all of
//! them. `true` shows what starting a process costs by itself.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::ensure;

use crate::answers::Answers;
use crate::once::{self, Run};
use crate::table::spread;

/// Runs of each program, and of the AWS CLI, which takes a hundred times as long.
const RUNS: usize = 60;
const SLOW_RUNS: usize = 10;

const OPERATION: [&str; 8] = [
    "connect",
    "update-participant-authentication",
    "--state",
    "state-0123456789",
    "--instance-id",
    "11111111-2222-3333-4444-555555555555",
    "--code",
    "code-0123456789",
];
const BODY: &str = r#"{"State": "state-0123456789", "InstanceId": "11111111-2222-3333-4444-555555555555", "Code": "code-0123456789"}"#;
const KEY: &str = "AKIDEXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

/// A program, how it makes the call, and what its runs cost.
struct Contender {
    name: String,
    program: PathBuf,
    arguments: Vec<String>,
    environment: Vec<(&'static str, String)>,
    runs: Vec<Run>,
    runs_max: usize,
}

/// Runs all programs in turn and says what each cost.
pub(crate) async fn measure(program: &Path) -> anyhow::Result<String> {
    let folder = std::env::temp_dir().join(format!("signback-bench-{}", std::process::id()));
    let home = folder.join("home");
    std::fs::create_dir_all(&home)?;
    let answers = Answers::start(&folder).await?;
    let certificate = &answers.certificate;
    // As installing does: a file that a linker has just written is cached in small pieces, which
    // costs every start a fifth of a millisecond.
    let installed = folder.join("signback");
    std::fs::copy(program, &installed)?;
    let urls = [
        format!("http://{}", answers.http),
        format!("https://{}", answers.https),
    ];
    let mut contenders = vec![baseline()];
    for url in &urls {
        contenders.push(signback(&installed, url, &home, certificate));
        contenders.extend(curl(url, certificate));
        contenders.extend(aws(url, &folder, certificate)?);
    }
    for round in 0..RUNS {
        for contender in &mut contenders {
            if round * contender.runs_max / RUNS == contender.runs.len() {
                let (program, arguments) = (&contender.program, &contender.arguments);
                let run = tokio::task::block_in_place(|| {
                    once::run(program, arguments, &contender.environment)
                });
                contender.runs.push(run?);
            }
        }
    }
    let left = std::fs::read_dir(&home)?.count();
    std::fs::remove_dir_all(&folder)?;
    ensure!(left == 0, "the command left {left} files under $HOME");
    Ok(report(&contenders))
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn scheme(url: &str) -> &str {
    url.split(':').next().unwrap_or_default()
}

/// Where a program is, if this machine has it.
fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|program| program.is_file())
}

fn baseline() -> Contender {
    Contender {
        name: "true (starting a process)".to_owned(),
        program: find("true").unwrap_or_else(|| "/bin/true".into()),
        arguments: Vec::new(),
        environment: Vec::new(),
        runs: Vec::new(),
        runs_max: RUNS,
    }
}

fn environment(home: &Path, certificate: &Path) -> Vec<(&'static str, String)> {
    vec![
        ("HOME", home.display().to_string()),
        ("AWS_REGION", "us-east-1".to_owned()),
        ("AWS_ACCESS_KEY_ID", KEY.to_owned()),
        ("AWS_SECRET_ACCESS_KEY", SECRET.to_owned()),
        ("AWS_CA_BUNDLE", certificate.display().to_string()),
    ]
}

fn signback(program: &Path, url: &str, home: &Path, certificate: &Path) -> Contender {
    Contender {
        name: format!("signback, {}", scheme(url)),
        program: program.to_owned(),
        arguments: [&OPERATION[..], &["--endpoint-url", url]]
            .concat()
            .into_iter()
            .map(str::to_owned)
            .collect(),
        environment: environment(home, certificate),
        runs: Vec::new(),
        runs_max: RUNS,
    }
}

fn curl(url: &str, certificate: &Path) -> Option<Contender> {
    let (user, certificate) = (format!("{KEY}:{SECRET}"), certificate.display().to_string());
    let address = format!("{url}/contact/update-participant-authentication");
    let arguments = words(&[
        "--silent",
        "--fail",
        "--aws-sigv4",
        "aws:amz:us-east-1:connect",
        "--user",
        &user,
        "--cacert",
        &certificate,
        "--header",
        "Content-Type: application/json",
        "--data",
        BODY,
        &address,
    ]);
    Some(Contender {
        name: format!("curl --aws-sigv4, {}", scheme(url)),
        program: find("curl")?,
        arguments,
        environment: Vec::new(),
        runs: Vec::new(),
        runs_max: RUNS,
    })
}

/// The AWS CLI: the program that `SIGNBACK_BENCH_AWS` names, or Debian's. An older one is told of
/// the operation by our interface model.
fn aws(url: &str, folder: &Path, certificate: &Path) -> anyhow::Result<Option<Contender>> {
    let named = std::env::var_os("SIGNBACK_BENCH_AWS").map(PathBuf::from);
    let program = named.unwrap_or_else(|| "/usr/bin/aws".into());
    if !program.is_file() {
        return Ok(None);
    }
    let home = folder.join("aws-home");
    let model = home.join(".aws/models/connect/2017-08-08/service-2.json");
    let ours = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../crates/wire/models/connect.json"
    );
    std::fs::create_dir_all(model.parent().unwrap_or(&home))?;
    std::fs::copy(ours, &model)?;
    Ok(Some(Contender {
        name: format!("AWS CLI, {}", scheme(url)),
        program,
        arguments: [&OPERATION[..], &["--endpoint-url", url]]
            .concat()
            .into_iter()
            .map(str::to_owned)
            .collect(),
        environment: environment(&home, certificate),
        runs: Vec::new(),
        runs_max: SLOW_RUNS,
    }))
}

fn report(contenders: &[Contender]) -> String {
    let mut text = String::from(
        "| one call | CPU ms (min / median / max) | wall ms (min / median / max) | peak MiB | CPU, times signback's | wall, times signback's |\n|---|---|---|---|---|---|\n",
    );
    for contender in contenders {
        let scheme = contender.name.rsplit(' ').next().unwrap_or_default();
        let ours = contenders
            .iter()
            .find(|other| other.name == format!("signback, {scheme}"));
        let ratio = |figure: fn(&Run) -> f64| {
            ours.map_or_else(
                || "-".to_owned(),
                |ours| {
                    format!(
                        "{:.1}",
                        median(&contender.runs, figure) / median(&ours.runs, figure)
                    )
                },
            )
        };
        let all = |figure: fn(&Run) -> f64| contender.runs.iter().map(figure).collect();
        let peak = contender
            .runs
            .iter()
            .map(|run| run.memory)
            .fold(0.0, f64::max);
        let _ = writeln!(
            text,
            "| {} | {} | {} | {peak:.1} | {} | {} |",
            contender.name,
            spread(all(|run| run.cpu), ""),
            spread(all(|run| run.wall), ""),
            ratio(|run| run.cpu),
            ratio(|run| run.wall),
        );
    }
    text
}

fn median(runs: &[Run], figure: fn(&Run) -> f64) -> f64 {
    let mut figures: Vec<f64> = runs.iter().map(figure).collect();
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}
