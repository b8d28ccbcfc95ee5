//! The public names of the states.

/// A state's public name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Status {
    /// See [`QrAsking::Starting`](super::QrAsking::Starting).
    Starting,
    /// See [`QrAsking::Pending`](super::QrAsking::Pending).
    Pending,
    /// See [`QrAsking::Scanned`](super::QrAsking::Scanned).
    Scanned,
    /// See [`QrAsking::Migrating`](super::QrAsking::Migrating).
    Migrating,
    /// See [`Question::Number`](super::Question::Number).
    NumberRequired,
    /// See [`Question::Code`](super::Question::Code).
    CodeRequired,
    /// See [`Question::Password`](super::Question::Password).
    PasswordRequired,
    /// See [`Finishing`](super::Finishing).
    Verifying,
    /// See [`super::Ending::Authorized`].
    Authorized,
    /// See [`super::Ending::Expired`].
    Expired,
    /// See [`super::Ending::Cancelled`].
    Cancelled,
    /// See [`super::Ending::Superseded`].
    Superseded,
    /// See [`super::Ending::Failed`].
    Failed,
}

impl Status {
    /// The stable name in the API and in metrics.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::Pending => "pending",
            Self::Scanned => "scanned",
            Self::Migrating => "migrating",
            Self::NumberRequired => "number_required",
            Self::CodeRequired => "code_required",
            Self::PasswordRequired => "password_required",
            Self::Verifying => "verifying",
            Self::Authorized => "authorized",
            Self::Expired => "expired",
            Self::Cancelled => "cancelled",
            Self::Superseded => "superseded",
            Self::Failed => "failed",
        }
    }
}
