//! For what a secret is sealed or opened, and why it may not open.

use std::fmt;

use super::Actor;

/// Why a session is sealed or opened: goes into the audit before it is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Access {
    /// Who wants it.
    pub actor: Actor,
    /// For what.
    pub reason: AccessPurpose,
}

macro_rules! purposes {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// For what a session, or what is sealed like one, is opened or sealed.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum AccessPurpose {
            $($(#[$doc])* $name,)*
            /// Another one: of a newer program, or from before; in its words.
            Other(String),
        }

        impl AccessPurpose {
            /// The text in the audit; never changed.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$name => $text,)*
                    Self::Other(text) => text,
                }
            }

            /// The purpose with this text.
            pub fn of(text: &str) -> Self {
                match text {
                    $($text => Self::$name,)*
                    other => Self::Other(other.to_owned()),
                }
            }
        }
    };
}

purposes! {
    /// To see whether Telegram still accepts it.
    Check = "check",
    /// The same, in the words of the first programs.
    Validation = "validation",
    /// To log it out at Telegram.
    LogOut = "log out",
    /// The same, in the words of the first programs.
    Unlink = "unlink",
    /// To store what a login signed in.
    Link = "link",
    /// To go on with a login on another node, or after a restart.
    Resume = "resume",
    /// To keep what a login has come to.
    UnderWay = "under way",
    /// To show a code or a hint, where it is sealed.
    Shown = "shown",
    /// To show a code or a hint, where it is opened.
    Show = "show",
    /// To keep what changed while it was in use.
    Changed = "changed",
    /// To list its dialogs.
    ReadDialogs = "dialogs",
    /// To read a dialog's messages.
    ReadHistory = "history",
    /// To read files.
    ReadMedia = "media",
    /// To read what is new in channels.
    ReadChannels = "channels",
    /// To go on with a copy of a dialog.
    SaveExport = "export",
    /// To hand a copy of a dialog out to its owner.
    FetchExport = "download",
    /// To look up whom a name belongs to.
    Resolve = "resolve",
    /// To know again whom a session met.
    Peers = "peers",
    /// To take it over from another system.
    Import = "import",
    /// To see whether the keys work.
    Doctor = "doctor",
    /// To make a backup.
    Backup = "backup",
    /// To see what of a backup is still needed.
    Pruning = "pruning",
    /// To restore a backup.
    Restore = "restore",
    /// To see what restoring a backup would do.
    RestoreDryRun = "restore, dry run",
    /// To rehearse a restore.
    Rehearsal = "rehearsal",
    /// To see whether a backup can be read.
    Verification = "verification",
    /// To wrap its data key anew; it is not opened for that.
    Rewrap = "rewrap",
}

impl AccessPurpose {
    /// Whether the session is looked at for its own sake, which is no use of
    /// it.
    pub fn is_check(&self) -> bool {
        matches!(self, Self::Check | Self::Validation)
    }
}

impl From<&str> for AccessPurpose {
    fn from(text: &str) -> Self {
        Self::of(text)
    }
}

/// Why something sealed did not open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SealFault {
    /// It names a version of the key that never was registered.
    UnknownKey(String),
    /// It names a version that cannot be.
    ImpossibleKey,
    /// It was changed, moved or sealed for something else.
    Changed,
    /// Its format is not known.
    Format,
    /// The version of the key is retired.
    Retired(String),
    /// The version's key is not on the node.
    NotHere(String),
    /// Anything else.
    Other(String),
}

impl SealFault {
    /// The fault with this text.
    pub(super) fn of(text: &str) -> Self {
        let key = |text: &str| text.to_owned();
        match text {
            "a key with an impossible name" => return Self::ImpossibleKey,
            "changed, moved or sealed for something else" => return Self::Changed,
            "unknown format" => return Self::Format,
            _ => {}
        }
        if let Some(id) = text.strip_prefix("unknown key ") {
            return Self::UnknownKey(key(id));
        }
        let named = text.strip_prefix("key ");
        if let Some(id) = named.and_then(|rest| rest.strip_suffix(" is retired")) {
            return Self::Retired(key(id));
        }
        if let Some(id) = named.and_then(|rest| rest.strip_suffix(" is not here")) {
            return Self::NotHere(key(id));
        }
        Self::Other(text.to_owned())
    }
}

/// The text in the audit, which never changes.
impl fmt::Display for SealFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownKey(id) => write!(f, "unknown key {id}"),
            Self::ImpossibleKey => f.write_str("a key with an impossible name"),
            Self::Changed => f.write_str("changed, moved or sealed for something else"),
            Self::Format => f.write_str("unknown format"),
            Self::Retired(id) => write!(f, "key {id} is retired"),
            Self::NotHere(id) => write!(f, "key {id} is not here"),
            Self::Other(text) => f.write_str(text),
        }
    }
}
