//! Who is told of commits.

use std::sync::RwLock;

use crate::ids::ContactId;

/// Called after each commit that woke somebody.
type Listener = Box<dyn Fn(&[ContactId], bool) + Send + Sync>;

/// Who wants to know of commits.
#[derive(Default)]
pub(super) struct Listeners(RwLock<Vec<Listener>>);

impl Listeners {
    pub(super) fn add(&self, listener: Listener) {
        self.0
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .push(listener);
    }

    pub(super) fn tell(&self, contacts: &[ContactId], jobs: bool) {
        for listener in &*self
            .0
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
        {
            listener(contacts, jobs);
        }
    }
}
