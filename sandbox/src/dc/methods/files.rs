//! Fetching files (<https://core.telegram.org/api/files>).

use std::sync::Arc;

use grammers_tl_types::{enums, functions::upload, types};

use super::cdn::redirect;
use super::peers::{self, Named};
use crate::dc::rpc::{Access, Call, Handle, Method, RpcError, RpcResult, SILENCE, method};
use crate::world::{FileFault, MediaFile, MediaKind, wire};

/// A part may be this long and must not cross a multiple of it.
const CHUNK: i64 = 1024 * 1024;

pub(super) fn methods() -> Vec<Method> {
    vec![method::<upload::GetFile>()]
}

impl Handle for upload::GetFile {
    const ACCESS: Access = Access::Login;

    async fn handle(self, call: Call) -> RpcResult<enums::upload::File> {
        if let enums::InputFileLocation::InputPeerPhotoFileLocation(at) = &self.location {
            return peer_photo(&call, at, (self.offset, self.limit, self.precise));
        }
        let (media, thumbnail) = find(&call, &self.location)?;
        if media.file.dc != call.dc().id {
            return Err(RpcError::migrate("FILE", media.file.dc));
        }
        let (offset, limit) = range(self.offset, i64::from(self.limit), self.precise)?;
        let there = call.dc().directory.cdn().is_some();
        if media.cdn && there && self.cdn_supported && thumbnail.is_empty() {
            return Ok(redirect(&media));
        }
        let limit = harm(&media, offset, limit)?;
        let content = media.content(&thumbnail).ok_or(INVALID)?;
        Ok(enums::upload::File::File(types::upload::File {
            r#type: match media.file.kind {
                MediaKind::Photo => enums::storage::FileType::FileJpeg,
                MediaKind::Document => enums::storage::FileType::FilePartial,
            },
            mtime: wire(media.date),
            bytes: content.read(offset, limit),
        }))
    }
}

/// A part of the picture of a person or a chat.
fn peer_photo(
    call: &Call,
    at: &types::InputPeerPhotoFileLocation,
    (offset, limit, precise): (i64, i32, bool),
) -> RpcResult<enums::upload::File> {
    let me = call.me()?;
    let peer = match peers::find(call, me.id, &at.peer)? {
        Named::Person(person) => person.id,
        Named::Chat(chat) => chat.id,
    };
    let photo = call.world().photos().get(peer);
    let photo = photo.filter(|photo| photo.id == at.photo_id);
    let photo = photo.ok_or(RpcError::bad_request("LOCATION_INVALID"))?;
    if photo.dc != call.dc().id {
        return Err(RpcError::migrate("FILE", photo.dc));
    }
    let (offset, limit) = range(offset, i64::from(limit), precise)?;
    Ok(enums::upload::File::File(types::upload::File {
        r#type: enums::storage::FileType::FileJpeg,
        mtime: 0,
        bytes: part(&photo.content(at.big), offset, limit).to_vec(),
    }))
}

/// So much of something from an offset on; less where it ends.
fn part(content: &[u8], offset: u64, limit: usize) -> &[u8] {
    let start = usize::try_from(offset)
        .unwrap_or(usize::MAX)
        .min(content.len());
    let end = start.saturating_add(limit).min(content.len());
    &content[start..end]
}

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
