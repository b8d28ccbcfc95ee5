//! Looking at an account for someone who asks how it does.

use std::time::Duration;

use sesame_domain::account::Account;
use tokio::time::timeout;

use crate::context::BotContext;

/// How long a person waits for Telegram's word on their account.
const LOOK_WITHIN: Duration = Duration::from_secs(3);

/// The account as Telegram says now that it is; as it was known to be, if that
/// does not come soon.
pub(super) async fn looked_at(context: &BotContext, account: Option<Account>) -> Option<Account> {
    let account = account?;
    if account.is_known_now(context.ports.clock.now()) {
        return Some(account);
    }
    let check = context.ports.accounts.check(&account.owner, account.id);
    match timeout(LOOK_WITHIN, check).await {
        Ok(Ok(looked_at)) => Some(looked_at),
        Ok(Err(_)) | Err(_) => Some(account),
    }
}
