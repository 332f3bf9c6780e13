//! The interrupt key while the program waits for an answer.

use std::io::Write as _;

use crate::failure::status;

/// The exit status that shells give a program ended by the termination signal.
const TERMINATED: i32 = 128 + 15;

/// From now on the interrupt key ends the program the way it ends a request: an empty line, its
/// own exit status. For waits that cannot be broken off otherwise.
pub fn end_on_interrupt() {
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

/// From now on the termination signal puts the terminal back before it ends the program.
pub fn restore_on_termination() {
    std::thread::spawn(|| {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
        else {
            return;
        };
        runtime.block_on(async {
            let kind = tokio::signal::unix::SignalKind::terminate();
            let Ok(mut terminations) = tokio::signal::unix::signal(kind) else {
                return;
            };
            terminations.recv().await;
            let _ = crossterm::execute!(
                std::io::stdout(),
                crossterm::cursor::Show,
                crossterm::terminal::LeaveAlternateScreen
            );
            let _ = crossterm::terminal::disable_raw_mode();
            std::process::exit(TERMINATED);
        });
    });
}
