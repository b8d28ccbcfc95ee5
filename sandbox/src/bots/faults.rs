//! Errors on command.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::error::ApiError;

/// An error that the next calls of a method get instead of an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MethodFault {
    /// The method's name in any case, or `*` for all of them.
    pub method: String,
    /// The `error_code`, 400 to 599; 0: the call is carried out, and the
    /// connection breaks before its answer.
    pub error_code: u16,
    /// The words; Telegram's usual ones for this code if absent.
    pub description: Option<String>,
    /// Seconds to wait, as in `parameters.retry_after`.
    pub retry_after: Option<u64>,
    /// How many calls fail; 1 if absent.
    #[serde(default = "once")]
    pub times: u32,
}

fn once() -> u32 {
    1
}

/// The errors that are still to be given.
#[derive(Debug, Default)]
pub(super) struct Faults {
    ordered: Vec<MethodFault>,
}

impl Faults {
    /// Orders an error.
    pub(super) fn order(&mut self, fault: MethodFault) {
        self.ordered.push(fault);
    }

    /// Forgets all of them.
    pub(super) fn clear(&mut self) {
        self.ordered.clear();
    }

    /// What is still to come.
    pub(super) fn list(&self) -> Vec<MethodFault> {
        self.ordered.clone()
    }

    /// The error that this call gets, if one was ordered.
    pub(super) fn next(&mut self, method: &str) -> Option<ApiError> {
        let place = self
            .ordered
            .iter()
            .position(|fault| fault.method == "*" || fault.method.eq_ignore_ascii_case(method))?;
        let fault = self.ordered.get_mut(place)?;
        let error = ApiError::Ordered {
            code: fault.error_code,
            description: fault.words(),
            retry_after: fault.retry_after,
        };
        fault.times = fault.times.saturating_sub(1);
        if fault.times == 0 {
            self.ordered.remove(place);
        }
        Some(error)
    }
}

impl MethodFault {
    fn words(&self) -> String {
        if let Some(words) = &self.description {
            return words.clone();
        }
        match (self.error_code, self.retry_after) {
            (429, Some(seconds)) => format!("Too Many Requests: retry after {seconds}"),
            (401, _) => "Unauthorized".to_owned(),
            (403, _) => "Forbidden: bot was blocked by the user".to_owned(),
            (404, _) => "Not Found".to_owned(),
            (409, _) => "Conflict".to_owned(),
            (502, _) => "Bad Gateway".to_owned(),
            (500.., _) => "Internal Server Error".to_owned(),
            _ => "Bad Request".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flood(times: u32) -> MethodFault {
        MethodFault {
            method: "SendMessage".to_owned(),
            error_code: 429,
            description: None,
            retry_after: Some(7),
            times,
        }
    }

    #[test]
    fn an_ordered_error_is_given_as_often_as_asked() {
        let mut faults = Faults::default();
        faults.order(flood(2));
        assert!(faults.next("getme").is_none());
        let error = faults.next("sendmessage").unwrap();
        assert_eq!(error.to_string(), "Too Many Requests: retry after 7");
        assert_eq!(error.retry_after(), Some(7));
        assert!(faults.next("sendMessage").is_some());
        assert!(faults.next("sendMessage").is_none());
    }
}
