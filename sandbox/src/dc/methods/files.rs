//! Fetching files (<https://core.telegram.org/api/files>).

use grammers_tl_types::{enums, functions::upload, types};

use super::cdn::redirect;
use super::file_access::{INVALID, find, harm, range};
use super::peers::{self, Named};
use crate::dc::rpc::{Access, Call, Handle, Method, RpcError, RpcResult, method};
use crate::world::{MediaKind, wire};

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
