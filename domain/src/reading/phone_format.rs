//! How telephone numbers are written.

use serde::{Deserialize, Serialize};

/// How the numbers that begin with a country's code are written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneFormat {
    /// The country's code: `7`.
    pub code: String,
    /// What its numbers begin with after that; an empty one fits all.
    pub prefixes: Vec<String>,
    /// Such as `XXX XXX XXXX`; a digit in it stands for itself.
    pub patterns: Vec<String>,
}
