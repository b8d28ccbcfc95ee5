//! A page of memory that is not swapped out, with one secret on it.

use std::fmt;

use region::LockGuard;
use zeroize::{Zeroize, Zeroizing};

/// Thirty-two bytes on a page of their own, which is locked into memory where
/// the system allows it, and overwritten in the end. Nothing else is on the
/// page: unlocking it would unlock its neighbours, too.
pub(crate) struct LockedPage {
    // Dropped before the memory: only what is still mapped can be unlocked.
    guard: Option<LockGuard>,
    memory: Zeroizing<Vec<u8>>,
    start: usize,
}

const LEN: usize = 32;

impl LockedPage {
    /// Room for a secret, still zeroes. When the system does not lock it (the
    /// limit on locked memory may be zero), it is used all the same.
    pub(crate) fn new() -> Self {
        let page = region::page::size();
        // In two pages there is one whole page, wherever they begin.
        let memory = Zeroizing::new(vec![0; 2 * page]);
        let address = memory.as_ptr().addr();
        let start = address.next_multiple_of(page) - address;
        let guard = memory
            .get(start..start + page)
            .and_then(|whole| region::lock(whole.as_ptr(), page).ok());
        Self {
            guard,
            memory,
            start,
        }
    }

    /// Whether it stays out of the swap.
    pub(crate) fn is_locked(&self) -> bool {
        self.guard.is_some()
    }

    /// The secret.
    pub(crate) fn secret(&self) -> &[u8; LEN] {
        self.memory
            .get(self.start..)
            .and_then(<[u8]>::first_chunk)
            .unwrap_or(&[0; LEN])
    }

    /// The secret, to be written.
    pub(crate) fn write(&mut self, secret: &[u8; LEN]) {
        let room = self.memory.get_mut(self.start..);
        if let Some(room) = room.and_then(<[u8]>::first_chunk_mut) {
            *room = *secret;
        }
    }
}

impl Drop for LockedPage {
    fn drop(&mut self) {
        // Before it is unlocked, not only before it is freed.
        self.memory.as_mut_slice().zeroize();
    }
}

impl fmt::Debug for LockedPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LockedPage")
            .field("is_locked", &self.is_locked())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_alone_on_its_page() {
        let mut page = LockedPage::new();
        page.write(&[7; LEN]);
        assert_eq!(page.secret(), &[7; LEN]);
        let address = page.secret().as_ptr().addr();
        assert_eq!(address % region::page::size(), 0);
        assert!(page.start + region::page::size() <= page.memory.len());
    }

    #[test]
    fn a_page_says_truly_whether_it_is_locked() {
        let locked_kib = || -> u64 {
            let status = std::fs::read_to_string("/proc/self/status").unwrap();
            let line = status.lines().find_map(|line| line.strip_prefix("VmLck:"));
            line.unwrap()
                .trim()
                .trim_end_matches(" kB")
                .parse()
                .unwrap()
        };
        let page = LockedPage::new();
        assert_eq!(page.is_locked(), locked_kib() > 0);
    }

    #[test]
    fn no_debug_shows_a_secret() {
        let mut page = LockedPage::new();
        page.write(&[0x5a; LEN]);
        assert!(!format!("{page:?}").contains("90"));
    }
}
