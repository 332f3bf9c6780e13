//! The rows of flows, their revisions, runs and log.

use super::definition::Definition;
use super::engine::{Entry, Run};
use super::language::FlowType;

use signback_platform::clock::Timestamp;
use signback_platform::columns;
use signback_platform::ids::{ContactId, FlowId, InstanceId};
use signback_platform::params;
use signback_platform::store::{Cells, Error, FromRow, Slice, Tx, json};

/// How long a superseded revision stays in any case: a contact may just be starting with it.
const SUPERSEDED_MILLIS: i64 = 60 * 60 * 1000;

columns! {
    /// A revision that contacts can run.
    pub(crate) struct Revision as select_revision {
        flow: FlowId = "r.flow",
        number: i64 = "r.revision",
        flow_type: FlowType = "r.flow_type",
        content: String = "r.content",
    }
}

columns! {
    impl Definition as select_flow {
        id = "f.id",
        name = "f.name",
        flow_type = "f.flow_type",
        description = "f.description",
        tags as Json = "f.tags",
        modified_at = "f.modified_at",
        saved = "f.saved",
        published = "r.content",
    }
}

impl FromRow for FlowType {
    fn read(cells: &mut Cells) -> Result<Self, Error> {
        Self::named(&String::read(cells)?).ok_or(Error::Corrupt {
            what: "type of a flow",
        })
    }
}

/// The published revision of a flow.
pub(crate) fn published(
    tx: &mut Tx<'_>,
    instance: &InstanceId,
    flow: &FlowId,
) -> Result<Option<Revision>, Error> {
    tx.find(
        select_revision!(
            "FROM flows f
             JOIN flow_revisions r
               ON r.instance = f.instance AND r.flow = f.id AND r.revision = f.published
             WHERE f.instance = $1 AND f.id = $2"
        ),
        params![instance, flow],
    )
}

/// The type of a flow that is published.
pub(crate) fn published_type(
    tx: &mut Tx<'_>,
    instance: &InstanceId,
    flow: &FlowId,
) -> Result<Option<FlowType>, Error> {
    tx.find(
        "SELECT flow_type FROM flows WHERE instance = $1 AND id = $2 AND published IS NOT NULL",
        params![instance, flow],
    )
}

/// A flow as it is described.
pub(crate) fn definition(
    tx: &mut Tx<'_>,
    instance: &InstanceId,
    flow: &FlowId,
) -> Result<Option<Definition>, Error> {
    tx.find(
        select_flow!(
            "FROM flows f
             LEFT JOIN flow_revisions r
               ON r.instance = f.instance AND r.flow = f.id AND r.revision = f.published
             WHERE f.instance = $1 AND f.id = $2"
        ),
        params![instance, flow],
    )
}

/// Writes a flow; `false` if its name is taken.
pub(crate) fn insert(
    tx: &mut Tx<'_>,
    instance: &InstanceId,
    flow: &Definition,
) -> Result<bool, Error> {
    let published = flow.published.as_ref().map(|_| 1_i64);
    let inserted = tx.execute(
        "INSERT INTO flows (instance, id, name, flow_type, description, tags, published, saved,
                            modified_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
        params![
            instance,
            flow.id,
            flow.name,
            flow.flow_type.name(),
            flow.description,
            json(&flow.tags),
            published,
            flow.saved,
            flow.modified_at,
        ],
    )?;
    if inserted == 1
        && let Some(content) = &flow.published
    {
        insert_revision(tx, instance, flow, 1, content)?;
    }
    Ok(inserted == 1)
}

fn insert_revision(
    tx: &mut Tx<'_>,
    instance: &InstanceId,
    flow: &Definition,
    number: i64,
    content: &str,
) -> Result<(), Error> {
    tx.write(
        "INSERT INTO flow_revisions (instance, flow, revision, flow_type, content)
         VALUES ($1, $2, $3, $4, $5)",
        params![instance, flow.id, number, flow.flow_type.name(), content],
    )
}

/// Publishes a content: new contacts run it from now on.
pub(crate) fn publish(
    tx: &mut Tx<'_>,
    instance: &InstanceId,
    flow: &Definition,
    content: &str,
) -> Result<(), Error> {
    let now = tx.now();
    let number = tx.find(
        "UPDATE flows SET published = COALESCE(published, 0) + 1, saved = NULL, modified_at = $3
         WHERE instance = $1 AND id = $2 RETURNING published",
        params![instance, flow.id, now],
    )?;
    let Some(number) = number else { return Ok(()) };
    supersede(tx, instance, &flow.id)?;
    insert_revision(tx, instance, flow, number, content)
}

