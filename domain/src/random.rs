//! Randomness, injected everywhere.

/// A source of random bytes.
pub trait Entropy: Send + Sync + 'static {
    /// Fills the buffer with random bytes fit for keys.
    fn fill(&self, buffer: &mut [u8]);
}

/// The operating system's generator.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    /// # Panics
    /// When the operating system has no randomness to give: nothing that
    /// needs a key may go on then.
    #[allow(
        clippy::disallowed_methods,
        clippy::expect_used,
        reason = "the one place that asks for randomness; going on without would be worse"
    )]
    fn fill(&self, buffer: &mut [u8]) {
        getrandom::fill(buffer).expect("the operating system's random generator answers");
    }
}
