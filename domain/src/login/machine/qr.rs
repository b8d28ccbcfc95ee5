//! What follows from what is heard of a QR code.

use super::super::asking::{Asking, QrAsking, QrEffect, QrEvent};
use super::super::effect::Effect;
use super::super::state::Login;
use crate::sealed::Sealed;
use crate::time::Timestamp;

impl Login {
    /// What follows from something that was heard of a QR code.
    pub(super) fn hear_of_qr(self, event: QrEvent, now: Timestamp) -> (Self, Vec<Effect>) {
        match event {
            QrEvent::TokenExported { token, expires_at } => self.show(token, expires_at, now),
            QrEvent::TokenAccepted => self.accepted(now),
            QrEvent::MigrationAsked { dc, token } => {
                let next = QrAsking::Migrating { dc }.into();
                self.signing_in(now, next, QrEffect::ImportToken { dc, token }.into())
            }
        }
    }

    fn show(mut self, token: Sealed, expires_at: Timestamp, now: Timestamp) -> (Self, Vec<Effect>) {
        if self.state.asking().and_then(Asking::qr).is_none() {
            return (self, Vec::new());
        }
        // Also if one was accepted: the acceptance was withdrawn, or it lapsed.
        self = self.moved(QrAsking::pending(token, expires_at, now).into());
        (self, Vec::new())
    }

    fn accepted(mut self, now: Timestamp) -> (Self, Vec<Effect>) {
        match self.state.asking().and_then(Asking::qr) {
            Some(QrAsking::Starting | QrAsking::Pending(_)) => {
                self.scanned_at.get_or_insert(now);
                self = self.moved(QrAsking::scanned(now).into());
                (self, vec![QrEffect::ExportToken.into()])
            }
            Some(QrAsking::Scanned { .. } | QrAsking::Migrating { .. }) | None => {
                (self, Vec::new())
            }
        }
    }
}
