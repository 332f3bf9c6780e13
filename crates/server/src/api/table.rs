//! The table of operations that are built: the tables of all services in one list.

use std::sync::OnceLock;

use serde_json::Value;

use crate::app::App;
use crate::sts;
use signback_platform::operation::{Answering, Call, Operation, Within};
use signback_platform::store::Tx;

/// An operation that is built, of whichever service.
pub struct Built {
    /// The service's name in the interface models.
    pub service: &'static str,
    /// The operation's name.
    pub name: &'static str,
    /// Input members that are refused by name.
    pub refuses: &'static [&'static str],
    line: Box<dyn Line>,
}

impl Built {
    /// Answers a call.
    pub(super) fn answer<'a>(&self, app: &'a App, call: &'a Call, input: Value) -> Answering<'a> {
        self.line.answer(app, call, input)
    }

    /// Answers a call in a transaction that others share; none when the operation waits for more
    /// than the database.
    pub(super) fn answer_within(&self, tx: &mut Tx<'_>, call: &Call, input: Value) -> Within {
        self.line.answer_within(tx, call, input)
    }

    /// Says why an input document does not fit the type that the operation reads it into.
    ///
    /// # Errors
    ///
    /// Exactly then.
    pub fn reads(&self, input: Value) -> Result<(), String> {
        self.line.reads(input)
    }
}

/// Every operation that is built.
pub fn operations() -> &'static [Built] {
    static TABLE: OnceLock<Vec<Built>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut table = Vec::new();
        for lines in signback_connect::OPERATIONS.iter().copied() {
            add(&mut table, lines, |app| &app.connect);
        }
        add(&mut table, signback_pool::OPERATIONS, |app| &app.pools);
        add(&mut table, signback_profiles::OPERATIONS, |app| {
            &app.platform
        });
        add(&mut table, sts::OPERATIONS, |app| &app.platform);
        table
    })
}

fn add<S>(table: &mut Vec<Built>, lines: &'static [Operation<S>], service: fn(&App) -> &S) {
    table.extend(lines.iter().map(|operation| Built {
        service: operation.service,
        name: operation.name,
        refuses: operation.refuses,
        line: Box::new(Of { operation, service }),
    }));
}

/// A line of a service's table, whichever the service is.
trait Line: Send + Sync {
    fn answer<'a>(&self, app: &'a App, call: &'a Call, input: Value) -> Answering<'a>;
    fn answer_within(&self, tx: &mut Tx<'_>, call: &Call, input: Value) -> Within;
    fn reads(&self, input: Value) -> Result<(), String>;
}

struct Of<S: 'static> {
    operation: &'static Operation<S>,
    service: fn(&App) -> &S,
}

impl<S> Line for Of<S> {
    fn answer<'a>(&self, app: &'a App, call: &'a Call, input: Value) -> Answering<'a> {
        self.operation.work.answer((self.service)(app), call, input)
    }

    fn answer_within(&self, tx: &mut Tx<'_>, call: &Call, input: Value) -> Within {
        self.operation.work.answer_within(tx, call, input)
    }

    fn reads(&self, input: Value) -> Result<(), String> {
        self.operation.work.reads(input)
    }
}
