//! The keys: whether they work, whether there is a copy, how old they are.

use chrono::TimeDelta;
use sesame_custody::{Custody, KeyFileCondition, KeyStatus, KeyWarning};
use sesame_domain::audit::{Access, AccessPurpose, Actor};
use sesame_domain::duty::Duty;
use sesame_domain::keys::Provider;
use sesame_domain::ports::{Duties, VaultError};
use sesame_domain::sealed::{Binding, Purpose};
use sesame_domain::time::Age;
use uuid::Uuid;

use super::finding::Finding;
use crate::config::Custody as Settings;
use crate::failure::Failure;
use crate::node::Core;
use crate::terminal::old;

const KEYS: &str = "keys";
const FILE: &str = "key file";
const COPY: &str = "copy of keys";
const MEMORY: &str = "memory";

/// The keys cannot be used at all.
pub(super) fn unusable(error: &Failure) -> Finding {
    let (says, advice) = error.in_two();
    Finding::bad(KEYS, says, advice)
}

/// Looks at everything about keys.
pub(super) async fn look(core: &Core, settings: &Settings) -> Vec<Finding> {
    let status = match core.administration().status().await {
        Ok(status) => status,
        Err(error) => return vec![Finding::failed(KEYS, &error)],
    };
    let mut findings = vec![working(core, &status).await];
    findings.extend(file(core, settings).await);
    findings.extend(
        status
            .warnings
            .iter()
            .filter(|warning| **warning != KeyWarning::NoneActive)
            .map(|warning| Finding::warning(KEYS, warning.to_string(), "see `sesame keys list`")),
    );
    findings.extend(age(&status, settings));
    findings.extend(rewrapping(&status));
    findings.extend(copy(core, &status).await);
    findings.extend(memory(&core.custody));
    findings
}

/// Seals something and opens it again.
async fn working(core: &Core, status: &KeyStatus) -> Finding {
    let Some(active) = status.active().map(|key| key.id.as_str()) else {
        return Finding::bad(
            KEYS,
            "no version of the key is active: nothing can be sealed, and no login gets through",
            "run `sesame keys rotate`, which makes one and makes it active; then find out who changed the database",
        );
    };
    match try_out(core).await {
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

async fn try_out(core: &Core) -> Result<(), VaultError> {
    const PROBE: &[u8] = b"doctor";
    let mut id = [0; 16];
    core.entropy.fill(&mut id);
    let binding = Binding::instance(Purpose::Backup, Uuid::from_bytes(id));
    let access = Access {
        actor: Actor::system("doctor"),
        reason: AccessPurpose::Doctor,
    };
    let sealed = core.vault.seal(&binding, PROBE, &access).await?;
    let opened = core.vault.open(&binding, &sealed, &access).await?;
    if opened.as_slice() == PROBE {
        Ok(())
    } else {
        Err(VaultError::Tampered)
    }
}

/// What stands on the disk, which a running Sesame would only read again at its
/// next start.
async fn file(core: &Core, settings: &Settings) -> Vec<Finding> {
    let custody = &core.custody;
    if !custody.uses_key_file() {
        return Vec::new();
    }
    let condition = match custody.key_file_condition().await {
        Ok(condition) => condition,
        Err(error) => return vec![unusable(&error.into())],
    };
    let mut findings = of_file(&condition);
    if let Err(error) = custody.check_key_file_changeable().await {
        let (says, advice) = Failure::from(error).in_two();
        let says = match settings.key_provider {
            Provider::File => "the key file gets no new keys".to_owned(),
            _ => says,
        };
        // A rotation by itself would fail, each hour.
        let finding = if settings.max_age().is_some() {
            Finding::bad(FILE, says, advice)
        } else {
            Finding::warning(FILE, says, advice)
        };
        findings.push(finding);
    }
    findings
}

fn of_file(condition: &KeyFileCondition) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !condition.damaged.is_empty() {
        findings.push(Finding::bad(
            FILE,
            format!("keys are damaged: {}", condition.damaged.join(", ")),
            "put a whole copy of the file in its place, with Sesame stopped; until then nothing is added to it or copied out of it",
        ));
    }
    if !condition.missing.is_empty() {
        findings.push(Finding::bad(
            FILE,
            format!("keys are not in it: {}", condition.missing.join(", ")),
            "this node only has them from the database, until the version before is retired: copy the key file from the node that made them",
        ));
    }
    if !condition.unproven.is_empty() {
        findings.push(Finding::warning(
            FILE,
            format!(
                "whether these keys are whole cannot be told, nothing is sealed under them: {}",
                condition.unproven.join(", ")
            ),
            "retire them (`sesame keys retire`) if no backup needs them",
        ));
    }
    for draft in &condition.drafts {
        findings.push(Finding::warning(
            FILE,
            format!(
                "a draft with every key was left behind: {}",
                draft.display()
            ),
            "the next start of Sesame and the next rotation remove it; or remove it yourself",
        ));
    }
    findings
}

fn age(status: &KeyStatus, settings: &Settings) -> Option<Finding> {
    of_age(status.age, settings.max_age()?)
}

fn of_age(age: Age, max: TimeDelta) -> Option<Finding> {
    // A running node looks every hour.
    age.is_over(max + TimeDelta::hours(2)).then(|| {
        Finding::warning(
            KEYS,
            format!(
                "the active key is {}, KEY_MAX_AGE_DAYS is {}",
                old(age),
                max.num_days()
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
async fn copy(core: &Core, status: &KeyStatus) -> Option<Finding> {
    let newest = status
        .versions
        .iter()
        .filter(|it| it.version.provider == Provider::File)
        .map(|it| &it.version)
        .next_back()?;
    let records = match core.database.records().await {
        Ok(records) => records,
        Err(error) => return Some(Finding::failed(COPY, &error)),
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
    fn what_is_wrong_with_the_key_file_is_named() {
        assert!(of_file(&KeyFileCondition::default()).is_empty());
        let found = of_file(&KeyFileCondition {
            damaged: vec!["k1".to_owned()],
            missing: vec!["k2".to_owned()],
            unproven: vec!["k3".to_owned()],
            drafts: vec!["/data/keys.json.0011223344556677.new".into()],
        });
        let verdicts: Vec<_> = found.iter().map(|it| it.verdict).collect();
        let (bad, warning) = (Verdict::Bad, Verdict::Warning);
        assert_eq!(verdicts, [bad, bad, warning, warning]);
        for (finding, names) in found.iter().zip(["k1", "k2", "k3", "/data/keys.json.0"]) {
            assert!(finding.says.contains(names), "{}", finding.says);
        }
    }

    #[test]
    fn an_old_key_is_told_and_one_that_is_dated_ahead() {
        let max = TimeDelta::days(90);
        assert_eq!(of_age(Age::Past(max), max), None);
        for age in [Age::Past(max * 2), Age::Ahead(max)] {
            assert_eq!(of_age(age, max).unwrap().verdict, Verdict::Warning);
        }
    }

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
