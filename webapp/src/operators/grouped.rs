//! Numbers as people read them.

use std::fmt;

use sesame_domain::listing::Total;

/// A number in groups of three digits: "12,345".
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Grouped(pub(super) u64);

impl fmt::Display for Grouped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        for (nth, digit) in digits.chars().enumerate() {
            if nth > 0 && (digits.len() - nth).is_multiple_of(3) {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

/// How many rows: "412", "10,000+".
pub(super) fn told(total: Total) -> String {
    let more = if total.is_more { "+" } else { "" };
    format!("{}{more}", Grouped(u64::from(total.rows)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_stand_in_groups_of_three() {
        let told = [0, 999, 1_000, 12_345, 1_234_567].map(|it| Grouped(it).to_string());
        assert_eq!(told, ["0", "999", "1,000", "12,345", "1,234,567"]);
    }

    #[test]
    fn more_rows_than_are_counted_are_told_so() {
        let totals = [412, 10_000, 10_001].map(|it| super::told(Total::of(it)));
        assert_eq!(totals, ["412", "10,000", "10,000+"]);
    }
}
