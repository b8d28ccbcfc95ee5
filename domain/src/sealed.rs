//! What custody makes of a secret.

use std::fmt;

use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::ids::{ExportId, LoginId, Owner, SessionId};

/// An encrypted secret with its own wrapped data key. Safe to store.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    /// Which version of the wrapping key wraps the data key.
    pub key_id: String,
    /// The data key, encrypted under the wrapping key.
    pub wrapped_key: Vec<u8>,
    /// The secret, encrypted under the data key (with format and nonce).
    pub ciphertext: Vec<u8>,
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealed")
            .field("key_id", &self.key_id)
            .field("bytes", &self.ciphertext.len())
            .finish_non_exhaustive()
    }
}

/// The bytes of a packed [`Sealed`] are not what [`Sealed::pack`] makes.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("a sealed value is truncated or malformed")]
pub struct UnpackError;

impl Sealed {
    /// All parts in one string of bytes, for a single column:
    /// `len(key_id) u8, key_id, len(wrapped_key) u16 big-endian, wrapped_key, ciphertext`.
    ///
    /// # Errors
    /// When a part is longer than its length field can say.
    pub fn pack(&self) -> Result<Vec<u8>, UnpackError> {
        let id_len = u8::try_from(self.key_id.len()).map_err(|_| UnpackError)?;
        let key_len = u16::try_from(self.wrapped_key.len()).map_err(|_| UnpackError)?;
        let mut bytes = Vec::with_capacity(
            3 + self.key_id.len() + self.wrapped_key.len() + self.ciphertext.len(),
        );
        bytes.push(id_len);
        bytes.extend_from_slice(self.key_id.as_bytes());
        bytes.extend_from_slice(&key_len.to_be_bytes());
        bytes.extend_from_slice(&self.wrapped_key);
        bytes.extend_from_slice(&self.ciphertext);
        Ok(bytes)
    }

    /// Takes apart what [`Sealed::pack`] put together.
    ///
    /// # Errors
    /// When the bytes are truncated or the key id is not text.
    pub fn unpack(bytes: &[u8]) -> Result<Self, UnpackError> {
        let (&id_len, rest) = bytes.split_first().ok_or(UnpackError)?;
        let (key_id, rest) = rest.split_at_checked(id_len.into()).ok_or(UnpackError)?;
        let (key_len, rest) = rest.split_first_chunk::<2>().ok_or(UnpackError)?;
        let key_len = u16::from_be_bytes(*key_len).into();
        let (wrapped_key, ciphertext) = rest.split_at_checked(key_len).ok_or(UnpackError)?;
        Ok(Self {
            key_id: std::str::from_utf8(key_id)
                .map_err(|_| UnpackError)?
                .to_owned(),
            wrapped_key: wrapped_key.to_vec(),
            ciphertext: ciphertext.to_vec(),
        })
    }
}

/// What a sealed secret is for. Part of what the seal is bound to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Purpose {
    /// The credentials of a linked account's session.
    Session,
    /// The peers that a linked account's session met.
    Peers,
    /// The session of a login that has not ended yet.
    LoginSession,
    /// The QR token that is on show.
    QrToken,
    /// The hint of a cloud password.
    PasswordHint,
    /// The number and Telegram's name of a code that was sent to it.
    CodeSent,
    /// What the person is shown of a code that was sent.
    CodeShown,
    /// A secret of the instance itself.
    InstanceSecret,
    /// A file of a backup.
    Backup,
    /// A wrapping key on its way to nodes whose key file lacks it.
    KeyHandover,
    /// The key of an export's files.
    Export,
}

impl Purpose {
    /// All there are.
    pub const ALL: [Self; 11] = [
        Self::Session,
        Self::Peers,
        Self::LoginSession,
        Self::QrToken,
        Self::PasswordHint,
        Self::CodeSent,
        Self::CodeShown,
        Self::InstanceSecret,
        Self::Backup,
        Self::KeyHandover,
        Self::Export,
    ];

    /// The name that goes into the seal and the audit; never changed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Session => "session",
            Self::Peers => "peers",
            Self::LoginSession => "login_session",
            Self::QrToken => "qr_token",
            Self::PasswordHint => "password_hint",
            Self::CodeSent => "code_sent",
            Self::CodeShown => "code_shown",
            Self::InstanceSecret => "instance_secret",
            Self::Backup => "backup",
            Self::KeyHandover => "key_handover",
            Self::Export => "export",
        }
    }
}

/// To what a seal is bound: a sealed value that is moved to another row, owner
/// or use does not open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// Whose secret it is.
    pub owner: Owner,
    /// The row it belongs to.
    pub subject: Uuid,
    /// What it is for.
    pub purpose: Purpose,
}

impl Binding {
    /// The binding of a linked account's session.
    pub fn session(owner: &Owner, id: SessionId) -> Self {
        Self {
            owner: owner.clone(),
            subject: id.as_uuid(),
            purpose: Purpose::Session,
        }
    }

    /// The binding of the peers that a linked account's session met.
    pub fn peers(owner: &Owner, id: SessionId) -> Self {
        Self {
            purpose: Purpose::Peers,
            ..Self::session(owner, id)
        }
    }

    /// The binding of the key of an export's files.
    pub fn export(owner: &Owner, id: ExportId) -> Self {
        Self {
            owner: owner.clone(),
            subject: id.as_uuid(),
            purpose: Purpose::Export,
        }
    }

    /// The binding of something that belongs to no person: `subject` tells it
    /// from others of its purpose.
    pub fn instance(purpose: Purpose, subject: Uuid) -> Self {
        Self {
            owner: Owner::instance(),
            subject,
            purpose,
        }
    }

    /// The binding of the instance's secret with this name. Its subject, like
    /// the id of its row, comes from the name: the first half of its SHA-256,
    /// as a UUID of version 8.
    pub fn secret(name: &str) -> Self {
        let digest: [u8; 32] = Sha256::digest(name.as_bytes()).into();
        let mut half = [0; 16];
        half.copy_from_slice(&digest[..16]);
        let subject = uuid::Builder::from_custom_bytes(half).into_uuid();
        Self::instance(Purpose::InstanceSecret, subject)
    }

    /// The binding of something that belongs to a login.
    pub fn login(owner: &Owner, id: LoginId, purpose: Purpose) -> Self {
        Self {
            owner: owner.clone(),
            subject: id.as_uuid(),
            purpose,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// It is part of seals that are stored: it must never change.
    #[test]
    fn the_binding_of_a_secret_comes_from_its_name() {
        let binding = Binding::secret("audit");
        assert_eq!(binding.owner, Owner::instance());
        assert_eq!(binding.purpose, Purpose::InstanceSecret);
        assert_eq!(
            binding.subject.to_string(),
            "b81f37a0-43a6-8767-a7c9-4d105f4bd312"
        );
        assert_ne!(binding, Binding::secret("other"));
    }

    proptest! {
        #[test]
        fn what_is_packed_unpacks(
            key_id in "[a-z0-9-]{0,40}",
            wrapped_key: Vec<u8>,
            ciphertext: Vec<u8>,
        ) {
            let sealed = Sealed { key_id, wrapped_key, ciphertext };
            let packed = sealed.pack().unwrap();
            prop_assert_eq!(Sealed::unpack(&packed).unwrap(), sealed);
        }

        #[test]
        fn any_bytes_unpack_or_fail_without_a_panic(bytes: Vec<u8>) {
            if let Ok(sealed) = Sealed::unpack(&bytes) {
                prop_assert_eq!(sealed.pack().unwrap(), bytes);
            }
        }
    }
}
