//! `sesame`: the command line, the configuration, and the wiring of all parts.

mod allocator;
mod args;
mod asked;
mod cli;
mod commands;
mod config;
mod diagnostics;
mod failure;
mod hygiene;
mod input;
mod node;
mod open_files;
mod ownership;
mod signals;
mod telemetry;
mod terminal;
mod watchdog;

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use clap::error::Error as ArgumentError;

use crate::cli::Cli;
use crate::failure::Failure;
use crate::signals::Signals;

/// How long blocking work may go on after everything else has stopped.
const LAST_CALLS: Duration = Duration::from_millis(500);

fn main() -> ExitCode {
    // Before anything else: there is nothing in memory yet.
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return answer(&error),
    };
    let _log = telemetry::HeldLog::released_in_the_end();
    match hygiene::forbid_core_dumps().and_then(|()| run(cli)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            terminal::complain(&failure);
            failure.exit_code()
        }
    }
}

/// What clap says itself: help, the version, or what is wrong with the arguments.
fn answer(error: &ArgumentError) -> ExitCode {
    let text = error.render();
    if error.use_stderr() {
        terminal::tell(text.to_string().trim_end());
    } else if let Err(failure) = terminal::say_as_it_is(text.ansi().to_string().trim_end()) {
        terminal::complain(&failure);
        return failure.exit_code();
    }
    u8::try_from(error.exit_code()).map_or(ExitCode::FAILURE, ExitCode::from)
}

fn run(cli: Cli) -> Result<(), Failure> {
    // Fails only when a provider is installed already; then that one serves.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::other("the runtime does not start", error))?;
    let result = runtime.block_on(async { cli.run(Signals::listen()?).await });
    runtime.shutdown_timeout(LAST_CALLS);
    result
}
