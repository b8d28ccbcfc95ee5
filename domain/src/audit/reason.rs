//! Why something was done: what one part writes and others read.
//!
//! Each reason has a text, which stands in the database, in the API and in the
//! link of the entry ([`super::link`]). A text never changes, and one that no
//! reason here has is kept as it is ([`AuditReason::Other`]): whatever is read
//! is written, shown and linked again byte for byte.

use std::fmt;

use chrono::TimeDelta;

use crate::account::DeathCause;
use crate::keys::Provider;
use crate::retention::Expiry;

use super::{AccessPurpose, Action, ChannelReason, LoginEnd, OperatorReason, SealFault};

/// Why something was done. Which reasons there are depends on what was done,
/// so that a text is read together with its action ([`AuditReason::of`]).
#[derive(Clone, Debug)]
pub enum AuditReason {
    /// A session was opened or sealed for this.
    Access(AccessPurpose),
    /// It was to be opened for this, and did not open.
    Shut {
        /// For what.
        purpose: AccessPurpose,
        /// Why it did not.
        fault: SealFault,
    },
    /// Someone asked for it.
    AskedFor,
    /// What was asked for is done.
    Finished,
    /// A login is over.
    LoginEnded(LoginEnd),
    /// An account was linked by this way to sign in ([`crate::login::Method`]).
    LoginBy(String),
    /// Another account than the person's own was scanned.
    AnotherScanned,
    /// It came from another system.
    Import,
    /// Someone unlinked it.
    Unlinked,
    /// Everything about the person was being erased.
    Erasure,
    /// The policy did not keep it any longer.
    Expired {
        /// Why not.
        expiry: Expiry,
        /// The policy's limit.
        limit: TimeDelta,
    },
    /// It was logged out at Telegram.
    LoggedOut,
    /// It was dead.
    Died(DeathCause),
    /// It could not be logged out, for this reason.
    NotLoggedOut(String),
    /// Its data key was destroyed before.
    KeyDestroyed,
    /// A version of the wrapping key was made.
    Rotated {
        /// Its name.
        made: String,
        /// Who holds it.
        provider: Provider,
        /// The version before.
        after: String,
    },
    /// Data keys were wrapped anew.
    Rewrapped {
        /// How many.
        keys: u64,
        /// Under which version.
        under: String,
    },
    /// Versions were retired: this one and those before it.
    AndBefore(String),
    /// Versions were reinstated: this one and those after it.
    AndAfter(String),
    /// Versions are retired that were in the backup.
    AsInBackup,
    /// Keys were copied, up to this version.
    UpTo(String),
    /// A backup has so many records.
    Records(u64),
    /// So many records at most were restored.
    UpToRecords(u64),
    /// A backup was rehearsed.
    Rehearsed {
        /// How many records came back.
        records: u64,
        /// How many of them were opened.
        opened: u64,
    },
    /// Entries were removed up to this checkpoint. Whoever verifies the audit
    /// takes this for the proof that no one else removed them.
    ThroughCheckpoint(i64),
    /// What an operator wanted was done or refused because of this.
    Operator(OperatorReason),
    /// It was about this channel.
    Channel(ChannelReason),
    /// Anything else: of a newer program, of one from before, or in words for
    /// people alone.
    Other(String),
}

const THROUGH: &str = "through checkpoint ";
const LOGIN_BY: &str = "login by ";
const NOT_LOGGED_OUT: &str = "not logged out: ";
const UP_TO: &str = "up to ";
const AND_BEFORE: &str = " and before";
const AND_AFTER: &str = " and after";
const RECORDS: &str = " records";
const OPENED: &str = " opened";

impl AuditReason {
    /// The reason with this text, of an entry with this action.
    pub fn of(action: &Action, text: &str) -> Self {
        // A reason that would be put differently now is kept as it is.
        Self::read(action, text)
            .filter(|reason| *reason == *text)
            .unwrap_or_else(|| Self::Other(text.to_owned()))
    }

