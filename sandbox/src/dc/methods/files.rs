//! Fetching files (<https://core.telegram.org/api/files>).

use std::sync::Arc;

use grammers_tl_types::{enums, functions::upload, types};

use crate::dc::rpc::{Access, Call, Handle, Method, RpcError, RpcResult, method};
use crate::dc::schema::PHOTO_SIZE;
use crate::world::{MediaFile, MediaKind, wire};

/// A part may be this long and must not cross a multiple of it.
const CHUNK: i64 = 1024 * 1024;

pub(super) fn methods() -> Vec<Method> {
    vec![method::<upload::GetFile>()]
}

impl Handle for upload::GetFile {
    const ACCESS: Access = Access::Login;

    async fn handle(self, call: Call) -> RpcResult<enums::upload::File> {
        let media = find(&call, &self.location)?;
        if media.file.dc != call.dc().id {
            return Err(RpcError::migrate("FILE", media.file.dc));
        }
        let (offset, limit) = range(self.offset, i64::from(self.limit), self.precise)?;
        let content = &media.file.content;
        let start = offset.min(content.len());
        let end = start.saturating_add(limit).min(content.len());
        Ok(enums::upload::File::File(types::upload::File {
            r#type: match media.file.kind {
                MediaKind::Photo => enums::storage::FileType::FileJpeg,
                MediaKind::Document => enums::storage::FileType::FilePartial,
            },
            mtime: wire(media.date),
            bytes: content[start..end].to_vec(),
        }))
    }
}

fn find(call: &Call, location: &enums::InputFileLocation) -> RpcResult<Arc<MediaFile>> {
    use enums::InputFileLocation as Location;
    const INVALID: RpcError = RpcError::bad_request("LOCATION_INVALID");
    let (kind, id, hash, reference) = match location {
        Location::InputDocumentFileLocation(at) if at.thumb_size.is_empty() => {
            let kind = MediaKind::Document;
            (kind, at.id, at.access_hash, &at.file_reference)
        }
        Location::InputPhotoFileLocation(at) if at.thumb_size == PHOTO_SIZE => {
            (MediaKind::Photo, at.id, at.access_hash, &at.file_reference)
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
    Ok(media)
}

/// Checks a range as Telegram does; gives offset and length.
fn range(offset: i64, limit: i64, precise: bool) -> RpcResult<(usize, usize)> {
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
    let offset = usize::try_from(offset).map_err(|_| OFFSET)?;
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
