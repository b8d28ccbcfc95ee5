//! The key file: what stands on the disk, which a running Sesame would only
//! read again at its next start.

use sesame_domain::keys::Provider;

use crate::check::{Check, Group};
use crate::finding::{Finding, reasons};
use crate::ports::{KeyFileSeen, Keys, Ports, Unusable};

pub(super) const CHECK: Check = Check::new("key_file", Group::Keys, |ports| {
    Box::pin(look(ports))
});

reasons! {
    Damaged = "damaged",
    Missing = "missing",
    Unproven = "unproven",
    Draft = "draft",
    Unchangeable = "unchangeable",
}

const ABOUT: &str = "key file";

async fn look(ports: &Ports) -> Vec<Finding> {
    let Some(Ok(keys)) = &ports.keys else {
        return Vec::new();
    };
    let seen = match keys.store.file().await {
        None => return Vec::new(),
        Some(Ok(seen)) => seen,
        Some(Err(unusable)) => return vec![Finding::unusable("keys", &unusable)],
    };
    let mut findings = of_file(&seen);
    if let Err(unusable) = keys.store.file_is_changeable().await {
        findings.push(unchangeable(keys, &unusable));
    }
    findings
}

fn unchangeable(keys: &Keys, unusable: &Unusable) -> Finding {
    const WHY: Why = Why::Unchangeable;
    let says = match keys.provider {
        Provider::File => "the key file gets no new keys",
        Provider::Secret | Provider::AwsKms | Provider::Other(_) => &unusable.says,
    };
    // A rotation by itself would fail, each hour.
    if keys.max_age.is_some() {
        Finding::bad(ABOUT, WHY, says, &unusable.why)
    } else {
        Finding::warning(ABOUT, WHY, says, &unusable.why)
    }
}

fn of_file(seen: &KeyFileSeen) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !seen.damaged.is_empty() {
        findings.push(Finding::bad(
            ABOUT,
            Why::Damaged,
            format!("keys are damaged: {}", seen.damaged.join(", ")),
            "put a whole copy of the file in its place, with Sesame stopped; until then nothing is added to it or copied out of it",
        ));
    }
    if !seen.missing.is_empty() {
        findings.push(Finding::bad(
            ABOUT,
            Why::Missing,
            format!("keys are not in it: {}", seen.missing.join(", ")),
            "this node only has them from the database, until the version before is retired: copy the key file from the node that made them",
        ));
    }
    if !seen.unproven.is_empty() {
        findings.push(Finding::warning(
            ABOUT,
            Why::Unproven,
            format!(
                "whether these keys are whole cannot be told, nothing is sealed under them: {}",
                seen.unproven.join(", ")
            ),
            "retire them (`sesame keys retire`) if no backup needs them",
        ));
    }
    for draft in &seen.drafts {
        findings.push(Finding::warning(
            ABOUT,
            Why::Draft,
            format!(
                "a draft with every key was left behind: {}",
                draft.display()
            ),
            "the next start of Sesame and the next rotation remove it; or remove it yourself",
        ));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Verdict;

    #[test]
    fn what_is_wrong_with_the_key_file_is_named() {
        assert!(of_file(&KeyFileSeen::default()).is_empty());
        let found = of_file(&KeyFileSeen {
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
}
