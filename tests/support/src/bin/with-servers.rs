//! Runs a command with a PostgreSQL and a Redis server that all its tests
//! share: `with-servers cargo nextest run`. Ends with the command's status.

use std::process::{Command, ExitCode};

use anyhow::Context;
use sesame_test_support::postgres::Postgres;
use sesame_test_support::redis::Redis;

#[tokio::main(flavor = "current_thread")]
async fn main() -> anyhow::Result<ExitCode> {
    let mut words = std::env::args_os().skip(1);
    let program = words.next().context("with-servers COMMAND [ARGUMENT]...")?;
    let postgres = Postgres::start().await?;
    let redis = Redis::start().await?;
    let status = Command::new(program)
        .args(words)
        .env("SESAME_TEST_POSTGRES_URL", postgres.url())
        .env("SESAME_TEST_REDIS_URL", redis.url())
        .status()
        .context("run the command")?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(ExitCode::from(code.unwrap_or(1)))
}
