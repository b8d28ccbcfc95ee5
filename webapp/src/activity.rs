//! What was done with a person's account, ready to be put into words.
//!
//! The audit has a line for every step, and a session that is checked every
//! quarter of an hour has many that say the same. Here they become lines that
//! a person reads: the routine ones of a stretch are one line with many
//! moments, and whatever is out of the ordinary stands by itself.

use sesame_domain::account::{Account, Health};
use sesame_domain::audit::{AccessPurpose, Action, Actor, AuditEntry, AuditReason, Outcome};
use sesame_domain::time::Timestamp;
use uuid::Uuid;

use crate::linking_end::LinkingEnd;

/// For what a session was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To see whether Telegram still accepts it.
    Check,
    /// To log it out at Telegram.
    LogOut,
    /// To go on with linking.
    Linking,
    /// Anything else, in the audit's own words.
    Other(String),
}

impl Purpose {
    fn of(reason: &AuditReason) -> Self {
        use AccessPurpose as For;
        match reason {
            AuditReason::Access(purpose) | AuditReason::Shut { purpose, .. } => match purpose {
                For::Check | For::Validation => Self::Check,
                For::LogOut | For::Unlink => Self::LogOut,
                For::Link | For::Resume | For::UnderWay => Self::Linking,
                For::Shown
                | For::Show
                | For::Changed
                | For::ReadDialogs
                | For::ReadHistory
                | For::ReadMedia
                | For::ReadChannels
                | For::SaveExport
                | For::FetchExport
                | For::Resolve
                | For::Peers
                | For::Import
                | For::Doctor
                | For::Backup
                | For::Pruning
                | For::Restore
                | For::RestoreDryRun
                | For::Rehearsal
                | For::Verification
                | For::Rewrap
                | For::Other(_) => Self::Other(reason.to_string()),
            },
            other => Self::Other(other.to_string()),
        }
    }
}

/// What was done with a person's account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ActivityKind {
    /// The session was opened.
    Opened(Purpose),
    /// The session was sealed.
    Sealed,
    /// An alarm: the sealed session did not open.
    SealBroken,
    /// Linking began.
    LinkingBegan,
    /// Linking ended.
    LinkingEnded(LinkingEnd),
    /// The account was linked.
    Linked,
    /// The account was brought over from another system.
    Imported,
    /// Someone asked how the account does.
    Checked,
    /// The account was unlinked.
    Unlinked,
    /// The session's key was destroyed.
    KeyDestroyed,
    /// The session was erased.
    SessionEnded,
    /// Another person's account was refused.
    AnotherRefused,
    /// A copy of a chat was asked for.
    ExportBegun,
    /// A copy of a chat was opened.
    ExportOpened,
    /// How often a copy of a chat is kept up to date was chosen.
    ExportKept,
    /// A copy of a chat was removed.
    ExportRemoved,
    /// A channel is read for them.
    ChannelAdded,
    /// They want something else of it.
    ChannelChanged,
    /// It is not read any more.
    ChannelRemoved,
    /// Its texts may be given to a service.
    TaggingAllowed,
    /// They may not any more.
    TaggingForbidden,
    /// Erasing everything was asked for.
    ErasureAsked,
    /// Everything was erased.
    ErasureDone,
    /// What only a newer program knows, by its name.
    Other(String),
}

