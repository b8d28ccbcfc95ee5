//! Moving a login from one data centre to another.

use std::collections::HashMap;
use std::sync::Arc;

use super::authorization::Authorization;
use super::entropy;
use super::guarded::Guarded;

/// A login on its way to another data centre.
#[derive(Clone, Debug)]
pub struct Transfer {
    /// The login.
    pub authorization: Arc<Authorization>,
    /// Where it can be imported.
    pub dc: i32,
    /// Until when, in seconds.
    pub expires_at: i64,
    /// The key that has imported it.
    pub taken_by: Option<i64>,
}

/// Why a login cannot be imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransferError {
    /// Nothing is known of these bytes.
    Unknown,
    /// Too late, or someone else imported it.
    Expired,
    /// It has to be imported elsewhere.
    OtherDc(i32),
}

/// The logins that are on their way.
#[derive(Debug, Default)]
pub struct Transfers(Guarded<HashMap<Vec<u8>, Transfer>>);

impl Transfers {
    /// Sends a login to another data centre; gives the bytes that import it there.
    pub(crate) fn send(
        &self,
        authorization: Arc<Authorization>,
        dc: i32,
        expires_at: i64,
    ) -> Vec<u8> {
        let bytes = entropy::bytes::<40>().to_vec();
        let transfer = Transfer {
            authorization,
            dc,
            expires_at,
            taken_by: None,
        };
        self.0.write().insert(bytes.clone(), transfer);
        bytes
    }

    /// Imports a login. The same key may do so again: clients repeat calls
    /// whose answer got lost.
    pub(crate) fn take(
        &self,
        bytes: &[u8],
        (dc, key): (i32, i64),
        now: i64,
    ) -> Result<Arc<Authorization>, TransferError> {
        let mut transfers = self.0.write();
        let transfer = transfers.get_mut(bytes).ok_or(TransferError::Unknown)?;
        if transfer.expires_at <= now || transfer.taken_by.is_some_and(|other| other != key) {
            return Err(TransferError::Expired);
        }
        if transfer.dc != dc {
            return Err(TransferError::OtherDc(transfer.dc));
        }
        transfer.taken_by = Some(key);
        Ok(Arc::clone(&transfer.authorization))
    }

    pub(crate) fn sweep(&self, now: i64) {
        self.0
            .write()
            .retain(|_, transfer| transfer.expires_at > now);
    }
}
