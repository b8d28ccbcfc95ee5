//! Whether the keys work.

use std::error::Error;

use sesame_domain::audit::{Access, AccessPurpose, Actor};
use sesame_domain::ports::VaultError;
use sesame_domain::sealed::{Binding, Purpose};
use uuid::Uuid;

use crate::check::{Check, Group};
use crate::finding::{Finding, reasons};
use crate::ports::{Keys, KeysSeen, Ports};

pub(super) const CHECK: Check = Check::new("keys", Group::Keys, |ports| Box::pin(look(ports)));

reasons! {
    NoneActive = "none_active",
    DoesNotWork = "does_not_work",
}

const ABOUT: &str = "keys";

async fn look(ports: &Ports) -> Vec<Finding> {
    let finding = match &ports.keys {
        None => return Vec::new(),
        Some(Err(unusable)) => Finding::unusable(ABOUT, unusable),
        Some(Ok(keys)) => match keys.store.status().await {
            Ok(status) => working(keys, &status).await,
            Err(error) => Finding::failed(ABOUT, error.as_ref()),
        },
    };
    vec![finding]
}

/// Seals something and opens it again.
async fn working(keys: &Keys, status: &KeysSeen) -> Finding {
    let Some(active) = &status.active else {
        return Finding::bad(
            ABOUT,
            Why::NoneActive,
            "no version of the key is active: nothing can be sealed, and no login gets through",
            "run `sesame keys rotate`, which makes one and makes it active; then find out who changed the database",
        );
    };
    match try_out(keys).await {
        Ok(()) => Finding::good(
            ABOUT,
            format!("{active} seals and opens ({})", status.provider.as_str()),
        ),
        Err(error) => Finding::bad(
            ABOUT,
            Why::DoesNotWork,
            format!("the active key does not work: {active}"),
            chain(&error),
        ),
    }
}

async fn try_out(keys: &Keys) -> Result<(), VaultError> {
    const PROBE: &[u8] = b"doctor";
    let mut id = [0; 16];
    keys.entropy.fill(&mut id);
    let binding = Binding::instance(Purpose::Backup, Uuid::from_bytes(id));
    let access = Access {
        actor: Actor::system("doctor"),
        reason: AccessPurpose::Doctor,
    };
    let sealed = keys.vault.seal(&binding, PROBE, &access).await?;
    let opened = keys.vault.open(&binding, &sealed, &access).await?;
    if opened.as_slice() == PROBE {
        Ok(())
    } else {
        Err(VaultError::Tampered)
    }
}

/// An error and all that caused it.
fn chain(error: &dyn Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        words.push_str(": ");
        words.push_str(&error.to_string());
        cause = error.source();
    }
    words
}
