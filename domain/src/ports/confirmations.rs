//! Questions in the chat whether to do something dangerous.

use async_trait::async_trait;

use crate::audit::AuditEntry;
use crate::ids::{ConfirmationId, OperatorSessionId, Owner};
use crate::notice::Notice;
use crate::operator::{Confirmation, ConfirmationState, DangerousAction};
use crate::time::Timestamp;

use super::StoreError;

/// Why something dangerous is not done, or an answer not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConfirmationRefusal {
    /// There is no such question, or it was someone else's or another
    /// session's.
    Unknown,
    /// It stands otherwise: it waits still, was answered or done before, or is
    /// too old.
    Stands(ConfirmationState),
    /// It was confirmed for something else.
    Changed,
}

/// Questions in the chat whether to do something dangerous.
#[async_trait]
pub trait Confirmations: Send + Sync {
    /// Keeps a question, puts it into the chat, and notes it in the audit.
    async fn ask(
        &self,
        confirmation: &Confirmation,
        notice: Notice,
        entry: AuditEntry,
    ) -> Result<(), StoreError>;

    /// A session's question, and how it stands; `None`: it has none with this
    /// id.
    async fn find(
        &self,
        session: OperatorSessionId,
        id: ConfirmationId,
        now: Timestamp,
    ) -> Result<Option<(Confirmation, ConfirmationState)>, StoreError>;

    /// Takes the operator's answer, once.
    async fn answer(
        &self,
        owner: &Owner,
        id: ConfirmationId,
        confirmed: bool,
        now: Timestamp,
    ) -> Result<Result<Confirmation, ConfirmationRefusal>, StoreError>;

    /// Uses a question up that was confirmed for this session and this very
    /// action: from now on it is to be done. Notes it in the audit.
    async fn take(
        &self,
        session: OperatorSessionId,
        id: ConfirmationId,
        action: &DangerousAction,
        entry: AuditEntry,
    ) -> Result<Result<Confirmation, ConfirmationRefusal>, StoreError>;
}
