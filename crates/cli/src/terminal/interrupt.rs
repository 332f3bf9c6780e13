//! The interrupt key while the program waits for an answer.

use std::io::Write as _;

use crate::failure::status;

/// From now on the interrupt key ends the program the way it ends a request: an empty line, its
/// own exit status. For waits that cannot be broken off otherwise.
pub(crate) fn end_on_interrupt() {
    let (ready, wait) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
        else {
            return;
        };
        runtime.block_on(async {
            let Ok(mut interrupts) =
                tokio::signal::unix::signal(tokio::signal::unix::SignalKind::interrupt())
            else {
                return;
            };
            let _ = ready.send(());
            interrupts.recv().await;
            let _ = std::io::stdout().write_all(b"\n");
            let _ = std::io::stdout().flush();
            std::process::exit(status::INTERRUPTED);
        });
    });
    let _ = wait.recv();
}
