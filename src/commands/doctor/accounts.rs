//! Accounts that retention waits for in vain.

use sesame_domain::ports::{Accounts, StoreError};

use super::finding::Finding;
use crate::node::Core;

const RETENTION: &str = "retention";
/// How many accounts are read at a time.
const PAGE: u32 = 500;

/// Looks for what a clock dated that was ahead.
pub(super) async fn look(core: &Core) -> Vec<Finding> {
    match dated_ahead(core).await {
        Ok(0) => Vec::new(),
        Ok(count) => vec![Finding::warning(
            RETENTION,
            format!("{count} accounts were linked or used in the future: a clock was wrong"),
            "is the clock right? Until then, the policy (RETAIN_*) does not end them",
        )],
        Err(error) => vec![Finding::bad(RETENTION, error.to_string(), "see the log")],
    }
}

async fn dated_ahead(core: &Core) -> Result<usize, StoreError> {
    let now = core.clock.now();
    let (mut count, mut after) = (0, None);
    loop {
        let page = Accounts::page(&core.database, after, PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(count);
        };
        after = Some(last.id);
        count += page.iter().filter(|it| it.is_dated_ahead(now)).count();
    }
}
