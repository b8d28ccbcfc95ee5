//! How much room something takes, in words.

use crate::language::Language;
use crate::markup::Text;

const KIB: u64 = 1 << 10;
const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

impl Language {
    /// So many bytes, as Telegram says sizes: "12 KB", "1.5 MB", "240 MB".
    pub fn size(self, bytes: u64) -> Text {
        let words = self.time();
        // Of less than a hundred the tenth says something.
        let parts = |unit: u64| {
            let tenths = u64::try_from(u128::from(bytes) * 10 / u128::from(unit));
            let tenths = tenths.unwrap_or(u64::MAX);
            (tenths / 10, tenths % 10)
        };
        if bytes < MIB {
            return words.size_kilobytes(bytes.div_ceil(KIB));
        }
        let (whole, tenth) = parts(if bytes < GIB { MIB } else { GIB });
        match (bytes < GIB, tenth == 0 || whole >= 100) {
            (true, true) => words.size_megabytes(whole),
            (true, false) => words.size_megabytes_tenths(tenth, whole),
            (false, true) => words.size_gigabytes(whole),
            (false, false) => words.size_gigabytes_tenths(tenth, whole),
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(0, "0 KB")]
    #[case(1, "1 KB")]
    #[case(1_025, "2 KB")]
    #[case(MIB - 1, "1024 KB")]
    #[case(MIB, "1 MB")]
    #[case(MIB + MIB / 2, "1.5 MB")]
    #[case(240 * MIB + MIB / 2, "240 MB")]
    #[case(4 * GIB, "4 GB")]
    #[case(4 * GIB + GIB / 4, "4.2 GB")]
    #[case(u64::MAX, "17179869183 GB")]
    fn sizes_are_said_in_the_largest_unit(#[case] bytes: u64, #[case] words: &str) {
        assert_eq!(Language::ENGLISH.size(bytes).as_str(), words);
    }
}
