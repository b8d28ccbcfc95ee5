//! The words for a login that failed, found by the failure's code: a reason is
//! one row in the domain and its messages in `failures.ftl`.

use sesame_domain::login::Failure;
use sesame_domain::time::Timestamp;

use crate::catalogue;
use crate::language::Language;
use crate::markup::{Html, Text, Words};
use crate::messages::FAILURES;
use crate::value::Value;

/// The words for a login that failed.
#[derive(Clone, Copy, Debug)]
pub struct FailureWords {
    language: Language,
    failure: Failure,
}

impl Language {
    /// The words for a login that failed.
    pub fn failure(self, failure: Failure) -> FailureWords {
        FailureWords {
            language: self,
            failure,
        }
    }
}

impl FailureWords {
    /// For a developer.
    pub fn developer(self) -> Text {
        catalogue::made(self.language, FAILURES, self.failure.code(), &[])
    }

    /// What the bot says.
    pub fn chat(self, now: Timestamp) -> Html {
        let wait = self.failure.retry_at().map(|until| until - now);
        let wait = wait.map(|wait| ("wait", Value::Span(wait)));
        self.for_now("chat", wait.as_slice())
    }

    /// The title of the page.
    pub fn title(self) -> Text {
        self.made("title", &[])
    }

    /// What the page says; of one that passes: how it is until then.
    pub fn lead(self, device: &str) -> Html {
        self.for_now("lead", &[("device", Value::Text(device))])
    }

    /// What it says besides.
    pub fn more(self) -> Option<Html> {
        self.find("more")
    }

    /// What the page says once a failure has passed.
    pub fn over(self) -> Option<Html> {
        self.find("over")
    }

    /// On the button of the page.
    pub fn button(self) -> Text {
        self.made("button", &[])
    }

    /// What is said while it is known until when a failure lasts, if that is
    /// something of its own.
    fn for_now<W: Words>(self, part: &str, values: &[(&'static str, Value<'_>)]) -> W {
        let later = self.failure.retry_at().and_then(|_| {
            let name = self.name(&format!("{part}-later"));
            catalogue::find(self.language, FAILURES, &name, values)
        });
        later.unwrap_or_else(|| self.made(part, values))
    }

    fn made<W: Words>(self, part: &str, values: &[(&'static str, Value<'_>)]) -> W {
        catalogue::made(self.language, FAILURES, &self.name(part), values)
    }

    fn find<W: Words>(self, part: &str) -> Option<W> {
        catalogue::find(self.language, FAILURES, &self.name(part), &[])
    }

    fn name(self, part: &str) -> String {
        format!("{}.{part}", self.failure.code())
    }
}