impl ActivityKind {
    /// What an entry tells; `None`: it is about the instance or the
    /// operators' pages, not about the person's account.
    fn of(action: &Action, reason: &AuditReason) -> Option<Self> {
        Some(match action {
            Action::SessionOpened => Self::Opened(Purpose::of(reason)),
            Action::SessionSealed => Self::Sealed,
            Action::SealBroken => Self::SealBroken,
            Action::LoginBegan => Self::LinkingBegan,
            Action::LoginEnded => Self::LinkingEnded(LinkingEnd::of(reason)),
            Action::AccountLinked => Self::Linked,
            Action::AccountImported => Self::Imported,
            Action::AccountChecked => Self::Checked,
            Action::AccountUnlinked => Self::Unlinked,
            Action::DataKeyDestroyed => Self::KeyDestroyed,
            Action::SessionEnded => Self::SessionEnded,
            Action::WrongAccountRefused => Self::AnotherRefused,
            Action::ExportBegun => Self::ExportBegun,
            Action::ExportOpened => Self::ExportOpened,
            Action::ExportKept => Self::ExportKept,
            Action::ExportRemoved => Self::ExportRemoved,
            Action::ChannelAdded => Self::ChannelAdded,
            Action::ChannelChanged => Self::ChannelChanged,
            Action::ChannelRemoved => Self::ChannelRemoved,
            Action::TaggingAllowed => Self::TaggingAllowed,
            Action::TaggingForbidden => Self::TaggingForbidden,
            Action::PersonErased if matches!(reason, AuditReason::Finished) => Self::ErasureDone,
            Action::PersonErased => Self::ErasureAsked,
            Action::KeyRotated
            | Action::KeyRotationOrdered
            | Action::KeysRewrapped
            | Action::KeyRetired
            | Action::KeyReinstated
            | Action::KeysCopied
            | Action::BackupMade
            | Action::BackupRestored
            | Action::BackupRehearsed
            | Action::AuditPruned
            // The other side of these is what the job tells by itself.
            | Action::JobCancelled
            | Action::JobRetried
            | Action::JobsPaused
            | Action::TenantAdded
            | Action::TenantChanged
            | Action::TenantPaused
            | Action::TenantResumed
            | Action::TenantLeaves
            | Action::TenantRemoved
            | Action::JobsResumed
            | Action::ScheduleHurried
            | Action::BulkBegun
            | Action::BulkEnded
            | Action::SignInAsked
            | Action::OperatorSignedIn
            | Action::OperatorSessionEnded
            | Action::OperatorRefused
            | Action::ConfirmationAsked
            | Action::ConfirmationUsed => return None,
            Action::Other(name) => Self::Other(name.clone()),
        })
    }

    /// Whether it happens all the time, so that many become one line.
    fn is_routine(&self) -> bool {
        matches!(self, Self::Opened(_) | Self::Sealed | Self::ExportOpened)
    }

    /// The icon beside it.
    pub(crate) fn icon(&self) -> &'static str {
        match self {
            Self::Opened(_) | Self::ExportOpened => "key",
            Self::Sealed | Self::TaggingAllowed | Self::TaggingForbidden => "lock",
            Self::SealBroken => "alert",
            Self::LinkingBegan => "phone",
            Self::LinkingEnded(LinkingEnd::Linked) | Self::Linked | Self::Checked => "check",
            Self::LinkingEnded(_) | Self::ExportKept | Self::ChannelChanged | Self::Other(_) => {
                "clock"
            }
            Self::Imported | Self::ExportBegun | Self::ChannelAdded => "device",
            Self::Unlinked | Self::ChannelRemoved => "undo",
            Self::AnotherRefused => "people",
            Self::KeyDestroyed
            | Self::SessionEnded
            | Self::ExportRemoved
            | Self::ErasureAsked
            | Self::ErasureDone => "trash",
        }
    }
}

/// Whether entries of this kind are about a person.
pub(crate) fn concerns_people(action: &Action) -> bool {
    ActivityKind::of(action, &AuditReason::Other(String::new())).is_some()
}

/// One of the times at which something was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) at: Timestamp,
    /// From where; may be empty.
    pub(crate) origin: String,
}

/// A line that people read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ActivityItem {
    pub(crate) kind: ActivityKind,
    pub(crate) actor: Actor,
    pub(crate) outcome: Outcome,
    /// Why, in the audit's own words.
    pub(crate) reason: String,
    /// The session, account or login it is about, or the receipt's number.
    pub(crate) subject: Uuid,
    /// When, the latest first; at least one.
    pub(crate) moments: Vec<Moment>,
    /// How the account was found, where that is known of the look that this is.
    found: Option<Health>,
}

impl ActivityItem {
    fn of(entry: AuditEntry) -> Option<Self> {
        let moment = Moment {
            at: entry.at,
            origin: entry.origin,
        };
        Some(Self {
            kind: ActivityKind::of(&entry.action, &entry.reason)?,
            actor: entry.actor,
            outcome: entry.outcome,
            reason: entry.reason.to_string(),
            subject: entry.subject,
            moments: vec![moment],
            found: None,
        })
    }

