//! How a piece of a file is sealed.

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sesame_domain::ids::{ExportId, Owner};
use sesame_domain::ports::{ExportFilesError, PieceName};
use sesame_domain::random::Entropy;
use sha2::Sha256;

use crate::cipher::{self, SecretKey};

/// The format of a sealed piece.
const FORMAT: u8 = 1;
/// What a piece has more when it is sealed: format, nonce and tag.
pub(super) const OVERHEAD: u64 = 1 + 12 + 16;
/// What a name is cut to.
const NAME_BYTES: usize = 16;

/// The keys of one export, and to what they are bound.
pub(super) struct ExportKeys {
    contents: SecretKey,
    names: SecretKey,
    /// Owner and export, each with its length in front.
    bound_to: Vec<u8>,
}

impl ExportKeys {
    /// From the secret that the vault sealed.
    pub(super) fn of(secret: &[u8], owner: &Owner, id: ExportId) -> Option<Self> {
        let derive = |what: &[u8]| {
            let hkdf = Hkdf::<Sha256>::new(None, secret);
            let mut is_made = true;
            // It fails for longer keys only.
            let key = SecretKey::filled(|bytes| is_made = hkdf.expand(what, bytes).is_ok());
            is_made.then_some(key)
        };
        let mut bound_to = Vec::new();
        field(&mut bound_to, b"sesame export");
        field(&mut bound_to, &[FORMAT]);
        field(&mut bound_to, owner.tenant.as_str().as_bytes());
        field(&mut bound_to, &owner.person.0.to_be_bytes());
        field(&mut bound_to, id.as_uuid().as_bytes());
        Some(Self {
            contents: derive(b"sesame export contents")?,
            names: derive(b"sesame export names")?,
            bound_to,
        })
    }

    /// Under which name a file lies: it says nothing to who has not the key.
    pub(super) fn name(&self, file: &str) -> Option<String> {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.names.as_bytes()).ok()?;
        mac.update(file.as_bytes());
        Some(hex::encode(&mac.finalize().into_bytes()[..NAME_BYTES]))
    }

    /// Seals a piece.
    pub(super) fn seal(
        &self,
        piece: PieceName<'_>,
        bytes: &[u8],
        entropy: &dyn Entropy,
    ) -> Result<Vec<u8>, ExportFilesError> {
        let aad = self.aad(piece);
        let sealed = cipher::encrypt(FORMAT, &self.contents, &aad, bytes, entropy);
        sealed.map_err(|_| ExportFilesError::Damaged)
    }

    /// Opens what was sealed as this piece.
    pub(super) fn open(
        &self,
        piece: PieceName<'_>,
        sealed: &[u8],
    ) -> Result<Vec<u8>, ExportFilesError> {
        let opened = cipher::decrypt(FORMAT, &self.contents, &self.aad(piece), sealed);
        let mut opened = opened.map_err(|_| ExportFilesError::Damaged)?;
        Ok(std::mem::take(&mut *opened))
    }

    fn aad(&self, piece: PieceName<'_>) -> Vec<u8> {
        let mut aad = self.bound_to.clone();
        field(&mut aad, piece.file.as_bytes());
        field(&mut aad, &piece.number.to_be_bytes());
        field(&mut aad, &[u8::from(piece.is_last)]);
        aad
    }
}

fn field(bytes: &mut Vec<u8>, value: &[u8]) {
    // All are far shorter than four gigabytes; should one ever not be, saturating
    // keeps sealing and opening in step.
    let length = u32::try_from(value.len()).unwrap_or(u32::MAX);
    bytes.extend_from_slice(&length.to_be_bytes());
    bytes.extend_from_slice(value);
}
