//! Chance that is none.

use sesame_domain::random::Entropy;

/// The same byte again and again: 0 makes jitter the shortest there is, 255 the
/// longest.
#[derive(Clone, Copy, Debug)]
pub struct FixedEntropy(pub u8);

impl Entropy for FixedEntropy {
    fn fill(&self, buffer: &mut [u8]) {
        buffer.fill(self.0);
    }
}