/// Marks every revision of a flow as superseded, and takes away those that nobody runs any more.
fn supersede(tx: &mut Tx<'_>, instance: &InstanceId, flow: &FlowId) -> Result<(), Error> {
    let now = tx.now();
    tx.write(
        "UPDATE flow_revisions SET superseded_at = $3
         WHERE instance = $1 AND flow = $2 AND superseded_at IS NULL",
        params![instance, flow, now],
    )?;
    drop_unused(tx, instance.as_str(), flow.as_str())
}

/// Takes the revisions of a flow away that were superseded a while ago and that nobody runs.
fn drop_unused(tx: &mut Tx<'_>, instance: &str, flow: &str) -> Result<(), Error> {
    let before = tx.now().plus_millis(-SUPERSEDED_MILLIS);
    tx.write(
        "DELETE FROM flow_revisions
         WHERE instance = $1 AND flow = $2 AND superseded_at < $3
           AND NOT EXISTS (SELECT 1 FROM flow_runs
                           WHERE flow_runs.instance = $1 AND flow_runs.flow = $2
                             AND flow_runs.revision = flow_revisions.revision)",
        params![instance, flow, before],
    )
}

/// Saves a content without publishing it.
pub(crate) fn save(
    tx: &mut Tx<'_>,
    instance: &InstanceId,
    flow: &FlowId,
    content: &str,
) -> Result<(), Error> {
    let now = tx.now();
    tx.write(
        "UPDATE flows SET saved = $3, modified_at = $4 WHERE instance = $1 AND id = $2",
        params![instance, flow, content, now],
    )
}

/// Takes a flow away; contacts that run it go on. `false` if there is none of that id.
pub(crate) fn delete(tx: &mut Tx<'_>, instance: &InstanceId, flow: &FlowId) -> Result<bool, Error> {
    let deleted = tx.execute(
        "DELETE FROM flows WHERE instance = $1 AND id = $2",
        params![instance, flow],
    )?;
    supersede(tx, instance, flow)?;
    Ok(deleted == 1)
}

/// Takes the flows of an instance away as far as there is room; gives whether none is left.
pub(crate) fn forget_instance(
    tx: &mut Tx<'_>,
    slice: &mut Slice,
    instance: &InstanceId,
) -> Result<bool, Error> {
    // A flow may have a megabyte of content, a revision as well.
    const WEIGHT: i64 = 25;
    let id = instance.as_str();
    let flows = "DELETE FROM flows WHERE instance = $1 AND id IN
        (SELECT id FROM flows WHERE instance = $1 LIMIT $2)";
    let revisions = "DELETE FROM flow_revisions WHERE instance = $1 AND (flow, revision) IN
        (SELECT flow, revision FROM flow_revisions WHERE instance = $1 LIMIT $2)";
    Ok(slice.delete_heavy(tx, flows, id, WEIGHT)?
        && slice.delete_heavy(tx, revisions, id, WEIGHT)?)
}

/// Forgets what a chat's flow left behind as far as there is room; gives whether nothing is left.
pub(crate) fn forget_chat(
    tx: &mut Tx<'_>,
    slice: &mut Slice,
    contact: &ContactId,
) -> Result<bool, Error> {
    // A row of the log has some hundred kilobytes at most.
    const WEIGHT: i64 = 10;
    let id = contact.as_str();
    let runs = "DELETE FROM flow_runs WHERE contact IN
        (SELECT contact FROM flow_runs WHERE contact = $1 LIMIT $2)";
    let log = "DELETE FROM flow_log WHERE contact = $1 AND number IN
        (SELECT number FROM flow_log WHERE contact = $1 LIMIT $2)";
    Ok(slice.delete(tx, runs, id)? && slice.delete_heavy(tx, log, id, WEIGHT)?)
}

/// How many flows an instance has, counted up to `limit`.
pub(crate) fn count(tx: &mut Tx<'_>, instance: &InstanceId, limit: u32) -> Result<i64, Error> {
    tx.count(
        "SELECT COUNT(*) FROM (SELECT 1 FROM flows WHERE instance = $1 LIMIT $2) present",
        params![instance, limit],
    )
}

columns! {
    /// A line of a list of flows.
    pub(crate) struct Summary as select_summaries {
        id: FlowId,
        name: String,
        flow_type: FlowType,
        is_published: bool = "published IS NOT NULL",
    }
}

