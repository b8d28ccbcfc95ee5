//! The small riddle that opens a key exchange: a product of two primes.

use crate::world::random_bytes;

/// Both primes have 29 bits: their product is exactly 8 bytes long (some
/// clients insist), positive when read with a sign, and quickly factored.
const LOWEST: u32 = 1 << 28;

/// A product of two primes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Riddle {
    pub(super) p: u32,
    pub(super) q: u32,
}

impl Riddle {
    pub(super) fn new() -> Self {
        loop {
            let (a, b) = (random_prime(), random_prime());
            if a != b {
                let (p, q) = (a.min(b), a.max(b));
                return Self { p, q };
            }
        }
    }

    /// The product, big-endian.
    pub(super) fn pq(self) -> Vec<u8> {
        (u64::from(self.p) * u64::from(self.q))
            .to_be_bytes()
            .to_vec()
    }

    /// Whether someone has found the factors.
    pub(super) fn is_solved_by(self, p: &[u8], q: &[u8]) -> bool {
        number(p) == Some(self.p) && number(q) == Some(self.q)
    }
}

fn number(bytes: &[u8]) -> Option<u32> {
    let zeroes = bytes.iter().take_while(|byte| **byte == 0).count();
    let significant = &bytes[zeroes..];
    if significant.len() > 4 {
        return None;
    }
    let fold = |sum: u32, byte: &u8| (sum << 8) | u32::from(*byte);
    Some(significant.iter().fold(0, fold))
}

fn random_prime() -> u32 {
    let start = LOWEST | (u32::from_le_bytes(random_bytes()) % LOWEST) | 1;
    let candidates = (start..2 * LOWEST).chain(LOWEST + 1..start).step_by(2);
    let mut primes = candidates.filter(|candidate| is_prime(*candidate));
    // There are millions of primes with 29 bits; the last one is only for the type.
    primes.next().unwrap_or(536_870_909)
}

fn is_prime(n: u32) -> bool {
    let divisors = (3..).step_by(2).take_while(|d| d * d <= n);
    n % 2 == 1 && divisors.into_iter().all(|d| !n.is_multiple_of(d))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_riddle_is_eight_bytes_and_only_its_factors_solve_it() {
        for _ in 0..20 {
            let riddle = Riddle::new();
            let pq = u64::from_be_bytes(riddle.pq().try_into().unwrap());
            assert!(pq >> 56 > 0 && pq >> 63 == 0);
            let (p, q) = grammers_crypto::factorize(pq);
            let (p, q) = (p.to_be_bytes(), q.to_be_bytes());
            assert!(riddle.is_solved_by(&p, &q));
            assert!(!riddle.is_solved_by(&q, &p));
            assert!(!riddle.is_solved_by(&[0xff; 9], &q));
        }
    }
}
