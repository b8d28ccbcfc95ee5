//! Random numbers.

/// `N` random bytes from the operating system.
#[expect(
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "the sandbox's own source; without it no data centre can run"
)]
pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    let mut out = [0; N];
    getrandom::fill(&mut out).expect("the operating system gives random bytes");
    out
}

/// A random number that is never zero (clients take a zero hash for "none").
pub(crate) fn id() -> i64 {
    loop {
        let id = i64::from_le_bytes(bytes());
        if id != 0 {
            return id;
        }
    }
}

/// A number of `digits` decimal digits, as text.
pub(crate) fn code(digits: usize) -> String {
    let mut out = String::with_capacity(digits);
    while out.len() < digits {
        let [byte] = bytes::<1>();
        // 250 is the largest multiple of ten that fits: no digit is favoured.
        if byte < 250 {
            out.push(char::from(b'0' + byte % 10));
        }
    }
    out
}
