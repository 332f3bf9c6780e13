//! Whole journeys a second: chat, sign-in address, authorize as a user who is signed in already (no
//! password hashing), acceptance, exchange, import, Success branch.

use std::path::Path;
use std::time::Duration;

use serde_json::json;
use tokio::task::JoinSet;

use crate::accept::rate;
use crate::client::{Client, Target};
use crate::service::{Service, now};
use crate::table::Table;

const WORKERS: usize = 64;
const JOURNEYS: usize = 3_200;
/// How often a journey looks whether it has ended.
const LOOK: Duration = Duration::from_millis(20);

pub(crate) async fn measure(program: &Path, table: &mut Table) -> anyhow::Result<()> {
    let service = Service::start(program, &["--bootstrap", "demo", "--list-pending-sign-in"])?;
    let target = Target::of(&service)?;
    let mut client = Client::connect(&target).await?;
    let url = client.chat().await?.url;
    let cookies = client.sign_in(&url).await?;
    let begun = now();
    let mut running = JoinSet::new();
    for _ in 0..WORKERS {
        let (target, cookies) = (target.clone(), cookies.clone());
        running.spawn(async move {
            let mut client = Client::connect(&target).await?;
            for _ in 0..JOURNEYS / WORKERS {
                run(&mut client, &cookies).await?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(done) = running.join_next().await {
        done??;
    }
    let seconds = begun.elapsed().as_secs_f64();
    let name = format!("whole journeys, embedded pool, {WORKERS} at once");
    table.row(
        &name,
        format!("{:.0}/s", rate(JOURNEYS, seconds)),
        "1,000/s",
    );
    Ok(())
}

async fn run(client: &mut Client, cookies: &str) -> anyhow::Result<()> {
    let chat = client.chat().await?;
    let (state, code) = client.authorize(&chat.url, cookies).await?;
    client.answer(&state, &code).await?;
    loop {
        let input = json!({"ConnectionToken": chat.token, "MaxResults": 3});
        let transcript = client
            .call("connectparticipant", "GetTranscript", input)
            .await?;
        let newest = &transcript["Transcript"][0]["Content"];
        if *newest == "You are signed in." {
            return Ok(());
        }
        anyhow::ensure!(
            *newest != "Sign-in failed.",
            "contact {}: the sign-in failed",
            chat.contact
        );
        tokio::time::sleep(LOOK).await;
    }
}
