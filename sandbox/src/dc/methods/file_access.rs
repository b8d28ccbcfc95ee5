//! Which file a call names, which part of it, and what an ordered fault leaves.

use std::sync::Arc;

use grammers_tl_types::enums;

use crate::dc::rpc::{Call, RpcError, RpcResult, SILENCE};
use crate::world::{FileFault, MediaFile, MediaKind};

/// A part may be this long and must not cross a multiple of it.
const CHUNK: i64 = 1024 * 1024;

/// What an ordered fault leaves of a part of a file.
pub(super) fn harm(media: &MediaFile, offset: u64, limit: usize) -> RpcResult<usize> {
    match media.fault() {
        None | Some(FileFault::Altered) => Ok(limit),
        Some(FileFault::Error { code, message }) => Err(RpcError {
            code,
            message: message.into(),
        }),
        Some(FileFault::Silence) => Err(SILENCE),
        Some(FileFault::Short(bytes)) => {
            let left = usize::try_from(bytes.saturating_sub(offset)).unwrap_or(usize::MAX);
            Ok(limit.min(left))
        }
    }
}

/// The file that a location names, and which of its pictures is meant.
pub(super) fn find(
    call: &Call,
    location: &enums::InputFileLocation,
) -> RpcResult<(Arc<MediaFile>, String)> {
    use enums::InputFileLocation as Location;
    let (kind, id, hash, reference, thumbnail) = match location {
        Location::InputDocumentFileLocation(at) => {
            let kind = MediaKind::Document;
            (
                kind,
                at.id,
                at.access_hash,
                &at.file_reference,
                &at.thumb_size,
            )
        }
        Location::InputPhotoFileLocation(at) => {
            let kind = MediaKind::Photo;
            (
                kind,
                at.id,
                at.access_hash,
                &at.file_reference,
                &at.thumb_size,
            )
        }
        _ => return Err(INVALID),
    };
    let media = call.world().chats().file(id).ok_or(INVALID)?;
    if media.file.kind != kind || media.access_hash != hash {
        return Err(INVALID);
    }
    if media.file_reference() != *reference {
        return Err(RpcError::bad_request("FILE_REFERENCE_EXPIRED"));
    }
    media.content(thumbnail).ok_or(INVALID)?;
    Ok((media, thumbnail.clone()))
}

pub(super) const INVALID: RpcError = RpcError::bad_request("LOCATION_INVALID");

/// Checks a range as Telegram does; gives offset and length.
pub(super) fn range(offset: i64, limit: i64, precise: bool) -> RpcResult<(u64, usize)> {
    const OFFSET: RpcError = RpcError::bad_request("OFFSET_INVALID");
    const LIMIT: RpcError = RpcError::bad_request("LIMIT_INVALID");
    let grain = if precise { 1024 } else { 4096 };
    if offset < 0 || offset % grain != 0 {
        return Err(OFFSET);
    }
    let divides = precise || CHUNK % limit.max(1) == 0;
    if limit <= 0 || limit > CHUNK || limit % grain != 0 || !divides {
        return Err(LIMIT);
    }
    let last = offset.checked_add(limit - 1).ok_or(OFFSET)?;
    if offset / CHUNK != last / CHUNK {
        return Err(LIMIT);
    }
    let offset = u64::try_from(offset).map_err(|_| OFFSET)?;
    let limit = usize::try_from(limit).map_err(|_| LIMIT)?;
    Ok((offset, limit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_parts_within_one_mebibyte_are_given() {
        let ok = |offset, limit, precise| range(offset, limit, precise).is_ok();
        assert!(ok(0, 4096, false));
        assert!(ok(CHUNK, CHUNK, false));
        assert!(ok(1024, 1024, true));
        assert!(ok(1024, 3072, true));
        assert!(!ok(1024, 4096, false));
        assert!(!ok(0, 12_288, false));
        assert!(!ok(0, 0, false));
        assert!(!ok(0, -4096, true));
        assert!(!ok(-4096, 4096, false));
        assert!(!ok(0, 2 * CHUNK, false));
        assert!(!ok(CHUNK - 4096, 8192, false));
        assert!(!ok(i64::MAX - 4095, CHUNK, false));
    }
}
