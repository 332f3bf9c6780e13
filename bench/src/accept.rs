//! Accepted sign-ins a second: signed, durable `UpdateParticipantAuthentication` calls on SQLite.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::task::JoinSet;

use crate::client::{Client, Target, parameter};
use crate::service::{Service, now};
use crate::table::{Table, percentile};

const CONNECTIONS: usize = 256;
const SIGN_INS: usize = 20_000;
const PREPARING: usize = 64;

/// Prepares sign-ins, then answers them all on 256 connections at once.
pub(crate) async fn measure(program: &Path, table: &mut Table) -> anyhow::Result<()> {
    let service = Service::start(program, &["--bootstrap", "demo", "--list-pending-sign-in"])?;
    let target = Target::of(&service)?;
    let begun = now();
    let states = Arc::new(prepare(&target).await?);
    let preparing = begun.elapsed().as_secs_f64();
    table.row(
        "sign-ins prepared (5 calls each)",
        format!("{:.0}/s", rate(states.len(), preparing)),
        "-",
    );

    let mut clients = Vec::with_capacity(CONNECTIONS);
    for _ in 0..CONNECTIONS {
        clients.push(Client::connect(&target).await?);
    }
    let next = Arc::new(AtomicUsize::new(0));
    let begun = now();
    let mut running = JoinSet::new();
    for mut client in clients {
        let (states, next) = (Arc::clone(&states), Arc::clone(&next));
        running.spawn(async move {
            let mut latencies = Vec::new();
            while let Some(state) = states.get(next.fetch_add(1, Ordering::Relaxed)) {
                let sent = now();
                client.answer(state, "not-a-code").await?;
                latencies.push(sent.elapsed());
            }
            anyhow::Ok(latencies)
        });
    }
    let mut latencies: Vec<Duration> = Vec::with_capacity(states.len());
    while let Some(done) = running.join_next().await {
        latencies.extend(done??);
    }
    let seconds = begun.elapsed().as_secs_f64();
    let p50 = percentile(&mut latencies, 0.5).as_secs_f64() * 1000.0;
    let p99 = percentile(&mut latencies, 0.99).as_secs_f64() * 1000.0;
    let name = format!("accepted sign-ins, SQLite, {CONNECTIONS} connections");
    table.row(
        &name,
        format!("{:.0}/s", rate(latencies.len(), seconds)),
        "20,000/s",
    );
    table.row(
        "their latency, p50 / p99",
        format!("{p50:.1} / {p99:.1} ms"),
        "p99 50 ms",
    );
    Ok(())
}

/// The states of sign-ins that wait for their answer.
async fn prepare(target: &Target) -> anyhow::Result<Vec<String>> {
    let mut running = JoinSet::new();
    for _ in 0..PREPARING {
        let target = target.clone();
        running.spawn(async move {
            let mut client = Client::connect(&target).await?;
            let mut states = Vec::new();
            for _ in 0..SIGN_INS / PREPARING {
                states.push(parameter(&client.chat().await?.url, "state")?);
            }
            anyhow::Ok(states)
        });
    }
    let mut states = Vec::with_capacity(SIGN_INS);
    while let Some(done) = running.join_next().await {
        states.extend(done??);
    }
    Ok(states)
}

#[expect(clippy::cast_precision_loss, reason = "counts of a benchmark")]
pub(crate) fn rate(count: usize, seconds: f64) -> f64 {
    count as f64 / seconds
}