/// The flows of an instance after an id, in the order of their ids. `types` names the types
/// between commas and with one at each end; empty means all.
pub(crate) fn list(
    tx: &mut Tx<'_>,
    instance: &InstanceId,
    types: &str,
    after: &str,
    limit: u32,
) -> Result<Vec<Summary>, Error> {
    tx.list(
        select_summaries!(
            "FROM flows
             WHERE instance = $1 AND id > $2
               AND ($3 = '' OR $3 LIKE '%,' || flow_type || ',%')
             ORDER BY id LIMIT $4"
        ),
        params![instance, after, types, limit],
    )
}

columns! {
    struct Running as select_running {
        run: Run as Json = "n.state",
        revision: Option<Revision> = "r.flow, r.revision, r.flow_type, r.content",
    }
}

/// A contact's run and the revision that it runs.
pub(crate) fn run(
    tx: &mut Tx<'_>,
    contact: &ContactId,
) -> Result<Option<(Run, Option<Revision>)>, Error> {
    let running = tx.find::<Running>(
        select_running!(
            "FROM flow_runs n
             LEFT JOIN flow_revisions r
               ON r.instance = n.instance AND r.flow = n.flow AND r.revision = n.revision
             WHERE n.contact = $1"
        ),
        params![contact],
    )?;
    Ok(running.map(|running| (running.run, running.revision)))
}

/// Writes where a contact's flow stands.
pub(crate) fn save_run(
    tx: &mut Tx<'_>,
    contact: &ContactId,
    instance: &InstanceId,
    revision: &Revision,
    run: &Run,
) -> Result<(), Error> {
    tx.write(
        "INSERT INTO flow_runs (contact, instance, flow, revision, state)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (contact) DO UPDATE
         SET flow = excluded.flow, revision = excluded.revision, state = excluded.state",
        params![contact, instance, revision.flow, revision.number, json(run)],
    )
}

columns! {
    struct Left as select_left {
        instance: String,
        flow: String,
        superseded_at: Option<Timestamp> =
            "(SELECT superseded_at FROM flow_revisions r
              WHERE r.instance = flow_runs.instance AND r.flow = flow_runs.flow
                AND r.revision = flow_runs.revision)",
    }
}

/// Forgets where a contact's flow stands, and a superseded revision if it was the last to run it.
pub(crate) fn delete_run(tx: &mut Tx<'_>, contact: &ContactId) -> Result<(), Error> {
    let left = tx.find::<Left>(
        concat!(
            "DELETE FROM flow_runs WHERE contact = $1 RETURNING ",
            select_left!(columns)
        ),
        params![contact],
    )?;
    let long_ago = tx.now().plus_millis(-SUPERSEDED_MILLIS);
    match left {
        Some(left) if left.superseded_at.is_some_and(|at| at < long_ago) => {
            drop_unused(tx, &left.instance, &left.flow)
        }
        _ => Ok(()),
    }
}

/// Writes a row of the flow log; gives its number and its size in bytes.
pub(crate) fn log(
    tx: &mut Tx<'_>,
    contact: &ContactId,
    instance: &InstanceId,
    flow: &FlowId,
    entries: &[Entry],
) -> Result<(i64, usize), Error> {
    let now = tx.now();
    let entries = json(entries);
    let number = tx.find(
        "INSERT INTO flow_log (contact, number, instance, flow, at, entries)
         VALUES ($1, (SELECT COALESCE(MAX(number), 0) + 1 FROM flow_log WHERE contact = $1),
                 $2, $3, $4, $5)
         RETURNING number",
        params![contact, instance, flow, now, entries],
    )?;
    Ok((number.unwrap_or_default(), entries.len()))
}

/// Drops the rows of a contact's flow log up to a number.
pub(crate) fn drop_log(tx: &mut Tx<'_>, contact: &ContactId, number: i64) -> Result<(), Error> {
    tx.write(
        "DELETE FROM flow_log WHERE contact = $1 AND number <= $2",
        params![contact, number],
    )
}

columns! {
    /// A row of a contact's flow log.
    pub(crate) struct Logged as select_logged {
        flow: FlowId,
        at: Timestamp,
        entries: Vec<Entry> as Json,
    }
}

/// The rows of a contact's flow log.
pub(crate) fn logged(tx: &mut Tx<'_>, contact: &ContactId) -> Result<Vec<Logged>, Error> {
    tx.list(
        select_logged!("FROM flow_log WHERE contact = $1 ORDER BY number"),
        params![contact],
    )
}