    fn read(action: &Action, text: &str) -> Option<Self> {
        match action {
            Action::SessionOpened | Action::ExportOpened | Action::SealBroken => {
                Some(Self::opened(text))
            }
            Action::SessionSealed => Some(Self::Access(AccessPurpose::of(text))),
            Action::LoginBegan
            | Action::AccountChecked
            | Action::ExportBegun
            | Action::ExportKept => (text == "asked for").then_some(Self::AskedFor),
            Action::LoginEnded => Some(Self::LoginEnded(LoginEnd::of(text))),
            Action::AccountLinked => {
                let method = text.strip_prefix(LOGIN_BY)?;
                Some(Self::LoginBy(method.to_owned()))
            }
            Action::AccountImported => (text == "import").then_some(Self::Import),
            Action::WrongAccountRefused => match text {
                "another account was scanned" => Some(Self::AnotherScanned),
                "import" => Some(Self::Import),
                _ => None,
            },
            Action::AccountUnlinked | Action::ExportRemoved => Self::unlinked(text),
            Action::DataKeyDestroyed | Action::SessionEnded => Self::session_ended(text),
            Action::PersonErased => match text {
                "asked for" => Some(Self::AskedFor),
                "finished" => Some(Self::Finished),
                _ => None,
            },
            Action::KeyRotated => Self::rotated(text),
            Action::KeysRewrapped => {
                let (keys, under) = text.split_once(" data keys under ")?;
                let (keys, under) = (keys.parse().ok()?, under.to_owned());
                Some(Self::Rewrapped { keys, under })
            }
            Action::KeyRetired if text == "as in the backup" => Some(Self::AsInBackup),
            Action::KeyRetired => {
                let id = text.strip_suffix(AND_BEFORE)?;
                Some(Self::AndBefore(id.to_owned()))
            }
            Action::KeyReinstated => {
                let id = text.strip_suffix(AND_AFTER)?;
                Some(Self::AndAfter(id.to_owned()))
            }
            Action::KeysCopied => Some(Self::UpTo(text.strip_prefix(UP_TO)?.to_owned())),
            Action::BackupMade => {
                let records = text.strip_suffix(RECORDS)?;
                Some(Self::Records(records.parse().ok()?))
            }
            Action::BackupRestored => {
                let records = text.strip_prefix(UP_TO)?.strip_suffix(RECORDS)?;
                Some(Self::UpToRecords(records.parse().ok()?))
            }
            Action::BackupRehearsed => Self::rehearsed(text),
            Action::AuditPruned => {
                let number = text.strip_prefix(THROUGH)?;
                Some(Self::ThroughCheckpoint(number.parse().ok()?))
            }
            Action::ChannelAdded
            | Action::ChannelChanged
            | Action::ChannelRemoved
            | Action::TaggingAllowed
            | Action::TaggingForbidden => ChannelReason::from_text(text).map(Self::Channel),
            // In the words of whoever ordered it.
            Action::JobCancelled
            | Action::JobRetried
            | Action::JobsPaused
            | Action::JobsResumed
            | Action::ScheduleHurried
            | Action::KeyRotationOrdered
            | Action::BulkBegun
            | Action::BulkEnded
            | Action::TenantAdded
            | Action::TenantChanged
            | Action::TenantPaused
            | Action::TenantResumed
            | Action::TenantLeaves
            | Action::TenantRemoved
            | Action::Other(_) => None,
            Action::SignInAsked
            | Action::OperatorSignedIn
            | Action::OperatorSessionEnded
            | Action::OperatorRefused
            | Action::ConfirmationAsked
            | Action::ConfirmationUsed => OperatorReason::from_text(text).map(Self::Operator),
        }
    }

    /// `unlink`, or `unlink: unknown format`.
    fn opened(text: &str) -> Self {
        match text.split_once(": ") {
            Some((purpose, fault)) => Self::Shut {
                purpose: AccessPurpose::of(purpose),
                fault: SealFault::of(fault),
            },
            None => Self::Access(AccessPurpose::of(text)),
        }
    }

    fn unlinked(text: &str) -> Option<Self> {
        Some(match text {
            "unlinked" => Self::Unlinked,
            "erasure" => Self::Erasure,
            "asked for" => Self::AskedFor,
            other => {
                let (expiry, limit) = expired(other)?;
                Self::Expired { expiry, limit }
            }
        })
    }

    fn session_ended(text: &str) -> Option<Self> {
        Some(match text {
            "logged out" => Self::LoggedOut,
            "its data key is destroyed" => Self::KeyDestroyed,
            other => match other.strip_prefix(NOT_LOGGED_OUT) {
                Some(why) => Self::NotLoggedOut(why.to_owned()),
                None => Self::Died(DeathCause::from_name(other)?),
            },
        })
    }

    fn rotated(text: &str) -> Option<Self> {
        let (made, rest) = text.split_once(" at ")?;
        let (provider, after) = rest.split_once(" after ")?;
        Some(Self::Rotated {
            made: made.to_owned(),
            provider: Provider::from(provider.to_owned()),
            after: after.to_owned(),
        })
    }

