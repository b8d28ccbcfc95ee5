//! Accounts that retention waits for in vain: a clock dated them that was
//! ahead.

use std::sync::Arc;

use sesame_domain::plural::{agreeing, counted};
use sesame_domain::ports::{Accounts, StoreError};
use sesame_domain::time::Timestamp;

use crate::check::{Check, Group};
use crate::finding::{Finding, reasons};
use crate::ports::Ports;

pub(super) const CHECK: Check = Check::new("accounts", Group::Storage, |ports| {
    Box::pin(look(ports))
});

reasons! {
    DatedAhead = "dated_ahead",
    NotLookedAt = "not_looked_at",
}

const ABOUT: &str = "retention";
/// How many accounts are read at a time.
const PAGE: u32 = 500;

async fn look(ports: &Ports) -> Vec<Finding> {
    let Some(accounts) = &ports.accounts else {
        return Vec::new();
    };
    match dated_ahead(accounts, ports.clock.now()).await {
        Ok(0) => Vec::new(),
        Ok(count) => vec![Finding::warning(
            ABOUT,
            Why::DatedAhead,
            format!(
                "{} {} linked or used in the future: a clock was wrong",
                counted(count, "account"),
                agreeing(count, "was", "were")
            ),
            "is the clock right? Until then, the policy (RETAIN_*) does not end what is dated ahead",
        )],
        Err(error) => vec![Finding::bad(
            ABOUT,
            Why::NotLookedAt,
            error.to_string(),
            "see the log",
        )],
    }
}

async fn dated_ahead(accounts: &Arc<dyn Accounts>, now: Timestamp) -> Result<usize, StoreError> {
    let (mut count, mut after) = (0, None);
    loop {
        let page = accounts.page(after, PAGE).await?;
        let Some(last) = page.last() else {
            return Ok(count);
        };
        after = Some(last.id);
        count += page.iter().filter(|it| it.is_dated_ahead(now)).count();
    }
}
