//! Every check, one a file.

use crate::check::Check;
use crate::finding::Finding;
use crate::ports::Ports;

/// Declares the files and lists what is in them.
macro_rules! checks {
    ($($name:ident,)+) => {
        $(mod $name;)+

        /// Every check there is, in the order in which they are told.
        pub const CHECKS: &[Check] = &[$($name::CHECK),+];
    };
}

checks! {
    configuration,
    bot_api,
    webhook,
    clock,
    launch_data,
    disclosure,
    mini_app,
    application,
    data_centres,
    log,
    redis,
    database,
    keys,
    key_file,
    key_versions,
    key_copy,
    key_memory,
    audit,
    backup,
    rehearsal,
    exports,
    duties,
    accounts,
    memory,
}

/// Looks at everything.
pub async fn all(ports: &Ports) -> Vec<Finding> {
    let mut findings = Vec::new();
    for check in CHECKS {
        findings.extend(check.look(ports).await);
    }
    findings
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::sync::Arc;

    use async_trait::async_trait;
    use sesame_domain::time::SystemClock;

    use super::*;
    use crate::ports::{Configuration, Database, Unusable};

    struct Unreachable;

    #[async_trait]
    impl Database for Unreachable {
        async fn lacks(&self) -> Result<usize, Unusable> {
            Err(Unusable {
                says: "the database does not answer".to_owned(),
                why: "connection refused".to_owned(),
            })
        }
    }

    fn nothing() -> Ports {
        Ports {
            clock: Arc::new(SystemClock),
            configuration: Configuration::default(),
            bot: None,
            launch_data_is_signed: None,
            disclosure: None,
            mini_app: None,
            application: None,
            data_centres: None,
            log: None,
            redis: None,
            database: Ok(Arc::new(Unreachable)),
            keys: None,
            audit: None,
            backups: None,
            exports: None,
            schedules: None,
            accounts: None,
            lockable_bytes: None,
        }
    }

    #[test]
    fn each_has_a_name_of_its_own() {
        let names: BTreeSet<_> = CHECKS.iter().map(|check| check.name).collect();
        assert_eq!(names.len(), CHECKS.len());
    }

    #[tokio::test]
    async fn what_stands_on_something_that_does_not_work_is_passed_over() {
        let findings = all(&nothing()).await;
        let about: Vec<_> = findings.iter().map(|it| (it.about, it.reason)).collect();
        let right = [
            ("configuration", "good"),
            ("database", "unusable"),
            ("memory", "good"),
        ];
        assert_eq!(about, right);
    }

    #[tokio::test]
    async fn keys_that_cannot_be_used_are_told_once() {
        let mut ports = nothing();
        ports.keys = Some(Err(Unusable {
            says: "the keys that seal sessions cannot be used".to_owned(),
            why: "the key file is missing".to_owned(),
        }));
        let findings = all(&ports).await;
        let keys = findings.iter().filter(|it| it.about == "keys");
        assert_eq!(keys.count(), 1);
    }

    #[tokio::test]
    async fn whatever_is_not_good_says_what_to_do() {
        for finding in all(&nothing()).await {
            let is_good = finding.verdict == crate::finding::Verdict::Good;
            assert_eq!(finding.advice.is_none(), is_good, "{finding:?}");
        }
    }
}
