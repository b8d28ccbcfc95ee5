//! What a request is found by in the log.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The longest, in characters.
const LONGEST: usize = 64;

/// What the lines of a request, of an update from the Bot API, or of an attempt at a
/// job carry in the log as `request.id`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RequestId(String);

/// This is no id of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the id of a request has 1 to {LONGEST} letters, digits and hyphens")]
pub struct RequestIdError;

impl RequestId {
    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for RequestId {
    type Error = RequestIdError;

    fn try_from(text: String) -> Result<Self, RequestIdError> {
        let is_plain = |it: char| it.is_ascii_alphanumeric() || it == '-';
        if text.is_empty() || text.len() > LONGEST || !text.chars().all(is_plain) {
            return Err(RequestIdError);
        }
        Ok(Self(text))
    }
}

impl FromStr for RequestId {
    type Err = RequestIdError;

    fn from_str(text: &str) -> Result<Self, RequestIdError> {
        text.to_owned().try_into()
    }
}

impl From<RequestId> for String {
    fn from(id: RequestId) -> Self {
        id.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{Fence, JobId};
    use crate::job::JobAttempt;

    #[test]
    fn whatever_has_a_span_of_its_own_has_such_an_id() {
        let job = JobId::from(uuid::Uuid::max());
        let attempt = JobAttempt::request_id(job, Fence(i64::MAX));
        for id in ["9f86d081884c7d65", "update-123456789", attempt.as_str()] {
            assert_eq!(id.parse::<RequestId>().unwrap().as_str(), id);
        }
        let long = "x".repeat(LONGEST + 1);
        for id in ["", "two words", "a\nline", "<b>", long.as_str()] {
            assert_eq!(id.parse::<RequestId>(), Err(RequestIdError), "{id:?}");
        }
    }
}
