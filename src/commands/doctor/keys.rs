//! The keys: whether they work, whether there is a copy, how old they are.

use sesame_custody::{Custody, KeyStatus};
use sesame_domain::audit::{Access, Actor};
use sesame_domain::duty::Duty;
use sesame_domain::keys::Provider;
use sesame_domain::ports::{Duties, VaultError};
use sesame_domain::sealed::{Binding, Purpose};
use uuid::Uuid;

use super::finding::Finding;
use crate::config::Custody as Settings;
use crate::failure::Failure;
use crate::node::Ground;

const KEYS: &str = "keys";
const COPY: &str = "copy of keys";
const MEMORY: &str = "memory";

/// The keys cannot be used at all.
pub(super) fn unusable(error: &Failure) -> Finding {
    let (says, advice) = error.in_two();
    Finding::bad(KEYS, says, advice)
}

/// Looks at everything about keys.
pub(super) async fn look(ground: &Ground, settings: &Settings) -> Vec<Finding> {
    let status = match ground.administration().status().await {
        Ok(status) => status,
        Err(error) => return vec![Finding::bad(KEYS, error.to_string(), "see the log")],
    };
    let mut findings = vec![working(ground, &status).await];
    findings.extend(
        status
            .warnings
            .iter()
            .map(|warning| Finding::warning(KEYS, warning.to_string(), "see `sesame keys list`")),
    );
    findings.extend(age(&status, settings));
    findings.extend(rewrapping(&status));
    findings.extend(copy(ground, &status).await);
    findings.extend(memory(&ground.custody));
    findings
}

/// Seals something and opens it again.
async fn working(ground: &Ground, status: &KeyStatus) -> Finding {
    let active = status.active().map_or("none", |key| key.id.as_str());
    match try_out(ground).await {
        Ok(()) => Finding::good(
            KEYS,
            format!("{active} seals and opens ({})", status.provider.as_str()),
        ),
        Err(error) => {
            let (says, advice) = Failure::other("the active key does not work", error).in_two();
            Finding::bad(KEYS, format!("{says}: {active}"), advice)
        }
    }
}

async fn try_out(ground: &Ground) -> Result<(), VaultError> {
    const PROBE: &[u8] = b"doctor";
    let mut id = [0; 16];
    ground.entropy.fill(&mut id);
    let binding = Binding::instance(Purpose::Backup, Uuid::from_bytes(id));
    let access = Access {
        actor: Actor::system("doctor"),
        reason: "doctor",
    };
    let sealed = ground.vault.seal(&binding, PROBE, &access).await?;
    let opened = ground.vault.open(&binding, &sealed, &access).await?;
    if opened.as_slice() == PROBE {
        Ok(())
    } else {
        Err(VaultError::Tampered)
    }
}

fn age(status: &KeyStatus, settings: &Settings) -> Option<Finding> {
    let max = settings.max_age()?.to_std().ok()?;
    // A running node looks every hour.
    let late = status.age > max + std::time::Duration::from_hours(2);
    late.then(|| {
        Finding::warning(
            KEYS,
            format!(
                "the active key is {} days old, KEY_MAX_AGE_DAYS is {}",
                status.age.as_secs() / 86_400,
                max.as_secs() / 86_400
            ),
            "is Sesame running? `sesame keys rotate` makes a new one at once",
        )
    })
}

fn rewrapping(status: &KeyStatus) -> Option<Finding> {
    (status.to_rewrap > 0).then(|| {
        Finding::warning(
            KEYS,
            format!("{} data keys are under older versions", status.to_rewrap),
            "a running Sesame wraps them anew by itself; `sesame keys rewrap` does it at once",
        )
    })
}

/// Losing the key file is the one thing that nothing here can undo.
async fn copy(ground: &Ground, status: &KeyStatus) -> Option<Finding> {
    let newest = status
        .versions
        .iter()
        .filter(|it| it.version.provider == Provider::File)
        .map(|it| &it.version)
        .next_back()?;
    let records = match ground.database.records().await {
        Ok(records) => records,
        Err(error) => return Some(Finding::bad(COPY, error.to_string(), "see the log")),
    };
    let sealed: u64 = status.versions.iter().map(|it| it.uses.sessions).sum();
    let copied = records
        .iter()
        .find(|record| record.duty == Duty::CopyKeys && record.done_at.is_some())
        .map(|record| record.report.as_str());
    Some(of_copy(copied, &newest.id, sealed))
}

fn of_copy(copied: Option<&str>, newest: &str, sealed: u64) -> Finding {
    const ADVICE: &str = "run `sesame keys copy FILE` with a place on another disk, away from the database's backups";
    let loss = match sealed {
        0 => "if it is lost, nothing that was sealed opens again".to_owned(),
        1 => "if it is lost, one session never opens again".to_owned(),
        many => format!("if it is lost, {many} sessions never open again"),
    };
    match copied {
        Some(copied) if copied == newest => Finding::good(
            COPY,
            format!("one was made, with {newest}; is it still there?"),
        ),
        Some(copied) => Finding::bad(
            COPY,
            format!("it ends with {copied}, {newest} came after: {loss}"),
            ADVICE,
        ),
        None => Finding::bad(
            COPY,
            format!("there is no copy of the key file: {loss}"),
            ADVICE,
        ),
    }
}

fn memory(custody: &Custody) -> Option<Finding> {
    (!custody.memory_is_locked()).then(|| {
        Finding::warning(
            MEMORY,
            "the system does not let keys be kept from being swapped out",
            "raise the limit (`ulimit -l 64`, LimitMEMLOCK= under systemd), or encrypt swap",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::super::finding::Verdict;
    use super::*;

    #[test]
    fn a_key_without_a_copy_is_insisted_on() {
        let never = of_copy(None, "k2", 214);
        assert_eq!(never.verdict, Verdict::Bad);
        assert!(never.says.contains("214 sessions"), "{}", never.says);
        let outdated = of_copy(Some("k1"), "k2", 214);
        assert_eq!(outdated.verdict, Verdict::Bad);
        assert!(outdated.says.contains("k2 came after"), "{}", outdated.says);
        assert_eq!(of_copy(Some("k2"), "k2", 214).verdict, Verdict::Good);
    }
}
