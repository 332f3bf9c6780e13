//! What strangers' wrong passwords cost: memory that stays, and the time of other calls meanwhile.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use http::HeaderMap;
use serde_json::json;
use tokio::task::JoinSet;

use crate::accept::rate;
use crate::client::{CALLBACK, Client, Target};
use crate::service::{Service, now};
use crate::table::{Table, percentile};

const PASSWORDS: usize = 10_000;
const ATTACKERS: usize = 64;
/// How many calls tell what the service takes when nothing else happens.
const IDLE_CALLS: usize = 4_000;
/// The pause between two of the other calls, so that they do not fill a core themselves.
const PAUSE: Duration = Duration::from_millis(2);
/// The form's token, of which any will do: what is sent twice has to be the same.
const TOKEN: &str = "0123456789012345678901234567890123456789012";

pub(crate) async fn measure(program: &Path, table: &mut Table) -> anyhow::Result<()> {
    let service = Service::start(program, &["--bootstrap", "demo"])?;
    let target = Target::of(&service)?;
    let page = format!(
        "/_pools/{}/login?response_type=code&client_id={}&redirect_uri={}",
        service.text("user_pool_domain")?,
        service.text("user_pool_client_id")?,
        signback_wire::percent_encode(CALLBACK),
    );
    let before = service.memory()?;
    let idle = Arc::new(AtomicUsize::new(IDLE_CALLS));
    let mut quiet = others(&target, &idle, &Arc::default()).await?;
    let (attacked, over) = (Arc::new(AtomicUsize::new(usize::MAX)), Arc::default());
    let meanwhile = {
        let (target, over) = (target.clone(), Arc::clone(&over));
        tokio::spawn(async move { others(&target, &attacked, &over).await })
    };
    let begun = now();
    attack(&target, &page).await?;
    let seconds = begun.elapsed().as_secs_f64();
    over.store(true, Ordering::Relaxed);
    let mut busy = meanwhile.await??;
    let after = service.memory()?;
    table.row(
        &format!("wrong passwords, {ATTACKERS} connections"),
        format!("{:.0}/s", rate(PASSWORDS, seconds)),
        "-",
    );
    table.row(
        &format!("memory before / after {PASSWORDS} of them"),
        format!("{before:.0} / {after:.0} MiB"),
        "idle + 100 MiB",
    );
    for (what, latencies) in [("idle", &mut quiet), ("meanwhile", &mut busy)] {
        let p50 = percentile(latencies, 0.5).as_secs_f64() * 1000.0;
        let p99 = percentile(latencies, 0.99).as_secs_f64() * 1000.0;
        table.row(
            &format!("another call, {what}, p50 / p99 of {}", latencies.len()),
            format!("{p50:.2} / {p99:.2} ms"),
            "p99 twice of idle",
        );
    }
    Ok(())
}

/// Signed calls one after the other, as many as are left, or until it is over; their latencies.
async fn others(
    target: &Target,
    left: &AtomicUsize,
    over: &Arc<AtomicBool>,
) -> anyhow::Result<Vec<Duration>> {
    let mut client = Client::connect(target).await?;
    let mut latencies = Vec::new();
    while left.fetch_sub(1, Ordering::Relaxed) > 0 && !over.load(Ordering::Relaxed) {
        let sent = now();
        let input = json!({"InstanceId": target.instance});
        client.call("connect", "DescribeInstance", input).await?;
        latencies.push(sent.elapsed());
        tokio::time::sleep(PAUSE).await;
    }
    Ok(latencies)
}

/// Tries passwords, each under a name of its own, so that no lock ends it.
async fn attack(target: &Target, page: &str) -> anyhow::Result<()> {
    let next = Arc::new(AtomicUsize::new(0));
    let mut running = JoinSet::new();
    for _ in 0..ATTACKERS {
        let (target, page, next) = (target.clone(), page.to_owned(), Arc::clone(&next));
        running.spawn(async move {
            let mut client = Client::connect(&target).await?;
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= PASSWORDS {
                    return anyhow::Ok(());
                }
                let mut form = format!("_csrf={TOKEN}&password=Wrong-1-password");
                write!(form, "&username=stranger{number}")?;
                let mut headers = HeaderMap::new();
                headers.insert("content-type", "application/x-www-form-urlencoded".parse()?);
                headers.insert("cookie", format!("XSRF-TOKEN={TOKEN}").parse()?);
                headers.insert("sec-fetch-site", "same-origin".parse()?);
                let answer = client
                    .send("POST", &page, headers, form.into_bytes())
                    .await?;
                ensure!(
                    answer.status() == 400,
                    "the page answered {}",
                    answer.status()
                );
            }
        });
    }
    while let Some(done) = running.join_next().await {
        done?.context("an attacker gave up")?;
    }
    Ok(())
}
