//! Writing and reading bytes.

use zeroize::Zeroizing;

use super::MalformedSession;

/// Writes into memory that is wiped.
pub(super) struct Writer(Zeroizing<Vec<u8>>);

impl Writer {
    /// With all the room it will need: a vector that grows leaves its old
    /// bytes behind.
    pub(super) fn with_room(room: usize) -> Self {
        Self(Zeroizing::new(Vec::with_capacity(room)))
    }

    pub(super) fn put<const N: usize>(&mut self, bytes: [u8; N]) {
        self.0.extend_from_slice(&bytes);
    }

    /// Bytes that must not be copied on the way.
    pub(super) fn put_secret(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    pub(super) fn count(&mut self, count: usize) {
        self.put(u32::try_from(count).unwrap_or(u32::MAX).to_be_bytes());
    }

    /// A byte 0, or a byte 1 and the value.
    pub(super) fn optional<const N: usize>(&mut self, bytes: Option<[u8; N]>) {
        match bytes {
            None => self.put([0]),
            Some(bytes) => {
                self.put([1]);
                self.put(bytes);
            }
        }
    }

    pub(super) fn finish(self) -> Zeroizing<Vec<u8>> {
        self.0
    }
}

/// Reads what [`Writer`] wrote.
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) fn take<const N: usize>(&mut self) -> Result<[u8; N], MalformedSession> {
        let (bytes, rest) = self.0.split_first_chunk::<N>().ok_or(MalformedSession)?;
        self.0 = rest;
        Ok(*bytes)
    }

    pub(super) fn count(&mut self) -> Result<u32, MalformedSession> {
        self.take().map(u32::from_be_bytes)
    }

    pub(super) fn optional<const N: usize>(&mut self) -> Result<Option<[u8; N]>, MalformedSession> {
        match self.take()? {
            [0] => Ok(None),
            [1] => self.take().map(Some),
            _ => Err(MalformedSession),
        }
    }

    /// Nothing may be left.
    pub(super) fn end(&self) -> Result<(), MalformedSession> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(MalformedSession)
        }
    }
}
