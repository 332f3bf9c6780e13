//! Jobs that take much away: a part in each transaction, so that nobody waits long for one of them.

use super::{JobError, Kind, schedule, schedule_now};
use crate::store::{self, Slice, Store, Tx};

/// Takes some of what belonged to a subject away; gives whether nothing is left.
pub type Part<I> = fn(&mut Tx<'_>, &mut Slice, &I) -> Result<bool, store::Error>;

/// Takes some of what belonged to a subject away; until `some` says that nothing is left the job is due
/// again at once.
///
/// # Errors
///
/// When the database fails.
pub async fn forget<I: AsRef<str> + Send + 'static>(
    store: &Store,
    kind: &'static Kind<I>,
    subject: I,
    rows_max: i64,
    some: Part<I>,
) -> Result<(), JobError> {
    let part = store.transact(move |tx| {
        if some(tx, &mut Slice::new(rows_max), &subject)? {
            return Ok(());
        }
        schedule_now(tx, kind, &subject)
    });
    Ok(part.await?)
}

/// Takes some of what has been kept long enough away, for a job of which there is one. Where more may be
/// left it is due again at once, else after so many seconds.
///
/// # Errors
///
/// When the database fails.
pub async fn sweep(
    store: &Store,
    kind: &'static Kind<String>,
    rows_max: i64,
    pause_seconds: i64,
    some: fn(&mut Tx<'_>, &mut Slice) -> Result<(), store::Error>,
) -> Result<(), JobError> {
    let part = store.transact(move |tx| {
        let mut slice = Slice::new(rows_max);
        some(tx, &mut slice)?;
        let pause = if slice.is_full() { 0 } else { pause_seconds };
        let due = tx.now().plus_seconds(pause);
        schedule(tx, kind, &String::new(), due)
    });
    Ok(part.await?)
}

/// Has a sweep that failed tried again after so many seconds.
///
/// # Errors
///
/// When the database fails.
pub async fn put_off(
    store: &Store,
    kind: &'static Kind<String>,
    seconds: i64,
) -> Result<(), JobError> {
    let later = store.transact(move |tx| {
        let due = tx.now().plus_seconds(seconds);
        schedule(tx, kind, &String::new(), due)
    });
    Ok(later.await?)
}
