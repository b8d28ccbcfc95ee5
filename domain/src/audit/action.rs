//! What was done, and how it went.

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// What was done.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub enum Action {
            $($(#[$doc])* $name,)*
            /// One that only a newer program knows, by its name.
            Other(String),
        }

        impl Action {
            /// Every action that this program knows.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The name in the database and in exports; never changed.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$name => $text,)*
                    Self::Other(name) => name,
                }
            }

            /// The action with this name.
            pub fn of(name: &str) -> Self {
                match name {
                    $($text => Self::$name,)*
                    other => Self::Other(other.to_owned()),
                }
            }
        }
    };
}

actions! {
    /// A sealed session was opened.
    SessionOpened = "session_opened",
    /// A session was sealed.
    SessionSealed = "session_sealed",
    /// An alarm: a sealed session did not open, because it was changed, moved,
    /// truncated, or names a format or key that it must not.
    SealBroken = "seal_broken",
    /// A login began.
    LoginBegan = "login_began",
    /// A login is over; the reason is its status or failure.
    LoginEnded = "login_ended",
    /// An account was linked.
    AccountLinked = "account_linked",
    /// An account was brought over from another system.
    AccountImported = "account_imported",
    /// Someone had it checked whether an account's session is alive.
    AccountChecked = "account_checked",
    /// An account was unlinked: by its owner, an operator or a policy.
    AccountUnlinked = "account_unlinked",
    /// The data key of a session was destroyed: it can never be opened again.
    DataKeyDestroyed = "data_key_destroyed",
    /// A session ended: replaced, dead, erased.
    SessionEnded = "session_ended",
    /// A login was refused because another account was scanned.
    WrongAccountRefused = "wrong_account_refused",
    /// A copy of a dialog was asked for, to be kept on the server.
    ExportBegun = "export_begun",
    /// A copy of a dialog was opened: to go on with it, or to be fetched.
    ExportOpened = "export_opened",
    /// How often a copy of a dialog is brought up to date by itself was chosen.
    ExportKept = "export_kept",
    /// A copy of a dialog was removed, its key first.
    ExportRemoved = "export_removed",
    /// A person has a channel be read for them.
    ChannelAdded = "channel_added",
    /// A person wants something else of a channel that is read for them.
    ChannelChanged = "channel_changed",
    /// A channel is not read for a person any more.
    ChannelRemoved = "channel_removed",
    /// A person allowed a channel's texts to be given to a service that finds tags.
    TaggingAllowed = "tagging_allowed",
    /// A person does not allow that any more.
    TaggingForbidden = "tagging_forbidden",
    /// Everything about a person was erased.
    PersonErased = "person_erased",
    /// A wrapping key was made and is used from now on.
    KeyRotated = "key_rotated",
    /// An operator has a wrapping key made.
    KeyRotationOrdered = "key_rotation_ordered",
    /// Data keys were wrapped anew.
    KeysRewrapped = "keys_rewrapped",
    /// Old wrapping keys do not open anything any more.
    KeyRetired = "key_retired",
    /// Retired wrapping keys open again.
    KeyReinstated = "key_reinstated",
    /// The key file was copied to another place.
    KeysCopied = "keys_copied",
    /// A backup was made.
    BackupMade = "backup_made",
    /// Sessions were restored from a backup.
    BackupRestored = "backup_restored",
    /// A restore was rehearsed.
    BackupRehearsed = "backup_rehearsed",
    /// Entries of the audit that are older than its retention were removed.
    AuditPruned = "audit_pruned",
    /// A job was cancelled by someone who looks after Sesame.
    JobCancelled = "job_cancelled",
    /// A job was made to go on by someone who looks after Sesame.
    JobRetried = "job_retried",
    /// Jobs of a kind are not begun any more.
    JobsPaused = "jobs_paused",
    /// Jobs of a kind are begun again.
    JobsResumed = "jobs_resumed",
    /// What is done again and again was asked for before its time.
    ScheduleHurried = "schedule_hurried",
    /// Something was begun that is done to many rows.
    BulkBegun = "bulk_begun",
    /// Something that is done to many rows ended.
    BulkEnded = "bulk_ended",
    /// A tenant was added.
    TenantAdded = "tenant_added",
    /// Settings or the token of a tenant were changed.
    TenantChanged = "tenant_changed",
    /// Nothing is done for a tenant any more, until it is resumed.
    TenantPaused = "tenant_paused",
    /// A tenant is worked for again.
    TenantResumed = "tenant_resumed",
    /// All that a tenant has began to be erased.
    TenantLeaves = "tenant_leaves",
    /// Nothing of a tenant is left but this.
    TenantRemoved = "tenant_removed",
    /// An operator got a link to sign in, or was refused one.
    SignInAsked = "sign_in_asked",
    /// An operator signed in, or a link was refused.
    OperatorSignedIn = "operator_signed_in",
    /// A session of an operator ended, or one that was over was tried.
    OperatorSessionEnded = "operator_session_ended",
    /// A request of an operator was refused.
    OperatorRefused = "operator_refused",
    /// An operator was asked in the chat whether to do something dangerous, or
    /// answered.
    ConfirmationAsked = "confirmation_asked",
    /// Something dangerous was begun that an operator confirmed.
    ConfirmationUsed = "confirmation_used",
}

/// How it went.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was not allowed.
    Refused,
    /// It did not work.
    Failed,
    /// One that only a newer program knows, by its name.
    Other(String),
}

impl Outcome {
    /// The name in the database; never changed.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::Other(name) => name,
        }
    }

    /// The outcome with this name.
    pub fn of(name: &str) -> Self {
        match name {
            "done" => Self::Done,
            "refused" => Self::Refused,
            "failed" => Self::Failed,
            other => Self::Other(other.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_is_found_by_its_name() {
        for action in Action::ALL {
            assert_eq!(Action::of(action.as_str()), *action);
        }
    }

    #[test]
    fn what_a_newer_program_did_keeps_its_name() {
        let newer = Action::of("account_moved");
        assert_eq!(newer, Action::Other("account_moved".to_owned()));
        assert_eq!(newer.as_str(), "account_moved");
        assert_eq!(Outcome::of("put_off").as_str(), "put_off");
    }
}
