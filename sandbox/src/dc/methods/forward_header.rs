//! The header of something that is from elsewhere.

use grammers_tl_types::{enums, types};

use crate::world::wire;

/// A header of something that is from elsewhere.
pub(super) fn header(from_id: Option<enums::Peer>, date: i64) -> enums::MessageFwdHeader {
    enums::MessageFwdHeader::Header(types::MessageFwdHeader {
        imported: false,
        saved_out: false,
        from_id,
        from_name: None,
        date: wire(date),
        channel_post: None,
        post_author: None,
        saved_from_peer: None,
        saved_from_msg_id: None,
        saved_from_id: None,
        saved_from_name: None,
        saved_date: None,
        psa_type: None,
    })
}
