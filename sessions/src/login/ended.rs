//! How the audit puts the end of a login.

use sesame_domain::audit::{AuditEntry, AuditReason};
use sesame_domain::login::{Ending, Failure};

/// The reason: how it ended.
pub(super) fn reason_of(ending: Ending) -> AuditReason {
    AuditReason::LoginEnded(ending.into())
}

/// The entry with the outcome of the ending.
pub(super) fn with_outcome(entry: AuditEntry, ending: Ending) -> AuditEntry {
    match ending {
        Ending::Failed(Failure::WrongAccount) => entry.refused(),
        Ending::Failed(_) => entry.failed(),
        Ending::Authorized { .. } | Ending::Expired | Ending::Cancelled | Ending::Superseded => {
            entry
        }
    }
}

#[cfg(test)]
mod tests {
    use sesame_domain::audit::{Action, Actor, Outcome};
    use sesame_domain::ids::Owner;
    use sesame_domain::time::Timestamp;
    use uuid::Uuid;

    use super::*;

    fn outcome_of(ending: Ending) -> Outcome {
        let entry = AuditEntry::new(
            Timestamp::UNIX_EPOCH,
            Owner::instance(),
            Uuid::nil(),
            Actor::Owner,
            Action::LoginEnded,
            reason_of(ending),
        );
        with_outcome(entry, ending).outcome
    }

    #[test]
    fn only_what_failed_or_was_refused_is_called_so() {
        let table = [
            (Ending::Failed(Failure::WrongAccount), Outcome::Refused),
            (Ending::Failed(Failure::Internal), Outcome::Failed),
            (Ending::Expired, Outcome::Done),
            (Ending::Cancelled, Outcome::Done),
        ];
        for (ending, outcome) in table {
            assert_eq!(outcome_of(ending), outcome, "{ending:?}");
        }
    }
}
