//! How Telegram shows a peer.

use std::fmt;

use crate::session::peer::PeerId;

use super::DialogKind;

/// How Telegram shows a peer that an answer mentions.
#[derive(Clone, PartialEq, Eq)]
pub struct PeerProfile {
    /// Who.
    pub id: PeerId,
    /// What kind of chat it makes.
    pub kind: DialogKind,
    /// First and last name, or the title; empty for a deleted account.
    pub name: String,
    /// The public name, without the `@`.
    pub username: Option<String>,
    /// Whether copying from it is not allowed (`noforwards`).
    pub is_protected: bool,
    /// Whether the account is in it; people always are.
    pub is_member: bool,
}

impl fmt::Debug for PeerProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PeerProfile")
            .field("id", &self.id)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}
