//! Which parameters the model takes, as far as is known.

use std::sync::{Mutex, PoisonError};

use super::refusal::Refusal;

/// How the form of the answer is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    /// By a schema.
    Schema,
    /// As JSON.
    Json,
    /// By words alone.
    Words,
}

/// How the length of the answer is bounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Length {
    /// As it always was, and most services have it.
    MaxTokens,
    /// As newer models have it.
    MaxCompletionTokens,
    /// Not at all.
    Unbounded,
}

impl Length {
    pub(super) fn name(self) -> Option<&'static str> {
        match self {
            Self::MaxTokens => Some("max_tokens"),
            Self::MaxCompletionTokens => Some("max_completion_tokens"),
            Self::Unbounded => None,
        }
    }
}

/// What is sent beside the model and the messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Parameters {
    pub(super) format: Format,
    pub(super) length: Length,
    pub(super) temperature: bool,
}

impl Parameters {
    /// What is tried first.
    pub(super) const ALL: Self = Self {
        format: Format::Schema,
        length: Length::MaxTokens,
        temperature: true,
    };

    /// What is sent instead when this was refused, with the name of what was left out;
    /// nothing, if the refusal names nothing of it.
    pub(super) fn without_what(self, refusal: &Refusal) -> Option<(Self, &'static str)> {
        if let Some(name) = self.length.name().filter(|name| refusal.names(name)) {
            let length = match self.length {
                Length::MaxTokens => Length::MaxCompletionTokens,
                Length::MaxCompletionTokens | Length::Unbounded => Length::Unbounded,
            };
            return Some((Self { length, ..self }, name));
        }
        if self.temperature && refusal.names("temperature") {
            let temperature = false;
            return Some((
                Self {
                    temperature,
                    ..self
                },
                "temperature",
            ));
        }
        let (format, of_it): (_, &[_]) = match self.format {
            Format::Schema => (Format::Json, &["response_format", "json_schema"]),
            Format::Json => (Format::Words, &["response_format", "json_object"]),
            Format::Words => return None,
        };
        let name = of_it.iter().find(|name| refusal.names(name))?;
        Some((Self { format, ..self }, name))
    }
}

/// What was learnt of the model.
#[derive(Debug)]
pub(super) struct Learnt(Mutex<Parameters>);

impl Learnt {
    /// Nothing yet.
    pub(super) fn nothing() -> Self {
        Self(Mutex::new(Parameters::ALL))
    }

    /// What to send.
    pub(super) fn parameters(&self) -> Parameters {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Learns from the refusal of what was sent; whether there is something else to send.
    pub(super) fn learn(&self, sent: Parameters, refusal: &Refusal, model: &str) -> bool {
        let Some((next, parameter)) = sent.without_what(refusal) else {
            return false;
        };
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Otherwise another question learnt something meanwhile: that is tried first.
        if *known == sent {
            *known = next;
            tracing::info!(
                model,
                parameter,
                "the tagger's service refuses a parameter: it is not sent any more"
            );
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(message: &str) -> Refusal {
        let body = serde_json::json!({"error": {"message": message}}).to_string();
        Refusal::read(body.as_bytes())
    }

    #[test]
    fn what_is_named_is_left_out_one_after_the_other() {
        let learnt = Learnt::nothing();
        let messages = [
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use \
             'max_completion_tokens' instead.",
            "Unsupported value: 'temperature' does not support 0 with this model.",
            "Invalid parameter: 'response_format' of type 'json_schema' is not supported.",
            "response_format is not supported",
            "unknown field `max_completion_tokens`",
        ];
        for message in messages {
            let sent = learnt.parameters();
            assert!(learnt.learn(sent, &refusal(message), "m"), "{message}");
            assert_ne!(learnt.parameters(), sent, "{message}");
        }
        let left = Parameters {
            format: Format::Words,
            length: Length::Unbounded,
            temperature: false,
        };
        assert_eq!(learnt.parameters(), left);
        for message in messages {
            assert!(!learnt.learn(left, &refusal(message), "m"), "{message}");
        }
    }

    #[test]
    fn what_two_questions_were_refused_is_left_out_once() {
        let learnt = Learnt::nothing();
        let sent = learnt.parameters();
        let refused = refusal("response_format is not supported");
        assert!(learnt.learn(sent, &refused, "m"));
        assert!(learnt.learn(sent, &refused, "m"));
        assert_eq!(learnt.parameters().format, Format::Json);
    }

    #[test]
    fn another_refusal_teaches_nothing() {
        let learnt = Learnt::nothing();
        let refused = refusal("the model's context length is exceeded");
        assert!(!learnt.learn(Parameters::ALL, &refused, "m"));
        assert_eq!(learnt.parameters(), Parameters::ALL);
    }
}
