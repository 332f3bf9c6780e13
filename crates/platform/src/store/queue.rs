//! The bounded queue between the callers and the store's threads, and what waits in it.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use super::{Error, Tx};

/// How much may wait for the writer, or for the readers, before callers are told to come back.
pub(super) const WAITING_MAX: usize = 4096;

/// A caller's function, its result once it ran, and the way back to the caller.
pub(super) trait Work: Send {
    /// Runs the function, perhaps not for the first time. `Ok(true)` asks for its changes to be
    /// kept, `Ok(false)` for them to be undone.
    fn run(&mut self, tx: &mut Tx<'_>) -> Result<bool, Error>;

    /// Answers the caller: with the function's result, or with what became of its transaction.
    fn answer(self: Box<Self>, outcome: Result<(), Error>);

    /// Whether nobody waits for the answer any more.
    fn is_abandoned(&self) -> bool;
}

struct Task<F, T, E> {
    function: F,
    result: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> Work for Task<F, T, E>
where
    F: Fn(&mut Tx<'_>) -> Result<T, E> + Send,
    T: Send,
    E: From<Error> + Send,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        // Nothing of the function survives a panic: its changes are undone and its result is
        // never looked at.
        let result =
            catch_unwind(AssertUnwindSafe(|| (self.function)(tx))).map_err(|_| Error::Panicked)?;
        let keep = result.is_ok();
        self.result = Some(result);
        Ok(keep)
    }

    fn answer(self: Box<Self>, outcome: Result<(), Error>) {
        let result = match (outcome, self.result) {
            (Ok(()), Some(result)) => result,
            (Ok(()), None) => Err(Error::Closed.into()),
            (Err(error), _) => Err(error.into()),
        };
        // The caller may have gone away meanwhile; that changes nothing.
        drop(self.reply.send(result));
    }

    fn is_abandoned(&self) -> bool {
        self.reply.is_closed()
    }
}

/// What waits for one kind of store thread.
pub(super) struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    waiting: VecDeque<Box<dyn Work>>,
    closed: bool,
}

impl Queue {
    pub(super) const fn new() -> Self {
        Self {
            state: Mutex::new(State {
                waiting: VecDeque::new(),
                closed: false,
            }),
            changed: Condvar::new(),
        }
    }

    /// Has `function` run by a store thread and waits for its answer.
    pub(super) async fn call<F, T, E>(&self, function: F) -> Result<T, E>
    where
        F: Fn(&mut Tx<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<Error> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.push(Box::new(Task {
            function,
            result: None,
            reply,
        }))?;
        answer.await.unwrap_or_else(|_| Err(Error::Closed.into()))
    }

    fn push(&self, work: Box<dyn Work>) -> Result<(), Error> {
        let mut state = self.lock();
        if state.closed {
            return Err(Error::Closed);
        }
        if state.waiting.len() >= WAITING_MAX {
            return Err(Error::Busy);
        }
        state.waiting.push_back(work);
        drop(state);
        self.changed.notify_one();
        Ok(())
    }

    /// Waits for work and takes up to `limit`; `None` once the queue is closed and empty.
    pub(super) fn take(&self, limit: usize) -> Option<Vec<Box<dyn Work>>> {
        let mut state = self.lock();
        loop {
            if !state.waiting.is_empty() {
                let count = state.waiting.len().min(limit);
                let taken = state.waiting.drain(..count).collect();
                let more = !state.waiting.is_empty();
                drop(state);
                if more {
                    self.changed.notify_one();
                }
                return Some(taken);
            }
            if state.closed {
                return None;
            }
            state = self
                .changed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    #[cfg(test)]
    pub(super) fn waiting(&self) -> usize {
        self.lock().waiting.len()
    }

    /// Takes nothing new; what waits is still done.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.changed.notify_all();
    }

    /// Takes nothing new and drops what waits: its callers are told that the store is closed.
    pub(super) fn abandon(&self) {
        let mut state = self.lock();
        state.closed = true;
        let waiting = std::mem::take(&mut state.waiting);
        drop(state);
        drop(waiting);
        self.changed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
