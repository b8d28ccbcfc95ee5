//! Whose chats.

use sesame_domain::account::{Account, Health};
use sesame_domain::ids::{Owner, TenantId};
use sesame_domain::listing::Tenants;
use sesame_domain::ports::Accounts as _;
use sesame_domain::ports::listing::AccountListing as _;
use sesame_store::Database;

use crate::args::WhoseArgs;
use crate::failure::Failure;
use crate::node::storage;

/// How many accounts are looked at to find out that there is one.
const PAGE: u32 = 200;

/// The account that is named; without a name, the only one that there is.
pub(super) async fn account(
    database: &Database,
    first: &TenantId,
    whose: &WhoseArgs,
) -> Result<Account, Failure> {
    let unreadable = storage::unreadable;
    if let Some(id) = whose.account {
        let found = database.listing().account(id, &Tenants::All).await;
        let found = found.map_err(unreadable)?.map(|row| row.account);
        return found.ok_or_else(|| no_account(&format!("with the id {id}")));
    }
    if let Some(person) = whose.person {
        let tenant = whose.tenant.as_ref().unwrap_or(first);
        let owner = Owner {
            tenant: tenant.clone(),
            person,
        };
        let found = database.accounts().of(&owner).await.map_err(unreadable)?;
        return found
            .ok_or_else(|| no_account(&format!("of the person {person} in the tenant {tenant}")));
    }
    only(database, whose.tenant.as_ref()).await
}

/// The same, if its session can be read with.
pub(super) async fn readable_account(
    database: &Database,
    first: &TenantId,
    whose: &WhoseArgs,
) -> Result<Account, Failure> {
    let account = account(database, first, whose).await?;
    match account.health {
        Health::Alive => Ok(account),
        Health::Frozen { .. } => Err(Failure::Usage(format!(
            "Telegram has frozen the account of {}: its chats can be read again once Telegram lifts that",
            account.display_name()
        ))),
        Health::Dead { .. } => Err(Failure::Usage(format!(
            "the session of {} does not work any more: link the account again",
            account.display_name()
        ))),
    }
}

/// The only account, of this tenant or of all.
async fn only(database: &Database, tenant: Option<&TenantId>) -> Result<Account, Failure> {
    let mut theirs = Vec::new();
    let mut after = None;
    while theirs.len() < 2 {
        let page = database.accounts().page(after, PAGE).await;
        let page = page.map_err(storage::unreadable)?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        let is_theirs = |it: &Account| tenant.is_none_or(|tenant| it.owner.tenant == *tenant);
        theirs.extend(page.into_iter().filter(is_theirs));
    }
    match (theirs.pop(), theirs.pop(), tenant) {
        (Some(only), None, _) => Ok(only),
        (None, _, None) => Err(Failure::Usage(
            "no account is linked: link one in the Mini App first".to_owned(),
        )),
        (None, _, Some(tenant)) => Err(no_account(&format!("in the tenant {tenant}"))),
        (Some(_), Some(_), _) => Err(Failure::Usage(
            "several accounts are linked: name one with --account, or with --person and \
             --tenant (`sesame accounts` lists them)"
                .to_owned(),
        )),
    }
}

fn no_account(which: &str) -> Failure {
    Failure::Usage(format!(
        "there is no account {which}: `sesame accounts` lists them"
    ))
}
