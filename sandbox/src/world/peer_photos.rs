//! The pictures that people and chats have of themselves.

use std::collections::HashMap;

use super::chats::picture;
use super::guarded::Guarded;

/// A picture of a person or a chat. What it shows follows from its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeerPhoto {
    /// The picture's id.
    pub id: i64,
    /// The data centre that keeps it.
    pub dc: i32,
}

impl PeerPhoto {
    /// The picture, 160 pixels wide and high, or 640.
    pub fn content(&self, big: bool) -> Vec<u8> {
        let side = if big { 640 } else { 160 };
        picture(side, side, self.id.cast_unsigned())
    }
}

/// The pictures of people and chats, by their ids.
#[derive(Debug, Default)]
pub struct PeerPhotos(Guarded<HashMap<i64, PeerPhoto>>);

impl PeerPhotos {
    /// The picture of a person or a chat.
    pub fn get(&self, peer: i64) -> Option<PeerPhoto> {
        self.0.read().get(&peer).copied()
    }

    /// Gives a person or a chat a picture, which is kept at a data centre.
    pub fn set(&self, peer: i64, dc: i32) -> PeerPhoto {
        // The same picture for the same peer, so that tests see what they saw before.
        let id = peer.wrapping_mul(0x9e37_79b9_7f4a_7c15_u64.cast_signed());
        let photo = PeerPhoto {
            id: id & i64::MAX,
            dc,
        };
        self.0.write().insert(peer, photo);
        photo
    }

    /// Takes the picture away.
    pub fn remove(&self, peer: i64) {
        self.0.write().remove(&peer);
    }
}
