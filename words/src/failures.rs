//! The words for a login that failed, found by the failure's code: a reason is
//! one row in the domain and its messages in `failures.ftl`.

use sesame_domain::login::Failure;
use sesame_domain::time::Timestamp;

use crate::catalogue;
use crate::language::Language;
use crate::markup::{Html, Text, as_it_is, escape};
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
        Text::of(catalogue::made(
            self.language,
            FAILURES,
            self.failure.code(),
            &[],
            as_it_is,
        ))
    }

    /// What the bot says.
    pub fn chat(self, now: Timestamp) -> Html {
        let wait = self.failure.retry_at().map(|until| until - now);
        let wait = wait.map(|wait| ("wait", Value::Span(wait)));
        Html::of(self.made("chat", wait.as_slice(), escape))
    }

    /// The title of the page.
    pub fn title(self) -> Text {
        Text::of(self.made("title", &[], as_it_is))
    }

    /// What the page says; of one that passes: how it is until then.
    pub fn lead(self, device: &str) -> Html {
        Html::of(self.made("lead", &[("device", Value::Text(device))], escape))
    }

    /// What it says besides.
    pub fn more(self) -> Option<Html> {
        self.find("more", &[], escape).map(Html::of)
    }

    /// What the page says once a failure has passed.
    pub fn over(self) -> Option<Html> {
        self.find("over", &[], escape).map(Html::of)
    }

    /// On the button of the page.
    pub fn button(self) -> Text {
        Text::of(self.made("button", &[], as_it_is))
    }

    fn made(
        self,
        part: &str,
        values: &[(&'static str, Value<'_>)],
        escape: crate::value::Escape,
    ) -> String {
        let name = self.name(part);
        catalogue::made(self.language, FAILURES, &name, values, escape)
    }

    fn find(
        self,
        part: &str,
        values: &[(&'static str, Value<'_>)],
        escape: crate::value::Escape,
    ) -> Option<String> {
        let name = self.name(part);
        catalogue::find(self.language, FAILURES, &name, values, escape)
    }

    fn name(self, part: &str) -> String {
        format!("{}.{part}", self.failure.code())
    }
}
