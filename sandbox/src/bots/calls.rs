//! What the bot called, for those who look at it from outside.

use std::collections::VecDeque;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// How many calls are remembered.
const KEPT: usize = 500;

/// A call of the bot.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct MethodCall {
    /// The method, in small letters.
    pub method: String,
    /// What came with it, without files.
    pub params: Value,
}

/// The latest calls, oldest first.
#[derive(Debug, Default)]
pub(super) struct Calls(VecDeque<MethodCall>);

impl Calls {
    /// Remembers a call, and forgets the oldest.
    pub(super) fn note(&mut self, call: MethodCall) {
        if self.0.len() >= KEPT {
            self.0.pop_front();
        }
        self.0.push_back(call);
    }

    /// All that are remembered.
    pub(super) fn list(&self) -> Vec<MethodCall> {
        self.0.iter().cloned().collect()
    }
    /// Those of this method (in any case).
    pub(super) fn of(&self, method: &str) -> Vec<MethodCall> {
        let fits = |call: &&MethodCall| call.method.eq_ignore_ascii_case(method);
        self.0.iter().filter(fits).cloned().collect()
    }
}