    /// Who did it, as messages choose by it.
    pub(crate) fn who(&self) -> &'static str {
        match self.actor {
            Actor::Owner => "you",
            Actor::Operator { .. } => "operator",
            Actor::System { .. } | Actor::Other { .. } => "other",
        }
    }

    /// What the operator who did it is called.
    pub(crate) fn name(&self) -> &str {
        match &self.actor {
            Actor::Operator { name } => name,
            Actor::Owner | Actor::System { .. } | Actor::Other { .. } => "",
        }
    }

    /// What came of looking at the account, as messages choose by it.
    pub(crate) fn found(&self) -> &'static str {
        match (&self.outcome, self.found) {
            (Outcome::Refused | Outcome::Failed, _) => "failed",
            (_, Some(Health::Alive)) => "works",
            (_, Some(Health::Frozen { .. })) => "frozen",
            (_, Some(Health::Dead { .. })) => "stopped",
            (_, None) => "other",
        }
    }

    /// From where, each once.
    pub(crate) fn origins(&self) -> Vec<&str> {
        let mut origins: Vec<_> = self.moments.iter().map(|it| it.origin.as_str()).collect();
        origins.sort_unstable();
        origins.dedup();
        origins.retain(|it| !it.is_empty());
        origins
    }

    /// Whether it must stand out.
    pub(crate) fn is_alarm(&self) -> bool {
        self.kind == ActivityKind::SealBroken
    }

    /// The colour it is shown in.
    pub(crate) fn tone(&self) -> &'static str {
        match (&self.kind, &self.outcome) {
            (ActivityKind::SealBroken, _) => "bad",
            (_, Outcome::Refused | Outcome::Failed | Outcome::Other(_)) => "orange",
            (
                ActivityKind::Linked
                | ActivityKind::Imported
                | ActivityKind::LinkingEnded(LinkingEnd::Linked),
                Outcome::Done,
            ) => "green",
            (ActivityKind::Opened(Purpose::Other(_)), Outcome::Done) => "blue",
            (_, Outcome::Done) => match &self.actor {
                Actor::Operator { .. } => "violet",
                Actor::Owner | Actor::System { .. } | Actor::Other { .. } => "quiet",
            },
        }
    }

    /// Whether the title leaves open how it went.
    pub(crate) fn needs_verdict(&self) -> bool {
        !matches!(
            self.kind,
            ActivityKind::SealBroken | ActivityKind::LinkingEnded(_) | ActivityKind::AnotherRefused
        )
    }

    /// Whether its subject is the number of a receipt.
    pub(crate) fn has_receipt(&self) -> bool {
        matches!(
            self.kind,
            ActivityKind::ErasureAsked | ActivityKind::ErasureDone
        )
    }

    /// Whether it can be one line with others of its kind.
    fn is_routine(&self) -> bool {
        self.kind.is_routine() && self.outcome == Outcome::Done && self.actor != Actor::Owner
    }

    fn says_the_same(&self, other: &Self) -> bool {
        self.kind == other.kind && self.actor == other.actor && self.subject == other.subject
    }
}

