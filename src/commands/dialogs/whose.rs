//! Whose chats.

use sesame_domain::account::{Account, Health};
use sesame_domain::ids::{Owner, PersonId, TenantId};
use sesame_domain::ports::Accounts as _;
use sesame_store::Database;

use crate::failure::Failure;
use crate::node::storage;

/// How many accounts are looked at to find out that there is one.
const PAGE: u32 = 200;

/// The account of this person; without one, the only account that there is.
pub(super) async fn account(
    database: &Database,
    tenant: &TenantId,
    person: Option<PersonId>,
) -> Result<Account, Failure> {
    let account = match person {
        Some(person) => of(database, tenant, person).await?,
        None => only(database, tenant).await?,
    };
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

async fn of(database: &Database, tenant: &TenantId, person: PersonId) -> Result<Account, Failure> {
    let owner = Owner {
        tenant: tenant.clone(),
        person,
    };
    let found = database.accounts().of(&owner).await;
    found.map_err(storage::unreadable)?.ok_or_else(|| {
        Failure::Usage(format!(
            "no account of {person} is linked: `sesame accounts` lists those that are"
        ))
    })
}

async fn only(database: &Database, tenant: &TenantId) -> Result<Account, Failure> {
    let mut theirs = Vec::new();
    let mut after = None;
    loop {
        let page = database.accounts().page(after, PAGE).await;
        let page = page.map_err(storage::unreadable)?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        theirs.extend(page.into_iter().filter(|it| it.owner.tenant == *tenant));
        if theirs.len() > 1 {
            break;
        }
    }
    match theirs.len() {
        0 => Err(Failure::Usage(
            "no account is linked: link one in the Mini App first".to_owned(),
        )),
        1 => Ok(theirs.remove(0)),
        _ => Err(Failure::Usage(
            "several accounts are linked: say whose chats with --person and an id out of `sesame accounts`"
                .to_owned(),
        )),
    }
}
