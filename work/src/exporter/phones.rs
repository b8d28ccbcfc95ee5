//! How telephone numbers are written in an export.

use crate::export::PhonePatterns;

/// As it was noted in the lines of the list; without any, as their digits.
pub(super) fn phone_patterns(lines: &[String]) -> PhonePatterns {
    let noted = lines.last().map(|line| serde_json::from_str(line));
    noted
        .and_then(Result::ok)
        .map(PhonePatterns)
        .unwrap_or_default()
}