/// Puts entries, newest first, into lines. Routine ones join their like as far
/// as nothing else lies between them. What the last look found, the account tells:
/// an entry is made before its session is opened.
pub(crate) fn lines(entries: Vec<AuditEntry>, account: Option<&Account>) -> Vec<ActivityItem> {
    let mut lines: Vec<ActivityItem> = Vec::new();
    let mut stretch = 0;
    for line in entries.into_iter().filter_map(ActivityItem::of) {
        if !line.is_routine() {
            lines.push(line);
            stretch = lines.len();
            continue;
        }
        let like = lines[stretch..]
            .iter_mut()
            .find(|it| it.says_the_same(&line));
        match like {
            Some(like) => like.moments.extend(line.moments),
            None => lines.push(line),
        }
    }
    if let Some(account) = account {
        let is_look = |it: &&mut ActivityItem| {
            it.kind == ActivityKind::Opened(Purpose::Check)
                && it.subject == account.session.as_uuid()
                && it.moments[0].at <= account.checked_at
        };
        if let Some(last) = lines.iter_mut().find(is_look) {
            last.found = Some(account.health);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};
    use rstest::rstest;
    use sesame_domain::ids::{Owner, PersonId};

    use super::*;

    fn entry(minutes_ago: i64, action: Action, reason: &str) -> AuditEntry {
        let noon = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        let owner = Owner {
            tenant: "main".parse().unwrap(),
            person: PersonId(7),
        };
        AuditEntry::new(
            noon - TimeDelta::minutes(minutes_ago),
            owner,
            Uuid::from_u128(1),
            Actor::system("sessions"),
            action,
            reason,
        )
    }

    fn counts(entries: Vec<AuditEntry>) -> Vec<(ActivityKind, usize)> {
        let lines = lines(entries, None).into_iter();
        lines.map(|line| (line.kind, line.moments.len())).collect()
    }

    #[test]
    fn routine_of_a_stretch_is_one_line_of_each_kind() {
        let check = |minutes| entry(minutes, Action::SessionOpened, "check");
        let sealed = |minutes| entry(minutes, Action::SessionSealed, "changed");
        let linked = entry(40, Action::AccountLinked, "login by qr");
        let entries = vec![check(5), sealed(20), check(21), linked, check(60)];
        let expected = [
            (ActivityKind::Opened(Purpose::Check), 2),
            (ActivityKind::Sealed, 1),
            (ActivityKind::Linked, 1),
            (ActivityKind::Opened(Purpose::Check), 1),
        ];
        assert_eq!(counts(entries), expected);
    }

    #[test]
    fn what_is_out_of_the_ordinary_stands_by_itself() {
        let failed = entry(2, Action::SessionOpened, "check").failed();
        let mut by_operator = entry(3, Action::SessionOpened, "check");
        by_operator.actor = Actor::Operator {
            name: "Olga".to_owned(),
        };
        let alarms = vec![
            entry(4, Action::SealBroken, "check"),
            entry(5, Action::SealBroken, "check"),
        ];
        let mut entries = vec![
            entry(1, Action::SessionOpened, "check"),
            failed,
            by_operator,
        ];
        entries.extend(alarms);
        let lines = lines(entries, None);
        assert_eq!(lines.len(), 5);
        assert_eq!(lines.iter().filter(|line| line.is_alarm()).count(), 2);
    }

    #[test]
    fn an_erasure_is_asked_for_and_done() {
        let entries = vec![
            entry(1, Action::PersonErased, "finished"),
            entry(2, Action::PersonErased, "asked for"),
        ];
        assert_eq!(
            counts(entries),
            [
                (ActivityKind::ErasureDone, 1),
                (ActivityKind::ErasureAsked, 1)
            ]
        );
    }

    #[test]
    fn what_a_newer_program_did_is_shown_by_its_name() {
        let newer = Action::of("account_moved");
        assert!(concerns_people(&newer));
        let shown = (ActivityKind::Other("account_moved".to_owned()), 1);
        assert_eq!(counts(vec![entry(1, newer, "asked for")]), [shown]);
    }

    #[rstest]
    #[case("authorized", LinkingEnd::Linked)]
    #[case("wrong_account", LinkingEnd::WrongAccount)]
    #[case("frozen", LinkingEnd::Failed)]
    #[case("of_a_newer_program", LinkingEnd::Failed)]
    fn the_end_of_linking_is_known(#[case] reason: &str, #[case] end: LinkingEnd) {
        let ended = entry(1, Action::LoginEnded, reason);
        assert_eq!(counts(vec![ended]), [(ActivityKind::LinkingEnded(end), 1)]);
    }

    #[test]
    fn what_concerns_the_instance_is_left_out() {
        assert!(lines(vec![entry(1, Action::KeyRotated, "schedule")], None).is_empty());
        assert!(!concerns_people(&Action::AuditPruned));
        assert!(concerns_people(&Action::SealBroken));
    }

    #[rstest]
    #[case("check", Purpose::Check)]
    #[case("log out", Purpose::LogOut)]
    #[case("resume", Purpose::Linking)]
    #[case("dialogs", Purpose::Other("dialogs".to_owned()))]
    fn the_purpose_of_an_opening_is_known(#[case] reason: &str, #[case] purpose: Purpose) {
        let reason = AuditReason::of(&Action::SessionOpened, reason);
        assert_eq!(Purpose::of(&reason), purpose);
    }
}
