//! Files behind a CDN (<https://core.telegram.org/cdn>).

use std::sync::Arc;

use grammers_tl_types::{
    enums,
    functions::{help, upload},
    types,
};
use sha2::{Digest as _, Sha256};

use super::file_access::{INVALID, find, harm, range};
use crate::dc::cdn_cipher::{CdnKey, encrypt};
use crate::dc::directory::CDN_DC;
use crate::dc::rpc::{Access, Call, Handle, Method, RpcError, RpcResult, method};
use crate::world::{FileFault, MediaFile};

/// How much of a file one hash is of.
const HASHED: u64 = 128 * 1024;
/// How many hashes come at once.
const HASHES: u64 = 10;

pub(super) fn methods() -> Vec<Method> {
    vec![
        method::<help::GetCdnConfig>(),
        method::<upload::GetCdnFile>(),
        method::<upload::ReuploadCdnFile>(),
        method::<upload::GetCdnFileHashes>(),
        method::<upload::GetFileHashes>(),
    ]
}

const TOKEN: RpcError = RpcError::bad_request("FILE_TOKEN_INVALID");

impl Handle for help::GetCdnConfig {
    const ACCESS: Access = Access::Open;

    async fn handle(self, call: Call) -> RpcResult<enums::CdnConfig> {
        let key = types::CdnPublicKey {
            dc_id: CDN_DC,
            public_key: call.dc().rsa.public_pem().to_owned(),
        };
        let known = call.dc().directory.cdn().is_some();
        let public_keys = known.then_some(enums::CdnPublicKey::Key(key));
        Ok(enums::CdnConfig::Config(types::CdnConfig {
            public_keys: public_keys.into_iter().collect(),
        }))
    }
}

/// The answer that sends a client to the CDN.
pub(super) fn redirect(media: &MediaFile) -> enums::upload::File {
    let key = CdnKey::of(media.id);
    enums::upload::File::CdnRedirect(types::upload::FileCdnRedirect {
        dc_id: CDN_DC,
        file_token: token(media.id),
        encryption_key: key.key.to_vec(),
        encryption_iv: key.iv.to_vec(),
        file_hashes: hashes(media, 0),
    })
}

/// What names a file at the CDN.
fn token(id: i64) -> Vec<u8> {
    let mut token = b"cdn:".to_vec();
    token.extend(id.to_le_bytes());
    token
}

fn named(call: &Call, token: &[u8]) -> RpcResult<Arc<MediaFile>> {
    let id = token.strip_prefix(b"cdn:").ok_or(TOKEN)?;
    let id = i64::from_le_bytes(id.try_into().map_err(|_| TOKEN)?);
    let media = call.world().chats().file(id).ok_or(TOKEN)?;
    Some(media).filter(|media| media.cdn).ok_or(TOKEN)
}

/// The hashes of a file from the piece on that holds an offset. They are of what
/// is in the file, not of what the CDN sends.
fn hashes(media: &MediaFile, offset: u64) -> Vec<enums::FileHash> {
    let content = &media.file.content;
    let first = offset / HASHED;
    let pieces = (first..first + HASHES).map(|piece| piece * HASHED);
    let there = pieces.take_while(|at| *at < content.len());
    let hash = |at: u64| {
        let piece = content.read(at, usize::try_from(HASHED).unwrap_or(0));
        enums::FileHash::Hash(types::FileHash {
            offset: i64::try_from(at).unwrap_or(i64::MAX),
            limit: i32::try_from(piece.len()).unwrap_or(i32::MAX),
            hash: Sha256::digest(&piece).to_vec(),
        })
    };
    there.map(hash).collect()
}

impl Handle for upload::GetCdnFile {
    // A CDN knows no one.
    const ACCESS: Access = Access::Open;

    async fn handle(self, call: Call) -> RpcResult<enums::upload::CdnFile> {
        if call.dc().id != CDN_DC {
            return Err(RpcError::bad_request("CDN_METHOD_INVALID"));
        }
        let media = named(&call, &self.file_token)?;
        if !media.is_at_cdn() {
            let needed = types::upload::CdnFileReuploadNeeded {
                request_token: self.file_token,
            };
            return Ok(enums::upload::CdnFile::ReuploadNeeded(needed));
        }
        let (offset, limit) = range(self.offset, i64::from(self.limit), false)?;
        let limit = harm(&media, offset, limit)?;
        let mut bytes = media.file.content.read(offset, limit);
        encrypt(&CdnKey::of(media.id), offset, &mut bytes);
        if media.fault() == Some(FileFault::Altered)
            && let Some(first) = bytes.first_mut()
        {
            *first ^= 1;
        }
        let file = types::upload::CdnFile { bytes };
        Ok(enums::upload::CdnFile::File(file))
    }
}

impl Handle for upload::ReuploadCdnFile {
    const ACCESS: Access = Access::Login;

    async fn handle(self, call: Call) -> RpcResult<Vec<enums::FileHash>> {
        let media = named(&call, &self.file_token)?;
        if self.request_token != self.file_token {
            return Err(RpcError::bad_request("REQUEST_TOKEN_INVALID"));
        }
        media.bring_to_cdn();
        Ok(hashes(&media, 0))
    }
}

impl Handle for upload::GetCdnFileHashes {
    const ACCESS: Access = Access::Login;

    async fn handle(self, call: Call) -> RpcResult<Vec<enums::FileHash>> {
        let media = named(&call, &self.file_token)?;
        let offset = u64::try_from(self.offset);
        let offset = offset.map_err(|_| RpcError::bad_request("OFFSET_INVALID"))?;
        Ok(hashes(&media, offset))
    }
}

impl Handle for upload::GetFileHashes {
    const ACCESS: Access = Access::Login;

    async fn handle(self, call: Call) -> RpcResult<Vec<enums::FileHash>> {
        let (media, thumbnail) = find(&call, &self.location)?;
        if !thumbnail.is_empty() {
            return Err(INVALID);
        }
        let offset = u64::try_from(self.offset);
        let offset = offset.map_err(|_| RpcError::bad_request("OFFSET_INVALID"))?;
        Ok(hashes(&media, offset))
    }
}
