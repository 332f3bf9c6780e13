//! Accepted sign-ins a second: signed, durable `UpdateParticipantAuthentication` calls.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context as _, ensure};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::client::{Client, Target, parameter};
use crate::service::{Service, now};
use crate::table::{Table, percentile};

const CONNECTIONS: usize = 256;
const SIGN_INS: usize = 20_000;
const PREPARING: usize = 64;

/// Names an empty PostgreSQL database to measure on as well; `scripts/with-postgres` sets it.
const POSTGRES: &str = "SIGNBACK_TEST_POSTGRES";

/// Measures on SQLite, and on PostgreSQL if there is one.
pub(crate) async fn measure(program: &Path, table: &mut Table) -> anyhow::Result<()> {
    measure_on(program, table, None).await?;
    match std::env::var(POSTGRES) {
        Ok(url) => measure_on(program, table, Some(&url)).await,
        Err(_) => Ok(()),
    }
}

/// Prepares sign-ins, then answers them all on 256 connections at once.
async fn measure_on(
    program: &Path,
    table: &mut Table,
    postgres: Option<&str>,
) -> anyhow::Result<()> {
    let options = ["--bootstrap", "demo", "--list-pending-sign-in"];
    let service = Service::start_on(program, postgres, &options)?;
    let (database, budget) = match postgres {
        None => ("SQLite", "20,000/s"),
        Some(_) => ("PostgreSQL", "10,000/s"),
    };
    let target = Target::of(&service)?;
    let begun = now();
    let states = prepare(&target).await?;
    let preparing = begun.elapsed().as_secs_f64();
    table.row(
        &format!("sign-ins prepared, {database} (5 calls each)"),
        format!("{:.0}/s", rate(states.len(), preparing)),
        "-",
    );

    // Signed before the clock runs, as a load generator would.
    let requests = states
        .iter()
        .map(|state| target.answer(state, "not-a-code"))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let requests = Arc::new(requests);
    let mut connections = Vec::with_capacity(CONNECTIONS);
    for _ in 0..CONNECTIONS {
        let stream = TcpStream::connect(&target.authority).await?;
        stream.set_nodelay(true)?;
        connections.push(stream);
    }
    let next = Arc::new(AtomicUsize::new(0));
    let begun = now();
    let mut running = JoinSet::new();
    for mut stream in connections {
        let (requests, next) = (Arc::clone(&requests), Arc::clone(&next));
        running.spawn(async move {
            let mut latencies = Vec::new();
            while let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
                let sent = now();
                exchange(&mut stream, request).await?;
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
    let name = format!("accepted sign-ins, {database}, {CONNECTIONS} connections");
    table.row(
        &name,
        format!("{:.0}/s", rate(latencies.len(), seconds)),
        budget,
    );
    table.row(
        "their latency, p50 / p99",
        format!("{p50:.1} / {p99:.1} ms"),
        "p99 50 ms",
    );
    Ok(())
}

/// Sends a request and reads the answer, which must be a success.
async fn exchange(stream: &mut TcpStream, request: &[u8]) -> anyhow::Result<()> {
    stream.write_all(request).await?;
    let mut answer = Vec::with_capacity(1024);
    loop {
        ensure!(
            stream.read_buf(&mut answer).await? > 0,
            "the connection ended"
        );
        let text = String::from_utf8_lossy(&answer);
        let Some((head, body)) = text.split_once("\r\n\r\n") else {
            continue;
        };
        ensure!(head.starts_with("HTTP/1.1 200 "), "the answer is {text}");
        let (_, rest) = head
            .split_once("content-length: ")
            .context("an answer with a length")?;
        let length: usize = rest.lines().next().unwrap_or_default().parse()?;
        if body.len() >= length {
            return Ok(());
        }
    }
}

/// The states of sign-ins that wait for their answer, in the order in which they began: customers
/// come back from their provider in about that order.
async fn prepare(target: &Target) -> anyhow::Result<Vec<String>> {
    let mut running = JoinSet::new();
    for _ in 0..PREPARING {
        let target = target.clone();
        running.spawn(async move {
            let mut client = Client::connect(&target).await?;
            let mut states = Vec::new();
            for _ in 0..SIGN_INS / PREPARING {
                let begun = now();
                states.push((begun, parameter(&client.chat().await?.url, "state")?));
            }
            anyhow::Ok(states)
        });
    }
    let mut states = Vec::with_capacity(SIGN_INS);
    while let Some(done) = running.join_next().await {
        states.extend(done??);
    }
    states.sort_unstable_by_key(|(begun, _)| *begun);
    Ok(states.into_iter().map(|(_, state)| state).collect())
}

#[expect(clippy::cast_precision_loss, reason = "counts of a benchmark")]
pub(crate) fn rate(count: usize, seconds: f64) -> f64 {
    count as f64 / seconds
}