    fn rehearsed(text: &str) -> Option<Self> {
        let (records, opened) = text.split_once(", ")?;
        Some(Self::Rehearsed {
            records: records.strip_suffix(RECORDS)?.parse().ok()?,
            opened: opened.strip_suffix(OPENED)?.parse().ok()?,
        })
    }
}

/// `unused for`, of a limit of the policy.
fn kept_no_longer(expiry: Expiry) -> &'static str {
    match expiry {
        Expiry::Unused => "unused for ",
        Expiry::TooOld => "linked for ",
        Expiry::Dead => "dead for ",
    }
}

fn expired(text: &str) -> Option<(Expiry, TimeDelta)> {
    let named = |expiry| Some((expiry, text.strip_prefix(kept_no_longer(expiry))?));
    let mut all = [Expiry::Unused, Expiry::TooOld, Expiry::Dead].into_iter();
    let (expiry, span) = all.find_map(named)?;
    let (count, unit) = span.split_once(' ')?;
    let count = count.parse().ok()?;
    let limit = match unit {
        "days" => TimeDelta::try_days(count),
        "hours" => TimeDelta::try_hours(count),
        "seconds" => TimeDelta::try_seconds(count),
        _ => None,
    };
    Some((expiry, limit?))
}

/// A limit in the largest unit of which it has one.
struct Limit(TimeDelta);

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.0.num_days(), self.0.num_hours()) {
            (0, 0) => write!(f, "{} seconds", self.0.num_seconds()),
            (0, hours) => write!(f, "{hours} hours"),
            (days, _) => write!(f, "{days} days"),
        }
    }
}

/// The text, which never changes.
impl fmt::Display for AuditReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Access(purpose) => f.write_str(purpose.as_str()),
            Self::Shut { purpose, fault } => write!(f, "{}: {fault}", purpose.as_str()),
            Self::AskedFor => f.write_str("asked for"),
            Self::Finished => f.write_str("finished"),
            Self::LoginEnded(end) => f.write_str(end.text()),
            Self::LoginBy(method) => write!(f, "{LOGIN_BY}{method}"),
            Self::AnotherScanned => f.write_str("another account was scanned"),
            Self::Import => f.write_str("import"),
            Self::Unlinked => f.write_str("unlinked"),
            Self::Erasure => f.write_str("erasure"),
            Self::Expired { expiry, limit } => {
                write!(f, "{}{}", kept_no_longer(*expiry), Limit(*limit))
            }
            Self::LoggedOut => f.write_str("logged out"),
            Self::Died(cause) => f.write_str(cause.as_str()),
            Self::NotLoggedOut(why) => write!(f, "{NOT_LOGGED_OUT}{why}"),
            Self::KeyDestroyed => f.write_str("its data key is destroyed"),
            Self::Rotated {
                made,
                provider,
                after,
            } => write!(f, "{made} at {} after {after}", provider.as_str()),
            Self::Rewrapped { keys, under } => write!(f, "{keys} data keys under {under}"),
            Self::AndBefore(id) => write!(f, "{id}{AND_BEFORE}"),
            Self::AndAfter(id) => write!(f, "{id}{AND_AFTER}"),
            Self::AsInBackup => f.write_str("as in the backup"),
            Self::UpTo(id) => write!(f, "{UP_TO}{id}"),
            Self::Records(records) => write!(f, "{records}{RECORDS}"),
            Self::UpToRecords(records) => write!(f, "{UP_TO}{records}{RECORDS}"),
            Self::Rehearsed { records, opened } => {
                write!(f, "{records}{RECORDS}, {opened}{OPENED}")
            }
            Self::ThroughCheckpoint(number) => write!(f, "{THROUGH}{number}"),
            Self::Operator(reason) => f.write_str(reason.as_str()),
            Self::Channel(reason) => reason.fmt(f),
            Self::Other(text) => f.write_str(text),
        }
    }
}

/// Reasons with the same text are the same.
impl PartialEq for AuditReason {
    fn eq(&self, other: &Self) -> bool {
        self.to_string() == other.to_string()
    }
}

impl Eq for AuditReason {}

impl PartialEq<str> for AuditReason {
    fn eq(&self, text: &str) -> bool {
        self.to_string().as_str() == text
    }
}

impl PartialEq<&str> for AuditReason {
    fn eq(&self, text: &&str) -> bool {
        *self == **text
    }
}

/// In words; [`super::AuditEntry::new`] finds the reason that has them.
impl From<&str> for AuditReason {
    fn from(text: &str) -> Self {
        Self::Other(text.to_owned())
    }
}

