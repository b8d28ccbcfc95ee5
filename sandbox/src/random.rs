//! Random bytes from the operating system.

/// As many random bytes as asked for.
///
/// The operating system's generator does not fail once it has been seeded,
/// which is long before a program starts; if it ever does, a tag made of the
/// time keeps things that must differ apart.
pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    let mut out = [0; N];
    if getrandom::fill(&mut out).is_err() {
        let tag = uuid::Uuid::now_v7();
        for (byte, source) in out.iter_mut().zip(tag.as_bytes().iter().cycle()) {
            *byte = *source;
        }
    }
    out
}

/// A random positive number.
pub(crate) fn positive() -> i64 {
    i64::from_le_bytes(bytes()) & i64::MAX
}
