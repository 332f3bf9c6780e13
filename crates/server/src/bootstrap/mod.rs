//! Declarative start data: what must be there once the service is up.
//!
//! A plan is applied through the service's own operations, so it obeys every rule that a caller
//! obeys. What is already there under the same name is left as it is, except that a client's
//! callback addresses and a flow's content follow the plan; so a plan can be applied at every
//! start.

mod apply;
mod demo;
mod plan;

use std::path::Path;

use anyhow::Context as _;
use serde_json::{Map, Value};

use crate::app::App;
use crate::config::Bootstrap;

pub use plan::Plan;

/// Applies the start data and returns what the ready file says of it.
pub(crate) async fn apply(
    app: &App,
    bootstrap: Option<&Bootstrap>,
) -> anyhow::Result<Map<String, Value>> {
    match bootstrap {
        None => Ok(Map::new()),
        Some(Bootstrap::Demo) => {
            let plan = demo::plan(app).await?;
            apply::apply(app, &plan)
                .await
                .context("cannot apply the demo's start data")
        }
        Some(Bootstrap::File(path)) => {
            let plan = read(path)?;
            let applied = apply::apply(app, &plan).await;
            applied.with_context(|| format!("cannot apply {}", path.display()))
        }
    }
}

fn read(path: &Path) -> anyhow::Result<Plan> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read the bootstrap file {}", path.display()))?;
    let folder = path.parent().unwrap_or_else(|| Path::new(""));
    Plan::parse(&text, &|name| {
        std::fs::read_to_string(folder.join(name)).map_err(|error| error.to_string())
    })
    .with_context(|| format!("the bootstrap file {} is not usable", path.display()))
}