impl From<String> for AuditReason {
    fn from(text: String) -> Self {
        Self::Other(text)
    }
}

impl From<OperatorReason> for AuditReason {
    fn from(reason: OperatorReason) -> Self {
        Self::Operator(reason)
    }
}

impl From<AccessPurpose> for AuditReason {
    fn from(purpose: AccessPurpose) -> Self {
        Self::Access(purpose)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What programs wrote before reasons were types, and what is read in it.
    fn known() -> Vec<(Action, &'static str)> {
        use Action as A;
        vec![
            (A::SessionOpened, "check"),
            (A::SessionOpened, "validation"),
            (A::SessionOpened, "resume: key s7 is not here"),
            (A::SealBroken, "unlink: unknown key s1"),
            (A::SealBroken, "rewrap: unknown format"),
            (A::SessionSealed, "changed"),
            (A::LoginBegan, "asked for"),
            (A::LoginEnded, "authorized"),
            (A::LoginEnded, "wrong_account"),
            (A::AccountLinked, "login by qr"),
            (A::AccountImported, "import"),
            (A::AccountChecked, "asked for"),
            (A::AccountUnlinked, "unlinked"),
            (A::AccountUnlinked, "erasure"),
            (A::AccountUnlinked, "unused for 90 days"),
            (A::AccountUnlinked, "linked for 5 hours"),
            (A::AccountUnlinked, "dead for 0 seconds"),
            (A::DataKeyDestroyed, "logged out"),
            (A::SessionEnded, "revoked"),
            (A::SessionEnded, "not logged out: flood"),
            (A::SessionEnded, "its data key is destroyed"),
            (A::WrongAccountRefused, "another account was scanned"),
            (A::PersonErased, "asked for"),
            (A::PersonErased, "finished"),
            (A::KeyRotated, "s2 at secret after s1"),
            (A::KeysRewrapped, "256 data keys under s2"),
            (A::KeyRetired, "s1 and before"),
            (A::KeyRetired, "as in the backup"),
            (A::KeyReinstated, "s1 and after"),
            (A::KeysCopied, "up to s2"),
            (A::BackupMade, "450 records"),
            (A::BackupRestored, "up to 500 records"),
            (A::BackupRehearsed, "450 records, 20 opened"),
            (A::AuditPruned, "through checkpoint 2"),
            (A::SignInAsked, "too many links"),
            (A::OperatorSignedIn, "link of another browser"),
            (A::OperatorSessionEnded, "taken out of the configuration"),
            (A::OperatorRefused, "without the page's token"),
            (A::ConfirmationAsked, "declined in the chat"),
            (A::ConfirmationUsed, "confirmed in the chat"),
        ]
    }

    #[test]
    fn what_was_written_in_prose_is_understood_and_stays() {
        for (action, text) in known() {
            let reason = AuditReason::of(&action, text);
            assert!(!matches!(reason, AuditReason::Other(_)), "{text}");
            assert_eq!(reason.to_string(), text);
        }
    }

    #[test]
    fn what_cannot_be_put_the_same_way_is_kept() {
        for (action, text) in [
            (Action::AuditPruned, "through checkpoint 02"),
            (Action::AuditPruned, "through checkpoint +2"),
            (Action::BackupMade, "007 records"),
            (Action::AccountUnlinked, "unused for 24 hours"),
            (Action::AccountUnlinked, "unused for 99999999999999999 days"),
            (Action::AccountLinked, "login"),
            (Action::Other("account_moved".to_owned()), "asked for"),
        ] {
            let reason = AuditReason::of(&action, text);
            assert!(
                matches!(&reason, AuditReason::Other(it) if it == text),
                "{reason:?}"
            );
        }
    }

    #[test]
    fn the_end_of_a_login_tells_another_account() {
        let end = |text| match AuditReason::of(&Action::LoginEnded, text) {
            AuditReason::LoginEnded(end) => end.is_wrong_account(),
            other => panic!("{other:?}"),
        };
        assert!(end("wrong_account"));
        assert!(!end("expired"));
        assert!(!end("of_a_newer_program"));
    }

    proptest! {
        #[test]
        fn every_text_comes_back_byte_for_byte(
            words in "(through checkpoint |up to |login by |not logged out: |unused for )?\\PC{0,24}( records| and before| days)?",
            which in 0..=Action::ALL.len(),
        ) {
            let newer = Action::Other("of_a_newer_program".to_owned());
            let action = Action::ALL.get(which).unwrap_or(&newer);
            prop_assert_eq!(AuditReason::of(action, &words).to_string(), words);
        }
    }
}
