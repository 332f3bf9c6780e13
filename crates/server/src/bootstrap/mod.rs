//! Declarative start data: what must be there once the service is up.
//!
//! A plan is applied through the service's own operations, so it obeys every rule that a caller
//! obeys, and in one transaction, so that all of it is there or nothing. What is already there
//! under the same name is left as it is, except that a client's callback addresses, a flow's content
//! and a user's changed password follow the plan; so a plan can be applied at every start.

mod apply;
mod demo;
mod passwords;
mod plan;

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use serde_json::{Map, Value};

use crate::app::App;
use crate::config::Bootstrap;
use signback_platform::store::Tx;

use passwords::Hashes;
pub use plan::Plan;

/// How often the passwords are looked at anew, because somebody changed the users meanwhile.
const ROUNDS_MAX: usize = 3;

/// Applies the start data and returns what the ready file says of it.
pub(crate) async fn apply(
    app: &App,
    bootstrap: Option<&Bootstrap>,
) -> anyhow::Result<Map<String, Value>> {
    match bootstrap {
        None => Ok(Map::new()),
        Some(Bootstrap::Demo) => {
            let plan = demo::plan(app).await?;
            apply_plan(app, plan)
                .await
                .context("cannot apply the demo's start data")
        }
        Some(Bootstrap::File(path)) => {
            let applied = apply_plan(app, read(path)?).await;
            applied.with_context(|| format!("cannot apply {}", path.display()))
        }
    }
}

async fn apply_plan(app: &App, plan: Plan) -> anyhow::Result<Map<String, Value>> {
    let plan = Arc::new(plan);
    for _ in 0..ROUNDS_MAX {
        let hashes = Hashes::of_plan(app, &plan).await?;
        let applied = Arc::clone(&plan);
        let work = move |tx: &mut Tx<'_>| apply::apply(tx, &applied, &hashes);
        if let Some(ready) = app.platform.store.transact_apart(work).await? {
            app.keys.forget_all();
            return Ok(ready);
        }
    }
    bail!("users of the start data are changed by somebody else again and again")
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
