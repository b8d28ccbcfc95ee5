//! Whether there is a copy of the key file. Losing that is the one thing that
//! nothing here can undo.

use sesame_domain::job::JobKind;

use crate::check::{Check, Group};
use crate::finding::{Finding, reasons};
use crate::ports::Ports;

pub(super) const CHECK: Check = Check::new("key_copy", Group::Keys, |ports| {
    Box::pin(look(ports))
});

reasons! {
    Outdated = "outdated",
    None = "none",
}

const ABOUT: &str = "copy of keys";

async fn look(ports: &Ports) -> Vec<Finding> {
    let (Some(Ok(keys)), Some(schedules)) = (&ports.keys, &ports.schedules) else {
        return Vec::new();
    };
    // The check of the keys themselves says it when there is none.
    let Ok(status) = keys.store.status().await else {
        return Vec::new();
    };
    let Some(newest) = &status.newest_in_file else {
        return Vec::new();
    };
    let records = match schedules.records().await {
        Ok(records) => records,
        Err(error) => return vec![Finding::failed(ABOUT, &error)],
    };
    let copied = records
        .iter()
        .flatten()
        .find(|record| record.kind == JobKind::COPY_KEYS && record.done_at.is_some())
        .map(|record| record.report.as_str());
    vec![of_copy(copied, newest, status.sessions)]
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
            ABOUT,
            format!("one was made, with {newest}; is it still there?"),
        ),
        Some(copied) => Finding::bad(
            ABOUT,
            Why::Outdated,
            format!("it ends with {copied}, {newest} came after: {loss}"),
            ADVICE,
        ),
        None => Finding::bad(
            ABOUT,
            Why::None,
            format!("there is no copy of the key file: {loss}"),
            ADVICE,
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Verdict;

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
